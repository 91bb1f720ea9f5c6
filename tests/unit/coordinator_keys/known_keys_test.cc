#include "coordinator/keys/known_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "letters.h"

namespace headway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const WallTime kNow = wall_from_millis(1'800'000'000'123);
constexpr std::chrono::hours kHour{1};

using test::key_of;

KnownKey known(KeyRole role, char letter, const std::string& name) {
  KnownKey key;
  key.role = role;
  key.key = key_of(letter);
  key.name = name;
  key.made = kNow;
  return key;
}

KnownKey token(std::optional<std::uint32_t> uses) {
  KnownKey key = known(KeyRole::kJoin, 't', "join-t");
  key.expires = kNow + kHour;
  key.uses_left = uses;
  return key;
}

TEST(KnownKeys, ComeBackAsTheyWent) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(known(KeyRole::kOperator, 'a', "ann of the night shift")));
  ASSERT_TRUE(keys.add(token(3)));
  KnownKey open = known(KeyRole::kJoin, 'u', "join-u");
  ASSERT_TRUE(keys.add(open));
  ASSERT_TRUE(keys.admit({key_of('t'), "build-01", key_of('b')}, kNow));
  ASSERT_TRUE(keys.revoke("build-01", kNow + kHour));
  const Result<KnownKeys> back = KnownKeys::parse(keys.text(), "file");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->all(), keys.all());
  EXPECT_EQ(back->text(), keys.text());
}

TEST(KnownKeys, SayWhichLineIsWrong) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(known(KeyRole::kViewer, 'a', "ada")));
  const std::string good = keys.text();
  const std::size_t role = good.find("viewer ");
  for (const auto& [at, junk] : {std::pair{role, "x"}, {role + 7, "zz"}, {role + 7, " "}}) {
    std::string wrong = good;
    wrong.insert(at, junk);
    const Result<KnownKeys> read = KnownKeys::parse(wrong, "known");
    ASSERT_FALSE(read) << junk;
    EXPECT_THAT(read.error().message, HasSubstr("known, line 3"));
  }
  EXPECT_FALSE(KnownKeys::parse(good + good, "known")) << "a key is there twice";
}

TEST(KnownKeys, TakeANameOnceWhileItIsValid) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(known(KeyRole::kViewer, 'a', "ada")));
  EXPECT_EQ(keys.add(known(KeyRole::kOperator, 'b', "ada")).error().kind, ErrorKind::kInUse);
  ASSERT_TRUE(keys.revoke("ada", kNow));
  EXPECT_EQ(keys.revoke("ada", kNow).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(keys.add(known(KeyRole::kOperator, 'b', "ada")));
  EXPECT_EQ(keys.called("ada")->key, key_of('b'));
  EXPECT_FALSE(keys.find(key_of('a'))->valid());
  EXPECT_EQ(keys.add(known(KeyRole::kViewer, 'a', "eve")).error().kind, ErrorKind::kInUse)
      << "a revoked key comes back under no name";
  EXPECT_EQ(keys.add(known(KeyRole::kViewer, 'c', "a/b")).error().kind, ErrorKind::kUsage);
}

KnownKey numbered_token(std::uint32_t number, WallTime made) {
  std::string bytes = key_of('n').bytes();
  for (std::size_t at = 0; at < 4; ++at) bytes[at] = static_cast<char>(number >> (8 * at));
  KnownKey key = known(KeyRole::kJoin, 'n', "join-" + std::to_string(number));
  key.key = PublicKey::from_bytes(bytes).value();
  key.made = made;
  key.expires = made + kHour;
  key.uses_left = 1;
  return key;
}

TEST(KnownKeys, ForgetJoinTokensADayAfterTheyExpired) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(token(1)));
  KnownKey gone = known(KeyRole::kJoin, 'g', "join-g");
  gone.expires = kNow + kHour;
  ASSERT_TRUE(keys.add(gone));
  ASSERT_TRUE(keys.revoke("join-g", kNow));
  ASSERT_TRUE(keys.admit({key_of('t'), "build-01", key_of('b')}, kNow));
  ASSERT_TRUE(keys.add(numbered_token(1, kNow + 25 * kHour - std::chrono::seconds{1})));
  EXPECT_NE(keys.find(key_of('t')), nullptr) << "whoever comes late is told why";
  ASSERT_TRUE(keys.add(numbered_token(2, kNow + 25 * kHour)));
  EXPECT_EQ(keys.find(key_of('t')), nullptr);
  EXPECT_NE(keys.find(key_of('g')), nullptr) << "revoked keys stay";
  EXPECT_EQ(keys.called("build-01")->key, key_of('b')) << "who joined by it stays";
  EXPECT_NE(keys.called("join-2"), nullptr);
  EXPECT_EQ(KnownKeys::parse(keys.text(), "known")->all(), keys.all());
}

