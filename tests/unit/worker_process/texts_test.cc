#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>

#include "worker/process/ending.h"
#include "worker/process/launch.h"
#include "worker/process/oom_counter.h"
#include "worker/process/process_table.h"
#include "worker/process/slot_record.h"

namespace headway::worker {
namespace {

/// As waitpid(2) encodes them on Linux.
int exited(int code) { return code << 8; }
int killed_by(int signal) { return signal; }

TEST(Ending, NamesCodeAndSignal) {
  EXPECT_EQ(ending_of(exited(0), false), Ending{});
  EXPECT_EQ(ending_of(exited(3), false), (Ending{Outcome::kExit, 3, 0, "ended with code 3"}));
  EXPECT_EQ(ending_of(killed_by(SIGSEGV), false),
            (Ending{Outcome::kSignal, 0, SIGSEGV, "ended by signal 11 (SIGSEGV)"}));
}

TEST(Ending, IsWantOfMemoryOnlyWhereSomethingWasKilled) {
  EXPECT_EQ(ending_of(killed_by(SIGKILL), true).outcome, Outcome::kOutOfMemory);
  EXPECT_EQ(ending_of(killed_by(SIGKILL), false).outcome, Outcome::kSignal);
  EXPECT_EQ(ending_of(exited(137), true).outcome, Outcome::kOutOfMemory);
  EXPECT_EQ(ending_of(exited(1), true).outcome, Outcome::kExit);
  EXPECT_EQ(ending_of(exited(0), true).outcome, Outcome::kSucceeded);
}

TEST(OomCounter, ReadsBothKindsOfCgroup) {
  EXPECT_EQ(oom_kills_in("low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\n"), 1U);
  EXPECT_EQ(oom_kills_in("oom_kill_disable 0\nunder_oom 0\noom_kill 7"), 7U);
  EXPECT_EQ(oom_kills_in("oom 2\n"), std::nullopt);
  EXPECT_EQ(memory_cgroup_in("8:pids:/x\n4:memory:/a/b\n0::/c\n"), "memory/a/b");
  EXPECT_EQ(memory_cgroup_in("0::/user.slice/x.scope\n"), "user.slice/x.scope");
  EXPECT_EQ(memory_cgroup_in("0::/\n"), std::nullopt);
  EXPECT_EQ(memory_cgroup_in("nonsense"), std::nullopt);
}

TEST(ProcessTable, ReadsTheStartOfAProcessWithAnyName) {
  const std::string rest = " S 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 4711 99 0\n";
  EXPECT_EQ(start_ticks_of("12 (sh)" + rest), 4711U);
  EXPECT_EQ(start_ticks_of("12 (a b) (c)" + rest), 4711U);
  EXPECT_EQ(start_ticks_of(""), std::nullopt);
  EXPECT_EQ(start_ticks_of("12 (sh) S 1"), std::nullopt);
  EXPECT_EQ(identify(::getpid())->id, ::getpid());
}

TEST(ProcessTable, FindsAnAssignmentWholeOnly) {
  const std::string list("A=1\0AB=12\0C=", 13);
  EXPECT_TRUE(has_assignment(list, "AB=12"));
  EXPECT_TRUE(has_assignment(list, "C="));
  EXPECT_FALSE(has_assignment(list, "AB=1"));
  EXPECT_FALSE(has_assignment(list, "B=12"));
}

TEST(SlotRecord, SurvivesItsText) {
  SlotRecord record{"boot-id", {12, 34}, "HEADWAY_MARK_1=1", {}};
  for (std::uint64_t i = 1; i < 50; ++i) record.add(Token{~std::uint64_t{0} - i});
  EXPECT_EQ(record.tokens.size(), SlotRecord::kMostTokens);
  EXPECT_EQ(format_record(record).size(), SlotRecord::kBytes);
  EXPECT_EQ(parse_record(format_record(record)), record);
  EXPECT_EQ(parse_record(""), std::nullopt);
  const std::string text = format_record(record);
  for (std::size_t cut = 0; cut < text.find("\nend\n"); ++cut) {
    EXPECT_EQ(parse_record(text.substr(0, cut)), std::nullopt) << cut;
  }
}

TEST(Launch, LeavesHeadwaysOwnVariablesOut) {
  std::string entries[] = {
      "A=1", "HEADWAY_ID=x", "HEADWAY_COORDINATOR=tcp", "HEADWAY_SECRET=1", "B==", "=C", "D"};
  std::vector<char*> list;
  for (std::string& entry : entries) list.push_back(entry.data());
  list.push_back(nullptr);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"A", "1"}, {"HEADWAY_COORDINATOR", "tcp"}, {"B", "="}};
  EXPECT_EQ(ticket_environment(list.data()), expected);
}

TEST(Launch, StaysBelowTheRoot) {
  EXPECT_EQ(directory_below("/plan", "").value(), "/plan");
  EXPECT_EQ(directory_below("/plan", "./a//b/../c/").value(), "/plan/a/c");
  EXPECT_EQ(directory_below("/plan", "a/../../b").error().message,
            "the directory a/../../b leads out of the plan's folder");
  EXPECT_FALSE(directory_below("/plan", "/plan").ok());
  EXPECT_FALSE(directory_below("plan", "a").ok());
}

}  // namespace
}  // namespace headway::worker
