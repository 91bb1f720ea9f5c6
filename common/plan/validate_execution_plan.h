#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/plan/diagnostic.h"
#include "common/plan/marks.h"
#include "common/plan/plan.h"
#include "common/plan/ticket_index.h"

namespace headway {

/// The place of a list's element, or `otherwise` where it is not known.
SourceMark mark_or(const ListMarks* marks, std::size_t at, SourceMark otherwise);

/// Makes findings of ids that are not in the plan, with the nearest ids for the first of them.
class IdHints {
 public:
  IdHints(const Plan& plan, const PlanMarks& marks) : plan_(plan), marks_(marks) {}
  /// `asker`: the ticket that names the id, which cannot have meant itself; empty: none does.
  Diagnostic unknown(SourceMark mark, std::string message, std::string_view id,
                     std::string_view asker = {});
  /// Whether an unknown id is certain to be a mistake.
  [[nodiscard]] bool complete() const { return !marks_.incomplete; }

 private:
  const Plan& plan_;
  const PlanMarks& marks_;
  std::vector<std::string_view> ids_;  ///< filled when first needed
  int given_ = 0;
};

/// Verifies what a plan carries as `execution_plan` against its tickets; findings are added to
/// `diagnostics`.
void validate_execution_plan(const Plan& plan, const PlanMarks& marks, const TicketsById& tickets,
                             IdHints& ids, std::vector<Diagnostic>& diagnostics);

}  // namespace headway
