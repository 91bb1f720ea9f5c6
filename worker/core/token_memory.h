#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "common/base/ids.h"

namespace headway::worker {

/// How an attempt that the worker no longer holds left it.
enum class PastToken : std::uint8_t {
  kRejected,  ///< handed back; nothing of it was started
  kStopped,   ///< nothing of it is alive
};

/// Remembers tokens for which a final answer was given, so that a message that was long on its way
/// gets the same answer again and never starts anything twice. Bounded: when it is full, the
/// smallest token goes, and from then on every token up to that one counts as stopped. Tokens only
/// grow, so that a new attempt is not among those; should it be all the same, it is handed back
/// and gets a new token.
class TokenMemory {
 public:
  static constexpr std::size_t kMost = 4096;

  void remember(Token token, PastToken past);
  [[nodiscard]] std::optional<PastToken> recall(Token token) const;
  void clear();
  [[nodiscard]] std::size_t size() const { return past_.size(); }

 private:
  std::map<Token, PastToken> past_;
  Token floor_;
};

}  // namespace headway::worker
