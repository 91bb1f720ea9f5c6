#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "tests/soak/judge/case.h"

namespace headway::soak {

namespace {

/// By so much the wall clock may seem to go back between two processes: it is read in milliseconds
/// there. The coordinator reads its clock after it took in what its facts rest on.
constexpr double kClockAllowanceSeconds = 0.005;

double millis_of(std::int64_t nanos) { return static_cast<double>(nanos) / 1e6; }

std::string attempt_name(const Attempt& attempt) {
  return fmt::format("r{} {} {} attempt {} (token {}, {})", attempt.key.run, attempt.key.plan,
                     attempt.key.ticket, attempt.key.attempt, attempt.token,
                     attempt.outcome.empty() ? "not ended" : attempt.outcome);
}

/// Outcomes that take an attempt from its worker: it may have done its work all the same.
bool is_taken(const std::string& outcome) {
  return outcome == "worker lost" || outcome == "killed its workers" || outcome == "cancelled" ||
         outcome == "taken back";
}

/// What an attempt did against what the registry says that it did.
void judge_outcome(const TicketCase& ticket, const Attempt& attempt, Judgement& judgement) {
  const auto blame = [&](const char* rule, const std::string& what) {
    judgement.violations.push_back({rule, attempt_name(attempt) + ": " + what});
  };
  static const LedgerAttempt kNothing;
  const LedgerAttempt& seen = attempt.seen == nullptr ? kNothing : *attempt.seen;
  if (seen.begins > 1 || seen.ends + seen.fails > 1) {
    blame("an attempt runs once",
          fmt::format("began {} times, ended {} times", seen.begins, seen.ends + seen.fails));
  }
  if (attempt.outcome == "succeeded") {
    if (seen.ends != 1) blame("a success was one", "its command did not come to its end");
    if (attempt.key.attempt <= ticket.planned->fails) {
      blame("a success was one", "it was to fail");
    }
  } else if (attempt.outcome == "exit") {
    if (seen.fails != 1) blame("a failure was one", "its command did not fail");
  } else if (!attempt.outcome.empty() && !is_taken(attempt.outcome)) {
    blame("an outcome has a cause", "nothing in the soak leads to it");
  }
  if (seen.ends > 0 && attempt.outcome != "succeeded" && is_taken(attempt.outcome)) {
    ++judgement.extra_effects[attempt.outcome];
  }
  if (seen.ends > 0 && attempt.outcome == "exit") {
    blame("no success is lost", "its command succeeded");
  }
}

void judge_silence(const Attempt& attempt, Judgement& judgement) {
  if (attempt.seen == nullptr || attempt.ended == 0) return;
  const double silence =
      (static_cast<double>(attempt.ended_millis) - millis_of(attempt.seen->last_wall)) / 1e3;
  judgement.least_silence_seconds = std::min(judgement.least_silence_seconds, silence);
  if (silence < -kClockAllowanceSeconds) {
    judgement.violations.push_back(
        {"nothing writes after its end", fmt::format("{}: wrote {:.3f} s after the fact of its end",
                                                     attempt_name(attempt), -silence)});
  }
}

void judge_duplicates(const TicketCase& ticket, Judgement& judgement) {
  unsigned ends = 0;
  std::string how;
  for (const Attempt& attempt : ticket.attempts) {
    if (attempt.seen == nullptr || attempt.seen->ends == 0) continue;
    ends += attempt.seen->ends;
    how += fmt::format("{}attempt {} {}", how.empty() ? "" : ", ", attempt.key.attempt,
                       attempt.outcome);
  }
  if (ends > 1) judgement.duplicates.push_back(ticket.name + ": " + how);
}

/// A ticket begins only when what it depends on has ended as it must, by the registry's order and
/// by the ledger's clock.
void judge_order(const TicketCase& ticket, const TicketCase& other, bool must_succeed,
                 std::vector<Violation>& violations) {
  for (const Attempt& attempt : ticket.attempts) {
    std::string state;
    for (const FactRow* fact : other.facts) {
      if (fact->sequence > attempt.assigned) break;
      if (!fact->ticket_state.empty()) state = fact->ticket_state;
      if (fact->kind == "ticket assigned") state = "assigned";
    }
    const bool satisfied =
        state == "succeeded" ||
        (must_succeed ? other.planned->allow_failure && state == "failed"
                      : state == "failed" || state == "aborted" || state == "cancelled");
    if (!satisfied) {
      violations.push_back({"nothing starts too early",
                            fmt::format("{} was handed out while {} was {}", attempt_name(attempt),
                                        other.name, state.empty() ? "waiting" : state)});
    }
    if (attempt.seen == nullptr) continue;
    for (const Attempt& before : other.attempts) {
      if (before.assigned > attempt.assigned || before.seen == nullptr) continue;
      if (before.seen->last_steady < attempt.seen->first_steady) continue;
      violations.push_back(
          {"nothing starts too early",
           fmt::format("{} began {:.1f} ms before {} fell silent", attempt_name(attempt),
                       millis_of(before.seen->last_steady - attempt.seen->first_steady),
                       attempt_name(before))});
    }
  }
}

/// The attempts that use one thing, to be told apart in time.
struct Users {
  struct Entry {
    const Attempt* attempt;
    bool alone;
  };
  std::vector<Entry> entries;

