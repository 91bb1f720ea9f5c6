#include "common/plan_file/plan_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_helpers.h"

namespace headway {
namespace {

using namespace std::chrono_literals;
using test::findings;
using test::rendered;
using test::with_ticket;
using ::testing::ElementsAre;

/// The example of the format's description, with tickets for all ids.
constexpr const char* kFull = R"yaml(# yaml-language-server: $schema=../schemas/plan.schema.json
version: 1
name: release-1.4
strategy: maximum
max_parallel: 8
barriers: true
on_failure: fail_fast
resources: {license: 2}
defaults: {timeout: 30m, retry: {max: 1}}
tickets:
  - id: API-014
    title: Add the endpoint
    category: feature
    priority: High
    estimate: 20m
    dependencies:
      blocking: [DB-002]
      sequential: []
      soft: [DOC-001]
      file_conflicts: []
      resource_conflicts: [DB-005]
    affected_files: [src/api/routes.c, docs/api/**]
    locks: [{name: schema, mode: read}]
    agent: {type: builder, labels: [linux, gcc], not: [old-05]}
    resources: {cpus: 2.5, memory: 2GiB, license: 1}
    run: ./build.sh api
    dir: .
    env: {STAGE: test}
    secrets: [API_KEY]
    timeout: 45m
    kill_grace: 5s
    retry: {backoff: 10s, factor: 3, when: [exit, out of memory, could not start]}
    on_disconnect: finish
    reassign: on_proof
    allow_failure: true
    require: [{name: clean tree, run: 'test -z "$(git status --porcelain)"'}]
    checkpoints: [{at: 50%, name: compiles, run: make -q, on_fail: stop}, {name: named, run: x}]
    gates:
      - {name: unit tests, run: make test, timeout: 5m, retry: {max: 1}, labels: [linux]}
      - {name: sign-off, approval: human, timeout: 2d, on_timeout: approve}
    artifacts: [out/*.json]
    rollback: {run: git restore src/api, scope: descendants}
  - {id: DB-002, command: [make, "", db], x-note: whatever}
  - {ticket_id: DOC-001, run: "true", estimated_effort: "2-4 hours", execution_strategy: isolated, status: in-progress}
  - {id: DB-005, run: "true", needs: [DB-002]}
plan_gates: [{name: whole tree, run: make check, every: 20 tickets, on_fail: pause}]
execution_plan:
  generated_at: 2026-01-01T00:00:00Z
  agents: 4
  lower_bound: {duration: 30m, reason: the critical path}
  search: {seed: 7, iterations: 9007199254740991}
  groups: [{id: 1, tickets: [DB-002, DOC-001], estimated_duration: 40m, agents_required: 2}, {id: 2, tickets: [API-014, DB-005]}]
  conflicts: [{type: file, tickets: [API-014, DB-005], files: [docs/api/index.md], resolution: sequential}]
  critical_path: {tickets: [DB-002, API-014], duration: 1h}
  bottlenecks: [{ticket: DB-002, blocks: 2}]
  schedule: [{ticket: DB-002, agent: 1, start: 0s, finish: 40m}]
  recommendations: [more agents]
)yaml";

TEST(PlanReader, ReadsEveryField) {
  const ReadPlan read = read_plan(kFull);
  ASSERT_TRUE(read.ok()) << rendered(kFull);
  EXPECT_TRUE(read.diagnostics.empty());
  const Plan& plan = read.plan;
  EXPECT_EQ(plan.name, "release-1.4");
  EXPECT_EQ(plan.strategy, Strategy::kMaximum);
  EXPECT_EQ(plan.max_parallel, 8);
  EXPECT_TRUE(plan.barriers);
  EXPECT_EQ(plan.on_failure, OnFailure::kFailFast);
  EXPECT_THAT(plan.resources, ElementsAre(ResourceAmount{"license", 2000}));
  ASSERT_EQ(plan.tickets.size(), 4U);
  const Ticket& ticket = plan.tickets[0];
  EXPECT_EQ(ticket.id, "API-014");
  EXPECT_EQ(ticket.mark, (SourceMark{11, 9}));
  EXPECT_EQ(ticket.priority, Priority::kHigh);
  EXPECT_EQ(ticket.estimate, Duration{20min});
  EXPECT_THAT(ticket.dependencies.blocking, ElementsAre("DB-002"));
  EXPECT_THAT(ticket.affected_files, ElementsAre("src/api/routes.c", "docs/api/**"));
  EXPECT_THAT(ticket.locks, ElementsAre(LockRequest{"schema", LockMode::kRead}));
  EXPECT_EQ(ticket.agent, (AgentRequirement{"builder", {"linux", "gcc"}, {"old-05"}}));
  EXPECT_THAT(ticket.resources,
              ElementsAre(ResourceAmount{"cpus", 2500}, ResourceAmount{"memory", (1000LL << 31)},
                          ResourceAmount{"license", 1000}));
  EXPECT_EQ(ticket.command.shell_line, "./build.sh api");
  EXPECT_EQ(ticket.timeout, Duration{45min});
  EXPECT_EQ(ticket.retry.max, 1) << "from the defaults, key by key";
  EXPECT_EQ(ticket.retry.backoff, 10s);
  EXPECT_THAT(ticket.retry.when,
              ElementsAre(RetryCause::kExit, RetryCause::kOutOfMemory, RetryCause::kCouldNotStart));
  EXPECT_EQ(ticket.on_disconnect, OnDisconnect::kFinish);
  EXPECT_TRUE(ticket.allow_failure);
  EXPECT_EQ(std::get<double>(ticket.checkpoints[0].at), 0.5);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(ticket.checkpoints[1].at));
  EXPECT_EQ(ticket.gates[0].retry.max, 1);
  EXPECT_TRUE(ticket.gates[1].approval);
  EXPECT_EQ(ticket.rollback->scope, RollbackScope::kDescendants);
  EXPECT_THAT(plan.tickets[1].command.words, ElementsAre("make", "", "db"));
  EXPECT_EQ(plan.tickets[1].timeout, Duration{30min});
  EXPECT_EQ(plan.tickets[2].id, "DOC-001");
  EXPECT_EQ(plan.tickets[2].estimate, Duration{4h}) << "of a range the upper end";
  EXPECT_EQ(plan.tickets[2].status, TicketStatus::kInProgress);
  EXPECT_THAT(plan.tickets[3].dependencies.blocking, ElementsAre("DB-002"));
  EXPECT_EQ(std::get<EveryTickets>(plan.plan_gates[0].every).count, 20);
  EXPECT_EQ(plan.execution_plan->groups[1].id, 2);
  EXPECT_EQ(plan.execution_plan->schedule[0].agent, "1");
  EXPECT_EQ(plan.execution_plan->critical_path_duration, Duration{1h});
  EXPECT_EQ(plan.execution_plan->lower_bound, Duration{30min});
  EXPECT_EQ(plan.execution_plan->bound_reason, "the critical path");
  EXPECT_EQ(plan.execution_plan->search, (PlannedSearch{7, kMostCounted}));
}

TEST(PlanReader, NeverGuessesWhatAScalarIs) {
  const ReadPlan read = read_plan(
      "version: 1\ntickets:\n- {id: 010, run: no}\n- {id: no, run: 1e3}\n- {id: null, run: ~}\n- "
      "{id: 1.0, run: 0x10}\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].id, "010");
  EXPECT_EQ(read.plan.tickets[0].command.shell_line, "no");
  EXPECT_EQ(read.plan.tickets[1].id, "no");
  EXPECT_EQ(read.plan.tickets[2].id, "null");
  EXPECT_EQ(read.plan.tickets[2].command.shell_line, "~");
  EXPECT_EQ(read.plan.tickets[3].id, "1.0");
}

TEST(PlanReader, FillsInDefaultsWhereverTheyStand) {
  const ReadPlan read = read_plan(
      "version: 1\ntickets:\n- {id: A}\n- {id: B, command: [own], env: {X: own}, agent: {labels: "
      "[l]}, priority: low}\n"
      "defaults: {run: make, env: {X: x, Y: y}, agent: {type: t}, priority: high, resources: "
      "{cpus: 1}}\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].command.shell_line, "make");
  EXPECT_EQ(read.plan.tickets[0].priority, Priority::kHigh);
  const Ticket& own = read.plan.tickets[1];
  EXPECT_EQ(own.command, (Command{"", {"own"}}));
  EXPECT_THAT(own.env, ElementsAre(std::pair<std::string, std::string>{"X", "own"},
                                   std::pair<std::string, std::string>{"Y", "y"}));
  EXPECT_EQ(own.agent, (AgentRequirement{"t", {"l"}, {}}));
  EXPECT_EQ(own.priority, Priority::kLow);
  EXPECT_THAT(own.resources, ElementsAre(ResourceAmount{"cpus", 1000}));
}

TEST(PlanReader, TakesWindowsLinesAByteOrderMarkAndJson) {
  EXPECT_TRUE(read_plan("\xef\xbb\xbfversion: 1\r\ntickets:\r\n  - id: A\r\n    run: x\r\n").ok());
  const ReadPlan read =
      read_plan(R"({"version": 1, "tickets": [{"id": "A", "run": "x", "needs": []}]})");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].id, "A");
}

TEST(PlanReader, KeepsTheLinesOfAShellScript) {
  const ReadPlan read = read_plan(
      "version: 1\ntickets:\n  - id: A\n    run: |\n      if [ -f x ]; then\n        y\n      "
      "fi\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].command.shell_line, "if [ -f x ]; then\n  y\nfi\n");
}

TEST(PlanReader, TellsAllErrorsAtOnceWithTheirPlaces) {
  EXPECT_EQ(rendered("version: 2\n"
                     "tickets:\n"
                     "  - id: A\n"
                     "    titel: x\n"
                     "    timeout: 30\n"
                     "    run: make\n"
                     "  - id: B\n"
                     "    needs: [A, C]\n"),
            "plan.yaml:1:10: error: version `2` of the plan format is not understood\n"
            "    1 | version: 2\n"
            "      |          ^\n"
            "      = this program understands version 1\n"
            "plan.yaml:4:5: error: unknown key `titel` in a ticket\n"
            "    4 |     titel: x\n"
            "      |     ^\n"
            "      = did you mean `title`?\n"
            "plan.yaml:5:14: error: `timeout`: `30` is not a duration: a unit is missing; write "
            "for example `90s` or `30m` "
            "(ms, s, m, h, d)\n"
            "    5 |     timeout: 30\n"
            "      |              ^\n"
            "plan.yaml:7:9: error: nothing says what `B` runs\n"
            "    7 |   - id: B\n"
            "      |         ^\n"
            "      = write `run: a shell line`, `command: [program, argument]`, `call: "
            "module:function`, or `agent: {type: ...}` for a type that supplies the command\n"
            "plan.yaml:8:16: error: `B` names `C` under `blocking`, which is not in the plan\n"
            "    8 |     needs: [A, C]\n"
            "      |                ^\n"
            "      = did you mean `A`?\n");
}

TEST(PlanReader, ShowsACycleTicketByTicket) {
  EXPECT_EQ(rendered("version: 1\n"
                     "tickets:\n"
                     "  - {id: A, run: x, needs: [B]}\n"
                     "  - {id: B, run: x, needs: [A]}\n"),
            "plan.yaml:4:29: error: cycle of 2: A -> B -> A\n"
            "    4 |   - {id: B, run: x, needs: [A]}\n"
            "      |                             ^\n"
            "      = take one of these dependencies out\n"
            "  plan.yaml:3:29: note: `A` waits for `B`\n"
            "  plan.yaml:4:29: note: `B` waits for `A`\n");
}

TEST(PlanReader, RefusesDuplicateKeysEverywhere) {
  EXPECT_THAT(
      findings("version: 1\nversion: 1\ntickets: [{id: A, run: x, run: y, env: {X: 1, X: 2}, x-a: "
               "1, x-a: 2}]\n"
               "tickets: [{id: B, run: x}]\n"),
      ElementsAre("2:1 `version` is there twice in a plan", "3:27 `run` is there twice in a ticket",
                  "3:47 `X` is there twice in `env`", "3:62 `x-a` is there twice in a ticket",
                  "4:1 `tickets` is there twice in a plan"));
}

TEST(PlanReader, RefusesTwoWordsForTheSameThing) {
  EXPECT_THAT(findings(with_ticket("ticket_id: B")),
              ElementsAre("3:26 `id` and `ticket_id` exclude each other in a ticket"));
  EXPECT_THAT(findings(with_ticket("command: [x]")),
              ElementsAre("3:26 `run` and `command` exclude each other in a ticket"));
  EXPECT_EQ(findings(with_ticket("needs: [], dependencies: {blocking: []}")).size(), 1U);
  EXPECT_EQ(findings(with_ticket("dependencies: [], needs: []")).size(), 1U);
}

TEST(PlanReader, RefusesIdsThatNobodyCouldTypeOrSee) {
  EXPECT_THAT(findings("version: 1\ntickets: [{id: \"a\\x1bb\", run: x}]"),
              ElementsAre("2:16 `id` has control characters: `a\\x1bb`"));
  EXPECT_EQ(findings("version: 1\ntickets: [{id: " + std::string(201, 'a') + ", run: x}]").size(),
            1U);
  EXPECT_EQ(findings("version: 1\ntickets: [{id: '', run: x}]").size(), 1U);
  EXPECT_TRUE(read_plan("version: 1\ntickets: [{id: 'with spaces/and slashes', run: x}]").ok());
  EXPECT_TRUE(read_plan("version: 1\ntickets: [{id: " + std::string(200, 'a') + ", run: x}]").ok());
}

TEST(PlanReader, DoesNotBlameDependenciesOnATicketThatCouldNotBeRead) {
  EXPECT_THAT(findings("version: 1\ntickets: [{id: [A], run: x}, {id: B, run: x, needs: [A]}]"),
              ElementsAre("2:16 `id` is text, but a list is written here"));
}

TEST(PlanReader, SaysHowAListOfWordsIsRun) {
  const std::vector<Diagnostic> found =
      read_plan("version: 1\ntickets: [{id: A, run: [/bin/true]}]").diagnostics;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "`run` is text, but a list is written here");
  EXPECT_EQ(found[0].hint,
            "a program with its arguments is written `command: [program, argument, ...]`");
}

TEST(PlanReader, RequiresProofForTicketsThatRunOnAlone) {
  EXPECT_EQ(findings(with_ticket("on_disconnect: finish")),
            (std::vector<std::string>{
                "3:26 `A` has `on_disconnect: finish` without `reassign: on_proof`"}));
  EXPECT_THAT(findings("version: 1\ndefaults: {on_disconnect: finish}\ntickets: [{id: A, run: x}]"),
              ElementsAre("3:16 `A` has `on_disconnect: finish` without `reassign: on_proof`"));
  EXPECT_TRUE(read_plan("version: 1\ndefaults: {reassign: on_proof}\ntickets: [{id: A, run: x, "
                        "on_disconnect: finish}]")
                  .ok());
}

TEST(PlanReader, ToldOfAMissingValuePointsAtItsKey) {
  EXPECT_THAT(
      findings(
          "version: 1\ntickets:\n  - id: A\n    run: x\n    timeout:\n    labels:\n    needs:\n"),
      ElementsAre("5:5 `timeout` is a duration such as `90s`, but nothing is written here",
                  "6:5 unknown key `labels` in a ticket", "7:5 `needs` is a list"));
}

TEST(PlanReader, ToldOfAMissingMapPointsAtItsKeyAndNotAtWhatFollows) {
  EXPECT_THAT(findings("version: 1\ndefaults:\ntickets: []\n"),
              ElementsAre("2:1 `defaults` is a map"));
  EXPECT_THAT(findings("version: 1\ntickets: []\nexecution_plan:\n"),
              ElementsAre("3:1 `execution_plan` is a map"));
  EXPECT_THAT(findings("version: 1\ntickets:\n  - id: a\n    retry:\n    run: x\n    agent:\n"
                       "    rollback:\n  - id: b\n    run: x\n    env:\n"),
              ElementsAre("4:5 `retry` is a map", "6:5 `agent` is a map", "7:5 `rollback` is a map",
                          "10:5 `env` is a map"));
}

TEST(PlanReader, ComparesNothingWithAnAmountThatCouldNotBeRead) {
  EXPECT_THAT(findings("version: 1\nresources: {license: huge}\ntickets:\n"
                       "  - {id: a, run: x, resources: {license: 1.5}}\n"),
              ElementsAre("2:22 `license`: `huge` is not an amount"));
}

TEST(PlanReader, SaysOfAnEmptyNameThatItIsTheNameThatIsEmpty) {
  EXPECT_THAT(findings(with_ticket("env: {\"\": y}")),
              ElementsAre("3:32 a name in `env` is empty"));
}

TEST(PlanReader, RefusesBadValuesOfEachKind) {
  for (const char* fields : {"retry: {max: 1001}",
                             "retry: {max: -1}",
                             "retry: {factor: 0.9}",
                             "retry: {factor: nan}",
                             "retry: {max: 99999999999}",
                             "timeout: 0s",
                             "timeout: -1s",
                             "timeout: 99999999999d",
                             "estimate: 12",
                             "kill_grace: 5",
                             "resources: {cpus: -1}",
                             "resources: {cpus: 1.0001}",
                             "resources: {cpus: 1e9}",
                             "resources: {memory: 2}",
                             "resources: {disk: -1GiB}",
                             "dir: /",
                             "dir: ..",
                             "dir: a/../../b",
                             "affected_files: [/x]",
                             "env: {\"A=B\": c}",
                             "env: {A: \"x\\0y\"}",
                             "secrets: [a b]",
                             "allow_failure: yes",
                             "locks: [{}]",
                             "locks: [{name: ''}]",
                             "gates: [{name: x}]",
                             "checkpoints: [{name: x, run: y, at: 100.001%}]",
                             "checkpoints: [{name: x, run: y, at: 0s}]",
                             "rollback: {}",
                             "dependencies: 3",
                             "priority: [high]",
                             "? [a]\n : b",
                             "agent: {type: \"\"}"}) {
    EXPECT_EQ(findings(with_ticket(fields)).size(), 1U) << fields << "\n"
                                                        << rendered(with_ticket(fields));
  }
}

TEST(PlanReader, LoadsFilesAndSaysWhyItCannot) {
  EXPECT_EQ(load_plan_text("/no/such/plan.yaml").error().message,
            "cannot read /no/such/plan.yaml: No such file or directory");
  EXPECT_EQ(load_plan_text("/").error().message, "cannot read /: it is a directory");
}

}  // namespace
}  // namespace headway
