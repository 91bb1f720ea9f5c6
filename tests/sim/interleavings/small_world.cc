#include "tests/sim/interleavings/small_world.h"

#include <algorithm>

#include "common/wire/codec.h"
#include "coordinator/core/plan_revision.h"
#include "tests/sim/checkers/memory.h"
#include "tests/sim/world/plans.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""s;

/// A play that goes on for longer than this comes to nothing.
constexpr int kMostSteps = 2000;

template <class M>
bool is(const FromWorker& message) {
  return std::holds_alternative<M>(message.message);
}

}  // namespace

std::vector<SmallPlan> small_plans(std::size_t tickets) {
  const std::size_t pairs = tickets * (tickets - 1) / 2;
  std::vector<SmallPlan> plans;
  for (std::size_t code = 0; code < (std::size_t{1} << (2 * pairs)); ++code) {
    Plan plan;
    std::size_t rest = code;
    for (std::size_t i = 0; i < tickets; ++i) {
      Ticket ticket;
      ticket.id = "t" + std::to_string(i);
      ticket.category = "docs";
      ticket.command.shell_line = "true";
      ticket.retry.max = 1;
      for (std::size_t j = 0; j < i; ++j, rest /= 4) {
        const std::string other = "t" + std::to_string(j);
        if (rest % 4 == 1) ticket.dependencies.blocking.push_back(other);
        if (rest % 4 == 2) ticket.dependencies.sequential.push_back(other);
        if (rest % 4 == 3) ticket.dependencies.file_conflicts.push_back(other);
      }
      plan.tickets.push_back(std::move(ticket));
    }
    for (const bool fails : {false, true}) {
      std::vector<bool> which(tickets, false);
      which[0] = fails;
      plans.push_back({plan, which});
    }
  }
  return plans;
}

SmallWorld::SmallWorld(const Scenario& scenario, const SmallPlan& plan, Choices& choices)
    : scenario_(scenario),
      plan_(plan),
      choices_(choices),
      stage_(scenario, false),
      source_(prepare(plan.plan)),
      workers_{SmallWorker{stage_, 0}, SmallWorker{stage_, 1}} {
  for (const SmallWorker& worker : workers_) {
    MachineOffer offer;
    offer.worker = worker.name();
    stage_.processes.add_machine(offer);
  }
}

Now SmallWorld::now() const {
  const Duration since = stage_.queue.now().time_since_epoch();
  return {stage_.queue.now(), WallTime{std::chrono::floor<std::chrono::milliseconds>(since)}};
}

std::vector<Problem> SmallWorld::play() {
  stage_.queue.at(Instant{1s}, [] {});
  stage_.queue.play_next();
  start_coordinator();
  disk_.store_plan(RunId{1}, source_);
  stage_.reading.know(RunId{1}, source_);
  core_->step(SubmitInput{1, source_}, now());
  turn(true);
  for (SmallWorker& worker : workers_) worker.start();
  for (int step = 0; !is_over() && !stage_.problems.any(); ++step) {
    if (step > kMostSteps) {
      stage_.problems.add(12, "the run does not end");
      break;
    }
    const std::vector<Option> possible = options();
    if (possible.empty()) {
      if (!let_time_pass()) stage_.problems.add(12, "nothing more happens");
      continue;
    }
    happen(possible[choices_.choose(possible.size())]);
  }
  return stage_.problems.found();
}

bool SmallWorld::is_over() const {
  const ReadRun* run = stage_.reading.run(RunId{1});
  return is_final(run->state) || run->state == RunState::kStopped;
}

/// Nobody but the sender's own attempt is concerned: when it is taken makes no difference.
bool SmallWorld::is_local(std::size_t worker) const {
  const FromWorker& message = workers_[worker].sent.front();
  if (is<Accept>(message) || is<Started>(message)) return true;
  return is<Heartbeat>(message) && !troubled_;
}

