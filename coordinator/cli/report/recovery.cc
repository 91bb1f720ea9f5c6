#include "coordinator/cli/report/recovery.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/base/units.h"
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

std::string end_words(const EventView& event) {
  std::string words = "ended: " + std::string(event.outcome ? to_text(*event.outcome) : "unknown");
  if (event.exit_code && *event.exit_code != 0) words += fmt::format(" {}", *event.exit_code);
  if (event.state == "ready") words += "; its ticket goes out again";
  return words;
}

/// Goes through the facts once. What is under way is known by its token; a review by its ticket.
class Reading {
 public:
  explicit Reading(RunId run) : run_(run) {}

  void read(const EventView& event) {
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
  };

  void read_run(const EventView& event) {
    const std::string token = fmt::format("{}", event.token.number());
    if (event.kind == "run submitted") {
      submitted_ = true;
    } else if (event.kind == "run resumed" && rests_) {
      rests_ = false;
      begin(event, "the run was resumed");
    } else if (event.kind == "run stopping" && rests_) {
      // For good it was stopped before.
      rests_ = false;
      begin(event, "what the run has done is put back");
    } else if (event.kind == "run ended") {
      rests_ = true;
    } else if (event.kind == "ticket assigned") {
      // Counted here: an event of a run that has left the coordinator's memory does not say which.
      open(token, fmt::format("{}, attempt {}", event.ticket, ++attempts_[event.ticket]), event);
    } else if (event.kind == "check assigned") {
      open(token, check_words(event), event);
    } else if (event.kind == "attempt started" || event.kind == "check started") {
      under_way_[token].what.agent = agent_of(event);
    } else if (event.kind == "attempt ended") {
      close(token, end_words(event));
      close("review " + event.ticket, end_words(event));
    } else if (event.kind == "command ended") {
      close(token, "its command ended well; gates were left");
    } else if (event.kind == "check ended") {
      close(token, end_words(event));
    } else if (event.kind == "review opened") {
      open("review " + event.ticket, fmt::format("review of {}", event.ticket), event);
      under_way_["review " + event.ticket].what.agent.clear();
      look_[event.ticket] =
          fmt::format("{} waits for a person: headway ticket approve {}, or reject", event.ticket,
                      event.ticket);
    } else if (event.kind == "review decided") {
      close("review " + event.ticket, "decided: " + event.detail);
      look_.erase(event.ticket);
    } else if (event.kind == "rollback ended" && event.outcome != Outcome::kSucceeded) {
      look_["rollback " + event.ticket] =
          fmt::format("{} could not be put back ({}): headway ticket settle {}", event.ticket,
                      event.detail, event.ticket);
    } else if (event.kind == "rollback settled") {
      look_.erase("rollback " + event.ticket);
    } else if (event.kind == "registry verified" && !recoveries_.empty()) {
      found(event, event.number.value_or(0) == 0 ? event.detail
                                                 : fmt::format("the registry has {} problems: {}",
                                                               *event.number, event.detail));
    }
    look_at();
  }

  void read_workers(const EventView& event) {
    if (event.kind == "epoch started") {
      if (!rests_) begin(event, "the coordinator was started again");
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
    recoveries_.push_back(std::move(recovery));
    look_at();
  }

  void open(const std::string& key, std::string what, const EventView& event) {
    under_way_[key] = {{std::move(what), event.worker, event.at, kUnknown}, {}};
  }

  void close(const std::string& key, const std::string& fate) {
    const auto found = under_way_.find(key);
    if (found == under_way_.end()) return;
    for (const auto& [recovery, place] : found->second.told) {
      recoveries_[recovery].under_way[place].fate = fate;
    }
    under_way_.erase(found);
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
  std::map<std::string, std::uint32_t> attempts_;  ///< of each ticket, handed out so far
  bool rests_ = false;
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

std::string recovery_text(const std::vector<Recovery>& recoveries, const std::string& title,
                          bool markdown) {
  const char* head = markdown ? "## " : "";
  std::string text = fmt::format("{}{}: taken up again {} time{}\n", markdown ? "# " : "", title,
                                 recoveries.size(), recoveries.size() == 1 ? "" : "s");
  const auto list = [&](const char* what, const std::vector<std::string>& lines, const char* none) {
    text += fmt::format("\n{}{}\n", markdown ? "### " : "  ", what);
    for (const std::string& line : lines) {
      text += fmt::format("{}{}\n", markdown ? "- " : "    ", line);
    }
    if (lines.empty()) text += fmt::format("{}{}\n", markdown ? "" : "    ", none);
  };
  for (const Recovery& recovery : recoveries) {
    text += fmt::format("\n{}{} {}\n", head, format_time(recovery.at), recovery.cause);
    std::vector<std::string> under_way;
    for (const Recovered& each : recovery.under_way) {
      under_way.push_back(fmt::format("{}{}: {}", each.what,
                                      each.agent.empty() ? "" : " on " + each.agent, each.fate));
    }
    list("What was under way, and what became of it", under_way, "nothing");
    list("What was found", recovery.found, "nothing that is told of");
    list("What to look at", recovery.look_at, "nothing");
  }
  return text;
}

Json recovery_json(const std::vector<Recovery>& recoveries, const RunSummary& run) {
  Json list = Json::array();
  for (const Recovery& recovery : recoveries) {
    Json under_way = Json::array();
    for (const Recovered& each : recovery.under_way) {
      under_way.push_back({{"what", each.what},
                           {"agent", each.agent},
                           {"since", format_time(each.since)},
                           {"fate", each.fate}});
    }
    list.push_back({{"at", format_time(recovery.at)},
                    {"cause", recovery.cause},
                    {"under_way", std::move(under_way)},
                    {"found", recovery.found},
                    {"look_at", recovery.look_at}});
  }
  return {{"schema_version", 1}, {"run", run_name(run.id)}, {"recoveries", std::move(list)}};
}

}  // namespace headway::cli
