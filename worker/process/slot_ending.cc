#include <algorithm>
#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "worker/process/artifacts.h"
#include "worker/process/slot_runner.h"

/// SlotRunner from the end of the main process to SlotEnded.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;

/// Of output that is still in the pipe when everything has ended. A pipe holds 64 KiB, or 1 MiB
/// where the command enlarged it; more could only come from a process that escaped the slot.
constexpr std::size_t kMostLastOutput = 2U << 20U;
/// An encoded list of artifacts stays below the size of a frame.
constexpr std::size_t kMostArtifactText = 2U << 20U;

}  // namespace

void SlotRunner::on_child(Instant now) {
  SlotContents::Left left = SlotContents::Left::kSome;
  while (const std::optional<SlotContents::Reaped> reaped = contents_.reap(left)) {
    if (!attempt_ || attempt_->phase == Phase::kReading) continue;
    Usage& usage = attempt_->result.usage;
    usage.cpu += reaped->cpu;
    usage.max_memory = std::max(usage.max_memory, reaped->max_memory);
    if (reaped->process == attempt_->main_process) attempt_->main_status = reaped->status;
  }
  if (!attempt_ || !attempt_->main_status) return;
  const bool nothing_left = left == SlotContents::Left::kNothing;
  switch (attempt_->phase) {
    case Phase::kRunning:
      attempt_->phase = Phase::kEmptying;
      attempt_->kill_at.reset();
      if (nothing_left) return emptied(now);
      attempt_->left_behind = true;
      return kill_all(now);
    case Phase::kEmptying:
      if (nothing_left) return emptied(now);
      // A subreaper gets orphans one generation after the other.
      return contents_.signal_all(SIGKILL);
    case Phase::kReading:
      if (nothing_left && !attempt_->artifact_answer) artifacts_read();
      return;
    case Phase::kDelivering:
      return;
  }
}

void SlotRunner::emptied(Instant now) {
  RunningAttempt& attempt = *attempt_;
  attempt.kill_again.reset();
  attempt.result.usage.elapsed = now - attempt.started;
  for (std::size_t read = 0; read < kMostLastOutput && read_output_once(); read += block_.size()) {
  }
  attempt.output.reset();
  std::string rest;
  attempt.mask.finish(rest);
  attempt.capture.add(rest);
  attempt.capture.finish();
  report(progress_.end());
  settle_result();
  if (attempt.result.outcome == Outcome::kSucceeded && !attempt.artifacts.empty()) {
    return read_artifacts(now);
  }
  attempt.phase = Phase::kDelivering;
}

void SlotRunner::settle_result() {
  RunningAttempt& attempt = *attempt_;
  const int status = *attempt.main_status;
  const bool out_of_memory =
      !attempt.imposed && may_be_out_of_memory(status) && out_of_memory_.has_moved();
  const Ending ending = ending_of(status, out_of_memory);
  SlotEnded& result = attempt.result;
  result.outcome = attempt.imposed.value_or(ending.outcome);
  result.exit_code = ending.exit_code;
  result.signal = ending.signal;
  result.detail = attempt.imposed ? attempt.imposed_detail : ending.detail;
  result.output_size = attempt.capture.size();
  if (attempt.left_behind && !attempt.imposed) {
    result.detail += result.detail.empty() ? "" : "; ";
    result.detail += "it left processes behind, which were killed";
  }
  result.detail = attempt.mask.mask(result.detail);
}

void SlotRunner::read_artifacts(Instant now) {
  RunningAttempt& attempt = *attempt_;
  Result<ArtifactReader> reader = start_artifact_reader(attempt.root, attempt.artifacts);
  if (!reader) {
    attempt.result.outcome = Outcome::kGate;
    attempt.result.detail = reader.error().message;
    attempt.phase = Phase::kDelivering;
    return;
  }
  attempt.phase = Phase::kReading;
  attempt.artifact_answer = std::move(reader->answer);
  check_lease(now);
}

void SlotRunner::on_artifacts(Instant now) {
  if (!attempt_ || !attempt_->artifact_answer) return;
  RunningAttempt& attempt = *attempt_;
  const ssize_t got = ::read(attempt.artifact_answer.get(), block_.data(), block_.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0 && attempt.artifact_text.size() < kMostArtifactText) {
    attempt.artifact_text.append(block_.data(), static_cast<std::size_t>(got));
    return;
  }
  attempt.artifact_answer.reset();
  on_child(now);
}

void SlotRunner::artifacts_read() {
  RunningAttempt& attempt = *attempt_;
  attempt.phase = Phase::kDelivering;
  attempt.kill_again.reset();
  if (attempt.imposed) return settle_result();
  Result<FromArtifactReader> answer = decode_from_artifact_reader(attempt.artifact_text);
  std::string problem = "the artifacts could not be read: the process that does it was ended";
  if (answer) {
    ArtifactsRead& read = std::get<ArtifactsRead>(answer->message);
    problem = std::move(read.problem);
    attempt.result.artifacts = std::move(read.artifacts);
  }
  if (problem.empty()) return;
  attempt.result.outcome = Outcome::kGate;
  attempt.result.detail = attempt.mask.mask(problem);
  attempt.result.artifacts.clear();
}

}  // namespace headway::worker