std::vector<SmallWorld::Option> SmallWorld::options() const {
  std::vector<Option> possible;
  const auto add = [&](Option::Kind kind, std::size_t worker, Trouble trouble = Trouble::kReset) {
    possible.push_back({kind, worker, trouble});
  };
  for (std::size_t i = 0; i < workers_.size() && possible.empty(); ++i) {
    if (!workers_[i].sent.empty() && is_local(i)) add(Option::Kind::kTake, i);
  }
  if (possible.empty()) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!workers_[i].sent.empty()) add(Option::Kind::kTake, i);
      if (workers_[i].runs()) add(Option::Kind::kEnd, i);
    }
  }
  if (troubled_ || possible.empty()) return possible;
  for (const Trouble trouble : {Trouble::kCoordinatorCrash, Trouble::kStopPreserve,
                                Trouble::kStopForce, Trouble::kPause, Trouble::kCancelTicket}) {
    add(Option::Kind::kTrouble, 0, trouble);
  }
  // With two tickets there are too many ways to try: the random worlds change plans as well.
  const bool changes = plan_.plan.tickets.size() == 1;
  for (const Trouble trouble : {Trouble::kRemoveTicket, Trouble::kChangeTicket}) {
    if (changes) add(Option::Kind::kTrouble, 0, trouble);
  }
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    for (const Trouble trouble :
         {Trouble::kReset, Trouble::kLostAnswer, Trouble::kWorkerRestart, Trouble::kWorkerGone}) {
      add(Option::Kind::kTrouble, i, trouble);
    }
  }
  add(Option::Kind::kTrouble, 0, Trouble::kCrashAfterCommit);
  return possible;
}

void SmallWorld::happen(const Option& option) {
  switch (option.kind) {
    case Option::Kind::kTake:
      return take(option.worker);
    case Option::Kind::kEnd: {
      SmallWorker& worker = workers_[option.worker];
      const ReadAttempt* attempt = stage_.reading.attempt(worker.token());
      const std::size_t index = attempt == nullptr ? SIZE_MAX : attempt->key.ticket.index();
      const bool fails = index < plan_.fails.size() && plan_.fails[index];
      return worker.end_command(fails ? Outcome::kExit : Outcome::kSucceeded);
    }
    case Option::Kind::kTrouble:
      troubled_ = true;
      return cause(option.trouble, option.worker);
  }
}

void SmallWorld::cause(Trouble trouble, std::size_t worker) {
  const auto ask = [&](const Input& input) {
    core_->step(input, now());
    turn(true);
  };
  switch (trouble) {
    case Trouble::kCoordinatorCrash:
      return start_coordinator();
    case Trouble::kCrashAfterCommit:
      crash_after_commit_ = true;
      return;
    case Trouble::kReset:
      return workers_[worker].reset();
    case Trouble::kLostAnswer:
      deaf_ = worker;
      return;
    case Trouble::kWorkerRestart:
      workers_[worker].kill();
      return workers_[worker].start();
    case Trouble::kWorkerGone:
      return workers_[worker].kill();
    case Trouble::kStopPreserve:
      ask(StopInput{2, {RunId{1}, false, true}});
      return check_stopped();
    case Trouble::kStopForce:
      ask(StopInput{2, {RunId{1}, true, false}});
      return check_stopped();
    case Trouble::kPause:
      return ask(PauseInput{2, RunId{1}});
    case Trouble::kCancelTicket:
      ask(TicketInput{2, {RunId{1}, TicketAction::kCancel, {"t0"}, "somebody", ""}, nullptr});
      return check_stopped();
    case Trouble::kRemoveTicket:
    case Trouble::kChangeTicket:
      change_plan(trouble);
      return check_stopped();
  }
}

void SmallWorld::change_plan(Trouble how) {
  const Run* run = core_->state().find_run(RunId{1});
  Plan wanted = plan_.plan;
  Ticket& first = wanted.tickets.front();
  if (how == Trouble::kChangeTicket) {
    first.env.emplace_back("CHANGED", "yes");
    Ticket added = first;
    added.id = "added";
    added.dependencies.sequential = {first.id};
    wanted.tickets.push_back(std::move(added));
  } else {
    drop_ticket(wanted, 0);
  }
  Result<PlanRevision> revision = revise_plan(*run->source, wanted, run->source->options, "text");
  ApplyInput input;
  input.request = 2;
  input.run = RunId{1};
  input.revision = std::make_shared<const PlanRevision>(std::move(*revision));
  input.wishes.restart = true;
  next_version_ = input.revision->plan;
  core_->step(input, now());
  turn(true);
}

