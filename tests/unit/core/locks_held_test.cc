#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/lock_report.h"
#include "tests/support/core/core_harness.h"

/// Who holds locks and who waits for them, and taking them away.

namespace headway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Ids = CoreHarness::Ids;

LocksAnswer locks_of(const CoreHarness& h) {
  const Now now{h.now(), WallTime{std::chrono::hours{500'000}}};
  return LockReport(h.core(), now).answer(std::nullopt, kMostLocks);
}

std::vector<std::string> waiters_of(const LockView& lock) {
  std::vector<std::string> ids;
  for (const LockWaiter& waiter : lock.waiters) ids.push_back(waiter.ticket);
  return ids;
}

/// `a` and `r` hold, `b` and `c` wait.
struct Held {
  explicit Held(bool on_proof = false) {
    h.join("w1", 1);
    h.join("w2", 1);
    h.join("w3", 1);
    PlanBuilder plan;
    auto a = plan.add("a").writes("db");
    if (on_proof) a.only_on_proof();
    plan.add("b").writes("db").priority(Priority::kLow);
    plan.add("c").reads("db");
    plan.add("r").reads("cache");
    h.submit(plan);
    h.assigned();
    h.start("a");
    h.start("r");
  }
  CoreHarness h;
};

TEST(LockReport, NamesHoldersAndThoseInLineTheNextOneFirst) {
  Held held;
  const LocksAnswer answer = locks_of(held.h);
  ASSERT_EQ(answer.locks.size(), 2U);
  const LockView& db = answer.locks.front();
  EXPECT_EQ(db.name, "db") << "what somebody waits for comes first";
  ASSERT_EQ(db.holders.size(), 1U);
  EXPECT_EQ(db.holders.front().ticket, "a");
  EXPECT_EQ(db.holders.front().agent, "w1/1");
  EXPECT_EQ(db.holders.front().state, HolderState::kAlive);
  EXPECT_TRUE(db.holders.front().exclusive);
  EXPECT_THAT(waiters_of(db), ElementsAre("c", "b"));
  EXPECT_TRUE(db.waiters.front().since.has_value());
  EXPECT_FALSE(answer.locks.back().holders.front().exclusive);
  EXPECT_THAT(answer.locks.back().waiters, IsEmpty());
}

TEST(LockReport, SaysOfASilentHolderThatItMayBeAliveAndOfALostOneThatNobodyKnows) {
  Held held(true);
  held.h.silence("w1");
  held.h.pass(10s);
  EXPECT_EQ(locks_of(held.h).locks.front().holders.front().state, HolderState::kSilent);
  held.h.pass(60s);
  EXPECT_EQ(locks_of(held.h).locks.front().holders.front().state, HolderState::kOrphan);
  held.h.ignore_messages();
}

/// What `db` is held as, by each of its holders, and who waits for it.
std::string told_of_db(const CoreHarness& h) {
  for (const LockView& lock : locks_of(h).locks) {
    if (lock.name != "db") continue;
    std::string text;
    for (const LockHolder& holder : lock.holders) {
      text += holder.ticket + " (" + std::string(to_text(holder.state)) + ") on " + holder.agent;
    }
    for (const std::string& waiter : waiters_of(lock)) text += ", " + waiter;
    return text;
  }
  return "nobody has it";
}

/// `bad` has failed and is to be put back after `other`, which is being put back; `next` waits for
/// the lock.
struct PutBack {
  PutBack() {
    h.join("w", 2);
    PlanBuilder plan;
    plan.add("bad").writes("db").rolls_back();
    plan.add("other").rolls_back();
    plan.add("next").writes("db");
    h.submit(plan);
    EXPECT_EQ(h.assigned(), (Ids{"bad", "other"}));
    h.start("bad");
    h.start("other");
    h.fail("other");
    EXPECT_EQ(h.assigned(), Ids{"check other"});
    h.fail("bad");
  }
  CoreHarness h;
};

TEST(LockReport, NamesWhatIsToBePutBackAsAHolderUntilItIs) {
  PutBack p;
  EXPECT_EQ(told_of_db(p.h), "bad (to be put back) on , next");
  p.h.pass_check("other");
  EXPECT_EQ(p.h.assigned(), Ids{"check bad"});
  p.h.start_check("bad");
  EXPECT_EQ(told_of_db(p.h), "bad (being put back) on w/1, next");
  p.h.pass_check("bad");
  EXPECT_EQ(p.h.assigned(), Ids{"next"});
  p.h.finish("next");
}

TEST(LockReport, SaysOfALockThatAFailedRollbackKeepsThatItIsToBeSettled) {
  PutBack p;
  p.h.pass_check("other");
  EXPECT_EQ(p.h.assigned(), Ids{"check bad"});
  p.h.fail_check("bad");
  EXPECT_EQ(told_of_db(p.h), "bad (rollback failed) on , next");
  ClearLocksRequest clear;
  clear.locks = {"db"};
  clear.force = true;
  EXPECT_THAT(p.h.refused_clearing(clear), HasSubstr("headway ticket settle bad --by NAME"));
  p.h.settle("bad");
  EXPECT_EQ(p.h.assigned(), Ids{"next"});
  p.h.finish("next");
}

TEST(ClearLocks, FreesOrphansAloneAndTheirTicketsGoOutAgain) {
  Held held(true);
  CoreHarness& h = held.h;
  EXPECT_THAT(h.clear_locks({}).changes, IsEmpty()) << "what is alive keeps its locks";
  h.silence("w1");
  h.pass(60s);
  EXPECT_EQ(h.state("a"), TicketState::kRunning) << "it waits for proof";
  ClearLocksRequest dry;
  dry.dry_run = true;
  EXPECT_EQ(h.clear_locks(dry).changes.size(), 1U);
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
  const Token before = h.token("a");
  EXPECT_THAT(h.clear_locks({}).changes,
              ElementsAre(Change{"lock db", "held by a (orphan)", "free"}));
  EXPECT_EQ(h.assigned(), Ids{"c"}) << "the next in line";
  h.finish("c");
  EXPECT_EQ(h.assigned(), Ids{"a"});
  EXPECT_GT(h.token("a"), before);
  EXPECT_EQ(h.record("a").workers_lost, 0U) << "it is not laid at its door";
  h.ignore_messages();
}

/// Its name alone is no proof: what the former process runs lives on until the lease has run out.
TEST(ClearLocks, LeavesThoseOfAWorkerWhoseNameAnotherProcessHasTaken) {
  Held held;
  CoreHarness& h = held.h;
  h.silence("w1");
  h.pass(10s);
  ASSERT_TRUE(h.hello("w1", h.new_life("w1")));
  EXPECT_EQ(locks_of(h).locks.front().holders.front().state, HolderState::kSilent);
  EXPECT_THAT(h.clear_locks({}).changes, IsEmpty());
  EXPECT_EQ(h.state("a"), TicketState::kRunning);
  h.pass(CoreHarness::kLeaseAndMargin);
  EXPECT_EQ(h.assigned(), Ids{"c"}) << "the lease's end is proof enough";
  h.ignore_messages();
}

TEST(ClearLocks, ByForceStopsWhatIsAliveAndFreesTheLockOnProof) {
  Held held;
  CoreHarness& h = held.h;
  ClearLocksRequest clear;
  clear.locks = {"db"};
  clear.force = true;
  EXPECT_EQ(h.clear_locks(clear).changes.size(), 1U);
  EXPECT_EQ(h.sent<Stop>("w1").outcome, Outcome::kTakenBack);
  EXPECT_EQ(locks_of(h).locks.front().holders.front().ticket, "a") << "not proven dead yet";
  h.end("a", Outcome::kTakenBack);
  EXPECT_EQ(h.assigned(), Ids{"c"});
  EXPECT_EQ(h.state("r"), TicketState::kRunning) << "another lock";
  h.ignore_messages();
}

TEST(ClearLocks, RefusesANameThatNobodyHolds) {
  Held held;
  ClearLocksRequest clear;
  clear.locks = {"dbx"};
  EXPECT_THAT(held.h.refused_clearing(clear), HasSubstr("nobody holds the lock dbx"));
}

}  // namespace
}  // namespace headway
