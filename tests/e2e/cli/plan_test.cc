#include <csignal>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// Plans made of tickets by the real program, and executed by it.

namespace headway::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void task(Project& project, const std::string& name, const std::string& fields) {
  project.write("tickets/" + name, "---\n" + fields + "---\n# Heading of " + name + "\n\nProse.\n");
}

/// Five tickets that append their ids to a ledger.
void five_tickets(Project& project) {
  task(project, "T-1.md", "run: echo T-1 >> ledger\nestimate: 10m\n");
  task(project, "T-2.md", "run: echo T-2 >> ledger\nestimate: 30m\nneeds: [T-1]\n");
  task(project, "T-3.md", "run: echo T-3 >> ledger\nestimate: 20m\npriority: low\n");
  task(project, "T-4.md",
       "run: echo T-4 >> ledger\nestimate: 20m\npriority: critical\nneeds: [T-3]\n");
  task(project, "done/T-5.md", "run: echo T-5 >> ledger\nstatus: completed\n");
}

std::string slurp(const Project& project, const std::string& name) {
  std::ifstream file(project.folder().path() + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether a process has a handler for a signal (proc(5), SigCgt).
bool catches(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigCgt:")) continue;
    return (std::stoull(line.substr(7), nullptr, 16) >> static_cast<unsigned>(signal - 1) & 1U) !=
           0;
  }
  return false;
}

TEST(PlanVerb, MakesAPlanThatRunsInItsOrder) {
  Project project;
  five_tickets(project);
  const Finished made =
      project.headway({"plan", "--tickets", "tickets", "--strategy", "sequential", "-o", "p.yaml"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, "");
  EXPECT_THAT(made.err, HasSubstr("4 tickets on 1 agent: 1h 20m"));
  const Finished ran = project.headway({"run", "p.yaml", "--local", "2", "--validate"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(slurp(project, "ledger"), "T-3\nT-4\nT-1\nT-2\n")
      << "one at a time, what the critical one waits for first";
}

TEST(PlanVerb, WritesTheSameForTheSameIterations) {
  Project project;
  five_tickets(project);
  const std::vector<std::string> words = {"plan",         "--tickets", "tickets", "--agents", "2",
                                          "--iterations", "50",        "--seed",  "7"};
  const Finished first = project.headway(words);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(first.out, project.headway(words).out);
  EXPECT_THAT(first.out, HasSubstr("lower_bound:"));
  EXPECT_THAT(first.out, HasSubstr("source_hash:"));
  EXPECT_THAT(first.out, Not(HasSubstr("generated_at:")));
}

TEST(PlanVerb, IsHeldAgainstItsTicketsAndItsSchedule) {
  Project project;
  five_tickets(project);
  ASSERT_EQ(project.headway({"plan", "--tickets", "tickets", "-o", "p.yaml"}).exit_code, 0);
  const std::vector<std::string> words = {"analyze", "--tickets",   "tickets", "--validate-plan",
                                          "p.yaml",  "--exit-code", "--quiet"};
  EXPECT_EQ(project.headway(words).exit_code, 0);
  task(project, "T-1.md", "run: echo T-1 >> ledger\nestimate: 15m\n");
  const Finished changed = project.headway(words);
  EXPECT_EQ(changed.exit_code, 3);
  EXPECT_THAT(changed.out, HasSubstr("tickets have changed since the plan was written"));

  project.write("bad.yaml",
                "version: 1\ntickets:\n"
                "  - {id: A, run: 'true', estimate: 10m, affected_files: [x]}\n"
                "  - {id: B, run: 'true', estimate: 10m, affected_files: [x]}\n"
                "execution_plan: {schedule: [{ticket: A, agent: 1, start: 0s, finish: 10m}, "
                "{ticket: B, agent: 2, start: 5m, finish: 15m}]}\n");
  const Finished bad = project.headway({"analyze", "--validate-plan", "bad.yaml", "--exit-code"});
  EXPECT_EQ(bad.exit_code, 3) << bad.err;
  EXPECT_THAT(bad.out, HasSubstr("the schedule: "));
}

TEST(PlanVerb, ReckonsWithWhatACategoryTookBefore) {
  Project project;
  project.write("first.yaml",
                "version: 1\ntickets:\n"
                "  - {id: A, category: docs, run: sleep 0.2}\n"
                "  - {id: B, category: docs, run: sleep 0.2}\n"
                "  - {id: C, category: code, run: 'false', allow_failure: true}\n");
  ASSERT_EQ(project.headway({"run", "first.yaml", "--local", "1"}).exit_code, 0);
  project.write("next.yaml",
                "version: 1\ntickets: [{id: D, category: docs, run: 'true'}, "
                "{id: E, category: code, run: 'true'}, {id: F, run: 'true', estimate: 1m}]\n");
  const Finished made =
      project.headway({"plan", "--tickets", "next.yaml", "--strategy", "sequential"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("2 tickets have no estimate: 1 reckoned with the median"));
  EXPECT_THAT(made.err, HasSubstr("`docs`"));
  EXPECT_THAT(made.err, HasSubstr("(of 2); 10m assumed for the other 1"));
  EXPECT_THAT(made.out, testing::ContainsRegex("estimate: [0-9.]+(ms|s)"));
}

TEST(PlanVerb, CountsAgentsByLabelAndSaysWhoIsMissing) {
  Project project;
  task(project, "T-1.md", "run: 'true'\nagent: {labels: [gpu]}\n");
  task(project, "T-2.md", "run: 'true'\n");
  const Finished made =
      project.headway({"plan", "--tickets", "tickets", "--agents", "gpu=1,docs=1"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("agent: gpu/1"));
  const Finished refused = project.headway({"plan", "--tickets", "tickets", "--agents", "docs=2"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("none of the 2 agents may run `T-1` (label `gpu`)"));
  project.write("agents.yaml", "agents: [{name: anna, labels: [gpu]}]\n");
  const Finished from_file =
      project.headway({"plan", "--tickets", "tickets", "--agents-from", "agents.yaml"});
  EXPECT_EQ(from_file.exit_code, 0) << from_file.err;
  EXPECT_THAT(from_file.out, HasSubstr("agent: anna"));
  const Finished both = project.headway(
      {"plan", "--tickets", "tickets", "--agents", "1", "--agents-from", "agents.yaml"});
  EXPECT_EQ(both.exit_code, 2) << both.err;
}

TEST(PlanVerb, RefusesTicketsThatAreNoPlan) {
  Project project;
  task(project, "T-1.md", "needs: [T-9]\nrun: 'true'\n");
  const Finished unknown = project.headway({"plan", "--tickets", "tickets"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_EQ(unknown.out, "");
  EXPECT_THAT(unknown.err, HasSubstr("T-9"));
  task(project, "T-1.md", "needs: [T-2]\nrun: 'true'\n");
  task(project, "T-2.md", "needs: [T-1]\nrun: 'true'\n");
  const Finished cycle = project.headway({"plan", "--tickets", "tickets"});
  EXPECT_EQ(cycle.exit_code, 3) << cycle.out;
  EXPECT_THAT(cycle.err, HasSubstr("T-1"));
}

TEST(PlanVerb, WarnsOfWhatCannotBeExecuted) {
  Project project;
  task(project, "T-1.md", "category: docs\n");
  const Finished made = project.headway({"plan", "--tickets", "tickets"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("`T-1` has no command"));
}

TEST(PlanVerb, KeepsTheBestWhenItIsInterrupted) {
  Project project;
  // Three agents of three kinds: nothing proves at once that a schedule is the shortest.
  for (int i = 0; i < 40; ++i) {
    const std::string label = "k" + std::to_string(i % 3);
    const std::string next = "k" + std::to_string((i + 1) % 3);
    task(project, "T-" + std::to_string(100 + i) + ".md",
         "run: 'true'\nestimate: " + std::to_string(7 + i * 13 % 29) + "m\nagent: {labels: [" +
             (i % 2 == 0 ? label : next) + "]}\n" +
             (i >= 5 ? "needs: [T-" + std::to_string(95 + i) + "]\n" : ""));
  }
  Process process = project.start({"plan", "--tickets", "tickets", "--agents", "k0=1,k1=1,k2=1",
                                   "--optimize", "1h", "-o", "p.yaml"});
  ASSERT_TRUE(wait_until([&] { return catches(process.pid(), SIGINT); }));
  process.send_signal(SIGINT);
  const Finished finished = process.wait();
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("no schedule is shorter"));
  EXPECT_EQ(project.headway({"analyze", "--validate-plan", "p.yaml"}).exit_code, 0);
}

TEST(PlanVerb, ComparesTwoPlans) {
  Project project;
  project.write("old.yaml", "version: 1\ntickets: [{id: A, run: 'true', estimate: 10m}]\n");
  project.write("new.yaml",
                "version: 1\ntickets: [{id: A, run: 'true', estimate: 1h}, {id: B, run: date}]\n");
  const Finished diff =
      project.headway({"plan", "--diff", "old.yaml", "new.yaml", "--format", "json"});
  ASSERT_EQ(diff.exit_code, 0) << diff.err;
  const nlohmann::json document = nlohmann::json::parse(diff.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << diff.out;
  EXPECT_EQ(document["added"], nlohmann::json({"B"}));
  EXPECT_EQ(document["changed"][0]["fields"][0]["after"], "1h");
  const Finished text = project.headway({"plan", "--diff", "old.yaml", "new.yaml"});
  EXPECT_THAT(text.out, HasSubstr("1 added, 0 removed, 1 changed"));
  EXPECT_EQ(project.headway({"plan", "--diff", "old.yaml"}).exit_code, 2);
  project.write("bad.yaml", "version: 1\n");
  EXPECT_EQ(project.headway({"plan", "--diff", "old.yaml", "bad.yaml"}).exit_code, 3);
}

}  // namespace
}  // namespace headway::test
