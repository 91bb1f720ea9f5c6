#include "coordinator/cli/show/json.h"

#include <cmath>
#include <optional>

#include "common/base/units.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

Json time_json(const std::optional<WallTime>& at) {
  return at ? Json(format_time(*at)) : Json(nullptr);
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json word_json(const std::optional<Outcome>& outcome) {
  return outcome ? Json(to_text(*outcome)) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json run_or_null(RunId run) { return run == RunId{} ? Json(nullptr) : Json(run_name(run)); }

}  // namespace

double seconds(Duration duration) { return std::round(to_seconds(duration) * 1000) / 1000; }

double rounded(double value) { return std::round(value * 10'000) / 10'000; }

Json metrics_json(const RunSummary& run, const RunMetrics& metrics) {
  return {
      {"total_tickets", run.total},
      {"completed_tickets", run.succeeded},
      {"failed_tickets", run.failed},
      {"average_execution_time", seconds(from_seconds(metrics.average_execution_time_s))},
      {"parallelism_efficiency", rounded(metrics.parallelism_efficiency)},
      {"resource_utilization",
       {{"cpu", rounded(metrics.cpu)},
        {"memory", rounded(metrics.memory)},
        {"disk_io", rounded(metrics.disk)},
        {"network_io", rounded(metrics.network)}}},
      {"conflict_resolution_time", seconds(from_seconds(metrics.conflict_resolution_time_s))},
      {"aborted_tickets", run.aborted},
      {"cancelled_tickets", run.cancelled},
      {"retries", metrics.retries},
      {"agent_utilization", rounded(metrics.utilization)},
      {"queue_time", seconds(from_seconds(metrics.queue_time_s))},
      {"lead_time", seconds(from_seconds(metrics.lead_time_s))},
      {"agent_time", rounded(metrics.agent_time_s)},
      {"busy_time", rounded(metrics.busy_time_s)},
      {"lost_time", rounded(metrics.lost_time_s)},
  };
}

Json seconds_json(const std::optional<Duration>& duration) {
  return duration ? Json(seconds(*duration)) : Json(nullptr);
}

Json versioned() { return {{"schema_version", kSchemaVersion}}; }

Json run_json(const RunSummary& run) {
  const bool known = counts_are_known(run);
  const auto count = [&](std::uint32_t number) { return known ? Json(number) : Json(nullptr); };
  // Every plan has groups: without any the summary is a list's, of a run that has ended.
  const bool counted = run.groups.total > 0;
  const auto total = [&](std::uint32_t number) { return counted ? Json(number) : Json(nullptr); };
  return {
      {"id", run_name(run.id)},
      {"name", run.name},
      {"state", to_text(run.state)},
      {"started_at", time_json(run.started_at)},
      {"finished_at", time_json(run.finished_at)},
      {"groups", {{"active", run.groups.active}, {"total", total(run.groups.total)}}},
      {"agents", {{"running", run.agents.active}, {"total", total(run.agents.total)}}},
      {"completion_rate", known ? Json(rounded(run.completion_rate)) : Json(nullptr)},
      {"active_conflicts", run.active_conflicts},
      {"eta_seconds", seconds_json(run.eta)},
      {"eta_p90_seconds", seconds_json(run.eta_late)},
      {"tickets",
       {{"total", run.total},
        {"waiting", count(run.waiting)},
        {"ready", count(run.ready)},
        {"alive", count(run.alive)},
        {"succeeded", count(run.succeeded)},
        {"failed", count(run.failed)},
        {"aborted", count(run.aborted)},
        {"cancelled", count(run.cancelled)},
        {"failures_allowed", count(run.failures_allowed)},
        {"undone", count(run.undone)},
        {"in_review", count(run.in_review)},
        {"assigned", count(run.assigned)}}},
      {"plan_file", text_or_null(run.plan_file)},
      {"plan_version", run.plan_version},
      {"rollbacks", {{"planned", run.rollbacks_planned}, {"failed", run.rollbacks_failed}}},
      {"failing_gates", run.failing_gates},
  };
}

Json ticket_json(const TicketView& ticket) {
  // The view has them of the attempt that ended last; beside the number of one that is under way
  // they would seem to be of that.
  const bool under_way = is_alive(ticket.state);
  return {
      {"id", ticket.id},
      {"state", to_text(ticket.state)},
      {"attempt", ticket.attempt},
      {"agent", text_or_null(ticket.agent)},
      {"progress", rounded(ticket.progress)},
      {"eta_seconds", seconds_json(ticket.eta)},
      {"started_at", time_json(ticket.started_at)},
      {"finished_at", time_json(ticket.finished_at)},
      {"exit_code", under_way ? Json(nullptr) : or_null(ticket.exit_code)},
      {"waiting_for", ticket.waiting_for},
      {"title", ticket.title},
      {"group", ticket.group},
      {"outcome", under_way ? Json(nullptr) : word_json(ticket.outcome)},
      {"detail", under_way ? "" : ticket.detail},
      {"progress_message", ticket.progress_message},
      {"priority", text_or_null(ticket.priority)},
      {"category", text_or_null(ticket.category)},
      {"estimate_seconds", seconds_json(ticket.estimate)},
      {"created", text_or_null(ticket.created)},
      {"step", text_or_null(ticket.step)},
      {"review_since", time_json(ticket.review_since)},
      {"review_ends", time_json(ticket.review_ends)},
      {"rollback", text_or_null(ticket.rollback)},
      {"gates", ticket.gates},
      {"gates_passed", ticket.gates_passed},
      {"again_in_seconds", seconds_json(ticket.rest)},
  };
}

Json status_json(const StatusAnswer& answer) {
  Json json = versioned();
  json["run"] = run_json(answer.run);
  json["metrics"] = metrics_json(answer.run, answer.metrics);
  json["tickets"] = Json::array();
  for (const TicketView& ticket : answer.tickets) json["tickets"].push_back(ticket_json(ticket));
  return json;
}

Json agent_json(const AgentView& agent, bool include_metrics) {
  Json json = {
      {"id", agent.id},
      {"worker", agent.worker},
      {"host", agent.host},
      {"state", to_text(agent.state)},
      {"types", agent.types},
      {"every_type", agent.every_type},
      {"labels", agent.labels},
      {"containment", agent.containment},
      {"run", run_or_null(agent.run)},
      {"ticket", text_or_null(agent.ticket)},
      {"ticket_status", text_or_null(agent.ticket_status)},
      {"step", text_or_null(agent.step)},
      {"progress", rounded(agent.progress)},
      {"eta_seconds", seconds_json(agent.eta)},
      {"heartbeat_age_seconds", seconds_json(agent.heartbeat_age)},
  };
  if (!include_metrics) return json;
  json["metrics"] = {
      {"done", agent.done},
      {"failed", agent.failed},
      {"mean_duration", seconds(from_seconds(agent.mean_duration_s))},
      {"mean_estimate", seconds(from_seconds(agent.mean_estimate_s))},
      {"cpu", rounded(agent.load.cpu)},
      {"memory", rounded(agent.load.memory)},
      {"disk_io", rounded(agent.load.disk_busy)},
      {"network_io", rounded(agent.load.network)},
      {"memory_bytes", agent.load.memory_bytes},
      {"disk_bytes_per_second", agent.load.disk_rate},
      {"network_bytes_per_second", agent.load.network_rate},
  };
  return json;
}

Json event_json(const EventView& event) {
  Json json = versioned();
  json["sequence"] = event.sequence.number();
  json["at"] = format_time(event.at);
  json["run"] = run_or_null(event.run);
  json["ticket"] = text_or_null(event.ticket);
  json["kind"] = event.kind;
  json["state"] = text_or_null(event.state);
  json["attempt"] = event.attempt;
  json["token"] = event.token.number();
  json["worker"] = text_or_null(event.worker);
  json["slot"] = event.slot.number();
  json["outcome"] = word_json(event.outcome);
  json["exit_code"] = or_null(event.exit_code);
  json["elapsed"] = seconds_json(event.elapsed);
  json["detail"] = event.detail;
  json["check"] = text_or_null(event.check);
  json["number"] = or_null(event.number);
  return json;
}

Json explain_json(const ExplainAnswer& answer) {
  Json json = versioned();
  json["ticket"] = ticket_json(answer.ticket);
  json["reasons"] = answer.reasons;
  json["history"] = Json::array();
  for (const EventView& event : answer.history) {
    Json entry = event_json(event);
    entry.erase("schema_version");
    json["history"].push_back(std::move(entry));
  }
  json["left_out"] = answer.left_out;
  json["left_out_after"] = answer.left_out_after;
  return json;
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string indented(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headway::cli
