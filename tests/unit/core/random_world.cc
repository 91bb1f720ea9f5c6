#include "random_world.h"

#include <algorithm>

#include <fmt/format.h>

namespace headway {

namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::size_t kMostProblems = 5;
/// A healed world with a handful of tickets ends within this, backoff and leases included.
constexpr Duration kLongestAfterHealing = 2h;

Duration up_to(Random& random, Duration most) {
  return Duration{
      static_cast<std::int64_t>(below(random, static_cast<std::uint64_t>(most.count()) + 1))};
}

}  // namespace

RandomWorld::RandomWorld(std::uint64_t seed) : random_(seed) {
  options_.registry = "random";
  constexpr std::array<std::uint64_t, 4> kLosses = {0, 0, 50, 10};
  loss_ = kLosses[below(random_, kLosses.size())];
  with_proof_ = one_in(random_, 2);
  heals_at_ = now_ + 10s + up_to(random_, 100s);
  next_fault_ = now_ + up_to(random_, 5s);
  const std::size_t count = 1 + below(random_, 4);
  workers_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    workers_.emplace_back(i, 1 + static_cast<std::uint32_t>(below(random_, 3)), random_,
                          processes_);
  }
  restart_at_.assign(count, Instant::max());
  last_up_.assign(count, now_);
  last_down_.assign(count, now_);
  for (std::size_t i = 0; i < count; ++i) {
    workers_[i].send = [this, i](FromWorker message) {
      post(last_up_[i], {workers_[i].peer(), std::move(message)});
    };
    workers_[i].is_bound = [](const AttemptSpec& spec) { return !spec.finish_on_disconnect; };
    restart_at_[i] = now_ + up_to(random_, 3s);
  }
  start_coordinator();
  submit();
}

std::vector<std::string> RandomWorld::play() {
  while (problems_.empty()) {
    if (!healed_ && now_ >= heals_at_) heal();
    if (healed_ && core_ && !turn_due_ && core_->state().runs.empty()) break;
    if (now_ > heals_at_ + kLongestAfterHealing) {
      explain_what_is_left();
      break;
    }
    advance();
  }
  const State folded = fold(journal_);
  if (core_ && !turn_due_) {
    for (std::string& what : differences(core_->state(), folded)) problem(std::move(what));
  }
  return problems_;
}

Now RandomWorld::clock() const {
  const Duration since = now_.time_since_epoch() + wall_offset_ + 1000h;
  return {now_, WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(since)}};
}

Instant RandomWorld::next_event() const {
  Instant next = healed_ ? now_ + 30s : std::min(next_fault_, heals_at_);
  if (!packets_.empty()) next = std::min(next, packets_.begin()->first.first);
  if (!core_) {
    next = std::min(next, coordinator_starts_);
  } else if (turn_due_) {
    next = now_;
  } else if (const auto deadline = core_->next_deadline()) {
    next = std::min(next, *deadline);
  }
  for (const RandomWorker& worker : workers_) next = std::min(next, worker.next_event());
  for (const Instant at : restart_at_) next = std::min(next, at);
  for (const FakeProcess& process : processes_) next = std::min(next, process.ends);
  return std::max(next, now_);
}

void RandomWorld::advance() {
  now_ = next_event();
  std::erase_if(processes_, [&](const FakeProcess& process) { return process.ends <= now_; });
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (restart_at_[i] > now_) continue;
    restart_at_[i] = Instant::max();
    const bool proof = with_proof_ || one_in(random_, 2);
    workers_[i].start(now_, next_incarnation_++, proof);
  }
  if (!core_ && coordinator_starts_ <= now_) start_coordinator();
  if (!healed_ && next_fault_ <= now_) disturb();
  if (healed_ && core_ && one_in(random_, 20)) {
    core_->step(ResumeInput{9, RunId{}}, clock());
    turn_due_ = true;
  }
  deliver();
  for (RandomWorker& worker : workers_) worker.tick(now_);
  check_processes();
  const auto deadline = core_ ? core_->next_deadline() : std::nullopt;
  if (core_ && (turn_due_ || (deadline && *deadline <= now_))) finish_turn();
}

void RandomWorld::deliver() {
  while (!packets_.empty() && packets_.begin()->first.first <= now_) {
    const Packet packet = std::move(packets_.begin()->second);
    packets_.erase(packets_.begin());
    if (const auto* up = std::get_if<FromWorker>(&packet.message)) {
      if (!core_) continue;
      core_->step(WorkerInput{packet.peer, *up}, clock());
      turn_due_ = true;
      if (one_in(random_, 3)) finish_turn();
      continue;
    }
    RandomWorker* worker = worker_of(packet.peer);
    if (worker == nullptr) continue;
    if (worker->frozen_until() > now_) {
      packets_.emplace(std::pair{worker->frozen_until(), next_packet_++}, packet);
      continue;
    }
    worker->receive(std::get<FromCoordinator>(packet.message), now_);
  }
}

