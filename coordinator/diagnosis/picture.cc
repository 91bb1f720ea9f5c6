#include "coordinator/diagnosis/picture.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/call_label.h"
#include "coordinator/core/spoken.h"

namespace headway::diagnosis {

namespace {

/// Not known yet; no number of a hindrance is as large.
constexpr std::uint32_t kNotLookedAt = UINT32_MAX - 1;

bool is_held_up(TicketState state) {
  return state == TicketState::kWaiting || state == TicketState::kAborted;
}

}  // namespace

Picture::Picture(const State& all, const Core* living, const Run& looked_at,
                 const Surroundings& surroundings, Now at)
    : state(all),
      core(living),
      run(looked_at),
      around(surroundings),
      now(at),
      expectation(looked_at, living, at),
      share_of_count(share_behind(looked_at)) {
  look_at_tickets();
  look_at_workers();
}

void Picture::look_at_tickets() {
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    const TicketState now_in = run.tickets[i].state;
    if (is_alive(now_in)) alive.push_back(ticket);
    if (now_in == TicketState::kFailed && !run.ticket(ticket).allow_failure) {
      failed.push_back(ticket);
    }
    if (now_in == TicketState::kReady)
      ready.push_back({ticket, ready_since(ticket), cause_of(ticket)});
  }
}

std::uint32_t Picture::cause_of(TicketIndex ticket) {
  const TicketRecord& waiting = record(ticket);
  if (core == nullptr || waiting.rest(now.wall) > Duration{}) return kResting;
  // Tickets that are alike are hindered alike.
  const AttemptRef ref{run.id, ticket};
  const std::uint32_t demand = core->scheduler().demand(ref);
  if (demand >= cause_by_demand_.size()) cause_by_demand_.resize(demand + 1, kNotLookedAt);
  std::uint32_t& cause = cause_by_demand_[demand];
  if (cause == kNotLookedAt) {
    cause = static_cast<std::uint32_t>(hindrances.size());
    hindrances.push_back(core->scheduler().hindrance(ref));
  }
  return cause;
}

WallTime Picture::ready_since(TicketIndex ticket) const {
  const TicketRecord& waiting = record(ticket);
  const WallTime first = first_ready(ticket);
  if (waiting.ended_at == WallTime{}) return first;
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(waiting.retry_delay);
  return std::max(first, waiting.ended_at + rest);
}

WallTime Picture::first_ready(TicketIndex ticket) const {
  WallTime since = run.submitted_at;
  for (const Edge edge : run.graph().dependencies(ticket)) {
    if (edge.kind != EdgeKind::kSoft) since = std::max(since, record(edge.ticket).ended_at);
  }
  return since;
}

void Picture::look_at_workers() {
  if (core == nullptr) return;
  for (const auto& [worker, link] : core->links()) {
    const auto known = state.workers.find(worker);
    const bool takes = link.connected && !link.says_draining && known != state.workers.end() &&
                       !known->second.draining && !core->is_silent(link, now.steady);
    if (!takes || link.held.size() >= link.hello.slots) continue;
    const auto slots = static_cast<std::uint32_t>(link.hello.slots - link.held.size());
    idle.push_back({worker, slots});
    idle_slots += slots;
  }
}

std::string Picture::agent(TicketIndex ticket) const {
  return state.agent_name(record(ticket).worker, record(ticket).slot);
}

const std::string& Picture::worker_name(WorkerId worker) const {
  static const std::string kNobody;
  const auto known = state.workers.find(worker);
  return known == state.workers.end() ? kNobody : known->second.name;
}

std::uint32_t Picture::held_up_by(std::span<const TicketIndex> tickets) const {
  std::vector<bool> reached(run.tickets.size());
  for (const TicketIndex ticket : tickets) reached[ticket.index()] = true;
  std::uint32_t count = 0;
  for (const TicketIndex ticket : run.graph().topological_order()) {
    if (reached[ticket.index()] || !is_held_up(record(ticket).state)) continue;
    const bool waits = std::ranges::any_of(run.graph().dependencies(ticket), [&](const Edge edge) {
      return reached[edge.ticket.index()] && !run.met(edge);
    });
    if (!waits) continue;
    reached[ticket.index()] = true;
    ++count;
  }
  return count;
}

