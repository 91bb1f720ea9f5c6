#include "common/plan/validate.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "common/base/units.h"
#include "common/plan/cycles.h"
#include "common/plan/validate_execution_plan.h"

namespace headway {

namespace {

constexpr std::size_t kMaxCycleNotes = 20;

struct DependencyList {
  const std::vector<std::string>& ids;
  const ListMarks* marks;
  const char* name;
};

/// The dependency lists of a ticket, the two that can block first.
std::vector<DependencyList> lists_of(const Ticket& ticket, const TicketMarks* marks) {
  const Dependencies& lists = ticket.dependencies;
  return {
      {lists.blocking, marks ? &marks->blocking : nullptr, "blocking"},
      {lists.sequential, marks ? &marks->sequential : nullptr, "sequential"},
      {lists.soft, marks ? &marks->soft : nullptr, "soft"},
      {lists.file_conflicts, marks ? &marks->file_conflicts : nullptr, "file_conflicts"},
      {lists.resource_conflicts, marks ? &marks->resource_conflicts : nullptr,
       "resource_conflicts"},
  };
}

class Validator {
 public:
  Validator(const Plan& plan, const PlanMarks& marks)
      : plan_(plan), marks_(marks), tickets_(plan), ids_(plan, marks) {}

  std::vector<Diagnostic> validate() {
    for (std::size_t i = 0; i < plan_.tickets.size(); ++i) {
      check_id(i);
      check_dependencies(i);
      check_resources(i);
    }
    check_cycles();
    validate_execution_plan(plan_, marks_, tickets_, ids_, diagnostics_);
    sort_by_place(diagnostics_);
    return std::move(diagnostics_);
  }

 private:
  [[nodiscard]] const TicketMarks* marks_of(std::size_t ticket) const {
    return ticket < marks_.tickets.size() ? &marks_.tickets[ticket] : nullptr;
  }

  void check_id(std::size_t i) {
    const Ticket& ticket = plan_.tickets[i];
    if (ticket.id.empty()) {
      if (!marks_.incomplete)
        diagnostics_.push_back({Severity::kError, ticket.mark, "a ticket has no id", {}, {}});
      return;
    }
    const TicketIndex* first = tickets_.find(ticket.id);
    if (first->index() == i) return;
    diagnostics_.push_back({Severity::kError,
                            ticket.mark,
                            fmt::format("two tickets have the id `{}`", ticket.id),
                            "ids are unique in a plan",
                            {{plan_.tickets[first->index()].mark, "the first is here"}}});
  }

  void check_dependencies(std::size_t i) {
    const Ticket& ticket = plan_.tickets[i];
    for (const DependencyList& list : lists_of(ticket, marks_of(i))) {
      std::unordered_set<std::string_view> seen;
      for (std::size_t at = 0; at < list.ids.size(); ++at) {
        const std::string& id = list.ids[at];
        const SourceMark mark = mark_or(list.marks, at, ticket.mark);
        if (list.ids.size() > 1 && !seen.insert(id).second) {
          diagnostics_.push_back(
              {Severity::kWarning,
               mark,
               fmt::format("`{}` is named twice under `{}` of `{}`", id, list.name, ticket.id),
               {},
               {}});
          continue;
        }
        if (id == ticket.id) {
          diagnostics_.push_back({Severity::kError,
                                  mark,
                                  fmt::format("`{}` names itself under `{}`", ticket.id, list.name),
                                  "take it out of its own list",
                                  {}});
        } else if (tickets_.find(id) == nullptr && !marks_.incomplete) {
          diagnostics_.push_back(
              ids_.unknown(mark,
                           fmt::format("`{}` names `{}` under `{}`, which is not in the plan",
                                       ticket.id, id, list.name),
                           id, ticket.id));
        }
      }
    }
  }

  void check_resources(std::size_t i) {
    const Ticket& ticket = plan_.tickets[i];
    const TicketMarks* marks = marks_of(i);
    for (std::size_t at = 0; at < ticket.resources.size(); ++at) {
      const ResourceAmount& wanted = ticket.resources[at];
      for (const ResourceAmount& there_is : plan_.resources) {
        if (there_is.name != wanted.name || wanted.thousandths <= there_is.thousandths) continue;
        diagnostics_.push_back(
            {Severity::kError,
             mark_or(marks ? &marks->resources : nullptr, at, ticket.mark),
             fmt::format("`{}` needs {} of the resource `{}`, of which the plan has {}", ticket.id,
                         format_thousandths(wanted.thousandths), wanted.name,
                         format_thousandths(there_is.thousandths)),
             "it could never start: raise the plan's `resources` or lower the ticket's",
             {}});
      }
    }
  }

  void check_cycles() {
    for (const std::vector<TicketIndex>& cycle : find_cycles(waits_for(plan_, tickets_))) {
      Diagnostic found{Severity::kError,
                       {},
                       describe_cycle(plan_, cycle),
                       "take one of these dependencies out",
                       {}};
      for (std::size_t at = 0; at < cycle.size(); ++at) {
        const TicketIndex next = cycle[(at + 1) % cycle.size()];
        const SourceMark mark = mark_of_wait(cycle[at], plan_.tickets[next.index()].id);
        // The finding itself stands where the cycle is closed: at the last ticket's wait for the
        // first.
        if (at + 1 == cycle.size()) found.mark = mark;
        if (at + 1 == cycle.size() || at + 1 < kMaxCycleNotes) {
          found.notes.emplace_back(
              mark, fmt::format("`{}` waits for `{}`", plan_.tickets[cycle[at].index()].id,
                                plan_.tickets[next.index()].id));
        }
      }
      diagnostics_.push_back(std::move(found));
    }
  }

  /// Where `ticket` says that it waits for `id`.
  [[nodiscard]] SourceMark mark_of_wait(TicketIndex ticket, const std::string& id) const {
    const Ticket& waiting = plan_.tickets[ticket.index()];
    const std::vector<DependencyList> lists = lists_of(waiting, marks_of(ticket.index()));
    for (const DependencyList& list : std::span(lists).first(2)) {
      for (std::size_t at = 0; at < list.ids.size(); ++at) {
        if (list.ids[at] == id) return mark_or(list.marks, at, waiting.mark);
      }
    }
    return waiting.mark;
  }

  const Plan& plan_;
  const PlanMarks& marks_;
  TicketsById tickets_;
  IdHints ids_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

std::vector<Diagnostic> validate_plan(const Plan& plan, const PlanMarks& marks) {
  return Validator(plan, marks).validate();
}

}  // namespace headway
