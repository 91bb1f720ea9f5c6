#include "coordinator/cli/verbs/common.h"

#include <fmt/format.h>

#include "common/system/named_output.h"
#include "common/system/user.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

Format chosen_format(const Arguments& arguments, const Environment& environment, Format otherwise) {
  if (const std::optional<std::string> word = arguments.value("format")) {
    const std::optional<Format> format = from_text<Format>(*word);
    HW_CHECK(format.has_value(), "the parser let an unknown format pass");
    return *format;
  }
  return environment.config.format.value_or(otherwise);
}

Result<RunId> run_word(const Arguments& arguments) {
  if (arguments.positionals().empty()) return RunId{};
  return parse_run(arguments.positionals().front());
}

Result<RunId> run_to_control(const Arguments& arguments, Answers& answers) {
  Result<RunId> word = run_word(arguments);
  if (!word) return word;
  if (arguments.has("all")) {
    if (*word == RunId{}) return word;
    return Error{ErrorKind::kUsage, "--all and a RUN exclude each other"};
  }
  const Result<StatusAnswer> status =
      answers.status({.run = *word, .first_ticket = 0, .summary_only = true});
  if (!status) return status.error();
  return status->run.id;
}

Result<RunId> run_value(const Arguments& arguments) {
  const std::optional<std::string> word = arguments.value("run");
  if (!word) return RunId{};
  return parse_run(*word);
}

Result<std::string> who_asks(const Arguments& arguments) {
  const std::string by = arguments.value("by").value_or(user_name());
  if (by.find_first_not_of(" \t") == std::string::npos) {
    return Error{ErrorKind::kUsage, "--by is empty: say who asks for it"};
  }
  return by;
}

void say_who_goes_on(const Answers& answers, const Environment& environment,
                     const RunSummary& run) {
  if (answers.live() || has_come_to_rest(run.state)) return;
  environment.note(fmt::format(
      "no coordinator is alive: this is how {0} was left; `headway resume {0}` goes on with it",
      run_name(run.id)));
}

std::string findings_text(std::vector<std::string> findings) {
  constexpr std::size_t kMost = 50;
  if (const std::size_t count = findings.size(); count > kMost) {
    findings.resize(kMost);
    findings.push_back(fmt::format("and {} more", count - kMost));
  }
  return fmt::format("{}", fmt::join(findings, "\n  "));
}

std::optional<std::string> output_file(const Arguments& arguments) {
  const std::optional<std::string> name = arguments.value("output");
  return name == kStandardOutput ? std::nullopt : name;
}

Result<void> write_to(const std::string& name, const Environment& environment,
                      const std::string& text) {
  if (name != kStandardOutput) return write_named_output(name, text);
  environment.out << text;
  return {};
}

Result<void> write_output(const Arguments& arguments, const Environment& environment,
                          const std::string& text) {
  return write_to(output_file(arguments).value_or(std::string(kStandardOutput)), environment, text);
}

void say_dry_run(const Arguments& arguments, const Environment& environment) {
  if (arguments.has("dry-run")) environment.note("nothing was changed (--dry-run)");
}

}  // namespace headway::cli
