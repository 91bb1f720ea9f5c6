#include "coordinator/keys/known_keys.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/keys/key_file.h"

namespace headway {

namespace {

constexpr std::string_view kHead =
    "# The keys that this coordinator knows; changed by `headway keys` and by workers that join.\n"
    "# role public-key made revoked joined-by expires uses-left name\n";
constexpr std::string_view kNothing = "-";

std::string or_nothing(const std::optional<WallTime>& at) {
  return at ? format_time(*at) : std::string(kNothing);
}

/// The words of a line: seven, and the name, which may have spaces.
std::vector<std::string> split_line(std::string_view line) {
  constexpr std::size_t kWords = 7;
  std::vector<std::string> words;
  while (words.size() < kWords) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return {};
    words.emplace_back(line.substr(0, space));
    line.remove_prefix(space + 1);
  }
  words.emplace_back(line);
  return words;
}

bool read_time(const std::string& word, std::optional<WallTime>& at) {
  if (word == kNothing) return true;
  const Result<WallTime> read = parse_time(word);
  if (read) at = *read;
  return read.ok();
}

bool read_uses(const std::string& word, std::optional<std::uint32_t>& uses) {
  if (word == kNothing) return true;
  constexpr std::size_t kMostDigits = 9;
  if (word.empty() || word.size() > kMostDigits ||
      word.find_first_not_of("0123456789") != std::string::npos)
    return false;
  uses = static_cast<std::uint32_t>(std::stoul(word));
  return true;
}

std::optional<KnownKey> read_line(std::string_view line) {
  const std::vector<std::string> words = split_line(line);
  if (words.empty()) return std::nullopt;
  const std::optional<KeyRole> role = from_text<KeyRole>(words[0]);
  const Result<PublicKey> key = PublicKey::from_hex(words[1]);
  std::optional<WallTime> made;
  KnownKey known;
  const bool read = role && key && read_time(words[2], made) && made &&
                    read_time(words[3], known.revoked) && read_time(words[5], known.expires) &&
                    read_uses(words[6], known.uses_left);
  if (!read) return std::nullopt;
  known.role = *role;
  known.key = *key;
  known.made = *made;
  if (words[4] != kNothing) known.joined_by = words[4];
  known.name = words[7];
  return known;
}

}  // namespace

Result<KnownKeys> KnownKeys::parse(const std::string& text, const std::string& file) {
  KnownKeys keys;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::optional<KnownKey> known = read_line(line);
    const Result<void> added = known ? keys.append(std::move(*known))
                                     : Result<void>(Error{ErrorKind::kUsage,
                                                          "it is not `role public-key made revoked "
                                                          "joined-by expires uses-left name`"});
    if (!added) {
      return Error{ErrorKind::kFailed,
                   fmt::format("{}, line {}: {}", printable(file), number, added.error().message)};
    }
  }
  return keys;
}

std::string KnownKeys::text() const {
  std::string text(kHead);
  for (const KnownKey& key : keys_) {
    text += fmt::format(
        "{} {} {} {} {} {} {} {}\n", to_text(key.role), key.key.hex(), format_time(key.made),
        or_nothing(key.revoked), key.joined_by.empty() ? kNothing : std::string_view(key.joined_by),
        or_nothing(key.expires),
        key.uses_left ? std::to_string(*key.uses_left) : std::string(kNothing), key.name);
  }
  return text;
}

const KnownKey* KnownKeys::find(const PublicKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &keys_[found->second];
}

const KnownKey* KnownKeys::called(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &keys_[found->second];
}

Result<void> KnownKeys::add(KnownKey key) {
  forget_tokens_for(key);
  return append(std::move(key));
}

