#include "coordinator/control/planned_version.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/system/files.h"
#include "coordinator/control/run_source.h"
#include "coordinator/planner/diff/plan_diff.h"

namespace headway {

namespace {

/// Of a field's value, and of fields of one ticket: so that 500 tickets stay within a frame.
constexpr std::size_t kMostValueBytes = 120;
constexpr std::size_t kMostFields = 6;
/// Tickets of the critical path that are named.
constexpr std::size_t kMostPathTickets = 20;

std::string cut_value(const std::string& value) {
  if (value.size() <= kMostValueBytes) return value;
  return value.substr(0, kMostValueBytes) + "...";
}

std::vector<Change> shown_fields(const std::vector<planner::ChangedField>& fields) {
  std::vector<Change> shown;
  for (const planner::ChangedField& field : fields) {
    if (shown.size() == kMostFields) break;
    shown.push_back({field.name, cut_value(field.before), cut_value(field.after)});
  }
  return shown;
}

/// The text and options of the version that is gone back to.
struct FormerText {
  std::string text;
  std::string sha256;
  RunOptions options;
};

Result<FormerText> former_text(const std::string& registry_path, RunId run, std::uint32_t now) {
  if (now == 1) {
    return Error{ErrorKind::kFailed,
                 "the plan is as it was submitted: there is no version before it to go back to"};
  }
  const Result<Registry> registry = Registry::open_reader(registry_path);
  if (!registry) return registry.error();
  Result<std::string> text = registry->plan_text(run, now - 1);
  if (!text) return text.error();
  FormerText former{std::move(*text), {}, {}};
  former.sha256 = sha256_hex(former.text);
  if (now - 1 == 1) {
    Result<StoredRun> stored = registry->load_run_without_text(run);
    if (!stored) return stored.error();
    former.options = std::move(stored->options);
  } else {
    Result<StoredPlan> stored = registry->load_plan(run, now - 1);
    if (!stored) return stored.error();
    former.options = std::move(stored->options);
  }
  return former;
}

StoredPlan stored_version(RunId run, const RunPlan& base, const RunPlan& version,
                          std::string text) {
  StoredPlan stored;
  stored.run = run;
  stored.version = version.version;
  stored.plan_sha256 = version.sha256;
  stored.options = version.options;
  stored.removed = version.removed;
  stored.compiled = compile_version(version);
  stored.plan_text = std::move(text);
  stored.planned = static_cast<std::uint32_t>(version.plan.tickets.size() - version.removed.size());
  stored.tickets = changed_tickets(base, version);
  return stored;
}

/// What differs between two texts, as a person reads it.
Result<void> add_difference(PlannedVersion& planned, const RunPlan& base, const RunPlan& wanted) {
  const Plan written = plan_as_written(base);
  std::shared_ptr<const PlanGraph> graph = base.graph;
  if (!base.removed.empty()) {
    Result<std::shared_ptr<const PlanGraph>> built = PlanGraph::build(written);
    if (!built) return built.error();
    graph = std::move(*built);
  }
  planner::PlanDiff diff = planner::diff_plans(written, *graph, wanted.plan, *wanted.graph);
  std::erase_if(diff.plan, [](const auto& field) { return field.name == "name"; });
  if (wanted.plan.name != written.name && wanted.plan.name != base.name) {
    planned.answer.notes.push_back(
        fmt::format("the run keeps its name, {}, whatever the plan's is", printable(base.name)));
  }
  planned.answer.added = static_cast<std::uint32_t>(diff.added.size());
  planned.answer.removed = static_cast<std::uint32_t>(diff.removed.size());
  planned.answer.changed = static_cast<std::uint32_t>(diff.changed.size());
  for (const planner::ChangedTicket& ticket : diff.changed) {
    if (planned.fields.size() == kMostPlanChanges) break;
    planned.fields.emplace(ticket.id, shown_fields(ticket.fields));
  }
  planned.answer.plan = shown_fields(diff.plan);
  planned.same = diff.same_tickets() && diff.moved.empty() &&
                 base.options.agent_types == planned.revision->plan->options.agent_types;
  return {};
}

void show_path(PlanOutlook& outlook, const RemainingPath& path, const RunPlan& version) {
  outlook.path = path.length;
  outlook.path_length = static_cast<std::uint32_t>(path.tickets.size());
  for (std::size_t i = 0; i < std::min(path.tickets.size(), kMostPathTickets); ++i) {
    outlook.path_tickets.push_back(version.plan.tickets[path.tickets[i].index()].id);
  }
}

}  // namespace

Result<PlannedVersion> plan_version(const CompilerPlace& place, RunId run,
                                    const std::shared_ptr<const RunPlan>& base,
                                    const ApplyRequest& request, std::string text, int ending_fd) {
  SubmitRequest submit{0, request.size, request.sha256, base->options};
  submit.options.plan_file = request.plan_file;
  submit.options.agent_types = request.agent_types;
  if (request.undo) {
    Result<FormerText> former = former_text(place.registry, run, base->version);
    if (!former) return former.error();
    text = std::move(former->text);
    submit.size = text.size();
    submit.sha256 = former->sha256;
    submit.options = std::move(former->options);
  }
  submit.options.groups.clear();
  const Result<Submission> wanted = compile_in_child(place, submit, text, ending_fd);
  if (!wanted) return wanted.error();
  Result<PlanRevision> revision =
      revise_plan(*base, wanted->source->plan, submit.options, submit.sha256);
  if (!revision) return revision.error();
  PlannedVersion planned;
  planned.revision = std::make_shared<const PlanRevision>(std::move(*revision));
  if (Result<void> added = add_difference(planned, *base, *wanted->source); !added) {
    return added.error();
  }
  planned.stored = stored_version(run, *base, *planned.revision->plan, std::move(text));
  if (request.undo) planned.stored.undoes = base->version;
  planned.answer.run = run;
  return planned;
}

void show_change(ApplyAnswer& answer, const PlannedVersion& version, const PlanChange& change) {
  const PlanRevision& revision = *change.revision;
  for (const TicketFate& fate : change.fates) {
    if (answer.tickets.size() == kMostPlanChanges) break;
    TicketPlanChange& row = answer.tickets.emplace_back();
    row.ticket = revision.plan->plan.tickets[fate.ticket.index()].id;
    row.change = std::ranges::binary_search(revision.added, fate.ticket)     ? "added"
                 : std::ranges::binary_search(revision.removed, fate.ticket) ? "removed"
                 : std::ranges::binary_search(revision.changed, fate.ticket) ? "changed"
                                                                             : "kept";
    row.state = fate.state;
    row.becomes = fate.words;
    const auto fields = version.fields.find(row.ticket);
    if (fields != version.fields.end()) row.changes = fields->second;
  }
  answer.after.version = revision.plan->version;
  answer.before.version = answer.after.version - 1;
  show_path(answer.before, change.path_before, *revision.plan);
  show_path(answer.after, change.path_after, *revision.plan);
}

}  // namespace headway
