#include "tests/sim/checkers/promises.h"

namespace headway::sim {

void Promises::submit_acknowledged(RunId run) {
  submitted_.insert(run);
  if (reading_.run(run) == nullptr) {
    problems_.add(1, "the submission of r{} is acknowledged and not durable", run.number());
  }
}

void Promises::stop_acknowledged(RunId run) {
  const ReadRun* stopped = reading_.run(run);
  if (stopped == nullptr || !stopped->ever_stopped) {
    problems_.add(8, "the stop of r{} is acknowledged and not durable", run.number());
  }
}

void Promises::result_acknowledged(Token token, ResultVerdict verdict, Outcome reported) {
  const ReadAttempt* attempt = reading_.attempt(token);
  if (attempt == nullptr) return;  // of a lost future
  if (attempt->alive) {
    problems_.add(7, "the result of token {} is answered with {} while the attempt is alive",
                  token.number(), to_text(verdict));
    return;
  }
  // `duplicate` tells the worker only that the attempt is settled.
  if (verdict != ResultVerdict::kCommitted) return;
  const bool renamed =
      reported == Outcome::kWorkerLost && attempt->outcome == Outcome::kKilledWorkers;
  if (attempt->outcome != reported && !renamed) {
    problems_.add(7, "the result of token {} ({}) is acknowledged as {}, and recorded is {}",
                  token.number(), to_text(reported), to_text(verdict), to_text(*attempt->outcome));
  }
  results_[token] = *attempt->outcome;
}

void Promises::checkpoint_acknowledged(Token token, std::uint32_t number) {
  const ReadAttempt* attempt = reading_.attempt(token);
  if (attempt == nullptr || !attempt->alive) return;
  if (reading_.ticket(attempt->key)->checkpoints >= number) return;
  problems_.add(7, "checkpoint {} of token {} is acknowledged and not durable", number,
                token.number());
}

void Promises::recovered() {
  for (const RunId run : submitted_) {
    if (reading_.run(run) == nullptr) {
      problems_.add(1, "r{} was acknowledged and is gone", run.number());
    }
  }
  for (const auto& [token, outcome] : results_) {
    const ReadAttempt* attempt = reading_.attempt(token);
    if (attempt == nullptr || attempt->outcome != outcome) {
      problems_.add(7, "the result of token {} was acknowledged and is gone", token.number());
    }
  }
}

void Promises::restored() {
  std::erase_if(submitted_, [&](RunId run) { return reading_.run(run) == nullptr; });
  std::erase_if(results_, [&](const auto& result) {
    const ReadAttempt* attempt = reading_.attempt(result.first);
    return attempt == nullptr || attempt->outcome != result.second;
  });
}

}  // namespace headway::sim
