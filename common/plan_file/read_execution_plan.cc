#include <array>
#include <limits>

#include "common/plan/words.h"
#include "common/plan_file/execution_plan_fields.h"
#include "common/plan_file/field_table.h"

namespace headway {

namespace {

constexpr std::int32_t kMaxCount = 1'000'000;
constexpr double kMaxFactor = 1'000'000;

struct Draft {
  ExecutionPlan plan;
  PlanMarks* marks;
};

template <auto kMember>
void text_of_plan(Reading& reading, const Entry& entry, Draft& draft) {
  read_text(reading, entry, draft.plan.*kMember);
}
template <auto kMember>
void duration_of_plan(Reading& reading, const Entry& entry, Draft& draft) {
  duration<kMember, read_duration>(reading, entry, draft.plan);
}

void read_agents(Reading& reading, const Entry& entry, Draft& draft) {
  integer<&ExecutionPlan::agents, 1, kMaxCount>(reading, entry, draft.plan);
}

void read_parallelism(Reading& reading, const Entry& entry, Draft& draft) {
  double value = -1;
  read_number(reading, entry, 0, kMaxFactor, value);
  if (value >= 0) draft.plan.parallelism_factor = value;
}

/// A list of maps in which each needs some fields: their bits, and how they are called.
struct Needed {
  std::uint32_t bits;
  std::string_view names;
};

template <class T>
std::vector<T> read_entries(Reading& reading, const Entry& entry, std::string_view what,
                            std::span<const Field<T>> fields, Needed needed) {
  std::vector<T> result;
  for (const Entry& item : items_of(reading, entry)) {
    T value;
    const std::uint32_t bits = read_map<T>(reading, item.value, what, fields, value);
    if (item.value.kind == YamlNode::Kind::kMap && (bits & needed.bits) != needed.bits) {
      reading.error(item.value.mark, fmt::format("{} needs {}", what, needed.names));
    }
    result.push_back(std::move(value));
  }
  return result;
}

/// A part of the plan together with where its tickets were written.
template <class T>
struct Marked {
  T value;
  ListMarks marks;
};

template <class T>
void marked_tickets(Reading& reading, const Entry& entry, Marked<T>& target) {
  read_list(reading, entry, read_name, target.value.tickets, &target.marks);
}
template <class T>
void marked_ticket(Reading& reading, const Entry& entry, Marked<T>& target) {
  target.marks.push_back(entry.value.mark);
  read_name(reading, entry, target.value.ticket);
}
template <auto kRead, class T>
void of_value(Reading& reading, const Entry& entry, Marked<T>& target) {
  kRead(reading, entry, target.value);
}

using Group = Marked<PlannedGroup>;
constexpr std::array kGroupFields = {
    Field<Group>{"id", of_value<integer<&PlannedGroup::id, 0, kMaxCount>, PlannedGroup>, 1},
    Field<Group>{"tickets", marked_tickets<PlannedGroup>, 2},
    Field<Group>{
        "estimated_duration",
        of_value<duration<&PlannedGroup::estimated_duration, read_duration>, PlannedGroup>},
    Field<Group>{"agents_required",
                 of_value<integer<&PlannedGroup::agents_required, 0, kMaxCount>, PlannedGroup>},
};

void read_groups(Reading& reading, const Entry& entry, Draft& draft) {
  for (Group& group : read_entries<Group>(reading, entry, "a group", kGroupFields,
                                          {1 | 2, "`id` and `tickets`"})) {
    draft.plan.groups.push_back(std::move(group.value));
    draft.marks->groups.push_back(std::move(group.marks));
  }
}

void read_conflict_type(Reading& reading, const Entry& entry, PlannedConflict& conflict) {
  const std::string* text = scalar_of(reading, entry, "a word");
  if (text == nullptr) return;
  if (*text == "file" || *text == "resource") {
    conflict.type = *text;
  } else {
    tell_words(reading, entry, *text, {"file", "resource"});
  }
}

using Conflict = Marked<PlannedConflict>;
constexpr std::array kConflictFields = {
    Field<Conflict>{"type", of_value<read_conflict_type, PlannedConflict>, 1},
    Field<Conflict>{"tickets", marked_tickets<PlannedConflict>, 2},
    Field<Conflict>{"files", of_value<list<&PlannedConflict::files, read_path>, PlannedConflict>},
    Field<Conflict>{"about", of_value<string<&PlannedConflict::about, read_text>, PlannedConflict>},
    Field<Conflict>{"resolution",
                    of_value<string<&PlannedConflict::resolution, read_text>, PlannedConflict>},
};

void read_conflicts(Reading& reading, const Entry& entry, Draft& draft) {
  for (Conflict& conflict : read_entries<Conflict>(reading, entry, "a conflict", kConflictFields,
                                                   {1 | 2, "`type` and `tickets`"})) {
    draft.plan.conflicts.push_back(std::move(conflict.value));
    draft.marks->conflicts.push_back(std::move(conflict.marks));
  }
}

void read_path_tickets(Reading& reading, const Entry& entry, Draft& draft) {
  read_list(reading, entry, read_name, draft.plan.critical_path, &draft.marks->critical_path);
}

constexpr std::array kCriticalPathFields = {
    Field<Draft>{"tickets", read_path_tickets},
    Field<Draft>{"duration", duration_of_plan<&ExecutionPlan::critical_path_duration>},
};

void read_critical_path(Reading& reading, const Entry& entry, Draft& draft) {
  read_map<Draft>(reading, entry.value, "`critical_path`", kCriticalPathFields, draft);
}

constexpr std::array kBoundFields = {
    Field<Draft>{"duration", duration_of_plan<&ExecutionPlan::lower_bound>},
    Field<Draft>{"reason", text_of_plan<&ExecutionPlan::bound_reason>},
};

void read_bound(Reading& reading, const Entry& entry, Draft& draft) {
  read_map<Draft>(reading, entry.value, "`lower_bound`", kBoundFields, draft);
}

template <std::uint64_t PlannedSearch::*kMember>
void count_of_search(Reading& reading, const Entry& entry, PlannedSearch& search) {
  read_count(reading, entry, search.*kMember);
}

constexpr std::array kSearchFields = {
    Field<PlannedSearch>{"seed", count_of_search<&PlannedSearch::seed>, 1},
    Field<PlannedSearch>{"iterations", count_of_search<&PlannedSearch::iterations>, 2},
};

void read_search(Reading& reading, const Entry& entry, Draft& draft) {
  PlannedSearch search;
  const std::uint32_t bits =
      read_map<PlannedSearch>(reading, entry.value, "`search`", kSearchFields, search);
  if (entry.value.kind == YamlNode::Kind::kMap && bits != 3)
    reading.error(entry.value.mark, "`search` needs `seed` and `iterations`");
  draft.plan.search = search;
}

using Bottleneck = Marked<PlannedBottleneck>;
constexpr std::array kBottleneckFields = {
    Field<Bottleneck>{"ticket", marked_ticket<PlannedBottleneck>, 1},
    Field<Bottleneck>{
        "blocks", of_value<integer<&PlannedBottleneck::blocks, 0, kMaxCount>, PlannedBottleneck>},
};

void read_bottlenecks(Reading& reading, const Entry& entry, Draft& draft) {
  for (Bottleneck& bottleneck : read_entries<Bottleneck>(reading, entry, "a bottleneck",
                                                         kBottleneckFields, {1, "a `ticket`"})) {
    draft.plan.bottlenecks.push_back(std::move(bottleneck.value));
    draft.marks->bottlenecks.push_back(bottleneck.marks.empty() ? SourceMark{}
                                                                : bottleneck.marks.front());
  }
}

using Start = Marked<PlannedStart>;
constexpr std::array kStartFields = {
    Field<Start>{"ticket", marked_ticket<PlannedStart>, 1},
    Field<Start>{"agent", of_value<string<&PlannedStart::agent, read_name>, PlannedStart>},
    Field<Start>{"start", of_value<duration<&PlannedStart::start, read_duration>, PlannedStart>, 2},
    Field<Start>{"finish", of_value<duration<&PlannedStart::finish, read_duration>, PlannedStart>,
                 4},
};

void read_schedule(Reading& reading, const Entry& entry, Draft& draft) {
  for (Start& start : read_entries<Start>(reading, entry, "an entry of `schedule`", kStartFields,
                                          {1 | 2 | 4, "`ticket`, `start` and `finish`"})) {
    draft.plan.schedule.push_back(std::move(start.value));
    draft.marks->schedule.push_back(start.marks.empty() ? SourceMark{} : start.marks.front());
  }
}

void read_recommendations(Reading& reading, const Entry& entry, Draft& draft) {
  read_list(reading, entry, read_filled_text, draft.plan.recommendations);
}

constexpr std::array kExecutionPlanFields = {
    Field<Draft>{"generated_at", text_of_plan<&ExecutionPlan::generated_at>},
    Field<Draft>{"source_hash", text_of_plan<&ExecutionPlan::source_hash>},
    Field<Draft>{"agents", read_agents},
    Field<Draft>{"estimated_duration", duration_of_plan<&ExecutionPlan::estimated_duration>},
    Field<Draft>{"sequential_duration", duration_of_plan<&ExecutionPlan::sequential_duration>},
    Field<Draft>{"parallelism_factor", read_parallelism},
    Field<Draft>{"lower_bound", read_bound},
    Field<Draft>{"search", read_search},
    Field<Draft>{"groups", read_groups},
    Field<Draft>{"conflicts", read_conflicts},
    Field<Draft>{"critical_path", read_critical_path},
    Field<Draft>{"bottlenecks", read_bottlenecks},
    Field<Draft>{"schedule", read_schedule},
    Field<Draft>{"recommendations", read_recommendations},
};

}  // namespace

void read_execution_plan(Reading& reading, const Entry& entry, std::optional<ExecutionPlan>& out,
                         PlanMarks& marks) {
  marks.execution_plan = entry.key_mark;
  Draft draft{{}, &marks};
  read_map<Draft>(reading, entry.value, "`execution_plan`", kExecutionPlanFields, draft);
  out = std::move(draft.plan);
}

}  // namespace headway
