#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elsewhere.h"
#include "waiting_ticket.h"

/// Changing the course of a run while it goes on, as the command line promises it.

namespace headway::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A coordinator elsewhere with a plan that runs there: tickets wait for a file `go`.
class Steering : public testing::Test {
 protected:
  void start(const std::vector<std::string>& tickets, const std::string& head = "") {
    project_.plan(tickets, head);
    ASSERT_TRUE(has_agent(project_, elsewhere_.address(), "w/2"));
    ASSERT_EQ(say({"run", "plan.yaml", "--detach"}).exit_code, 0);
  }
  Finished say(std::vector<std::string> words) const {
    words.insert(words.end(), {"--connect", elsewhere_.address()});
    return project_.headway(words);
  }
  /// The same by another name of the command.
  Finished say_as(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), program(name));
    words.insert(words.end(), {"--connect", elsewhere_.address()});
    return run_process(words, {.folder = project_.folder().path(), .env = {}, .input = ""});
  }
  [[nodiscard]] nlohmann::json ticket(const std::string& id) const {
    const nlohmann::json status = nlohmann::json::parse(say({"status", "--format", "json"}).out);
    for (const auto& each : status["tickets"]) {
      if (each["id"] == id) return each;
    }
    return {};
  }
  bool runs_on(const std::string& id, const std::string& agent) const {
    return wait_until([&] {
      const nlohmann::json now = ticket(id);
      return now["state"] == "running" && now["agent"] == agent;
    });
  }

  Project project_;
  Elsewhere elsewhere_{project_.folder()};
};

