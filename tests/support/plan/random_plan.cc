#include "tests/support/plan/random_plan.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "common/base/call_label.h"

namespace headway::test {

namespace {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : engine_(seed) {}

  Plan plan() {
    Plan plan;
    if (chance(2)) plan.name = name();
    plan.strategy = pick<Strategy>(3);
    if (chance(2)) plan.max_parallel = static_cast<std::int32_t>(1 + below(1000));
    plan.barriers = chance(2);
    plan.on_failure = pick<OnFailure>(2);
    const std::size_t count = below(6);
    for (std::size_t i = 0; i < count; ++i) plan.tickets.push_back(ticket(i));
    if (chance(3)) plan.resources = {{"pool " + name(), static_cast<std::int64_t>(below(100'000))}};
    for (std::size_t i = below(3); i > 0; --i) plan.plan_gates.push_back(plan_gate());
    if (chance(2)) plan.execution_plan = execution_plan(plan);
    return plan;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : engine_() % limit; }
  bool chance(std::size_t of) { return below(of) == 0; }
  template <class E>
  E pick(std::size_t count) {
    return static_cast<E>(below(count));
  }

  /// Text of pieces that YAML could stumble over.
  std::string text() {
    static constexpr std::array kPieces = {
        "a", "B",  "0",  " ",  "\n",   "\t",     ":",      ": ",   "#",    " #", "-", "- ",
        "'", "\"", "\\", "[",  "]",    "{",      "}",      ",",    "&",    "*",  "!", "|",
        ">", "%",  "@",  "`",  "~",    "?",      "é",      "漢",   "🙂", "no", "1", "\r",
        ".", "/",  "=",  "<<", "\x1b", "\u0085", "\u2028", "null", "\n  "};
    std::string result;
    for (std::size_t i = below(9); i > 0; --i) result += kPieces[below(kPieces.size())];
    return result;
  }
  std::string filled_text() { return "x" + text(); }
  std::string name() {
    static constexpr std::array kPieces = {"a", "Z", "9",  "-", "_",  " ", "/", ":",
                                           "#", "é", "漢", "'", "\"", "[", "*", "null"};
    std::string result;
    for (std::size_t i = 1 + below(6); i > 0; --i) result += kPieces[below(kPieces.size())];
    return result;
  }
  /// As no other of the plan has it.
  std::string own_name() { return name() + std::to_string(++named_); }
  std::string variable() { return "V" + std::to_string(below(100)); }
  std::string path() { return "p/" + name(); }
  Duration time() {
    static constexpr std::array<std::int64_t, 5> kUnits = {1, 1'000'000, 1'000'000'000,
                                                           60'000'000'000, 3'600'000'000'000};
    return Duration{kUnits[below(kUnits.size())] * static_cast<std::int64_t>(1 + below(5000))};
  }
  std::optional<Duration> maybe_time() { return chance(2) ? std::optional(time()) : std::nullopt; }
  template <class Make>
  auto list(Make make) {
    std::vector<decltype(make())> result;
    for (std::size_t i = below(4); i > 0; --i) result.push_back(make());
    return result;
  }
  std::vector<std::string> names() {
    return list([&] { return name(); });
  }

  Command command() {
    Command command;
    if (chance(2)) {
      command.shell_line = filled_text();
    } else {
      command.words = {filled_text()};
      for (std::size_t i = below(3); i > 0; --i) command.words.push_back(text());
    }
    return command;
  }

  /// A ticket's: also a function, with the label that goes with it.
  void call(Ticket& ticket) {
    static constexpr std::array kArguments = {
        "", "[]", "{}", R"([1, -2.5e+3, "1", "a\"b\\c\u000a\u0000", null, true, {"é🙂": [[]]}])",
        R"({"": false, "no": "x: #y", "<<": 0})"};
    ticket.command = Command{"", {}, "module_1.sub:function", kArguments[below(kArguments.size())]};
    std::vector<std::string>& labels = ticket.agent.labels;
    if (std::ranges::find(labels, kCallLabel) == labels.end()) labels.emplace_back(kCallLabel);
  }

  RetryPolicy retry() {
    RetryPolicy policy;
    if (chance(2)) return policy;
    policy.max = static_cast<std::int32_t>(below(1001));
    if (chance(2)) policy.backoff = time();
    if (chance(2)) policy.factor = 1 + static_cast<double>(below(1000)) / 7;
    if (chance(2)) policy.when = list([&] { return pick<RetryCause>(7); });
    return policy;
  }

  Dependencies dependencies(std::size_t ticket) {
    Dependencies result;
    for (std::size_t other = 0; other < ticket; ++other) {
      const std::string other_id = id(other);
      if (chance(3)) result.blocking.push_back(other_id);
      if (chance(4)) result.sequential.push_back(other_id);
      if (chance(4)) result.soft.push_back(other_id);
      if (chance(5)) result.file_conflicts.push_back(other_id);
      if (chance(5)) result.resource_conflicts.push_back(other_id);
    }
    return result;
  }

  static std::string id(std::size_t ticket) {
    static constexpr std::array kIds = {"API-1", "010", "no", "with blank", "sl/ash: #1", "null"};
    return kIds[ticket];
  }

  Ticket ticket(std::size_t index) {
    Ticket ticket;
    ticket.id = id(index);
    if (chance(2)) ticket.title = text();
    if (chance(2)) ticket.category = text();
    ticket.priority = pick<Priority>(5);
    ticket.estimate = maybe_time();
    ticket.dependencies = dependencies(index);
    ticket.affected_files = list([&] { return path(); });
    ticket.locks = list([&] { return LockRequest{name(), pick<LockMode>(2)}; });
    if (chance(2)) ticket.agent = {name(), names(), names()};
    if (chance(2))
      ticket.resources = {{"cpus", static_cast<std::int64_t>(below(99'999))},
                          {"memory", static_cast<std::int64_t>(below(1U << 30U)) * 1000}};
    ticket.command = command();
    if (chance(4)) call(ticket);
    if (chance(2)) ticket.dir = path();
    if (chance(2)) ticket.env = {{"A", text()}, {variable(), text()}};
    ticket.secrets = list([&] { return variable(); });
    ticket.timeout = maybe_time();
    if (chance(2)) ticket.kill_grace = time();
    ticket.retry = retry();
    ticket.reassign = pick<Reassign>(2);
    if (ticket.reassign == Reassign::kOnProof) ticket.on_disconnect = pick<OnDisconnect>(2);
    ticket.allow_failure = chance(2);
    ticket.isolation = pick<Isolation>(3);
    if (chance(3)) ticket.parallel_group = text();
    if (chance(3)) ticket.status = pick<TicketStatus>(5);
    if (chance(3)) ticket.created = text();
    ticket.artifacts = list([&] { return path(); });
    checks(ticket);
    return ticket;
  }

  void checks(Ticket& ticket) {
    ticket.require = list([&] { return Requirement{own_name(), command(), maybe_time()}; });
    ticket.checkpoints = list([&] {
      CheckpointTrigger at;
      if (chance(2)) at = static_cast<double>(below(100'001)) / 100'000;
      if (chance(3)) at = time();
      return Checkpoint{own_name(), at, command(), maybe_time(), pick<OnCheckpointFail>(2)};
    });
    ticket.gates = list([&] { return chance(2) ? approval() : gate(); });
    if (chance(2)) ticket.rollback = Rollback{command(), pick<RollbackScope>(4), maybe_time()};
  }

  Gate approval() {
    Gate made;
    made.name = own_name();
    made.approval = true;
    made.timeout = maybe_time();
    if (made.timeout) made.on_timeout = pick<OnReviewTimeout>(2);
    return made;
  }
  Gate gate() {
    Gate made;
    made.name = own_name();
    made.command = command();
    made.parallel = chance(2);
    made.labels = names();
    made.timeout = maybe_time();
    made.retry = retry();
    return made;
  }

  PlanGate plan_gate() {
    PlanGate gate{own_name(), command(), AtEnd{}, maybe_time(), pick<OnPlanGateFail>(3)};
    if (chance(2)) gate.every = EveryGroup{};
    if (chance(3)) gate.every = time();
    if (chance(3)) gate.every = EveryTickets{static_cast<std::int32_t>(1 + below(1000))};
    return gate;
  }

  ExecutionPlan execution_plan(const Plan& plan) {
    ExecutionPlan derived;
    if (chance(2)) derived.generated_at = "2026-01-01T00:00:00Z";
    if (chance(2)) derived.source_hash = text();
    if (chance(2)) derived.agents = static_cast<std::int32_t>(1 + below(50));
    derived.estimated_duration = maybe_time();
    derived.sequential_duration = maybe_time();
    if (chance(2)) derived.parallelism_factor = static_cast<double>(below(100'000)) / 97;
    derived.lower_bound = maybe_time();
    if (chance(2)) derived.bound_reason = text();
    if (chance(2)) derived.search = {engine_() % (kMostCounted + 1), below(1'000'000)};
    derived.recommendations = list([&] { return filled_text(); });
    derived.critical_path_duration = maybe_time();
    const bool grouped = chance(2);
    Duration at{};
    for (const Ticket& ticket : plan.tickets) {
      if (grouped)
        derived.groups.push_back(
            {static_cast<std::int32_t>(below(1000)), {ticket.id}, maybe_time(), std::nullopt});
      if (chance(2)) derived.critical_path.push_back(ticket.id);
      if (chance(2))
        derived.bottlenecks.push_back({ticket.id, static_cast<std::int32_t>(below(100))});
      if (chance(2))
        derived.conflicts.push_back({chance(2) ? "file" : "resource",
                                     {ticket.id},
                                     list([&] { return path(); }),
                                     text(),
                                     text()});
      const Duration end = at + time();
      derived.schedule.push_back({ticket.id, chance(2) ? name() : "", at, end});
      at = end;
    }
    return derived;
  }

  std::mt19937_64 engine_;
  std::uint64_t named_ = 0;
};

}  // namespace

Plan random_plan(std::uint64_t seed) { return Maker(seed).plan(); }

}  // namespace headway::test