RandomWorker* RandomWorld::worker_of(const std::string& peer) {
  for (RandomWorker& worker : workers_) {
    if (worker.up() && worker.peer() == peer) return &worker;
  }
  return nullptr;
}

/// Packets of one connection keep their order, as those of TCP do; some are lost, some come twice.
void RandomWorld::post(Instant& last, Packet packet) {
  const bool faulty = !healed_ && loss_ != 0;
  if (faulty && one_in(random_, loss_)) return;
  const Duration most = one_in(random_, 20) ? Duration{1500ms} : Duration{20ms};
  last = std::max(last, now_ + up_to(random_, most));
  packets_.emplace(std::pair{last, next_packet_++}, packet);
  if (faulty && one_in(random_, loss_)) packets_.emplace(std::pair{last, next_packet_++}, packet);
}

// ---- The coordinator

void RandomWorld::start_coordinator() {
  shadow_ = fold(journal_);
  core_.emplace(options_, shadow_, clock());
  turn_due_ = true;
}

/// It dies; the connections of all workers break. What they have sent may be lost.
void RandomWorld::stop_coordinator() {
  core_.reset();
  uncommitted_.clear();
  turn_due_ = false;
  packets_.clear();
  for (RandomWorker& worker : workers_) worker.cut();
  coordinator_starts_ = now_ + (one_in(random_, 2) ? up_to(random_, 2s) : up_to(random_, 30s));
}

void RandomWorld::finish_turn() {
  turn_due_ = false;
  const Turn turn = core_->finish_turn(clock());
  check_core();
  const bool dies = !healed_ && one_in(random_, 400);
  if (dies && one_in(random_, 2)) return stop_coordinator();  // nothing of it became durable
  commit(turn);
  if (dies) return stop_coordinator();  // nothing of it was sent
  for (std::string& what : differences(core_->state(), shadow_)) problem(std::move(what));
  carry_out(turn);
}

void RandomWorld::commit(const Turn& turn) {
  for (const auto& [run, request] : turn.submitted) {
    for (const auto& [id, plan] : uncommitted_) {
      if (id != run) continue;
      journal_.plans[run] = plan;
      checker_.submitted(run, plan);
    }
  }
  uncommitted_.clear();
  journal_.commit(turn);
  Changes changes;
  for (const Fact& fact : turn.facts) {
    if (fact.kind == FactKind::kRunSubmitted) {
      add_run(shadow_, fact.run, journal_.plans.at(fact.run));
    }
    if (fact.kind == FactKind::kTicketReopened && shadow_.find_run(fact.run) == nullptr) {
      take_run(shadow_, ended_, fact.run);
    }
    evolve(shadow_, fact, changes);
    checker_.read(fact);
  }
  std::vector<RunId> ended;
  for (const auto& [id, run] : shadow_.runs) {
    if (is_final(run.state) && run.alive() == 0) ended.push_back(id);
  }
  for (const RunId id : ended) {
    take_run(ended_, shadow_, id);
    drop_run(shadow_, id);
  }
  for (const std::string& what : checker_.problems()) problem(what);
}

void RandomWorld::carry_out(const Turn& turn) {
  for (const Effect& effect : turn.effects) {
    const auto* send = std::get_if<SendToWorker>(&effect);
    if (send == nullptr) continue;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].peer() == send->peer) post(last_down_[i], {send->peer, send->message});
    }
  }
}

// ---- Faults and people

void RandomWorld::disturb() {
  next_fault_ = now_ + up_to(random_, 8s);
  switch (below(random_, 8)) {
    case 0:
      wall_offset_ += up_to(random_, 4h) - Duration{2h};
      return;
    case 1:
    case 2:
      return command();
    case 3:
      if (core_ && one_in(random_, 3)) stop_coordinator();
      return;
    default:
      return disturb_worker();
  }
}

void RandomWorld::disturb_worker() {
  const std::size_t i = below(random_, workers_.size());
  RandomWorker& worker = workers_[i];
  if (!worker.up()) return;
  switch (below(random_, 5)) {
    case 0:
      worker.crash(now_);
      restart_at_[i] = now_ + (one_in(random_, 2) ? up_to(random_, 5s) : up_to(random_, 40s));
      return;
    case 1:
      worker.freeze(now_ + up_to(random_, 30s));
      return;
    case 2:
      if (!worker.idle()) return;
      worker.leave();
      restart_at_[i] = now_ + up_to(random_, 20s);
      return;
    default: {
      // What was on its way goes down with the connection, or comes late.
      const std::string peer = worker.peer();
      if (one_in(random_, 2)) {
        std::erase_if(packets_, [&](const auto& entry) { return entry.second.peer == peer; });
      }
      return worker.cut();
    }
  }
}

void RandomWorld::command() {
  if (!core_) return;
  turn_due_ = true;
  const std::uint64_t newest = core_->state().last_run.number();
  const RunId run{one_in(random_, 3) ? 0 : 1 + below(random_, newest + 1)};
  switch (below(random_, 8)) {
    case 0:
      return submit();
    case 6:
    case 7:
      return control_ticket();
    case 1:
    case 2:
      return core_->step(PauseInput{1, run}, clock());
    case 3:
    case 4:
      return core_->step(ResumeInput{2, run}, clock());
    default:
      return core_->step(StopInput{3, {run, one_in(random_, 2), !one_in(random_, 4)}}, clock());
  }
}

