#include <algorithm>

#include "common/wire/codec.h"
#include "coordinator/control/answer.h"
#include "coordinator/control/desk.h"
#include "coordinator/core/watch.h"

/// What the desk does about questions. Those about runs in memory are answered after the turn's
/// commit; those about runs that have ended by a background thread.

namespace headway {

namespace {

constexpr std::size_t kMostWaiters = 1000;
constexpr Duration kLongestWait = std::chrono::seconds{30};
/// The last run that was folded for an answer stays in memory for so long after it, since long
/// answers are asked for page by page.
constexpr Duration kKeepEnded = std::chrono::seconds{30};
/// Problems of a registry that a fact names; the rest is counted.
constexpr std::uint32_t kMostTold = 5;

}  // namespace

Error Desk::too_many_apart() {
  return {ErrorKind::kInUse,
          "too many questions wait for the registry to be read; "
          "ask again in a while"};
}

void Desk::after_commit(const std::vector<Fact>& facts, Now now) {
  if (!facts.empty()) committed_ = facts.back().sequence;
  const std::vector<Asked> reading = std::exchange(reading_, {});
  for (const Asked& asked : reading) read(asked, now);

  const auto news_for = [&](const Waiter& waiter) {
    const bool also_workers = waiter.asked.request.verb == Verb::kWatch;
    return std::ranges::any_of(facts, [&](const Fact& fact) {
      return waiter.run == RunId{} || fact.run == waiter.run ||
             (also_workers && fact.run == RunId{});
    });
  };
  std::vector<Waiter> waiters = std::exchange(waiters_, {});
  for (Waiter& waiter : waiters) {
    if (news_for(waiter)) {
      read(waiter.asked, now);
    } else if (waiter.until <= now.steady) {
      // Nothing came: nothing is what there is to say.
      reply(waiter.asked, answer_question(view_, waiter.asked.request, now));
    } else {
      waiters_.push_back(std::move(waiter));
    }
  }
  forget_ended(now);
}

void Desk::read(const Asked& asked, Now now) {
  if (asked.request.verb == Verb::kValidate) return validate(asked);
  const Result<std::optional<RunId>> about = run_asked_about(asked.request);
  if (!about) return reply_error(asked, about.error());
  if (!*about) return read_at_hand(asked, now);
  if (view_.at_hand(**about)) {
    if (asked.request.verb == Verb::kWhatIf) return what_if_at_hand(asked, now);
    if (forecast_for(asked, **about, now)) return;
    return read_at_hand(asked, now);
  }
  read_ended(asked, now);
}

void Desk::read_at_hand(const Asked& asked, Now now) {
  if (waiters_.size() < kMostWaiters) {
    if (asked.request.verb == Verb::kEvents) return read_events(asked, now);
    if (asked.request.verb == Verb::kWatch) return read_watch(asked, now);
  }
  reply(asked, answer_question(view_, asked.request, now));
}

void Desk::read_events(const Asked& asked, Now now) {
  const Result<EventsRequest> request = decode_body<EventsRequest>(asked.request.body.data);
  if (!request) return reply_error(asked, request.error());
  const Result<EventsAnswer> events = view_.events(*request, now);
  if (!events) return reply_error(asked, events.error());
  const bool over = request->run != RunId{} && is_final(events->run_state);
  if (events->events.empty() && request->wait > Duration{} && !over) {
    waiters_.push_back({asked, request->run, now.steady + std::min(request->wait, kLongestWait)});
    return;
  }
  reply(asked, body_reply(asked.request, *events));
}

/// What is volatile (progress, load) has no facts: it is seen with the next ones, or when the
/// viewer has waited long enough.
void Desk::read_watch(const Asked& asked, Now now) {
  const Result<WatchRequest> request = decode_body<WatchRequest>(asked.request.body.data);
  if (!request) return reply_error(asked, request.error());
  if (request->wait > Duration{} && request->after >= committed_) {
    const Result<RunId> run = view_.choose(request->run);
    if (!run) return reply_error(asked, run.error());
    waiters_.push_back({asked, *run, now.steady + std::min(request->wait, kLongestWait)});
    return;
  }
  reply(asked, answer_question(view_, asked.request, now));
}

/// The answer comes when the background thread has it. A question that is asked again meanwhile
/// waits for the same one.
void Desk::work_apart(Background& where, const Asked& asked, Work work) {
  const std::pair key{asked.request.client, asked.request.id};
  const auto known = asked_apart_.find(key);
  if (known != asked_apart_.end()) {
    known->second = asked.peer;
    return;
  }
  if (where.waiting() >= kMostApart) return reply_error(asked, too_many_apart());
  asked_apart_.emplace(key, asked.peer);
  where.add([this, key, asked, work = std::move(work)]() -> Background::Finish {
    return [this, key, by = asked, finish = work()]() mutable {
      const auto waiting = asked_apart_.find(key);
      if (waiting == asked_apart_.end()) return;
      by.peer = std::move(waiting->second);
      asked_apart_.erase(waiting);
      finish(by);
    };
  });
}

void Desk::answer_apart(Background& where, const Asked& asked, Prepare prepare) {
  work_apart(where, asked, [this, prepare = std::move(prepare)] {
    return [this, finish = prepare()](const Asked& by) { reply(by, finish()); };
  });
}

void Desk::read_ended(const Asked& asked, Now now) {
  forget_at_ = now.steady + kKeepEnded;
  answer_apart(reading_ended_, asked, [this, request = asked.request, now] {
    Reply answer = ended_.answer(request, now, [this] { return reading_ended_.ending(); });
    return [this, request, now, answer = std::move(answer)] {
      return request.verb == Verb::kWatch ? with_living_agents(request, answer, now)
                                          : with_late_output(request, answer);
    };
  });
}

/// A run's last output may still be on its way when the run has left the memory: only the core
/// knows.
Reply Desk::with_late_output(const Request& request, Reply reply) const {
  if (request.verb != Verb::kLogs || !reply.ok || core_ == nullptr) return reply;
  const Result<LogsRequest> asked = decode_body<LogsRequest>(request.body.data);
  Result<LogsAnswer> answer = decode_body<LogsAnswer>(reply.body.data);
  if (!asked || !answer || !core_->output_pending(asked->run)) return reply;
  answer->complete = false;
  reply.body = {encode_body(*answer)};
  return reply;
}

/// The workers of a run that has ended may be here still: only the core knows.
Reply Desk::with_living_agents(const Request& request, Reply reply, Now now) const {
  if (!reply.ok || core_ == nullptr) return reply;
  Result<WatchAnswer> answer = decode_body<WatchAnswer>(reply.body.data);
  if (!answer) return reply;
  RunWatch(core_->state(), core_, now).show_agents(*answer);
  answer->run.agents.total = core_->state().joined_slots;
  return body_reply(request, *answer);
}

/// Reads the whole registry and every artifact: minutes, perhaps. What memory says is compared at
/// the end, on this thread.
void Desk::validate(const Asked& asked) {
  const Result<ValidateRequest> request = decode_body<ValidateRequest>(asked.request.body.data);
  if (!request) return reply_error(asked, request.error());
  const Result<RunId> run = view_.choose(request->run);
  if (!run) return reply_error(asked, run.error());
  answer_apart(validating_, asked, [this, question = asked.request, run = *run] {
    const Result<Registry> registry = Registry::open_reader(compiler_.registry);
    Result<StateValidation> validation =
        registry ? validate_run(*registry, run, [this] { return validating_.ending(); })
                 : Result<StateValidation>(registry.error());
    return [this, question, run, validation = std::move(validation)] {
      if (!validation) return error_reply(question, validation.error());
      const Result<ValidateAnswer> answer = view_.validated(run, *validation);
      return answer ? body_reply(question, *answer) : error_reply(question, answer.error());
    };
  });
}

/// What the core wants to know; asked for again meanwhile, it is looked at once more.
void Desk::verify(RunId run) {
  const auto [known, is_new] = verifying_.try_emplace(run, false);
  if (!is_new) {
    known->second = true;
    return;
  }
  validating_.add([this, run]() -> Background::Finish {
    const Result<Registry> registry = Registry::open_reader(compiler_.registry);
    const auto validation = std::make_shared<Result<StateValidation>>(
        registry ? validate_run(*registry, run, [this] { return validating_.ending(); })
                 : Result<StateValidation>(registry.error()));
    return [this, run, validation] { verified(run, *validation); };
  });
}

void Desk::verified(RunId run, const Result<StateValidation>& validation) {
  const bool once_more = verifying_[run];
  verifying_.erase(run);
  VerifiedInput input{run, 0, ""};
  std::vector<std::string> agreeing;
  const auto tell = [&](const std::string& what) {
    ++input.problems;
    if (input.problems <= kMostTold) input.detail += (input.detail.empty() ? "" : "; ") + what;
  };
  if (!validation) {
    tell(validation.error().message);
  } else if (const Result<ValidateAnswer> answer = view_.validated(run, *validation); !answer) {
    tell(answer.error().message);
  } else {
    for (const StateCheck& check : answer->checks) {
      if (check.verdict == CheckVerdict::kPassed) agreeing.push_back(check.name);
      if (check.verdict != CheckVerdict::kFailed || check.name == kAgentsCheck) continue;
      for (const std::string& finding : check.findings) tell(check.name + ": " + finding);
    }
  }
  if (input.problems == 0) input.detail = join_words(agreeing) + " agree";
  prepared_.emplace_back(std::move(input));
  if (once_more) verify(run);
}

void Desk::forget_ended(Now now) {
  if (!forget_at_ || *forget_at_ > now.steady) return;
  forget_at_.reset();
  reading_ended_.add([this]() -> Background::Finish {
    ended_.forget();
    return nullptr;
  });
}

std::optional<Instant> Desk::next_deadline() const {
  std::optional<Instant> next = forget_at_;
  for (const Waiter& waiter : waiters_) {
    if (!next || waiter.until < *next) next = waiter.until;
  }
  return next;
}

}  // namespace headway
