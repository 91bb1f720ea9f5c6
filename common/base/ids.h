#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace headway {

/// A number that names one kind of thing. Two kinds never convert into each other, so that swapping
/// a ticket and a worker does not compile.
template <class Tag, class Number>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(Number number) : number_(number) {}

  [[nodiscard]] constexpr Number number() const { return number_; }
  /// For use as an index of a vector.
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(number_); }

  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  Number number_ = 0;
};

/// A ticket's place in its plan, from 0.
using TicketIndex = Id<struct TicketTag, std::uint32_t>;
/// One execution of one plan, from 1; written `r1` for people. 0: none.
using RunId = Id<struct RunTag, std::uint64_t>;
/// Names one attempt; only grows over the life of a registry. 0: none.
using Token = Id<struct TokenTag, std::uint64_t>;
/// A worker's number in the registry, from 1. 0: none.
using WorkerId = Id<struct WorkerTag, std::uint32_t>;
/// One slot of a worker, from 1; `<worker>/<slot>` is an agent. 0: none.
using SlotId = Id<struct SlotTag, std::uint32_t>;
/// A fact's number in the journal, from 1. 0: before all facts.
using Sequence = Id<struct SequenceTag, std::uint64_t>;
/// One start of the coordinator on a registry, from 1.
using Epoch = Id<struct EpochTag, std::uint64_t>;

}  // namespace headway

template <class Tag, class Number>
struct std::hash<headway::Id<Tag, Number>> {
  std::size_t operator()(headway::Id<Tag, Number> id) const noexcept {
    return std::hash<Number>{}(id.number());
  }
};
