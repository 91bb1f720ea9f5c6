#include <algorithm>

#include "coordinator/core/check_order.h"
#include "tests/support/core/core_harness.h"

/// Workers as a test plays them: joining, their attempts, and the checks that they are handed.

namespace headway {

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

}  // namespace headway
