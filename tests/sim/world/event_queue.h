#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/base/time.h"

namespace headway::sim {

/// Virtual time: what is to happen, ordered by when, then by when it was asked for.
class EventQueue {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] const Instant& now() const { return now_; }
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] Instant next() const { return heap_.front().at; }
  [[nodiscard]] std::uint64_t played() const { return played_; }

  void at(Instant when, Action action) {
    heap_.push_back({std::max(when, now_), ++asked_, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  void after(Duration pause, Action action) { at(now_ + pause, std::move(action)); }

  /// Lets time pass up to the next event and plays it.
  void play_next() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = std::move(heap_.back());
    heap_.pop_back();
    now_ = event.at;
    ++played_;
    event.action();
  }

 private:
  struct Event {
    Instant at;
    std::uint64_t asked = 0;
    Action action;
  };
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.asked > b.asked;
  }

  Instant now_{};
  std::uint64_t asked_ = 0;
  std::uint64_t played_ = 0;
  std::vector<Event> heap_;
};

}  // namespace headway::sim
