#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site.h"

namespace headway::test {
namespace {

using ::testing::HasSubstr;

Finished revoke(const Site& site, const std::string& name) {
  return site.headway({"keys", "revoke", name, "--state-dir", site.state()});
}

TEST(Revoking, ShutsAWorkerOutAtOnceAndItsTicketGoesElsewhere) {
  Site site;
  const std::string ran = site.folder() / "ran";
  const std::string done = site.folder() / "done";
  site.folder().write("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'echo x >> " + ran +
                                       "; while ! test -e " + done + "; do sleep 0.05; done'}\n");
  auto bad = site.worker("bad", {"--name", "bad", "--join", site.join()});
  ASSERT_TRUE(bad->wait_for("joined ")) << bad->err();
  Process run({std::string(HEADWAY_BIN_DIR) + "/headway", "run", site.folder() / "plan.yaml",
               "--state-dir", site.state()});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(ran); })) << run.err();

  EXPECT_EQ(revoke(site, "bad").exit_code, 0);
  EXPECT_EQ(bad->wait(std::chrono::seconds{10}).exit_code, 1);
  EXPECT_THAT(bad->err(), HasSubstr("its key was revoked"));
  EXPECT_THAT(site.log(), HasSubstr("worker bad is shut out"));

  auto good = site.worker("good", {"--name", "good", "--join", site.join_with({})});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::file_size(ran) == 4; }))
      << "it was not handed out again: " << run.err() << good->err();
  site.folder().write("done", "");
  EXPECT_EQ(run.wait().exit_code, 0) << run.err();

  const Finished again = site.worker("bad", {})->wait();
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.err, HasSubstr("does not know this worker's key, or it was revoked"));
}

TEST(Revoking, WorksWithoutACoordinator) {
  Site site;
  auto worker = site.worker("w", {"--name", "w", "--join", site.join()});
  ASSERT_TRUE(worker->wait_for("joined "));
  worker->send_signal(SIGTERM);
  ASSERT_EQ(worker->wait().exit_code, 0);
  site.end();
  EXPECT_EQ(revoke(site, "w").exit_code, 0);
  EXPECT_EQ(revoke(site, "w").exit_code, 1) << "there is no such key any more";
  site.start();
  EXPECT_EQ(site.worker("w", {"--connect", site.workers()})->wait().exit_code, 4);
}

TEST(Revoking, OfAnOperatorHoldsForTheNextQuestion) {
  Site site;
  const std::string ann = site.key("operator", "ann");
  EXPECT_EQ(site.as(ann, {"runs"}).exit_code, 0);
  ASSERT_EQ(revoke(site, "ann").exit_code, 0);
  const Finished denied = site.as(ann, {"runs"});
  EXPECT_EQ(denied.exit_code, 4);
  EXPECT_THAT(denied.err, HasSubstr("does not know this key, or it was revoked"));
}

TEST(Roles, LetViewersLookOperatorsChangeAndWorkersNeither) {
  Site site;
  const std::string ada = site.key("viewer", "ada");
  const std::string ann = site.key("operator", "ann");
  const std::string builder = site.key("worker", "builder");
  site.folder().write("plan.yaml", "version: 1\ntickets:\n  - {id: A, run: 'true'}\n");
  auto worker = site.worker("builder", {"--key", builder, "--connect", site.workers()});
  ASSERT_TRUE(worker->wait_for("joined ")) << worker->err();
  EXPECT_TRUE(site.has("builder")) << "it is called as its key is";

  const std::string plan = site.folder() / "plan.yaml";
  const Finished looked_only = site.as(ada, {"run", plan});
  EXPECT_EQ(looked_only.exit_code, 4);
  EXPECT_THAT(looked_only.err, HasSubstr("the key of viewer ada may not change anything here"));
  EXPECT_EQ(site.as(ann, {"run", plan}).exit_code, 0);
  EXPECT_EQ(site.as(ada, {"status"}).exit_code, 0);
  EXPECT_EQ(site.as(ada, {"worker", "drain", "builder"}).exit_code, 4);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status"}, {"run", plan}, {"worker", "drain", "builder"}}) {
    const Finished controlled = site.as(builder, words);
    EXPECT_EQ(controlled.exit_code, 4) << words.front();
    EXPECT_THAT(controlled.err, HasSubstr("the key of worker builder may not"));
  }
  EXPECT_TRUE(wait_until([&] { return site.dropped("role") >= 5; }));
}

