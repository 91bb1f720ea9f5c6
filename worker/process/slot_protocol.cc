#include "worker/process/slot_protocol.h"

#include "common/wire/framed.h"

namespace headway::worker {

std::string encode(const ToSupervisor& message) { return wire::encode_framed(message); }
std::string encode(const FromSupervisor& message) { return wire::encode_framed(message); }
std::string encode(const FromArtifactReader& message) { return wire::encode_framed(message); }

Result<ToSupervisor> decode_to_supervisor(std::string_view frame) {
  return wire::decode_framed<ToSupervisor>(frame);
}
Result<FromSupervisor> decode_from_supervisor(std::string_view frame) {
  return wire::decode_framed<FromSupervisor>(frame);
}
Result<FromArtifactReader> decode_from_artifact_reader(std::string_view frame) {
  return wire::decode_framed<FromArtifactReader>(frame);
}

}  // namespace headway::worker
