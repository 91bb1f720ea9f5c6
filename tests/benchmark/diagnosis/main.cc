// How long the coordinator's thread is held by `headway diagnose`, half-way through runs that are
// as bad for it as can be. Not a test; run it by hand:
//   bench_diagnosis [tickets]      (100,000 by default)
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "coordinator/diagnosis/diagnosis.h"
#include "tests/support/core/plan_builder.h"

namespace headway {
namespace {

using std::chrono_literals::operator""s;

struct Shape {
  const char* name;
  const char* what;
  std::function<void(PlanBuilder&, std::size_t)> fill;
  bool fails = false;  ///< every tenth ticket that is handed out
};

std::string id(std::size_t number) { return fmt::format("t{}", number); }

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kAll = {
      {"alike", "all ready, all alike",
       [](PlanBuilder& plan, std::size_t count) { plan.add_many("t", count); }},
      {"failing", "all ready, every tenth fails for good, the others wait for ten of them",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i)).estimate(1s);
           if (i >= count / 2) ticket.after_end_of({id(i - count / 2), id(i - 1)});
         }
       },
       true},
      {"files", "each changes a file of its own, one in a hundred the whole folder",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).changes(i % 100 == 0 ? "docs/**" : fmt::format("docs/{}.md", i));
         }
       }},
      {"shared", "10,000 sets of locks, all with one writer's lock in common",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).estimate(10s).writes("common").writes(fmt::format("l{}", i % 10'000));
         }
       }},
      {"unservable", "half of them need one of 1,000 labels that nobody has",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           if (i % 2 == 0) ticket.labelled(fmt::format("label{}", i % 2000));
         }
       }},
      {"room", "1,000 amounts of memory that few workers have",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).needs("memory", static_cast<std::int64_t>(300 + i % 1000));
         }
       }},
      {"deep", "100 chains",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i)).estimate(1s);
           if (i >= 100) ticket.after({id(i - 100)});
         }
       }},
      {"fan", "each after three of the hundred before it",
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i)).estimate(1s);
           if (i >= 100) {
             ticket.after({id(i - 1 - i % 31), id(i - 40 - i % 17)}).after_end_of({id(i - 100)});
           }
         }
       }},
  };
  return kAll;
}

/// A coordinator with 200 workers, half-way through a run, an hour after the last thing happened.
class HalfWay {
 public:
  HalfWay(const Shape& shape, std::size_t tickets) : core_(CoreOptions{}, State{}, now_) {
    constexpr std::uint32_t kWorkers = 200;
    for (std::uint32_t i = 0; i < kWorkers; ++i) {
      Hello hello;
      hello.worker = fmt::format("w{}", i);
      hello.incarnation = i + 1;
      hello.slots = 4;
      hello.resources = {{"memory", 2000 * 1000}};
      core_.step(WorkerInput{fmt::format("{}", i), {0, hello}}, now_);
    }
    turn();
    PlanBuilder plan;
    shape.fill(plan, tickets);
    core_.step(SubmitInput{1, run_plan(std::move(plan.plan))}, now_);
    turn();
    std::size_t ended = 0;
    while (ended < tickets / 2 && !given_.empty()) {
      constexpr std::size_t kResultsInTurn = 64;
      for (std::size_t i = 0; i < kResultsInTurn && !given_.empty(); ++i, ++ended) {
        end_one(shape.fails && ended % 10 == 0);
      }
      turn();
    }
    for (const Given& given : given_) {
      core_.step(WorkerInput{given.peer, {given.session, Started{given.token, SlotId{1}, 1}}},
                 now_);
    }
    core_.finish_turn(now_);
    now_.wall += std::chrono::hours{1};
  }

  /// Milliseconds, and what was found.
  std::pair<double, std::size_t> diagnose_once() const {
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<Finding> findings =
        diagnose(core_.state(), &core_, core_.state().runs.begin()->second, {}, now_);
    const auto took = std::chrono::steady_clock::now() - begin;
    return {std::chrono::duration<double, std::milli>(took).count(), findings.size()};
  }

 private:
  struct Given {
    std::string peer;
    std::uint64_t session;
    Token token;
  };

  void end_one(bool fails) {
    const Given given = given_.front();
    given_.pop_front();
    AttemptResult result;
    result.token = given.token;
    result.outcome = fails ? Outcome::kExit : Outcome::kSucceeded;
    result.exit_code = fails ? 1 : 0;
    result.usage.elapsed = 2s;
    core_.step(WorkerInput{given.peer, {given.session, Accept{given.token}}}, now_);
    core_.step(WorkerInput{given.peer, {given.session, result}}, now_);
  }

  void turn() {
    now_.steady += std::chrono::microseconds{10};
    now_.wall += std::chrono::milliseconds{10};
    const Turn turn = core_.finish_turn(now_);
    for (const Effect& effect : turn.effects) {
      const auto* send = std::get_if<SendToWorker>(&effect);
      if (send == nullptr) continue;
      if (const auto* assign = std::get_if<Assign>(&send->message.message)) {
        given_.push_back({send->peer, send->message.session, assign->token});
      }
    }
  }

  Now now_{Instant{std::chrono::hours{1}}, WallTime{std::chrono::hours{1}}};
  Core core_;
  std::deque<Given> given_;
};

void measure(const Shape& shape, std::size_t tickets) {
  const HalfWay world(shape, tickets);
  std::vector<double> took;
  std::size_t found = 0;
  for (int i = 0; i < 5; ++i) {
    const auto [milliseconds, findings] = world.diagnose_once();
    took.push_back(milliseconds);
    found = findings;
  }
  std::ranges::sort(took);
  fmt::print("{:<11}{:>8} tickets  median {:>6.1f} ms  worst {:>6.1f} ms  {:>4} findings  {}\n",
             shape.name, tickets, took[took.size() / 2], took.back(), found, shape.what);
}

}  // namespace
}  // namespace headway

int main(int count, char** words) {
  const std::size_t tickets = count > 1 ? std::strtoull(words[1], nullptr, 10) : 100'000;
  for (const headway::Shape& shape : headway::shapes()) headway::measure(shape, tickets);
  return 0;
}
