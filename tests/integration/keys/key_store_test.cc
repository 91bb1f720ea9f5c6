#include "coordinator/keys/key_store.h"

#include <array>
#include <poll.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/keys/join_token.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/wire/curve.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class KeyStoreTest : public ::testing::Test {
 protected:
  KeyStore open() { return KeyStore::open(folder_.path()).value(); }
  static Result<KeyFile> create(KeyStore& store, const std::string& name) {
    return create_key(store, KeyRole::kWorker, name, read_clocks().wall);
  }
  static Result<void> revoke(KeyStore& store, const std::string& name) {
    return store.change([&](KnownKeys& keys) { return keys.revoke(name, read_clocks().wall); },
                        std::chrono::seconds{5});
  }

  test::TemporaryFolder folder_;
};

TEST_F(KeyStoreTest, KeepsItsOwnKeyAndTheTablePrivately) {
  KeyStore store = open();
  ASSERT_TRUE(create(store, "w"));
  EXPECT_EQ(open().own(), store.own());
  EXPECT_EQ(open().known().all(), store.known().all());
  for (const char* name : {"keys/coordinator", "keys/known", "keys/lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(KeyStoreTest, NoticesWhatAnotherProcessChanges) {
  KeyStore coordinator = open();
  KeyStore command = open();
  ASSERT_TRUE(create(command, "w"));
  ASSERT_TRUE(create(command, "x"));
  pollfd changed{coordinator.changed_fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&changed, 1, 30'000), 1);
  ASSERT_TRUE(coordinator.refresh());
  EXPECT_NE(coordinator.known().called("w"), nullptr);
  EXPECT_TRUE(coordinator.take_shut_out().empty());
  ASSERT_TRUE(revoke(command, "w"));
  ASSERT_EQ(::poll(&changed, 1, 30'000), 1);
  ASSERT_TRUE(coordinator.refresh());
  EXPECT_THAT(coordinator.take_shut_out(), ElementsAre("w"));
  EXPECT_TRUE(coordinator.take_shut_out().empty()) << "once";
}

TEST_F(KeyStoreTest, NoticesAtOnceWhatNobodyTellsIt) {
  KeyStore coordinator = open();
  KeyStore command = open();
  // As where the system has no watch to give: there are 128 for all programs of a user.
  const auto take_news_away = [&] {
    std::array<char, 4096> news{};
    while (::read(coordinator.changed_fd(), news.data(), news.size()) > 0) continue;
  };
  for (const std::string name : {"first", "second", "third"}) {
    ASSERT_TRUE(create(command, name));
    take_news_away();
    ASSERT_TRUE(coordinator.refresh());
    EXPECT_NE(coordinator.known().called(name), nullptr) << name;
  }
  ASSERT_TRUE(revoke(command, "second"));
  take_news_away();
  ASSERT_TRUE(coordinator.refresh());
  EXPECT_THAT(coordinator.take_shut_out(), ElementsAre("second"));
}

TEST_F(KeyStoreTest, NoticesARevocationThatItReadsInTheCourseOfItsOwnChange) {
  KeyStore coordinator = open();
  KeyStore command = open();
  ASSERT_TRUE(create(command, "w"));
  ASSERT_TRUE(coordinator.refresh());
  ASSERT_TRUE(revoke(command, "w"));
  ASSERT_TRUE(create(coordinator, "x"));
  EXPECT_THAT(coordinator.take_shut_out(), ElementsAre("w"));
}

TEST_F(KeyStoreTest, LosesNoChangeOfTwoThatAreMadeAtOnce) {
  constexpr int kEach = 20;
  const auto add = [&](const std::string& prefix) {
    KeyStore store = open();
    for (int i = 0; i < kEach; ++i) ASSERT_TRUE(create(store, prefix + std::to_string(i)));
  };
  std::thread other([&] { add("a"); });
  add("b");
  other.join();
  EXPECT_EQ(open().known().all().size(), 2U * kEach);
}

TEST_F(KeyStoreTest, KeepsWhatItKnewWhereTheTableCannotBeRead) {
  KeyStore store = open();
  ASSERT_TRUE(create(store, "w"));
  ASSERT_TRUE(write_file_atomically(folder_ / "keys/known", "nonsense\n", Readers::kOwner));
  const Result<void> fresh = store.refresh();
  ASSERT_FALSE(fresh);
  EXPECT_THAT(fresh.error().message, HasSubstr("known, line 1"));
  EXPECT_NE(store.known().called("w"), nullptr);
  EXPECT_FALSE(create(store, "x")) << "and what is there is not written over";
}

TEST_F(KeyStoreTest, RefusesAFolderOrAFileThatOthersCanUse) {
  { const KeyStore store = open(); }
  ASSERT_EQ(::chmod((folder_ / "keys/coordinator").c_str(), 0640), 0);
  EXPECT_EQ(KeyStore::open(folder_.path()).error().kind, ErrorKind::kDenied);
  ASSERT_EQ(::chmod((folder_ / "keys/coordinator").c_str(), 0600), 0);
  ASSERT_EQ(::chmod((folder_ / "keys").c_str(), 0750), 0);
  const Result<KeyStore> open_to_all = KeyStore::open(folder_.path());
  ASSERT_FALSE(open_to_all);
  EXPECT_THAT(open_to_all.error().message, HasSubstr("chmod 700"));
}

TEST_F(KeyStoreTest, KnowsAJoinTokenByItsPublicKeyAlone) {
  KeyStore store = open();
  const Result<NewJoinToken> made = create_join_token(store, {}, read_clocks().wall);
  ASSERT_TRUE(made);
  const Result<JoinToken> token = parse_join_token(made->text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->coordinator, store.own().keys.open);
  const KnownKey* known = store.known().find(public_key_of(token->secret));
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->role, KeyRole::kJoin);
  EXPECT_EQ(known->name, made->name);
  EXPECT_EQ(read_file(folder_ / "keys/known", 1U << 20U).value().find(token->secret.hex()),
            std::string::npos);
}

}  // namespace
}  // namespace headway
