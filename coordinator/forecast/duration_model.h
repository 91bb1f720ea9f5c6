#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "coordinator/forecast/category_model.h"
#include "coordinator/forecast/simulation.h"
#include "coordinator/forecast/situation.h"

namespace headway {

/// From what it is told how long a ticket takes, beside the prior.
enum class Basis : std::uint8_t {
  kEstimate,  ///< its estimate, corrected by what was observed
  kCategory,  ///< what tickets of its category took
  kOverall,   ///< what tickets of other categories took, or are estimated to take
  kDefault,   ///< nothing but the planner's default estimate
};
inline constexpr std::size_t kBases = 4;

/// How long tickets of a run take, and how often their attempts fail, by what has been observed.
///
/// A ticket with an estimate takes so much times a factor, one without a time; both log-normal by
/// category (CategoryModel). Observations are the tickets of this run that succeeded; those that
/// run already, as far as they say that theirs is not shorter; and the track record of earlier
/// runs, which counts as a few.
class DurationModel {
 public:
  explicit DurationModel(const Situation& situation);

  /// How far a ticket's time scatters, as a logarithm of seconds, under these spreads.
  struct Draw {
    std::vector<Spread> factor;  ///< by category
    std::vector<Spread> time;    ///< by category, of the seconds
  };
  [[nodiscard]] Draw best() const { return {factor_.best(), time_.best()}; }
  [[nodiscard]] Draw draw(RandomNumbers& random) const {
    return {factor_.draw(random), time_.draw(random)};
  }
  [[nodiscard]] Spread of(TicketIndex ticket, const Draw& draw) const;
  /// The share of attempts that fail by themselves.
  [[nodiscard]] double failing(TicketIndex ticket) const {
    return failing_[category_of_[ticket.index()]];
  }
  [[nodiscard]] Basis basis(TicketIndex ticket) const;

 private:
  void number_categories();
  void observe_finished();
  void observe_records();
  void observe_running();
  void count_failures();
  [[nodiscard]] PriorSpread time_prior() const;
  [[nodiscard]] const Tally* record(std::uint32_t category) const;

  const Situation& situation_;
  std::vector<std::string_view> names_;     ///< of the categories
  std::vector<std::uint32_t> category_of_;  ///< by ticket
  std::vector<double> log_estimate_;        ///< by ticket, of seconds; NaN: it has none
  CategoryModel factor_;
  CategoryModel time_;
  std::vector<double> failing_;  ///< by category
  bool anything_observed_ = false;
};

/// Draws how each attempt goes. The same sample draws the same for the same ticket, whatever else
/// happens, so that two situations can be compared.
class DrawnFate : public Fate {
 public:
  DrawnFate(const Situation& situation, const DurationModel& model, std::uint64_t sample);
  SimulatedAttempt attempt(TicketIndex ticket, std::uint32_t number, Duration now) override;

 private:
  const Situation& situation_;
  const DurationModel& model_;
  std::uint64_t seed_;
  DurationModel::Draw draw_;
};

}  // namespace headway
