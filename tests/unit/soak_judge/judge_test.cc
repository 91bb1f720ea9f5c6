#include "tests/soak/judge/judge.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway::soak {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;

/// A little story of one run, r1 of plan `p` with tickets A and B, told fact by fact and line by
/// line. Both clocks show the same milliseconds.
class Story {
 public:
  Story() {
    plan.name = "p";
    plan.acknowledged = true;
    plan.tickets.resize(2);
    plan.tickets[0].id = "A";
    plan.tickets[1].id = "B";
    history.integrity = "ok";
    history.runs.push_back({1, "p", "succeeded", {"A", "B"}});
  }

  Story& assigned(std::int64_t ticket, std::uint64_t token, std::int64_t at) {
    return fact("ticket assigned", ticket, token, at, "", "");
  }
  Story& ended(std::int64_t ticket, std::uint64_t token, std::int64_t at, const char* outcome,
               const char* state) {
    return fact("attempt ended", ticket, token, at, outcome, state);
  }
  Story& fact(const char* kind, std::int64_t ticket, std::uint64_t token, std::int64_t at,
              const char* outcome, const char* state) {
    const auto sequence = static_cast<std::int64_t>(history.facts.size() + 1);
    history.facts.push_back({sequence, at, kind, 1, ticket, token, state, outcome});
    return *this;
  }
  Story& line(const char* kind, const char* ticket, unsigned attempt, std::int64_t at) {
    ledger.add_line(fmt::format("{} p {} r1 {} 77 {} {}", kind, ticket, attempt,
                                at * kNanosPerMilli, at * kNanosPerMilli));
    return *this;
  }
  /// An attempt that does its work from `from` to `to` and counts.
  Story& works(std::int64_t ticket, std::uint64_t token, std::int64_t from, std::int64_t to,
               unsigned attempt = 1) {
    const char* id = ticket == 0 ? "A" : "B";
    assigned(ticket, token, from - 5).line("begin", id, attempt, from);
    return line("end", id, attempt, to).ended(ticket, token, to + 5, "succeeded", "succeeded");
  }

  [[nodiscard]] Judgement judged() const { return judge({plan}, history, ledger, restarts); }
  /// The rules that were broken, each once.
  [[nodiscard]] std::vector<std::string> broken() const {
    std::vector<std::string> rules;
    for (const Violation& violation : judged().violations) {
      if (std::ranges::find(rules, violation.rule) == rules.end()) rules.push_back(violation.rule);
    }
    return rules;
  }

  Plan plan;
  History history;
  Ledger ledger;
  std::vector<Restart> restarts;
};

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Judge, FindsNothingInARunThatWentWell) {
  Story story;
  story.works(0, 1, 100, 200).works(1, 2, 150, 300);
  EXPECT_THAT(story.broken(), IsEmpty());
  EXPECT_EQ(story.judged().ticket_states.at("succeeded"), 2U);
}

TEST(Judge, AllowsTheWorkOfALostWorkerAndCountsItAsDoneTwice) {
  Story story;
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("end", "A", 1, 200);
  story.ended(0, 1, 900, "worker lost", "ready").works(0, 2, 1000, 1100, 2).works(1, 3, 100, 200);
  EXPECT_THAT(story.broken(), IsEmpty());
  EXPECT_EQ(story.judged().extra_effects.at("worker lost"), 1U);
  EXPECT_THAT(story.judged().duplicates,
              ElementsAre("r1 p A: attempt 1 worker lost, attempt 2 succeeded"));
}

TEST(Judge, SeesAnOutcomeThatWasLost) {
  Story story;
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("end", "A", 1, 200);
  story.ended(0, 1, 300, "exit", "failed").works(1, 2, 100, 200);
  EXPECT_THAT(story.broken(), ElementsAre("a failure was one", "no success is lost"));
}

TEST(Judge, SeesASuccessThatWasNone) {
  Story story;
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("alive", "A", 1, 120);
  story.ended(0, 1, 300, "succeeded", "succeeded").works(1, 2, 100, 200);
  EXPECT_THAT(story.broken(), ElementsAre("a success was one"));
}

TEST(Judge, SeesATicketOverlapWithItself) {
  Story story;
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("grand", "A", 1, 1050);
  story.ended(0, 1, 1040, "worker lost", "ready").works(0, 2, 1045, 1100, 2).works(1, 3, 1, 2);
  EXPECT_THAT(story.broken(), ElementsAre("nothing writes after its end",
                                          "conflicting attempts are never alive together"));
}

TEST(Judge, SeesAShortAttemptWithinALongOneThatBeganEarlier) {
  Story story;
  story.plan.tickets[0].uses = story.plan.tickets[1].uses = {{"file f", true}};
  story.works(0, 1, 100, 900).works(1, 2, 300, 400);
  EXPECT_THAT(story.broken(), ElementsAre("conflicting attempts are never alive together"));
}

TEST(Judge, LetsReadersBeTogetherButNoWriterAmongThem) {
  Story story;
  story.plan.tickets[0].uses = story.plan.tickets[1].uses = {{"lock l", false}};
  story.works(0, 1, 100, 900).works(1, 2, 300, 400);
  EXPECT_THAT(story.broken(), IsEmpty());
  story.plan.tickets[1].uses[0].alone = true;
  EXPECT_THAT(story.broken(), ElementsAre("conflicting attempts are never alive together"));
}

