#include "coordinator/core/track_record.h"

#include <random>

#include <gtest/gtest.h>

/// How well workers did, and what follows from it for the next ticket.

namespace headway {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

constexpr WorkerId kAnn{1};
constexpr WorkerId kBob{2};
constexpr WorkerId kUnknown{9};

/// A record to which attempts are added one by one, all of the category `docs` unless said.
struct Noted {
  TrackRecord record;
  std::uint64_t facts = 0;
  std::vector<TallyKey> changed;

  void end(WorkerId worker, Outcome outcome, const std::string& category = "docs",
           Duration took = 0s, std::optional<Duration> estimate = {}) {
    Ticket ticket;
    ticket.category = category;
    ticket.estimate = estimate;
    Fact fact;
    fact.sequence = Sequence{++facts};
    fact.kind = FactKind::kAttemptEnded;
    fact.worker = worker;
    fact.outcome = outcome;
    fact.elapsed = took;
    record.credit(fact, ticket, changed);
  }
  void succeed(WorkerId worker, int times) {
    for (int i = 0; i < times; ++i) end(worker, Outcome::kSucceeded);
  }
  void fail(WorkerId worker, int times) {
    for (int i = 0; i < times; ++i) end(worker, Outcome::kExit);
  }
  /// Succeeds in so much of an estimate of 100 seconds.
  void take(WorkerId worker, Duration took, int times) {
    for (int i = 0; i < times; ++i) end(worker, Outcome::kSucceeded, "docs", took, 100s);
  }
  [[nodiscard]] std::uint32_t score(WorkerId worker) const {
    return record.find("docs")->score(worker);
  }
};

TEST(TrackRecord, CountsWhatEndedByItself) {
  Noted noted;
  noted.end(kAnn, Outcome::kSucceeded, "docs", 30s, 40s);
  noted.end(kAnn, Outcome::kSucceeded, "docs", 50s);
  noted.end(kAnn, Outcome::kExit, "docs", 7s, 40s);
  noted.end(kAnn, Outcome::kTimeout, "docs", 7s, 40s);
  const Tally expected{4, 2, 1, 30s, 40s};
  EXPECT_EQ(*noted.record.find("docs")->find(kAnn), expected);
  EXPECT_EQ(noted.record.find("docs")->all(), expected);
  EXPECT_EQ(noted.record.find("docs")->find(kBob), nullptr);
}

TEST(TrackRecord, DoesNotHoldAgainstAnAgentWhatWasDoneToIt) {
  Noted noted;
  for (const Outcome outcome :
       {Outcome::kWorkerLost, Outcome::kKilledWorkers, Outcome::kCancelled, Outcome::kTakenBack}) {
    noted.end(kAnn, outcome);
  }
  EXPECT_EQ(noted.record.find("docs"), nullptr);
  EXPECT_TRUE(noted.changed.empty());
}

TEST(TrackRecord, KnowsNothingOfTicketsWithoutACategory) {
  Noted noted;
  noted.end(kAnn, Outcome::kSucceeded, "");
  EXPECT_EQ(noted.record, TrackRecord{});
}

TEST(TrackRecord, KeepsCategoriesApart) {
  Noted noted;
  noted.end(kAnn, Outcome::kExit, "code");
  noted.end(kAnn, Outcome::kSucceeded, "docs");
  EXPECT_LT(noted.record.find("code")->score(kAnn), CategoryRecord::kNeutral);
  EXPECT_GT(noted.record.find("docs")->score(kAnn), CategoryRecord::kNeutral);
}

TEST(Score, IsNeutralWhereNothingIsKnown) {
  Noted noted;
  noted.succeed(kAnn, 1);
  EXPECT_EQ(noted.score(kUnknown), CategoryRecord::kNeutral);
}

TEST(Score, FollowsTheRuleOfSuccession) {
  Noted noted;
  noted.succeed(kAnn, 9);
  noted.fail(kAnn, 1);
  EXPECT_EQ(noted.score(kAnn), 83U);  // (9 + 1) / (10 + 2)
}

TEST(Score, OfOneLuckyAttemptStandsBehindALongGoodRecord) {
  Noted noted;
  noted.succeed(kAnn, 18);
  noted.fail(kAnn, 2);
  noted.succeed(kBob, 1);
  EXPECT_GT(noted.score(kAnn), noted.score(kBob));
}

TEST(Score, OfOneUnluckyAttemptStandsBeforeALongBadRecord) {
  Noted noted;
  noted.succeed(kAnn, 2);
  noted.fail(kAnn, 18);
  noted.fail(kBob, 1);
  EXPECT_LT(noted.score(kAnn), noted.score(kBob));
}

TEST(Score, OfAQuickWorkerIsBetterThanThatOfItsPeers) {
  Noted noted;
  noted.take(kAnn, 50s, 20);
  noted.take(kBob, 100s, 20);
  EXPECT_GT(noted.score(kAnn), noted.score(kBob) * 5 / 4);
}

TEST(Score, IsNotMovedByEstimatesThatAreWrongForAll) {
  Noted right, wrong;
  right.take(kAnn, 100s, 5);
  right.take(kBob, 100s, 5);
  wrong.take(kAnn, 300s, 5);
  wrong.take(kBob, 300s, 5);
  EXPECT_EQ(right.score(kAnn), wrong.score(kAnn));
  EXPECT_EQ(wrong.score(kAnn), wrong.score(kBob));
}

TEST(Score, OfOneQuickAttemptSaysLessThanThatOfMany) {
  Noted once, often;
  once.take(kBob, 100s, 20);
  often.take(kBob, 100s, 20);
  // The same number of successes: only the times differ in how many they are of.
  once.take(kAnn, 10s, 1);
  once.succeed(kAnn, 19);
  often.take(kAnn, 10s, 20);
  EXPECT_GT(once.score(kAnn), once.score(kBob));
  EXPECT_GT(often.score(kAnn), 2 * once.score(kAnn));
}

TEST(Score, OfAQuickFailingWorkerIsNotSavedByItsSpeed) {
  Noted noted;
  noted.take(kBob, 100s, 20);
  noted.take(kAnn, 0s, 1);
  noted.fail(kAnn, 19);
  EXPECT_LT(noted.score(kAnn), noted.score(kBob));
}

TEST(Score, StandsUpToTimesThatNobodyCanHaveMeasured) {
  Noted noted;
  noted.take(kAnn, Duration::max(), 100);
  noted.take(kBob, Duration::min(), 100);
  EXPECT_LT(noted.score(kAnn), noted.score(kBob));
  noted.end(kBob, Outcome::kSucceeded, "instant", 0s, 0s);
  EXPECT_EQ(noted.record.find("instant")->score(kBob), 67U) << "an estimate of 0 says nothing";
}

TEST(TrackRecord, ForgetsWhatHasNotGrownForTheLongestTime) {
  Noted noted;
  const auto worker = [](std::size_t number) {
    return WorkerId{static_cast<std::uint32_t>(number)};
  };
  for (std::size_t i = 1; i <= TrackRecord::kMostTallies; ++i) noted.succeed(worker(i), 1);
  noted.succeed(worker(1), 1);
  EXPECT_EQ(noted.record.size(), TrackRecord::kMostTallies);
  noted.changed.clear();
  noted.fail(worker(TrackRecord::kMostTallies + 1), 1);
  EXPECT_EQ(noted.record.size(), TrackRecord::kMostTallies);
  const CategoryRecord& docs = *noted.record.find("docs");
  EXPECT_EQ(docs.find(worker(2)), nullptr);
  EXPECT_EQ(docs.find(worker(1))->ended, 2U) << "it was the first, and has grown since";
  EXPECT_EQ(docs.all().ended, TrackRecord::kMostTallies + 1) << "sums are of what is there";
  ASSERT_EQ(noted.changed.size(), 2U);
  EXPECT_EQ(noted.record.kept(noted.changed[0]).tally.ended, 1U);
  EXPECT_EQ(noted.changed[1], (TallyKey{worker(2), "docs"}));
  EXPECT_EQ(noted.record.kept(noted.changed[1]).tally, Tally{}) << "it is to be forgotten";
}

TEST(TrackRecord, IsTheSameWhenItIsRestoredFromWhatWasKeptInAnyOrder) {
  constexpr std::uint64_t kSeed = 20260214;
  std::mt19937_64 random(kSeed);
  Noted noted;
  std::map<TallyKey, KeptTally> kept;
  for (int i = 0; i < 2000; ++i) {
    const auto outcome = static_cast<Outcome>(random() % 12);
    noted.end(WorkerId{static_cast<std::uint32_t>(1 + random() % 7)}, outcome,
              "c" + std::to_string(random() % 5), std::chrono::milliseconds{random() % 100'000},
              random() % 2 == 0 ? std::optional<Duration>{40s} : std::nullopt);
    for (const TallyKey& key : noted.changed) kept[key] = noted.record.kept(key);
    noted.changed.clear();
  }
  TrackRecord forwards, backwards;
  for (const auto& [key, tally] : kept) forwards.restore(tally);
  for (auto entry = kept.rbegin(); entry != kept.rend(); ++entry) backwards.restore(entry->second);
  EXPECT_EQ(forwards, noted.record) << "seed " << kSeed;
  EXPECT_EQ(backwards, noted.record) << "seed " << kSeed;
}

}  // namespace
}  // namespace headway
