#include "site.h"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <sys/socket.h>

#include <gtest/gtest.h>

namespace headway::test {

namespace {

std::string program(const std::string& name) { return std::string(HEADWAY_BIN_DIR) + "/" + name; }

/// The text after the last `words`, up to a space, a comma or the end of the line.
std::string word_after(const std::string& text, const std::string& words) {
  const std::size_t at = text.rfind(words);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + words.size();
  return text.substr(begin, text.find_first_of(", \n", begin) - begin);
}

/// What an HTTP server of this machine answers to `GET /metrics`.
std::string fetch_metrics(std::uint16_t port) {
  const UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return {};
  const std::string question = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  if (::send(fd.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) return {};
  std::string answer;
  std::array<char, 65536> block{};
  for (ssize_t got = 0; (got = ::recv(fd.get(), block.data(), block.size(), 0)) > 0;)
    answer.append(block.data(), static_cast<std::size_t>(got));
  return answer;
}

}  // namespace

std::vector<std::string> Site::loopback(const std::string& host) {
  return {"--listen",  "tcp://" + host + ":0", "--control",      "tcp://" + host + ":0",
          "--metrics", "127.0.0.1:0",          "--require-keys", "--join-expires",
          "10m"};
}

Site::Site(std::vector<std::string> options) : options_(std::move(options)) { start(); }

void Site::start() {
  std::vector<std::string> command = {program("headway-coordinator"),
                                      "--state-dir",
                                      state(),
                                      "--log-file",
                                      folder_ / "log",
                                      "--lease",
                                      "3s",
                                      "--heartbeat",
                                      "500ms"};
  command.insert(command.end(), options_.begin(), options_.end());
  process_ = std::make_unique<Process>(command);
  ASSERT_TRUE(wait_until([&] { return log().find("unfinished run") != std::string::npos; }))
      << log() << (process_->wait_for("headway-coordinator:", std::chrono::seconds{1}), err());
}

void Site::end() {
  process_->send_signal(SIGTERM);
  EXPECT_EQ(process_->wait().exit_code, 0) << err();
  process_.reset();
  EXPECT_EQ(std::remove((folder_ / "log").c_str()), 0);
}

std::string Site::log() const {
  std::ifstream file(folder_ / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Site::address_after(const std::string& words) const { return word_after(log(), words); }

std::string Site::join() {
  if (!process_->wait_for("--join ", std::chrono::seconds{5})) return {};
  EXPECT_TRUE(process_->wait_for("\n"));
  return word_after(process_->out(), "headway-worker --join ");
}

std::string Site::join_with(std::vector<std::string> options) const {
  std::vector<std::string> words = {"keys",  "join",        "--state-dir",
                                    state(), "--advertise", workers().substr(6)};
  words.insert(words.end(), options.begin(), options.end());
  const Finished printed = headway(words);
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  return word_after(printed.out, "headway-worker --join ");
}

double Site::metric(const std::string& name) const {
  const std::string port = word_after(log(), "metrics at http://127.0.0.1:");
  const std::string text = fetch_metrics(static_cast<std::uint16_t>(std::atoi(port.c_str())));
  const std::string start = "\n" + name + " ";
  const std::size_t at = text.find(start);
  return at == std::string::npos ? -1 : std::atof(text.c_str() + at + start.size());
}

double Site::resident() const {
  std::ifstream file("/proc/" + std::to_string(process_->pid()) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

std::unique_ptr<Process> Site::worker(const std::string& name,
                                      std::vector<std::string> options) const {
  options.insert(options.begin(), {program("headway-worker"), "--state-dir", folder_ / name,
                                   "--slots", "1", "--any-type"});
  return std::make_unique<Process>(options);
}

std::string Site::key(const std::string& role, const std::string& name) const {
  const std::string path = folder_ / (name + ".key");
  const Finished made = headway(
      {"keys", "create", "--state-dir", state(), "--role", role, "--name", name, "--output", path});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  return path;
}

Finished Site::headway(std::vector<std::string> words) const {
  words.insert(words.begin(), program("headway"));
  return run_process(words, {.folder = folder_.path(), .env = {}, .input = {}},
                     std::chrono::seconds{60});
}

Finished Site::as(const std::string& key, std::vector<std::string> words) const {
  words.insert(words.end(), {"--connect", control()});
  if (!key.empty()) words.insert(words.end(), {"--key", key});
  return headway(words);
}

bool Site::has(const std::string& worker) const {
  return headway({"agents", "--state-dir", state(), "--format", "plain"})
             .out.find(worker + "/1\t") != std::string::npos;
}

}  // namespace headway::test
