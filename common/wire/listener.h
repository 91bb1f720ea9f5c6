#pragma once

#include <cstdint>
#include <string>

#include "common/base/time.h"
#include "common/wire/connection_watch.h"

namespace headway {

/// Who listens at an endpoint, by what it greets with.
enum class Listener : std::uint8_t {
  kNobody,       ///< nobody, or nobody who speaks ZMTP: also a tunnel whose other end is not there
  kOpen,         ///< takes peers without keys
  kAsksForKeys,  ///< takes peers by CURVE alone
  kAnothers,     ///< a socket file of another user, who takes nobody else (but root)
};

/// Asks, over a connection of its own, with greetings of ZMTP 3 (rfc.zeromq.org/spec/23). Blocks
/// for at most twice `most` beside the name's resolution. Nobody asks for keys at a socket file.
Listener who_listens(const std::string& endpoint, Duration most);

/// Judges by how handshakes fail whether a listener will ever let this side in. One that asks for
/// keys, or for others, often just hangs up; but so does a tunnel or a relay whose coordinator is
/// away for a moment, and for that one waits.
class GreetingJudge {
 public:
  /// Takes how a handshake failed; true: it is certain that no other will do better. Now and then
  /// asks who listens there.
  bool is_stranger(ConnectionLoss loss, const std::string& endpoint, bool with_key);
  /// A handshake went well.
  void let_in() { *this = {}; }

 private:
  int cut_short_ = 0;            ///< since it was last asked who listens
  bool asked_for_keys_ = false;  ///< the one that listened then
};

}  // namespace headway
