#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "common/wire/codec.h"
#include "common/wire/pack.h"

/// One message of a closed set in one frame: a map with its `type`, its `session` and its fields.
/// For codec.cc, and for the worker's talk with its supervisors.

namespace headway::wire {

inline std::string taken(const msgpack::sbuffer& buffer) { return {buffer.data(), buffer.size()}; }

/// The limits within which a frame is unpacked. The deepest message nests eight levels. An array
/// has few enough entries that even the largest of the structs stay within some tens of MiB.
inline constexpr std::size_t kMaxDepth = 16;
inline constexpr std::size_t kMaxEntries = 1U << 17U;

/// Looks through a frame without allocating for what it claims: msgpack makes room for all entries
/// of an array or map as soon as it reads their number, so that a few bytes could ask for a great
/// deal. Here every entry must be backed by a byte of the frame.
class StructureCheck : public msgpack::null_visitor {
 public:
  explicit StructureCheck(std::size_t frame_bytes) : left_(frame_bytes) {}
  bool start_array(std::uint32_t entries) { return open(entries, entries); }
  bool start_map(std::uint32_t entries) { return open(entries, 2 * std::size_t{entries}); }
  bool end_array() { return close(); }
  bool end_map() { return close(); }

 private:
  bool open(std::size_t entries, std::size_t values) {
    if (entries > kMaxEntries || values > left_ || depth_ >= kMaxDepth) return false;
    left_ -= values;
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::size_t left_;
  std::size_t depth_ = 0;
};

/// Unpacks one whole msgpack value and hands it to `read`, which reports what is wrong to its
/// Unpacking.
template <class Read>
Result<void> unpack_frame(std::string_view frame, Read read) {
  if (frame.size() > kMaxFrameBytes) return Error{ErrorKind::kFailed, "the frame is too large"};
  Unpacking state;
  try {
    StructureCheck check(frame.size());
    std::size_t checked = 0;
    if (!msgpack::parse(frame.data(), frame.size(), checked, check)) {
      return Error{ErrorKind::kFailed, "not msgpack, cut short, or beyond the limits"};
    }
    const msgpack::unpack_limit limit(kMaxEntries, kMaxEntries, kMaxFrameBytes, kMaxFrameBytes, 0,
                                      kMaxDepth);
    std::size_t used = 0;
    // Strings stay in the frame, which outlives the object.
    const auto by_reference = [](msgpack::type::object_type, std::size_t, void*) { return true; };
    const msgpack::object_handle handle =
        msgpack::unpack(frame.data(), frame.size(), used, by_reference, nullptr, limit);
    if (used != frame.size()) return Error{ErrorKind::kFailed, "bytes trail the message"};
    if (handle->type != msgpack::type::MAP) {
      return Error{ErrorKind::kFailed, "the message is not a map"};
    }
    read(state, handle.get());
  } catch (const std::exception& failure) {
    return Error{ErrorKind::kFailed, std::string("not msgpack: ") + failure.what()};
  }
  if (!state.ok()) return Error{ErrorKind::kFailed, state.problem()};
  return {};
}

/// What every message of the worker socket has beside its own fields. `welcome` has a `session` of
/// its own, which is the same number: it stands in the map once.
struct Envelope {
  std::string type;
  std::uint64_t session = 0;
  template <class V>
  void fields(V& v) {
    v("type", type);
    v("session", session);
  }
};

template <class Framed>
std::string encode_framed(const Framed& framed) {
  msgpack::sbuffer buffer;
  Packer packer(buffer);
  std::visit(
      [&](const auto& message) {
        using Message = std::decay_t<decltype(message)>;
        const Envelope envelope{std::string(MessageName<Message>::kWord), framed.session};
        FieldPacker fields(packer);
        if constexpr (requires { message.session; }) {
          packer.pack_map(1 + count_fields(message));
          fields("type", envelope.type);
        } else {
          packer.pack_map(count_fields(envelope) + count_fields(message));
          visit_fields(envelope, fields);
        }
        visit_fields(message, fields);
      },
      framed.message);
  return taken(buffer);
}

/// Reads the alternative of `Variant` that `type` names.
template <class Variant, std::size_t kIndex = 0>
void read_alternative(Unpacking& state, const msgpack::object& map, std::string_view type,
                      Variant& to) {
  if constexpr (kIndex == std::variant_size_v<Variant>) {
    state.fail("type: not a known message");
  } else {
    using Message = std::variant_alternative_t<kIndex, Variant>;
    if (type != MessageName<Message>::kWord) {
      return read_alternative<Variant, kIndex + 1>(state, map, type, to);
    }
    unpack_value(state, map, to.template emplace<kIndex>());
  }
}

template <class Framed>
Result<Framed> decode_framed(std::string_view frame) {
  Result<Framed> framed = Framed{};
  const Result<void> read = unpack_frame(frame, [&](Unpacking& state, const msgpack::object& map) {
    Envelope envelope;
    unpack_value(state, map, envelope);
    if (!state.ok()) return;
    framed->session = envelope.session;
    read_alternative(state, map, envelope.type, framed->message);
  });
  if (!read) return read.error();
  return framed;
}

}  // namespace headway::wire