TEST(Roles, NeedAKeyToBeginWith) {
  Site site;
  Site other;
  const Finished without = site.as("", {"runs"});
  EXPECT_EQ(without.exit_code, 4);
  EXPECT_THAT(without.err, HasSubstr("asks for a key: say which with --key FILE"));
  const Finished stranger = site.as(other.key("operator", "ann"), {"runs"});
  EXPECT_EQ(stranger.exit_code, 4);
  EXPECT_THAT(stranger.err, HasSubstr("another coordinator than the one that this key is for"));
}

TEST(Roles, AreNobodysOnTheSocketsOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  const Site site;
  // Rights on the files are one thing; who connects is asked as well.
  for (const std::string& path : {site.folder().path(), site.state()}) {
    ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
  }
  const auto as_nobody = [&](const std::string& socket, std::vector<std::string> words) {
    const std::string path = site.state() + "/" + socket;
    words.insert(words.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                 "env", "XDG_CONFIG_HOME=/tmp"});
    words[6] = std::string(HEADWAY_BIN_DIR) + "/" + words[6];
    words.insert(words.end(), {"--connect", "ipc://" + path});
    return run_process(words);
  };
  const Finished closed = as_nobody("control.sock", {"headway", "runs"});
  EXPECT_EQ(closed.exit_code, 4);
  EXPECT_THAT(closed.err, HasSubstr("control.sock is not open to this user"));
  for (const char* socket : {"/control.sock", "/workers.sock"}) {
    ASSERT_EQ(::chmod((site.state() + socket).c_str(), 0777), 0) << socket;
  }
  const Finished client = as_nobody("control.sock", {"headway", "runs"});
  EXPECT_EQ(client.exit_code, 4);
  EXPECT_THAT(client.err, HasSubstr("lets in its own user and root alone"));
  const TemporaryFolder own;
  ASSERT_EQ(::chmod(own.path().c_str(), 0777), 0);
  const Finished worker =
      as_nobody("workers.sock", {"headway-worker", "--state-dir", own / "state"});
  EXPECT_EQ(worker.exit_code, 4);
  EXPECT_THAT(worker.err, HasSubstr("lets in its own user and root alone"));
}

TEST(Roles, AreNoWorkersJustBecauseTheyAreKnown) {
  Site site;
  const Finished worker =
      site.worker("w", {"--key", site.key("operator", "ann"), "--connect", site.workers()})->wait();
  EXPECT_EQ(worker.exit_code, 4);
  EXPECT_THAT(worker.err, HasSubstr("is the key of operator ann, and a worker needs a worker's"));
}

TEST(KeyFiles, AreRefusedWhereOthersCanReadThem) {
  Site site;
  const std::string ann = site.key("operator", "ann");
  ASSERT_EQ(::chmod(ann.c_str(), 0644), 0);
  const Finished open = site.as(ann, {"runs"});
  EXPECT_EQ(open.exit_code, 4);
  EXPECT_THAT(open.err, HasSubstr("can be used by others than its owner; run: chmod 600 " + ann));

  auto worker = site.worker("w", {"--join", site.join()});
  ASSERT_TRUE(worker->wait_for("joined "));
  worker->send_signal(SIGTERM);
  ASSERT_EQ(worker->wait().exit_code, 0);
  ASSERT_EQ(::chmod((site.folder() / "w/key").c_str(), 0640), 0);
  EXPECT_EQ(site.worker("w", {})->wait().exit_code, 4);

  site.end();
  ASSERT_EQ(::chmod((site.state() + "/keys").c_str(), 0755), 0);
  const Finished coordinator =
      run_process({std::string(HEADWAY_BIN_DIR) + "/headway-coordinator", "--state-dir",
                   site.state(), "--listen", "tcp://127.0.0.1:0", "--require-keys"});
  EXPECT_EQ(coordinator.exit_code, 4);
  EXPECT_THAT(coordinator.err, HasSubstr("chmod 700"));
}

TEST(KeyFiles, AreNeverWrittenOver) {
  Site site;
  const std::string ann = site.key("operator", "ann");
  const Finished again = site.headway({"keys", "create", "--state-dir", site.state(), "--role",
                                       "viewer", "--name", "eve", "--output", ann});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(site.headway({"keys", "list", "--state-dir", site.state(), "--all"}).out.find("eve"),
            std::string::npos);
  EXPECT_EQ(site.as(ann, {"runs"}).exit_code, 0) << "ann's key is still hers";
}

}  // namespace
}  // namespace headway::test
