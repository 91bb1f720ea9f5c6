#include "worker/shell/secrets_file.h"

#include <algorithm>

#include "common/system/files.h"

namespace headway::worker {

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

bool is_variable_name(const std::string& name) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<std::map<std::string, std::string>> read_secrets_file(const std::string& path) {
  const Result<std::string> text = read_private_file(path, kMostBytes);
  if (!text) return text.error();
  std::map<std::string, std::string> secrets;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    const std::string name = line.substr(0, equals);
    if (equals == std::string::npos || !is_variable_name(name)) {
      return Error{ErrorKind::kUsage, path + ", line " + std::to_string(number) +
                                          ": expected NAME=VALUE with a name of letters, digits "
                                          "and underscores"};
    }
    secrets[name] = line.substr(equals + 1);
  }
  return secrets;
}

}  // namespace headway::worker