// ---- Commands

std::string resource_amount(const ResourceAmount& amount) {
  return amount.name + "=" + amount_words(amount.name, amount.thousandths);
}

std::string Picture::run_word() const { return headway::run_word(state, core, run.id); }

std::string Picture::run_option() const {
  const std::string word = run_word();
  return word.empty() ? word : " --run" + word;
}

std::string Picture::logs_command(TicketIndex ticket) const {
  return fmt::format("headway logs {}{}", shell_word(id(ticket)), run_option());
}

std::string Picture::ticket_command(std::string_view action, TicketIndex ticket) const {
  return fmt::format("headway ticket {} {}{}", action, shell_word(id(ticket)), run_option());
}

std::string Picture::priority_command(TicketIndex ticket) const {
  return fmt::format("headway adjust{} --priority {}", run_word(),
                     shell_word(id(ticket) + "=critical"));
}

std::string Picture::drain_command(WorkerId worker) const {
  if (core == nullptr) return {};
  const auto link = core->links().find(worker);
  if (link == core->links().end() || !link->second.connected) return {};
  const std::vector<WorkerOffer> offers = core->scheduler().offers();
  const bool others =
      std::ranges::any_of(offers, [&](const WorkerOffer& offer) { return offer.id != worker; });
  return others ? "headway worker drain " + shell_word(worker_name(worker)) : std::string();
}

std::string Picture::join_command(std::string_view program) const {
  return headway::join_command(core == nullptr ? std::string() : core->options().join_words,
                               program);
}

std::string offering_words(const AgentRequirement& asked) {
  std::string words;
  if (!asked.type.empty()) words += " --type " + shell_word(asked.type);
  for (const std::string& label : asked.labels) {
    if (label != kCallLabel) words += " --label " + shell_word(label);
  }
  if (!asked.excluded.empty()) words += " --name NAME";
  return words;
}

std::string Picture::worker_command(TicketIndex ticket) const {
  const Ticket& wanted = run.ticket(ticket);
  // Headway's own worker starts programs only.
  const bool calls = !wanted.command.function.empty();
  std::string command = calls ? join_command("examples/python-worker/worker") : join_command();
  command += offering_words(wanted.agent);
  const std::map<std::string, std::int64_t> counted_for_all = run.cluster_resources();
  for (const ResourceAmount& amount : wanted.resources) {
    if (counted_for_all.contains(amount.name)) continue;
    command += " --resource " + shell_word(resource_amount(amount));
  }
  return command;
}

// ---- What waits behind

std::vector<double> share_behind(const Run& run) {
  std::vector<double> share(run.tickets.size());
  const std::span<const TicketIndex> order = run.graph().topological_order();
  for (auto ticket = order.rbegin(); ticket != order.rend(); ++ticket) {
    if (!is_held_up(run.tickets[ticket->index()].state)) continue;
    const auto holds = [&](const Edge edge) { return !run.met(edge); };
    const auto dependencies = run.graph().dependencies(*ticket);
    const auto holding = std::ranges::count_if(dependencies, holds);
    if (holding == 0) continue;
    const double each = (1 + share[ticket->index()]) / static_cast<double>(holding);
    for (const Edge edge : dependencies) {
      if (holds(edge)) share[edge.ticket.index()] += each;
    }
  }
  return share;
}

// ---- Telling

std::vector<std::string> names_of(const Picture& picture, std::span<const TicketIndex> tickets) {
  std::vector<std::string> names;
  for (const TicketIndex ticket : tickets.first(std::min(tickets.size(), kMostNamedTickets))) {
    names.push_back(picture.id(ticket));
  }
  return names;
}

std::string behind_sentence(std::uint32_t held_up) {
  if (held_up == 0) return {};
  return fmt::format("{} wait{} behind it.", counted(held_up, "ticket"), held_up == 1 ? "s" : "");
}

}  // namespace headway::diagnosis
