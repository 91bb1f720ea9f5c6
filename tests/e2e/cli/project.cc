#include "project.h"

namespace headway::test {

std::string program(const std::string& name) { return std::string(HEADWAY_BIN_DIR) + "/" + name; }

void Project::plan(const std::vector<std::string>& tickets, const std::string& head) {
  std::string text = "version: 1\nname: demo\n" + head + "tickets:\n";
  for (const std::string& ticket : tickets) text += "  - " + ticket + "\n";
  folder_.write("plan.yaml", text);
}

std::vector<std::string> Project::command(std::vector<std::string> words) const {
  words.insert(words.begin(), program("headway"));
  return words;
}

Finished Project::headway(std::vector<std::string> words, Duration most) const {
  return run_process(command(std::move(words)),
                     {.folder = folder_.path(), .env = {{"TZ", "UTC"}}, .input = {}}, most);
}

Process Project::start(std::vector<std::string> words) const {
  return Process(command(std::move(words)),
                 {.folder = folder_.path(), .env = {{"TZ", "UTC"}}, .input = {}});
}

nlohmann::json Project::status(const std::string& run) const {
  std::vector<std::string> words = {"status", "--format", "json"};
  if (!run.empty()) words.push_back(run);
  return nlohmann::json::parse(headway(words).out, nullptr, false);
}

std::string Project::state_of(const std::string& ticket) const {
  const nlohmann::json document = status();
  if (!document.is_object()) return "";
  for (const nlohmann::json& entry : document["tickets"]) {
    if (entry["id"] == ticket) return entry["state"];
  }
  return "";
}

}  // namespace headway::test
