#pragma once

#include "common/base/result.h"
#include "common/messages/forecast_messages.h"
#include "coordinator/forecast/forecast.h"
#include "coordinator/forecast/situation.h"

namespace headway {

/// What people are told of a forecast.
EtaView eta_view(const Situation& situation, const Forecast& forecast);

/// The situation as it would be; agents that are added can run every ticket, those that go are
/// taken from the largest workers. Errors: an unknown ticket (kNotFound), one that is over, a word
/// that is no priority, a resource that the plan does not count, fewer agents than none (kUsage).
Result<Situation> changed_situation(Situation situation, const WhatIfRequest& request);

/// Forecasts both with the same draws, so that what differs follows from the changes.
Result<WhatIfAnswer> what_if(const Situation& situation, const WhatIfRequest& request,
                             const GiveUp& give_up = {});

}  // namespace headway
