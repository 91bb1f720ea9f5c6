#include "tests/soak/harness/plans.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace headway::soak {

namespace {

constexpr unsigned kFolders = 4;
constexpr unsigned kFiles = 4;  ///< of each folder
constexpr unsigned kLocks = 4;
/// Dependencies reach so far back: a plan is neither a list nor a heap.
constexpr std::size_t kReach = 12;

/// A ticket while it is drawn, with the fields that only YAML needs.
struct Draft {
  PlannedTicket ticket;
  std::vector<std::string> files;
  std::vector<std::string> locks;
  std::vector<std::string> conflicts;
  unsigned millis = 0;
  unsigned retries = 0;
  bool grandchild = false;
};

void draw_dependencies(Chance& chance, std::size_t index, Draft& draft) {
  if (index == 0) return;
  std::set<std::size_t> chosen;
  for (std::uint64_t i = chance.below(4); i > 1; --i) {
    chosen.insert(index - 1 - chance.below(std::min(index, kReach)));
  }
  for (const std::size_t other : chosen) {
    (chance.one_in(3) ? draft.ticket.sequential : draft.ticket.blocking).push_back(other);
  }
}

/// Files as patterns, and what they mean: every file of the little tree that they match.
void draw_files(Chance& chance, Draft& draft) {
  const std::uint64_t folder = chance.below(kFolders);
  const std::uint64_t file = chance.below(kFiles);
  const bool whole = chance.one_in(4);
  draft.files.push_back(whole ? fmt::format("d{}/**", folder)
                              : fmt::format("d{}/f{}", folder, file));
  for (std::uint64_t i = 0; i < kFiles; ++i) {
    if (whole || i == file)
      draft.ticket.uses.push_back({fmt::format("file d{}/f{}", folder, i), true});
  }
}

void draw_lock(Chance& chance, Draft& draft) {
  const std::uint64_t lock = chance.below(kLocks);
  const bool alone = chance.one_in(2);
  draft.locks.push_back(
      fmt::format("{{name: soak-lock-{}, mode: {}}}", lock, alone ? "write" : "read"));
  draft.ticket.uses.push_back({fmt::format("lock {}", lock), alone});
}

Draft draw_ticket(Chance& chance, const std::string& plan, std::vector<Draft>& earlier) {
  Draft draft;
  PlannedTicket& ticket = draft.ticket;
  ticket.id = fmt::format("T{:03}", earlier.size());
  draw_dependencies(chance, earlier.size(), draft);
  if (chance.one_in(4)) draw_files(chance, draft);
  if (chance.one_in(5)) draw_lock(chance, draft);
  if (!earlier.empty() && chance.one_in(12)) {
    Draft& other = earlier[chance.below(earlier.size())];
    draft.conflicts.push_back(other.ticket.id);
    const Use use{fmt::format("conflict {} {} {}", plan, other.ticket.id, ticket.id), true};
    other.ticket.uses.push_back(use);
    ticket.uses.push_back(use);
  }
  draft.millis = 30 + static_cast<unsigned>(chance.below(chance.one_in(10) ? 2500 : 500));
  draft.grandchild = chance.one_in(5);
  ticket.on_proof = chance.one_in(6);
  draft.retries = static_cast<unsigned>(chance.below(3));
  if (chance.one_in(8)) {
    ticket.fails = chance.one_in(4) ? kFailsAlways : 1;
    if (ticket.fails == 1) draft.retries = 2;
  }
  ticket.allow_failure = chance.one_in(6);
  return draft;
}

std::string ids(const std::vector<Draft>& drafts, const std::vector<std::size_t>& indices) {
  std::vector<std::string> words;
  for (const std::size_t index : indices) words.push_back(drafts[index].ticket.id);
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string to_yaml(const Draft& draft, const std::vector<Draft>& all, const std::string& plan,
                    const std::string& program, const std::string& ledger) {
  const PlannedTicket& ticket = draft.ticket;
  std::string text = fmt::format("  - id: {}\n", ticket.id);
  text += fmt::format(
      "    dependencies: {{blocking: [{}], sequential: [{}], resource_conflicts: [{}]}}\n",
      ids(all, ticket.blocking), ids(all, ticket.sequential), fmt::join(draft.conflicts, ", "));
  text += fmt::format("    affected_files: [{}]\n", fmt::join(draft.files, ", "));
  text += fmt::format("    locks: [{}]\n", fmt::join(draft.locks, ", "));
  text += fmt::format("    command: ['{}', '{}', {}, '{}', '{}'{}]\n", program, ledger, plan,
                      draft.millis, ticket.fails, draft.grandchild ? ", --grandchild" : "");
  text += fmt::format("    retry: {{max: {}, backoff: 50ms}}\n", draft.retries);
  if (ticket.allow_failure) text += "    allow_failure: true\n";
  if (ticket.on_proof) text += "    on_disconnect: finish\n    reassign: on_proof\n";
  return text;
}

}  // namespace

DrawnPlan draw_plan(Chance& chance, unsigned number, unsigned most_tickets,
                    const std::string& program, const std::string& ledger) {
  DrawnPlan drawn;
  drawn.plan.name = fmt::format("soak-{}", number);
  const std::uint64_t count = kLeastTickets + chance.below(most_tickets - kLeastTickets + 1);
  std::vector<Draft> drafts;
  while (drafts.size() < count) drafts.push_back(draw_ticket(chance, drawn.plan.name, drafts));
  drawn.text = fmt::format("version: 1\nname: {}\ntickets:\n", drawn.plan.name);
  for (Draft& draft : drafts) {
    drawn.text += to_yaml(draft, drafts, drawn.plan.name, program, ledger);
    drawn.plan.tickets.push_back(draft.ticket);
  }
  return drawn;
}

}  // namespace headway::soak
