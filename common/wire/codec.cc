#include "common/wire/codec.h"

#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/plan_messages.h"
#include "common/messages/watch_messages.h"
#include "common/wire/framed.h"

namespace headway {

std::string encode(const FromWorker& message) { return wire::encode_framed(message); }
std::string encode(const FromCoordinator& message) { return wire::encode_framed(message); }
std::string encode(const FromNewcomer& message) { return wire::encode_framed(message); }
std::string encode(const ToNewcomer& message) { return wire::encode_framed(message); }
std::string encode(const Request& request) { return encode_body(request); }
std::string encode(const Reply& reply) { return encode_body(reply); }

Result<FromWorker> decode_from_worker(std::string_view frame) {
  return wire::decode_framed<FromWorker>(frame);
}
Result<FromCoordinator> decode_from_coordinator(std::string_view frame) {
  return wire::decode_framed<FromCoordinator>(frame);
}
Result<FromNewcomer> decode_from_newcomer(std::string_view frame) {
  return wire::decode_framed<FromNewcomer>(frame);
}
Result<ToNewcomer> decode_to_newcomer(std::string_view frame) {
  return wire::decode_framed<ToNewcomer>(frame);
}
Result<Request> decode_request(std::string_view frame) { return decode_body<Request>(frame); }
Result<Reply> decode_reply(std::string_view frame) { return decode_body<Reply>(frame); }

template <class Body>
std::string encode_body(const Body& body) {
  msgpack::sbuffer buffer;
  wire::Packer packer(buffer);
  wire::pack_value(packer, body);
  return wire::taken(buffer);
}

template <class Body>
Result<Body> decode_body(std::string_view bytes) {
  Body body;
  const Result<void> read =
      wire::unpack_frame(bytes, [&](wire::Unpacking& state, const msgpack::object& map) {
        wire::unpack_value(state, map, body);
      });
  if (!read) return read.error();
  return body;
}

#define HW_BODY(Body)                            \
  template std::string encode_body(const Body&); \
  template Result<Body> decode_body(std::string_view)
HW_BODY(Request);
HW_BODY(Reply);
HW_BODY(UploadRequest);
HW_BODY(UploadAnswer);
HW_BODY(SubmitRequest);
HW_BODY(SubmitAnswer);
HW_BODY(RunOptions);
HW_BODY(StatusRequest);
HW_BODY(StatusAnswer);
HW_BODY(AgentsRequest);
HW_BODY(AgentsAnswer);
HW_BODY(RunsRequest);
HW_BODY(RunsAnswer);
HW_BODY(LogsRequest);
HW_BODY(LogsAnswer);
HW_BODY(EventsRequest);
HW_BODY(EventsAnswer);
HW_BODY(ExplainRequest);
HW_BODY(ExplainAnswer);
HW_BODY(RunsControl);
HW_BODY(TicketControl);
HW_BODY(WorkerControl);
HW_BODY(WorkerControlAnswer);
HW_BODY(ValidateRequest);
HW_BODY(ValidateAnswer);
HW_BODY(StopRequest);
HW_BODY(ControlAnswer);
HW_BODY(GraphRequest);
HW_BODY(GraphAnswer);
HW_BODY(WatchRequest);
HW_BODY(WatchAnswer);
HW_BODY(LocksRequest);
HW_BODY(LocksAnswer);
HW_BODY(DiagnoseRequest);
HW_BODY(DiagnoseAnswer);
HW_BODY(AdjustRequest);
HW_BODY(AdjustAnswer);
HW_BODY(ClearLocksRequest);
HW_BODY(ClearLocksAnswer);
HW_BODY(WhatIfRequest);
HW_BODY(WhatIfAnswer);
HW_BODY(ApplyRequest);
HW_BODY(ApplyAnswer);
#undef HW_BODY

}  // namespace headway
