// What a process that is killed, a torn log or a full disk leave behind: every acknowledged commit,
// whole, and nothing else but a prefix of the others.

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "common/system/files.h"
#include "coordinator/journal/registry.h"
#include "coordinator/journal/space_guard.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Facts in the commit that begins with this fact: 1 to 7, by a rule, so that what is found can be
/// checked.
std::uint64_t batch_size(std::uint64_t first) { return 1 + first % 7; }

Fact fact_number(std::uint64_t sequence) {
  Fact fact;
  fact.sequence = Sequence{sequence};
  fact.kind = FactKind::kWorkerJoined;
  fact.worker = WorkerId{1};
  fact.number = static_cast<std::int64_t>(sequence * 31);
  fact.detail = fmt::format("worker {}", sequence);
  return fact;
}

Commit batch_from(std::uint64_t first) {
  Commit commit;
  for (std::uint64_t i = 0; i < batch_size(first); ++i)
    commit.facts.push_back(fact_number(first + i));
  return commit;
}

/// The facts of a registry are those of whole commits, from the first on; gives the last one's
/// number.
std::uint64_t last_of_whole_commits(const Registry& registry) {
  const Result<std::vector<Fact>> facts = registry.load_facts({});
  if (!facts) {
    ADD_FAILURE() << facts.error().message;
    return 0;
  }
  std::uint64_t next_batch = 1;
  for (std::uint64_t i = 1; i <= facts->size(); ++i) {
    EXPECT_TRUE((*facts)[i - 1] == fact_number(i)) << "fact " << i;
    if (i == next_batch) next_batch += batch_size(i);
  }
  EXPECT_EQ(next_batch, facts->size() + 1) << "a commit is there in part";
  return facts->size();
}

/// Commits batches until it is killed; tells the last acknowledged fact through shared memory.
[[noreturn]] void commit_for_ever(const std::string& path,
                                  std::atomic<std::uint64_t>& acknowledged) {
  Result<Registry> registry = Registry::open_owner(path);
  if (!registry) ::_exit(1);
  std::uint64_t next = registry->head()->last_sequence.number() + 1;
  while (true) {
    if (!registry->commit(batch_from(next))) ::_exit(2);
    next += batch_size(next);
    acknowledged = next - 1;
  }
}

TEST(KilledOwner, LosesNoAcknowledgedCommitAndLeavesNoneInPart) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "registry.db";
  void* shared = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* acknowledged = new (shared) std::atomic<std::uint64_t>(0);
  std::mt19937_64 random(7);
  constexpr int kRounds = 40;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t before = *acknowledged;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) commit_for_ever(path, *acknowledged);
    // Some commits later, at any moment of one.
    const std::uint64_t wanted = before + 1 + random() % 50;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (*acknowledged < wanted && std::chrono::steady_clock::now() < give_up) ::usleep(50);
    ::usleep(static_cast<useconds_t>(random() % 2000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the owner ended by itself with " << status;
    ASSERT_GE(*acknowledged, wanted);

    const Result<Registry> registry = Registry::open_owner(path);
    ASSERT_TRUE(registry) << registry.error().message;
    const std::uint64_t last = last_of_whole_commits(*registry);
    ASSERT_GE(last, acknowledged->load()) << "round " << round;
    ASSERT_EQ(registry->head()->last_sequence, Sequence{last});
    *acknowledged = last;
  }
  EXPECT_THAT(*Registry::open_reader(path)->verify(), ElementsAre());
  ::munmap(shared, 4096);
}

