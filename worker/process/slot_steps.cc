#include <utility>

#include "worker/core/limits.h"
#include "worker/core/shorten.h"
#include "worker/process/artifacts.h"
#include "worker/process/check_text.h"
#include "worker/process/expected_files.h"
#include "worker/process/file_reader.h"
#include "worker/process/slot_runner.h"
#include "worker/process/spawn.h"

/// SlotRunner from one step of an attempt to the next.

namespace headway::worker {

namespace {

using Phase = RunningAttempt::Phase;
using Kind = AttemptStep::Kind;

/// The outcome of an attempt one of whose steps cannot do its work.
Outcome outcome_of_failed(Kind kind) {
  return kind == Kind::kInputs || kind == Kind::kRequirements ? Outcome::kRequirement
                                                              : Outcome::kGate;
}

/// In the reader's process.
FilesRead read_files(const AttemptStep& step, const AttemptSpec& spec, const std::string& root,
                     std::size_t bytes_taken) {
  FilesRead read;
  if (step.kind == Kind::kInputs) {
    const Result<void> verified = verify_expected_files(root, spec.inputs);
    if (!verified) read.problem = verified.error().message;
    return read;
  }
  FilesWanted wanted;
  const bool watched = step.kind == Kind::kWatched;
  if (watched) wanted = {"watched file", false, kMostArtifactBytes - bytes_taken};
  Result<std::vector<Artifact>> found =
      collect_artifacts(root, watched ? spec.watched : spec.artifacts, wanted);
  if (found) {
    read.files = std::move(found).value();
  } else {
    read.problem = found.error().message;
  }
  return read;
}

}  // namespace

/// Nothing of the attempt is alive: what comes next begins, or its result is settled.
void SlotRunner::go_on(Instant now) {
  RunningAttempt& attempt = *attempt_;
  while (true) {
    if (is_step_over()) {
      // What was ended with the attempt has failed as the attempt has.
      if (!attempt.has_failed()) end_step();
      attempt.begun = false;
      if (attempt.has_failed() || ++attempt.step == attempt.steps.size()) return finish();
    }
    if (attempt.imposed) {
      fail(*attempt.imposed, attempt.imposed_detail);
      return finish();
    }
    attempt.phase = Phase::kRunning;
    advance(now);
    if (!attempt.children.empty() || !is_step_over()) return;
  }
}

/// Starts what may start now of the present step.
void SlotRunner::advance(Instant now) {
  RunningAttempt& attempt = *attempt_;
  const bool begins = !std::exchange(attempt.begun, true);
  const AttemptStep& step = attempt.current_step();
  switch (step.kind) {
    case Kind::kInputs:
    case Kind::kArtifacts:
    case Kind::kWatched:
      if (begins) start_reading(now);
      return;
    case Kind::kCommand:
      if (begins) start_command(now);
      return start_checkpoint(now);
    case Kind::kRequirements:
    case Kind::kGates:
      if (begins) {
        const auto& all = step.kind == Kind::kGates ? attempt.spec.gates : attempt.spec.require;
        attempt.round = CheckRound(std::span(all).subspan(step.first, step.last - step.first));
        attempt.last_tries.assign(step.last - step.first, Ending{});
      }
      return start_tries(now);
  }
}

bool SlotRunner::is_step_over() const {
  const RunningAttempt& attempt = *attempt_;
  if (!attempt.begun || !attempt.children.empty()) return false;
  switch (attempt.current_step().kind) {
    case Kind::kInputs:
    case Kind::kArtifacts:
    case Kind::kWatched:
      return true;
    case Kind::kCommand:
      return !attempt.checkpoints.has_reached();
    case Kind::kRequirements:
    case Kind::kGates:
      return attempt.round.is_over();
  }
  return true;
}

void SlotRunner::end_step() {
  switch (attempt_->current_step().kind) {
    case Kind::kInputs:
    case Kind::kArtifacts:
    case Kind::kWatched:
      return take_answer();
    case Kind::kCommand:
      return;
    case Kind::kRequirements:
    case Kind::kGates:
      return judge_round();
  }
}

Result<void> SlotRunner::start_process(
    Child child, const std::vector<std::string>& words,
    const std::vector<std::pair<std::string, std::string>>& variables) {
  RunningAttempt& attempt = *attempt_;
  Result<Launch> launch = prepare_launch(attempt.surroundings, words, variables);
  if (!launch) return launch.error();
  out_of_memory_.mark(child.started);
  Result<Spawned> spawned = spawn(launch.value(), null_device_.get());
  if (!spawned) return spawned.error();
  child.process = spawned->process;
  attempt.outputs.push_back({std::move(spawned->output), attempt.mask});
  attempt.children.push_back(child);
  note_started();
  return {};
}

/// At the first process of the attempt. Of a short one, its end is told together with this.
void SlotRunner::note_started() {
  if (std::exchange(attempt_->is_started, true)) return;
  const SlotStarted started{settings_.slot, attempt_->token, host_process()};
  channel_.queue_note(encode(FromSupervisor{0, started}));
}

void SlotRunner::tell_step(Step::Kind kind, std::size_t number) {
  attempt_->told_step = true;
  send(SlotStep{settings_.slot, attempt_->token, kind, static_cast<std::uint32_t>(number)});
}

void SlotRunner::start_command(Instant now) {
  RunningAttempt& attempt = *attempt_;
  std::vector<std::pair<std::string, std::string>> variables = {
      {"HEADWAY_PROGRESS", progress_.begin(attempt.token)}};
  if (!attempt.spec.check.empty()) variables.emplace_back("HEADWAY_CHECK", attempt.spec.check);
  // Of which no step was told is at its command: the many without requirements say nothing.
  if (attempt.told_step) {
    tell_step(Step::Kind::kCommand, 0);
    say_line(command_line());
  }
  Child child;
  child.role = Child::Role::kCommand;
  child.started = now;
  child.timeout = attempt.spec.timeout;
  const Result<void> started = start_process(child, attempt.spec.words, variables);
  if (!started) fail(Outcome::kCouldNotStart, started.error().message);
  note_output(now);
}

void SlotRunner::start_reading(Instant now) {
  RunningAttempt& attempt = *attempt_;
  const AttemptStep& step = attempt.current_step();
  attempt.answer_text.clear();
  Result<FileReader> reader = start_file_reader([&] {
    return read_files(step, attempt.spec, attempt.root,
                      bytes_in_a_message(attempt.result.artifacts));
  });
  // Without an answer `take_answer` tells that there is none.
  if (!reader) return;
  attempt.answer = std::move(reader->answer);
  Child child;
  child.role = Child::Role::kReader;
  child.process = reader->process;
  child.started = now;
  attempt.children.push_back(child);
  note_started();
}

void SlotRunner::take_answer() {
  RunningAttempt& attempt = *attempt_;
  attempt.answer.reset();
  Result<FromFileReader> answer = decode_from_file_reader(attempt.answer_text);
  FilesRead read;
  read.problem = "the files could not be read: the process that does it was ended";
  if (answer) read = std::move(std::get<FilesRead>(answer->message));
  const Kind kind = attempt.current_step().kind;
  if (kind == Kind::kWatched) {
    attempt.result.watched = std::move(read.files);
    if (!read.problem.empty()) note(read.problem);
    return;
  }
  if (!read.problem.empty()) return fail(outcome_of_failed(kind), std::move(read.problem));
  if (kind == Kind::kArtifacts) attempt.result.artifacts = std::move(read.files);
}

/// Its result stands, and is sent when its output has been.
void SlotRunner::finish() {
  RunningAttempt& attempt = *attempt_;
  SlotEnded& result = attempt.result;
  progress_.end();
  if (attempt.has_failed()) {
    result.artifacts.clear();
    result.watched.clear();
  }
  if (!attempt.notes.empty()) {
    if (!result.detail.empty()) result.detail += "; ";
    result.detail += attempt.notes;
  }
  result.detail = attempt.mask.mask(result.detail);
  shorten(result.detail, kMaxDetail);
  attempt.capture.finish();
  result.output_size = attempt.capture.size();
  attempt.phase = Phase::kDelivering;
}

}  // namespace headway::worker