void KnownKeys::forget_tokens_for(const KnownKey& newcomer) {
  const auto forgettable = [](const KnownKey& key) {
    return key.role == KeyRole::kJoin && key.valid() && key.expires.has_value();
  };
  std::vector<WallTime> ends;
  for (const KnownKey& key : keys_) {
    if (forgettable(key)) ends.push_back(*key.expires);
  }
  WallTime last_end = newcomer.made - kExpiredTokenKept;
  if (newcomer.role == KeyRole::kJoin && ends.size() >= kMostJoinTokens) {
    const auto end = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() - kMostJoinTokens);
    std::nth_element(ends.begin(), end, ends.end());
    last_end = std::max(last_end, *end);
  }
  const std::size_t gone = std::erase_if(
      keys_, [&](const KnownKey& key) { return forgettable(key) && *key.expires <= last_end; });
  if (gone > 0) index();
}

void KnownKeys::index() {
  by_key_.clear();
  by_name_.clear();
  for (std::size_t at = 0; at < keys_.size(); ++at) {
    by_key_.emplace(keys_[at].key, at);
    if (keys_[at].valid()) by_name_.emplace(keys_[at].name, at);
  }
}

Result<void> KnownKeys::append(KnownKey key) {
  if (Result<void> named = check_key_name(key.name); !named) return named;
  if (keys_.size() >= kMostKnownKeys) {
    return Error{ErrorKind::kFailed,
                 fmt::format("there are {} keys, which is the most", kMostKnownKeys)};
  }
  if (key.valid() && by_name_.contains(key.name)) {
    return Error{ErrorKind::kInUse, fmt::format("{} is the name of a key already; revoke that one "
                                                "(`headway keys revoke`), or choose another name",
                                                printable(key.name))};
  }
  if (!by_key_.emplace(key.key, keys_.size()).second) {
    return Error{ErrorKind::kInUse, "this key is known already"};
  }
  if (key.valid()) by_name_.emplace(key.name, keys_.size());
  keys_.push_back(std::move(key));
  return {};
}

Result<void> KnownKeys::revoke(std::string_view name, WallTime now) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    return Error{ErrorKind::kNotFound, fmt::format("no key is called {}", printable(name))};
  }
  keys_[found->second].revoked = now;
  by_name_.erase(found);
  return {};
}

Result<void> KnownKeys::admit(const JoinWish& wish, WallTime now) {
  const auto denied = [](std::string why) { return Error{ErrorKind::kDenied, std::move(why)}; };
  const auto found = by_key_.find(wish.token);
  if (found == by_key_.end() || keys_[found->second].role != KeyRole::kJoin) {
    return denied("this join token is not known here");
  }
  const KnownKey token = keys_[found->second];
  if (!token.valid()) return denied(fmt::format("the join token {} was revoked", token.name));
  const KnownKey* same = find(wish.key);
  if (same != nullptr && same->valid() && same->role == KeyRole::kWorker &&
      same->name == wish.name && same->joined_by == token.name)
    return {};
  if (token.expires && now >= *token.expires) {
    return denied(fmt::format("the join token {} expired at {}; `headway keys join` prints another",
                              token.name, format_time(*token.expires)));
  }
  if (token.uses_left && *token.uses_left == 0) {
    return denied(fmt::format("the join token {} is used up; `headway keys join` prints another",
                              token.name));
  }
  KnownKey worker;
  worker.key = wish.key;
  worker.name = wish.name;
  worker.made = now;
  worker.joined_by = token.name;
  if (const Result<void> added = add(std::move(worker)); !added)
    return denied(added.error().message);
  // Looked for anew: others may have been forgotten for what was added.
  if (token.uses_left) keys_[by_key_.at(wish.token)].uses_left = *token.uses_left - 1;
  return {};
}

std::vector<std::string> workers_shut_out(const KnownKeys& before, const KnownKeys& after) {
  std::vector<std::string> names;
  for (const KnownKey& key : before.all()) {
    if (key.role != KeyRole::kWorker || !key.valid()) continue;
    const KnownKey* now = after.find(key.key);
    const bool still =
        now != nullptr && now->valid() && now->role == KeyRole::kWorker && now->name == key.name;
    if (!still) names.push_back(key.name);
  }
  return names;
}

}  // namespace headway
