#include "tests/support/core/core_harness.h"

#include <algorithm>

#include "common/base/check.h"
#include "coordinator/core/check_order.h"

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

// ---- People

RunId CoreHarness::submit(PlanBuilder& plan, RunOptions options) {
  const auto source = run_plan(plan.plan, std::move(options));
  step(SubmitInput{++requests_, source});
  const RunId run = core_->state().last_run;
  journal_.plans[run] = source;
  turn();
  EXPECT_EQ(answered<AnswerSubmit>().answer.run, run);
  return run;
}

void CoreHarness::ask_to_apply(const PlanBuilder& plan, PlanChangeWishes wishes, bool dry_run) {
  const Run& run = shadow_.runs.at(shadow_.last_run);
  Result<PlanRevision> made = revise_plan(*run.source, plan.plan, run.source->options, "digest");
  HW_CHECK(made.ok(), "a test's plan is invalid");
  const auto revision = std::make_shared<const PlanRevision>(std::move(*made));
  if (!dry_run) journal_.versions[{run.id, revision->plan->version}] = revision->plan;
  step(ApplyInput{++requests_, run.id, revision, wishes, dry_run, "ann", ""});
  turn();
}

PlanChange CoreHarness::apply(const PlanBuilder& plan, PlanChangeWishes wishes, bool dry_run) {
  ask_to_apply(plan, wishes, dry_run);
  return *answered<AnswerApply>().change;
}

std::string CoreHarness::refused_application(const PlanBuilder& plan, PlanChangeWishes wishes) {
  ask_to_apply(plan, wishes, false);
  return answered<AnswerError>().error.message;
}

void CoreHarness::pause(RunId run) {
  step(PauseInput{++requests_, run});
  turn();
  answered<AnswerControl>();
}

void CoreHarness::resume(RunId run) {
  step(ResumeInput{++requests_, run});
  turn();
  answered<AnswerControl>();
}

void CoreHarness::stop(RunId run, bool force, bool preserve) {
  step(StopInput{++requests_, {run, force, preserve}});
  turn();
  answered<AnswerControl>();
}

void CoreHarness::ask(TicketAction action, const Ids& tickets) {
  TicketControl control;
  control.run = shadow_.last_run;
  control.action = action;
  control.tickets = tickets;
  control.by = "ann";
  step(TicketInput{++requests_, control, std::make_shared<const State>(shadow_)});
  turn();
}

void CoreHarness::control(TicketAction action, const Ids& tickets) {
  ask(action, tickets);
  answered<AnswerControl>();
}

std::string CoreHarness::refused(TicketAction action, const Ids& tickets) {
  ask(action, tickets);
  return answered<AnswerError>().error.message;
}

void CoreHarness::ask(AdjustRequest request) {
  request.run = shadow_.last_run;
  request.by = "ann";
  step(AdjustInput{++requests_, std::move(request)});
  turn();
}

AdjustAnswer CoreHarness::adjust(AdjustRequest request) {
  ask(std::move(request));
  return answered<AnswerAdjust>().answer;
}

std::string CoreHarness::refused_adjustment(AdjustRequest request) {
  ask(std::move(request));
  return answered<AnswerError>().error.message;
}

void CoreHarness::ask_to_reassign(const Ids& tickets, const std::string& to, bool restart) {
  TicketControl control;
  control.run = shadow_.last_run;
  control.action = TicketAction::kReassign;
  control.tickets = tickets;
  control.to = to;
  control.restart = restart;
  control.by = "ann";
  step(TicketInput{++requests_, control, std::make_shared<const State>(shadow_)});
  turn();
}

std::vector<Change> CoreHarness::reassign(const Ids& tickets, const std::string& to, bool restart) {
  ask_to_reassign(tickets, to, restart);
  return answered<AnswerControl>().changes;
}

std::string CoreHarness::refused_reassignment(const Ids& tickets, const std::string& to,
                                              bool restart) {
  ask_to_reassign(tickets, to, restart);
  return answered<AnswerError>().error.message;
}

