#include "tests/sim/world/machine.h"

#include <algorithm>
#include <utility>

#include "common/wire/codec.h"

namespace headway::sim {

namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

/// What a channel between the worker and its supervisors takes.
constexpr Duration kChannel = 500us;
/// Until the supervisors have noticed that their worker is gone.
constexpr Duration kNoticed = 20ms;

}  // namespace

Machine::Machine(Stage& stage, Network& network, std::size_t index)
    : stage_(stage),
      network_(network),
      index_(index),
      clock_(stage.scenario.workers[index].clock),
      random_(stage.scenario.seed, "machine" + std::to_string(index)) {
  stage_.processes.add_machine(setup().offer);
  for (std::uint32_t i = 0; i < setup().offer.slots; ++i) {
    Slot::Hooks hooks;
    hooks.tell = [this](worker::SlotEvent event) { hear(std::move(event)); };
    hooks.kill_worker = [this] { kill(); };
    slots_.push_back(std::make_unique<Slot>(stage_, index_, SlotId{i + 1}, clock_,
                                            Random{random_.next()}, std::move(hooks)));
  }
}

Now Machine::local_now() const { return {clock_.local(stage_.queue.now()), WallTime{}}; }

// ---- The process

/// Nothing of a former life may be alive before a new one says anything.
void Machine::start() {
  if (core_ || lost_) return;
  const bool clean = std::ranges::all_of(slots_, [](const auto& slot) { return slot->empty(); });
  if (served_ != 0 || !clean) {
    if (std::exchange(starting_, true)) return;
    stage_.queue.after(50ms, [this] {
      starting_ = false;
      start();
    });
    return;
  }
  worker::WorkerIdentity identity;
  identity.name = setup().offer.worker;
  identity.incarnation = random_.next() | 1U;
  record_.dead.insert(record_.started.begin(), record_.started.end());
  record_.started.clear();
  identity.dead.assign(record_.dead.begin(), record_.dead.end());
  identity.formers = record_.lives;
  record_.lives.push_back(identity.incarnation);
  identity.boot_id = "boot";
  identity.host = identity.name;
  identity.slots = setup().offer.slots;
  identity.labels = setup().offer.labels;
  identity.types = setup().offer.types;
  identity.every_type = setup().offer.every_type;
  identity.resources = setup().offer.resources;
  identity.containment = setup().subreaper ? "subreaper" : "pid namespace";
  identity.registry = record_.registry;
  served_ = ++process_;
  frames_.clear();
  void_frames_ = 0;
  events_.clear();
  backlog_.clear();
  refused_.clear();
  spool_.clear();
  connected_ = false;
  signals_ = signals_taken_ = 0;
  frozen_until_ = stage_.queue.now();
  stage_.trace.note(stage_.queue.now(), "worker", "start", index_, identity.formers.size(),
                    identity.dead.size());
  stage_.processes.worker_started(index_, identity.incarnation);
  core_.emplace(std::move(identity));
  network_.open_socket(index_);
  step(worker::Tick{});
  wake(Duration{});
}

void Machine::end_process() {
  core_.reset();
  stage_.processes.worker_gone(index_);
  ++process_;
  wakes_at_.reset();
  network_.close_socket(index_);
  stage_.queue.after(random_.up_to(kNoticed), [this, process = process_] {
    if (process_ != process) return;
    served_ = 0;
    for (const auto& slot : slots_) slot->worker_gone();
  });
}

void Machine::kill() {
  if (!core_) return;
  stage_.trace.note(stage_.queue.now(), "worker", "killed", index_);
  end_process();
  left();
}

void Machine::reboot() {
  stage_.trace.note(stage_.queue.now(), "machine", "reboot", index_);
  if (core_) end_process();
  served_ = 0;
  for (const auto& slot : slots_) slot->power_off();
}

void Machine::lose_for_ever() {
  reboot();
  lost_ = true;
}

void Machine::freeze(Duration length) {
  frozen_until_ = std::max(frozen_until_, stage_.queue.now() + length);
}

void Machine::thaw() {
  frozen_until_ = stage_.queue.now();
  wakes_at_.reset();
  if (core_) wake(Duration{});
}

void Machine::signal() {
  ++signals_;
  wake(Duration{});
}

void Machine::kill_supervisor(std::uint64_t dice) {
  // In a subreaper's containment it is the worker that sweeps up, and it must be awake for that.
  if (setup().subreaper && frozen_until_ > stage_.queue.now()) return;
  if (core_) slots_[dice % slots_.size()]->supervisor_killed();
}

