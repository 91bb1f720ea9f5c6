#include "common/system/files.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include <gtest/gtest.h>

#include "check_orders.h"
#include "common/system/clock.h"
#include "slots.h"
#include "worker/process/artifacts.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What an attempt expects, and what it makes.
class FilesOfAnAttempt : public Slots {
 protected:
  ExpectedFile recorded(const std::string& path, const std::string& content) {
    folder_.write("root/" + path, content);
    return {path, content.size(), sha256_hex(content), "an artifact of BUILD"};
  }
  std::string refusal(const ExpectedFile& file) {
    StartSlot start = line("touch ran");
    start.spec.inputs = {file};
    const Story story = run(start);
    EXPECT_EQ(story.end().outcome, Outcome::kRequirement);
    EXPECT_FALSE(std::filesystem::exists(root_ + "/ran"));
    return story.end().detail;
  }
};
HW_BOTH_CONTAINMENTS(FilesOfAnAttempt);

TEST_P(FilesOfAnAttempt, AreThereAsTheyWereRecorded) {
  StartSlot start = line("echo fine");
  start.spec.inputs = {recorded("x.json", "{}"), recorded("y.json", "[1]")};
  std::filesystem::create_symlink("x.json", root_ + "/link.json");
  start.spec.inputs.push_back({"link.json", 2, sha256_hex("{}"), ""});
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.end().detail;
  EXPECT_EQ(story.output(), "fine\n");
  EXPECT_TRUE(story.steps.empty());
  EXPECT_EQ(story.started.size(), 1U);
}

TEST_P(FilesOfAnAttempt, KeepTheCommandFromStartingWhenTheyAreNot) {
  ExpectedFile file = recorded("x.json", "{}");
  folder_.write("root/x.json", "[]");
  EXPECT_EQ(refusal(file), "input x.json, an artifact of BUILD, has changed since it was recorded");
  folder_.write("root/x.json", "longer");
  EXPECT_EQ(refusal(file), "input x.json, an artifact of BUILD, has changed since it was recorded");
  file.origin = "";
  file.path = "none";
  EXPECT_EQ(refusal(file), "input none is missing");
  std::filesystem::create_directory(root_ + "/folder");
  file.path = "folder";
  EXPECT_EQ(refusal(file), "input folder is a directory");
  ASSERT_EQ(::mkfifo((root_ + "/fifo").c_str(), 0600), 0);
  file.path = "fifo";
  EXPECT_EQ(refusal(file), "input fifo is not a regular file");
  std::filesystem::create_symlink("/etc/passwd", root_ + "/users");
  file.path = "users";
  EXPECT_EQ(refusal(file),
            "input users leads out of the plan's folder: it is a link to /etc/passwd");
  file.path = "../state/lock";
  EXPECT_EQ(refusal(file), "input ../state/lock leads out of the plan's folder");
}

TEST_P(FilesOfAnAttempt, AreReadWhileDeadlinesGoOn) {
  // Some terabyte of nothing takes long to read.
  std::ofstream(root_ + "/large").close();
  std::filesystem::resize_file(root_ + "/large", 1ULL << 42U);
  StartSlot start = line("true");
  start.spec.inputs = {{"large", 1ULL << 42U, std::string(64, '0'), ""}};
  start.lease_ends = steady_now() + milliseconds{200};
  EXPECT_EQ(run(start).end().outcome, Outcome::kWorkerLost);
  start = line("true");
  start.spec.watched = {"large"};
  send(start);
  wait_until(start.token, [](const Story& its) { return !its.started.empty(); });
  send(StopSlot{start.slot, start.token, seconds{10}, Outcome::kCancelled});
  EXPECT_EQ(end_of(start.token).end().outcome, Outcome::kCancelled);
}

TEST_P(FilesOfAnAttempt, ThatAreWatchedComeWithASuccess) {
  StartSlot start = line("mkdir -p src; printf abc > src/a; ln -s /etc/passwd src/out");
  start.spec.watched = {"src/**", "nothing/here"};
  Story story = run(start);
  EXPECT_EQ(story.end().detail, "");
  ASSERT_EQ(story.end().watched.size(), 1U) << "what leads out or is missing is left out";
  EXPECT_EQ(story.end().watched[0], (Artifact{"src/a", 3, sha256_hex("abc")}));
  EXPECT_TRUE(story.end().artifacts.empty());

  start = line("exit 1");
  start.spec.watched = {"src/**"};
  EXPECT_TRUE(run(start).end().watched.empty());
}

