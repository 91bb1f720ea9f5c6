#include "coordinator/cli/command/arguments.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/base/units.h"

namespace headway::cli {

bool Arguments::has(std::string_view option) const { return options_.contains(option); }

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto is_it = [&](const Option& known) { return known.name == option; };
  const bool known = std::any_of(verb_->options.begin(), verb_->options.end(), is_it) ||
                     std::any_of(common_options().begin(), common_options().end(), is_it);
  HW_CHECK(known, fmt::format("the verb {} has no option --{}", verb_->name, option));
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const std::vector<std::string> all = values(option);
  if (all.empty()) return std::nullopt;
  return all.back();
}

Result<std::optional<std::int64_t>> Arguments::number(std::string_view option, std::int64_t least,
                                                      std::int64_t most) const {
  const std::optional<std::string> word = value(option);
  if (!word) return std::optional<std::int64_t>{};
  Result<std::int64_t> parsed = parse_number(fmt::format("--{}", option), *word, least, most);
  if (!parsed) return parsed.error();
  return std::optional<std::int64_t>{*parsed};
}

Result<std::optional<std::int64_t>> Arguments::number_or(std::string_view option,
                                                         std::int64_t least, std::int64_t most,
                                                         std::int64_t otherwise) const {
  const std::optional<std::string> word = value(option);
  if (word && word->empty()) return std::optional<std::int64_t>{otherwise};
  return number(option, least, most);
}

Result<std::optional<Duration>> Arguments::duration(std::string_view option) const {
  const std::optional<std::string> word = value(option);
  if (!word) return std::optional<Duration>{};
  Result<Duration> parsed = parse_duration(*word);
  if (!parsed) {
    return Error{ErrorKind::kUsage, fmt::format("--{}: {}", option, parsed.error().message)};
  }
  return std::optional<Duration>{*parsed};
}

Result<std::int64_t> parse_number(std::string_view what, std::string_view word, std::int64_t least,
                                  std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size() || number < least || number > most) {
    return Error{ErrorKind::kUsage, fmt::format("{} takes a whole number from {} to {}, not `{}`",
                                                what, least, most, word)};
  }
  return number;
}

}  // namespace headway::cli
