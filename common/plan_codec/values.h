#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/ids.h"
#include "common/base/time.h"
#include "common/plan/words.h"
#include "common/plan_codec/bytes.h"
#include "common/plan_codec/members.h"

/// How each kind of value is written. A struct is a number of which bit i says whether its member i
/// differs from its default, and then the members that do: of a ticket's thirty members most people
/// write six. Every value takes at least a byte, so that what is left of the bytes bounds how many
/// there can be.

namespace headway::plan_codec {

template <class T>
concept HasMembers = requires(T& value) {
  members(value);
};

/// More than this is not reserved at once: what a count claims may be wrong.
inline constexpr std::size_t kMostReserved = 1U << 20U;

template <class T>
void write(ByteWriter& to, const T& value);
template <class T>
void read(ByteReader& from, T& value);

// ---- Writing

inline void write_one(ByteWriter& to, const std::string& text) { to.text(text); }
inline void write_one(ByteWriter& to, bool value) { to.byte(value ? 1 : 0); }
inline void write_one(ByteWriter& to, double value) { to.real(value); }
inline void write_one(ByteWriter& to, Duration value) { to.signed_number(value.count()); }
inline void write_one(ByteWriter& to, std::monostate /*nothing*/) { to.byte(0); }
template <class Tag, class Number>
void write_one(ByteWriter& to, Id<Tag, Number> id) {
  to.number(id.number());
}
/// The kind is in the two lowest bits.
inline void write_one(ByteWriter& to, Edge edge) {
  to.number(std::uint64_t{edge.ticket.number()} << 2U | static_cast<std::uint64_t>(edge.kind));
}
template <class T>
void write_one(ByteWriter& to, const std::optional<T>& value) {
  to.byte(value ? 1 : 0);
  if (value) write(to, *value);
}
template <class A, class B>
void write_one(ByteWriter& to, const std::pair<A, B>& value) {
  write(to, value.first);
  write(to, value.second);
}
template <class T>
void write_one(ByteWriter& to, const std::vector<T>& values) {
  to.number(values.size());
  for (const T& value : values) write(to, value);
}
template <class... Kinds>
void write_one(ByteWriter& to, const std::variant<Kinds...>& value) {
  to.byte(static_cast<std::uint8_t>(value.index()));
  std::visit([&](const auto& held) { write(to, held); }, value);
}

template <class T>
void write_members(ByteWriter& to, const T& value) {
  static const T kDefaults{};
  const auto own = members(value);
  const auto defaults = members(kDefaults);
  constexpr std::size_t kCount = std::tuple_size_v<decltype(own)>;
  static_assert(kCount <= 64, "one bit a member");
  std::uint64_t given = 0;
  const auto each = [&](const auto& visit) {
    [&]<std::size_t... kAt>(std::index_sequence<kAt...>) {
      (visit(std::integral_constant<std::size_t, kAt>{}), ...);
    }
    (std::make_index_sequence<kCount>{});
  };
  each([&](auto at) {
    if (!(std::get<at>(own) == std::get<at>(defaults))) given |= std::uint64_t{1} << at;
  });
  to.number(given);
  each([&](auto at) {
    if ((given >> at & 1U) != 0) write(to, std::get<at>(own));
  });
}

template <class T>
void write(ByteWriter& to, const T& value) {
  if constexpr (HasMembers<const T>) {
    write_members(to, value);
  } else if constexpr (std::is_enum_v<T>) {
    to.byte(static_cast<std::uint8_t>(value));
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    to.signed_number(static_cast<std::int64_t>(value));
  } else {
    write_one(to, value);
  }
}

// ---- Reading

inline void read_one(ByteReader& from, std::string& text) { text = from.text(); }
inline void read_one(ByteReader& from, bool& value) {
  const std::uint8_t byte = from.byte();
  if (byte > 1) from.fail();
  value = byte == 1;
}
inline void read_one(ByteReader& from, double& value) { value = from.real(); }
inline void read_one(ByteReader& from, Duration& value) { value = Duration{from.signed_number()}; }
inline void read_one(ByteReader& from, std::monostate& /*nothing*/) { from.byte(); }
template <class Tag, class Number>
void read_one(ByteReader& from, Id<Tag, Number>& id) {
  const std::uint64_t number = from.number();
  if (number > std::numeric_limits<Number>::max()) return from.fail();
  id = Id<Tag, Number>{static_cast<Number>(number)};
}
inline void read_one(ByteReader& from, Edge& edge) {
  const std::uint64_t bits = from.number();
  if (bits >> 2U > UINT32_MAX || (bits & 3U) > static_cast<std::uint64_t>(EdgeKind::kSoft)) {
    return from.fail();
  }
  edge = {TicketIndex{static_cast<std::uint32_t>(bits >> 2U)}, static_cast<EdgeKind>(bits & 3U)};
}
template <class T>
void read_one(ByteReader& from, std::optional<T>& value) {
  bool there = false;
  read_one(from, there);
  if (there) read(from, value.emplace());
}
template <class A, class B>
void read_one(ByteReader& from, std::pair<A, B>& value) {
  read(from, value.first);
  read(from, value.second);
}
template <class T>
void read_one(ByteReader& from, std::vector<T>& values) {
  const std::size_t count = from.count();
  values.clear();
  values.reserve(std::min(count, kMostReserved));
  for (std::size_t i = 0; i < count && from.ok(); ++i) read(from, values.emplace_back());
}
template <class... Kinds>
void read_one(ByteReader& from, std::variant<Kinds...>& value) {
  const std::uint8_t index = from.byte();
  if (index >= sizeof...(Kinds)) return from.fail();
  [&]<std::size_t... kAt>(std::index_sequence<kAt...>) {
    ((kAt == index ? read(from, value.template emplace<kAt>()) : void()), ...);
  }
  (std::index_sequence_for<Kinds...>{});
}

template <class T>
void read_members(ByteReader& from, T& value) {
  auto own = members(value);
  constexpr std::size_t kCount = std::tuple_size_v<decltype(own)>;
  const std::uint64_t given = from.number();
  if constexpr (kCount < 64) {
    if (given >> kCount != 0) return from.fail();
  }
  [&]<std::size_t... kAt>(std::index_sequence<kAt...>) {
    (((given >> kAt & 1U) != 0 ? read(from, std::get<kAt>(own)) : void()), ...);
  }
  (std::make_index_sequence<kCount>{});
}

/// The words of an enumeration name all of its values. Those of a graph have no words.
template <class E>
bool is_value(E value) {
  if constexpr (HasEnumText<E>) {
    return std::ranges::any_of(EnumText<E>::kWords,
                               [&](const auto& known) { return known.first == value; });
  } else {
    static_assert(std::is_same_v<E, LockKind>);
    return value <= LockKind::kConflict;
  }
}

template <class T>
void read(ByteReader& from, T& value) {
  if constexpr (HasMembers<T>) {
    read_members(from, value);
  } else if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(from.byte());
    if (!is_value(value)) from.fail();
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    const std::int64_t number = from.signed_number();
    if (!std::in_range<T>(number)) return from.fail();
    value = static_cast<T>(number);
  } else {
    read_one(from, value);
  }
}

}  // namespace headway::plan_codec
