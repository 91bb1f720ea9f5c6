#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/plan/ticket.h"
#include "coordinator/core/fact.h"

namespace headway {

/// How attempts went, added up. Whole microseconds, as the registry keeps them.
struct Tally {
  std::uint64_t ended = 0;  ///< by themselves: no loss of a worker, nothing stopped or taken back
  std::uint64_t succeeded = 0;            ///< of these
  std::uint64_t timed = 0;                ///< of these, those whose ticket had an estimate
  std::chrono::microseconds took{};       ///< the timed ones
  std::chrono::microseconds estimated{};  ///< for the timed ones
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// Whose tally, and of what. A worker's number stands for its name: it keeps it for ever.
struct TallyKey {
  WorkerId worker;
  std::string category;
  friend auto operator<=>(const TallyKey&, const TallyKey&) = default;
};

/// A tally as the registry keeps it. Without an attempt: it was forgotten.
struct KeptTally {
  TallyKey of;
  Tally tally;
  Sequence last;  ///< the fact that ended the last of its attempts
  friend bool operator==(const KeptTally&, const KeptTally&) = default;
};

/// How well workers did the tickets of one category.
class CategoryRecord {
 public:
  /// What a worker has of which nothing is known.
  static constexpr std::uint32_t kNeutral = 50;

  /// What is to be expected of a worker, in hundredths; more is better:
  ///
  ///   100 * (succeeded + 1) / (ended + 2) / pace
  ///   pace = ((took + k * T / n) / (estimated + k * E / n)) / (T / E), from 1/4 to 4
  ///
  /// The first is the rule of succession: a success of one attempt stands behind nine of ten. The
  /// pace is the worker's time against its estimates over the same of all workers, whose sums are T
  /// and E over n attempts; k = 4 attempts at their pace are added to its own, so that one quick
  /// ticket says little. What differs by less than a hundredth is the same.
  [[nodiscard]] std::uint32_t score(WorkerId worker) const;
  /// Null: it has ended none.
  [[nodiscard]] const Tally* find(WorkerId worker) const;
  /// The sums over all workers.
  [[nodiscard]] const Tally& all() const { return all_; }
  friend bool operator==(const CategoryRecord&, const CategoryRecord&) = default;

 private:
  friend class TrackRecord;
  struct Entry {
    Tally tally;
    Sequence last;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  [[nodiscard]] double pace(const Tally& own) const;

  std::map<WorkerId, Entry> workers_;
  Tally all_;
};

/// How well each worker did tickets of each category: a part of the durable state, which follows
/// from the facts that end attempts. It outlives the runs that it is of; the registry keeps it
/// beside its facts (table `tallies`). Tickets without a category leave no trace in it.
class TrackRecord {
 public:
  /// Beyond so many, the tally is forgotten that has not grown for the longest time; about 4 MiB.
  static constexpr std::size_t kMostTallies = 16'384;

  /// Takes note of the end of an attempt at `ticket`. Adds to `changed` which tallies are others
  /// now: that of its worker, and one that had to go.
  void credit(const Fact& ended, const Ticket& ticket, std::vector<TallyKey>& changed);
  /// A tally that the registry has kept; `kept.tally` has attempts.
  void restore(const KeptTally& kept);

  /// Null: nothing is known of it.
  [[nodiscard]] const CategoryRecord* find(std::string_view category) const;
  /// As the registry is to keep it.
  [[nodiscard]] KeptTally kept(const TallyKey& key) const;
  [[nodiscard]] std::size_t size() const { return by_age_.size(); }
  friend bool operator==(const TrackRecord&, const TrackRecord&) = default;

 private:
  void forget(const TallyKey& key);

  std::map<std::string, CategoryRecord, std::less<>> categories_;
  std::set<std::pair<Sequence, TallyKey>> by_age_;  ///< by the fact that last added to it
};

/// Whether an attempt ended by what it did: this says something about its agent, and uses up a
/// retry.
[[nodiscard]] bool ended_by_itself(Outcome outcome);

}  // namespace headway
