#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "coordinator/core/core.h"
#include "coordinator/core/state.h"

namespace headway {

/// So many seconds, at most a century: what was multiplied up or added up need not fit.
Duration bounded_duration(double seconds);

/// How long tickets of a run take, as far as can be told by what their like took: an estimate is
/// corrected by what its category's estimates turned out to be worth; without one the category's
/// mean counts, else the run's. Made for one answer, in one pass over the run's tickets.
class Expectation {
 public:
  /// All must outlive it. `core` may be null: then no ticket's progress is known.
  Expectation(const Run& run, const Core* core, Now now);

  /// Of an attempt, from its start to its end; none where nothing is known to tell it by.
  [[nodiscard]] std::optional<Duration> whole(TicketIndex ticket) const;
  /// What is left of a ticket: of one that runs by its progress, where it tells any; nothing of one
  /// that has ended. None also of one in review: a person takes as long as a person likes.
  [[nodiscard]] std::optional<Duration> left(TicketIndex ticket) const;
  /// Since the last attempt started; 0 where it has not.
  [[nodiscard]] Duration elapsed(TicketIndex ticket) const;

  /// What the tickets of one category that succeeded took.
  struct Like {
    std::uint32_t count = 0;
    Duration took{};
    Duration longest{};
    std::uint32_t with_estimate = 0;
    Duration estimated{};       ///< of those that had an estimate
    Duration estimated_took{};  ///< what these took

    /// One more that succeeded.
    void add(Duration took_by_it, const std::optional<Duration>& its_estimate);
    [[nodiscard]] Duration mean() const { return count == 0 ? Duration{} : took / count; }
  };
  /// Of the ticket's category, itself included.
  [[nodiscard]] const Like& like(TicketIndex ticket) const {
    return categories_[category_of_[ticket.index()]];
  }
  [[nodiscard]] std::uint32_t category(TicketIndex ticket) const {
    return category_of_[ticket.index()];
  }
  [[nodiscard]] std::size_t category_count() const { return categories_.size(); }
  /// By which an estimate of this ticket's category is multiplied.
  [[nodiscard]] double correction(TicketIndex ticket) const;

 private:
  const Run& run_;
  const Core* core_;
  Now now_;
  std::vector<std::uint32_t> category_of_;
  std::vector<Like> categories_;
  Like all_;
};

}  // namespace headway
