#include <array>

#include "common/base/check.h"
#include "common/wire/codec.h"
#include "entry.h"
#include "tests/fuzz/bodies/bodies.h"

/// What is asked and answered on the control socket: the first byte of an input says as which body
/// the others are taken.

namespace headway::fuzz {

namespace {

template <class Body>
void try_body(std::string_view bytes) {
  const Result<Body> read = decode_body<Body>(bytes);
  if (!read) {
    HW_CHECK(!read.error().message.empty(), "a refusal without a reason");
    return;
  }
  const std::string written = encode_body(*read);
  // Of an entry that is an empty map all fields are written out: such a body can grow.
  if (written.size() > kMaxFrameBytes) return;
  const Result<Body> again = decode_body<Body>(written);
  HW_CHECK(again && *again == *read, "a body changed on its way");
}

template <class... Bodies>
void try_one_of(std::size_t which, std::string_view bytes, Listed<Bodies...> /*all*/) {
  constexpr std::array kTries = {&try_body<Bodies>...};
  kTries.at(which % kTries.size())(bytes);
}

}  // namespace

void try_input(std::string_view input) {
  if (input.empty()) return;
  try_one_of(static_cast<unsigned char>(input.front()), input.substr(1), ControlBodies{});
}

}  // namespace headway::fuzz
