#include "worker/shell/loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <sys/stat.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/clock.h"
#include "common/wire/codec.h"
#include "worker/shell/worker_keys.h"

namespace headway::worker {

namespace {

/// Frames taken in one turn, so that a flood does not keep the supervisors waiting.
constexpr int kFramesPerTurn = 256;
/// The longest sleep: long enough to cost nothing, short enough for a clock that jumped.
constexpr long kMostMillis = 60'000;
constexpr Duration kLoadGap = std::chrono::seconds{1};
/// How long an address is tried before the next, where there are several: twice the time in which a
/// first lost packet of a connection is sent again, and short against a lease.
constexpr Duration kAddressPatience = std::chrono::seconds{2};
/// How long a note waits for a message that has to be sent anyhow: of a short attempt the
/// coordinator then hears once and writes once, and not three times.
constexpr Duration kNoteWaits = std::chrono::milliseconds{1};
/// Complaints about frames that do not decode: at most one in this time.
constexpr Duration kComplaintGap = std::chrono::seconds{10};

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Whether nobody waits for it: of an attempt it says that it is here, or that it runs.
bool is_note(const WorkerMessage& message) {
  return std::holds_alternative<Accept>(message) || std::holds_alternative<Started>(message);
}

/// Why an attempt cannot be started here, as far as the worker can tell; empty: it can.
std::string cannot_start(const StartSlot& start, bool own_root) {
  if (start.spec.words.empty()) return "the ticket has no command";
  if (!start.root.starts_with('/') || !is_directory(start.root)) {
    return "the plan's folder " + printable(start.root) +
           " does not exist on the worker's machine" +
           (own_root ? "; correct the worker's --root"
                     : "; start the worker with --root DIR to say where it is there");
  }
  return {};
}

}  // namespace

WorkerLoop::WorkerLoop(Parts parts, WorkerIdentity identity, Place place, int lifeline)
    : parts_(parts),
      identity_(std::move(identity)),
      addresses_(std::move(place.endpoints)),
      key_(std::move(place.key)),
      lifeline_(lifeline),
      core_(identity_),
      spool_(parts_.state.path()),
      meter_(read_clocks().steady),
      load_due_(read_clocks().steady + kLoadGap) {}

Result<Exit> WorkerLoop::run() {
  try {
    connect();
    step(Tick{});
    while (!exit_ && !broken_) poll();
  } catch (const zmq::error_t& failure) {
    return Error{ErrorKind::kFailed, std::string("the connection failed: ") + failure.what()};
  }
  if (broken_) return *broken_;
  return *exit_;
}

void WorkerLoop::connect() {
  Result<DealerSocket> socket = DealerSocket::connect(parts_.context, addresses_.current(),
                                                      credentials_for(addresses_.current(), key_));
  if (!socket) {
    broken_ = socket.error();
    return;
  }
  socket_.emplace(std::move(socket).value());
  // They were of the session that is over.
  notes_.clear();
  awaits_connection_ = true;
  next_address_at_ = read_clocks().steady + kAddressPatience;
}

/// Looks elsewhere; to the core it is still the same connection that it waits for.
void WorkerLoop::try_next_address() {
  addresses_.turn();
  connect();
}

long WorkerLoop::wait_millis() const {
  std::optional<Instant> next = core_.next_deadline();
  if (looks_around()) next = next ? std::min(*next, next_address_at_) : next_address_at_;
  if (!notes_.empty()) next = next ? std::min(*next, notes_due_) : notes_due_;
  if (!next) return kMostMillis;
  const Duration left = *next - read_clocks().steady;
  if (left <= Duration{}) return 0;
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return std::min(static_cast<long>(millis), kMostMillis);
}

void WorkerLoop::poll() {
  const auto socket_events =
      static_cast<short>(ZMQ_POLLIN | (awaits_connection_ ? ZMQ_POLLOUT : 0));
  std::array<zmq::pollitem_t, 5> items = {
      zmq::pollitem_t{socket_->handle(), 0, socket_events, 0},
      zmq::pollitem_t{nullptr, parts_.supervisors.poll_fd(), ZMQ_POLLIN, 0},
      zmq::pollitem_t{nullptr, parts_.signals.poll_fd(), ZMQ_POLLIN, 0},
      zmq::pollitem_t{socket_->loss_handle(), 0, ZMQ_POLLIN, 0},
      zmq::pollitem_t{nullptr, lifeline_, ZMQ_POLLIN, 0}};
  const std::size_t count = lifeline_ >= 0 ? items.size() : items.size() - 1;
  try {
    zmq::poll(items.data(), count, std::chrono::milliseconds{wait_millis()});
  } catch (const zmq::error_t& failure) {
    if (failure.num() != EINTR) throw;
    return;
  }
  // First, before anything can put another socket in the place of the one that was polled.
  if ((items[0].revents & ZMQ_POLLOUT) != 0 && awaits_connection_) {
    awaits_connection_ = false;
    step(Connected{});
  }
  if (items[2].revents != 0) take_signals();
  // Nothing is ever written to the lifeline: whatever happens there, its other end is gone.
  if (count == items.size() && items[4].revents != 0) {
    exit_ = Exit{130, "the program that this worker lives for is gone"};
  }
  if (items[1].revents != 0 && !exit_) take_events();
  if ((items[0].revents & ZMQ_POLLIN) != 0 && !exit_) take_frames();
  if (items[3].revents != 0 && !exit_) take_failures();
  if (!notes_.empty() && read_clocks().steady >= notes_due_) send_notes();
  if (!exit_) tick_if_due();
  if (!exit_ && looks_around() && read_clocks().steady >= next_address_at_) try_next_address();
}

void WorkerLoop::tick_if_due() {
  const Instant now = read_clocks().steady;
  const std::optional<Instant> next = core_.next_deadline();
  if (!next || *next > now) return;
  if (now >= load_due_) {
    load_due_ = now + kLoadGap;
    step(LoadMeasured{meter_.measure(now)});
  }
  step(Tick{});
}

/// A coordinator that has known this worker may do so again: then its socket is made anew by the
/// core's timers, and what it runs ends with its lease. Where there are several addresses, somebody
/// else may listen at this one, and the coordinator at another; but only who proved to be the
/// coordinator says that a key is not known.
void WorkerLoop::take_failures() {
  const std::optional<ConnectionLoss> failure = socket_->last_loss();
  if (!failure) return;
  const std::string& endpoint = addresses_.current();
  const bool with_key = credentials_for(endpoint, key_).has_value();
  // One that was welcomed has no time to ask who listens, and does not end for it.
  if (welcomed_ && *failure == ConnectionLoss::kCutShort) return;
  const Result<void> judged = judge_failure(greetings_, *failure, with_key, endpoint);
  if (judged) return;
  const bool final = *failure == ConnectionLoss::kNotKnown || !addresses_.several();
  if (!welcomed_ && final) {
    exit_ = Exit{4, judged.error().message};
    return;
  }
  const Instant now = read_clocks().steady;
  if (now < failure_complaint_allowed_) return;
  failure_complaint_allowed_ = now + kComplaintGap;
  parts_.log.write(LogLevel::kWarning, judged.error().message);
}

void WorkerLoop::take_frames() {
  for (int i = 0; i < kFramesPerTurn && !exit_ && !broken_; ++i) {
    const std::optional<std::string> frame = socket_->receive();
    if (!frame) return;
    Result<FromCoordinator> message = decode_from_coordinator(*frame);
    if (message) {
      const CoordinatorMessage& said = message->message;
      if (std::holds_alternative<HeartbeatAck>(said) || std::holds_alternative<Welcome>(said)) {
        parts_.health.touch();
      }
      step(std::move(message).value());
      continue;
    }
    ++undecodable_;
    const Instant now = read_clocks().steady;
    if (now < complaint_allowed_) continue;
    complaint_allowed_ = now + kComplaintGap;
    parts_.log.write(LogLevel::kWarning,
                     fmt::format("{} frames from the coordinator could not be read; the last: {}",
                                 undecodable_, message.error().message));
  }
}

void WorkerLoop::take_events() {
  for (SlotEvent& event : parts_.supervisors.receive()) {
    step(std::move(event));
    if (exit_) return;
  }
}

void WorkerLoop::take_signals() {
  for (int left = parts_.signals.take(); left > 0 && !exit_; --left) {
    ++signals_taken_;
    if (signals_taken_ == 1) {
      step(DrainRequested{});
    } else {
      step(StopAllRequested{});
    }
  }
}

void WorkerLoop::step(Input input) {
  for (Effect& effect : core_.step(std::move(input), read_clocks())) perform(effect);
  while (!backlog_.empty() && !exit_) {
    Input next = std::move(backlog_.front());
    backlog_.pop_front();
    for (Effect& effect : core_.step(std::move(next), read_clocks())) perform(effect);
  }
}

void WorkerLoop::perform(Effect& effect) {
  std::visit([&](auto& each) { perform(each); }, effect);
}

void WorkerLoop::send(const FromWorker& message) {
  std::string frame = encode(message);
  if (frame.size() > kMaxFrameBytes) {
    parts_.log.write(LogLevel::kError,
                     fmt::format("a message of {} bytes is too large to send", frame.size()));
    return;
  }
  if (is_note(message.message)) {
    if (notes_.empty()) notes_due_ = read_clocks().steady + kNoteWaits;
    notes_.push_back(std::move(frame));
    return;
  }
  // In the order in which they were said.
  send_notes();
  // A full or missing connection: whatever matters is sent again.
  (void)socket_->send(frame);
}

void WorkerLoop::send_notes() {
  for (const std::string& note : notes_) (void)socket_->send(note);
  notes_.clear();
}

void WorkerLoop::perform(SendMessage& effect) { send(effect.message); }

void WorkerLoop::perform(CommandSlot& effect) {
  const StartSlot* start = std::get_if<StartSlot>(&effect.command);
  const std::string obstacle =
      start == nullptr ? std::string() : cannot_start(*start, !identity_.root.empty());
  if (obstacle.empty()) {
    parts_.supervisors.send(effect.command);
    return;
  }
  SlotEnded ended;
  ended.slot = start->slot;
  ended.token = start->token;
  ended.outcome = Outcome::kCouldNotStart;
  ended.detail = obstacle;
  backlog_.emplace_back(SlotEvent{std::move(ended)});
}

void WorkerLoop::perform(SpoolAppend& effect) {
  const Result<void> kept = spool_.append(effect.token, effect.offset, effect.bytes.data);
  if (kept) return;
  parts_.log.write({LogLevel::kError, {}, {}, effect.token, kept.error().message});
  backlog_.emplace_back(OutputLost{effect.token, effect.offset, effect.bytes.data.size()});
}

void WorkerLoop::perform(SendOutput& effect) {
  Result<std::string> bytes = spool_.read(effect.token, effect.offset, effect.size);
  if (!bytes) {
    backlog_.emplace_back(OutputLost{effect.token, effect.offset, effect.size});
    return;
  }
  FromWorker message;
  message.session = effect.session;
  message.message = Output{effect.token, effect.offset, Bytes{std::move(bytes).value()}};
  send(message);
}

void WorkerLoop::perform(SpoolRelease& effect) { spool_.release(effect.token, effect.offset); }
void WorkerLoop::perform(SpoolDrop& effect) { spool_.drop(effect.token); }
void WorkerLoop::perform(ReconnectSocket& /*effect*/) { try_next_address(); }
void WorkerLoop::perform(Settled& effect) { parts_.state.forget(effect.token); }
void WorkerLoop::perform(Log& effect) { parts_.log.write(effect); }
void WorkerLoop::perform(Exit& effect) { exit_ = effect; }

void WorkerLoop::perform(Joined& effect) {
  addresses_.confirm();
  welcomed_ = true;
  greetings_.let_in();
  Result<void> kept = parts_.state.remember_registry(effect.registry);
  if (kept && effect.first) kept = parts_.state.remember_welcome();
  if (!kept) parts_.log.write(LogLevel::kError, kept.error().message);
  const std::string text = fmt::format(
      "joined {} as {} with {} ({})", printable(effect.registry.substr(0, 8)),
      printable(identity_.name), counted(identity_.slots, "slot"), identity_.containment);
  if (effect.first) {
    std::fprintf(stderr, "headway-worker: %s\n", text.c_str());
  } else {
    parts_.log.write(LogLevel::kInfo, text);
  }
}

}  // namespace headway::worker
