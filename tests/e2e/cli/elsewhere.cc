#include "elsewhere.h"

#include <csignal>

namespace headway::test {

Elsewhere::Elsewhere(const TemporaryFolder& folder) : folder_(folder), state_(folder / "there") {
  coordinator_.emplace(coordinator_command());
  add_worker("w", 2);
}

void Elsewhere::kill_coordinator() {
  coordinator_->send_signal(SIGKILL);
  coordinator_->wait();
}

void Elsewhere::restart_coordinator() {
  kill_coordinator();
  coordinator_.emplace(coordinator_command());
}

std::vector<std::string> Elsewhere::coordinator_command() {
  folder_.write("there/file", "");
  return {program("headway-coordinator"), "--state-dir", state_, "--embedded"};
}

void Elsewhere::add_worker(const std::string& name, int slots,
                           const std::vector<std::string>& more) {
  std::vector<std::string> command = {program("headway-worker"),
                                      "--connect",
                                      "ipc://" + state_ + "/workers.sock",
                                      "--slots",
                                      std::to_string(slots),
                                      "--state-dir",
                                      folder_ / ("there/" + name),
                                      "--name",
                                      name,
                                      "--any-type"};
  command.insert(command.end(), more.begin(), more.end());
  workers_.push_back(std::make_unique<Process>(command));
}

bool has_agent(const Project& project, const std::string& address, const std::string& agent) {
  return wait_until([&] {
    return project.headway({"agents", "--connect", address, "--format", "plain"})
               .out.find(agent + "\t") != std::string::npos;
  });
}

}  // namespace headway::test