TEST_P(FilesOfAnAttempt, ThatChangeWhileTheyAreReadAreNoArtifacts) {
  // It takes so long to read that a writer comes to its turn meanwhile.
  folder_.write("root/busy", "");
  std::filesystem::resize_file(root_ + "/busy", 512U << 20U);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    std::ofstream file(root_ + "/busy", std::ios::app);
    while (!done) file << "more" << std::flush;
  });
  StartSlot start = line("true");
  start.spec.artifacts = {"busy"};
  const Story story = run(start);
  done = true;
  writer.join();
  EXPECT_EQ(story.end().outcome, Outcome::kGate);
  EXPECT_EQ(story.end().detail,
            "artifact busy changed while it was read: something still writes to it");
}

TEST_P(FilesOfAnAttempt, AreReadBeforeTheGatesRun) {
  StartSlot start = line("printf abc > out");
  start.spec.artifacts = {"out"};
  start.spec.gates = {check("changes it", "printf changed > out")};
  const Story story = run(start);
  ASSERT_EQ(story.end().artifacts.size(), 1U);
  EXPECT_EQ(story.end().artifacts[0].sha256, sha256_hex("abc"));

  start = line("true");
  start.spec.artifacts = {"missing"};
  start.spec.gates = {check("never", "true")};
  EXPECT_EQ(run(start).end().detail, "artifact missing is missing");
}

TEST_P(FilesOfAnAttempt, ThatAreNoRegularOnesAreToldFromThoseThatAreMissing) {
  StartSlot start = line("mkdir out; mkfifo out/pipe");
  start.spec.artifacts = {"out/pipe"};
  EXPECT_EQ(run(start).end().detail, "artifact out/pipe is no regular file");
  start = line("true");
  start.spec.artifacts = {"out/p*"};
  EXPECT_EQ(run(start).end().detail, "artifact out/pipe is no regular file");
}

/// `--validation strict`.
class StrictLook : public Slots {};
HW_BOTH_CONTAINMENTS(StrictLook);

TEST_P(StrictLook, PassesWhereEverythingIsThere) {
  StartSlot start = line("printf '#!/bin/sh\\necho gate\\n' > made; chmod +x made");
  start.spec.strict = true;
  start.spec.require = {check("a", "true")};
  start.spec.gates = {check("b", "")};
  start.spec.gates[0].words = {"./made"};
  EXPECT_EQ(run(start).end().outcome, Outcome::kSucceeded)
      << "a gate's program may be what the command makes";
}

TEST_P(StrictLook, NamesWhatIsMissing) {
  const auto detail = [&](StartSlot start) {
    start.spec.strict = true;
    start.spec.env.emplace_back("PATH", "/bin");
    const Story story = run(start);
    EXPECT_EQ(story.end().outcome, Outcome::kRequirement);
    EXPECT_TRUE(story.started.empty());
    return story.end().detail;
  };
  StartSlot start = line("true");
  start.spec.words = {"no-such-program"};
  EXPECT_EQ(detail(start),
            "the command cannot run here: the program no-such-program is not found on this "
            "worker; its PATH is /bin");
  start = line("true");
  start.spec.require = {check("clean", "")};
  start.spec.require[0].words = {"./none"};
  EXPECT_EQ(detail(start),
            "requirement 'clean' cannot run here: the program ./none does not exist on this "
            "worker");
  start = line("true");
  start.spec.gates = {check("unit tests", "")};
  start.spec.gates[0].words = {"/no/such/program"};
  EXPECT_EQ(detail(start),
            "gate 'unit tests' cannot run here: the program /no/such/program does not exist on "
            "this worker");
  start = line("true");
  start.spec.rollback = {"no-such-program"};
  EXPECT_EQ(detail(start),
            "the rollback cannot run here: the program no-such-program is not found on this "
            "worker; its PATH is /bin");
  start = line("true");
  start.spec.checkpoints = {checkpoint("half", "")};
  start.spec.checkpoints[0].words = {"no-such-checker"};
  EXPECT_EQ(detail(start),
            "checkpoint 'half' cannot run here: the program no-such-checker is not found on this "
            "worker; its PATH is /bin");
  start = line("true");
  start.spec.dir = "none";
  EXPECT_EQ(detail(start), "the directory " + root_ +
                               "/none cannot be used on this worker: No such file or directory");
  start = line("true");
  start.spec.secrets = {"API_KEY"};
  EXPECT_EQ(detail(start),
            "the secret API_KEY is not known to this worker: put it into the worker's environment "
            "or its secrets file");
}

}  // namespace
}  // namespace headway::worker
