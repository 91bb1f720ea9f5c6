#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tests/soak/judge/case.h"

/// What runs have made: the files, against those of a run that nobody disturbed and against the
/// registry.

namespace headway::soak {

namespace {

/// The last state that a fact gave a ticket.
std::string state_of(const TicketCase& ticket) {
  std::string state = "waiting";
  for (const FactRow* fact : ticket.facts) {
    if (!fact->ticket_state.empty()) state = fact->ticket_state;
  }
  return state;
}

/// A ticket on something that is put back is undone or cancelled, by how far it had come.
std::string what_counts(const std::string& state) {
  return state == "cancelled" ? "undone" : state;
}

/// One run and what it has made.
class Made {
 public:
  Made(const RunCase& run, const Workpiece& piece, std::vector<Violation>& violations)
      : run_(run), piece_(piece), violations_(violations) {}

  /// As much and the same as another, which nobody disturbed.
  void judge_beside(const RunCase& run, const Workpiece& piece) {
    for (const auto& [path, digest] : piece.digests) {
      const auto own = piece_.digests.find(path);
      if (own == piece_.digests.end()) blame(kTree, path + " is not there");
      if (own != piece_.digests.end() && own->second != digest) blame(kTree, path + " differs");
    }
    for (const auto& [path, digest] : piece_.digests) {
      if (!piece.digests.contains(path)) blame(kTree, path + " is too much");
    }
    for (std::size_t i = 0; i < std::min(run.tickets.size(), run_.tickets.size()); ++i) {
      const std::string is = state_of(run_.tickets[i]);
      const std::string was = state_of(run.tickets[i]);
      if (what_counts(is) != what_counts(was)) {
        blame("tickets end as in an undisturbed run",
              fmt::format("{} is {}, not {}", run_.tickets[i].planned->id, is, was));
      }
    }
  }

  /// What counts as made is there as it was recorded; what was put back has left nothing.
  void judge_files() {
    std::map<std::string, std::string> last;
    std::set<std::string> undone;
    for (const TicketCase& ticket : run_.tickets) {
      const std::string state = state_of(ticket);
      for (const FactRow* fact : ticket.facts) {
        if (fact->kind != "artifact" || fact->token != ticket.attempts.back().token) continue;
        if (state == "succeeded") last[fact->detail] = fact->digest;
        if (state == "undone") undone.insert(fact->detail);
      }
    }
    for (const auto& [path, digest] : last) {
      const auto there = piece_.digests.find(path);
      if (there == piece_.digests.end() || there->second != digest)
        blame(kRecorded, path + " is not as it was recorded");
    }
    for (const std::string& path : undone) {
      if (piece_.digests.contains(path) && !last.contains(path))
        blame(kRecorded, path + " is there though it was put back");
    }
  }

  /// What ended last was put back first, and each once.
  void judge_order() {
    std::vector<std::pair<std::int64_t, const TicketCase*>> back;
    for (const TicketCase& ticket : run_.tickets) {
      for (const FactRow* fact : ticket.facts) {
        const bool done = fact->kind == "rollback ended" && fact->ticket_state == "undone";
        if (done) back.emplace_back(fact->sequence, &ticket);
      }
    }
    std::ranges::sort(back);
    std::set<const TicketCase*> seen;
    std::int64_t before = 0;
    for (const auto& [sequence, ticket] : back) {
      const std::int64_t ended = ticket->attempts.empty() ? 0 : ticket->attempts.back().ended;
      if (!seen.insert(ticket).second)
        blame("each is put back once", ticket->planned->id + " was put back twice");
      if (before != 0 && ended > before) {
        blame("what ended last is put back first",
              ticket->planned->id + " ended later than what was put back before it");
      }
      before = ended;
    }
  }

 private:
  static constexpr const char* kTree = "the tree is that of an undisturbed run";
  static constexpr const char* kRecorded = "the tree is what the registry says";

  void blame(const char* rule, const std::string& what) {
    violations_.push_back({rule, fmt::format("r{} {}: {}", run_.row->run, piece_.plan, what)});
  }

  const RunCase& run_;
  const Workpiece& piece_;
  std::vector<Violation>& violations_;
};

const RunCase* run_of(const Case& all, const Workpiece& piece) {
  const auto found = std::ranges::find_if(
      all.runs, [&](const RunCase& run) { return run.plan->name == piece.plan; });
  return found == all.runs.end() ? nullptr : &*found;
}

}  // namespace

void judge_made(const Case& all, const History& history, const std::vector<Workpiece>& pieces,
                std::vector<Violation>& violations) {
  for (const FactRow& fact : history.facts) {
    if (fact.kind == "registry verified" && fact.number != 0)
      violations.push_back({"the registry agrees with the files", fact.detail});
  }
  const RunCase* undisturbed = pieces.empty() ? nullptr : run_of(all, pieces.front());
  for (const Workpiece& piece : pieces) {
    const RunCase* run = run_of(all, piece);
    if (run == nullptr) continue;  // it was never acknowledged
    Made made(*run, piece, violations);
    made.judge_order();
    if (piece.spoilt) continue;
    made.judge_files();
    if (undisturbed != nullptr) made.judge_beside(*undisturbed, pieces.front());
  }
}

}  // namespace headway::soak
