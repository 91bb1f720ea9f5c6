#include "worker/process/slot_record.h"

#include <algorithm>
#include <charconv>

#include "common/base/check.h"

namespace headway::worker {

namespace {

constexpr std::string_view kHead = "headway slot record 1";
constexpr std::string_view kEnd = "end";

/// The rest of the next line, which must begin with `word`; none otherwise.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

}  // namespace

void SlotRecord::add(Token token) {
  remove(token);
  if (tokens.size() == kMostTokens) tokens.erase(tokens.begin());
  tokens.push_back(token);
}

void SlotRecord::remove(Token token) { std::erase(tokens, token); }

std::string format_record(const SlotRecord& record) {
  std::string text;
  text.reserve(SlotRecord::kBytes);
  text.append(kHead).append("\nboot ").append(record.boot_id);
  text.append("\nsupervisor ").append(std::to_string(record.supervisor.id));
  text.append(" ").append(std::to_string(record.supervisor.start_ticks));
  text.append("\nmark ").append(record.mark).append("\ntokens");
  for (const Token token : record.tokens) text.append(" ").append(std::to_string(token.number()));
  text.append("\n").append(kEnd).append("\n");
  // 32 tokens of at most 20 digits and their spaces are 672 bytes; the rest is below 200.
  HW_CHECK(text.size() <= SlotRecord::kBytes, "a slot's record is larger than its file");
  text.resize(SlotRecord::kBytes, '\n');
  return text;
}

std::optional<SlotRecord> parse_record(std::string_view text) {
  if (!take_line(text, kHead)) return std::nullopt;
  SlotRecord record;
  const auto boot = take_line(text, "boot");
  auto supervisor = take_line(text, "supervisor");
  const auto mark = take_line(text, "mark");
  auto tokens = take_line(text, "tokens");
  if (!boot || !supervisor || !mark || !tokens || !take_line(text, kEnd)) return std::nullopt;
  record.boot_id = *boot;
  record.mark = *mark;
  if (!take_number(*supervisor, record.supervisor.id)) return std::nullopt;
  if (!take_number(*supervisor, record.supervisor.start_ticks)) return std::nullopt;
  std::uint64_t number = 0;
  while (take_number(*tokens, number)) record.tokens.emplace_back(number);
  if (!tokens->empty()) return std::nullopt;
  return record;
}

}  // namespace headway::worker