/// A registry with its log as a power cut would leave it: copied while its owner lives, the log
/// then damaged.
class TornLog : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry);
    std::uint64_t next = 1;
    for (int i = 0; i < 60; ++i) {
      ASSERT_TRUE(registry->commit(batch_from(next)));
      next += batch_size(next);
      struct stat status {};
      ASSERT_EQ(::stat((path_ + "-wal").c_str(), &status), 0);
      durable_.emplace_back(static_cast<std::size_t>(status.st_size), next - 1);
    }
    database_ = read_file(path_, 1U << 26U).value();
    log_ = read_file(path_ + "-wal", 1U << 26U).value();
  }

  /// What is there after recovery from this log must contain each commit that lies before
  /// `damaged_from`.
  void expect_prefix(const std::string& log, std::size_t damaged_from) {
    const test::TemporaryFolder copy;
    const std::string path = copy.write("registry.db", database_);
    copy.write("registry.db-wal", log);
    const Result<Registry> registry = Registry::open_owner(path);
    ASSERT_TRUE(registry) << registry.error().message;
    const std::uint64_t last = last_of_whole_commits(*registry);
    std::uint64_t acknowledged = 0;
    for (const auto& [bytes, fact] : durable_) {
      if (bytes <= damaged_from) acknowledged = fact;
    }
    EXPECT_EQ(last, acknowledged) << "log damaged from byte " << damaged_from << " of "
                                  << log_.size();
  }

  /// A place behind the commit that made the tables: before it there is no registry yet.
  std::size_t place(std::mt19937_64& random) const {
    const std::size_t first = durable_.front().first;
    return first + random() % (log_.size() - first);
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
  std::string database_;
  std::string log_;
  std::vector<std::pair<std::size_t, std::uint64_t>>
      durable_;  ///< size of the log, and its last fact
};

TEST_F(TornLog, CutShortKeepsThePrefix) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 25; ++i) {
    const std::size_t at = place(random);
    expect_prefix(log_.substr(0, at), at);
  }
}

TEST_F(TornLog, WithZerosAtItsEndKeepsThePrefix) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 25; ++i) {
    const std::size_t at = place(random);
    std::string log = log_;
    std::fill(log.begin() + static_cast<std::ptrdiff_t>(at), log.end(), '\0');
    expect_prefix(log, at);
  }
}

TEST_F(TornLog, WithAByteFlippedKeepsThePrefix) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 25; ++i) {
    const std::size_t at = place(random);
    std::string log = log_;
    log[at] = static_cast<char>(log[at] ^ 0x40);
    expect_prefix(log, at);
  }
}

/// A file system of its own, of a few MiB.
class FullDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=3m") != 0) {
      GTEST_SKIP() << "needs the right to mount a small tmpfs";
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_ / "registry.db";
  bool mounted_ = false;
};

TEST_F(FullDisk, FailsACommitInWordsLosesNothingAndTheBallastMakesRoom) {
  SpaceGuard guard(path_, 1U << 20U);
  ASSERT_TRUE(guard.ensure());
  std::uint64_t next = 1;
  {
    Result<Registry> registry = Registry::open_owner(path_);
    ASSERT_TRUE(registry) << registry.error().message;
    std::string reason;
    while (reason.empty() && next < 100'000) {
      const Result<void> done = registry->commit(batch_from(next));
      if (done) {
        next += batch_size(next);
      } else {
        reason = done.error().message;
      }
    }
    EXPECT_THAT(reason, HasSubstr("no space left on the device"));
    EXPECT_FALSE(registry->commit(batch_from(next))) << "after a failed commit the owner must stop";
  }
  const Result<bool> ballast = guard.prepare();
  ASSERT_TRUE(ballast) << ballast.error().message;
  EXPECT_FALSE(*ballast);
  Result<Registry> registry = Registry::open_owner(path_);
  ASSERT_TRUE(registry) << registry.error().message;
  const std::uint64_t last = last_of_whole_commits(*registry);
  EXPECT_GE(last, next - 1);
  EXPECT_TRUE(registry->commit(batch_from(last + 1)));
}

TEST_F(FullDisk, MakesNoBallastWithoutSpace) {
  SpaceGuard guard(path_, 8U << 20U);
  const Result<void> made = guard.ensure();
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("No space left on device"));
  EXPECT_NE(::access(guard.ballast_path().c_str(), F_OK), 0);
}

}  // namespace
}  // namespace headway
