#include "common/plan_file/plan_writer.h"

#include <gtest/gtest.h>

#include "read_helpers.h"
#include "tests/support/plan/random_plan.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

/// A plan without its marks, which writing moves.
Plan unmarked(Plan plan) {
  for (Ticket& ticket : plan.tickets) ticket.mark = {};
  return plan;
}

TEST(PlanWriter, LeavesOutWhatIsAtItsDefault) {
  Plan plan;
  plan.name = "small";
  plan.tickets.resize(2);
  plan.tickets[0].id = "A";
  plan.tickets[0].command.shell_line = "make all";
  plan.tickets[1].id = "010";
  plan.tickets[1].command.words = {"echo", "yes", "a: b"};
  plan.tickets[1].dependencies.blocking = {"A"};
  EXPECT_EQ(write_plan(plan),
            "version: 1\n"
            "name: small\n"
            "tickets:\n"
            "  - id: A\n"
            "    run: make all\n"
            "  - id: \"010\"\n"
            "    dependencies:\n"
            "      blocking: [A]\n"
            "    command: [echo, \"yes\", \"a: b\"]\n");
}

TEST(PlanWriter, WritesScriptsAsPeopleDo) {
  Plan plan;
  plan.tickets.resize(1);
  plan.tickets[0].id = "A";
  plan.tickets[0].command.shell_line = "if x; then\n  y\nfi\n";
  EXPECT_EQ(write_plan(plan),
            "version: 1\n"
            "tickets:\n"
            "  - id: A\n"
            "    run: |\n"
            "      if x; then\n"
            "        y\n"
            "      fi\n");
}

TEST(PlanWriter, OfAPlanWithoutTicketsReadsBack) {
  const ReadPlan read = read_plan(write_plan(Plan{}));
  EXPECT_TRUE(read.ok());
  EXPECT_EQ(read.plan, Plan{});
}

TEST(PlanWriter, KeepsTextsThatYamlWouldTakeForSomethingElse) {
  for (const char* text : {"null",
                           "~",
                           "no",
                           "Yes",
                           "1.0",
                           "0x1F",
                           "- a",
                           "a: b",
                           "a #b",
                           "#",
                           "[x",
                           "{",
                           "*a",
                           "&a",
                           "!t",
                           "|",
                           ">",
                           "%x",
                           "@x",
                           "`x`",
                           "'",
                           "\"",
                           "\\",
                           " lead",
                           "trail ",
                           "a\nb",
                           "a\n\nb\n",
                           "a\n\n",
                           "\na",
                           "\ta\nb",
                           "a\r\nb",
                           "x\n  y",
                           "  x\ny",
                           "ä\u2028ö",
                           "\u0085",
                           "\x01",
                           "\x7f",
                           "---",
                           "...",
                           "a\n---\nb",
                           "?",
                           "<<",
                           "=",
                           "trailing  \nblanks  ",
                           "tab\tin\nlines\t",
                           "\xef\xbb\xbfmark",
                           "2026-01-01",
                           "+1",
                           ".5",
                           "./x",
                           "-"}) {
    Plan plan;
    plan.tickets.resize(1);
    plan.tickets[0].id = "A";
    plan.tickets[0].title = text;
    plan.tickets[0].command.shell_line = text;
    plan.tickets[0].env = {{"X", text}};
    const std::string written = write_plan(plan);
    const ReadPlan read = read_plan(written);
    ASSERT_TRUE(read.ok()) << written << test::rendered(written);
    EXPECT_EQ(unmarked(read.plan), plan) << written;
  }
}

TEST(PlanWriter, WritesWhatTheReaderReadsBackForRandomPlans) {
  for (std::uint64_t seed = 1; seed <= test::scaled(1500U); ++seed) {
    const Plan plan = test::random_plan(seed);
    const std::string written = write_plan(plan);
    const ReadPlan read = read_plan(written);
    ASSERT_TRUE(read.ok()) << "seed " << seed << "\n" << written << test::rendered(written);
    ASSERT_EQ(unmarked(read.plan), plan) << "seed " << seed << "\n" << written;
  }
}

}  // namespace
}  // namespace headway
