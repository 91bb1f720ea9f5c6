#include "coordinator/control/validation.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan_file/plan_reader.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "coordinator/control/findings.h"
#include "coordinator/control/replay.h"
#include "coordinator/control/ticket_check.h"
#include "coordinator/core/fingerprint.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/unserved.h"

namespace headway {

namespace {

Result<StateCheck> check_registry(const Registry& registry) {
  StateCheck check{"registry", CheckVerdict::kPassed, {}};
  Result<std::vector<std::string>> wrong = registry.verify();
  if (!wrong) return wrong.error();
  for (std::string& sentence : *wrong) tell_fault(check, std::move(sentence));
  return check;
}

/// The text that the run's plan was made from, also where it has changed since.
Result<StoredRun> plan_of_now(const Registry& registry, const Run& run) {
  Result<StoredRun> stored = registry.load_run(run.id);
  if (!stored || run.source->version == 1) return stored;
  Result<std::string> text = registry.plan_text(run.id, run.source->version);
  if (!text) return text.error();
  stored->plan_text = std::move(*text);
  stored->plan_sha256 = run.source->sha256;
  stored->options = run.source->options;
  return stored;
}

StateCheck check_plan(const StoredRun& run) {
  StateCheck check{"plan", CheckVerdict::kPassed, {}};
  if (sha256_hex(run.plan_text) != run.plan_sha256) {
    tell_fault(check, "the plan in the registry is not the one that was submitted");
  }
  if (run.options.plan_file.empty() || run.options.plan_file == "-") return check;
  // Named as seen from wherever that was; its folder is known.
  const std::filesystem::path file = run.options.plan_file;
  const std::string path = std::filesystem::path(run.options.plan_folder) / file.filename();
  const Result<std::string> text = read_file(path, kMaxPlanBytes);
  // The run goes on with the plan that it has: a file that is gone or was edited is worth a word,
  // no more.
  if (!text) {
    check.findings.push_back(printable(path) +
                             " cannot be read any more; the run has its own copy");
  } else if (sha256_hex(*text) != run.plan_sha256) {
    check.findings.push_back(printable(path) +
                             " has changed since; the run goes on with the plan as it was");
  }
  return check;
}

/// What is wrong with a file that a ticket left; empty: nothing.
std::string difference(const Artifact& left, const std::string& path) {
  const Result<FileDigest> now = digest_file(path);
  if (!now) return now.error().message;
  if (now->size != left.size) {
    return fmt::format("{} has {} bytes, not {}", printable(path), now->size, left.size);
  }
  if (now->sha256 != left.sha256) return printable(path) + " has another content";
  return {};
}

/// Whether a file must be as it is known: its ticket has succeeded, nobody is changing it, and it
/// is not being put back.
bool stands(const Run& run, const KnownFile& known) {
  if (!known.left_by || known.changing) return false;
  const TicketRecord& ticket = run.tickets[known.left_by->index()];
  return ticket.state == TicketState::kSucceeded && ticket.rollback == RollbackState::kNone;
}

Result<StateCheck> check_artifacts(const Run& run, std::vector<std::string>& missing,
                                   const std::function<bool()>& give_up) {
  StateCheck check{"artifacts", CheckVerdict::kPassed, {}};
  const std::string& root = run.source->options.plan_folder;
  std::set<TicketIndex> unsound;
  std::error_code ignored;
  for (const auto& [path, known] : run.files) {
    if (!stands(run, known)) continue;
    if (give_up()) return Error{ErrorKind::kFailed, "the validation was given up"};
    if (!std::filesystem::is_directory(root, ignored)) {
      check.verdict = CheckVerdict::kSkipped;
      check.findings.push_back("the plan's folder is not on the coordinator's machine: " +
                               printable(root));
      return check;
    }
    const std::string what = difference(known.file, std::filesystem::path(root) / path);
    if (what.empty()) continue;
    tell_fault(check, fmt::format("{}: {}", run.ticket(*known.left_by).id, what));
    unsound.insert(*known.left_by);
  }
  for (const TicketIndex ticket : unsound) missing.push_back(run.ticket(ticket).id);
  return check;
}

/// What the tickets' files say. They are read after the run was folded: where something is found
/// and the run has gone on meanwhile, what counts is how it stands after they were read.
Result<StateCheck> check_tickets(const Registry& registry, const Run& run, Sequence folded,
                                 const std::function<bool()>& give_up) {
  const auto files = read_files_of_tickets(run, give_up);
  if (!files) return files.error();
  StateCheck check = check_ticket_files(run, *files, read_clocks().wall);
  if (check.verdict != CheckVerdict::kFailed) return check;
  const Result<Sequence> now = registry.last_fact_of(run.id);
  if (!now) return now.error();
  if (*now == folded) return check;
  const Result<State> state = replay_run(registry, run.id, give_up);
  if (!state) return state.error();
  return check_ticket_files(*state->find_run(run.id), *files, read_clocks().wall);
}

}  // namespace

Result<StateValidation> validate_run(const Registry& registry, RunId run,
                                     const std::function<bool()>& give_up) {
  StateValidation validation;
  const Result<StateCheck> file = check_registry(registry);
  if (!file) return file.error();
  validation.checks.push_back(*file);
  const Result<Sequence> before = registry.last_fact_of(run);
  if (!before) return before.error();
  const Result<State> state = replay_run(registry, run, give_up);
  if (!state) return state.error();
  const Result<Sequence> after = registry.last_fact_of(run);
  if (!after) return after.error();
  const Run& folded = *state->find_run(run);
  validation.fingerprint = fingerprint(folded);
  const Result<StoredRun> stored = plan_of_now(registry, folded);
  if (!stored) return stored.error();
  validation.checks.push_back(check_plan(*stored));
  // While facts were added nobody knows which of them were folded.
  if (*before == *after) validation.last_fact = *after;
  const Result<StateCheck> artifacts = check_artifacts(folded, validation.missing, give_up);
  if (!artifacts) return artifacts.error();
  validation.checks.push_back(*artifacts);
  const Result<StateCheck> tickets = check_tickets(registry, folded, *before, give_up);
  if (!tickets) return tickets.error();
  validation.checks.push_back(*tickets);
  return validation;
}

StateCheck check_memory(const StateValidation& validation, const Run& run, Sequence last_fact) {
  StateCheck check{"memory", CheckVerdict::kPassed, {}};
  if (validation.last_fact != last_fact) {
    check.verdict = CheckVerdict::kSkipped;
    check.findings.emplace_back("the run changed while it was being read; pause it first");
  } else if (fingerprint(run) != validation.fingerprint) {
    tell_fault(
        check,
        "the coordinator's memory is not what its journal says [this is a bug of Headway]: restart "
        "the coordinator, which reads the journal anew");
  }
  return check;
}

StateCheck check_agents(const Core& core, const Run& run) {
  StateCheck check{std::string(kAgentsCheck), CheckVerdict::kPassed, {}};
  if (core.scheduler().slots() == 0) {
    check.verdict = CheckVerdict::kSkipped;
    check.findings.emplace_back(nobody_takes_tickets(core.state()));
    return check;
  }
  for (const auto& [what, tickets] : unserved(core.scheduler(), run)) {
    tell_fault(
        check,
        fmt::format("{} {}, which {}{} needs",
                    counted_resource(run, what) ? "there is never" : "no worker offers", what,
                    tickets.front(),
                    tickets.size() == 1 ? "" : fmt::format(" (and {} more)", tickets.size() - 1)));
  }
  return check;
}

}  // namespace headway
