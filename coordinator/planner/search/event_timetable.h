#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "coordinator/planner/search/network.h"

namespace headway::planner {

/// What is free between the times at which something starts or ends: for any durations, any number
/// of words and a choice of agents. A segment is its start, the free amounts and the idle agents;
/// the last one never ends.
///
/// `kWords` and `kAgentWords` are those of the network where they are not negative, so that the
/// inner loops are unrolled; -1 takes them from the network.
template <int kWords, int kAgentWords>
class EventTimetable {
 public:
  explicit EventTimetable(const Network& network) : network_(network) {
    // A start and an end each, the beginning, and room for one beyond.
    segments_.resize((std::size_t{network.size} * 2 + 3) * stride());
    clear();
  }

  void clear() {
    count_ = 1;
    at(0)[0] = 0;
    for (std::uint32_t w = 0; w < words(); ++w) at(0)[1 + w] = network_.full[w];
    for (std::uint32_t w = 0; w < agent_words(); ++w) at(0)[1 + words() + w] = ~std::uint64_t{0};
  }

  /// The first time from `from` on at which `activity` finds what it needs for all of its duration.
  /// `agent` is the bit that it would rather have and becomes the one that it gets; unchanged where
  /// it chooses none.
  Ticks earliest(std::uint32_t activity, Ticks from, Ticks duration, std::uint32_t& agent) {
    const std::uint64_t* demand = &network_.demands[std::size_t{activity} * words()];
    std::size_t first = segment_at(from);
    if (!chooses(activity)) return earliest_amounts(demand, first, from, duration);
    return earliest_with_agent(activity, demand, first, from, duration, agent);
  }

  void take(std::uint32_t activity, Ticks start, Ticks duration, std::uint32_t agent) {
    const std::uint64_t* demand = &network_.demands[std::size_t{activity} * words()];
    const std::size_t first = split(start, segment_at(start));
    std::size_t last = first;
    while (last < count_ && time(last) < start + duration) ++last;
    if (last == count_ || time(last) != start + duration) last = split(start + duration, last - 1);
    const bool with_agent = chooses(activity);
    for (std::size_t segment = first; segment < last; ++segment) {
      std::uint64_t* const row = at(segment) + 1;
      for (std::uint32_t w = 0; w < words(); ++w) row[w] -= demand[w];
      if (with_agent) row[words() + agent / 64] &= ~(std::uint64_t{1} << (agent % 64));
    }
  }

 private:
  [[nodiscard]] std::uint32_t words() const {
    if constexpr (kWords >= 0) return kWords;
    return network_.words;
  }
  [[nodiscard]] std::uint32_t agent_words() const {
    if constexpr (kAgentWords >= 0) return kAgentWords;
    return network_.agent_words;
  }
  [[nodiscard]] std::size_t stride() const { return 1 + words() + agent_words(); }
  std::uint64_t* at(std::size_t segment) { return segments_.data() + segment * stride(); }
  [[nodiscard]] const std::uint64_t* at(std::size_t segment) const {
    return segments_.data() + segment * stride();
  }
  [[nodiscard]] Ticks time(std::size_t segment) const { return static_cast<Ticks>(at(segment)[0]); }
  [[nodiscard]] bool chooses(std::uint32_t activity) const {
    std::uint64_t any = 0;
    for (std::uint32_t w = 0; w < agent_words(); ++w) {
      any |= network_.agent_masks[std::size_t{activity} * agent_words() + w];
    }
    return any != 0;
  }
  [[nodiscard]] bool is_enough(std::size_t segment, const std::uint64_t* demand) const {
    const std::uint64_t* const row = at(segment) + 1;
    std::uint64_t missing = 0;
    for (std::uint32_t w = 0; w < words(); ++w) {
      missing |= ~(row[w] - demand[w]) & network_.guards[w];
    }
    return missing == 0;
  }

  /// The segment that `when` is in.
  [[nodiscard]] std::size_t segment_at(Ticks when) const {
    std::size_t low = 0;
    std::size_t length = count_;
    while (length > 1) {
      const std::size_t half = length / 2;
      low = time(low + half) <= when ? low + half : low;
      length -= half;
    }
    return low;
  }