TEST_F(Steering, AdjustsLimitsResourcesAndPriorities) {
  start({waiting("A", ", resources: {license: 1}"), waiting("B", ", resources: {license: 1}"),
         waiting("C", ", priority: low, needs: [A]")},
        "resources: {license: 1}\n");
  ASSERT_TRUE(runs_on("A", "w/1"));
  EXPECT_EQ(ticket("B")["waiting_for"][0], "resource license");
  const Finished dry = say({"adjust", "--resource", "license=2", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_EQ(dry.out, "resource license: 1 -> 2\n");
  EXPECT_THAT(dry.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(ticket("B")["state"], "ready");
  const Finished real = say({"adjust", "--resource", "license=2", "--parallelism", "4",
                             "--priority", "C=critical", "--comment", "more came"});
  EXPECT_EQ(real.exit_code, 0) << real.err;
  EXPECT_EQ(real.out,
            "tickets alive at once: no limit -> 4\n"
            "resource license: 1 -> 2\n"
            "priority of C: low -> critical\n");
  EXPECT_TRUE(runs_on("B", "w/2"));
  EXPECT_EQ(ticket("C")["priority"], "critical");
  const Finished written =
      say_as("adjust-execution", {"--increase-parallelism", "--reallocate-resources"});
  EXPECT_EQ(written.exit_code, 0) << written.err;
  EXPECT_THAT(written.out, HasSubstr("tickets alive at once: 4 -> 5"));
  EXPECT_THAT(say({"events"}).out, HasSubstr("adjust by"));
  EXPECT_EQ(say({"adjust"}).exit_code, 2);
  EXPECT_EQ(say({"adjust", "--priority", "C=urgent"}).exit_code, 2);
  EXPECT_EQ(say({"adjust", "--resource", "gold=1"}).exit_code, 2);
}

TEST_F(Steering, SaysWhereTicketsGoThatWereTakenBack) {
  start({waiting("A"), waiting("B"), waiting("C"), waiting("D")});
  ASSERT_TRUE(runs_on("B", "w/2"));
  elsewhere_.add_worker("v", 1);
  ASSERT_TRUE(has_agent(project_, elsewhere_.address(), "v/1"));
  const Finished moved = say({"adjust", "--reallocate-resources", "--format", "json"});
  EXPECT_EQ(moved.exit_code, 0) << moved.err;
  EXPECT_TRUE(
      wait_until([&] { return ticket("C")["agent"] == "v/1" || ticket("D")["agent"] == "v/1"; }));
}

TEST_F(Steering, ReassignsWhatRunsOnlyWithRestart) {
  start({waiting("A")});
  ASSERT_TRUE(runs_on("A", "w/1"));
  elsewhere_.add_worker("v", 1);
  ASSERT_TRUE(has_agent(project_, elsewhere_.address(), "v/1"));
  const Finished refused = say_as("reassign-ticket", {"--ticket", "A", "--to", "v/1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--restart"));
  const Finished done = say_as("reassign-ticket", {"--ticket", "A", "--to", "v/1", "--restart"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("worker of A: any worker -> v\n"));
  EXPECT_TRUE(runs_on("A", "v/1"));
  EXPECT_EQ(ticket("A")["attempt"], 2);
  EXPECT_EQ(say({"ticket", "reassign", "A"}).exit_code, 2) << "--to is missing";
}

TEST_F(Steering, ShowsLocksAndTakesThemAwayByForce) {
  start({waiting("A", ", locks: [{name: db}]"), waiting("B", ", locks: [{name: db}]")});
  ASSERT_TRUE(runs_on("A", "w/1"));
  const Finished shown = say_as("check-resources", {"--show-locks"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("db"));
  EXPECT_THAT(shown.out, HasSubstr("w/1"));
  EXPECT_THAT(shown.out, HasSubstr("waits"));
  const nlohmann::json document = nlohmann::json::parse(say({"locks", "--format", "json"}).out);
  EXPECT_EQ(document["locks"][0]["waiters"][0]["ticket"], "B");
  const Finished none = say({"locks", "--clear"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(say({"locks", "--clear", "--force"}).exit_code, 2) << "nobody there to be asked";
  EXPECT_EQ(say({"locks", "--clear", "nothing"}).exit_code, 1);
  const Finished cleared = say({"locks", "--clear", "db", "--force", "--yes"});
  EXPECT_EQ(cleared.exit_code, 0) << cleared.err;
  EXPECT_EQ(cleared.out, "lock db: held by A (alive) -> free once it is stopped\n");
  EXPECT_TRUE(wait_until([&] { return ticket("B")["state"] == "running"; }));
}

TEST_F(Steering, StartsAWorkerAnewInItsProcess) {
  start({waiting("A")});
  ASSERT_TRUE(runs_on("A", "w/1"));
  const Finished asked = say_as("restart-agent", {"w/1"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("drains, and starts anew"));
  project_.write("go", "");
  const auto joins = [&] {
    const std::string events = say({"events", "--all"}).out;
    std::size_t count = 0;
    for (std::size_t at = events.find("worker w joined"); at != std::string::npos;
         at = events.find("worker w joined", at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_TRUE(wait_until([&] { return joins() == 2; })) << say({"events", "--all"}).out;
  project_.write("other.yaml", "version: 1\nname: other\ntickets: [{id: X, run: 'true'}]\n");
  EXPECT_EQ(say({"run", "other.yaml"}).exit_code, 0) << "by the worker that came back";
  EXPECT_THAT(elsewhere_.worker(0).err(), Not(HasSubstr("cannot start")));
}

TEST_F(Steering, TellsWhatAChangeWouldBeAndChangesNothing) {
  start({waiting("A"), waiting("B")});
  ASSERT_TRUE(runs_on("B", "w/2"));
  EXPECT_THAT(say({"pause", "--dry-run"}).out,
              HasSubstr("state of r1: running -> paused (2 tickets run on to their end)"));
  EXPECT_THAT(say({"stop", "--dry-run"}).out, HasSubstr("-> cancelled (2 tickets are stopped)"));
  EXPECT_THAT(say({"ticket", "cancel", "A", "--dry-run"}).out,
              HasSubstr("state of A: running -> cancelled"));
  EXPECT_THAT(say({"worker", "remove", "w", "--dry-run"}).out,
              HasSubstr("worker w: joined, 2 tickets -> leaving"));
  const nlohmann::json status = nlohmann::json::parse(say({"status", "--format", "json"}).out);
  EXPECT_EQ(status["run"]["state"], "running");
  EXPECT_EQ(ticket("A")["state"], "running");
}

}  // namespace
}  // namespace headway::test
