#include "coordinator/forecast/duration_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "coordinator/core/backoff.h"
#include "coordinator/forecast/draws.h"

namespace headway {

namespace {

/// Estimates, before anything was observed: right in the middle, nine of ten within a factor of two
/// or so, the greater part of the error common to a plan or to a category.
constexpr PriorSpread kFactorPrior = {
    .centre = 0, .unsure = 0.3, .between = 0.25, .within = 0.2, .most = 1};
/// Times without an estimate; the centre is looked for in the plan.
constexpr double kTimesUnsure = 1.0;
constexpr double kTimesBetween = 0.8;
constexpr double kTimesWithin = 0.5;
constexpr double kTimesMost = 2;

/// As how many observations a track record counts at most: it is of other plans.
constexpr double kMostFromRecord = 3;
/// As how many attempts what all categories do counts for one of them.
constexpr double kFailuresShared = 4;

constexpr double kNoEstimate = std::numeric_limits<double>::quiet_NaN();
constexpr Duration kShortest = std::chrono::milliseconds{1};
/// Beyond it the difference matters to nobody: keeps sums within a duration.
constexpr double kLongestSeconds = 365.0 * 24 * 3600;
/// How often running tickets are weighed by what their weighing changed.
constexpr int kRounds = 3;

double log_seconds(Duration time) { return std::log(to_seconds(std::max(time, kShortest))); }

double seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

DurationModel::DurationModel(const Situation& situation)
    : situation_(situation), factor_(0, {}), time_(0, {}) {
  number_categories();
  factor_ = CategoryModel(names_.size(), kFactorPrior);
  time_ = CategoryModel(names_.size(), time_prior());
  observe_finished();
  observe_records();
  observe_running();
  count_failures();
}

void DurationModel::number_categories() {
  std::map<std::string_view, std::uint32_t> known;
  for (const Ticket& ticket : situation_.plan->tickets) {
    const auto [entry, added] =
        known.try_emplace(ticket.category, static_cast<std::uint32_t>(names_.size()));
    if (added) names_.emplace_back(ticket.category);
    category_of_.push_back(entry->second);
    log_estimate_.push_back(ticket.estimate ? log_seconds(*ticket.estimate) : kNoEstimate);
  }
}

/// Around what the plan's own estimates are, else the planner's default.
PriorSpread DurationModel::time_prior() const {
  double sum = 0;
  std::size_t count = 0;
  for (const double estimate : log_estimate_) {
    if (std::isnan(estimate)) continue;
    sum += estimate;
    ++count;
  }
  const double centre =
      count > 0 ? sum / static_cast<double>(count) : log_seconds(kDefaultEstimate);
  return {centre, kTimesUnsure, kTimesBetween, kTimesWithin, kTimesMost};
}

void DurationModel::observe_finished() {
  for (std::size_t i = 0; i < situation_.tickets.size(); ++i) {
    const TicketSituation& ticket = situation_.tickets[i];
    if (ticket.standing != Standing::kSatisfied || ticket.took <= Duration{}) continue;
    const std::uint32_t category = category_of_[i];
    const double took = log_seconds(ticket.took);
    anything_observed_ = true;
    time_.observe(category, took);
    if (!std::isnan(log_estimate_[i])) factor_.observe(category, took - log_estimate_[i]);
  }
}

const Tally* DurationModel::record(std::uint32_t category) const {
  const auto found = situation_.records.find(names_[category]);
  return found == situation_.records.end() ? nullptr : &found->second;
}

/// What earlier runs took: the record less what this run added to it. It keeps sums, of which the
/// logarithm's centre lies half a variance below.
void DurationModel::observe_records() {
  std::vector<Tally> own(names_.size());
  for (std::size_t i = 0; i < situation_.tickets.size(); ++i) {
    const TicketSituation& ticket = situation_.tickets[i];
    const auto& estimate = situation_.plan->tickets[i].estimate;
    if (ticket.standing != Standing::kSatisfied || ticket.took <= Duration{} || !estimate) continue;
    Tally& tally = own[category_of_[i]];
    ++tally.timed;
    tally.took += std::chrono::duration_cast<std::chrono::microseconds>(ticket.took);
    tally.estimated += std::chrono::duration_cast<std::chrono::microseconds>(*estimate);
  }
  for (std::uint32_t category = 0; category < names_.size(); ++category) {
    const Tally* all = record(category);
    if (all == nullptr || all->timed <= own[category].timed) continue;
    const double count = static_cast<double>(all->timed - own[category].timed);
    const double took = seconds(all->took - own[category].took);
    const double estimated = seconds(all->estimated - own[category].estimated);
    if (took <= 0 || estimated <= 0) continue;
    const double weight = std::min(count, kMostFromRecord);
    factor_.observe(category,
                    std::log(took / estimated) - kFactorPrior.within * kFactorPrior.within / 2,
                    weight);
    time_.observe(category, std::log(took / count) - kTimesWithin * kTimesWithin / 2, weight);
  }
}

/// A ticket that has run for some time says that its kind does not take less: a censored
/// observation. It counts as one of the weight that it has in the likelihood's curvature, where the
/// likelihood's slope puts it (a step of iteratively weighted least squares). Without this the
/// quick ones, which end first, would speak for all.
void DurationModel::observe_running() {
  std::vector<std::uint32_t> running;
  for (std::uint32_t i = 0; i < situation_.tickets.size(); ++i) {
    if (situation_.tickets[i].standing == Standing::kAlive) running.push_back(i);
  }
  if (running.empty()) return;
  const CategoryModel factor = factor_;
  const CategoryModel time = time_;
  for (int round = 0; round < kRounds; ++round) {
    const Draw known = best();
    factor_ = factor;
    time_ = time;
    for (const std::uint32_t i : running) {
      const Spread spread = of(TicketIndex{i}, known);
      const double z =
          (log_seconds(situation_.tickets[i].elapsed) - spread.centre) / spread.scatter;
      const double beyond = normal_hazard(z) - z;
      const double weight = std::min(1.0, normal_hazard(z) * beyond);
      if (weight < 1e-3) continue;
      const double logarithm = spread.centre + spread.scatter / beyond;
      time_.observe(category_of_[i], logarithm, weight);
      if (std::isnan(log_estimate_[i])) continue;
      factor_.observe(category_of_[i], logarithm - log_estimate_[i], weight);
    }
  }
}

/// Where nothing ever failed, nothing is expected to.
void DurationModel::count_failures() {
  std::vector<double> failed(names_.size());
  std::vector<double> ended(names_.size());
  for (std::size_t i = 0; i < situation_.tickets.size(); ++i) {
    const TicketSituation& ticket = situation_.tickets[i];
    failed[category_of_[i]] += ticket.failures;
    ended[category_of_[i]] += ticket.failures + (ticket.took > Duration{} ? 1 : 0);
  }
  for (std::uint32_t category = 0; category < names_.size(); ++category) {
    const Tally* all = record(category);
    if (all == nullptr) continue;
    const double earlier = static_cast<double>(all->ended) - ended[category];
    if (earlier <= 0) continue;
    const double share = 1 - static_cast<double>(all->succeeded) / static_cast<double>(all->ended);
    const double weight = std::min(earlier, kMostFromRecord);
    failed[category] += share * weight;
    ended[category] += weight;
  }
  const double overall = std::accumulate(failed.begin(), failed.end(), 0.0) /
                         (1 + std::accumulate(ended.begin(), ended.end(), 0.0));
  for (std::size_t category = 0; category < names_.size(); ++category) {
    failing_.push_back((failed[category] + kFailuresShared * overall) /
                       (ended[category] + kFailuresShared));
  }
}

Spread DurationModel::of(TicketIndex ticket, const Draw& draw) const {
  const std::uint32_t category = category_of_[ticket.index()];
  const double estimate = log_estimate_[ticket.index()];
  if (std::isnan(estimate)) return draw.time[category];
  const Spread& factor = draw.factor[category];
  return {estimate + factor.centre, factor.scatter};
}

Basis DurationModel::basis(TicketIndex ticket) const {
  if (!std::isnan(log_estimate_[ticket.index()])) return Basis::kEstimate;
  if (time_.observed(category_of_[ticket.index()]) >= 1) return Basis::kCategory;
  const auto known = [](double estimate) { return !std::isnan(estimate); };
  return anything_observed_ || std::ranges::any_of(log_estimate_, known) ? Basis::kOverall
                                                                         : Basis::kDefault;
}

// ---- Drawing

DrawnFate::DrawnFate(const Situation& situation, const DurationModel& model, std::uint64_t sample)
    : situation_(situation),
      model_(model),
      seed_(RandomNumbers(situation.seed + sample * 0x9e3779b97f4a7c15U).next()) {
  RandomNumbers random(seed_);
  draw_ = model.draw(random);
}

SimulatedAttempt DrawnFate::attempt(TicketIndex ticket, std::uint32_t number, Duration /*now*/) {
  RandomNumbers random(seed_ ^ (std::uint64_t{ticket.number()} << 20U) ^ number);
  const TicketSituation& stands = situation_.tickets[ticket.index()];
  const Spread spread = model_.of(ticket, draw_);
  SimulatedAttempt attempt;
  if (number == 0) {
    const double z = (log_seconds(stands.elapsed) - spread.centre) / spread.scatter;
    const double whole = std::exp(spread.centre + spread.scatter * draw_normal_above(z, random));
    attempt.takes =
        std::max<Duration>(from_seconds(std::min(whole, kLongestSeconds)) - stands.elapsed, {});
  } else {
    const double whole = std::exp(spread.centre + spread.scatter * draw_normal(random));
    attempt.takes = from_seconds(std::min(whole, kLongestSeconds));
  }
  if (random.share() >= model_.failing(ticket)) return attempt;
  const RetryPolicy& retry = situation_.plan->tickets[ticket.index()].retry;
  const std::uint32_t begun = std::max(number, 1U) - 1;
  const std::uint32_t retries = stands.retries_used + begun;
  const bool again = retries < static_cast<std::uint32_t>(std::max(retry.max, 0));
  attempt.end = again ? SimulatedAttempt::End::kAgain : SimulatedAttempt::End::kFailed;
  if (again) attempt.rest = backoff_before(retry, retries);
  return attempt;
}

}  // namespace headway
