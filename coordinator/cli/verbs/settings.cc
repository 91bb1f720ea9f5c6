#include "coordinator/cli/verbs/settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::cli {

namespace {

/// `NAME=VALUE`, both there.
Result<std::pair<std::string, std::string>> setting(std::string_view option,
                                                    const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--{} takes NAME=VALUE, not `{}`", option, printable(word))};
  }
  return std::pair(word.substr(0, equals), word.substr(equals + 1));
}

/// An amount with at most three decimals, in thousandths.
Result<std::int64_t> thousandths(const std::string& word) {
  const std::size_t dot = word.find('.');
  std::string fraction = dot == std::string::npos ? "" : word.substr(dot + 1);
  fraction.resize(std::max<std::size_t>(fraction.size(), 3), '0');
  if (fraction.size() > 3) {
    return Error{ErrorKind::kUsage,
                 fmt::format("`{}`: an amount has at most three decimals", printable(word))};
  }
  Result<std::int64_t> amount =
      parse_number("an amount", word.substr(0, dot) + fraction, 0, INT64_MAX / 2);
  if (amount) return amount;
  return Error{
      ErrorKind::kUsage,
      fmt::format("an amount is a number from 0 on, as in 2 or 0.5, not `{}`", printable(word))};
}

/// Who says two things of one does not mean one of them.
Result<void> check_once(std::string_view option, const std::string& name, bool contradicts) {
  if (!contradicts) return {};
  return Error{ErrorKind::kUsage,
               fmt::format("--{} says two things of {}", option, printable(name))};
}

}  // namespace

Result<std::vector<ResourceSetting>> resource_settings(const Arguments& arguments) {
  std::vector<ResourceSetting> settings;
  for (const std::string& word : arguments.values("resource")) {
    const auto pair = setting("resource", word);
    if (!pair) return pair.error();
    const Result<std::int64_t> amount = thousandths(pair->second);
    if (!amount) return amount.error();
    const bool contradicts = std::ranges::any_of(settings, [&](const ResourceSetting& other) {
      return other.name == pair->first && other.thousandths != *amount;
    });
    if (const auto once = check_once("resource", pair->first, contradicts); !once)
      return once.error();
    settings.push_back({pair->first, *amount});
  }
  return settings;
}

Result<std::vector<PrioritySetting>> priority_settings(const Arguments& arguments) {
  std::vector<PrioritySetting> settings;
  for (const std::string& word : arguments.values("priority")) {
    const auto pair = setting("priority", word);
    if (!pair) return pair.error();
    const bool contradicts = std::ranges::any_of(settings, [&](const PrioritySetting& other) {
      return other.ticket == pair->first && other.priority != pair->second;
    });
    if (const auto once = check_once("priority", pair->first, contradicts); !once)
      return once.error();
    settings.push_back({pair->first, pair->second});
  }
  return settings;
}

}  // namespace headway::cli
