#include "coordinator/import/instance_text.h"

#include <charconv>
#include <string>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway {

namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

}  // namespace

InstanceText::InstanceText(std::string_view text, char comment) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    std::vector<std::string_view> words = words_of(line);
    if (words.empty() || (comment != '\0' && words.front().front() == comment)) continue;
    texts_.push_back(line.substr(line.find_first_not_of(kBlanks)));
    lines_.push_back({number, std::move(words)});
  }
}

const InstanceText::Line& InstanceText::peek() const { return lines_[next_]; }

const InstanceText::Line& InstanceText::take(std::string_view wanted) {
  if (at_end()) {
    refuse(lines_.empty() ? 1 : lines_.back().number,
           fmt::format("the file ends where {} should be", wanted));
  }
  return lines_[next_++];
}

void InstanceText::skip_past(std::string_view words) {
  const std::size_t from = at_end() ? 1 : lines_[next_].number;
  while (!at_end()) {
    if (texts_[next_++].substr(0, words.size()) == words) return;
  }
  refuse(from, fmt::format("there is no line `{}...` from here on", words));
}

std::int64_t InstanceText::number(const Line& line, std::size_t at, std::string_view what,
                                  std::int64_t least, std::int64_t most) {
  if (at >= line.words.size()) refuse(line.number, fmt::format("{} is missing", what));
  const std::string_view word = line.words[at];
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) {
    refuse(line.number, fmt::format("{} should be a number, not `{}`", what, printable(word)));
  }
  if (value < least || value > most) {
    refuse(line.number,
           fmt::format("{} is {}, and should be from {} to {}", what, value, least, most));
  }
  return value;
}

void InstanceText::refuse(std::size_t line, std::string_view message) {
  throw Refusal{{ErrorKind::kInvalidPlan, fmt::format("line {}: {}", line, message)}};
}

}  // namespace headway
