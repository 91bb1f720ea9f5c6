#include "coordinator/journal/registry.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using test::Script;
using test::stored_run;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RegistryFile : public ::testing::Test {
 protected:
  [[nodiscard]] Registry open() const {
    Result<Registry> registry = Registry::open_owner(path_);
    if (!registry) ADD_FAILURE() << registry.error().message;
    return std::move(registry).value();
  }
  static void commit(Registry& registry, const Commit& what) {
    const Result<void> done = registry.commit(what);
    ASSERT_TRUE(done) << done.error().message;
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "state/registry.db";
};

TEST_F(RegistryFile, IsMadeWithItsFoldersForItsUserAlone) {
  const Registry registry = open();
  const Result<RegistryHead> head = registry.head();
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_THAT(head->id, ::testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(head->last_sequence, Sequence{0});
  EXPECT_EQ(head->last_token, Token{0});
  EXPECT_EQ(head->last_run, RunId{0});
  EXPECT_EQ(head->last_epoch, Epoch{0});
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((path_ + "-wal").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RegistryFile, SaysInItsHeaderWhatItIs) {
  { const Registry registry = open(); }
  EXPECT_THAT(test::rows_of(path_, "PRAGMA application_id"),
              ElementsAre(std::to_string(0x48574159)));
  EXPECT_THAT(test::rows_of(path_, "PRAGMA user_version"), ElementsAre("5"));
}

TEST_F(RegistryFile, KeepsItsIdAndItsNumbersWhenItIsOpenedAgain) {
  std::string id;
  {
    Registry registry = open();
    id = registry.head()->id;
    Script script;
    script.epoch_started()
        .run(FactKind::kRunSubmitted, 7)
        .assigned(7, 0, 5, 1)
        .assigned(7, 1, 9, 1)
        .epoch_started();
    commit(registry, {{stored_run(7, 2)}, script.take()});
  }
  const Registry registry = open();
  const Result<RegistryHead> head = registry.head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->id, id);
  EXPECT_EQ(head->last_sequence, Sequence{5});
  EXPECT_EQ(head->last_token, Token{9});
  EXPECT_EQ(head->last_run, RunId{7});
  EXPECT_EQ(head->last_epoch, Epoch{2});
}

TEST_F(RegistryFile, RefusesASecondOwnerAndNamesTheFirst) {
  const Registry registry = open();
  const Result<Registry> second = Registry::open_owner(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kInUse);
  EXPECT_THAT(second.error().message, HasSubstr(fmt::format("pid {} since 2", ::getpid())));
}

TEST_F(RegistryFile, RefusesASecondOwnerThatCallsItByAnotherName) {
  const Registry registry = open();
  ASSERT_EQ(::symlink(path_.c_str(), (folder_ / "link.db").c_str()), 0);
  const Result<Registry> second = Registry::open_owner(folder_ / "link.db");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kInUse);
}

TEST_F(RegistryFile, IsFreeAgainWhenItsOwnerHasGone) {
  { const Registry registry = open(); }
  const Registry again = open();
  EXPECT_TRUE(again.head());
}

TEST_F(RegistryFile, GivesEveryFieldOfEveryFactBack) {
  constexpr std::uint32_t kTickets = 5;
  std::mt19937_64 random(20260131);
  std::vector<Fact> facts;
  for (std::uint64_t i = 1; i <= 5000; ++i) facts.push_back(test::random_fact(random, i, kTickets));
  {
    Registry registry = open();
    commit(registry, {{stored_run(1, kTickets)}, facts});
    const Result<std::vector<Fact>> loaded = registry.load_facts({});
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(*loaded == facts);
  }
  const Registry registry = open();
  const Result<std::vector<Fact>> loaded = registry.load_facts({});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->size(), facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i)
    ASSERT_TRUE((*loaded)[i] == facts[i]) << "fact " << i + 1;
}