/// Answers to workers come at once here, and commands end when they are told to: what is to be
/// stopped is gone as soon as that has been asked for.
void SmallWorld::check_stopped() {
  const ReadRun& run = *stage_.reading.run(RunId{1});
  for (const SmallWorker& worker : workers_) {
    if (!worker.runs()) continue;
    const ReadAttempt* attempt = stage_.reading.attempt(worker.token());
    if (attempt == nullptr) continue;
    const bool cancelling = run.tickets[attempt->key.ticket.index()].cancelling;
    if (run.state != RunState::kStopping && !cancelling) continue;
    stage_.problems.add(8, "token {} runs on though it was stopped", worker.token().number());
  }
}

void SmallWorld::start_coordinator() {
  for (SmallWorker& worker : workers_) worker.reset();
  stage_.promises.recovered();
  core_.emplace(scenario_.options, disk_.replay_unfinished(), now());
  turn(true);
}

void SmallWorld::take(std::size_t index) {
  SmallWorker& worker = workers_[index];
  const FromWorker message = std::move(worker.sent.front());
  worker.sent.pop_front();
  core_->step(WorkerInput{worker.peer(), message}, now());
  const bool dies = std::exchange(crash_after_commit_, false);
  turn(!dies);
  if (dies) start_coordinator();
}

void SmallWorld::turn(bool sends) {
  const Turn turn = core_->finish_turn(now());
  for (const auto& [run, request] : turn.replanned) {
    disk_.store_version(run, next_version_);
    stage_.reading.know_version(run, next_version_);
  }
  disk_.commit(turn);
  for (const Fact& fact : turn.facts) {
    stage_.rules.check(fact);
    stage_.processes.check(fact);
    stage_.reading.read(fact, stage_.queue.now());
  }
  check_memory(*core_, stage_.reading, stage_.problems);
  check_tallies(disk_.tallies(), stage_.reading, stage_.problems);
  check_bounds(*core_, stage_.reading, stage_.problems);
  check_stops(*core_, stage_.reading, stage_.problems);
  if (!sends) return;
  bool lost = false;
  for (const Effect& effect : turn.effects) {
    const auto* send = std::get_if<SendToWorker>(&effect);
    if (send == nullptr) continue;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].peer() != send->peer) continue;
      if (deaf_ == i) {
        lost = true;
        continue;
      }
      workers_[i].receive(encode(send->message));
    }
  }
  if (lost) deaf_.reset();
}

/// Nothing else can happen: the next deadline passes. A person who paused has come back by then.
bool SmallWorld::let_time_pass() {
  const ReadRun* run = stage_.reading.run(RunId{1});
  if (run->state == RunState::kPaused) {
    core_->step(ResumeInput{3, RunId{1}}, now());
    turn(true);
    return true;
  }
  std::optional<Instant> next = core_->next_deadline();
  for (const SmallWorker& worker : workers_) {
    const auto deadline = worker.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (!next) return false;
  stage_.queue.at(*next, [] {});
  stage_.queue.play_next();
  for (SmallWorker& worker : workers_) worker.tick();
  const auto due = core_->next_deadline();
  if (due && *due <= stage_.queue.now()) turn(true);
  return true;
}

Exhausted play_all(const SmallPlan& plan, std::uint64_t most) {
  Scenario scenario;
  scenario.options.registry = "5e1f";
  Exhausted result;
  Choices choices;
  do {
    if (result.plays == most) return result;
    ++result.plays;
    result.problems = SmallWorld(scenario, plan, choices).play();
    if (!result.problems.empty()) {
      result.path = choices.path();
      return result;
    }
  } while (choices.next());
  result.complete = true;
  return result;
}

}  // namespace headway::sim
