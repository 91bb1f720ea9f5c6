#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/expectation.h"

namespace headway {

/// What would get a ticket going that is not: for `headway explain`. `core` may be null.
///
/// Of one that waits: the chain of what it waits for, down to what runs, is ready or failed, each
/// with the time that it is expected to take, and what would unblock it soonest. Of one that is
/// ready: its place in the line, or who has what it waits for, and how long that is expected to
/// take. Of one that was aborted:
/// the failure behind it. Sentences; none where there is nothing to say. Takes a pass over the
/// run's graph.
class Unblocking {
 public:
  /// All must outlive it.
  Unblocking(const State& state, const Run& run, const Core* core, Now now);

  [[nodiscard]] std::vector<std::string> sentences(TicketIndex ticket) const;

 private:
  struct Ends {
    std::vector<double> seconds;    ///< until each ticket has ended
    std::vector<bool> open_end;     ///< and not before what nobody can tell the time of: a review
                                    ///< is decided, or what may be dead has ended
    std::vector<TicketIndex> last;  ///< which of what it waits for ends last; itself: of nothing

    [[nodiscard]] std::pair<bool, double> of(TicketIndex ticket) const {
      return {open_end[ticket.index()], seconds[ticket.index()]};
    }
  };
  [[nodiscard]] Ends ends() const;
  [[nodiscard]] TicketIndex last_before_group(TicketIndex ticket, const Ends& ends) const;
  [[nodiscard]] std::vector<std::string> of_waiting(TicketIndex ticket) const;
  [[nodiscard]] std::vector<std::string> of_ready(TicketIndex ticket) const;
  [[nodiscard]] std::vector<std::string> of_locked(TicketIndex ticket) const;
  [[nodiscard]] std::vector<std::string> of_short(TicketIndex ticket,
                                                  const std::string& resource) const;
  [[nodiscard]] std::string decision(TicketIndex reviewed) const;
  [[nodiscard]] std::vector<std::string> of_aborted(TicketIndex ticket) const;
  [[nodiscard]] std::vector<std::string> of_forgotten(TicketIndex ticket) const;
  [[nodiscard]] std::string link(TicketIndex ticket) const;
  [[nodiscard]] std::vector<std::string> remedy(TicketIndex root) const;
  [[nodiscard]] std::string run_option() const;
  [[nodiscard]] bool in_doubt(TicketIndex ticket) const;
  [[nodiscard]] std::optional<Duration> left(TicketIndex ticket) const;
  [[nodiscard]] const TicketRecord& record(TicketIndex ticket) const {
    return run_.tickets[ticket.index()];
  }
  [[nodiscard]] const std::string& id(TicketIndex ticket) const { return run_.ticket(ticket).id; }

  const State& state_;
  const Run& run_;
  const Core* core_;
  Now now_;
  Expectation expectation_;
};

}  // namespace headway
