#include "coordinator/cli/analysis/report_json.h"

#include <algorithm>

#include "common/plan/words.h"
#include "coordinator/planner/analysis/durations.h"

namespace headway {

template <>
struct EnumText<RecommendationKind> {
  static constexpr std::array kWords = {
      std::pair{RecommendationKind::kAddAgent, std::string_view{"add_agent"}},
      std::pair{RecommendationKind::kAddAgentOfLabel, std::string_view{"add_agent_of_label"}},
      std::pair{RecommendationKind::kRaiseMaxParallel, std::string_view{"raise_max_parallel"}},
      std::pair{RecommendationKind::kSplitTicket, std::string_view{"split_ticket"}},
      std::pair{RecommendationKind::kRemoveConflict, std::string_view{"remove_conflict"}},
      std::pair{RecommendationKind::kDropSequential, std::string_view{"drop_sequential"}},
      std::pair{RecommendationKind::kAddResource, std::string_view{"add_resource"}},
      std::pair{RecommendationKind::kShareIsolated, std::string_view{"share_isolated"}},
  };
};

template <>
struct EnumText<LimitKind> {
  static constexpr std::array kWords = {
      std::pair{LimitKind::kCriticalPath, std::string_view{"critical_path"}},
      std::pair{LimitKind::kAgents, std::string_view{"agents"}},
      std::pair{LimitKind::kMaxParallel, std::string_view{"max_parallel"}},
      std::pair{LimitKind::kConflict, std::string_view{"conflict"}},
      std::pair{LimitKind::kResource, std::string_view{"resource"}},
  };
};

template <>
struct EnumText<OrderReason> {
  static constexpr std::array kWords = {
      std::pair{OrderReason::kDependency, std::string_view{"dependency"}},
      std::pair{OrderReason::kPriority, std::string_view{"priority"}},
      std::pair{OrderReason::kCriticalPath, std::string_view{"critical_path"}},
      std::pair{OrderReason::kPlanOrder, std::string_view{"plan_order"}},
      std::pair{OrderReason::kSchedule, std::string_view{"schedule"}},
  };
};

}  // namespace headway

namespace headway::cli {

namespace {

class JsonWriter {
 public:
  explicit JsonWriter(const AnalysisReport& report) : report_(report), analysis_(report.analysis) {}

  [[nodiscard]] Json ids(const std::vector<TicketIndex>& tickets) const {
    Json list = Json::array();
    for (const TicketIndex ticket : tickets) list.push_back(id(ticket));
    return list;
  }
  [[nodiscard]] const std::string& id(TicketIndex ticket) const {
    return analysis_.plan.tickets[ticket.index()].id;
  }

  [[nodiscard]] Json summary() const {
    const ReadTickets& read = report_.read;
    const auto closed = [&](TicketStatus status) {
      return std::count_if(read.closed.begin(), read.closed.end(),
                           [&](const ClosedTicket& each) { return each.origin.status == status; });
    };
    const auto findings = [&](Severity severity) {
      return std::count_if(read.diagnostics.begin(), read.diagnostics.end(),
                           [&](const Diagnostic& found) { return found.severity == severity; });
    };
    return {{"to_do", analysis_.plan.tickets.size()},
            {"completed", closed(TicketStatus::kCompleted)},
            {"cancelled", closed(TicketStatus::kCancelled)},
            {"left_out", report_.left_out.tickets},
            {"without_estimate", analysis_.schedule.without_estimate},
            {"errors", findings(Severity::kError)},
            {"warnings", findings(Severity::kWarning)}};
  }

  [[nodiscard]] Json dependencies() const {
    const DependencyCounts& counts = analysis_.dependencies;
    return {{"blocking", counts.blocking},
            {"sequential", counts.sequential},
            {"soft", counts.soft},
            {"file_conflicts", counts.file_conflicts},
            {"resource_conflicts", counts.resource_conflicts},
            {"satisfied", report_.read.satisfied},
            {"left_out", report_.left_out.dependencies},
            {"unknown", counts.unknown}};
  }

  [[nodiscard]] Json cycles() const {
    Json list = Json::array();
    for (const CycleFinding& cycle : analysis_.cycles) {
      list.push_back({{"tickets", ids(cycle.tickets)},
                      {"cut",
                       {{"ticket", id(cycle.waiting)},
                        {"needs", id(cycle.needed)},
                        {"kind", cycle.kind == EdgeKind::kBlocking ? "blocking" : "sequential"}}},
                      {"tied_up", cycle.knot}});
    }
    return list;
  }

  [[nodiscard]] Json conflicts() const {
    Json list = Json::array();
    for (const Conflict& conflict : analysis_.conflicts) {
      list.push_back({{"type", kind_text(conflict.kind)},
                      {"about", conflict.about},
                      {"overlaps", conflict.overlaps},
                      {"overlap_count", conflict.overlap_count},
                      {"ticket_count", conflict.ticket_count},
                      {"tickets", ids(conflict.tickets)},
                      {"one_by_one", seconds(conflict.load)},
                      {"resolution", conflict.ordered ? "dependencies" : "sequential"},
                      {"first", id(conflict.tickets.front())},
                      {"reason", to_text(conflict.reason)},
                      {"sentence", resolution_text(report_, conflict)}});
    }
    return list;
  }

