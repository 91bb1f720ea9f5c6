#include "coordinator/cli/report/recovery.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "common/base/shell_word.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr const char* kUnknown = "not known yet";

std::string agent_of(const EventView& event) {
  return event.slot == SlotId{} ? event.worker
                                : fmt::format("{}/{}", event.worker, event.slot.number());
}

/// `name of ticket` from a check's event; a plan gate has no ticket.
std::string check_words(const EventView& event) {
  const std::string what = fmt::format("{} '{}'", event.check, event.detail);
  return event.ticket.empty() ? what : fmt::format("{} of {}", what, event.ticket);
}

/// Ended by nothing that it did itself.
bool was_handed_back(const EventView& event) {
  return event.outcome == Outcome::kWorkerLost || event.outcome == Outcome::kTakenBack;
}

std::string end_words(const EventView& event) {
  std::string words = "ended: " + std::string(event.outcome ? to_text(*event.outcome) : "unknown");
  if (event.exit_code && *event.exit_code != 0) words += fmt::format(" {}", *event.exit_code);
  if (event.state == "ready") words += "; its ticket goes out again";
  return words;
}

/// As keys, tokens sort in the order in which they were given.
std::string token_key(const EventView& event) {
  return fmt::format("{:020}", event.token.number());
}
std::string review_key(const std::string& ticket) { return "review " + ticket; }
std::string rollback_key(const std::string& ticket) { return "rollback " + ticket; }

/// Goes through the facts once. What is under way is known by its token; a review, and a rollback
/// from its planning on, by its ticket.
class Reading {
 public:
  explicit Reading(RunId run) : run_(run) {}

  void read(const EventView& event) {
    if (started_ && (event.run == run_ || event.kind.starts_with("worker "))) {
      begin(*std::exchange(started_, std::nullopt), "the coordinator was started again");
    }
    if (event.run == run_) {
      read_run(event);
    } else if (event.run == RunId{} && submitted_) {
      read_workers(event);
    }
  }
  std::vector<Recovery> take() { return std::move(recoveries_); }

 private:
  struct UnderWay {
    Recovered what;
    std::vector<std::pair<std::size_t, std::size_t>> told;  ///< recovery, and its place there
    std::string before;  ///< of a rollback: that it was lost with its worker, and runs again
  };

  void read_run(const EventView& event) {
    if (event.kind == "run submitted") {
      submitted_ = true;
    } else if (event.kind == "run resumed" && rests_) {
      rests_ = false;
      begin(event, "the run was resumed");
    } else if (event.kind == "run stopping") {
      stops_ = true;
      // For good it was stopped before.
      if (rests_) begin(event, "what the run has done is put back");
      rests_ = false;
    } else if (event.kind == "run ended") {
      rests_ = true;
      stops_ = false;
    } else if (event.kind == "registry verified" && !recoveries_.empty()) {
      found(event, event.number.value_or(0) == 0 ? event.detail
                                                 : fmt::format("the registry has {} problems: {}",
                                                               *event.number, event.detail));
    } else if (event.check == "rollback" || event.kind.starts_with("rollback ")) {
      read_rollback(event);
    } else if (event.kind.starts_with("review ")) {
      read_review(event);
    } else {
      read_attempt(event);
    }
    look_at();
  }

  void read_attempt(const EventView& event) {
    if (event.kind == "ticket assigned") {
      taken_back_.erase(event.ticket);
      ++attempts_[event.ticket];
      open(token_key(event), attempt_words(event.ticket), event);
    } else if (event.kind == "check assigned") {
      open(token_key(event), check_words(event), event);
    } else if (event.kind == "attempt started" || event.kind == "check started") {
      const auto rollback = rollbacks_.find(event.token);
      const bool of_rollback = rollback != rollbacks_.end();
      under_way_[of_rollback ? rollback->second : token_key(event)].what.agent = agent_of(event);
    } else if (event.kind == "attempt ended") {
      if (stops_ && event.state == "ready") {
        const auto attempt = under_way_.find(token_key(event));
        const WallTime since = attempt == under_way_.end() ? event.at : attempt->second.what.since;
        taken_back_[event.ticket] = {attempt_words(event.ticket), agent_of(event), since,
                                     end_words(event)};
      }
      close(token_key(event), end_words(event));
      close(review_key(event.ticket), end_words(event));
      look_.erase(review_key(event.ticket));
    } else if (event.kind == "ticket ended") {
      taken_back_.erase(event.ticket);
    } else if (event.kind == "command ended") {
      close(token_key(event), "its command ended well; gates were left");
    } else if (event.kind == "check ended") {
      close(token_key(event), end_words(event));
    }
  }

