#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <msgpack.hpp>

#include "common/base/enum_text.h"
#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/base/time.h"
#include "common/messages/bytes.h"

/// The mapping between message structs and msgpack values; used by codec.cc alone. A struct is a
/// map of its `fields`.

namespace headway::wire {

template <class T>
concept HasFields = requires(T value, int visitor) {
  &T::template fields<int>;
};

using Packer = msgpack::packer<msgpack::sbuffer>;

// ---- Writing

inline void pack_text(Packer& packer, std::string_view text) {
  packer.pack_str(static_cast<std::uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

class FieldCounter {
 public:
  template <class T>
  void operator()(std::string_view /*name*/, const T& /*value*/) {
    ++count_;
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  std::uint32_t count_ = 0;
};

template <class T>
void pack_value(Packer& packer, const T& value);

class FieldPacker {
 public:
  explicit FieldPacker(Packer& packer) : packer_(packer) {}
  template <class T>
  void operator()(std::string_view name, const T& value) {
    pack_text(packer_, name);
    pack_value(packer_, value);
  }

 private:
  Packer& packer_;
};

/// `fields` is one function for reading and writing and therefore not const; writing changes
/// nothing.
template <class T, class Visitor>
void visit_fields(const T& value, Visitor& visitor) {
  const_cast<T&>(value).fields(visitor);
}

template <class T>
std::uint32_t count_fields(const T& value) {
  FieldCounter counter;
  visit_fields(value, counter);
  return counter.count();
}

inline void pack_one(Packer& packer, const std::string& text) { pack_text(packer, text); }
inline void pack_one(Packer& packer, const Bytes& bytes) {
  packer.pack_bin(static_cast<std::uint32_t>(bytes.data.size()));
  packer.pack_bin_body(bytes.data.data(), static_cast<std::uint32_t>(bytes.data.size()));
}
inline void pack_one(Packer& packer, Duration duration) {
  packer.pack_int64(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}
/// Only between processes of one machine: an instant means nothing elsewhere.
inline void pack_one(Packer& packer, Instant at) { pack_one(packer, at.time_since_epoch()); }
inline void pack_one(Packer& packer, WallTime at) { packer.pack_int64(to_millis(at)); }
template <class Tag, class Number>
void pack_one(Packer& packer, Id<Tag, Number> id) {
  packer.pack(id.number());
}
template <class T>
void pack_one(Packer& packer, const std::optional<T>& value) {
  if (value) {
    pack_value(packer, *value);
  } else {
    packer.pack_nil();
  }
}
template <class A, class B>
void pack_one(Packer& packer, const std::pair<A, B>& value) {
  packer.pack_array(2);
  pack_value(packer, value.first);
  pack_value(packer, value.second);
}
template <class T>
void pack_one(Packer& packer, const std::vector<T>& values) {
  packer.pack_array(static_cast<std::uint32_t>(values.size()));
  for (const T& value : values) pack_value(packer, value);
}

template <class T>
void pack_value(Packer& packer, const T& value) {
  if constexpr (HasEnumText<T>) {
    pack_text(packer, to_text(value));
  } else if constexpr (HasFields<T>) {
    packer.pack_map(count_fields(value));
    FieldPacker fields(packer);
    visit_fields(value, fields);
  } else if constexpr (std::is_arithmetic_v<T>) {
    packer.pack(value);
  } else {
    pack_one(packer, value);
  }
}

// ---- Reading

/// Remembers the first thing that was wrong. Reading goes on, so that the code stays straight.
class Unpacking {
 public:
  void fail(std::string_view what) {
    if (problem_.empty()) problem_ = what;
  }
  [[nodiscard]] bool ok() const { return problem_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::string problem_;
};

template <class T>
void unpack_value(Unpacking& state, const msgpack::object& from, T& to);

inline std::string_view text_of(const msgpack::object& object) {
  return {object.via.str.ptr, object.via.str.size};
}

class FieldUnpacker {
 public:
  FieldUnpacker(Unpacking& state, const msgpack::object_map& map) : state_(state), map_(map) {}

  /// Fields mostly come in the order in which they are declared: the search goes on from the last
  /// hit.
  template <class T>
  void operator()(std::string_view name, T& value) {
    for (std::uint32_t step = 0; step < map_.size; ++step) {
      const std::uint32_t at = (next_ + step) % map_.size;
      const msgpack::object_kv& entry = map_.ptr[at];
      if (entry.key.type != msgpack::type::STR || text_of(entry.key) != name) continue;
      next_ = (at + 1) % map_.size;
      const bool was_ok = state_.ok();
      unpack_value(state_, entry.val, value);
      if (was_ok && !state_.ok()) {
        const std::string problem = std::string(name) + ": " + state_.problem();
        state_ = Unpacking{};
        state_.fail(problem);
      }
      return;
    }
  }

 private:
  Unpacking& state_;
  const msgpack::object_map& map_;
  std::uint32_t next_ = 0;
};

inline void unpack_one(Unpacking& state, const msgpack::object& from, std::string& to) {
  if (from.type != msgpack::type::STR) return state.fail("not a string");
  to.assign(from.via.str.ptr, from.via.str.size);
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, Bytes& to) {
  if (from.type != msgpack::type::BIN) return state.fail("not a bin");
  to.data.assign(from.via.bin.ptr, from.via.bin.size);
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, bool& to) {
  if (from.type != msgpack::type::BOOLEAN) return state.fail("not a boolean");
  to = from.via.boolean;
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, double& to) {
  switch (from.type) {
    case msgpack::type::POSITIVE_INTEGER:
      to = static_cast<double>(from.via.u64);
      return;
    case msgpack::type::NEGATIVE_INTEGER:
      to = static_cast<double>(from.via.i64);
      return;
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64:
      // Neither infinite nor not a number: such a value would poison every sum that it goes into.
      if (from.via.f64 - from.via.f64 != 0) return state.fail("not a finite number");
      to = from.via.f64;
      return;
    default:
      return state.fail("not a number");
  }
}
template <class Number>
requires(std::is_integral_v<Number> &&
         !std::is_same_v<Number, bool>) void unpack_one(Unpacking& state,
                                                        const msgpack::object& from, Number& to) {
  if (from.type == msgpack::type::POSITIVE_INTEGER) {
    if (from.via.u64 > static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) {
      return state.fail("out of range");
    }
    to = static_cast<Number>(from.via.u64);
  } else if (from.type == msgpack::type::NEGATIVE_INTEGER && std::is_signed_v<Number>) {
    if (from.via.i64 < static_cast<std::int64_t>(std::numeric_limits<Number>::min())) {
      return state.fail("out of range");
    }
    to = static_cast<Number>(from.via.i64);
  } else {
    state.fail("not a whole number of its range");
  }
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, Duration& to) {
  // Ten years: within what nanoseconds hold, and sums of a few stay there too.
  constexpr std::int64_t kMostMicros = 10LL * 366 * 86'400 * 1'000'000;
  std::int64_t micros = 0;
  unpack_one(state, from, micros);
  if (micros > kMostMicros || micros < -kMostMicros) return state.fail("out of range");
  to = std::chrono::microseconds{micros};
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, Instant& to) {
  Duration since_start{};
  unpack_one(state, from, since_start);
  to = Instant{since_start};
}
inline void unpack_one(Unpacking& state, const msgpack::object& from, WallTime& to) {
  constexpr std::int64_t kMostMillis = 253'402'300'800'000;  // the year 10000
  std::int64_t millis = 0;
  unpack_one(state, from, millis);
  if (millis > kMostMillis || millis < -kMostMillis) return state.fail("out of range");
  to = wall_from_millis(millis);
}
template <class Tag, class Number>
void unpack_one(Unpacking& state, const msgpack::object& from, Id<Tag, Number>& to) {
  Number number{};
  unpack_one(state, from, number);
  to = Id<Tag, Number>{number};
}
template <class T>
void unpack_one(Unpacking& state, const msgpack::object& from, std::optional<T>& to) {
  if (from.type == msgpack::type::NIL) {
    to.reset();
    return;
  }
  unpack_value(state, from, to.emplace());
}
template <class A, class B>
void unpack_one(Unpacking& state, const msgpack::object& from, std::pair<A, B>& to) {
  if (from.type != msgpack::type::ARRAY || from.via.array.size != 2)
    return state.fail("not a pair");
  unpack_value(state, from.via.array.ptr[0], to.first);
  unpack_value(state, from.via.array.ptr[1], to.second);
}
template <class T>
void unpack_one(Unpacking& state, const msgpack::object& from, std::vector<T>& to) {
  if (from.type != msgpack::type::ARRAY) return state.fail("not an array");
  to.clear();
  for (std::uint32_t i = 0; i < from.via.array.size && state.ok(); ++i) {
    unpack_value(state, from.via.array.ptr[i], to.emplace_back());
  }
}

template <class T>
void unpack_value(Unpacking& state, const msgpack::object& from, T& to) {
  if constexpr (HasEnumText<T>) {
    if (from.type != msgpack::type::STR) return state.fail("not a word");
    const std::optional<T> value = from_text<T>(text_of(from));
    if (!value) return state.fail("not a known word");
    to = *value;
  } else if constexpr (HasFields<T>) {
    if (from.type != msgpack::type::MAP) return state.fail("not a map");
    FieldUnpacker fields(state, from.via.map);
    to.fields(fields);
  } else {
    unpack_one(state, from, to);
  }
}

}  // namespace headway::wire