void RandomWorld::control_ticket() {
  if (journal_.plans.empty()) return;
  const auto plan = std::next(journal_.plans.begin(),
                              static_cast<std::ptrdiff_t>(below(random_, journal_.plans.size())));
  const std::vector<Ticket>& tickets = plan->second->plan.tickets;
  if (tickets.empty()) return;
  TicketControl control;
  control.run = plan->first;
  control.action = static_cast<TicketAction>(below(random_, 3));
  for (std::size_t i = 0; i <= below(random_, 2); ++i) {
    control.tickets.push_back(tickets[below(random_, tickets.size())].id);
  }
  if (control.action == TicketAction::kRetry && one_in(random_, 2)) control.tickets.clear();
  core_->step(TicketInput{4, control, std::make_shared<const State>(ended_)}, clock());
}

void RandomWorld::submit() {
  if (core_->state().last_run.number() >= 3) return;
  const auto plan = random_plan(random_, with_proof_);
  core_->step(SubmitInput{4, plan}, clock());
  uncommitted_.emplace_back(core_->state().last_run, plan);
  turn_due_ = true;
}

void RandomWorld::heal() {
  healed_ = true;
  loss_ = 0;
  if (!core_) coordinator_starts_ = now_;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i].freeze(now_);
    if (!workers_[i].up()) restart_at_[i] = now_;
  }
}

// ---- What must hold

void RandomWorld::problem(std::string what) {
  if (problems_.size() < kMostProblems) {
    problems_.push_back(
        fmt::format("at {:.3f} s: {}", to_seconds(now_.time_since_epoch() - 1h), what));
  }
}

void RandomWorld::check_core() {
  for (std::string& what : broken_invariants(*core_)) problem(std::move(what));
}

/// What really runs, looked at without asking the core: one process a ticket, nothing beside what
/// it conflicts with, no more than there is.
void RandomWorld::check_processes() {
  if (!core_) return;
  struct Running {
    const FakeProcess* process;
    AttemptRef ref;
    const RunPlan* plan;
  };
  std::vector<Running> running;
  std::map<std::string, std::int64_t> used;
  std::map<std::uint64_t, std::uint32_t> of_worker;
  for (const FakeProcess& process : processes_) {
    ++of_worker[process.incarnation];
    const auto fact = std::ranges::find_if(journal_.facts, [&](const Fact& each) {
      return each.kind == FactKind::kTicketAssigned && each.token == process.token;
    });
    if (fact == journal_.facts.end()) return problem("a process of an attempt nobody handed out");
    const RunPlan* plan = journal_.plans.at(fact->run).get();
    running.push_back({&process, {fact->run, *fact->ticket}, plan});
    for (const ResourceAmount& amount : plan->plan.tickets[fact->ticket->index()].resources) {
      const bool shared = amount.name == "license";
      used[shared ? amount.name : amount.name + workers_[process.worker].name()] +=
          amount.thousandths;
    }
    if (of_worker[process.incarnation] > workers_[process.worker].slots()) {
      problem("a worker runs more than it has slots");
    }
  }
  for (const auto& [name, amount] : used) {
    if (amount > 1000 * (name == "license" ? kLicenses : kCpus)) {
      problem(fmt::format("processes use {} of {}", amount, name));
    }
  }
  for (std::size_t i = 0; i < running.size(); ++i) {
    for (std::size_t j = i + 1; j < running.size(); ++j) {
      const Running& a = running[i];
      const Running& b = running[j];
      if (a.ref == b.ref) {
        problem(fmt::format("tokens {} and {} of one ticket run together",
                            a.process->token.number(), b.process->token.number()));
      } else if (must_not_meet(*a.plan, a.ref.ticket, *b.plan, b.ref.ticket,
                               a.ref.run == b.ref.run)) {
        problem(fmt::format("processes of tokens {} and {} must not meet",
                            a.process->token.number(), b.process->token.number()));
      }
    }
  }
}

void RandomWorld::explain_what_is_left() {
  if (!core_) return problem("the coordinator is down");
  for (const auto& [id, run] : core_->state().runs) {
    problem(fmt::format("r{} is still {}", id.number(), to_text(run.state)));
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      const TicketRecord& ticket = run.tickets[i];
      if (is_final(ticket.state)) continue;
      const Hindrance hindrance = core_->scheduler().hindrance({id, TicketIndex{i}});
      problem(fmt::format("{} is {} (token {}, {} attempts), hindrance {} {}",
                          run.ticket(TicketIndex{i}).id, to_text(ticket.state),
                          ticket.token.number(), ticket.attempts, static_cast<int>(hindrance.kind),
                          hindrance.name));
    }
  }
}

}  // namespace headway
