#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What libFuzzer calls with each input: a target defines `try_input` and nothing else. An input is
/// bad when the program stops (HW_CHECK, the sanitizers), or takes more time or memory than
/// `tests/fuzz/fuzz` allows.

namespace headway::fuzz {

void try_input(std::string_view input);

}  // namespace headway::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own, so that a byte read beyond its end is seen.
  const std::string input(reinterpret_cast<const char*>(data), size);
  headway::fuzz::try_input(input);
  return 0;
}
