#include "worker/process/supervisors.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <variant>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "common/wire/codec.h"
#include "worker/process/supervisors_impl.h"

namespace headway::worker {

namespace {

/// How soon an unfinished sweep or a failed start is tried again.
constexpr Duration kTryAgain = std::chrono::milliseconds{20};
/// A supervisor that dies at once is not started more often than this.
constexpr Duration kStartGap = std::chrono::milliseconds{200};

/// What an epoll event is about: a slot's index and which of its descriptors.
constexpr std::uint64_t kAlarmKey = ~std::uint64_t{0};
constexpr std::uint64_t kSocketKey = 0;
constexpr std::uint64_t kProcessKey = 1;

std::uint64_t key_of(const SlotLink& link) { return std::uint64_t{link.slot.number() - 1} << 1U; }

SlotId slot_of(const SlotCommand& command) {
  return std::visit([](const auto& each) { return each.slot; }, command);
}

template <class... Part>
struct Overloaded : Part... {
  using Part::operator()...;
};
template <class... Part>
Overloaded(Part...) -> Overloaded<Part...>;

}  // namespace

Supervisors::Supervisors(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Supervisors::~Supervisors() { static_cast<void>(impl_->shut_down()); }

Result<std::unique_ptr<Supervisors>> Supervisors::start(const Options& options) {
  Result<std::unique_ptr<Impl>> impl = Impl::start(options);
  if (!impl) return impl.error();
  return std::unique_ptr<Supervisors>(new Supervisors(std::move(impl).value()));
}
void Supervisors::send(const SlotCommand& command) { impl_->send(command); }
int Supervisors::poll_fd() const { return impl_->poll_fd(); }
std::vector<SlotEvent> Supervisors::receive() { return impl_->receive(); }
std::string Supervisors::containment() const { return std::string(to_text(impl_->containment())); }
std::vector<std::int64_t> Supervisors::processes() const { return impl_->processes(); }
Result<void> Supervisors::shut_down() { return impl_->shut_down(); }

Supervisors::Impl::Impl(Options options, Containment containment, UniqueFd poll, Alarm alarm)
    : options_(std::move(options)),
      containment_(containment),
      poll_(std::move(poll)),
      alarm_(std::move(alarm)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kAlarmKey;
  HW_CHECK(::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, alarm_.fd(), &event) == 0,
           "an alarm cannot be watched");
  links_.resize(options_.slots);
  for (std::uint32_t i = 0; i < options_.slots; ++i) links_[i].slot = SlotId{i + 1};
}

void Supervisors::Impl::watch(const SlotLink& link) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key_of(link) | kSocketKey;
  HW_CHECK(::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, link.channel.fd(), &event) == 0,
           "a supervisor's channel cannot be watched");
  event.data.u64 = key_of(link) | kProcessKey;
  HW_CHECK(::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, link.pidfd.get(), &event) == 0,
           "a supervisor's process cannot be watched");
}

void Supervisors::Impl::flush(SlotLink& link) {
  link.channel.flush();
  const bool waits = link.channel.queued() > 0;
  if (waits == link.waits_for_room) return;
  link.waits_for_room = waits;
  epoll_event event{};
  event.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u64 = key_of(link) | kSocketKey;
  // Fails when the channel has been closed by a supervisor that is ending: it is watched no more.
  static_cast<void>(::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, link.channel.fd(), &event));
}

void Supervisors::Impl::wake_by(Instant at) { alarm_.ring_by(at); }

void Supervisors::Impl::refuse(const StartSlot& start, std::string detail) {
  SlotEnded ended;
  ended.slot = start.slot;
  ended.token = start.token;
  ended.outcome = Outcome::kCouldNotStart;
  ended.detail = std::move(detail);
  events_.emplace_back(std::move(ended));
  wake_by(steady_now());
}

