#include "coordinator/core/state.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/check.h"

namespace headway {

Duration TicketRecord::rest(WallTime now) const {
  const Duration waited = std::max<Duration>(now - ended_at, Duration{});
  return std::max<Duration>(retry_delay - waited, Duration{});
}

std::optional<std::uint32_t> Run::most_alive() const {
  std::optional<std::int32_t> most = source->options.max_parallel;
  if (!most) most = plan().most_alive();
  if (parallelism) most = *parallelism > 0 ? parallelism : std::nullopt;
  if (!most) return std::nullopt;
  return static_cast<std::uint32_t>(*most);
}

std::map<std::string, std::int64_t> Run::cluster_resources() const {
  std::map<std::string, std::int64_t> amounts;
  for (const ResourceAmount& resource : plan().resources) {
    amounts[resource.name] = resource.thousandths;
  }
  for (const auto& [name, thousandths] : resources) amounts[name] = thousandths;
  return amounts;
}

std::uint32_t Run::running() const {
  const auto elsewhere =
      static_cast<std::uint32_t>(validations.size()) - count(TicketState::kReview);
  return count(TicketState::kRunning) + count(TicketState::kValidating) - elsewhere + handed_checks;
}

std::uint32_t Run::at_workers() const {
  return alive() - static_cast<std::uint32_t>(validations.size()) + handed_checks;
}

std::uint32_t Run::alive() const {
  return count(TicketState::kAssigned) + count(TicketState::kRunning) +
         count(TicketState::kValidating) + count(TicketState::kReview);
}

std::uint32_t Run::ended() const {
  return count(TicketState::kSucceeded) + count(TicketState::kFailed) +
         count(TicketState::kAborted) + count(TicketState::kCancelled) +
         count(TicketState::kUndone);
}

std::optional<TicketIndex> Run::next_rollback() const {
  if (rollbacks.empty()) return std::nullopt;
  const TicketIndex first = rollbacks.front();
  if (tickets[first.index()].rollback == RollbackState::kFailed) return std::nullopt;
  return first;
}

bool Run::satisfied(TicketIndex index) const {
  const TicketState now = tickets[index.index()].state;
  return now == TicketState::kSucceeded ||
         (now == TicketState::kFailed && ticket(index).allow_failure);
}

bool Run::met(Edge dependency) const {
  switch (dependency.kind) {
    case EdgeKind::kSoft:
      return true;
    case EdgeKind::kSequential:
      return is_final(tickets[dependency.ticket.index()].state);
    case EdgeKind::kBlocking:
      return satisfied(dependency.ticket);
  }
  return false;
}

const RunPlan& Run::attempt_plan(TicketIndex index) const {
  const auto found = former.find(tickets[index.index()].version);
  return found == former.end() ? *source : *found->second;
}

std::uint32_t Run::count_planned(TicketState in) const {
  const auto gone = std::ranges::count_if(
      source->removed, [&](TicketIndex index) { return tickets[index.index()].state == in; });
  return count(in) - static_cast<std::uint32_t>(gone);
}

bool Run::is_removed(TicketIndex index) const {
  return std::ranges::binary_search(source->removed, index);
}

std::string State::agent_name(WorkerId worker, SlotId slot) const {
  const auto found = workers.find(worker);
  if (found == workers.end()) return "";
  const std::string& name = found->second.name;
  return slot == SlotId{} ? name : fmt::format("{}/{}", name, slot.number());
}

std::map<WorkerId, std::set<Token>> State::held() const {
  std::map<WorkerId, std::set<Token>> held;
  for (const auto& [id, run] : runs) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketRecord& ticket = run.tickets[i];
      if (run.at_worker(TicketIndex{i})) held[ticket.worker].insert(ticket.token);
    }
  }
  for (const auto& [token, check] : checks) held[check.worker].insert(token);
  return held;
}

bool State::has_started(Token token) const {
  const auto check = checks.find(token);
  if (check != checks.end()) return check->second.started_at != WallTime{};
  const Attempt& attempt = attempts.at(token);
  return find_run(attempt.run)->tickets[attempt.ticket.index()].state != TicketState::kAssigned;
}

const Run* State::find_run(RunId id) const {
  const auto found = runs.find(id);
  return found == runs.end() ? nullptr : &found->second;
}

Run& State::run(RunId id) {
  const auto found = runs.find(id);
  HW_CHECK(found != runs.end(), "a fact names a run that is not in memory");
  return found->second;
}

}  // namespace headway
