#include <array>
#include <vector>

#include "common/base/check.h"
#include "common/base/text.h"
#include "common/base/units.h"
#include "common/plan/path_pattern.h"
#include "common/plan_file/effort.h"
#include "common/plan_file/percent.h"
#include "entry.h"
#include "worker/process/progress_lines.h"

/// Short texts that people and commands write: the first byte of an input says of which kind it is.

namespace headway::fuzz {

namespace {

/// What was read, written and read again is the same.
template <class Value>
void try_units(std::string_view text, Result<Value> (*read)(std::string_view),
               std::string (*write)(Value)) {
  const Result<Value> value = read(text);
  if (!value) {
    HW_CHECK(is_utf8(value.error().message), "a refusal that no terminal can show");
    return;
  }
  const Result<Value> again = read(write(*value));
  HW_CHECK(again && *again == *value, "a value changed when it was written");
}

void try_duration(std::string_view text) { try_units(text, parse_duration, format_duration); }
void try_size(std::string_view text) { try_units(text, parse_size, format_size); }
void try_time(std::string_view text) { try_units(text, parse_time, format_time); }

void try_effort(std::string_view text) {
  const Result<Duration> effort = parse_effort(text);
  HW_CHECK(!effort || *effort >= Duration::zero(), "an effort below nothing");
}

void try_percent(std::string_view text) {
  const std::optional<double> share = parse_percent(text);
  if (!share) return;
  HW_CHECK(*share >= 0 && *share <= 1, "a share that is none");
  HW_CHECK(parse_percent(format_percent(*share)) == share, "a share changed when it was written");
}

/// Two patterns, or a path and a pattern, set apart by a newline.
void try_patterns(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string_view a = text.substr(0, end);
  const std::string_view b = end == std::string_view::npos ? a : text.substr(end + 1);
  const bool overlap = patterns_overlap(a, b);
  HW_CHECK(patterns_overlap(b, a) == overlap, "an overlap of one side alone");
  const std::string folded = normalize_pattern(a);
  HW_CHECK(normalize_pattern(folded) == folded, "a pattern folded twice is another");
  HW_CHECK(folded.starts_with(literal_prefix(folded)), "a prefix that is none");
  const bool plain = a.find_first_of("*?[\\") == std::string_view::npos;
  HW_CHECK(!plain || !matches_pattern(a, b) || overlap, "a path matches what it is apart from");
}

/// However the bytes of a file are cut into pieces, its lines say the same.
void try_progress(std::string_view text) {
  using worker::ProgressItem;
  const auto read = [text](std::size_t piece) {
    worker::ProgressLines lines;
    std::vector<ProgressItem> items;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      for (ProgressItem& item : lines.add(text.substr(at, piece))) items.push_back(std::move(item));
    }
    for (ProgressItem& item : lines.finish()) items.push_back(std::move(item));
    return items;
  };
  HW_CHECK(read(text.size() + 1) == read(3), "lines depend on their pieces");
}

void try_printable(std::string_view text) {
  const std::string shown = printable(text);
  HW_CHECK(is_utf8(shown) && printable(shown) == shown, "a text that is not safe to show");
  HW_CHECK(is_utf8(text.substr(0, valid_utf8_prefix(text))), "a prefix that is not UTF-8");
}

constexpr std::array kTries = {&try_duration, &try_size,     &try_time,     &try_effort,
                               &try_percent,  &try_patterns, &try_progress, &try_printable};

}  // namespace

void try_input(std::string_view input) {
  if (input.empty()) return;
  const std::size_t which = static_cast<unsigned char>(input.front());
  kTries.at(which % kTries.size())(input.substr(1));
}

}  // namespace headway::fuzz
