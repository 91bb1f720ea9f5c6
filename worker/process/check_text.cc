#include "worker/process/check_text.h"

#include "common/base/text.h"

namespace headway::worker {

namespace {
constexpr std::string_view kLineStart = "[headway] ";
}  // namespace

std::string check_title(CheckKind kind, std::string_view name) {
  return std::string(to_text(kind)) + " '" + printable(name) + "'";
}

std::string cause_of(const Ending& ending) {
  if (ending.outcome == Outcome::kExit) return "exit " + std::to_string(ending.exit_code);
  if (ending.outcome == Outcome::kSignal) return "signal " + std::to_string(ending.signal);
  return ending.detail;
}

std::string check_failure(CheckKind kind, std::string_view name, std::uint32_t tries,
                          const Ending& ending) {
  std::string text = check_title(kind, name) + " failed";
  if (tries > 1) text += " " + std::to_string(tries) + " of " + std::to_string(tries) + " tries";
  return text + ": " + cause_of(ending);
}

std::string requirement_or_gate_line(CheckKind kind, std::size_t number, std::string_view name,
                                     std::uint32_t attempt, std::uint32_t tries) {
  std::string line(kLineStart);
  line += std::string(to_text(kind)) + " " + std::to_string(number) + " '" + printable(name) + "'";
  if (tries > 1) line += ", try " + std::to_string(attempt) + " of " + std::to_string(tries);
  return line + "\n";
}

std::string checkpoint_line(std::string_view name) {
  return std::string(kLineStart) + check_title(CheckKind::kCheckpoint, name) + "\n";
}

std::string command_line() { return std::string(kLineStart) + "command\n"; }

}  // namespace headway::worker
