#include "world.h"

#include <algorithm>

#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/verbs/table.h"
#include "worker/shell/options.h"

namespace headway {

namespace {

/// The words of a command line, as a shell takes them apart: blanks between them, single quotes
/// around some.
std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\'') {
      quoted = !quoted;
    } else if (line[i] == '\\' && !quoted && i + 1 < line.size()) {
      words.back() += line[++i];
    } else if (line[i] == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += line[i];
    }
  }
  EXPECT_FALSE(quoted) << line;
  return words;
}

void expect_typeable(const std::string& command) {
  if (command.empty()) return;
  std::vector<std::string> words = shell_words(command);
  const std::string program = words.front();
  words.erase(words.begin());
  // What the worker in Python has of these options it takes in the same way.
  if (program == "headway-worker" || program == "examples/python-worker/worker") {
    // Where the coordinator listens for workers, a person knows.
    std::ranges::replace(words, "ADDRESS", "127.0.0.1:7420");
    const auto options = worker::parse_options(words, {});
    EXPECT_TRUE(options.ok()) << command << "\n" << (options ? "" : options.error().message);
    return;
  }
  ASSERT_EQ(program, "headway") << command;
  ASSERT_FALSE(words.empty()) << command;
  const cli::VerbSpec* verb = cli::find_verb(cli::verb_table(), words.front());
  ASSERT_NE(verb, nullptr) << command;
  words.erase(words.begin());
  const auto arguments = cli::parse_arguments(*verb, words);
  EXPECT_TRUE(arguments.ok()) << command << "\n" << (arguments ? "" : arguments.error().message);
}

std::string text_of_all(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += std::string(to_text(finding.kind)) + ": " + text_of(finding) + "\n\n";
  }
  return text;
}

}  // namespace

void World::end_after(const std::string& ticket, Duration took, Outcome outcome) {
  AttemptResult ended;
  ended.outcome = outcome;
  ended.exit_code = outcome == Outcome::kExit ? 1 : 0;
  ended.usage.elapsed = took;
  end(ticket, ended);
}

void World::print(const std::string& ticket) {
  say(worker_of(ticket), Output{token(ticket), printed_++, {"."}});
  answered<StoreOutput>();
}

void World::tell_progress(const std::string& ticket, double share) {
  say(worker_of(ticket), Progress{token(ticket), share, ""});
}

void World::tell(const std::string& worker, double cpu, Duration clock_ahead) {
  Heartbeat beat;
  beat.number = 1'000'000;
  for (const auto& [token, state] : held(worker)) beat.held.push_back({token, state});
  beat.load.cpu = cpu;
  beat.wall_clock =
      clock().wall + std::chrono::duration_cast<std::chrono::milliseconds>(clock_ahead);
  say(worker, beat);
}

std::string World::worker_of(const std::string& ticket) const {
  return folded().workers.at(record(ticket).worker).name;
}

std::vector<Finding> World::diagnosed(RunId run, const Surroundings& around) const {
  const State& state = core().state();
  std::vector<Finding> findings = diagnose(state, &core(), *state.find_run(run), around, clock());
  for (const Finding& finding : findings) expect_typeable(finding.command);
  return findings;
}

std::vector<Finding> World::diagnosed_alone(RunId run) const {
  std::vector<Finding> findings =
      diagnose(folded(), nullptr, *folded().find_run(run), Surroundings{}, clock());
  for (const Finding& finding : findings) expect_typeable(finding.command);
  return findings;
}

std::vector<Finding> of_kind(const std::vector<Finding>& findings, FindingKind kind) {
  std::vector<Finding> found;
  std::ranges::copy_if(findings, std::back_inserter(found),
                       [&](const Finding& finding) { return finding.kind == kind; });
  return found;
}

Finding only(const std::vector<Finding>& findings, FindingKind kind) {
  const std::vector<Finding> found = of_kind(findings, kind);
  EXPECT_EQ(found.size(), 1U) << to_text(kind) << " among:\n" << text_of_all(findings);
  return found.empty() ? Finding{} : found.front();
}

void expect_none(const std::vector<Finding>& findings, FindingKind kind) {
  EXPECT_TRUE(of_kind(findings, kind).empty()) << to_text(kind) << " among:\n"
                                               << text_of_all(findings);
}

std::string text_of(const Finding& finding) {
  std::string text = finding.what;
  for (const std::string& sentence : finding.evidence) text += "\n" + sentence;
  return text + "\n" + finding.consequence + "\n" + finding.command;
}

}  // namespace headway
