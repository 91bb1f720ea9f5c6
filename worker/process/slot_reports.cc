#include <algorithm>
#include <cerrno>
#include <charconv>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "worker/process/slot_runner.h"

/// SlotRunner's reports: what the attempt says, and how it reaches the worker.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;

/// When so much waits for a slow or frozen worker, nothing more is read from the command, which
/// then waits in its write: memory stays bounded, and deadlines still fire.
constexpr std::size_t kMostQueued = 512U << 10U;
/// Little output is gathered for so long after the last was sent.
constexpr Duration kGather = std::chrono::milliseconds{50};
/// Reads in one turn.
constexpr int kReadsAtOnce = 4;
/// Of one attempt; more are dropped, as the worker's core does.
constexpr std::uint32_t kMostCheckpoints = 1000;

}  // namespace

/// The main process as the worker's machine numbers it: it is this process's only child when it has
/// just been started.
std::int64_t SlotRunner::host_process() const {
  std::int64_t process = attempt_->main_process;
  if (!host_children_) return process;
  char block[32] = {};
  const ssize_t got = ::pread(host_children_.get(), block, sizeof block - 1, 0);
  if (got > 0) std::from_chars(block, block + got, process);
  return process;
}

bool SlotRunner::has_room() const { return channel_.queued() < kMostQueued; }

int SlotRunner::output_fd() const {
  if (!attempt_ || !attempt_->output || !has_room()) return -1;
  return attempt_->output.get();
}

int SlotRunner::progress_fd() const {
  // Without an attempt as well: late events must not fill the watch's queue.
  return has_room() ? progress_.watch_fd() : -1;
}

int SlotRunner::artifacts_fd() const {
  return attempt_ && attempt_->artifact_answer ? attempt_->artifact_answer.get() : -1;
}

bool SlotRunner::read_output_once() {
  RunningAttempt& attempt = *attempt_;
  if (!attempt.output) return false;
  const ssize_t got = ::read(attempt.output.get(), block_.data(), block_.size());
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    attempt.output.reset();
    return false;
  }
  const std::string_view bytes{block_.data(), static_cast<std::size_t>(got)};
  std::string masked;
  attempt.mask.add(bytes, masked);
  attempt.capture.add(masked);
  return true;
}

void SlotRunner::on_output(Instant now) {
  if (!attempt_) return;
  for (int round = 0; round < kReadsAtOnce && read_output_once(); ++round) {
  }
  note_output(now);
}

void SlotRunner::note_output(Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (attempt.output_due || attempt.capture.ready() == 0) return;
  attempt.output_due = std::max(now, attempt.output_sent + kGather);
}

void SlotRunner::on_progress() { report(progress_.read_if_changed()); }

void SlotRunner::report(const std::vector<ProgressItem>& items) {
  if (!attempt_) return;
  const ShareDone* latest = nullptr;
  for (const ProgressItem& item : items) {
    if (const auto* share = std::get_if<ShareDone>(&item)) latest = share;
    if (const auto* checkpoint = std::get_if<NamedCheckpoint>(&item)) {
      if (++checkpoints_ > kMostCheckpoints) continue;
      send(SlotCheckpoint{settings_.slot, attempt_->token, attempt_->mask.mask(checkpoint->name)});
    }
  }
  // Only the latest share is of interest to anybody.
  if (latest == nullptr) return;
  send(SlotProgress{settings_.slot, attempt_->token, latest->share,
                    attempt_->mask.mask(latest->message)});
}

void SlotRunner::deliver(Instant now) {
  RunningAttempt& attempt = *attempt_;
  const bool ended = attempt.phase == Phase::kDelivering;
  const bool due = ended || (attempt.output_due && now >= *attempt.output_due);
  while (has_room() && attempt.capture.ready() > (due ? 0 : OutputCapture::kMostChunk - 1)) {
    OutputChunk chunk = attempt.capture.take();
    send(SlotOutput{settings_.slot, attempt.token, chunk.offset, Bytes{std::move(chunk.bytes)}});
    attempt.output_sent = now;
    // What goes into the socket makes room for the next.
    channel_.flush();
  }
  if (attempt.capture.ready() == 0) {
    attempt.output_due.reset();
  }
  if (!ended || attempt.capture.ready() > 0) return;
  send(std::move(attempt.result));
  attempt_.reset();
  progress_look_.reset();
}

}  // namespace headway::worker
