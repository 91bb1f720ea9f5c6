#include <csignal>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slots.h"

namespace headway::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Attempt : public Slots {};
HW_BOTH_CONTAINMENTS(Attempt);

TEST_P(Attempt, SucceedsAndSaysWhatItUsed) {
  EXPECT_EQ(supervisors_->containment(), in_namespace() ? "pid namespace" : "subreaper");
  const Story story = run(line("echo out; echo err >&2; echo last"));
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded);
  EXPECT_EQ(story.end().detail, "");
  EXPECT_EQ(story.output(), "out\nerr\nlast\n") << "output and error keep their order";
  EXPECT_EQ(story.end().output_size, 13U);
  EXPECT_GT(story.end().usage.elapsed, Duration::zero());
  EXPECT_GT(story.end().usage.max_memory, 100U << 10U);
  ASSERT_EQ(story.started.size(), 1U);
  EXPECT_GT(story.started[0].process, 1) << "as the machine numbers it";
}

TEST_P(Attempt, NamesItsProcessAsTheMachineDoes) {
  const StartSlot start = line("echo ready; read wait < fifo");
  ASSERT_EQ(::mkfifo((root_ + "/fifo").c_str(), 0600), 0);
  send(start);
  // It has its environment for certain when it has said something.
  wait_until(start.token, [](const Story& its) { return !its.outputs.empty(); });
  EXPECT_EQ(alive(),
            (std::vector<pid_t>{static_cast<pid_t>(story(start.token).started[0].process)}));
}

TEST_P(Attempt, EndsWithItsCodeOrSignal) {
  const Story code = run(line("exit 3"));
  EXPECT_EQ(code.end().outcome, Outcome::kExit);
  EXPECT_EQ(code.end().exit_code, 3);
  const Story signal = run(line("kill -SEGV $$"));
  EXPECT_EQ(signal.end().outcome, Outcome::kSignal);
  EXPECT_EQ(signal.end().signal, SIGSEGV);
  const Story killed = run(line("kill -KILL $$"));
  EXPECT_EQ(killed.end().outcome, Outcome::kSignal) << "nothing says that memory was short";
}

TEST_P(Attempt, RunsInItsDirectoryWithItsEnvironment) {
  std::filesystem::create_directory(root_ + "/sub");
  ::setenv("HEADWAY_INTERNAL", "x", 1);
  ::setenv("INHERITED", "yes", 1);
  start_supervisors(1);
  StartSlot start = line(
      "pwd; echo $A $HEADWAY_ID $HEADWAY_TICKET $HEADWAY_RUN $HEADWAY_ATTEMPT $HEADWAY_SLOT "
      "$INHERITED [$HEADWAY_INTERNAL]; readlink /proc/self/fd/0; ls /proc/self/fd | wc -l");
  start.spec.dir = "./sub";
  start.spec.attempt = 4;
  start.spec.env.emplace_back("A", "value");
  // ls has its folder open beside the three that it was given.
  EXPECT_EQ(run(start).output(), root_ + "/sub\nvalue T-1 T-1 r1 4 1 yes []\n/dev/null\n4\n");
  ::unsetenv("HEADWAY_INTERNAL");
}

TEST_P(Attempt, HasNoSignalBlockedOrIgnored) {
  const std::string text = run(line("grep -E 'Sig(Blk|Ign)' /proc/self/status")).output();
  // 32 and 33 are glibc's own; its posix_spawn leaves them ignored.
  EXPECT_THAT(text, ::testing::MatchesRegex("SigBlk:\t0+\nSigIgn:\t[018]+0000000\n"));
}

