#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/messages/control_messages.h"
#include "common/messages/worker_messages.h"

/// Messages to msgpack and back (schemas/protocol.md): one map per message, in one frame. Unknown
/// keys are skipped, missing ones take their default. What a peer sends never throws and never
/// allocates more than the frame is long times a small constant: what does not decode is an error
/// that says why.

namespace headway {

/// The largest frame that either side sends or takes.
inline constexpr std::size_t kMaxFrameBytes = 1U << 20U;
/// Bytes of a ticket's output in one message; leaves room for the rest of the map.
inline constexpr std::size_t kMaxOutputChunkBytes = 64U << 10U;

std::string encode(const FromWorker& message);
std::string encode(const FromCoordinator& message);
std::string encode(const FromNewcomer& message);
std::string encode(const ToNewcomer& message);
std::string encode(const Request& request);
std::string encode(const Reply& reply);

Result<FromWorker> decode_from_worker(std::string_view frame);
Result<FromCoordinator> decode_from_coordinator(std::string_view frame);
Result<FromNewcomer> decode_from_newcomer(std::string_view frame);
Result<ToNewcomer> decode_to_newcomer(std::string_view frame);
Result<Request> decode_request(std::string_view frame);
Result<Reply> decode_reply(std::string_view frame);

/// The body of a request or reply: any struct with `fields`, as a map of its own. Instantiated for
/// the structs of control_messages.h (codec.cc).
template <class Body>
std::string encode_body(const Body& body);
template <class Body>
Result<Body> decode_body(std::string_view bytes);

}  // namespace headway