// ---- What comes in

void Machine::connected() {
  connected_ = true;
  wake(random_.up_to(kLateness));
}

void Machine::receive(std::string frame) {
  frames_.push_back(std::move(frame));
  wake(random_.up_to(kLateness));
}

void Machine::hear(worker::SlotEvent event) {
  if (!core_) return;
  last_event_ = std::max(last_event_, stage_.queue.now() + random_.up_to(kChannel));
  stage_.queue.at(last_event_, [this, process = process_, event = std::move(event)]() mutable {
    if (process_ != process) return;
    events_.push_back(std::move(event));
    wake(random_.up_to(kLateness));
  });
}

void Machine::wake(Duration pause) {
  const Instant at = std::max(stage_.queue.now() + pause, frozen_until_);
  if (wakes_at_ && *wakes_at_ <= at) return;
  wakes_at_ = at;
  stage_.queue.at(at, [this, at, process = process_] {
    if (process_ != process || wakes_at_ != at) return;
    wakes_at_.reset();
    if (frozen_until_ > stage_.queue.now()) return wake(Duration{});
    poll();
  });
}

/// One round of the shell's loop (worker/shell/loop.cc).
void Machine::poll() {
  const std::uint64_t process = process_;
  const auto alive = [&] { return core_ && process_ == process; };
  if (std::exchange(connected_, false)) step(worker::Connected{});
  while (alive() && signals_taken_ < signals_) {
    if (++signals_taken_ == 1) {
      step(worker::DrainRequested{});
    } else {
      step(worker::StopAllRequested{});
    }
  }
  while (alive() && !events_.empty()) {
    worker::SlotEvent event = std::move(events_.front());
    events_.pop_front();
    step(std::move(event));
  }
  while (alive() && !frames_.empty()) {
    const std::string frame = std::move(frames_.front());
    frames_.pop_front();
    const bool promises = void_frames_ == 0;
    if (!promises) --void_frames_;
    Result<FromCoordinator> message = decode_from_coordinator(frame);
    if (!message) {
      ++undecodable_;
      continue;
    }
    if (const auto* ack = std::get_if<ResultAck>(&message->message); ack && promises) {
      const auto held = core_->attempts().find(ack->token);
      if (held != core_->attempts().end() && held->second.result &&
          !held->second.result_acknowledged) {
        stage_.promises.result_acknowledged(ack->token, ack->verdict, held->second.result->outcome);
      }
    }
    if (refuses(*message)) continue;
    if (const auto* ack = std::get_if<CheckpointAck>(&message->message); ack && promises) {
      stage_.promises.checkpoint_acknowledged(ack->token, ack->number);
    }
    step(std::move(*message));
  }
  if (!alive()) return;
  const auto due = core_->next_deadline();
  if (due && *due <= local_now().steady) step(worker::Tick{});
  if (!alive()) return;
  if (const auto next = core_->next_deadline()) {
    const Duration until = clock_.truly(*next) - stage_.queue.now();
    // The shell waits whole milliseconds.
    wake(std::max(until, Duration{}) + random_.up_to(1ms));
  }
}

void Machine::step(worker::Input input) {
  const std::uint64_t process = process_;
  backlog_.push_back(std::move(input));
  while (!backlog_.empty() && core_ && process_ == process) {
    worker::Input next = std::move(backlog_.front());
    backlog_.pop_front();
    for (worker::Effect& effect : core_->step(std::move(next), local_now())) {
      perform(effect);
      if (!core_ || process_ != process) return;
    }
  }
}

// ---- What it wants done

