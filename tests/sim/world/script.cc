#include "tests/sim/world/script.h"

#include <algorithm>
#include <array>

#include "tests/sim/world/plans.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// The margin of a lease leaves two seconds for a kill.
constexpr Duration kSlowestKill = 1'500ms;

void draw_failure(Random& random, Script& script) {
  switch (random.below(6)) {
    case 0:
      script.outcome = Outcome::kSignal;
      script.signal = 11;
      return;
    case 1:
      script.outcome = Outcome::kOutOfMemory;
      return;
    case 2:
      script.outcome = Outcome::kGate;
      return;
    case 3:
      script.outcome = Outcome::kCouldNotStart;
      script.could_not_start = true;
      return;
    default:
      script.outcome = Outcome::kExit;
      script.exit_code = 1 + static_cast<std::int32_t>(random.below(255));
  }
}

}  // namespace

Script draw_script(Stage& stage, Random& random, const AttemptSpec& spec) {
  const CommandRates& rates = stage.scenario.commands;
  Script script;
  script.runtime = random.up_to(rates.longest);
  if (spec.words.back() == kFailingCommand) {
    script.outcome = Outcome::kExit;
    script.exit_code = 1;
  } else if (stage.happens(Fault::kFailedCommand, rates.fails, random)) {
    draw_failure(random, script);
  }
  if (spec.timeout && stage.happens(Fault::kHang, rates.hang, random)) script.runtime = 10h;
  script.ignores_term = stage.happens(Fault::kIgnoredTerm, rates.ignores_term, random);
  script.reaction = random.up_to(500ms);
  script.leaves_processes = stage.happens(Fault::kLeftProcesses, rates.leaves_processes, random);
  script.kill_takes = random.one_in(10) ? random.up_to(kSlowestKill) : random.up_to(10ms);
  if (spec.words.back() == kKillerCommand) {
    stage.count(Fault::kKilledItsWorker);
    script.runtime = std::max<Duration>(script.runtime, 20ms);
    script.kills_worker_after = Duration{};  // before anybody was told that it runs
  } else if (stage.happens(Fault::kKilledItsWorker, rates.kills_worker, random)) {
    script.kills_worker_after = random.up_to(script.runtime);
  }
  if (!spec.artifacts.empty()) script.artifacts_take = random.up_to(100ms);
  const auto moments = [&](std::uint64_t most) {
    std::vector<Duration> drawn;
    for (std::uint64_t left = random.below(most + 1); left > 0; --left) {
      drawn.push_back(random.up_to(std::min<Duration>(script.runtime, 20s)));
    }
    return drawn;
  };
  if (random.one_in(2)) script.progress = moments(2);
  if (random.one_in(3)) script.checkpoints = moments(3);
  if (random.one_in(2)) {
    for (const Duration when : moments(3)) {
      script.output.emplace_back(when, 1 + random.below(random.one_in(20) ? 60'000 : 100));
    }
  }
  return script;
}

char output_byte(Token token, std::uint64_t offset) {
  return static_cast<char>('a' + (token.number() * 7 + offset) % 26);
}

}  // namespace headway::sim