  void read_review(const EventView& event) {
    const std::string key = review_key(event.ticket);
    if (event.kind == "review opened") {
      open(key, fmt::format("review of {}", event.ticket), event);
      under_way_[key].what.agent.clear();
      look_[key] = fmt::format("{} waits for a person: headway ticket approve {}, or reject",
                               event.ticket, shell_word(event.ticket));
    } else if (event.kind == "review decided") {
      close(key, "decided: " + event.detail);
      look_.erase(key);
    }
  }

  void read_rollback(const EventView& event) {
    const std::string key = rollback_key(event.ticket);
    if (event.kind == "rollback planned") {
      open(key, fmt::format("rollback of {}", event.ticket), event);
      under_way_[key].what.agent.clear();
    } else if (event.kind == "check assigned") {
      rollbacks_[event.token] = key;
      under_way_[key].what.agent = event.worker;
    } else if (event.kind == "check ended" && was_handed_back(event)) {
      UnderWay& rollback = under_way_[key];
      rollback.what.agent.clear();
      rollback.before = end_words(event) + "; it runs again";
      tell(rollback, rollback.before);
    } else if (event.kind == "rollback ended") {
      const bool put_back = event.outcome == Outcome::kSucceeded;
      const std::string before = under_way_[key].before;
      close(key, fmt::format("{}{}", before.empty() ? "" : before + ": ",
                             put_back ? "it was put back" : event.detail));
      if (put_back) return;
      look_[key] = fmt::format("{} could not be put back ({}): headway ticket settle {}",
                               event.ticket, event.detail, shell_word(event.ticket));
    } else if (event.kind == "rollback settled") {
      look_.erase(key);
    }
  }

  void read_workers(const EventView& event) {
    if (event.kind == "epoch started") {
      // Counts with the first thing that comes of it: one that was asked something may end at once.
      if (!rests_) started_ = event;
    } else if (recoveries_.empty() || rests_) {
      return;
    } else if (event.kind == "worker joined") {
      found(event, fmt::format("worker {} joined", event.worker));
    } else if (event.kind == "worker lost") {
      found(event, fmt::format("worker {} was lost: {}", event.worker, event.detail));
    }
  }

  void begin(const EventView& event, const std::string& cause) {
    Recovery recovery;
    recovery.at = event.at;
    recovery.cause = cause;
    for (auto& [key, each] : under_way_) {
      each.told.emplace_back(recoveries_.size(), recovery.under_way.size());
      recovery.under_way.push_back(each.what);
    }
    for (const auto& [ticket, attempt] : taken_back_) recovery.under_way.push_back(attempt);
    taken_back_.clear();
    recoveries_.push_back(std::move(recovery));
    look_at();
  }

  /// Counted here: an event of a run that has left the coordinator's memory does not say which.
  std::string attempt_words(const std::string& ticket) {
    return fmt::format("{}, attempt {}", ticket, attempts_[ticket]);
  }

  void open(const std::string& key, std::string what, const EventView& event) {
    under_way_[key] = {{std::move(what), event.worker, event.at, kUnknown}, {}, {}};
  }

  void close(const std::string& key, const std::string& fate) {
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) return;
    tell(found->second, fate);
    under_way_.erase(found);
  }

  /// To each recovery that it was under way at.
  void tell(UnderWay& of, const std::string& fate) {
    of.what.fate = fate;
    for (const auto& [recovery, place] : of.told) {
      recoveries_[recovery].under_way[place].fate = fate;
    }
  }

  void found(const EventView& event, const std::string& what) {
    recoveries_.back().found.push_back(fmt::format("{} {}", clock_time(event.at), what));
  }

  /// What is to be seen to belongs to the last recovery, as it stands in the end.
  void look_at() {
    if (recoveries_.empty()) return;
    recoveries_.back().look_at.clear();
    for (const auto& [key, sentence] : look_) recoveries_.back().look_at.push_back(sentence);
  }

  RunId run_;
  bool submitted_ = false;
  std::optional<EventView> started_;               ///< a coordinator has; nothing came of it yet
  std::map<std::string, std::uint32_t> attempts_;  ///< of each ticket, handed out so far
  bool rests_ = false;                             ///< it has ended or stopped
  bool stops_ = false;                             ///< what is alive is being ended
  std::map<std::string, Recovered> taken_back_;    ///< when the run was stopped, by ticket
  std::map<Token, std::string> rollbacks_;         ///< keys of the checks that put something back
  std::map<std::string, UnderWay> under_way_;
  std::map<std::string, std::string> look_;
  std::vector<Recovery> recoveries_;
};

}  // namespace

std::vector<Recovery> recoveries(const std::vector<EventView>& events, RunId run) {
  Reading reading(run);
  for (const EventView& event : events) reading.read(event);
  return reading.take();
}

}  // namespace headway::cli
