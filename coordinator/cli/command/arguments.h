#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "coordinator/cli/command/verb.h"

namespace headway::cli {

/// What was given to a verb on its command line. Asking for an option or positional that the verb
/// does not have is a mistake of ours and aborts.
class Arguments {
 public:
  explicit Arguments(const VerbSpec& verb) : verb_(&verb) {}

  [[nodiscard]] const VerbSpec& verb() const { return *verb_; }
  /// Whether a flag or option was given.
  [[nodiscard]] bool has(std::string_view option) const;
  /// The value of an option, where it was given.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  /// The values of a repeatable option.
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
  /// A whole number in [least, most]; none where the option was not given.
  [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view option,
                                                           std::int64_t least,
                                                           std::int64_t most) const;
  /// The same of an option whose value may be left out: then `otherwise`.
  [[nodiscard]] Result<std::optional<std::int64_t>> number_or(std::string_view option,
                                                              std::int64_t least, std::int64_t most,
                                                              std::int64_t otherwise) const;
  /// A duration with its unit; none where the option was not given.
  [[nodiscard]] Result<std::optional<Duration>> duration(std::string_view option) const;
  /// What was given without an option, in order.
  [[nodiscard]] const std::vector<std::string>& positionals() const { return positionals_; }
  [[nodiscard]] bool wants_help() const { return has("help"); }

 private:
  friend Result<Arguments> parse_arguments(const VerbSpec& verb,
                                           const std::vector<std::string>& words);

  const VerbSpec* verb_;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::vector<std::string> positionals_;
};

/// Reads the words after the verb. Errors (kUsage): an unknown option, with the nearest ones; a
/// value that is missing, not among the choices, or given to a flag; an option given twice; too few
/// or too many words. With `--help` among the options the rest need not be complete.
Result<Arguments> parse_arguments(const VerbSpec& verb, const std::vector<std::string>& words);

/// A whole number in [least, most] of a word; `what` names it in the error.
Result<std::int64_t> parse_number(std::string_view what, std::string_view word, std::int64_t least,
                                  std::int64_t most);

}  // namespace headway::cli
