#include <memory>

#include "common/system/clock.h"
#include "common/wire/codec.h"
#include "coordinator/control/answer.h"
#include "coordinator/control/desk.h"
#include "coordinator/core/status.h"
#include "coordinator/forecast/what_if.h"

/// What the desk does about when runs will be over. The shell's thread only copies what a forecast
/// follows from.

namespace headway {

namespace {

/// With no more tickets left, a forecast is there after a tenth of a second or so, and whoever
/// asked for the run waits for it.
constexpr std::uint32_t kMostToWaitFor = 1000;

bool shows_eta(Verb verb) {
  return verb == Verb::kStatus || verb == Verb::kWatch || verb == Verb::kDiagnose;
}

struct Made {
  Forecast forecast;
  Duration took{};
};

Made timed_forecast(const Situation& situation, const Background& thread) {
  const Instant begun = read_clocks().steady;
  Forecast forecast = make_forecast(situation, [&] { return thread.ending(); });
  return {forecast, read_clocks().steady - begun};
}

}  // namespace

/// Has the run forecast anew if it is time. True: the question waits for that, and is answered
/// then.
bool Desk::forecast_for(const Asked& asked, RunId named, Now now) {
  if (core_ == nullptr || !shows_eta(asked.request.verb)) return false;
  const Result<RunId> chosen = view_.choose(named);
  const Run* run = chosen ? core_->state().find_run(*chosen) : nullptr;
  if (run == nullptr) return false;
  forecasts_.keep_only(core_->state().runs);
  const Sequence last_fact = core_->state().last_sequence;
  const Forecasts::Need need = forecasts_.need(*run, last_fact, now);
  if (need == Forecasts::Need::kNone || forecasting_.waiting() >= kMostApart) return false;
  const RunId id = run->id;
  if (forecasts_.is_making(*run)) {
    // Somebody asked just before: the thread takes one after the other.
    if (run->tickets.size() - run->ended() > kMostToWaitFor) return false;
    work_apart(forecasting_, asked, [this, named, now] {
      return [this, named, now](const Asked& by) { answer_forecast(by, named, now); };
    });
    return true;
  }
  forecasts_.begin(*run, last_fact, now);
  const std::uint32_t version = run->source->version;
  const auto situation = std::make_shared<const Situation>(situation_of(*core_, *run, now));
  if (need == Forecasts::Need::kNow && situation->left() <= kMostToWaitFor) {
    work_apart(forecasting_, asked, [this, id, version, situation, named, now] {
      return [this, id, version, made = timed_forecast(*situation, forecasting_), named,
              now](const Asked& by) {
        forecasts_.finish(id, version, made.forecast, made.took);
        answer_forecast(by, named, now);
      };
    });
    return true;
  }
  forecast_apart(id, version, situation);
  return false;
}

/// Its run may have ended while the forecast was made.
void Desk::answer_forecast(const Asked& asked, RunId named, Now now) {
  if (!view_.at_hand(named)) return read_ended(asked, now);
  reply(asked, answer_question(view_, asked.request, now));
}

void Desk::forecast_apart(RunId id, std::uint32_t version,
                          const std::shared_ptr<const Situation>& situation) {
  forecasting_.add([this, id, version, situation]() -> Background::Finish {
    return [this, id, version, made = timed_forecast(*situation, forecasting_)] {
      forecasts_.finish(id, version, made.forecast, made.took);
    };
  });
}

RunSummary Desk::published_summary(const Run& run, Now now) {
  const Sequence last_fact = core_->state().last_sequence;
  const bool wanted = forecasts_.need(run, last_fact, now) != Forecasts::Need::kNone;
  if (wanted && !forecasts_.is_making(run) && forecasting_.waiting() < kMostApart) {
    forecasts_.begin(run, last_fact, now);
    forecast_apart(run.id, run.source->version,
                   std::make_shared<const Situation>(situation_of(*core_, run, now)));
  }
  RunSummary summary = Status(core_->state(), core_, now).summary(run);
  forecasts_.show(summary, now);
  return summary;
}

/// Of a run in memory; any other is folded first, by another thread.
void Desk::what_if_at_hand(const Asked& asked, Now now) {
  Result<WhatIfRequest> request = decode_body<WhatIfRequest>(asked.request.body.data);
  if (!request) return reply_error(asked, request.error());
  const Result<RunId> chosen = view_.choose(request->run);
  if (!chosen) return reply_error(asked, chosen.error());
  const Run* run = core_ == nullptr ? nullptr : core_->state().find_run(*chosen);
  if (run == nullptr) return reply(asked, answer_question(view_, asked.request, now));
  request->run = *chosen;
  const auto situation = std::make_shared<const Situation>(situation_of(*core_, *run, now));
  answer_apart(forecasting_, asked,
               [this, question = asked.request, situation, changes = std::move(*request)] {
                 const Result<WhatIfAnswer> answer =
                     what_if(*situation, changes, [this] { return forecasting_.ending(); });
                 return [reply = answer ? body_reply(question, *answer)
                                        : error_reply(question, answer.error())] { return reply; };
               });
}

}  // namespace headway
