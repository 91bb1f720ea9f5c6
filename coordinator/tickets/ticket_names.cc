#include "coordinator/tickets/ticket_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/plan/words.h"

namespace headway {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }
char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::array kStatusWords = {
    std::pair{std::string_view{"todo"}, TicketStatus::kPending},
    std::pair{std::string_view{"to-do"}, TicketStatus::kPending},
    std::pair{std::string_view{"open"}, TicketStatus::kPending},
    std::pair{std::string_view{"new"}, TicketStatus::kPending},
    std::pair{std::string_view{"backlog"}, TicketStatus::kPending},
    std::pair{std::string_view{"planned"}, TicketStatus::kPending},
    std::pair{std::string_view{"ready"}, TicketStatus::kPending},
    std::pair{std::string_view{"not-started"}, TicketStatus::kPending},
    std::pair{std::string_view{"doing"}, TicketStatus::kInProgress},
    std::pair{std::string_view{"wip"}, TicketStatus::kInProgress},
    std::pair{std::string_view{"active"}, TicketStatus::kInProgress},
    std::pair{std::string_view{"started"}, TicketStatus::kInProgress},
    std::pair{std::string_view{"done"}, TicketStatus::kCompleted},
    std::pair{std::string_view{"complete"}, TicketStatus::kCompleted},
    std::pair{std::string_view{"closed"}, TicketStatus::kCompleted},
    std::pair{std::string_view{"resolved"}, TicketStatus::kCompleted},
    std::pair{std::string_view{"finished"}, TicketStatus::kCompleted},
    std::pair{std::string_view{"on-hold"}, TicketStatus::kBlocked},
    std::pair{std::string_view{"waiting"}, TicketStatus::kBlocked},
    std::pair{std::string_view{"canceled"}, TicketStatus::kCancelled},
    std::pair{std::string_view{"wontfix"}, TicketStatus::kCancelled},
    std::pair{std::string_view{"won't-fix"}, TicketStatus::kCancelled},
    std::pair{std::string_view{"abandoned"}, TicketStatus::kCancelled},
    std::pair{std::string_view{"rejected"}, TicketStatus::kCancelled},
};

constexpr std::array kPriorityWords = {
    std::pair{std::string_view{"urgent"}, Priority::kCritical},
    std::pair{std::string_view{"blocker"}, Priority::kCritical},
    std::pair{std::string_view{"p0"}, Priority::kCritical},
    std::pair{std::string_view{"p1"}, Priority::kHigh},
    std::pair{std::string_view{"major"}, Priority::kHigh},
    std::pair{std::string_view{"p2"}, Priority::kMedium},
    std::pair{std::string_view{"normal"}, Priority::kMedium},
    std::pair{std::string_view{"p3"}, Priority::kLow},
    std::pair{std::string_view{"minor"}, Priority::kLow},
    std::pair{std::string_view{"trivial"}, Priority::kLow},
    std::pair{std::string_view{"p4"}, Priority::kBackground},
};

std::optional<Priority> priority_word(std::string_view word) {
  if (const auto known = from_text<Priority>(word)) return known;
  for (const auto& [other, priority] : kPriorityWords) {
    if (other == word) return priority;
  }
  return std::nullopt;
}

std::size_t end_of(std::string_view text, std::size_t at, bool (*belongs)(char)) {
  while (at < text.size() && belongs(text[at])) ++at;
  return at;
}

/// Whether an id may end here: nothing follows, or what is no part of one.
bool ends_id(std::string_view text, std::size_t at) {
  return at == text.size() || !(is_letter(text[at]) || is_digit(text[at]));
}

/// `2024-05-06-notes` begins with a date, not with an id.
bool is_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) return false;
  }
  return true;
}

}  // namespace

std::string id_of_name(std::string_view name) {
  if (is_date(name)) return {};
  if (const std::size_t digits = end_of(name, 0, is_digit); digits > 0) {
    return ends_id(name, digits) ? std::string(name.substr(0, digits)) : std::string();
  }
  // Capital words and a number, `DOC-API-003`, or one small word and a number, `doc-3`.
  const auto is_capital = [](char c) { return is_upper(c) || is_digit(c); };
  std::size_t at = 0;
  for (bool first = true;; first = false) {
    const bool small = first && at < name.size() && is_lower(name[at]);
    if (at >= name.size() || !is_letter(name[at])) return {};
    at = small ? end_of(name, at, is_lower) : end_of(name, at, is_capital);
    if (at >= name.size() || (name[at] != '-' && name[at] != '_')) return {};
    const std::size_t digits = end_of(name, at + 1, is_digit);
    if (digits > at + 1 && ends_id(name, digits)) return std::string(name.substr(0, digits));
    // A letter after the number belongs to it: `MOD-012b`.
    if (digits > at + 1 && is_letter(name[digits]) && ends_id(name, digits + 1)) {
      return std::string(name.substr(0, digits + 1));
    }
    if (small) return {};
    ++at;
  }
}

std::string without_emoji(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) result += c;
    if (c == '\t') result += ' ';
  }
  const std::size_t begin = result.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return result.substr(begin, result.find_last_not_of(' ') - begin + 1);
}

std::string as_key(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '-' || c == ' ' ? '_' : lowered(c);
  return result;
}

std::optional<TicketStatus> status_of(std::string_view text) {
  std::string word = as_key(without_emoji(text));
  std::replace(word.begin(), word.end(), '_', '-');
  if (const auto known = from_text<TicketStatus>(word)) return known;
  for (const auto& [other, status] : kStatusWords) {
    if (other == word) return status;
  }
  return std::nullopt;
}

std::optional<Priority> priority_of(std::string_view text) {
  const std::string plain = without_emoji(text);
  std::optional<Priority> found;
  std::string word;
  for (std::size_t i = 0; i <= plain.size(); ++i) {
    if (i < plain.size() && (is_letter(plain[i]) || is_digit(plain[i]))) {
      word += lowered(plain[i]);
      continue;
    }
    const auto priority = priority_word(std::exchange(word, {}));
    if (priority && found && *priority != *found) return std::nullopt;
    if (priority) found = priority;
  }
  return found;
}

bool says_none(std::string_view text) {
  const std::string word = as_key(without_emoji(text));
  for (const std::string_view none : {"", "none", "n/a", "na", "nothing", "null", "~", "_", "[]"}) {
    if (word == none) return true;
  }
  return word == "none." || word == "nil";
}

}  // namespace headway
