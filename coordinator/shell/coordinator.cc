#include "coordinator/shell/coordinator.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "common/system/roomy_heap.h"
#include "common/wire/codec.h"
#include "coordinator/control/answer.h"
#include "coordinator/control/replay.h"
#include "coordinator/core/spoken.h"

namespace headway {

namespace {

/// Frames taken from each socket in one turn: bounds a turn, and with it the time to the next
/// commit.
constexpr int kMaxFramesPerTurn = 1000;
/// Longest sleep without anything due: a bound on what a mistake about deadlines could cost.
constexpr long kMaxPollMillis = 1'000;

}  // namespace

Coordinator::Coordinator(const CoordinatorOptions& options, CoordinatorLog log,
                         const StatePaths& paths, Registry registry, SpaceGuard space)
    : options_(options),
      log_(std::move(log)),
      paths_(paths),
      registry_(std::move(registry)),
      outputs_(paths.folder),
      space_(std::move(space)),
      desk_(registry_, outputs_, {paths.registry, paths.folder}) {}

Result<std::unique_ptr<Coordinator>> Coordinator::start(const CoordinatorOptions& options,
                                                        CoordinatorLog log) {
  if (const Result<void> made = make_directories(options.state_dir); !made) return made.error();
  const Result<StatePaths> paths = find_state_paths(options.state_dir);
  if (!paths) return paths.error();
  if (const Result<void> made = make_socket_folder(*paths); !made) return made.error();
  SpaceGuard space(paths->registry);
  const Result<bool> ballast = space.prepare();
  Result<Registry> registry = Registry::open_owner(paths->registry);
  if (!registry) return registry.error();

  std::unique_ptr<Coordinator> made(
      new Coordinator(options, std::move(log), *paths, std::move(*registry), std::move(space)));
  if (!ballast) {
    made->log_.warn("the ballast that keeps room for results cannot be made: " +
                    ballast.error().message);
  }
  // A plan in memory takes ten times its compiled bytes; with its records and queues, fifteen.
  constexpr std::uint64_t kMemoryOfCompiled = 16;
  const Result<std::uint64_t> compiled_bytes = made->registry_.compiled_bytes();
  if (!compiled_bytes) return compiled_bytes.error();
  const RoomyHeap room(kMemoryOfCompiled * *compiled_bytes);
  Result<State> state =
      replay_unfinished(made->registry_, [&](RunId run, const std::string& compiled) {
        made->log_.info(
            fmt::format("r{} has no compiled plan of this version; read its text", run.number()));
        const Result<void> kept = made->registry_.store_compiled(run, compiled);
        if (!kept) made->log_.warn("the compiled plan was not kept: " + kept.error().message);
      });
  if (!state) return state.error();
  const Result<RegistryHead> head = made->registry_.head();
  if (!head) return head.error();
  if (const Result<void> listening = made->listen(); !listening) return listening.error();
  CoreOptions core;
  core.registry = head->id;
  core.lease = options.lease;
  core.heartbeat = options.heartbeat;
  // Clocks may run apart by one part in a hundred; a kill takes no more than two seconds.
  core.lease_margin = options.lease / 100 + std::chrono::seconds{2};
  core.join_words = made->join_words_.empty() ? "--connect " + shell_word(paths->worker_endpoint())
                                              : made->join_words_;
  made->now_ = read_clocks();
  const std::size_t unfinished = state->runs.size();
  made->core_ = std::make_unique<Core>(core, std::move(*state), made->now_);
  made->desk_.set_core(made->core_.get());
  if (const Result<void> opened = made->open_metrics(); !opened) return opened.error();
  made->log_.info(fmt::format("registry {} ({}), {}", paths->registry, head->id.substr(0, 8),
                              counted(unfinished, "unfinished run")));
  return made;
}

std::vector<zmq::pollitem_t> Coordinator::poll_items(int signal_fd) {
  std::vector<zmq::pollitem_t> items = {{nullptr, signal_fd, ZMQ_POLLIN, 0}};
  if (options_.lifeline) items.push_back({nullptr, *options_.lifeline, ZMQ_POLLIN, 0});
  for (void* socket : {workers_->handle(), clients_->handle(), doors_->handle(),
                       workers_->loss_handle(), clients_->loss_handle()}) {
    items.push_back({socket, 0, ZMQ_POLLIN, 0});
  }
  for (const int fd : desk_.finished_fds()) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  if (doors_->changed_fd() >= 0) items.push_back({nullptr, doors_->changed_fd(), ZMQ_POLLIN, 0});
  return items;
}

Result<void> Coordinator::run(int signal_fd) {
  if (Result<void> first = turn(); !first) return first;
  if (options_.ready_fd) {
    constexpr std::string_view kReady = "ready\n";
    if (::write(*options_.ready_fd, kReady.data(), kReady.size()) < 0) {
      return Error{ErrorKind::kFailed, "nobody reads the pipe of --ready-fd"};
    }
    ::close(*options_.ready_fd);
  }
  while (true) {
    std::vector<zmq::pollitem_t> items = poll_items(signal_fd);
    try {
      zmq::poll(items, std::chrono::milliseconds{poll_timeout()});
    } catch (const zmq::error_t& failure) {
      if (failure.num() != EINTR)
        return Error{ErrorKind::kFailed, std::string("poll: ") + failure.what()};
    }
    if (items[0].revents != 0) {
      log_.info(
          "ending on a signal; unfinished runs go on when a coordinator is started here again");
      return {};
    }
    if (options_.lifeline && items[1].revents != 0) return {};
    if (Result<void> done = turn(); !done) return done;
  }
}

long Coordinator::poll_timeout() const {
  long wait = kMaxPollMillis;
  for (const std::optional<Instant>& deadline : {core_->next_deadline(), desk_.next_deadline()}) {
    if (!deadline) continue;
    // Rounded up: waking a moment too early would spin until the deadline.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*deadline - read_clocks().steady);
    wait = std::clamp<long>(static_cast<long>(left.count()), 0, wait);
  }
  return wait;
}

Result<void> Coordinator::turn() {
  now_ = read_clocks();
  take_finished();
  look_after_doors();
  take_from_workers();
  look_at_space();
  take_from_clients();
  const Turn turn = core_->finish_turn(now_);
  if (Result<void> committed = commit(turn); !committed) return committed;
  carry_out(turn);
  desk_.after_commit(turn.facts, now_);
  doors_->admit_newcomers(now_);
  send_replies();
  publish_metrics();
  return {};
}

/// Before anything else of a turn: some of it is compared with the core's memory, which is what the
/// registry says only until a turn adds to it.
void Coordinator::take_finished() {
  std::vector<Input> inputs;
  desk_.take_finished(inputs);
  for (const Input& input : inputs) core_->step(input, now_);
}

void Coordinator::take_from_workers() {
  for (int i = 0; i < kMaxFramesPerTurn; ++i) {
    std::optional<Incoming> incoming = workers_->receive();
    if (!incoming) return;
    // Read once the message is here, and never before: its worker counts its lease from when it
    // sent this. Were this process to stand still between the clock and the message, the lease
    // would end here before it ends there.
    now_ = read_clocks();
    const Result<std::optional<FromWorker>> message = doors_->take(*incoming);
    if (!message) {
      if (++undecodable_ == 1 || undecodable_ % 1000 == 0) {
        log_.warn(fmt::format("dropped what is no message of a worker ({}); {} so far",
                              message.error().message, undecodable_));
      }
      continue;
    }
    if (*message) core_->step(WorkerInput{std::move(incoming->peer), **message}, now_);
  }
}

void Coordinator::take_from_clients() {
  std::vector<Input> inputs;
  for (int i = 0; i < kMaxFramesPerTurn; ++i) {
    const std::optional<Incoming> incoming = clients_->receive();
    if (!incoming) break;
    const Result<Request> request = decode_request(incoming->frame);
    if (!request) {
      if (++undecodable_ == 1 || undecodable_ % 1000 == 0) {
        log_.warn(fmt::format("dropped what is no request ({}); {} so far", request.error().message,
                              undecodable_));
      }
      continue;
    }
    const Sender sender = doors_->sender(*incoming);
    const Result<void> allowed = doors_->allow_request(sender, changes_something(request->verb));
    if (allowed) {
      desk_.receive({incoming->peer, *request, sender.name()}, now_, inputs);
    } else {
      static_cast<void>(
          clients_->send(incoming->peer, encode(error_reply(*request, allowed.error()))));
    }
  }
  for (const Input& input : inputs) core_->step(input, now_);
}

Result<void> Coordinator::commit(const Turn& turn) {
  if (turn.facts.empty() && turn.submitted.empty()) return {};
  Commit commit;
  for (const auto& [run, request] : turn.submitted) {
    commit.runs.push_back(desk_.take_submission(request, run, now_));
  }
  for (const auto& [run, request] : turn.replanned) {
    commit.plans.push_back(desk_.take_version(request, now_));
  }
  commit.facts = turn.facts;
  commit.counts = turn.counts;
  commit.tallies = turn.tallies;
  const Result<void> committed = registry_.commit(commit);
  if (!committed) {
    return Error{committed.error().kind,
                 "the registry could not be written, and nothing more was told to anybody: " +
                     committed.error().message +
                     "\nstart the coordinator again when the cause is mended: it goes on from what "
                     "is in the file"};
  }
  for (const Fact& fact : turn.facts) log_.fact(fact, core_->state());
  return {};
}

void Coordinator::carry_out(const Turn& turn) {
  for (const Effect& effect : turn.effects) {
    if (const auto* send = std::get_if<SendToWorker>(&effect)) {
      // A full or vanished peer: what matters is sent again, to whoever says hello.
      static_cast<void>(workers_->send(send->peer, encode(send->message)));
    } else if (const auto* output = std::get_if<StoreOutput>(&effect)) {
      const Result<void> written =
          outputs_.write(output->run, output->token, output->offset, output->bytes);
      if (!written) log_.warn("an output is incomplete: " + written.error().message);
    } else {
      desk_.answer(effect, now_);
    }
  }
}

void Coordinator::send_replies() {
  for (const auto& [peer, reply] : desk_.take_replies()) {
    static_cast<void>(clients_->send(peer, encode(reply)));
  }
  for (const auto& [peer, frame] : doors_->take_answers()) {
    static_cast<void>(workers_->send(peer, frame));
  }
}

/// Submissions need much room and can wait; results need little and cannot. Each turn: a disk may
/// fill up within a moment.
void Coordinator::look_at_space() {
  const Result<std::uint64_t> free = space_.free_bytes();
  const bool low = free && *free < SpaceGuard::kLowBytes;
  if (free) free_bytes_ = *free;
  refusal_ =
      low ? fmt::format("only {} are free where the registry is ({}); make room, at least {}",
                        format_size(static_cast<std::int64_t>(*free)), paths_.folder,
                        format_size(static_cast<std::int64_t>(SpaceGuard::kLowBytes)))
          : "";
  desk_.refuse_submissions(refusal_);
}

}  // namespace headway