TEST_F(RegistryFile, GivesTheFactsOfARunOfATicketAndOfNoRun) {
  Registry registry = open();
  Script script;
  script.epoch_started()
      .worker_joined(1, "build-01", 2)
      .run(FactKind::kRunSubmitted, 1)
      .run(FactKind::kRunSubmitted, 2)
      .assigned(1, 0, 1, 1)
      .assigned(2, 0, 2, 1)
      .assigned(1, 1, 3, 1)
      .started(1, 0, 1, 1, 1);
  commit(registry, {{stored_run(1, 2), stored_run(2, 1)}, script.take()});
  const auto sequences = [&](const Registry::FactFilter& filter) {
    std::vector<std::uint64_t> numbers;
    const Result<std::vector<Fact>> facts = registry.load_facts(filter);
    EXPECT_TRUE(facts);
    for (const Fact& fact : *facts) numbers.push_back(fact.sequence.number());
    return numbers;
  };
  EXPECT_THAT(sequences({}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(sequences({.without_run = true}), ElementsAre(1, 2));
  EXPECT_THAT(sequences({.run = RunId{1}}), ElementsAre(3, 5, 7, 8));
  EXPECT_THAT(sequences({.run = RunId{1}, .after = Sequence{3}, .most = 2}), ElementsAre(5, 7));
  EXPECT_THAT(sequences({.run = RunId{1}, .ticket = TicketIndex{0}}), ElementsAre(5, 8));
  EXPECT_THAT(sequences({.after = Sequence{6}}), ElementsAre(7, 8));
  EXPECT_THAT(sequences({.run = RunId{3}}), ElementsAre());
}

TEST_F(RegistryFile, GivesARunBackAsItWasSubmitted) {
  Registry registry = open();
  StoredRun run = stored_run(3, 2);
  run.name = "name with \xff bytes";
  run.plan_text = std::string(3'000'000, 'x') + "\xc3";
  run.options.agent_types = {{"builder", {"linux"}, {"make", "{id}"}, std::chrono::minutes{5}}};
  run.options.max_parallel = 7;
  run.tickets[1].id = std::string("odd\0id", 6);
  commit(registry, {{run}, {}});
  const Result<StoredRun> loaded = registry.load_run(RunId{3});
  ASSERT_TRUE(loaded) << loaded.error().message;
  StoredRun expected = run;
  expected.tickets.clear();
  EXPECT_TRUE(*loaded == expected);
  EXPECT_EQ(*registry.ticket_id(RunId{3}, TicketIndex{0}), "T-0");
  EXPECT_EQ(*registry.ticket_id(RunId{3}, TicketIndex{1}), run.tickets[1].id);
  EXPECT_EQ(registry.ticket_id(RunId{3}, TicketIndex{2}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(registry.load_run(RunId{4}).error().kind, ErrorKind::kNotFound);
}

TEST_F(RegistryFile, KeepsACompiledPlanBesideItsText) {
  StoredRun run = stored_run(1, 2);
  run.compiled = std::string("\0compiled\xff", 10);
  {
    Registry registry = open();
    Script script;
    script.run(FactKind::kRunSubmitted, 1).run(FactKind::kRunSubmitted, 2);
    commit(registry, {{run, stored_run(2, 1)}, script.take()});
  }
  Registry registry = open();
  const auto compiled = [&](std::uint64_t id) {
    std::string found;
    const Result<void> read =
        registry.read_compiled(RunId{id}, [&](std::string_view bytes) { found = bytes; });
    EXPECT_TRUE(read) << read.error().message;
    return found;
  };
  EXPECT_EQ(compiled(1), run.compiled);
  EXPECT_EQ(compiled(2), "");
  EXPECT_EQ(*registry.compiled_bytes(), run.compiled.size());
  ASSERT_TRUE(registry.store_compiled(RunId{1}, "another version"));
  ASSERT_TRUE(registry.store_compiled(RunId{2}, "made late"));
  EXPECT_EQ(compiled(1), "another version");
  EXPECT_EQ(compiled(2), "made late");
  const Result<StoredRun> without_text = registry.load_run_without_text(RunId{1});
  ASSERT_TRUE(without_text);
  EXPECT_EQ(without_text->plan_text, "");
  EXPECT_EQ(without_text->plan_sha256, run.plan_sha256);
}

TEST_F(RegistryFile, ListsHowManyTicketsHadEndedAsTheCommitsSay) {
  Registry registry = open();
  Script script;
  script.run(FactKind::kRunSubmitted, 1);
  commit(registry, {{stored_run(1, 9)}, script.take(), {{RunId{1}, 0, 0, 0, 0}}});
  script.run(FactKind::kRunPaused, 1).run(FactKind::kRunResumed, 1);
  commit(registry, {{}, script.take(), {{RunId{1}, 9, 9, 9, 9}, {RunId{1}, 4, 3, 2, 1}}});
  const Result<std::vector<ListedRun>> runs = registry.list_runs({});
  ASSERT_TRUE(runs);
  const ListedRun& run = runs->front();
  EXPECT_EQ(run.succeeded, 4U);
  EXPECT_EQ(run.failed, 3U);
  EXPECT_EQ(run.aborted, 2U);
  EXPECT_EQ(run.cancelled, 1U);
}

TEST_F(RegistryFile, KeepsHowWellWorkersDidAsTheLastCommitsSay) {
  using std::chrono::seconds;
  const KeptTally first{{WorkerId{1}, "docs"}, {3, 2, 1, seconds{5}, seconds{9}}, Sequence{1}};
  const KeptTally grown{{WorkerId{1}, "docs"}, {4, 3, 2, seconds{6}, seconds{12}}, Sequence{4}};
  const KeptTally other{{WorkerId{2}, "docs"}, {1, 0, 0, {}, {}}, Sequence{2}};
  const KeptTally odd{{WorkerId{2}, "\xff\xfe"}, {7, 7, 0, {}, {}}, Sequence{3}};
  const KeptTally forgotten{other.of, {}, {}};
  const auto kept = [](const Registry& registry) {
    const Result<std::vector<KeptTally>> tallies = registry.load_tallies();
    EXPECT_TRUE(tallies) << tallies.error().message;
    return *tallies;
  };
  {
    Registry registry = open();
    EXPECT_THAT(kept(registry), ElementsAre());
    commit(registry, {{}, Script().epoch_started().take(), {}, {first, other, odd}});
    EXPECT_THAT(kept(registry), ElementsAre(odd, other, first)) << "the newest first";
    commit(registry, {{}, Script(1).epoch_started().take(), {}, {forgotten, grown}});
  }
  EXPECT_THAT(kept(open()), ElementsAre(grown, odd));
}

TEST_F(RegistryFile, KeepsNoTallyOfACommitThatFailed) {
  Registry registry = open();
  Script script;
  script.epoch_started().run(FactKind::kRunPaused, 7);
  const KeptTally tally{{WorkerId{1}, "docs"}, {1, 1, 0, {}, {}}, Sequence{1}};
  EXPECT_FALSE(registry.commit({{}, script.take(), {}, {tally}})) << "there is no run r7";
  EXPECT_THAT(*registry.load_tallies(), ElementsAre());
}

TEST_F(RegistryFile, ReadsTheFactsOfSomeRunsInTheOrderOfTheJournal) {
  Registry registry = open();
  Script script;
  script.epoch_started().worker_joined(1, "w", 2);
  for (const std::uint64_t run : {1U, 2U, 3U}) script.run(FactKind::kRunSubmitted, run);
  std::uint64_t token = 0;
  for (std::uint32_t ticket = 0; ticket < 4; ++ticket) {
    for (const std::uint64_t run : {3U, 1U, 2U}) {
      ++token;
      script.assigned(run, ticket, token, 1).started(run, ticket, token, 1, 1);
      script.ended(run, ticket, token, 1, Outcome::kSucceeded, TicketState::kSucceeded);
    }
    script.epoch_started();
  }
  commit(registry, {{stored_run(1, 4), stored_run(2, 4), stored_run(3, 4)}, script.take()});

  std::vector<Fact> expected;
  const Result<std::vector<Fact>> all = registry.load_facts({});
  ASSERT_TRUE(all);
  for (const Fact& fact : *all) {
    if (fact.run != RunId{2}) expected.push_back(fact);
  }
  std::vector<Fact> read;
  const auto take = [&](const Fact& fact) {
    read.push_back(fact);
    return true;
  };
  ASSERT_TRUE(registry.read_facts({RunId{3}, RunId{1}}, take));
  EXPECT_EQ(read, expected);

  std::size_t count = 0;
  ASSERT_TRUE(registry.read_facts({RunId{3}, RunId{1}}, [&](const Fact&) { return ++count < 5; }));
  EXPECT_EQ(count, 5U) << "it ends where it is told to";
  read.clear();
  ASSERT_TRUE(registry.read_facts({}, take));
  EXPECT_EQ(read.size(), 6U) << "those of no run alone";
  EXPECT_EQ(*registry.last_fact_of(RunId{3}),
            Sequence{registry.head()->last_sequence.number() - 7});
  EXPECT_EQ(*registry.last_fact_of(RunId{9}), Sequence{0});
}

TEST_F(RegistryFile, ListsRunsNewestFirstInTheStateThatTheirFactsSay) {
  Registry registry = open();
  Script script;
  for (std::uint64_t run = 1; run <= 5; ++run) script.run(FactKind::kRunSubmitted, run);
  script.run_ended(1, RunState::kSucceeded)
      .run(FactKind::kRunPaused, 2)
      .run(FactKind::kRunStopping, 3);
  script.run_ended(4, RunState::kStopped)
      .run_ended(5, RunState::kStopped)
      .run(FactKind::kRunResumed, 5);
  Commit first{{}, script.take()};
  for (std::uint64_t run = 1; run <= 5; ++run) first.runs.push_back(stored_run(run, 3));
  commit(registry, first);

  const auto told = [&](const RunFilter& filter) {
    std::vector<std::string> lines;
    const Result<std::vector<ListedRun>> runs = registry.list_runs(filter);
    EXPECT_TRUE(runs);
    for (const ListedRun& run : *runs) {
      lines.push_back(fmt::format("r{} {} {} {}", run.id.number(), to_text(run.state), run.tickets,
                                  run.finished_at ? to_millis(*run.finished_at) : 0));
    }
    return lines;
  };
  EXPECT_THAT(told({}),
              ElementsAre("r5 running 3 0", "r4 stopped 3 1700000009000", "r3 stopping 3 0",
                          "r2 paused 3 0", "r1 succeeded 3 1700000006000"));
  EXPECT_THAT(told({.before = RunId{4}, .most = 1}), ElementsAre("r3 stopping 3 0"));
  EXPECT_THAT(told({.before = RunId{3}, .unfinished_only = true}), ElementsAre("r2 paused 3 0"));
  EXPECT_TRUE(registry.list_runs({})->front().options == stored_run(5, 3).options);
}

TEST_F(RegistryFile, KnowsWhichTicketsOfAPlanSucceededInAnyRun) {
  Registry registry = open();
  std::vector<StoredRun> runs = {stored_run(1, 6), stored_run(2, 6), stored_run(3, 5)};
  for (StoredRun& run : runs) run.tickets[2].allow_failure = true;
  Script script;
  for (std::uint64_t run = 1; run <= 3; ++run) script.run(FactKind::kRunSubmitted, run);
  script.assigned(1, 0, 1, 1).ended(1, 0, 1, 1, Outcome::kSucceeded, TicketState::kSucceeded);
  script.assigned(1, 1, 2, 1).ended(1, 1, 2, 1, Outcome::kExit, TicketState::kFailed, 1);
  script.assigned(1, 2, 3, 1).ended(1, 2, 3, 1, Outcome::kExit, TicketState::kFailed, 1);
  script.add({.kind = FactKind::kArtifact,
              .run = RunId{1},
              .ticket = TicketIndex{0},
              .token = Token{1},
              .detail = "a"});
  script.assigned(2, 3, 4, 1).ended(2, 3, 4, 1, Outcome::kSucceeded, TicketState::kSucceeded);
  script.assigned(2, 4, 5, 1);
  script.ticket_ended(2, 5, TicketState::kAborted, "");
  script.assigned(3, 1, 6, 1).ended(3, 1, 6, 1, Outcome::kSucceeded, TicketState::kSucceeded);
  commit(registry, {runs, script.take()});
  const Result<std::vector<std::string>> ids =
      registry.succeeded_tickets(stored_run(1, 6).plan_sha256);
  ASSERT_TRUE(ids) << ids.error().message;
  EXPECT_THAT(*ids, ElementsAre("T-0", "T-2", "T-3"));
}

TEST_F(RegistryFile, CountsHowOftenAWorkerCameAndWent) {
  test::Script script;
  script.epoch_started();
  for (int i = 0; i < 15; ++i) {
    Fact left;
    left.kind = i % 2 == 0 ? FactKind::kWorkerLost : FactKind::kWorkerLeft;
    left.worker = WorkerId{1};
    script.worker_joined(1, "w", 4).add(left);
  }
  script.worker_joined(2, "calm", 4).worker_joined(3, "not asked for", 4);
  Registry registry = open();
  const std::vector<Fact> facts = script.take();
  commit(registry, {{}, facts});
  const std::vector<WorkerId> asked = {WorkerId{1}, WorkerId{2}, WorkerId{9}};
  const auto all = registry.worker_comings(asked, WallTime{});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].joins, 10U) << "by its last 20 facts";
  EXPECT_EQ((*all)[0].losses, 5U) << "who leaves is not lost";
  EXPECT_EQ((*all)[1].worker, WorkerId{2});
  EXPECT_EQ((*all)[1].joins, 1U);
  // Its last four facts, and what came after them.
  const auto late = registry.worker_comings(asked, facts[facts.size() - 6].at);
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ((*late)[0].joins, 2U);
  EXPECT_EQ((*late)[0].losses, 1U);
}

TEST_F(RegistryFile, TellsItsSizeAndByHowMuchItGrows) {
  Registry registry = open();
  const auto empty = registry.size(WallTime{});
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_GT(empty->registry_bytes + empty->log_bytes, 0U);
  EXPECT_EQ(empty->bytes_per_hour, 0U) << "without facts";
  test::Script script;
  for (std::uint32_t i = 0; i < 3601; ++i) script.worker_joined(1, "w", 4);
  const std::vector<Fact> facts = script.take();  // one a second
  commit(registry, {{}, facts});
  EXPECT_EQ(registry.size(facts.front().at + std::chrono::hours{1})->bytes_per_hour, 720'000U);
  EXPECT_EQ(registry.size(facts.front().at + std::chrono::hours{2})->bytes_per_hour, 360'000U);
  EXPECT_EQ(registry.size(facts.front().at)->bytes_per_hour, 0U) << "too short a time to tell";
}

TEST_F(RegistryFile, RefusesFactsThatDoNotFollowTheLast) {
  Registry registry = open();
  Script script;
  commit(registry, {{}, script.epoch_started().take()});
  script.epoch_started().take();
  const Result<void> gap = registry.commit({{}, script.epoch_started().take()});
  ASSERT_FALSE(gap);
  EXPECT_THAT(gap.error().message, HasSubstr("fact 3 does not follow fact 1"));
  EXPECT_EQ(registry.head()->last_sequence, Sequence{1});
}

TEST_F(RegistryFile, TakesAllOfACommitOrNothingAndThenNoMore) {
  Registry registry = open();
  Script script;
  commit(registry,
         {{stored_run(1, 2)}, script.run(FactKind::kRunSubmitted, 1).assigned(1, 0, 8, 1).take()});
  // The second handing out of token 8 breaks the rule that no token is handed out twice.
  const Result<void> broken = registry.commit(
      {{stored_run(2, 1)}, script.run(FactKind::kRunSubmitted, 2).assigned(1, 1, 8, 1).take()});
  ASSERT_FALSE(broken);
  EXPECT_EQ(registry.head()->last_sequence, Sequence{2});
  EXPECT_EQ(registry.list_runs({})->size(), 1U);
  const Result<void> after = registry.commit({{}, Script(2).epoch_started().take()});
  ASSERT_FALSE(after);
  EXPECT_THAT(after.error().message, HasSubstr("start again"));
}

TEST_F(RegistryFile, RefusesAFactAboutARunThatIsNotStored) {
  Registry registry = open();
  const Result<void> broken =
      registry.commit({{}, Script().run(FactKind::kRunSubmitted, 9).take()});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("run r9, which is not stored"));
}

}  // namespace
}  // namespace headway