TEST_P(Attempt, ThatCannotStartSaysWhy) {
  const auto detail = [&](const StartSlot& start) {
    const Story story = run(start);
    EXPECT_EQ(story.end().outcome, Outcome::kCouldNotStart);
    EXPECT_TRUE(story.started.empty());
    return story.end().detail;
  };
  StartSlot start = line("true");
  start.spec.words = {"no-such-program"};
  start.spec.env.emplace_back("PATH", "/bin:/nowhere");
  EXPECT_EQ(detail(start),
            "the program no-such-program is not found on this worker; its PATH is /bin:/nowhere");
  start = line("true");
  start.spec.words = {"./none"};
  EXPECT_EQ(detail(start), "the program ./none does not exist on this worker");
  folder_.write("root/text", "hello");
  start = line("true");
  start.spec.words = {"./text"};
  EXPECT_EQ(detail(start), "the program ./text is not executable");
  std::filesystem::permissions(root_ + "/text", std::filesystem::perms::owner_all);
  start = line("true");
  start.spec.words = {"./text"};
  EXPECT_EQ(detail(start),
            "the program ./text is of no format that this worker can run; a script begins with a "
            "line such as #!/bin/sh");
  folder_.write("root/script", "#!/no/such\n");
  std::filesystem::permissions(root_ + "/script", std::filesystem::perms::owner_all);
  start = line("true");
  start.spec.words = {"./script"};
  EXPECT_EQ(detail(start),
            "the program ./script cannot be started: the interpreter or loader that it names does "
            "not exist on this worker");
  start = line("true");
  start.spec.dir = "none";
  EXPECT_EQ(detail(start), "the directory " + root_ +
                               "/none cannot be used on this worker: No such file or directory");
  start = line("true");
  start.spec.dir = "../state";
  EXPECT_EQ(detail(start), "the directory ../state leads out of the plan's folder");
  start = line("true");
  start.root = "/no/such/root";
  start.spec.dir = "sub";
  EXPECT_EQ(detail(start),
            "the plan's folder /no/such/root cannot be used on this worker: No such file or "
            "directory");
  start = line("true");
  start.spec.secrets = {"API_KEY"};
  EXPECT_EQ(detail(start),
            "the secret API_KEY is not known to this worker: put it into the worker's environment "
            "or its secrets file");
  start = line("true");
  start.spec.words.emplace_back(300'000, 'x');
  EXPECT_EQ(detail(start),
            "the command line and the environment together are larger than this worker's system "
            "allows");
  start = line("true");
  start.spec.words.emplace_back(2'000'000, 'x');
  EXPECT_EQ(detail(start), "the command and its environment are too large to be handed to a slot");
  start = line("true");
  start.spec.words = {};
  EXPECT_EQ(detail(start), "the command has no words: it names no program");
  start = line("true");
  start.lease_ends = Instant{seconds{1}};
  EXPECT_EQ(run(start).end().outcome, Outcome::kWorkerLost);
  EXPECT_EQ(run(line("echo fine")).output(), "fine\n") << "the slot serves on";
}

TEST_P(Attempt, OfALineThatNeedsNoShellEndsAsWithOne) {
  const auto all = std::filesystem::perms::owner_all;
  folder_.write("root/said", "#!/bin/sh\necho \"$0|$1|$2\"; pwd; echo $PWD; exit 3\n");
  folder_.write("root/bare", "echo without a first line $#\n");
  folder_.write("root/lost", "#!/no/such/interpreter\n");
  folder_.write("root/refused", "#!/bin/sh\n");
  for (const char* file : {"/said", "/bare", "/lost"})
    std::filesystem::permissions(root_ + file, all);
  std::filesystem::create_directory(root_ + "/folder");
  for (const std::string command : {"./said  a b=c", "said a", "./bare x", "./lost", "./refused",
                                    "./folder", "./gone", "no-such-program"}) {
    StartSlot alone = line(command);
    alone.spec.env.emplace_back("PATH", ".:/usr/bin:/bin");
    StartSlot shell = line(command + ";");
    shell.spec.env = alone.spec.env;
    const Story one = run(alone);
    const Story other = run(shell);
    EXPECT_EQ(one.end().outcome, other.end().outcome) << command;
    EXPECT_EQ(one.end().exit_code, other.end().exit_code) << command;
    EXPECT_EQ(one.output(), other.output()) << command;
  }
}

TEST_P(Attempt, IsFoundInItsOwnPath) {
  std::filesystem::create_directory(root_ + "/tools");
  folder_.write("root/tools/tool", "#!/bin/sh\necho found\n");
  std::filesystem::permissions(root_ + "/tools/tool", std::filesystem::perms::owner_all);
  StartSlot start = line("");
  start.spec.words = {"tool"};
  start.spec.env.emplace_back("PATH", "/bin:tools");
  EXPECT_EQ(run(start).output(), "found\n");
}

TEST_P(Attempt, GetsTheSecretsThatItAsksForAndTheirValuesAreMasked) {
  ::setenv("OWN_SECRET", "from-environment", 1);
  start_supervisors(1, {{"FILE_SECRET", "from-the-file"}, {"OTHER", "not-for-it"}});
  ::setenv("OTHER", "not-for-it", 1);
  StartSlot start = line(
      "printf 'a %s b from-the' $OWN_SECRET; sleep 0.1; printf -- '-file c %s [%s]' "
      "$FILE_SECRET \"$OTHER\"; echo \"50% is $FILE_SECRET\" >> $HEADWAY_PROGRESS; exit 1");
  start.spec.secrets = {"FILE_SECRET", "OWN_SECRET"};
  const Story story = run(start);
  EXPECT_EQ(story.output(), "a *** b *** c *** []");
  EXPECT_EQ(story.end().output_size, story.output().size()) << "offsets count what is shown";
  ASSERT_EQ(story.progress.size(), 1U);
  EXPECT_EQ(story.progress[0].message, "is ***");
  ::unsetenv("OWN_SECRET");
  ::unsetenv("OTHER");
}

TEST_P(Attempt, TellsItsProgressAndCheckpoints) {
  const Story story =
      run(line("echo '25% one' >> $HEADWAY_PROGRESS; echo nonsense >> $HEADWAY_PROGRESS; "
               "printf 'check' >> $HEADWAY_PROGRESS; echo 'point half' >> $HEADWAY_PROGRESS; "
               "printf '75%% last' >> $HEADWAY_PROGRESS"));
  ASSERT_FALSE(story.progress.empty());
  EXPECT_EQ(story.progress.back().share, 0.75);
  EXPECT_EQ(story.progress.back().message, "last");
  ASSERT_EQ(story.checkpoints.size(), 1U);
  EXPECT_EQ(story.checkpoints[0].name, "half");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "state/slots/1")) << "the file is removed";
}

