#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "common/messages/control_messages.h"

/// Answers as JSON: the documented form that scripts and dashboards read. Keys may be added, never
/// renamed; `schema_version` grows where a meaning changes. Durations are seconds with three
/// decimals, times ISO 8601 in UTC, what is not known is null.

namespace headway::cli {

/// Keeps the order of keys.
using Json = nlohmann::ordered_json;

inline constexpr int kSchemaVersion = 1;

/// `{"schema_version": 1}`.
Json versioned();

/// The document of `status`, with the tickets of `answer`.
Json status_json(const StatusAnswer& answer);
/// A run as the document of `status` has it under `run`.
Json run_json(const RunSummary& run);
/// The measures, as `status` has them under `metrics`; some of them are counts of the run.
Json metrics_json(const RunSummary& run, const RunMetrics& metrics);
Json ticket_json(const TicketView& ticket);
/// `include_metrics`: with counts, durations and load.
Json agent_json(const AgentView& agent, bool include_metrics);
Json event_json(const EventView& event);
Json explain_json(const ExplainAnswer& answer);

/// Seconds with three decimals.
double seconds(Duration duration);
/// The same; null where there is none.
Json seconds_json(const std::optional<Duration>& duration);
/// A share or another measure with four decimals.
double rounded(double value);

/// The text of a document. Bytes that are not UTF-8 become U+FFFD: this never throws.
std::string compact(const Json& json);
std::string indented(const Json& json);

}  // namespace headway::cli
