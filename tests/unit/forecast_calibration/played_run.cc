#include "played_run.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "tests/support/core/core_harness.h"

namespace headway::test {

namespace {

constexpr Duration kNeverLost = std::chrono::hours{100'000};

CoreOptions patient() {
  CoreOptions options = CoreHarness::default_options();
  options.lease = kNeverLost;
  return options;
}

/// Workers that start what they are given as soon as they have a slot.
class PlayedRun {
 public:
  explicit PlayedRun(const Case& of) : case_(of), harness_(patient()) {
    harness_.checks_each_turn = false;
    for (std::size_t i = 0; i < of.slots.size(); ++i) {
      const std::string name = "w" + std::to_string(i);
      free_[name] = of.slots[i];
      harness_.join(name, of.slots[i]);
    }
    for (std::uint32_t i = 0; i < of.plan.tickets.size(); ++i) index_[of.plan.tickets[i].id] = i;
    failed_.resize(of.plan.tickets.size());
    PlanBuilder builder;
    builder.plan = of.plan;
    run_ = harness_.submit(builder);
    take_assigned();
  }

  std::vector<Look> play(const std::vector<double>& shares) {
    std::vector<Look> looks;
    std::vector<Instant> at;
    std::size_t next = 0;
    std::uint32_t looked_after = kNever;
    while (true) {
      const Run* run = harness_.core().state().find_run(run_);
      if (run == nullptr || is_final(run->state)) break;
      const double share = static_cast<double>(run->ended()) / static_cast<double>(index_.size());
      const bool due = next < shares.size() && share >= shares[next];
      while (next < shares.size() && share >= shares[next]) ++next;
      if (due && run->ended() != looked_after) {
        looked_after = run->ended();
        looks.push_back({shares[next - 1], make_forecast(situation(*run)), {}});
        at.push_back(harness_.now());
      }
      go_on();
    }
    for (std::size_t i = 0; i < looks.size(); ++i) looks[i].left = harness_.now() - at[i];
    harness_.ignore_messages();
    return looks;
  }

 private:
  static constexpr std::uint32_t kNever = ~0U;

  Situation situation(const Run& run) const {
    const auto wall = harness_.now().time_since_epoch() + std::chrono::hours{500'000};
    return situation_of(
        harness_.core(), run,
        {harness_.now(), WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(wall)}});
  }

  void take_assigned() {
    for (const auto& [name, slots] : free_) {
      for (const std::string& ticket : harness_.assigned_to(name)) queued_[name].push_back(ticket);
    }
    for (auto& [name, queue] : queued_) {
      while (!queue.empty() && free_[name] > 0) {
        const std::string ticket = queue.front();
        queue.pop_front();
        --free_[name];
        harness_.start(ticket);
        ending_.emplace(harness_.now() + case_.truth.takes[index_.at(ticket)],
                        std::pair(name, ticket));
      }
    }
  }

  /// To the next end of an attempt, or the next timer.
  void go_on() {
    const std::optional<Instant> timer = harness_.core().next_deadline();
    const Instant end = ending_.empty() ? Instant::max() : ending_.begin()->first;
    const Instant until = timer ? std::min(*timer, end) : end;
    harness_.advance(std::max<Duration>(until - harness_.now(), {}));
    if (!ending_.empty() && ending_.begin()->first <= harness_.now()) {
      const auto [name, ticket] = ending_.begin()->second;
      ending_.erase(ending_.begin());
      const std::uint32_t index = index_.at(ticket);
      AttemptResult result;
      result.usage.elapsed = case_.truth.takes[index];
      if (failed_[index] < case_.truth.failures[index]) {
        ++failed_[index];
        result.outcome = Outcome::kExit;
        result.exit_code = 1;
      }
      ++free_[name];
      harness_.end(ticket, result);
    }
    take_assigned();
  }

  const Case& case_;
  CoreHarness harness_;
  RunId run_;
  std::map<std::string, std::uint32_t> index_;  ///< by ticket's id
  std::vector<std::uint32_t> failed_;           ///< by ticket
  std::map<std::string, std::uint32_t> free_;   ///< slots, by worker
  std::map<std::string, std::deque<std::string>> queued_;
  std::multimap<Instant, std::pair<std::string, std::string>> ending_;  ///< worker, ticket
};

}  // namespace

std::vector<Look> play(const Case& of, const std::vector<double>& shares) {
  return PlayedRun(of).play(shares);
}

}  // namespace headway::test
