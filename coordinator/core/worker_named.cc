#include "coordinator/core/worker_named.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

namespace {

/// Bytes of a name that an error repeats.
constexpr std::size_t kMostOfAName = 200;

}  // namespace

Result<WorkerId> worker_named(const State& state, const std::string& agent) {
  const std::size_t slash = agent.find('/');
  const std::string name = agent.substr(0, slash);
  const auto known = state.worker_by_name.find(name);
  if (known == state.worker_by_name.end()) {
    return Error{ErrorKind::kNotFound, fmt::format("no worker {} has ever joined",
                                                   printable(name.substr(0, kMostOfAName)))};
  }
  if (slash == std::string::npos) return known->second;
  const std::string_view word = std::string_view(agent).substr(slash + 1);
  const std::uint32_t slots = state.workers.at(known->second).slots;
  std::uint32_t slot = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), slot);
  if (error == std::errc{} && end == word.data() + word.size() && slot >= 1 && slot <= slots) {
    return known->second;
  }
  return Error{ErrorKind::kNotFound,
               fmt::format("there is no agent {}: worker {} has {}",
                           printable(agent.substr(0, kMostOfAName)), name, counted(slots, "slot"))};
}

}  // namespace headway
