#include "coordinator/control/ticket_check.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"
#include "coordinator/control/findings.h"
#include "coordinator/tickets/compare_life.h"
#include "coordinator/tickets/ticket_files.h"

namespace headway {

namespace {

/// Whether what happened to a ticket may not have reached its file yet. When one was undone is not
/// among what is known of it.
bool may_lag(const Run& run, const TicketRecord& ticket, WallTime now) {
  if (ticket.state == TicketState::kUndone) return !is_final(run.state);
  // Its file is told once it has started.
  if (ticket.state == TicketState::kAssigned) return true;
  return now - std::max(ticket.started_at, ticket.ended_at) < kFilesMayLag;
}

/// Whether its file may say what it likes: its command may be writing it, or it tells of an earlier
/// life that was opened again.
bool is_its_own(const TicketRecord& ticket) {
  if (is_final(ticket.state)) return false;
  const bool waits = ticket.state == TicketState::kWaiting || ticket.state == TicketState::kReady;
  return !waits || ticket.generation > 1;
}

/// Whether a ticket's file is looked for by nobody any more.
bool is_over(TicketState state) {
  return state == TicketState::kSucceeded || state == TicketState::kCancelled;
}

/// Judges disagreements one by one.
class Judge {
 public:
  Judge(const Run& run, WallTime now) : run_(run), now_(now) {
    kept_ = !run.source->options.kept_tickets.empty();
    if (auto named = named_ticket_files(run.plan(), run.source->options.plan_folder))
      named_ = std::move(named->ids);
  }

  void judge(const Disagreement& found, const TicketRecord& ticket) {
    switch (found.kind) {
      case DisagreementKind::kNoFile:
        if (named_.contains(found.id)) word(printable(found.id) + " has no file any more");
        return;
      case DisagreementKind::kTheirs:
        return judge_theirs(found, ticket);
      case DisagreementKind::kStatus:
        if (kept_ && !may_lag(run_, ticket, now_))
          tell_fault(check, difference(found) + "; `headway sync` writes it");
        return;
      case DisagreementKind::kFolder:
        // Until then a command may be told where its ticket's file is, and it stays there.
        if (kept_ && is_over(ticket.state) && !may_lag(run_, ticket, now_)) {
          tell_fault(check, fmt::format("{} is {}, and its file is {}; `headway sync` moves it",
                                        printable(found.id), to_text(found.in_file),
                                        printable(found.path)));
        }
        return;
    }
  }

  StateCheck check{"tickets", CheckVerdict::kPassed, {}};
  std::vector<std::string> words;  ///< to be told where nothing is at fault

 private:
  void word(std::string sentence) {
    if (words.size() < kMostFaultsTold) words.push_back(std::move(sentence));
  }

  void judge_theirs(const Disagreement& found, const TicketRecord& ticket) {
    if (is_its_own(ticket)) return;
    // One that is cancelled in the run may well have been done by hand.
    const bool claims =
        found.in_file == TicketStatus::kCompleted && ticket.state != TicketState::kCancelled;
    if (!claims) return word(difference(found));
    if (kept_ && may_lag(run_, ticket, now_)) return;
    tell_fault(check, difference(found) + "; `headway sync --force` writes what is so");
  }

  static std::string difference(const Disagreement& found) {
    return fmt::format("{} is {} in {} and {} in the run", printable(found.id),
                       to_text(found.in_file), printable(found.path), to_text(found.state));
  }

  const Run& run_;
  WallTime now_;
  bool kept_ = false;
  std::set<std::string> named_;
};

}  // namespace

Result<std::optional<TicketFilesOfRun>> read_files_of_tickets(
    const Run& run, const std::function<bool()>& give_up) {
  const RunOptions& options = run.source->options;
  const auto named = named_ticket_files(run.plan(), options.plan_folder);
  const bool kept = !options.kept_tickets.empty();
  if (!kept && !named) return std::optional<TicketFilesOfRun>();
  TicketFilesOfRun of_run;
  of_run.folder = kept ? options.kept_tickets : named->folder;
  std::error_code ignored;
  if (!std::filesystem::is_directory(of_run.folder, ignored)) return std::optional(of_run);
  Result<ReadTickets> read =
      kept ? read_tickets(of_run.folder, give_up) : read_tickets(named->present(), give_up);
  if (!read) return read.error();
  of_run.files = std::move(*read);
  return std::optional(std::move(of_run));
}

StateCheck check_ticket_files(const Run& run, const std::optional<TicketFilesOfRun>& read,
                              WallTime now) {
  const auto skipped = [](std::string why) {
    return StateCheck{"tickets", CheckVerdict::kSkipped, {std::move(why)}};
  };
  if (!read) return skipped("the plan's tickets are not from files");
  if (!read->files) {
    return skipped("the tickets' folder is not on the coordinator's machine: " +
                   printable(read->folder));
  }
  std::map<std::string, RegistryTicket> registry;
  std::map<std::string, const TicketRecord*> records;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (run.is_removed(TicketIndex{i})) continue;
    const std::string& id = run.ticket(TicketIndex{i}).id;
    registry[id].state = run.tickets[i].state;
    records[id] = &run.tickets[i];
  }
  Judge judge(run, now);
  for (const Disagreement& found : compare_life(*read->files, registry))
    judge.judge(found, *records.at(found.id));
  if (judge.check.verdict == CheckVerdict::kPassed) judge.check.findings = std::move(judge.words);
  return std::move(judge.check);
}

}  // namespace headway
