#include "tests/soak/judge/ledger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

namespace headway::soak {

namespace {

constexpr std::size_t kWords = 8;

template <class Number>
bool read_number(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size();
}

/// Exactly kWords words with single blanks between them.
bool split(std::string_view line, std::array<std::string_view, kWords>& words) {
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::size_t blank = line.find(' ');
    if ((blank == std::string_view::npos) != (i + 1 == kWords)) return false;
    words[i] = line.substr(0, blank);
    if (words[i].empty()) return false;
    if (i + 1 < kWords) line.remove_prefix(blank + 1);
  }
  return true;
}

}  // namespace

void Ledger::add_line(std::string_view line) {
  ++lines;
  std::array<std::string_view, kWords> words;
  AttemptKey key;
  std::int64_t wall = 0;
  std::int64_t steady = 0;
  const bool good = split(line, words) && words[3].starts_with('r') &&
                    read_number(words[3].substr(1), key.run) &&
                    read_number(words[4], key.attempt) && read_number(words[6], wall) &&
                    read_number(words[7], steady);
  const std::string_view kind = words[0];
  const bool known =
      kind == "begin" || kind == "alive" || kind == "end" || kind == "fail" || kind == "grand";
  if (!good || !known) {
    ++bad_lines;
    return;
  }
  key.plan = words[1];
  key.ticket = words[2];
  const auto [entry, is_new] = attempts.try_emplace(std::move(key));
  LedgerAttempt& attempt = entry->second;
  attempt.first_steady = is_new ? steady : std::min(attempt.first_steady, steady);
  attempt.last_steady = std::max(attempt.last_steady, steady);
  attempt.last_wall = std::max(attempt.last_wall, wall);
  if (kind == "begin") ++attempt.begins;
  if (kind == "end") ++attempt.ends;
  if (kind == "fail") ++attempt.fails;
}

Result<Ledger> read_ledger(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{ErrorKind::kFailed, "cannot read the ledger " + path};
  Ledger ledger;
  for (std::string line; std::getline(file, line);) ledger.add_line(line);
  return ledger;
}

}  // namespace headway::soak
