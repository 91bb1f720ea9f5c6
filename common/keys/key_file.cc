#include "common/keys/key_file.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"

namespace headway {

namespace {

constexpr std::size_t kMaxKeyFileBytes = 16U << 10U;
constexpr std::size_t kMaxKeyNameBytes = 200;
constexpr std::string_view kKnownLines[] = {"role",        "name",    "public",   "secret",
                                            "coordinator", "address", "joined-by"};

Error in_key_file(const std::string& file, const std::string& problem) {
  return {ErrorKind::kUsage, fmt::format("{} is not a key file: {}", printable(file), problem)};
}

using KeyLines = std::map<std::string, std::string, std::less<>>;

Result<KeyLines> key_lines(const std::string& text, const std::string& file) {
  KeyLines lines;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(": ");
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || std::ranges::find(kKnownLines, name) == std::end(kKnownLines))
      return in_key_file(file, fmt::format("line {} is none of a key file's", number));
    if (!lines.emplace(name, line.substr(colon + 2)).second)
      return in_key_file(file, fmt::format("`{}` is there twice", name));
  }
  return lines;
}

}  // namespace

Result<void> check_key_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= kMaxKeyNameBytes && printable(name) == name &&
                    name.find('/') == std::string::npos;
  if (good) return {};
  return Error{ErrorKind::kUsage, fmt::format("a key's name has 1 to {} printable bytes and no "
                                              "slash, not `{}`",
                                              kMaxKeyNameBytes, printable(name))};
}

Result<KeyFile> parse_key_file(const std::string& text, const std::string& file) {
  const Result<KeyLines> lines = key_lines(text, file);
  if (!lines) return lines.error();
  const auto line = [&](std::string_view name) {
    const auto found = lines->find(name);
    return found == lines->end() ? std::string() : found->second;
  };
  const std::optional<KeyRole> role = from_text<KeyRole>(line("role"));
  if (!role) return in_key_file(file, "`role` is missing, or none that there is");
  const Result<PublicKey> open = PublicKey::from_hex(line("public"));
  if (!open) return in_key_file(file, "`public`: " + open.error().message);
  const Result<SecretKey> secret = SecretKey::from_hex(line("secret"));
  if (!secret) return in_key_file(file, "`secret`: " + secret.error().message);
  KeyFile key{*role, line("name"), {*open, *secret}, {}, line("address"), line("joined-by")};
  if (Result<void> named = check_key_name(key.name); !named)
    return in_key_file(file, named.error().message);
  if (*role == KeyRole::kCoordinator) return key;
  const Result<PublicKey> coordinator = PublicKey::from_hex(line("coordinator"));
  if (!coordinator) return in_key_file(file, "`coordinator`: " + coordinator.error().message);
  key.coordinator = *coordinator;
  return key;
}

std::string key_file_text(const KeyFile& key) {
  std::string text = fmt::format(
      "# A key of Headway. Whoever has this file is who it says: keep it secret.\n"
      "role: {}\nname: {}\npublic: {}\nsecret: {}\n",
      to_text(key.role), key.name, key.keys.open.hex(), key.keys.secret.hex());
  if (!key.coordinator.empty()) text += fmt::format("coordinator: {}\n", key.coordinator.hex());
  if (!key.address.empty()) text += fmt::format("address: {}\n", key.address);
  if (!key.joined_by.empty()) text += fmt::format("joined-by: {}\n", key.joined_by);
  return text;
}

Result<KeyFile> read_key_file(const std::string& path) {
  const Result<std::string> text = read_private_file(path, kMaxKeyFileBytes);
  if (!text) return text.error();
  return parse_key_file(*text, path);
}

Result<void> write_key_file(const std::string& path, const KeyFile& key) {
  return write_file_atomically(path, key_file_text(key), Readers::kOwner);
}

}  // namespace headway
