// Measures what handing out a ticket costs the coordinator's core: everything from its being ready
// to its committed result, without sockets and disk. Not a test; run it by hand:
//   bench_scheduler [tickets] [shape]      (100,000 by default, all shapes)
// A shape is superlinear when its microseconds a ticket grow with the number of tickets.
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "coordinator/core/core.h"
#include "tests/support/core/plan_builder.h"

namespace headway {
namespace {

struct Shape {
  const char* name;
  const char* what;
  std::uint32_t workers;
  std::uint32_t slots;
  std::function<void(PlanBuilder&, std::size_t)> fill;
};

std::string id(std::size_t number) { return fmt::format("t{}", number); }

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kAll = {
      {"alike", "all in one bucket, one worker with 16 slots", 1, 16,
       [](PlanBuilder& plan, std::size_t count) { plan.add_many("t", count); }},
      {"wide", "alike, 1,000 workers with 4 slots", 1000, 4,
       [](PlanBuilder& plan, std::size_t count) { plan.add_many("t", count); }},
      {"known", "alike but for 16 categories, 1,000 workers with 4 slots", 1000, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).category(fmt::format("c{}", i % 16));
         }
       }},
      {"folder", "all change docs/**", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) plan.add(id(i)).changes("docs/**");
       }},
      {"files", "each changes a file of its own, one in a hundred the whole folder", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).changes(i % 100 == 0 ? "docs/**" : fmt::format("docs/{}.md", i));
         }
       }},
      {"shared", "10,000 sets of locks, all with one writer's lock in common", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).writes("common").writes(fmt::format("l{}", i % 10'000));
         }
       }},
      {"readers", "10,000 sets of locks, all read one lock that every tenth writes", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           ticket.writes(fmt::format("l{}", i % 10'000));
           i % 10 == 0 ? ticket.writes("common") : ticket.reads("common");
         }
       }},
      {"licenses", "1,000 kinds of tickets for 8 licenses, one to three each", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         plan.resource("license", 8);
         for (std::size_t i = 0; i < count; ++i) {
           const auto units = static_cast<std::int64_t>(1 + i % 3);
           plan.add(id(i)).needs("license", units).writes(fmt::format("l{}", i % 1000));
         }
       }},
      {"room", "1,000 amounts of memory, 1,000 workers that hold a few of them", 1000, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           plan.add(id(i)).needs("memory", static_cast<std::int64_t>(300 + i % 1000));
         }
       }},
      {"deep", "100 chains", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           if (i >= 100) ticket.after({id(i - 100)});
         }
       }},
      {"fan", "each after three of the hundred before it", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           if (i >= 100) {
             ticket.after({id(i - 1 - i % 31), id(i - 40 - i % 17)}).after_end_of({id(i - 100)});
           }
         }
       }},
      {"barriers", "100 chains with barriers", 8, 4,
       [](PlanBuilder& plan, std::size_t count) {
         plan.barriers();
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           if (i >= 100) ticket.after({id(i - 100)});
         }
       }},
      {"line", "one chain with barriers", 1, 1,
       [](PlanBuilder& plan, std::size_t count) {
         plan.barriers();
         for (std::size_t i = 0; i < count; ++i) {
           TicketBuilder ticket = plan.add(id(i));
           if (i > 0) ticket.after({id(i - 1)});
         }
       }},
  };
  return kAll;
}

/// One coordinator and workers that end a ticket as soon as they have it, in the order handed out.
class Bench {
 public:
  explicit Bench(const Shape& shape) : core_(CoreOptions{}, State{}, now_) {
    for (std::uint32_t i = 0; i < shape.workers; ++i) {
      Hello hello;
      hello.worker = fmt::format("w{}", i);
      hello.incarnation = i + 1;
      hello.slots = shape.slots;
      hello.resources = {{"memory", 2000 * 1000}};
      core_.step(WorkerInput{fmt::format("{}", i), {0, hello}}, now_);
    }
    turn();
  }

  void submit(PlanBuilder& plan) {
    core_.step(SubmitInput{1, run_plan(std::move(plan.plan))}, now_);
    turn();
  }

  /// Returns the number of tickets that ended. A turn takes the results of as many as a busy
  /// coordinator finds waiting.
  std::size_t run() {
    constexpr std::size_t kResultsInTurn = 64;
    std::size_t ended = 0;
    while (!alive_.empty()) {
      for (std::size_t i = 0; i < kResultsInTurn && !alive_.empty(); ++i, ++ended) {
        const auto [peer, session, token] = alive_.front();
        alive_.pop_front();
        AttemptResult result;
        result.token = token;
        core_.step(WorkerInput{peer, {session, Accept{token}}}, now_);
        core_.step(WorkerInput{peer, {session, result}}, now_);
      }
      turn();
    }
    return ended;
  }

 private:
  struct Given {
    std::string peer;
    std::uint64_t session;
    Token token;
  };

  void turn() {
    now_.steady += std::chrono::microseconds{10};
    const Turn turn = core_.finish_turn(now_);
    for (const Effect& effect : turn.effects) {
      const auto* send = std::get_if<SendToWorker>(&effect);
      if (send == nullptr) continue;
      if (const auto* assign = std::get_if<Assign>(&send->message.message)) {
        alive_.push_back({send->peer, send->message.session, assign->token});
      }
    }
  }

  Now now_{Instant{std::chrono::hours{1}}, WallTime{std::chrono::hours{1}}};
  Core core_;
  std::deque<Given> alive_;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const Shape& shape, std::size_t tickets) {
  PlanBuilder plan;
  shape.fill(plan, tickets);
  Bench bench(shape);
  const auto begin = std::chrono::steady_clock::now();
  bench.submit(plan);
  const double submitted = seconds_since(begin);
  const auto start = std::chrono::steady_clock::now();
  const std::size_t ended = bench.run();
  const double seconds = seconds_since(start);
  const auto count = static_cast<double>(tickets);
  fmt::print(
      "{:<10}{:>9} tickets {:>8.2f} s submit {:>8.2f} s run {:>8.1f} us/ticket {:>9.0f}/s  {}{}\n",
      shape.name, tickets, submitted, seconds, 1e6 * seconds / count,
      static_cast<double>(ended) / seconds, shape.what,
      ended == tickets ? "" : fmt::format("  ({} ended!)", ended));
}

}  // namespace
}  // namespace headway

int main(int argc, char** argv) {
  const std::size_t tickets = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::string wanted = argc > 2 ? argv[2] : "";
  for (const headway::Shape& shape : headway::shapes()) {
    if (wanted.empty() || wanted == shape.name) headway::measure(shape, tickets);
  }
  return 0;
}
