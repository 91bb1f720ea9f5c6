#include "tests/sim/checkers/meeting.h"

#include <algorithm>
#include <array>

#include "common/base/check.h"

namespace headway::sim {

namespace {

// 1 docs/a.md, 2 docs/b.md, 4 docs/c/d.txt, 8 src/api/x.c, 16 src/api/y.c, 32 src/ui/x.c,
// 64 src/main.c, 128 tools/x.c
constexpr std::array kPatterns = {
    SamplePattern{"docs/**", 1 | 2 | 4},   SamplePattern{"docs/a.md", 1},
    SamplePattern{"docs/*.md", 1 | 2},     SamplePattern{"src/api/x.c", 8},
    SamplePattern{"src/api/**", 8 | 16},   SamplePattern{"src", 8 | 16 | 32 | 64},
    SamplePattern{"**/x.c", 8 | 32 | 128}, SamplePattern{"src/*/x.c", 8 | 32},
    SamplePattern{"docs/[ab].md", 1 | 2},  SamplePattern{"tools/", 128},
    SamplePattern{"src/main.c", 64},       SamplePattern{"docs/c/d.txt", 4},
};

unsigned files_of(std::string_view pattern) {
  const auto found = std::ranges::find(kPatterns, pattern, &SamplePattern::pattern);
  HW_CHECK(found != kPatterns.end(), "a plan uses a pattern that is not in the table");
  return found->files;
}

bool names(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

bool declares(const Ticket& from, const Ticket& to) {
  return names(from.dependencies.file_conflicts, to.id) ||
         names(from.dependencies.resource_conflicts, to.id);
}

}  // namespace

bool share_a_file(std::string_view a, std::string_view b) {
  return (files_of(a) & files_of(b)) != 0;
}

std::string_view sample_pattern(std::size_t number) {
  return kPatterns[number % kPatterns.size()].pattern;
}

namespace {

/// `one` and `two` are texts of `a` and `b`.
bool conflict(const Reading& reading, TicketKey a, TicketKey b, const Ticket& one,
              const Ticket& two) {
  const ReadRun& run_a = *reading.run(a.run);
  const ReadRun& run_b = *reading.run(b.run);
  for (const LockRequest& lock : one.locks) {
    for (const LockRequest& other : two.locks) {
      const bool both_read = lock.mode == LockMode::kRead && other.mode == LockMode::kRead;
      if (lock.name == other.name && !both_read) return true;
    }
  }
  if (run_a.source->options.plan_folder == run_b.source->options.plan_folder) {
    for (const std::string& path : one.affected_files) {
      for (const std::string& other : two.affected_files) {
        if (share_a_file(path, other)) return true;
      }
    }
  }
  if (a.run != b.run) return false;
  // What people declare of two tickets holds as they say it now.
  const Ticket& first = run_a.definition(a.ticket);
  const Ticket& second = run_b.definition(b.ticket);
  if (declares(first, second) || declares(second, first)) return true;
  if (one.isolation == Isolation::kIsolated || two.isolation == Isolation::kIsolated) return true;
  return one.isolation == Isolation::kSequential && two.isolation == Isolation::kSequential;
}

}  // namespace

bool must_not_meet(const Reading& reading, TicketKey a, TicketKey b) {
  return conflict(reading, a, b, reading.run(a.run)->told(a.ticket),
                  reading.run(b.run)->told(b.ticket));
}

bool must_not_meet_now(const Reading& reading, TicketKey a, TicketKey b) {
  return conflict(reading, a, b, reading.run(a.run)->definition(a.ticket),
                  reading.run(b.run)->definition(b.ticket));
}

}  // namespace headway::sim
