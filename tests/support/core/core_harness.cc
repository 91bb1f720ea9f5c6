#include "tests/support/core/core_harness.h"

#include <algorithm>

namespace headway {

CoreOptions CoreHarness::default_options() {
  CoreOptions options;
  options.registry = "registry-a";
  options.lease = kLease;
  return options;
}

CoreHarness::CoreHarness(CoreOptions options) : options_(std::move(options)) { restart(); }

CoreHarness::~CoreHarness() {
  expect_nothing_left();
  for (const std::string& what : differences(core_->state(), fold(journal_))) {
    ADD_FAILURE() << what;
  }
}

void CoreHarness::expect_nothing_left() {
  for (const auto& [worker, ticket] : assigned_) {
    ADD_FAILURE() << "left over: " << ticket << " was handed to " << worker;
  }
  assigned_.clear();
  for (auto& [name, worker] : workers_) {
    for (const CoordinatorMessage& message : worker.box) {
      ADD_FAILURE() << "left over: " << name_of(message) << " to " << name;
    }
    worker.box.clear();
  }
  if (!answers_.empty()) ADD_FAILURE() << "left over: an answer";
  answers_.clear();
}

void CoreHarness::ignore_messages() {
  assigned_.clear();
  for (auto& [name, worker] : workers_) worker.box.clear();
}

// ---- Time

Now CoreHarness::clock() const {
  const Duration wall = now_.time_since_epoch() + wall_offset_;
  return {now_, WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(wall)}};
}

void CoreHarness::advance(Duration by) {
  const Instant until = now_ + by;
  while (true) {
    const std::optional<Instant> next = core_->next_deadline();
    if (!next || *next > until) break;
    now_ = std::max(now_, *next);
    turn();
  }
  now_ = until;
  turn();
}

void CoreHarness::pass(Duration by) {
  const Instant until = now_ + by;
  while (now_ < until) {
    for (const auto& [name, worker] : workers_) {
      if (worker.silent || worker.session == 0) continue;
      heartbeat(name);
      std::deque<CoordinatorMessage>& box = workers_.at(name).box;
      std::erase_if(box, [&](const CoordinatorMessage& message) {
        const auto* ack = std::get_if<HeartbeatAck>(&message);
        return ack != nullptr && ack->revoked.empty() && ack->outputs.empty();
      });
    }
    advance(std::min<Duration>(options_.heartbeat, until - now_));
  }
}

void CoreHarness::restart(Duration later) {
  now_ += later;
  core_.emplace(options_, fold(journal_), clock());
  for (auto& [name, worker] : workers_) worker.session = 0;
  turn();
}

void CoreHarness::turn() {
  const Turn turn = core_->finish_turn(clock());
  commit(turn);
  if (checks_each_turn) check();
  for (const Effect& effect : turn.effects) {
    if (const auto* send = std::get_if<SendToWorker>(&effect)) {
      receive(*send);
    } else if (const auto* verify = std::get_if<VerifyRegistry>(&effect)) {
      verifications.push_back(verify->run);
      step(VerifiedInput{verify->run, 0, "all agree"});
    } else {
      answers_.push_back(effect);
    }
  }
}

void CoreHarness::commit(const Turn& turn) {
  journal_.commit(turn);
  Changes changes;
  for (const Fact& fact : turn.facts) {
    journal_.prepare(shadow_, fact);
    evolve(shadow_, fact, changes);
  }
}

void CoreHarness::receive(const SendToWorker& send) {
  const std::string name = send.peer.substr(0, send.peer.find('#'));
  if (!workers_.contains(name)) return;
  PlayedWorker& worker = workers_.at(name);
  if (send.peer != peer(name)) return;  // to a connection that is gone
  if (std::holds_alternative<Welcome>(send.message.message)) worker.session = send.message.session;
  if (const auto* assign = std::get_if<Assign>(&send.message.message)) {
    const std::string& check = assign->spec.check;
    assigned_.emplace_back(name, check.empty() ? assign->spec.ticket : "check " + check);
    specs_[assign->token] = assign->spec;
    if (!accepts || worker.silent) return;
    worker.held.try_emplace(assign->token, HeldState::kQueued);
    step(WorkerInput{send.peer, {worker.session, Accept{assign->token}}});
    return;
  }
  worker.box.push_back(send.message.message);
}

void CoreHarness::check() {
  for (const std::string& what : broken_invariants(*core_)) ADD_FAILURE() << what;
  State folded = shadow_;
  std::vector<RunId> ended;
  for (const auto& [id, run] : folded.runs) {
    if (is_final(run.state) && run.alive() == 0 && run.at_workers() == 0) ended.push_back(id);
  }
  for (const RunId id : ended) drop_run(folded, id);
  for (const std::string& what : differences(core_->state(), folded)) ADD_FAILURE() << what;
}

// ---- What came of it

CoreHarness::Ids CoreHarness::assigned() {
  Ids ids;
  for (const auto& [worker, ticket] : std::exchange(assigned_, {})) ids.push_back(ticket);
  return ids;
}

CoreHarness::Ids CoreHarness::assigned_to(const std::string& name) {
  Ids ids;
  std::erase_if(assigned_, [&](const auto& entry) {
    if (entry.first != name) return false;
    ids.push_back(entry.second);
    return true;
  });
  return ids;
}

AttemptRef CoreHarness::ref(const std::string& ticket) const {
  for (auto run = journal_.plans.rbegin(); run != journal_.plans.rend(); ++run) {
    const Run* known = shadow_.find_run(run->first);
    const PlanGraph& graph = known == nullptr ? *run->second->graph : known->graph();
    if (const TicketIndex* found = graph.find(ticket)) return {run->first, *found};
  }
  ADD_FAILURE() << "there is no ticket " << ticket;
  return {};
}

const TicketRecord& CoreHarness::record(const std::string& ticket) const {
  const AttemptRef found = ref(ticket);
  return shadow_.runs.at(found.run).tickets[found.ticket.index()];
}

std::size_t CoreHarness::count(FactKind kind) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(journal_.facts, [&](const Fact& fact) { return fact.kind == kind; }));
}

std::string CoreHarness::name_of(const CoordinatorMessage& message) {
  return std::visit(
      [](const auto& each) {
        return std::string(MessageName<std::decay_t<decltype(each)>>::kWord);
      },
      message);
}

}  // namespace headway
