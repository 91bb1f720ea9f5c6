#include "worker/process/slot_protocol.h"

#include "common/wire/framed.h"

namespace headway::worker {

std::string encode(const ToSupervisor& message) { return wire::encode_framed(message); }
std::string encode(const FromSupervisor& message) { return wire::encode_framed(message); }
std::string encode(const FromFileReader& message) { return wire::encode_framed(message); }

Result<ToSupervisor> decode_to_supervisor(std::string_view frame) {
  return wire::decode_framed<ToSupervisor>(frame);
}
Result<FromSupervisor> decode_from_supervisor(std::string_view frame) {
  return wire::decode_framed<FromSupervisor>(frame);
}
Result<FromFileReader> decode_from_file_reader(std::string_view frame) {
  return wire::decode_framed<FromFileReader>(frame);
}

}  // namespace headway::worker