  [[nodiscard]] Json groups() const {
    Json list = Json::array();
    for (std::size_t i = 0; i < analysis_.groups.size(); ++i) {
      const GroupFinding& group = analysis_.groups[i];
      list.push_back({{"id", i + 1},
                      {"tickets", ids(group.tickets)},
                      {"estimated_duration", seconds(group.duration)},
                      {"agents_required", group.tickets.size()}});
    }
    return list;
  }

  [[nodiscard]] Json bottlenecks() const {
    Json list = Json::array();
    for (const TicketIndex ticket : analysis_.bottlenecks) {
      list.push_back({{"ticket", id(ticket)},
                      {"blocks", analysis_.waiting_tickets[ticket.index()]},
                      {"work", seconds(analysis_.waiting_work[ticket.index()])}});
    }
    return list;
  }

  [[nodiscard]] Json parallelism() const {
    Json by_agents = Json::array();
    for (const auto& [agents, total] : analysis_.by_agents)
      by_agents.push_back({{"agents", agents}, {"duration", seconds(total)}});
    Json limits = Json::array();
    for (const Limit& limit : analysis_.limits) {
      limits.push_back({{"kind", to_text(limit.kind)},
                        {"what", limit.what.empty() ? Json() : Json(limit.what)},
                        {"bound", seconds(limit.bound)},
                        {"sentence", limit_text(report_, limit)}});
    }
    return {{"agents", analysis_.agents},
            {"agents_given", analysis_.agents_given},
            {"duration", seconds(analysis_.schedule.total)},
            {"sequential_duration", seconds(analysis_.schedule.sequential)},
            {"parallelism_factor", rounded(analysis_.parallelism_factor)},
            {"most_parallelism", rounded(analysis_.most_parallelism)},
            {"most_at_once", analysis_.schedule.most_alive},
            {"by_agents", std::move(by_agents)},
            {"limits", std::move(limits)},
            {"types_without_agents", analysis_.labels_without_agents}};
  }

  [[nodiscard]] Json recommendations() const {
    Json list = Json::array();
    for (const Recommendation& each : analysis_.recommendations) {
      list.push_back({{"kind", to_text(each.kind)},
                      {"tickets", ids(each.tickets)},
                      {"what", each.what.empty() ? Json() : Json(each.what)},
                      {"saves", seconds(each.saves)},
                      {"sentence", each.sentence}});
    }
    return list;
  }

 private:
  const AnalysisReport& report_;
  const Analysis& analysis_;
};

}  // namespace

Json findings_json(const ReadTickets& read) {
  Json list = Json::array();
  for (const Diagnostic& found : read.diagnostics) {
    const Sources::Place place = read.sources.place(found.mark);
    const bool whole = place.mark.column == 0;
    list.push_back(
        {{"severity", to_text(found.severity)},
         {"file",
          read.sources.files().empty() ? Json() : Json(read.sources.files()[place.file].path)},
         {"line", whole ? Json() : Json(place.mark.line)},
         {"column", whole ? Json() : Json(place.mark.column)},
         {"message", found.message},
         {"hint", found.hint.empty() ? Json() : Json(found.hint)}});
  }
  return list;
}

Json analysed_ticket_json(const AnalysisReport& report, TicketIndex index) {
  const Analysis& analysis = report.analysis;
  const Ticket& ticket = analysis.plan.tickets[index.index()];
  const TicketOrigin& origin = report.read.origins[index.index()];
  const auto& files = report.read.sources.files();
  return {{"id", ticket.id},
          {"title", ticket.title},
          {"file", origin.file < files.size() ? Json(files[origin.file].path) : Json()},
          {"status", to_text(origin.status)},
          {"priority", to_text(ticket.priority)},
          {"category", ticket.category.empty() ? Json() : Json(ticket.category)},
          {"estimate", ticket.estimate ? Json(seconds(*ticket.estimate)) : Json()},
          {"duration", seconds(duration_of(ticket))},
          {"group", analysis.graph->group(index) + 1},
          {"earliest_start", seconds(analysis.earliest_start[index.index()])},
          {"slack", seconds(analysis.slack[index.index()])},
          {"blocks", analysis.waiting_tickets[index.index()]},
          {"work_behind", seconds(analysis.waiting_work[index.index()])},
          {"dependencies",
           {{"blocking", ticket.dependencies.blocking},
            {"sequential", ticket.dependencies.sequential},
            {"soft", ticket.dependencies.soft},
            {"file_conflicts", ticket.dependencies.file_conflicts},
            {"resource_conflicts", ticket.dependencies.resource_conflicts}}}};
}

Json analysis_json(const AnalysisReport& report, bool conflicts_only) {
  const JsonWriter writer(report);
  Json document = versioned();
  document["source"] = report.source;
  document["conflict_count"] = report.analysis.conflict_count;
  document["conflicts"] = writer.conflicts();
  if (conflicts_only) return document;
  document["counts"] = writer.summary();
  document["findings"] = findings_json(report.read);
  document["dependencies"] = writer.dependencies();
  document["cycles"] = writer.cycles();
  document["groups"] = writer.groups();
  document["critical_path"] = {{"tickets", writer.ids(report.analysis.critical_path)},
                               {"duration", seconds(report.analysis.critical_path_duration)}};
  document["bottlenecks"] = writer.bottlenecks();
  document["parallelism"] = writer.parallelism();
  document["recommendations"] = writer.recommendations();
  document["tickets"] = Json::array();
  for (std::uint32_t i = 0; i < report.analysis.plan.tickets.size(); ++i)
    document["tickets"].push_back(analysed_ticket_json(report, TicketIndex{i}));
  return document;
}

}  // namespace headway::cli
