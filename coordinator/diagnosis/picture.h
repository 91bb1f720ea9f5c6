#pragma once

#include <cmath>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/core/expectation.h"
#include "coordinator/diagnosis/diagnosis.h"

namespace headway::diagnosis {

/// What all parts of a diagnosis look at, worked out once; what it is made from must outlive it.
struct Picture {
  Picture(const State& state, const Core* core, const Run& run, const Surroundings& around,
          Now now);

  const State& state;
  const Core* core;  ///< null: no coordinator is alive
  const Run& run;
  const Surroundings& around;
  Now now;
  Expectation expectation;

  /// A ticket that could run, and why it does not.
  struct Ready {
    TicketIndex ticket;
    WallTime since{};         ///< by what it waited for, and by the run's start
    std::uint32_t cause = 0;  ///< an index of `hindrances`; kResting: its backoff runs
  };
  static constexpr std::uint32_t kResting = UINT32_MAX;
  std::vector<Ready> ready;            ///< in the plan's order; without a core all are resting
  std::vector<Hindrance> hindrances;   ///< one for each demand that was met
  std::vector<TicketIndex> alive;      ///< in the plan's order
  std::vector<TicketIndex> failed;     ///< for good, and not allowed to
  std::vector<double> share_of_count;  ///< by ticket: see `share_behind`

  /// A worker that could take more than it has.
  struct Idle {
    WorkerId worker;
    std::uint32_t slots = 0;
  };
  std::vector<Idle> idle;
  std::uint32_t idle_slots = 0;

  [[nodiscard]] bool unfinished() const { return !is_final(run.state); }
  [[nodiscard]] const TicketRecord& record(TicketIndex ticket) const {
    return run.tickets[ticket.index()];
  }
  [[nodiscard]] const std::string& id(TicketIndex ticket) const { return run.ticket(ticket).id; }
  /// `build-01/2`.
  [[nodiscard]] std::string agent(TicketIndex ticket) const;
  [[nodiscard]] const std::string& worker_name(WorkerId worker) const;
  [[nodiscard]] const Hindrance* hindrance(const Ready& waiting) const {
    return waiting.cause == kResting ? nullptr : &hindrances[waiting.cause];
  }
  /// When everything that a ticket waited for had ended, its own last attempt not looked at.
  [[nodiscard]] WallTime first_ready(TicketIndex ticket) const;
  /// Tickets that wait for one of these, near and far, or were aborted for it; these themselves not
  /// counted. One pass over the graph.
  [[nodiscard]] std::uint32_t held_up_by(std::span<const TicketIndex> tickets) const;

  /// The run as a command's last word, and as an option; empty where no command needs it.
  [[nodiscard]] std::string run_word() const;
  [[nodiscard]] std::string run_option() const;
  [[nodiscard]] std::string logs_command(TicketIndex ticket) const;
  /// `headway ticket ACTION TICKET`.
  [[nodiscard]] std::string ticket_command(std::string_view action, TicketIndex ticket) const;
  [[nodiscard]] std::string priority_command(TicketIndex ticket) const;
  /// Lets a worker leave; empty where it is away, and where no other one takes tickets, which would
  /// end the run's work.
  [[nodiscard]] std::string drain_command(WorkerId worker) const;
  /// Starts a worker, of Headway's own kind or another, that offers nothing in particular.
  [[nodiscard]] std::string join_command(std::string_view program = "headway-worker") const;
  /// Starts a worker that could run this ticket.
  [[nodiscard]] std::string worker_command(TicketIndex ticket) const;

 private:
  void look_at_tickets();
  void look_at_workers();
  [[nodiscard]] std::uint32_t cause_of(TicketIndex ticket);
  [[nodiscard]] WallTime ready_since(TicketIndex ticket) const;

  std::vector<std::uint32_t> cause_by_demand_;
};

/// What a worker's command says so that it offers what is asked for: ` --type coder --label arm`; a
/// name as well where some are excluded, which is to be another than those.
std::string offering_words(const AgentRequirement& asked);

/// How much waits behind each ticket: every ticket that waits, or was aborted, is shared equally
/// among those that it directly waits for, with all that waits behind it. An estimate in one pass,
/// instead of exact counts, which would take a pass for each ticket; exact where the graph is a
/// forest, and never more than there is.
std::vector<double> share_behind(const Run& run);

/// What waits behind one ticket is counted so far (`count_behind`): beyond, it is a great many.
inline constexpr std::uint32_t kMostBehind = 10'000;

/// What was found so far.
class Telling {
 public:
  void add(Finding finding) { findings_.push_back(std::move(finding)); }
  /// A ticket whose trouble has been told, and is not to be told again in other words.
  void mark(TicketIndex ticket) { told_.insert(ticket); }
  [[nodiscard]] bool is_told(TicketIndex ticket) const { return told_.contains(ticket); }
  /// Failed attempts of which a finding says why.
  std::uint32_t failures_explained = 0;

  [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

 private:
  std::vector<Finding> findings_;
  std::set<TicketIndex> told_;
};

/// `memory=8GiB`, `licences=2`: as options read it.
std::string resource_amount(const ResourceAmount& amount);
/// A share or an estimated count as a whole number.
inline std::uint32_t rounded(double count) {
  return static_cast<std::uint32_t>(std::lround(count));
}
/// The first kMostNamedTickets of these, by name.
std::vector<std::string> names_of(const Picture& picture, std::span<const TicketIndex> tickets);
/// A sentence about what waits behind these; empty where nothing does.
std::string behind_sentence(std::uint32_t held_up);

}  // namespace headway::diagnosis