std::string CoreHarness::refused_clearing(const ClearLocksRequest& request) {
  step(ClearLocksInput{++requests_, request});
  turn();
  return answered<AnswerError>().error.message;
}

ClearLocksAnswer CoreHarness::clear_locks(const ClearLocksRequest& request) {
  step(ClearLocksInput{++requests_, request});
  turn();
  return answered<AnswerClearLocks>().answer;
}

void CoreHarness::ask(const std::string& worker, WorkerAction action, bool confirm_dead) {
  step(WorkerControlInput{++requests_, {worker, action, confirm_dead, "ann", ""}});
  turn();
}

WorkerControlAnswer CoreHarness::drain(const std::string& worker) {
  ask(worker, WorkerAction::kDrain, false);
  return answered<AnswerWorkerControl>().answer;
}

WorkerControlAnswer CoreHarness::restart_worker(const std::string& worker) {
  ask(worker, WorkerAction::kRestart, false);
  return answered<AnswerWorkerControl>().answer;
}

WorkerControlAnswer CoreHarness::remove(const std::string& worker, bool confirm_dead) {
  ask(worker, WorkerAction::kRemove, confirm_dead);
  return answered<AnswerWorkerControl>().answer;
}

std::string CoreHarness::refused_removal(const std::string& worker, bool confirm_dead) {
  ask(worker, WorkerAction::kRemove, confirm_dead);
  return answered<AnswerError>().error.message;
}

// ---- Workers

std::string CoreHarness::peer(const std::string& worker) const {
  return fmt::format("{}#{}", worker, workers_.at(worker).connection);
}

Hello CoreHarness::new_life(const std::string& name, std::uint32_t slots) {
  PlayedWorker& worker = workers_[name];
  worker.incarnation = next_incarnation_++;
  worker.held.clear();
  worker.silent = false;
  Hello made;
  made.worker = name;
  made.incarnation = worker.incarnation;
  made.slots = slots;
  made.abilities = {"checks"};
  worker.hello = made;
  return made;
}

std::optional<Welcome> CoreHarness::hello(const std::string& name, const Hello& hello) {
  PlayedWorker& worker = workers_[name];
  ++worker.connection;
  worker.hello = hello;
  worker.hello.inventory.clear();
  Hello numbered = hello;
  if (numbered.number == 0) numbered.number = ++worker.hellos;
  step(WorkerInput{peer(name), {0, numbered}});
  turn();
  for (auto message = worker.box.begin(); message != worker.box.end(); ++message) {
    if (const auto* welcome = std::get_if<Welcome>(&*message)) {
      const Welcome taken = *welcome;
      worker.box.erase(message);
      return taken;
    }
    if (std::holds_alternative<Refused>(*message)) {
      worker.box.erase(message);
      return std::nullopt;
    }
  }
  ADD_FAILURE() << "a hello of " << name << " was not answered";
  return std::nullopt;
}

void CoreHarness::join(const std::string& name, std::uint32_t slots, const Offer& offer) {
  Hello made = new_life(name, slots);
  if (offer) offer(made);
  EXPECT_TRUE(hello(name, made).has_value()) << name << " was refused";
}

std::vector<InventoryVerdict> CoreHarness::rejoin(const std::string& name, const Offer& offer) {
  PlayedWorker& worker = workers_.at(name);
  worker.silent = false;
  Hello again = worker.hello;
  again.registry = options_.registry;
  for (const auto& [token, state] : worker.held) again.inventory.push_back({token, state});
  if (offer) offer(again);
  const std::optional<Welcome> welcome = hello(name, again);
  EXPECT_TRUE(welcome.has_value()) << name << " was refused";
  return welcome ? welcome->verdicts : std::vector<InventoryVerdict>{};
}

void CoreHarness::say(const std::string& worker, WorkerMessage message) {
  const bool leaves = std::holds_alternative<Goodbye>(message);
  step(WorkerInput{peer(worker), {session(worker), std::move(message)}});
  turn();
  if (leaves) workers_.at(worker).session = 0;
}

std::string CoreHarness::worker_of(const std::string& ticket) const {
  return shadow_.workers.at(record(ticket).worker).name;
}

