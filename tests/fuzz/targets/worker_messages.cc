#include "common/base/check.h"
#include "common/wire/codec.h"
#include "entry.h"

/// What workers, newcomers and the coordinator say to each other: an input is a frame, taken as one
/// of either direction.

namespace headway::fuzz {

namespace {

/// What was read comes back when it is written and read again.
template <class Framed, class Decode>
void try_frame(std::string_view frame, Decode decode) {
  const Result<Framed> read = decode(frame);
  if (!read) {
    HW_CHECK(!read.error().message.empty(), "a refusal without a reason");
    return;
  }
  const std::string written = encode(*read);
  // Of an entry that is an empty map all fields are written out: such a frame can grow.
  if (written.size() > kMaxFrameBytes) return;
  const Result<Framed> again = decode(written);
  HW_CHECK(again && *again == *read, "a message changed on its way");
}

}  // namespace

void try_input(std::string_view input) {
  try_frame<FromWorker>(input, decode_from_worker);
  try_frame<FromCoordinator>(input, decode_from_coordinator);
  try_frame<FromNewcomer>(input, decode_from_newcomer);
  try_frame<ToNewcomer>(input, decode_to_newcomer);
}

}  // namespace headway::fuzz
