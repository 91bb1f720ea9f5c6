#include "coordinator/diagnosis/bounds.h"

#include <algorithm>

namespace headway::diagnosis {

namespace {

double seconds_left(const Picture& picture, TicketIndex ticket) {
  return to_seconds(picture.expectation.left(ticket).value_or(Duration{}));
}

}  // namespace

LockLine longest_lock_line(const Picture& picture) {
  const Run& run = picture.run;
  std::vector<double> seconds(run.graph().lock_names().size());
  const auto for_each_writer = [&](const auto& action) {
    for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
      if (is_final(run.tickets[i].state)) continue;
      for (const LockUse use : run.graph().locks(TicketIndex{i})) {
        if (use.mode == LockMode::kWrite) action(use.lock, TicketIndex{i});
      }
    }
  };
  for_each_writer([&](std::uint32_t lock, TicketIndex ticket) {
    seconds[lock] += seconds_left(picture, ticket);
  });
  LockLine line;
  const auto longest = std::ranges::max_element(seconds);
  if (longest == seconds.end()) return line;
  line.lock = static_cast<std::uint32_t>(longest - seconds.begin());
  line.seconds = *longest;
  for_each_writer([&](std::uint32_t lock, TicketIndex ticket) {
    if (lock == line.lock) line.tickets.push_back(ticket);
  });
  return line;
}

double seconds_of_all_agents(const Picture& picture) {
  if (picture.core == nullptr || picture.core->scheduler().slots() == 0) return 0;
  double work = 0;
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    work += seconds_left(picture, TicketIndex{i});
  }
  return work / picture.core->scheduler().slots();
}

}  // namespace headway::diagnosis
