#pragma once

#include <map>
#include <set>

#include "tests/sim/checkers/problems.h"
#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// What people and workers were told, and whether the journal bears it out: invariants 1 (an
/// acknowledged submission), 7 (an acknowledged result) and 8 (a stop).
class Promises {
 public:
  Promises(const Reading& reading, Problems& problems) : reading_(reading), problems_(problems) {}

  void submit_acknowledged(RunId run);
  void stop_acknowledged(RunId run);
  void result_acknowledged(Token token, ResultVerdict verdict, Outcome reported);
  void checkpoint_acknowledged(Token token, std::uint32_t number);
  /// A coordinator has read the journal: everything promised must be in it.
  void recovered();
  /// An older copy of the registry took its place: what came after it is lost by definition.
  void restored();

 private:
  const Reading& reading_;
  Problems& problems_;
  std::set<RunId> submitted_;
  std::map<Token, Outcome> results_;
};

}  // namespace headway::sim
