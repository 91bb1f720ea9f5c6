#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/plan_file/check_fields.h"

/// What a ticket's and a plan's checks must be beside well-formed, so that nothing in them is
/// passed over without a word.

namespace headway {

/// Fields of a gate whose being written counts, whatever their value.
constexpr std::uint32_t kRetryBit = kOtherCheckBit;
constexpr std::uint32_t kOnTimeoutBit = kOtherCheckBit << 1U;

/// Fields of a gate that would mean nothing: an approval is beside nothing, on no agent and made
/// once, and only what waits for a person, for a time, is decided by the end of that. `bits`: which
/// fields were written. What is refused is taken out of the gate.
void check_gate_fields(Reading& reading, const YamlNode& node, std::uint32_t bits, Gate& gate);

/// The names of one list of checks: each is there once, so that `--check NAME` means one.
class CheckNames {
 public:
  /// `what`: a member of the list, as in `a gate`.
  CheckNames(Reading& reading, std::string_view what) : reading_(reading), what_(what) {}

  /// False: it is to be left out, and why has been told.
  bool add(const YamlNode& node, const std::string& name);

 private:
  Reading& reading_;
  std::string_view what_;
  std::map<std::string, SourceMark> first_;
};

/// False, and told: the name is what the output of its ticket's rollback is asked for by.
bool is_name_of_a_gate(Reading& reading, const YamlNode& node, const std::string& name);

}  // namespace headway