TEST_P(Attempt, TellsItsProgressWhileItRuns) {
  ASSERT_EQ(::mkfifo((root_ + "/fifo").c_str(), 0600), 0);
  const StartSlot start = line("echo '10% a' >> $HEADWAY_PROGRESS; read wait < fifo");
  send(start);
  wait_until(start.token, [](const Story& its) { return !its.progress.empty(); });
  EXPECT_EQ(story(start.token).progress[0].share, 0.1);
}

TEST_P(Attempt, CannotMisleadTheReaderOfItsProgress) {
  folder_.write("root/elsewhere", "50% of another file\n");
  EXPECT_TRUE(run(line("ln -s $PWD/elsewhere $HEADWAY_PROGRESS")).progress.empty());
  EXPECT_TRUE(run(line("mkfifo $HEADWAY_PROGRESS")).progress.empty());
  EXPECT_EQ(run(line("mkdir $HEADWAY_PROGRESS")).end().outcome, Outcome::kSucceeded);
}

TEST_P(Attempt, ListsItsArtifacts) {
  StartSlot start = line(
      "mkdir -p out/deep; printf abc > out/a.json; printf x > out/deep/b.json; "
      "printf no > out/c.txt; ln -s a.json out/link.json");
  start.spec.artifacts = {"out/*.json", "out/**/b.json"};
  const Story story = run(start);
  EXPECT_EQ(story.end().outcome, Outcome::kSucceeded) << story.end().detail;
  ASSERT_EQ(story.end().artifacts.size(), 3U);
  EXPECT_EQ(story.end().artifacts[0],
            (Artifact{"out/a.json", 3,
                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}));
  EXPECT_EQ(story.end().artifacts[1].path, "out/deep/b.json");
  EXPECT_EQ(story.end().artifacts[2].path, "out/link.json");
}

TEST_P(Attempt, FailsItsGateWithoutADeclaredArtifact) {
  const auto detail = [&](std::string text, std::string pattern) {
    StartSlot start = line(std::move(text));
    start.spec.artifacts = {std::move(pattern)};
    const Story story = run(start);
    EXPECT_EQ(story.end().outcome, Outcome::kGate);
    EXPECT_TRUE(story.end().artifacts.empty());
    return story.end().detail;
  };
  EXPECT_EQ(detail("true", "out/*.json"), "artifact out/*.json is missing");
  EXPECT_EQ(detail("mkdir empty", "empty"), "artifact empty is a directory without files");
  EXPECT_EQ(detail("true", "../state/lock"),
            "artifact ../state/lock leads out of the plan's folder");
  EXPECT_EQ(detail("ln -s /etc/passwd users", "users"),
            "artifact users leads out of the plan's folder: it is a link to /etc/passwd");
  EXPECT_EQ(detail("ln -s /etc elsewhere", "elsewhere/pass*"),
            "artifact elsewhere leads out of the plan's folder");
}

TEST_P(Attempt, RunsAfterMany) {
  for (int i = 0; i < 100; ++i) ASSERT_EQ(run(line("exit 0")).end().outcome, Outcome::kSucceeded);
}

}  // namespace
}  // namespace headway::worker
