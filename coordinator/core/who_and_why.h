#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "common/base/result.h"
#include "common/base/text.h"
#include "coordinator/core/state.h"

namespace headway {

/// What a person wrote goes into facts and errors at most so long.
constexpr std::size_t kMaxDetailBytes = 1000;

/// What a person did, as a fact's detail: `retry by anna: the disk is empty again`.
inline std::string who_and_why(std::string_view what, const std::string& by,
                               const std::string& comment) {
  std::string text{what};
  if (!by.empty()) text += " by " + by;
  if (!comment.empty()) text += ": " + comment;
  return text.substr(0, kMaxDetailBytes);
}

/// A person named a ticket that the run does not have.
inline Error no_ticket(const Run& run, const std::string& id) {
  return {ErrorKind::kNotFound, fmt::format("run r{} has no ticket {}", run.id.number(),
                                            printable(id.substr(0, kMaxDetailBytes)))};
}

}  // namespace headway
