#include "coordinator/core/track_record.h"

#include <algorithm>
#include <cmath>

#include "common/base/check.h"

namespace headway {

namespace {

using std::chrono::microseconds;

/// How many attempts at everybody's pace are added to a worker's own.
constexpr double kAttemptsAtCommonPace = 4;
/// How much slower or quicker than all a worker counts at most: being quick does not make up for
/// failing.
constexpr double kMostPace = 4;
/// One attempt counts for no more: sums stay far from their end, whatever a worker reports.
constexpr microseconds kLongestCounted = std::chrono::hours{24 * 365};

microseconds counted(Duration time) {
  return std::clamp(std::chrono::duration_cast<microseconds>(time), microseconds{},
                    kLongestCounted);
}

double amount(microseconds time) { return static_cast<double>(time.count()); }

void add(Tally& to, const Tally& more) {
  to.ended += more.ended;
  to.succeeded += more.succeeded;
  to.timed += more.timed;
  to.took += more.took;
  to.estimated += more.estimated;
}

void take_away(Tally& from, const Tally& less) {
  from.ended -= less.ended;
  from.succeeded -= less.succeeded;
  from.timed -= less.timed;
  from.took -= less.took;
  from.estimated -= less.estimated;
}

}  // namespace

bool ended_by_itself(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSucceeded:
    case Outcome::kExit:
    case Outcome::kSignal:
    case Outcome::kTimeout:
    case Outcome::kOutOfMemory:
    case Outcome::kCouldNotStart:
    case Outcome::kRequirement:
    case Outcome::kGate:
      return true;
    case Outcome::kWorkerLost:
    case Outcome::kKilledWorkers:
    case Outcome::kCancelled:
    case Outcome::kTakenBack:
      return false;
  }
  return false;
}

// ---- One category

const Tally* CategoryRecord::find(WorkerId worker) const {
  const auto found = workers_.find(worker);
  return found == workers_.end() ? nullptr : &found->second.tally;
}

std::uint32_t CategoryRecord::score(WorkerId worker) const {
  const Tally* own = find(worker);
  if (own == nullptr) return kNeutral;
  const double success =
      (static_cast<double>(own->succeeded) + 1) / (static_cast<double>(own->ended) + 2);
  return static_cast<std::uint32_t>(std::lround(100 * success / pace(*own)));
}

/// 1: as quick as all are; 2: half as quick.
double CategoryRecord::pace(const Tally& own) const {
  if (all_.took == microseconds{} || all_.estimated == microseconds{}) return 1;
  const double common = kAttemptsAtCommonPace / static_cast<double>(all_.timed);
  const double took = amount(own.took) + common * amount(all_.took);
  const double estimated = amount(own.estimated) + common * amount(all_.estimated);
  const double ratio = took / estimated * (amount(all_.estimated) / amount(all_.took));
  return std::clamp(ratio, 1 / kMostPace, kMostPace);
}

// ---- All of them

void TrackRecord::credit(const Fact& ended, const Ticket& ticket, std::vector<TallyKey>& changed) {
  HW_CHECK(ended.outcome.has_value(), "an attempt ended without an outcome");
  if (ticket.category.empty() || !ended_by_itself(*ended.outcome)) return;
  Tally attempt;
  attempt.ended = 1;
  // What a failure took says nothing about how quick its agent is.
  if (*ended.outcome == Outcome::kSucceeded) {
    attempt.succeeded = 1;
    if (ticket.estimate && counted(*ticket.estimate) > microseconds{}) {
      attempt.timed = 1;
      attempt.took = counted(ended.elapsed.value_or(Duration{}));
      attempt.estimated = counted(*ticket.estimate);
    }
  }
  TallyKey key{ended.worker, ticket.category};
  CategoryRecord& category = categories_[key.category];
  CategoryRecord::Entry& entry = category.workers_[key.worker];
  if (entry.tally.ended > 0) by_age_.erase({entry.last, key});
  add(entry.tally, attempt);
  add(category.all_, attempt);
  entry.last = ended.sequence;
  by_age_.emplace(entry.last, key);
  changed.push_back(std::move(key));
  if (by_age_.size() <= kMostTallies) return;
  changed.push_back(by_age_.begin()->second);
  forget(changed.back());
}

void TrackRecord::restore(const KeptTally& kept) {
  HW_CHECK(kept.tally.ended > 0, "a tally without an attempt was kept");
  forget(kept.of);
  CategoryRecord& category = categories_[kept.of.category];
  category.workers_[kept.of.worker] = {kept.tally, kept.last};
  add(category.all_, kept.tally);
  by_age_.emplace(kept.last, kept.of);
}

void TrackRecord::forget(const TallyKey& key) {
  const auto category = categories_.find(key.category);
  if (category == categories_.end()) return;
  auto& workers = category->second.workers_;
  const auto entry = workers.find(key.worker);
  if (entry == workers.end()) return;
  take_away(category->second.all_, entry->second.tally);
  by_age_.erase({entry->second.last, key});
  workers.erase(entry);
  if (workers.empty()) categories_.erase(category);
}

const CategoryRecord* TrackRecord::find(std::string_view category) const {
  const auto found = categories_.find(category);
  return found == categories_.end() ? nullptr : &found->second;
}

KeptTally TrackRecord::kept(const TallyKey& key) const {
  const auto category = categories_.find(key.category);
  if (category == categories_.end()) return {key, {}, {}};
  const auto entry = category->second.workers_.find(key.worker);
  if (entry == category->second.workers_.end()) return {key, {}, {}};
  return {key, entry->second.tally, entry->second.last};
}

}  // namespace headway
