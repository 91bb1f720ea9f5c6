#include "common/plan/validate_execution_plan.h"

#include <limits>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "common/plan/validate.h"

namespace headway {

namespace {

constexpr std::size_t kUnset = std::numeric_limits<std::size_t>::max();

class ExecutionPlanValidator {
 public:
  ExecutionPlanValidator(const Plan& plan, const PlanMarks& marks, const TicketsById& tickets,
                         IdHints& ids, std::vector<Diagnostic>& diagnostics)
      : plan_(plan),
        derived_(*plan.execution_plan),
        marks_(marks),
        tickets_(tickets),
        ids_(ids),
        diagnostics_(diagnostics) {}

  void validate() {
    check_names();
    check_groups();
    check_schedule();
  }

 private:
  /// The index of an id; a finding where it is not in the plan.
  const TicketIndex* known(const std::string& id, SourceMark mark, std::string_view where) {
    const TicketIndex* found = tickets_.find(id);
    if (found == nullptr && ids_.complete()) {
      diagnostics_.push_back(ids_.unknown(
          mark,
          fmt::format("{} of `execution_plan` names `{}`, which is not in the plan", where, id),
          id));
    }
    return found;
  }

  [[nodiscard]] SourceMark place(const std::vector<ListMarks>& lists, std::size_t list,
                                 std::size_t at) const {
    return mark_or(list < lists.size() ? &lists[list] : nullptr, at, marks_.execution_plan);
  }

  void check_names() {
    for (std::size_t i = 0; i < derived_.conflicts.size(); ++i) {
      const std::vector<std::string>& names = derived_.conflicts[i].tickets;
      for (std::size_t at = 0; at < names.size(); ++at)
        known(names[at], place(marks_.conflicts, i, at), "a conflict");
    }
    for (std::size_t at = 0; at < derived_.critical_path.size(); ++at) {
      known(derived_.critical_path[at], mark_or(&marks_.critical_path, at, marks_.execution_plan),
            "the critical path");
    }
    for (std::size_t at = 0; at < derived_.bottlenecks.size(); ++at) {
      known(derived_.bottlenecks[at].ticket,
            mark_or(&marks_.bottlenecks, at, marks_.execution_plan), "a bottleneck");
    }
  }

  void error(SourceMark mark, std::string message) {
    diagnostics_.push_back({Severity::kError,
                            mark,
                            std::move(message),
                            "write the plan again from its tickets, or take `execution_plan` out",
                            {}});
  }

  void check_groups() {
    if (derived_.groups.empty()) return;
    std::vector<std::size_t> groups(plan_.tickets.size(), kUnset);
    std::vector<SourceMark> places(plan_.tickets.size());
    for (std::size_t group = 0; group < derived_.groups.size(); ++group) {
      const PlannedGroup& planned = derived_.groups[group];
      for (std::size_t at = 0; at < planned.tickets.size(); ++at) {
        const SourceMark mark = place(marks_.groups, group, at);
        const TicketIndex* found =
            known(planned.tickets[at], mark, fmt::format("group {}", planned.id));
        if (found == nullptr) continue;
        if (groups[found->index()] != kUnset) {
          error(mark, fmt::format("`{}` is in two groups of `execution_plan`, {} and {}",
                                  planned.tickets[at], derived_.groups[groups[found->index()]].id,
                                  planned.id));
          continue;
        }
        groups[found->index()] = group;
        places[found->index()] = mark;
      }
    }
    check_groups_hold_all(groups);
    for_each_wait([&](std::size_t ticket, std::size_t other) {
      if (groups[ticket] == kUnset || groups[other] == kUnset || groups[other] <= groups[ticket])
        return;
      error(places[ticket],
            fmt::format("`execution_plan` puts `{}` into group {}, before group {} with `{}`, "
                        "which it waits for",
                        plan_.tickets[ticket].id, derived_.groups[groups[ticket]].id,
                        derived_.groups[groups[other]].id, plan_.tickets[other].id));
    });
  }

