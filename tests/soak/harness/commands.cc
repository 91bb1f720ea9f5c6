#include "tests/soak/harness/commands.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/system/clock.h"
#include "common/system/files.h"

namespace headway::soak {

namespace {

constexpr Duration kMostTaken = std::chrono::seconds{90};
constexpr std::size_t kMostOutput = 1'000'000;
constexpr std::size_t kNoted = 300;

}  // namespace

void Commands::start(std::vector<std::string> words, Then then) {
  Running command;
  command.what = fmt::format("headway {}", fmt::join(words, " "));
  command.output = fmt::format("{}/command-{}.out", options_.folder, ++started_);
  command.deadline = read_clocks().steady + kMostTaken;
  command.then = std::move(then);
  words.insert(words.begin(), cluster_.program("headway"));
  words.insert(words.end(), {"--connect", cluster_.control_address()});
  command.pid = start_process(words, cluster_.environment(), command.output);
  running_.push_back(std::move(command));
}

bool Commands::ended(const Ended& child) {
  const auto found = std::ranges::find(running_, child.pid, &Running::pid);
  if (found == running_.end()) return false;
  const Running command = std::move(*found);
  running_.erase(found);
  const Result<std::string> output = read_file(command.output, kMostOutput);
  ::unlink(command.output.c_str());
  std::string text = output ? *output : output.error().message;
  const int code = child.exit_code.value_or(-1);
  std::string noted = text.substr(0, kNoted);
  std::ranges::replace(noted, '\n', ' ');
  diary_.note(fmt::format("{} ended with {}: {}", command.what, code, noted));
  command.then(code, text);
  return true;
}

void Commands::turn() {
  const Instant now = read_clocks().steady;
  for (Running& command : running_) {
    if (now < command.deadline) continue;
    ::kill(command.pid, SIGKILL);
    command.deadline = Instant::max();
  }
}

}  // namespace headway::soak
