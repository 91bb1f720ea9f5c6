#include "journey.h"

#include <csignal>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/calculator/calculator.h"

namespace headway::test {

Journey::Journey() : programs_(project_.folder()) { lay_out_calculator(project_.folder().path()); }

void Journey::begin(bool freely) {
  if (freely) let_table_go_on();
  ASSERT_TRUE(has_agent(project_, programs_.address(), "w/2"));
  const Finished begun = say({"run", "plan.yaml", "--detach"});
  ASSERT_EQ(begun.exit_code, 0) << begun.err;
}

void Journey::let_table_go_on() { test::let_table_go_on(project_.folder().path()); }

Finished Journey::say(std::vector<std::string> words) const {
  words.insert(words.end(), {"--connect", programs_.address()});
  return project_.headway(std::move(words));
}

void Journey::attend_to_the_gate() {
  if (recorded().run_state() != "paused") return;
  mend_calculator(project_.folder().path());
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
  return calculator_tree(project_.folder().path());
}

std::string Journey::file(const std::string& path) const {
  const std::ifstream in(project_.folder() / path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

}  // namespace headway::test