void Machine::perform(worker::Effect& effect) {
  if (auto* message = std::get_if<worker::SendMessage>(&effect)) return send(message->message);
  if (auto* command = std::get_if<worker::CommandSlot>(&effect)) {
    const SlotId slot = std::visit([](const auto& each) { return each.slot; }, command->command);
    if (const auto* begin = std::get_if<worker::StartSlot>(&command->command)) {
      record_.started.insert(begin->token);
    }
    last_command_ = std::max(last_command_, stage_.queue.now() + random_.up_to(kChannel));
    stage_.queue.at(last_command_,
                    [this, process = process_, slot, sent = std::move(command->command)] {
                      // A supervisor may read it before it notices that its worker is gone.
                      if (served_ == process) slots_[slot.index() - 1]->take(sent);
                    });
    return;
  }
  if (auto* append = std::get_if<worker::SpoolAppend>(&effect)) {
    if (stage_.happens(Fault::kOutputLost, stage_.scenario.commands.output_lost, random_)) {
      backlog_.emplace_back(
          worker::OutputLost{append->token, append->offset, append->bytes.data.size()});
      stage_.outputs.left_out(append->token, append->offset, append->bytes.data.size());
      return;
    }
    spool_[append->token][append->offset] = std::move(append->bytes.data);
    return;
  }
  if (auto* output = std::get_if<worker::SendOutput>(&effect)) return perform_output(*output);
  if (auto* release = std::get_if<worker::SpoolRelease>(&effect)) {
    stage_.outputs.released(release->token, release->offset);
    return;
  }
  if (auto* drop = std::get_if<worker::SpoolDrop>(&effect)) {
    spool_.erase(drop->token);
    return;
  }
  if (std::holds_alternative<worker::ReconnectSocket>(effect)) return network_.open_socket(index_);
  if (auto* joined = std::get_if<worker::Joined>(&effect)) {
    if (record_.registry != joined->registry) {
      record_.dead.clear();
      record_.started.clear();
      record_.registry = joined->registry;
    }
    if (joined->first) record_.lives.erase(record_.lives.begin(), record_.lives.end() - 1);
    stage_.trace.note(stage_.queue.now(), "worker", "joined", index_);
    return;
  }
  if (auto* settled = std::get_if<worker::Settled>(&effect)) {
    record_.dead.erase(settled->token);
    record_.started.erase(settled->token);
    return;
  }
  if (auto* log = std::get_if<worker::Log>(&effect)) {
    if (stage_.trace.told()) {
      stage_.trace.tell(stage_.queue.now(), "worker",
                        fmt::format("{} says: {} [{}]", index_, log->text, log->token.number()));
    }
    return;
  }
  if (auto* exit = std::get_if<worker::Exit>(&effect)) {
    stage_.trace.note(stage_.queue.now(), "worker", "exit", index_, exit->code);
    end_process();
    if (exit->restart) return start();
    left();
  }
}

/// A worker of another make may refuse an assign for a reason of its own, and then sticks to it.
bool Machine::refuses(const FromCoordinator& message) {
  const auto* assign = std::get_if<Assign>(&message.message);
  const auto* stop = std::get_if<Stop>(&message.message);
  if (assign == nullptr && stop == nullptr) return false;
  const Token token = assign != nullptr ? assign->token : stop->token;
  if (assign != nullptr && core_->is_joined() && !core_->attempts().contains(token) &&
      stage_.happens(Fault::kRefusedAssign, stage_.scenario.commands.refused, random_)) {
    refused_.insert(token);
  }
  if (!refused_.contains(token)) return false;
  send({message.session, Reject{token, "not now"}});
  return true;
}

void Machine::send(const FromWorker& message) {
  std::string frame = encode(message);
  if (stage_.trace.told()) {
    std::visit(
        [&]<class M>(const M&) {
          stage_.trace.tell(stage_.queue.now(), "up",
                            fmt::format("w{} {}", index_, MessageName<M>::kWord));
        },
        message.message);
  }
  network_.send_up(index_, std::move(frame));
}

/// Pieces are read as they were kept; what is missing is reported, as the spool does.
void Machine::perform_output(const worker::SendOutput& effect) {
  std::string bytes;
  const std::map<std::uint64_t, std::string>& pieces = spool_[effect.token];
  auto piece = pieces.upper_bound(effect.offset);
  if (piece != pieces.begin()) --piece;
  for (; piece != pieces.end() && bytes.size() < effect.size; ++piece) {
    const std::uint64_t next = effect.offset + bytes.size();
    if (piece->first > next) break;
    if (piece->first + piece->second.size() <= next) continue;
    bytes += piece->second.substr(next - piece->first, effect.size - bytes.size());
  }
  if (bytes.size() < effect.size) {
    backlog_.emplace_back(worker::OutputLost{effect.token, effect.offset, effect.size});
    stage_.outputs.left_out(effect.token, effect.offset, effect.size);
    return;
  }
  FromWorker message;
  message.session = effect.session;
  message.message = Output{effect.token, effect.offset, Bytes{std::move(bytes)}};
  send(message);
}

}  // namespace headway::sim
