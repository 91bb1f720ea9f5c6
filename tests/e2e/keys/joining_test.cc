#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/keys/join_token.h"
#include "site.h"

namespace headway::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Everything that a coordinator keeps of itself: registry and log, as bytes.
std::string kept_by(const Site& site) {
  std::string all = site.log();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(site.state())) {
    if (!entry.is_regular_file() || entry.path().parent_path().filename() == "keys") continue;
    std::ifstream file(entry.path());
    all += std::string(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

TEST(Joining, TakesTheLineThatIsPrintedAndIsNotNeededAgain) {
  Site site;
  const std::string line = site.join();
  ASSERT_FALSE(line.empty());
  auto worker = site.worker("w", {"--join", line});
  ASSERT_TRUE(worker->wait_for("joined ")) << worker->err();
  worker->send_signal(SIGTERM);
  EXPECT_EQ(worker->wait().exit_code, 0);

  worker = site.worker("w", {});
  EXPECT_TRUE(worker->wait_for("joined ")) << "it knows where, and is known: " << worker->err();
  worker->send_signal(SIGTERM);
  EXPECT_EQ(worker->wait().exit_code, 0);

  site.end();
  site.start();
  worker = site.worker("w", {"--connect", site.workers()});
  EXPECT_TRUE(worker->wait_for("joined ")) << "the coordinator knows it after a restart";
}

TEST(Joining, IsProposedByATokenWhereNobodyHasJoined) {
  const Site site;
  site.folder().write("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'true'}\n");
  const Finished submitted =
      site.headway({"run", site.folder() / "plan.yaml", "--detach", "--state-dir", site.state()});
  EXPECT_EQ(submitted.exit_code, 0);
  EXPECT_THAT(submitted.err, HasSubstr("(headway-worker --join TOKEN@127.0.0.1:"));
}

TEST(Joining, OfAWorkerWithSeveralAddressesPassesOverStrangers) {
  Site site;
  const Site other;
  const Site open({"--listen", "tcp://127.0.0.1:0"});
  const std::string key = site.key("worker", "w");
  auto worker = site.worker("w", {"--key", key, "--connect", open.workers(), "--connect",
                                  other.workers(), "--connect", site.workers()});
  EXPECT_TRUE(worker->wait_for("joined ")) << worker->err();
}

TEST(Joining, LeavesNoSecretInLogOrRegistry) {
  Site site;
  const std::string line = site.join();
  const Result<JoinLine> join = parse_join_line(line);
  ASSERT_TRUE(join);
  auto worker = site.worker("w", {"--join", line});
  ASSERT_TRUE(worker->wait_for("joined "));
  const Result<KeyFile> key = read_key_file(site.folder() / "w/key");
  ASSERT_TRUE(key) << key.error().message;
  const Result<KeyFile> own = read_key_file(site.state() + "/keys/coordinator");
  ASSERT_TRUE(own);
  const std::string kept = kept_by(site);
  ASSERT_THAT(kept, HasSubstr("joined")) << "the search finds what is there";
  EXPECT_EQ(kept.find(line.substr(0, 92)), std::string::npos) << "the token";
  for (const SecretKey& secret : {join->token.secret, key->keys.secret, own->keys.secret}) {
    EXPECT_EQ(kept.find(secret.hex()), std::string::npos);
    EXPECT_EQ(kept.find(secret.bytes()), std::string::npos);
  }
}

TEST(Joining, IsForAsManyAsTheTokenSays) {
  Site site;
  auto first = site.worker("first", {"--name", "first", "--join", site.join()});
  ASSERT_TRUE(first->wait_for("joined "));
  const Finished second =
      site.worker("second", {"--name", "second", "--join", site.join()})->wait();
  EXPECT_EQ(second.exit_code, 4);
  EXPECT_THAT(second.err, HasSubstr("is used up; `headway keys join` prints another"));

  const std::string many = site.join_with({"--join-uses", "many"});
  auto third = site.worker("third", {"--name", "third", "--join", many});
  auto fourth = site.worker("fourth", {"--name", "fourth", "--join", many});
  EXPECT_TRUE(third->wait_for("joined ")) << third->err();
  EXPECT_TRUE(fourth->wait_for("joined ")) << fourth->err();
  const Finished taken = site.worker("fifth", {"--name", "third", "--join", many})->wait();
  EXPECT_EQ(taken.exit_code, 4);
  EXPECT_THAT(taken.err, HasSubstr("third is the name of a key already"));
}

TEST(Joining, IsRefusedWithATokenThatHasExpiredOrWasRevoked) {
  Site site;
  const Finished late =
      site.worker("late", {"--join", site.join_with({"--join-expires", "1ms"})})->wait();
  EXPECT_EQ(late.exit_code, 4);
  EXPECT_THAT(late.err, HasSubstr("expired at"));

  const std::string line = site.join_with({});
  const std::string list = site.headway({"keys", "list", "--state-dir", site.state()}).out;
  const std::string token = list.substr(list.rfind("join-"), 13);
  EXPECT_EQ(site.headway({"keys", "revoke", token, "--state-dir", site.state()}).exit_code, 0);
  const Finished revoked = site.worker("revoked", {"--join", line})->wait();
  EXPECT_EQ(revoked.exit_code, 4);
  EXPECT_THAT(revoked.err, HasSubstr(token + " was revoked"));
  EXPECT_TRUE(wait_until([&] { return site.dropped("join refused") == 2; }));
}

TEST(Joining, IsRefusedWithATokenOfAnotherCoordinator) {
  Site site;
  Site other;
  const std::string there = other.join();
  const std::string address = site.workers().substr(6);
  const Finished stranger = site.worker("w", {"--join", there.substr(0, 93) + address})->wait();
  EXPECT_EQ(stranger.exit_code, 4);
  EXPECT_THAT(stranger.err, HasSubstr("another coordinator than the one that this token is of"));
}

TEST(Joining, IsRefusedWithATokenThatWasMistyped) {
  Site site;
  std::string line = site.join();
  line[10] = line[10] == 'A' ? 'B' : 'A';
  const Finished mistyped = site.worker("w", {"--join", line})->wait();
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.err, HasSubstr("mistyped"));
  EXPECT_THAT(mistyped.err, Not(HasSubstr(line.substr(0, 92)))) << "it may be nearly right";
}

TEST(Joining, WorksOverIpv6) {
  Site site(Site::loopback("[::1]"));
  ASSERT_THAT(site.join(), HasSubstr("@[::1]:"));
  auto worker = site.worker("w", {"--join", site.join()});
  EXPECT_TRUE(worker->wait_for("joined ")) << worker->err();
  EXPECT_EQ(site.as(site.key("viewer", "ada"), {"status"}).exit_code, 1) << "there is no run";
}

TEST(Joining, WorksBeyondLoopbackWithoutAskingForIt) {
  Site site({"--listen", "tcp://0.0.0.0:0", "--advertise", "127.0.0.1"});
  ASSERT_THAT(site.join(), HasSubstr("@127.0.0.1:"));
  const Finished plain = site.worker("plain", {"--connect", site.join().substr(93)})->wait();
  EXPECT_EQ(plain.exit_code, 4);
  EXPECT_THAT(plain.err, HasSubstr("takes no worker without a key"));
  auto worker = site.worker("w", {"--join", site.join()});
  EXPECT_TRUE(worker->wait_for("joined ")) << worker->err();
}

TEST(Insecure, IsShoutedAndLetsAnybodyIn) {
  Site site({"--listen", "tcp://0.0.0.0:0", "--insecure"});
  EXPECT_THAT(site.log(), HasSubstr("INSECURE"));
  const std::string address = site.workers();
  auto worker = site.worker("w", {"--connect", "127.0.0.1" + address.substr(address.rfind(':'))});
  EXPECT_TRUE(worker->wait_for("joined ")) << worker->err();
  EXPECT_TRUE(site.join().empty());
  EXPECT_THAT(site.err(), HasSubstr("INSECURE"));
}

}  // namespace
}  // namespace headway::test
