#pragma once

#include "coordinator/cli/analysis/report.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// The analysis for programs. Durations are seconds, what is not known is null. `conflicts_only`:
/// with the conflicts alone.
Json analysis_json(const AnalysisReport& report, bool conflicts_only);

/// One ticket of it, as under `tickets`.
Json analysed_ticket_json(const AnalysisReport& report, TicketIndex ticket);

/// What is wrong with tickets: severity, file, line and column (null where it is about the whole
/// file), message, hint.
Json findings_json(const ReadTickets& read);

}  // namespace headway::cli
