#include "worker/process/progress_lines.h"

#include <charconv>
#include <utility>

#include "worker/core/shorten.h"

namespace headway::worker {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// At most kMostText bytes, without half a UTF-8 character at the end.
std::string cut(std::string_view text) {
  std::string kept(text);
  shorten(kept, ProgressLines::kMostText);
  return kept;
}

void append(std::vector<ProgressItem>& to, std::vector<ProgressItem>&& from) {
  for (ProgressItem& item : from) to.push_back(std::move(item));
}

}  // namespace

std::vector<ProgressItem> read_progress_line(std::string_view line) {
  line = trimmed(line);
  constexpr std::string_view kCheckpoint = "checkpoint";
  if (line.starts_with(kCheckpoint)) {
    const std::string_view rest = line.substr(kCheckpoint.size());
    const std::string_view name = trimmed(rest);
    if (name.empty() || name.size() == rest.size()) return {};
    return {NamedCheckpoint{cut(name)}};
  }
  double percent = 0;
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + line.size(), percent, std::chars_format::fixed);
  if (error != std::errc{}) return {};
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
  if (!rest.starts_with('%')) return {};
  // Also refuses what is not a number.
  if (!(percent >= 0 && percent <= 100)) return {};
  return {ShareDone{percent / 100, cut(trimmed(rest.substr(1)))}};
}

std::vector<ProgressItem> ProgressLines::add(std::string_view bytes) {
  std::vector<ProgressItem> items;
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view part = bytes.substr(0, newline);
    if (partial_.size() + part.size() > kMostLine) {
      too_long_ = true;
      partial_.clear();
    }
    if (!too_long_) partial_.append(part);
    if (newline == std::string_view::npos) break;
    append(items, finish());
    bytes.remove_prefix(newline + 1);
  }
  return items;
}

std::vector<ProgressItem> ProgressLines::finish() {
  std::vector<ProgressItem> items;
  if (!too_long_) items = read_progress_line(partial_);
  restart();
  return items;
}

void ProgressLines::restart() {
  partial_.clear();
  too_long_ = false;
}

}  // namespace headway::worker
