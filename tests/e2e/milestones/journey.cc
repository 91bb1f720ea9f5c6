#include "journey.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace headway::test {

namespace fs = std::filesystem;

Journey::Journey() : programs_(project_.folder()) {
  fs::copy(HEADWAY_SOURCE_DIR "/tests/e2e/milestones/project", project_.folder().path(),
           fs::copy_options::recursive);
}

void Journey::begin(bool freely) {
  fs::create_directory(project_.folder() / "trace");
  if (freely) let_table_go_on();
  ASSERT_TRUE(has_agent(project_, programs_.address(), "w/2"));
  const Finished begun = say({"run", "plan.yaml", "--detach"});
  ASSERT_EQ(begun.exit_code, 0) << begun.err;
}

Finished Journey::say(std::vector<std::string> words) const {
  words.insert(words.end(), {"--connect", programs_.address()});
  return project_.headway(std::move(words));
}

void Journey::attend_to_the_gate() {
  if (recorded().run_state() != "paused") return;
  project_.write("include/helper.h",
                 "#ifndef HELPER_H\n#define HELPER_H\n\n"
                 "/* Stands before functions that only one file uses. */\n"
                 "#define HELPER static\n\n#endif\n");
  static_cast<void>(say({"resume"}));
  mended_ = true;
}

void Journey::attend() {
  attend_to_the_gate();
  if (mended_ && recorded().state_of("NOTES") == "review") {
    static_cast<void>(say({"ticket", "approve", "NOTES", "--by", "ann", "--comment", "read it"}));
  }
}

bool Journey::ended() const {
  const std::string state = recorded().run_state();
  return state == "failed" || state == "succeeded" || state == "cancelled";
}

void Journey::kill_coordinator() {
  programs_.restart_coordinator();
  EXPECT_TRUE(has_agent(project_, programs_.address(), "w/2")) << "the worker comes back";
}

void Journey::kill_worker() {
  programs_.worker(worker_).send_signal(SIGKILL);
  programs_.worker(worker_).wait();
  programs_.add_worker("w", 2);
  ++worker_;
}

Recorded Journey::recorded() const { return Recorded(project_.folder() / "there/registry.db"); }

std::map<std::string, std::string> Journey::tree() const {
  std::map<std::string, std::string> files;
  const fs::path root = project_.folder().path();
  fs::recursive_directory_iterator entry(root);
  for (const fs::recursive_directory_iterator end; entry != end; ++entry) {
    const std::string path = entry->path().lexically_relative(root).string();
    if (path == "trace" || path == "there" || path == ".headway") entry.disable_recursion_pending();
    if (entry->is_regular_file()) files[path] = file(path);
  }
  return files;
}

std::string Journey::file(const std::string& path) const {
  const std::ifstream in(project_.folder() / path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace headway::test
