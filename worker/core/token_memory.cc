#include "worker/core/token_memory.h"

#include <algorithm>

namespace headway::worker {

void TokenMemory::remember(Token token, PastToken past) {
  if (token <= floor_) return;
  past_.try_emplace(token, past);
  if (past_.size() <= kMost) return;
  floor_ = std::max(floor_, past_.begin()->first);
  past_.erase(past_.begin());
}

std::optional<PastToken> TokenMemory::recall(Token token) const {
  if (token <= floor_) return PastToken::kStopped;
  const auto found = past_.find(token);
  if (found == past_.end()) return std::nullopt;
  return found->second;
}

void TokenMemory::clear() {
  past_.clear();
  floor_ = Token{};
}

}  // namespace headway::worker
