#include "worker/process/strict_look.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "worker/process/check_text.h"
#include "worker/process/problem.h"

namespace headway::worker {

namespace {

constexpr std::string_view kShell = "/bin/sh";

/// What is wrong with the program at a path; empty: nothing.
std::string wrong_with(const std::string& program, const std::string& directory) {
  const std::string at = program.starts_with('/') ? program : directory + "/" + program;
  struct stat status {};
  if (::stat(at.c_str(), &status) != 0) {
    return "the program " + printable(program) + " does not exist on this worker";
  }
  if (S_ISDIR(status.st_mode)) return printable(program) + " is a directory";
  if (::access(at.c_str(), X_OK) != 0) {
    return "the program " + printable(program) + " is not executable";
  }
  return {};
}

class ProgramLook {
 public:
  ProgramLook(const std::string& root, const Surroundings& surroundings)
      : root_(root), surroundings_(surroundings) {}

  /// `title`: whose program it is.
  Result<void> now(const std::string& title, const std::vector<std::string>& words) const {
    if (words.empty() || words.front() == kShell) return {};
    const Result<std::string> program = find_program(words.front(), surroundings_);
    const std::string wrong =
        program ? wrong_with(program.value(), surroundings_.directory) : program.error().message;
    if (!wrong.empty()) return problem(title + " cannot run here: " + wrong);
    return {};
  }

  /// As `now`, of what runs when the command has begun.
  Result<void> later(const std::string& title, const std::vector<std::string>& words) const {
    return words.empty() || may_be_made(words.front()) ? Result<void>() : now(title, words);
  }

 private:
  [[nodiscard]] bool may_be_made(const std::string& program) const {
    if (program.find('/') == std::string::npos) return false;
    return !program.starts_with('/') || program.starts_with(root_ + "/");
  }

  const std::string& root_;
  const Surroundings& surroundings_;
};

}  // namespace

Result<void> look_for_programs(const StartSlot& start, const Surroundings& surroundings) {
  const AttemptSpec& spec = start.spec;
  const ProgramLook look(start.root, surroundings);
  for (const CheckOrder& check : spec.require) {
    Result<void> seen = look.now(check_title(CheckKind::kRequirement, check.name), check.words);
    if (!seen) return seen;
  }
  if (Result<void> seen = look.now("the command", spec.words); !seen) return seen;
  for (const CheckpointOrder& check : spec.checkpoints) {
    Result<void> seen = look.later(check_title(CheckKind::kCheckpoint, check.name), check.words);
    if (!seen) return seen;
  }
  for (const CheckOrder& check : spec.gates) {
    Result<void> seen = look.later(check_title(CheckKind::kGate, check.name), check.words);
    if (!seen) return seen;
  }
  return look.later("the rollback", spec.rollback);
}

}  // namespace headway::worker
