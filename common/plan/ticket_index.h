#pragma once

#include <string_view>
#include <unordered_map>

#include "common/base/ids.h"
#include "common/plan/plan.h"
#include "common/plan/rows.h"

namespace headway {

/// The tickets of a plan by their ids; of duplicates the first. Refers to the plan, which must
/// outlive it.
class TicketsById {
 public:
  explicit TicketsById(const Plan& plan);

  /// None where there is no such ticket.
  [[nodiscard]] const TicketIndex* find(std::string_view id) const;

 private:
  std::unordered_map<std::string_view, TicketIndex> index_of_;
};

/// For each ticket those that it must wait for (blocking and sequential), in the order written.
/// Unknown ids and the ticket itself are left out.
Rows<TicketIndex> waits_for(const Plan& plan, const TicketsById& tickets);

}  // namespace headway