void CoreHarness::start(const std::string& ticket) {
  const std::string worker = worker_of(ticket);
  workers_.at(worker).held[token(ticket)] = HeldState::kRunning;
  say(worker, Started{token(ticket), SlotId{1}, 4711});
}

void CoreHarness::finish(const std::string& ticket) { end(ticket, Outcome::kSucceeded); }

void CoreHarness::fail(const std::string& ticket, std::int32_t exit_code) {
  AttemptResult failed;
  failed.outcome = Outcome::kExit;
  failed.exit_code = exit_code;
  end(ticket, failed);
}

void CoreHarness::end(const std::string& ticket, Outcome outcome) {
  AttemptResult ended;
  ended.outcome = outcome;
  end(ticket, ended);
}

void CoreHarness::end(const std::string& ticket, const AttemptResult& ended) {
  const std::string name = worker_of(ticket);
  AttemptResult sent = ended;
  sent.token = token(ticket);
  workers_.at(name).held.erase(sent.token);
  say(name, sent);
  take_ack(name, sent.token);
}

void CoreHarness::take_ack(const std::string& worker, Token token) {
  std::deque<CoordinatorMessage>& box = workers_.at(worker).box;
  const auto ack = std::ranges::find_if(
      box, [](const auto& message) { return std::holds_alternative<ResultAck>(message); });
  if (ack == box.end()) {
    ADD_FAILURE() << "a result of " << worker << " was not acknowledged";
    return;
  }
  EXPECT_EQ(*ack, CoordinatorMessage(ResultAck{token, ResultVerdict::kCommitted}));
  box.erase(ack);
}

void CoreHarness::reject(const std::string& ticket) {
  const std::string worker = worker_of(ticket);
  workers_.at(worker).held.erase(token(ticket));
  say(worker, Reject{token(ticket), "not started"});
}

void CoreHarness::finish_all() {
  while (!assigned_.empty()) {
    for (const std::string& ticket : assigned()) finish(ticket);
  }
}

void CoreHarness::heartbeat(const std::string& name) {
  PlayedWorker& worker = workers_.at(name);
  Heartbeat beat;
  beat.number = ++worker.heartbeats;
  beat.load = worker.load;
  for (const auto& [token, state] : worker.held) beat.held.push_back({token, state});
  say(name, beat);
}

// ---- Checks

Token CoreHarness::check_token(const std::string& name) const {
  for (const auto& [token, check] : shadow_.checks) {
    if (check_name(shadow_.runs.at(check.run), check.check) == name) return token;
  }
  ADD_FAILURE() << "no worker has a check " << name;
  return {};
}

void CoreHarness::start_check(const std::string& name) {
  const Token token = check_token(name);
  const std::string worker = shadow_.workers.at(shadow_.checks.at(token).worker).name;
  workers_.at(worker).held[token] = HeldState::kRunning;
  take_check(name);
  say(worker, Started{token, SlotId{1}, 4712});
}

void CoreHarness::end_check(const std::string& name, Outcome outcome, std::int32_t exit_code) {
  const Token token = check_token(name);
  const std::string worker = shadow_.workers.at(shadow_.checks.at(token).worker).name;
  AttemptResult result;
  result.token = token;
  result.outcome = outcome;
  result.exit_code = exit_code;
  take_check(name);
  workers_.at(worker).held.erase(token);
  say(worker, result);
  take_ack(worker, token);
}

/// What is known to the test need not be asked for with `assigned`.
void CoreHarness::take_check(const std::string& name) {
  std::erase_if(assigned_, [&](const auto& entry) { return entry.second == "check " + name; });
}

std::string CoreHarness::roll_back(const std::string& to) {
  ask(TicketAction::kRollback, to.empty() ? Ids{} : Ids{to});
  if (const auto* refusal = std::get_if<AnswerError>(&answers_.front())) {
    const std::string why = refusal->error.message;
    answers_.pop_front();
    return why;
  }
  std::string order;
  for (const Change& change : answered<AnswerControl>().changes) {
    order += (order.empty() ? "" : " ") + change.what + ":" + change.after;
  }
  return order;
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
