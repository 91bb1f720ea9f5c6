#include <algorithm>
#include <cerrno>
#include <charconv>
#include <type_traits>
#include <unistd.h>
#include <utility>

#include "common/base/text.h"
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
/// Checkpoints that one attempt names; of more, only the last is told of, when its command ends.
constexpr std::uint32_t kMostCheckpoints = 1000;
/// Of output that is still in the pipe when everything has ended. A pipe holds 64 KiB, or 1 MiB
/// where the command enlarged it; more could only come from a process that escaped the slot.
constexpr std::size_t kMostLastOutput = 2U << 20U;
/// An encoded list of files stays below the size of a frame.
constexpr std::size_t kMostAnswer = 2U << 20U;

}  // namespace

/// The first process as the worker's machine numbers it: it is this process's only child when it
/// has just been started.
std::int64_t SlotRunner::host_process() const {
  std::int64_t process = attempt_->children.front().process;
  if (!host_children_) return process;
  char block[32] = {};
  const ssize_t got = ::pread(host_children_.get(), block, sizeof block - 1, 0);
  if (got > 0) std::from_chars(block, block + got, process);
  return process;
}

bool SlotRunner::has_room() const { return channel_.queued() < kMostQueued; }

void SlotRunner::add_outputs(std::vector<pollfd>& to) const {
  if (!attempt_ || !has_room()) return;
  for (const OutputStream& output : attempt_->outputs) {
    if (output.from) to.push_back({output.from.get(), POLLIN, 0});
  }
}

int SlotRunner::progress_fd() const {
  // Without an attempt as well: late events must not fill the watch's queue.
  return has_room() ? progress_.watch_fd() : -1;
}

int SlotRunner::answer_fd() const {
  return attempt_ && attempt_->answer ? attempt_->answer.get() : -1;
}

bool SlotRunner::read_once(OutputStream& stream) {
  if (!stream.from) return false;
  const ssize_t got = ::read(stream.from.get(), block_.data(), block_.size());
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    close_output(stream);
    return false;
  }
  std::string masked;
  stream.mask.add({block_.data(), static_cast<std::size_t>(got)}, masked);
  put(masked);
  return true;
}

void SlotRunner::close_output(OutputStream& stream) {
  stream.from.reset();
  std::string rest;
  stream.mask.finish(rest);
  put(rest);
}

void SlotRunner::on_output(Instant now) {
  if (!attempt_) return;
  std::vector<OutputStream>& outputs = attempt_->outputs;
  for (OutputStream& output : outputs) {
    for (int round = 0; round < kReadsAtOnce && read_once(output); ++round) {
    }
  }
  std::erase_if(outputs, [](const OutputStream& output) { return !output.from; });
  note_output(now);
}

void SlotRunner::drain_outputs() {
  for (OutputStream& output : attempt_->outputs) {
    for (std::size_t read = 0; read < kMostLastOutput && read_once(output); read += block_.size()) {
    }
    if (output.from) close_output(output);
  }
  attempt_->outputs.clear();
  for (std::size_t read = 0; read < kMostAnswer && attempt_->answer; read += block_.size()) {
    on_answer();
  }
}

void SlotRunner::on_answer() {
  if (!attempt_ || !attempt_->answer) return;
  RunningAttempt& attempt = *attempt_;
  const ssize_t got = ::read(attempt.answer.get(), block_.data(), block_.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0 && attempt.answer_text.size() < kMostAnswer) {
    attempt.answer_text.append(block_.data(), static_cast<std::size_t>(got));
    return;
  }
  attempt.answer.reset();
}

void SlotRunner::put(std::string_view text) {
  if (text.empty()) return;
  attempt_->capture.add(text);
  attempt_->at_line_start = text.back() == '\n';
}

void SlotRunner::say_line(std::string_view line) {
  if (!attempt_->at_line_start) put("\n");
  put(attempt_->mask.mask(line));
}

void SlotRunner::note_output(Instant now) {
  RunningAttempt& attempt = *attempt_;
  if (attempt.output_due || attempt.capture.ready() == 0) return;
  attempt.output_due = std::max(now, attempt.output_sent + kGather);
}

void SlotRunner::on_progress(Instant now) {
  // What is written when the command is over is taken in and counts for nothing.
  const std::vector<ProgressItem> items = progress_.read_if_changed();
  if (attempt_ && attempt_->command() != nullptr) report(items, now);
}

void SlotRunner::report(const std::vector<ProgressItem>& items, Instant now) {
  const ShareDone* latest = nullptr;
  for (const ProgressItem& item : items) {
    if (const auto* share = std::get_if<ShareDone>(&item)) {
      latest = share;
      attempt_->checkpoints.at_share(share->share);
    }
    if (const auto* checkpoint = std::get_if<NamedCheckpoint>(&item))
      report_named(checkpoint->name);
  }
  // Only the latest share is of interest to anybody.
  if (latest != nullptr) {
    send(SlotProgress{settings_.slot, attempt_->token, latest->share,
                      attempt_->mask.mask(latest->message)});
  }
  // Those that it reached at its very end wait until what it left behind is gone.
  if (attempt_->command() != nullptr && !attempt_->imposed) start_checkpoint(now);
}

/// One that the plan does not declare has passed when it is named.
void SlotRunner::report_named(const std::string& name) {
  if (attempt_->checkpoints.at_name(name)) return;
  std::string shown = printable(attempt_->mask.mask(name));
  if (++checkpoints_ > kMostCheckpoints) {
    last_named_ = std::move(shown);
    return;
  }
  send(SlotCheckpoint{settings_.slot, attempt_->token, std::move(shown)});
}

/// A retry begins from the last, however many there were.
void SlotRunner::report_last_named() {
  if (checkpoints_ <= kMostCheckpoints) return;
  SlotCheckpoint last{settings_.slot, attempt_->token, std::move(last_named_)};
  last.left_out = checkpoints_ - kMostCheckpoints - 1;
  send(std::move(last));
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
