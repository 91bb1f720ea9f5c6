#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// What a worker lets go of an attempt's output has arrived, or was never to be had: invariant 15,
/// as far as output goes. Only about attempts that are alive, or that ended by themselves since the
/// coordinator was started: what comes of others is taken and thrown away.
class Outputs {
 public:
  Outputs(const Reading& reading, Problems& problems) : reading_(reading), problems_(problems) {}

  void arrived(Token token, std::uint64_t offset, std::uint64_t size);
  /// It could not be kept.
  void left_out(Token token, std::uint64_t offset, std::uint64_t size) {
    arrived(token, offset, size);
  }
  /// The worker keeps nothing before `offset` any more.
  void released(Token token, std::uint64_t offset);
  /// A coordinator has read the journal; it waits for no output of what had ended.
  void recovered();
  /// Off where messages are lost or overtake each other within a connection: the protocol rests on
  /// its order.
  void tolerate_holes() { tolerant_ = true; }

 private:
  [[nodiscard]] bool given_up(Token token) const;

  const Reading& reading_;
  Problems& problems_;
  std::map<Token, std::map<std::uint64_t, std::uint64_t>> known_;  ///< by offset: where it ends
  Token recovered_to_;       ///< the last handed out before the coordinator was started
  std::set<Token> awaited_;  ///< those of before that were alive then
  bool tolerant_ = false;
};

}  // namespace headway::sim
