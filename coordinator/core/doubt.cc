#include "coordinator/core/doubt.h"

#include <fmt/format.h>

#include "coordinator/core/lock_report.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"

namespace headway {

namespace {

/// `w was last heard of 3s ago; its lease ends in 14s.`: of a worker that is silent or gone.
std::string silence_sentence(const Link& link, const std::string& worker, Instant now) {
  const std::string heard =
      link.last_heard == Instant{}
          ? fmt::format("{} has not been heard of since the coordinator began", worker)
          : fmt::format("{} was last heard of {} ago", worker, spoken(now - link.last_heard));
  return link.lease_ends > now
             ? fmt::format("{}; its lease ends in {}.", heard, spoken(link.lease_ends - now))
             : fmt::format("{}; its lease ended {} ago.", heard, spoken(now - link.lease_ends));
}

}  // namespace

bool is_in_doubt(const Core* core, const Run& run, TicketIndex ticket, Now now) {
  if (!run.at_worker(ticket)) return false;
  if (core == nullptr) return true;
  const HolderState state = holder_state(*core, {run.id, ticket}, now);
  return state == HolderState::kSilent || state == HolderState::kOrphan;
}

std::string confirm_dead_command(const std::string& worker) {
  return fmt::format("headway worker remove {} --confirm-dead", shell_word(worker));
}

std::vector<std::string> doubts(const State& state, const Core* core, const Run& run,
                                TicketIndex ticket, Now now) {
  if (!is_in_doubt(core, run, ticket, now)) return {};
  if (core == nullptr) {
    return {
        fmt::format("No coordinator is alive, and what it ran may be dead: headway resume {} "
                    "goes on with it.",
                    run_name(run.id))};
  }
  const TicketRecord& record = run.tickets[ticket.index()];
  const std::string& worker = state.workers.at(record.worker).name;
  const auto link = core->links().find(record.worker);
  std::vector<std::string> said;
  if (core->is_widow(record.token)) {
    said.push_back(
        fmt::format("{} was started anew since, without proof that this attempt is dead.", worker));
  } else if (link != core->links().end()) {
    said.push_back(silence_sentence(link->second, worker, now.steady));
  }
  said.push_back(run.ticket(ticket).reassign == Reassign::kOnProof
                     ? fmt::format("Nobody begins it anew before the worker proves that it is "
                                   "dead, or a person says so: {}",
                                   confirm_dead_command(worker))
                     : "It goes out again when its lease has run out.");
  return said;
}

}  // namespace headway
