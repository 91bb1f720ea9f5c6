#include "coordinator.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/system/files.h"

namespace headway::test {

namespace {

template <class Condition>
bool wait_until(Condition condition, Duration most = std::chrono::seconds{60}) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

/// User and system time of a process in clock ticks (proc(5)).
long processor_ticks(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return -1;
  std::istringstream fields(line.substr(name_end + 2));
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  constexpr std::size_t kUser = 11, kSystem = 12;  // counted from the field after the name
  return words.size() > kSystem ? std::stol(words[kUser]) + std::stol(words[kSystem]) : -1;
}

}  // namespace

Coordinator::Coordinator() : paths_(find_state_paths(folder_.path()).value()) { start(); }

void Coordinator::start() {
  process_ = std::make_unique<Process>(
      std::vector<std::string>{std::string(HEADWAY_BIN_DIR) + "/headway-coordinator", "--state-dir",
                               folder_.path(), "--embedded", "--log-level", "info"});
  ASSERT_TRUE(wait_until([&] { return socket_is_alive(paths_.control_socket); })) << log();
}

void Coordinator::kill() {
  process_->send_signal(SIGKILL);
  static_cast<void>(process_->wait());
  process_.reset();
}

std::string Coordinator::log() {
  static_cast<void>(process_->wait_for("registry", std::chrono::seconds{10}));
  return process_->out() + process_->err();
}

std::vector<pid_t> Coordinator::children() const {
  std::vector<pid_t> found;
  const std::string tasks = fmt::format("/proc/{}/task", process_->pid());
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::ifstream file(task.path() / "children");
    for (pid_t pid = 0; file >> pid;) found.push_back(pid);
  }
  return found;
}

pid_t Coordinator::wait_for_child() const {
  pid_t child = 0;
  // Before its first tick of processor time it may still be the copy that becomes the program.
  static_cast<void>(wait_until([&] {
    const std::vector<pid_t> all = children();
    child = all.empty() ? 0 : all.front();
    return child != 0 && processor_ticks(child) > 1;
  }));
  return child;
}

Client::Client(const Coordinator& coordinator)
    : socket_(DealerSocket::connect(context_, coordinator.paths().control_endpoint()).value()),
      id_(std::random_device{}()) {}

void Client::send(const std::string& frame) {
  EXPECT_TRUE(wait_until([&] { return socket_->send(frame) == SendResult::kSent; }));
}

std::optional<Reply> Client::reply(Duration most) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (true) {
    if (const std::optional<std::string> frame = socket_->receive()) {
      return decode_reply(*frame).value();
    }
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    zmq::pollitem_t item{socket_->handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds{100});
  }
}

std::uint64_t Client::submit(const std::string& text, const RunOptions& options) {
  const std::uint64_t upload = ++last_upload_;
  for (std::size_t offset = 0; offset < text.size(); offset += kUploadChunkBytes) {
    ask(Verb::kUpload, UploadRequest{upload, offset, {text.substr(offset, kUploadChunkBytes)}});
    static_cast<void>(answer<UploadAnswer>());
  }
  return ask(Verb::kSubmit, SubmitRequest{upload, text.size(), sha256_hex(text), options});
}

void Client::note_failure(const std::string& why) { ADD_FAILURE() << why; }

}  // namespace headway::test
