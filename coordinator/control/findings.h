#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "common/messages/validation_messages.h"

namespace headway {

/// What one check of a run's state tells at most.
inline constexpr std::size_t kMostFaultsTold = 50;

/// Something that must not be: the check has failed.
inline void tell_fault(StateCheck& check, std::string finding) {
  check.verdict = CheckVerdict::kFailed;
  if (check.findings.size() < kMostFaultsTold) check.findings.push_back(std::move(finding));
}

}  // namespace headway