  void check_groups_hold_all(const std::vector<std::size_t>& groups) {
    constexpr std::size_t kShown = 5;
    std::vector<std::string> missing;
    std::size_t count = 0;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (groups[i] != kUnset || plan_.tickets[i].id.empty()) continue;
      if (++count <= kShown) missing.push_back("`" + plan_.tickets[i].id + "`");
    }
    if (count == 0 || !ids_.complete()) return;
    if (count > kShown) missing.push_back(fmt::format("{} more", count - kShown));
    error(marks_.execution_plan,
          fmt::format("the groups of `execution_plan` leave out {}", join_words(missing)));
  }

  void check_schedule() {
    std::vector<std::size_t> starts(plan_.tickets.size(), kUnset);
    for (std::size_t at = 0; at < derived_.schedule.size(); ++at) {
      const PlannedStart& planned = derived_.schedule[at];
      const SourceMark mark = mark_or(&marks_.schedule, at, marks_.execution_plan);
      const TicketIndex* found = known(planned.ticket, mark, "the schedule");
      if (found == nullptr) continue;
      if (planned.finish < planned.start) {
        error(mark, fmt::format("the schedule of `execution_plan` ends `{}` before it starts it",
                                planned.ticket));
      }
      if (starts[found->index()] != kUnset) {
        error(mark,
              fmt::format("the schedule of `execution_plan` starts `{}` twice", planned.ticket));
        continue;
      }
      starts[found->index()] = at;
    }
    for_each_wait([&](std::size_t ticket, std::size_t other) {
      if (starts[ticket] == kUnset || starts[other] == kUnset) return;
      const PlannedStart& own = derived_.schedule[starts[ticket]];
      const PlannedStart& before = derived_.schedule[starts[other]];
      if (own.start >= before.finish) return;
      error(mark_or(&marks_.schedule, starts[ticket], marks_.execution_plan),
            fmt::format("the schedule of `execution_plan` starts `{}` at {}, before the end of "
                        "`{}` at {}, which it waits for",
                        own.ticket, format_duration(own.start), before.ticket,
                        format_duration(before.finish)));
    });
  }

  /// Calls `check(ticket, other)` for each ticket and each that it waits for.
  template <class Check>
  void for_each_wait(Check check) {
    if (waits_.size() == 0) waits_ = waits_for(plan_, tickets_);
    for (std::size_t ticket = 0; ticket < plan_.tickets.size(); ++ticket) {
      for (const TicketIndex other : waits_[ticket]) check(ticket, other.index());
    }
  }

  const Plan& plan_;
  const ExecutionPlan& derived_;
  const PlanMarks& marks_;
  const TicketsById& tickets_;
  IdHints& ids_;
  std::vector<Diagnostic>& diagnostics_;
  Rows<TicketIndex> waits_;
};

}  // namespace

SourceMark mark_or(const ListMarks* marks, std::size_t at, SourceMark otherwise) {
  return marks != nullptr && at < marks->size() ? (*marks)[at] : otherwise;
}

Diagnostic IdHints::unknown(SourceMark mark, std::string message, std::string_view id,
                            std::string_view asker) {
  Diagnostic found{Severity::kError, mark, std::move(message), {}, {}};
  if (++given_ > kMaxIdHints) return found;
  if (ids_.empty()) {
    for (const Ticket& ticket : plan_.tickets) ids_.push_back(ticket.id);
  }
  std::vector<std::string> near = nearest(id, ids_);
  std::erase(near, asker);
  for (std::string& word : near) word = fmt::format("`{}`", word);
  if (!near.empty()) found.hint = fmt::format("did you mean {}?", join_words(near, "or"));
  return found;
}

void validate_execution_plan(const Plan& plan, const PlanMarks& marks, const TicketsById& tickets,
                             IdHints& ids, std::vector<Diagnostic>& diagnostics) {
  if (!plan.execution_plan) return;
  ExecutionPlanValidator(plan, marks, tickets, ids, diagnostics).validate();
}

}  // namespace headway