TEST(Judge, SeesATicketThatBeganBeforeItsDependencyFellSilent) {
  Story story;
  story.plan.tickets[1].blocking = {0};
  story.works(0, 1, 100, 200).line("grand", "A", 1, 260).works(1, 2, 250, 300);
  EXPECT_THAT(story.broken(),
              ElementsAre("nothing writes after its end", "nothing starts too early"));
}

TEST(Judge, SeesATicketThatWasHandedOutBeforeItsDependencySucceeded) {
  Story story;
  story.plan.tickets[1].blocking = {0};
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("fail", "A", 1, 110);
  story.ended(0, 1, 120, "exit", "failed").works(1, 2, 200, 300);
  EXPECT_THAT(story.broken(), ElementsAre("nothing starts too early"));
  story.plan.tickets[0].allow_failure = true;
  EXPECT_THAT(story.broken(), IsEmpty());
  story.plan.tickets[0].allow_failure = false;
  story.plan.tickets[1].sequential = std::exchange(story.plan.tickets[1].blocking, {});
  EXPECT_THAT(story.broken(), IsEmpty());
}

TEST(Judge, SeesWhatWritesAfterItsEnd) {
  Story story;
  story.works(0, 1, 100, 200).works(1, 2, 100, 200).line("grand", "A", 1, 400);
  EXPECT_THAT(story.broken(), ElementsAre("nothing writes after its end"));
}

TEST(Judge, SeesASecondFinalState) {
  Story story;
  story.works(0, 1, 100, 200).works(0, 2, 300, 400, 2).works(1, 3, 100, 200);
  EXPECT_THAT(story.broken(),
              ElementsAre("a final state is final", "a ticket has one final state"));
  EXPECT_EQ(story.judged().duplicates.size(), 1U);
}

TEST(Judge, TakesAReopenedTicketForANewGeneration) {
  Story story;
  story.assigned(0, 1, 90).line("begin", "A", 1, 100).line("fail", "A", 1, 110);
  story.ended(0, 1, 120, "exit", "failed").fact("ticket reopened", 0, 0, 130, "", "waiting");
  story.works(0, 2, 200, 300, 2).works(1, 3, 100, 200);
  EXPECT_THAT(story.broken(), IsEmpty());
}

TEST(Judge, SeesAnAttemptThatNeverEndedAndARunThatDidNot) {
  Story story;
  story.assigned(0, 1, 90).works(1, 2, 100, 200);
  EXPECT_THAT(story.broken(),
              ElementsAre("a ticket has one final state", "every attempt ends once"));
  story.history.runs[0].state = "running";
  EXPECT_THAT(story.broken(), ElementsAre("every run ends"));
}

TEST(Judge, SeesWhatRanWithoutBeingHandedOut) {
  Story story;
  story.works(0, 1, 100, 200).works(1, 2, 100, 200).line("begin", "B", 2, 300);
  EXPECT_THAT(story.broken(), ElementsAre("nothing runs that was not handed out"));
}

TEST(Judge, SeesALostAndADoubledSubmission) {
  Story story;
  story.works(0, 1, 100, 200).works(1, 2, 100, 200);
  story.history.runs.push_back({2, "p", "cancelled", {"A", "B"}});
  EXPECT_THAT(story.broken(), Contains("one run a submission"));
  Story lost;
  lost.history.runs.clear();
  EXPECT_THAT(lost.broken(), ElementsAre("no submission is lost"));
  lost.plan.acknowledged = false;
  EXPECT_THAT(lost.broken(), IsEmpty());
}

TEST(Judge, SeesAGapInTheFactsAndATokenThatWasUsedBefore) {
  Story story;
  story.works(0, 1, 100, 200).works(1, 1, 100, 200);
  story.history.facts.back().sequence = 9;
  EXPECT_THAT(story.broken(), ElementsAre("tokens only grow", "facts have no gaps"));
}

TEST(Judge, MeasuresFromTheStartOfACoordinatorToItsFirstTicket) {
  Story story;
  story.fact("epoch started", -1, 0, 50, "", "").works(0, 1, 100, 200);
  story.fact("epoch started", -1, 0, 1050, "", "").works(1, 2, 1505, 1600);
  story.restarts = {{40, false, 500}, {1000, true, 1501}};
  const Judgement judgement = story.judged();
  EXPECT_THAT(judgement.first_ticket_seconds, ElementsAre(0.055, 0.5));
  EXPECT_THAT(judgement.quiet_first_ticket_seconds, ElementsAre(0.5));
}

TEST(Ledger, CountsWhatItCannotRead) {
  Ledger ledger;
  for (const char* line :
       {"", "begin p A r1 1 77 1", "begin p A r1 1 77 1 x", "born p A r1 1 7 1 1",
        "begin p A 1 1 7 1 1", "begin p A r1 1 7 1 1 1"}) {
    ledger.add_line(line);
  }
  EXPECT_EQ(ledger.bad_lines, 6U);
  EXPECT_TRUE(ledger.attempts.empty());
}

}  // namespace
}  // namespace headway::soak