TEST(KnownKeys, AreNotFilledByACoordinatorThatStartsAgainAndAgain) {
  KnownKeys keys;
  KnownKey lasting = token({});
  lasting.expires = kNow + 24 * kHour;
  ASSERT_TRUE(keys.add(lasting));
  for (std::uint32_t start = 0; start < kMostJoinTokens + 10; ++start) {
    const WallTime now = kNow + std::chrono::milliseconds{start};
    ASSERT_TRUE(keys.add(numbered_token(start, now)));
  }
  EXPECT_EQ(keys.all().size(), kMostJoinTokens);
  EXPECT_NE(keys.called("join-t"), nullptr) << "the first that expire go first";
  EXPECT_EQ(keys.called("join-10"), nullptr);
  EXPECT_NE(keys.called("join-11"), nullptr);
}

TEST(Joining, TakesAUseOffItsTokenAndNoneForTheSameWishAgain) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(token(1)));
  const JoinWish wish{key_of('t'), "build-01", key_of('b')};
  ASSERT_TRUE(keys.admit(wish, kNow));
  EXPECT_EQ(keys.called("build-01")->joined_by, "join-t");
  EXPECT_EQ(keys.called("join-t")->uses_left, 0U);
  EXPECT_TRUE(keys.admit(wish, kNow + 2 * kHour)) << "the answer was lost";
  const Result<void> another = keys.admit({key_of('t'), "build-02", key_of('c')}, kNow);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(another.error().message, HasSubstr("used up"));
}

TEST(Joining, IsRefusedWithAReasonThatSaysWhatToDo) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(token(std::nullopt)));
  ASSERT_TRUE(keys.add(known(KeyRole::kViewer, 'v', "ada")));
  const auto refused = [&](const JoinWish& wish, WallTime at) {
    const Result<void> admitted = keys.admit(wish, at);
    return admitted ? std::string("admitted") : admitted.error().message;
  };
  EXPECT_THAT(refused({key_of('t'), "b", key_of('b')}, kNow + kHour), HasSubstr("expired at"));
  EXPECT_THAT(refused({key_of('x'), "b", key_of('b')}, kNow), HasSubstr("not known"));
  EXPECT_THAT(refused({key_of('v'), "b", key_of('b')}, kNow), HasSubstr("not known"));
  EXPECT_THAT(refused({key_of('t'), "ada", key_of('b')}, kNow), HasSubstr("name of a key already"));
  EXPECT_THAT(refused({key_of('t'), "b", key_of('v')}, kNow), HasSubstr("known already"));
  EXPECT_THAT(refused({key_of('t'), "a/b", key_of('b')}, kNow), HasSubstr("a key's name"));
  ASSERT_TRUE(keys.revoke("join-t", kNow));
  EXPECT_THAT(refused({key_of('t'), "b", key_of('b')}, kNow), HasSubstr("was revoked"));
}

TEST(Joining, NeverGivesAKeyToAnotherName) {
  KnownKeys keys;
  ASSERT_TRUE(keys.add(token(std::nullopt)));
  ASSERT_TRUE(keys.admit({key_of('t'), "build-01", key_of('b')}, kNow));
  EXPECT_FALSE(keys.admit({key_of('t'), "build-02", key_of('b')}, kNow));
  ASSERT_TRUE(keys.revoke("build-01", kNow));
  EXPECT_FALSE(keys.admit({key_of('t'), "build-01", key_of('b')}, kNow))
      << "a revoked key joins no more, though its token is good";
}

TEST(ShutOut, AreWorkersWhoseKeyIsRevokedOrGone) {
  KnownKeys before;
  ASSERT_TRUE(before.add(known(KeyRole::kWorker, 'a', "a")));
  ASSERT_TRUE(before.add(known(KeyRole::kWorker, 'b', "b")));
  ASSERT_TRUE(before.add(known(KeyRole::kWorker, 'c', "c")));
  ASSERT_TRUE(before.add(known(KeyRole::kViewer, 'v', "v")));
  KnownKeys after;
  ASSERT_TRUE(after.add(known(KeyRole::kWorker, 'a', "a")));
  ASSERT_TRUE(after.add(known(KeyRole::kWorker, 'b', "b")));
  ASSERT_TRUE(after.revoke("b", kNow));
  ASSERT_TRUE(after.add(known(KeyRole::kWorker, 'd', "c")));
  EXPECT_THAT(workers_shut_out(before, after), ElementsAre("b", "c"));
  EXPECT_TRUE(workers_shut_out(after, after).empty());
}

}  // namespace
}  // namespace headway
