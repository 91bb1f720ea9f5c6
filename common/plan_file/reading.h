#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/text.h"
#include "common/plan/diagnostic.h"
#include "common/plan/marks.h"
#include "common/plan/ticket.h"
#include "common/plan_file/yaml_node.h"

namespace headway {

/// Findings that are kept; nobody reads more, and a file of another kind has millions.
inline constexpr std::size_t kMaxFindings = 10'000;

/// Collects what is wrong while a plan is read: reading goes on after an error, so that all are
/// told at once.
class Reading {
 public:
  Reading() = default;
  /// How much a breach of a rule weighs that texts taken before it was made need not follow.
  explicit Reading(Severity of_newer_rules) : of_newer_rules_(of_newer_rules) {}

  void error(SourceMark mark, std::string message, std::string hint = {}) {
    if (diagnostics_.size() >= kMaxFindings) return;
    diagnostics_.push_back({Severity::kError, mark, std::move(message), std::move(hint), {}});
  }
  /// Whether it is an error; a warning, and what breaks the rule stays as it is, in a text that was
  /// taken before.
  bool error_by_newer_rule(SourceMark mark, std::string message, std::string hint) {
    if (diagnostics_.size() < kMaxFindings) {
      diagnostics_.push_back({of_newer_rules_, mark, std::move(message), std::move(hint), {}});
    }
    return of_newer_rules_ == Severity::kError;
  }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

 private:
  Severity of_newer_rules_ = Severity::kError;
  std::vector<Diagnostic> diagnostics_;
};

/// A key with its value, as the readers of fields get it.
struct Entry {
  std::string_view name;
  SourceMark key_mark;
  const YamlNode& value;
};

/// Limits of what people write; each is far above what is meant.
inline constexpr std::size_t kMaxIdBytes = 200;
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxPathBytes = 4096;  // PATH_MAX
inline constexpr std::int32_t kMaxRetries = 1000;
inline constexpr double kMaxBackoffFactor = 1000;

// Each reads one scalar into `out` and leaves `out` alone, with an error, where it is not what the
// field wants.
void read_text(Reading& reading, const Entry& entry,
               std::string& out);  ///< any text but a NUL byte
void read_filled_text(Reading& reading, const Entry& entry, std::string& out);  ///< not empty
void read_name(Reading& reading, const Entry& entry,
               std::string& out);  ///< short, not empty, no control characters
void read_path(Reading& reading, const Entry& entry,
               std::string& out);  ///< stays within the plan's folder
void read_variable_name(Reading& reading, const Entry& entry,
                        std::string& out);  ///< of the environment
void read_boolean(Reading& reading, const Entry& entry, bool& out);
void read_integer(Reading& reading, const Entry& entry, std::int32_t least, std::int32_t most,
                  std::int32_t& out);
void read_count(Reading& reading, const Entry& entry,
                std::uint64_t& out);  ///< 0 .. `kMostCounted`
void read_number(Reading& reading, const Entry& entry, double least, double most, double& out);
void read_duration(Reading& reading, const Entry& entry, Duration& out);  ///< 0 or longer
void read_positive_duration(Reading& reading, const Entry& entry,
                            Duration& out);  ///< longer than 0
void read_effort(Reading& reading, const Entry& entry,
                 Duration& out);  ///< as ticket folders have it: `2-4 hours`

/// The entries of a sequence; an error where it is something else.
std::vector<Entry> items_of(Reading& reading, const Entry& entry);
/// The entries of a map whose keys are free names, each once.
std::vector<Entry> members_of(Reading& reading, const Entry& entry);

using ReadString = void (*)(Reading&, const Entry&, std::string&);
/// Reads a sequence of strings; `marks`, where wanted, runs parallel to it.
void read_list(Reading& reading, const Entry& entry, ReadString read_item,
               std::vector<std::string>& out, ListMarks* marks = nullptr);
/// Reads a map of amounts; `memory` and `disk` are sizes, others numbers with up to 3 decimals.
void read_amounts(Reading& reading, const Entry& entry, std::vector<ResourceAmount>& out,
                  ListMarks* marks = nullptr);

/// A scalar's text; an error, and none, where the value is something else or missing.
const std::string* scalar_of(Reading& reading, const Entry& entry, std::string_view wanted);

/// `` `x` `` for messages; of a long text its beginning.
std::string quoted(std::string_view text);
/// Of some words those near to `word`, as a hint; empty where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& words);
/// An error for a word that is none of `words`.
void tell_words(Reading& reading, const Entry& entry, std::string_view word,
                const std::vector<std::string_view>& words);

/// Reads one of an enumeration's words.
template <HasEnumText E>
void read_word(Reading& reading, const Entry& entry, E& out) {
  const std::string* text = scalar_of(reading, entry, "a word");
  if (text == nullptr) return;
  if (const std::optional<E> value = from_text<E>(*text)) {
    out = *value;
    return;
  }
  std::vector<std::string_view> words;
  words.reserve(std::size(EnumText<E>::kWords));
  for (const auto& [value, word] : EnumText<E>::kWords) words.push_back(word);
  tell_words(reading, entry, *text, words);
}

}  // namespace headway