void Supervisors::Impl::send(const SlotCommand& command) {
  const SlotId slot = slot_of(command);
  HW_CHECK(slot.number() >= 1 && slot.number() <= links_.size(), "a command for no slot");
  if (ended_) return;
  SlotLink& link = links_[slot.index() - 1];
  const auto* start = std::get_if<StartSlot>(&command);
  const auto widen = [](const auto& each) { return ToSupervisor{0, each}; };
  const std::string frame = encode(std::visit(widen, command));
  if (frame.size() > kMaxFrameBytes) {
    HW_CHECK(start != nullptr, "a small command is larger than a frame");
    return refuse(*start, "the command and its environment are too large to be handed to a slot");
  }
  if (start != nullptr) {
    if (Result<void> recorded = options_.state->record_start(slot, start->token); !recorded) {
      return refuse(*start, "it cannot be recorded that it starts: " + recorded.error().message);
    }
    link.token = start->token;
  }
  // While a supervisor is replaced: SlotLost follows, with this token.
  if (link.state == SlotLink::State::kSweeping) return;
  link.channel.queue(frame);
  flush(link);
}

std::vector<SlotEvent> Supervisors::Impl::receive() {
  constexpr int kMostReady = 256;
  std::array<epoll_event, kMostReady> ready;
  const int count = ended_ ? 0 : ::epoll_wait(poll_.get(), ready.data(), kMostReady, 0);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = ready[static_cast<std::size_t>(i)].data.u64;
    if (key == kAlarmKey) {
      alarm_.acknowledge();
      for (SlotLink& link : links_) {
        if (link.state == SlotLink::State::kSweeping) replace(link);
      }
      continue;
    }
    SlotLink& link = links_[key >> 1U];
    // An event of a moment ago may be about descriptors that are closed by now.
    if (link.state == SlotLink::State::kSweeping) continue;
    if ((key & 1U) == kProcessKey) {
      on_death(link);
      continue;
    }
    if ((ready[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) flush(link);
    read_messages(link);
  }
  return std::exchange(events_, {});
}

void Supervisors::Impl::read_messages(SlotLink& link) {
  const MessageChannel::Received received = link.channel.receive();
  while (const std::optional<std::string_view> frame = link.channel.next()) {
    Result<FromSupervisor> message = decode_from_supervisor(*frame);
    // What cannot be read was not written by a supervisor of ours that is well.
    if (!message) {
      ::syscall(SYS_pidfd_send_signal, link.pidfd.get(), SIGKILL, nullptr, 0);
      return;
    }
    on_message(link, std::move(message).value());
  }
  // Its end shows on the other descriptor; this one would wake us until then.
  if (received == MessageChannel::Received::kClosed) {
    ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, link.channel.fd(), nullptr);
    ::syscall(SYS_pidfd_send_signal, link.pidfd.get(), SIGKILL, nullptr, 0);
  }
}

void Supervisors::Impl::on_message(SlotLink& link, FromSupervisor&& message) {
  std::visit(Overloaded{[&](SlotReady&& ready) {
                          link.problem = std::move(ready.problem);
                          if (link.problem.empty()) link.state = SlotLink::State::kServing;
                        },
                        [&](SlotEnded&& ended) {
                          if (ended.token == link.token) link.token = Token{};
                          events_.emplace_back(std::move(ended));
                        },
                        [&]<class Event>(Event&& event) {
                          events_.emplace_back(std::forward<Event>(event));
                        }},
             std::move(message.message));
}

void Supervisors::Impl::on_death(SlotLink& link) {
  // What it said last still counts: perhaps its attempt had ended before.
  while (true) {
    const MessageChannel::Received received = link.channel.receive();
    while (const std::optional<std::string_view> frame = link.channel.next()) {
      if (Result<FromSupervisor> message = decode_from_supervisor(*frame)) {
        on_message(link, std::move(message).value());
      }
    }
    if (received != MessageChannel::Received::kSomething) break;
  }
  siginfo_t ignored{};
  ::waitid(P_PIDFD, static_cast<id_t>(link.pidfd.get()), &ignored, WEXITED);
  link.state = SlotLink::State::kSweeping;
  link.channel = MessageChannel{};
  link.pidfd.reset();
  link.process = {};
  link.waits_for_room = false;
  replace(link);
}

void Supervisors::Impl::replace(SlotLink& link) {
  if (!sweep_up()) return wake_by(steady_now() + kTryAgain);
  if (steady_now() < link.started + kStartGap) return wake_by(link.started + kStartGap);
  const Token lost = link.token;
  if (!start_process(link)) {
    link.started = steady_now();
    return wake_by(link.started + kStartGap);
  }
  link.token = Token{};
  events_.emplace_back(SlotLost{link.slot, lost});
}

}  // namespace headway::worker