  [[nodiscard]] Ticks earliest_amounts(const std::uint64_t* demand, std::size_t first, Ticks start,
                                       Ticks duration) const {
    for (std::size_t segment = first;; ++segment) {
      if (!is_enough(segment, demand)) {
        start = time(segment + 1);
      } else if (segment + 1 == count_ || time(segment + 1) >= start + duration) {
        return start;
      }
    }
  }

  [[nodiscard]] Ticks earliest_with_agent(std::uint32_t activity, const std::uint64_t* demand,
                                          std::size_t first, Ticks start, Ticks duration,
                                          std::uint32_t& agent) const {
    const std::uint64_t* const mask = &network_.agent_masks[std::size_t{activity} * agent_words()];
    std::size_t segment = first;
    while (true) {
      std::size_t blocked = kNowhere;
      if (idle_through(segment, start + duration, demand, mask, blocked, agent)) return start;
      if (blocked != kNowhere) {
        segment = blocked + 1;
      } else {
        // Only where somebody becomes idle is there a new chance.
        do {
          ++segment;
        } while (!becomes_idle(segment, mask));
      }
      start = time(segment);
    }
  }

  /// Whether one agent of `mask` is idle and enough is free from `segment` until `finish`; `agent`
  /// then is one. `blocked`: the first segment that lacks an amount, if that is why not.
  [[nodiscard]] bool idle_through(std::size_t segment, Ticks finish, const std::uint64_t* demand,
                                  const std::uint64_t* mask, std::size_t& blocked,
                                  std::uint32_t& agent) const {
    if constexpr (kAgentWords == 1) {
      std::uint64_t idle = *mask;
      for (; segment < count_ && time(segment) < finish; ++segment) {
        if (!is_enough(segment, demand)) {
          blocked = segment;
          return false;
        }
        idle &= at(segment)[1 + words()];
        if (idle == 0) return false;
      }
      if (agent == kNoNumber || (idle >> agent & 1U) == 0) {
        agent = static_cast<std::uint32_t>(std::countr_zero(idle));
      }
      return true;
    } else {
      idle_.assign(mask, mask + agent_words());
      for (; segment < count_ && time(segment) < finish; ++segment) {
        if (!is_enough(segment, demand)) {
          blocked = segment;
          return false;
        }
        std::uint64_t any = 0;
        for (std::uint32_t w = 0; w < agent_words(); ++w) {
          idle_[w] &= at(segment)[1 + words() + w];
          any |= idle_[w];
        }
        if (any == 0) return false;
      }
      if (agent != kNoNumber && (idle_[agent / 64] >> (agent % 64) & 1U) != 0) return true;
      std::uint32_t word = 0;
      while (idle_[word] == 0) ++word;
      agent = word * 64 + static_cast<std::uint32_t>(std::countr_zero(idle_[word]));
      return true;
    }
  }

  [[nodiscard]] bool becomes_idle(std::size_t segment, const std::uint64_t* mask) const {
    std::uint64_t fresh = 0;
    for (std::uint32_t w = 0; w < agent_words(); ++w) {
      fresh |= mask[w] & at(segment)[1 + words() + w] & ~at(segment - 1)[1 + words() + w];
    }
    return fresh != 0;
  }

  /// Makes a segment begin at `when`, which is in `segment`; returns its number.
  std::size_t split(Ticks when, std::size_t segment) {
    if (time(segment) == when) return segment;
    std::uint64_t* const row = at(segment);
    std::memmove(row + stride(), row, (count_ - segment) * stride() * sizeof(std::uint64_t));
    ++count_;
    at(segment + 1)[0] = static_cast<std::uint64_t>(when);
    return segment + 1;
  }

  static constexpr std::size_t kNowhere = ~std::size_t{0};

  const Network& network_;
  std::vector<std::uint64_t> segments_;
  std::size_t count_ = 1;
  mutable std::vector<std::uint64_t> idle_;
};

}  // namespace headway::planner