  /// In order of their beginnings, each is compared with the one before it that lasted longest.
  void judge(const std::string& key, std::vector<Violation>& violations) {
    std::ranges::sort(entries, {},
                      [](const Entry& entry) { return entry.attempt->seen->first_steady; });
    const Attempt* longest = nullptr;
    const Attempt* longest_alone = nullptr;
    for (const Entry& entry : entries) {
      const LedgerAttempt& seen = *entry.attempt->seen;
      const Attempt* before = entry.alone ? longest : longest_alone;
      if (before != nullptr && before->seen->last_steady >= seen.first_steady) {
        violations.push_back({"conflicting attempts are never alive together",
                              fmt::format("{}: {} began {:.1f} ms before {} fell silent", key,
                                          attempt_name(*entry.attempt),
                                          millis_of(before->seen->last_steady - seen.first_steady),
                                          attempt_name(*before))});
      }
      const auto longer = [&](const Attempt* than) {
        return than == nullptr || than->seen->last_steady < seen.last_steady;
      };
      if (longer(longest)) longest = entry.attempt;
      if (entry.alone && longer(longest_alone)) longest_alone = entry.attempt;
    }
  }
};

void judge_overlaps(const Case& all, std::vector<Violation>& violations) {
  std::map<std::string, Users> users;
  for (const RunCase& run : all.runs) {
    for (const TicketCase& ticket : run.tickets) {
      for (const Attempt& attempt : ticket.attempts) {
        if (attempt.seen == nullptr) continue;
        users["itself: " + ticket.name].entries.push_back({&attempt, true});
        for (const Use& use : ticket.planned->uses) {
          users[use.key].entries.push_back({&attempt, use.alone});
        }
      }
    }
  }
  for (auto& [key, of_key] : users) of_key.judge(key, violations);
}

}  // namespace

void judge_ledger(const Case& all, Judgement& judgement) {
  judgement.least_silence_seconds = std::numeric_limits<double>::max();
  for (const RunCase& run : all.runs) {
    for (const TicketCase& ticket : run.tickets) {
      for (const Attempt& attempt : ticket.attempts) {
        judge_outcome(ticket, attempt, judgement);
        judge_silence(attempt, judgement);
      }
      judge_duplicates(ticket, judgement);
      for (const std::size_t other : ticket.planned->blocking) {
        judge_order(ticket, run.tickets[other], true, judgement.violations);
      }
      for (const std::size_t other : ticket.planned->sequential) {
        judge_order(ticket, run.tickets[other], false, judgement.violations);
      }
    }
  }
  if (judgement.least_silence_seconds == std::numeric_limits<double>::max()) {
    judgement.least_silence_seconds = 0;
  }
  judge_overlaps(all, judgement.violations);
}

}  // namespace headway::soak
