#include "tests/sim/checkers/outputs.h"

#include <algorithm>

#include "tests/sim/checkers/journal_rules.h"

namespace headway::sim {

void Outputs::arrived(Token token, std::uint64_t offset, std::uint64_t size) {
  std::uint64_t& end = known_[token][offset];
  end = std::max(end, offset + size);
}

void Outputs::released(Token token, std::uint64_t offset) {
  const ReadAttempt* attempt = reading_.attempt(token);
  if (tolerant_ || attempt == nullptr || given_up(token)) return;
  const bool by_itself = attempt->outcome && (*attempt->outcome == Outcome::kSucceeded ||
                                              is_failure(*attempt->outcome));
  if (!attempt->alive && !by_itself) return;
  std::uint64_t covered = 0;
  for (const auto& [from, to] : known_[token]) {
    if (from > covered) break;
    covered = std::max(covered, to);
  }
  if (covered >= offset) return;
  problems_.add(15, "output of token {} is released up to {} and has arrived up to {}",
                token.number(), offset, covered);
}

void Outputs::recovered() {
  recovered_to_ = reading_.newest();
  awaited_.clear();
  for (const auto& [token, key] : reading_.held()) awaited_.insert(token);
}

bool Outputs::given_up(Token token) const {
  return token <= recovered_to_ && !awaited_.contains(token);
}

}  // namespace headway::sim
