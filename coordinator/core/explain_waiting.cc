#include "coordinator/core/explain_waiting.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "coordinator/core/doubt.h"
#include "coordinator/core/reopening.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/verdict.h"

namespace headway {

namespace {

/// Links of a chain that are named; a longer one is said to go on.
constexpr std::size_t kMostLinks = 6;

}  // namespace

Unblocking::Unblocking(const State& state, const Run& run, const Core* core, Now now)
    : state_(state), run_(run), core_(core), now_(now), expectation_(run, core, now) {}

std::vector<std::string> Unblocking::sentences(TicketIndex ticket) const {
  switch (record(ticket).state) {
    case TicketState::kWaiting:
      return of_waiting(ticket);
    case TicketState::kReady:
      return of_ready(ticket);
    case TicketState::kAborted:
      return of_aborted(ticket);
    case TicketState::kAssigned:
    case TicketState::kRunning:
    case TicketState::kValidating:
    case TicketState::kReview:
    case TicketState::kSucceeded:
    case TicketState::kFailed:
    case TicketState::kCancelled:
    case TicketState::kUndone:
      return {};
  }
  return {};
}

// ---- Waiting

/// Until each ticket has ended if nothing but what it depends on held it up, and which of that is
/// the last. What waits for a person is, or for an attempt that may be dead: how long that takes,
/// nobody knows.
Unblocking::Ends Unblocking::ends() const {
  Ends ends;
  ends.seconds.resize(run_.tickets.size());
  ends.open_end.resize(run_.tickets.size());
  ends.last.resize(run_.tickets.size());
  for (const TicketIndex ticket : run_.graph().topological_order()) {
    ends.last[ticket.index()] = ticket;
    if (is_final(record(ticket).state)) continue;
    std::pair<bool, double> before{false, 0};
    for (const Edge edge : run_.graph().dependencies(ticket)) {
      if (run_.met(edge)) continue;
      const std::pair<bool, double> end = ends.of(edge.ticket);
      if (ends.last[ticket.index()] != ticket && end <= before) continue;
      before = end;
      ends.last[ticket.index()] = edge.ticket;
    }
    ends.open_end[ticket.index()] =
        before.first || record(ticket).state == TicketState::kReview || in_doubt(ticket);
    ends.seconds[ticket.index()] = before.second + to_seconds(left(ticket).value_or(Duration{}));
  }
  return ends;
}

/// With barriers, of what its group waits for: the one that ends last.
TicketIndex Unblocking::last_before_group(TicketIndex ticket, const Ends& ends) const {
  TicketIndex last = ticket;
  for (std::uint32_t i = 0; i < run_.tickets.size(); ++i) {
    const TicketIndex other{i};
    if (run_.graph().group(other) >= run_.open_groups || is_final(record(other).state)) continue;
    if (last == ticket || ends.of(other) > ends.of(last)) last = other;
  }
  return last;
}

std::vector<std::string> Unblocking::of_waiting(TicketIndex ticket) const {
  const Ends ends = this->ends();
  TicketIndex root = ends.last[ticket.index()];
  if (root == ticket) root = last_before_group(ticket, ends);
  if (root == ticket) return {};
  const double seconds = ends.seconds[root.index()];
  std::string chain;
  for (std::size_t links = 0;; ++links) {
    if (links == kMostLinks) {
      chain += ", and so on";
    } else if (links < kMostLinks) {
      chain += (links == 0 ? "" : ", which waits for ") + link(root);
    }
    const TicketIndex next = ends.last[root.index()];
    if (next == root) break;
    root = next;
  }
  std::vector<std::string> said = {fmt::format("What holds it up longest: {}.", chain)};
  // Without a coordinator nothing starts at all, and of what may be dead nobody knows the end.
  if (seconds > 0 && core_ != nullptr && !in_doubt(root)) {
    const bool in_review = record(root).state == TicketState::kReview;
    const std::string time = spoken(bounded_duration(seconds));
    said.push_back(in_review
                       ? fmt::format("It can start {} after the review at the earliest.", time)
                       : fmt::format("It can start in {} at the earliest.", time));
  }
  for (std::string& sentence : remedy(root)) said.push_back(std::move(sentence));
  return said;
}

/// A link of a chain: what it is doing, and how long that is expected to take.
std::string Unblocking::link(TicketIndex ticket) const {
  const std::optional<Duration> left = this->left(ticket);
  const char* yet = is_alive(record(ticket).state) ? "more" : "itself";
  return fmt::format("{} ({}{})", id(ticket), to_text(record(ticket).state),
                     left ? fmt::format(", {} {}", spoken(*left), yet) : "");
}

/// What would get the first ticket of a chain to its end sooner.
std::vector<std::string> Unblocking::remedy(TicketIndex root) const {
  const std::string name = shell_word(id(root));
  const TicketRecord& first = record(root);
  if (first.state == TicketState::kReview) return {decision(root)};
  if (in_doubt(root)) {
    std::vector<std::string> said = {fmt::format("Whether {} is alive is not known.", id(root))};
    for (std::string& sentence : doubts(state_, core_, run_, root, now_)) {
      said.push_back(std::move(sentence));
    }
    return said;
  }
  if (is_alive(first.state)) {
    return {fmt::format("It gets on once {} has ended; what that does: headway logs {}{}", id(root),
                        name, run_option())};
  }
  if (first.state != TicketState::kReady) return {};
  return {
      fmt::format("It gets on once {} is handed out; why it is not: headway explain "
                  "{}{}",
                  id(root), name, run_option())};
}

/// Who ends a review, and how.
std::string Unblocking::decision(TicketIndex reviewed) const {
  return fmt::format("A person decides about {}: headway ticket approve {}{}, or reject.",
                     id(reviewed), shell_word(id(reviewed)), run_option());
}

// ---- Ready

/// Its place among the ready tickets of its run, in the order of handing out.
std::vector<std::string> Unblocking::of_ready(TicketIndex ticket) const {
  if (core_ == nullptr || run_.state != RunState::kRunning) return {};
  if (record(ticket).rest(now_.wall) > Duration{}) return {};  // it stands in no line yet
  const Hindrance hindrance = core_->scheduler().hindrance({run_.id, ticket});
  if (hindrance.kind == Hindrance::Kind::kNoAgent) return {};
  if (hindrance.kind == Hindrance::Kind::kLock) return of_locked(ticket);
  if (hindrance.kind == Hindrance::Kind::kResource) return of_short(ticket, hindrance.name);
  std::uint32_t ahead = 0;
  std::uint32_t more_urgent = 0;
  double seconds = 0;
  bool known = true;
  for (std::uint32_t i = 0; i < run_.tickets.size(); ++i) {
    const TicketIndex other{i};
    const TicketState state = record(other).state;
    const bool before =
        state == TicketState::kReady && core_->scheduler().goes_before(run_.id, other, ticket);
    if (!before && !is_alive(state)) continue;
    const std::optional<Duration> left = this->left(other);
    known = known && left;
    seconds += to_seconds(left.value_or(Duration{}));
    if (!before) continue;
    ++ahead;
    if (run_.priority(other) < run_.priority(ticket)) ++more_urgent;
  }
  std::vector<std::string> said;
  if (ahead == 0) {
    said.emplace_back("It is the first in line of its run.");
  } else {
    said.push_back(
        fmt::format("It is number {} in line: {} before it{}.", ahead + 1,
                    ahead == 1 ? "1 ready ticket goes" : fmt::format("{} ready tickets go", ahead),
                    more_urgent == 0 ? "" : fmt::format(", {} of a higher priority", more_urgent)));
  }
  const std::uint32_t slots = core_->scheduler().slots();
  if (hindrance.kind == Hindrance::Kind::kAgentsBusy && known && slots > 0) {
    said.push_back(fmt::format("Its turn is expected in about {}.",
                               spoken(bounded_duration(seconds / slots))));
  }
  if (more_urgent > 0) {
    said.push_back(fmt::format("Sooner, before them: headway adjust{} --priority {}",
                               run_word(state_, core_, run_.id),
                               shell_word(id(ticket) + "=critical")));
  }
  return said;
}

/// When the one that holds its lock is expected to let go.
std::vector<std::string> Unblocking::of_locked(TicketIndex ticket) const {
  std::optional<TicketIndex> last;
  for (std::uint32_t i = 0; i < run_.tickets.size(); ++i) {
    const TicketIndex other{i};
    if (!is_alive(record(other).state)) continue;
    if (!core_->scheduler().holds_conflicting_lock({run_.id, other}, {run_.id, ticket})) continue;
    const auto left_of = [&](TicketIndex of) { return left(of).value_or(Duration::max()); };
    if (!last || left_of(other) > left_of(*last)) last = other;
  }
  if (!last) return {};
  if (record(*last).state == TicketState::kReview) return {decision(*last)};
  if (in_doubt(*last)) return remedy(*last);
  const std::optional<Duration> left = this->left(*last);
  if (!left) return {};
  return {fmt::format("{} is expected to let go in {}.", id(*last), spoken(*left))};
}

/// When those that have a counted resource are expected to have given enough of it back, and how
/// much more of it would do at once.
std::vector<std::string> Unblocking::of_short(TicketIndex ticket,
                                              const std::string& resource) const {
  const Scheduler::ResourceUse use = core_->scheduler().use_of(resource);
  const std::int64_t lacking = amount_of(run_.ticket(ticket), resource) - (use.capacity - use.used);
  if (lacking <= 0) return {};
  struct Holder {
    Duration left;
    TicketIndex ticket;
    std::int64_t amount;
  };
  std::vector<Holder> holders;
  for (const auto& [holder, amount] : use.holders) {
    if (holder.run != run_.id) continue;  // what another run's take is not known here
    const std::optional<Duration> left = this->left(holder.ticket);
    if (left) holders.push_back({*left, holder.ticket, amount});
  }
  std::ranges::stable_sort(holders, {}, &Holder::left);
  std::vector<std::string> said;
  std::int64_t given_back = 0;
  for (const Holder& holder : holders) {
    given_back += holder.amount;
    if (given_back < lacking) continue;
    said.push_back(fmt::format("{} is expected to give it back in {}.", id(holder.ticket),
                               spoken(holder.left)));
    break;
  }
  // Where another run allows less of it than this one does, more here would not help.
  const std::map<std::string, std::int64_t> amounts = run_.cluster_resources();
  const auto own = amounts.find(resource);
  if (own == amounts.end() || own->second != use.capacity) return said;
  said.push_back(
      fmt::format("Sooner, where there is more of it: headway adjust{} --resource {}",
                  run_word(state_, core_, run_.id),
                  shell_word(resource + "=" + amount_words(resource, use.capacity + lacking))));
  return said;
}

// ---- Aborted

/// Down what it depended on, to a ticket that ended badly by itself; else what ended the run.
std::vector<std::string> Unblocking::of_aborted(TicketIndex ticket) const {
  TicketIndex cause = ticket;
  for (bool deeper = true; deeper && record(cause).state == TicketState::kAborted;) {
    deeper = false;
    for (const Edge edge : run_.graph().dependencies(cause)) {
      const TicketState state = record(edge.ticket).state;
      if (edge.kind != EdgeKind::kBlocking || !is_final(state) || run_.satisfied(edge.ticket)) {
        continue;
      }
      cause = edge.ticket;
      deeper = true;
      break;
    }
  }
  if (cause == ticket) cause = failure_that_ended_it(run_).value_or(ticket);
  if (cause == ticket) return of_forgotten(ticket);
  const std::string how = record(cause).state == TicketState::kFailed
                              ? "failed"
                              : fmt::format("was {}", to_text(record(cause).state));
  std::string said = fmt::format("Behind it stands {}, which {}.", id(cause), how);
  if (const std::string retry = retry_command(run_, cause); !retry.empty()) {
    said += " Once that is mended: " + retry + run_option();
  } else if (run_.state == RunState::kCancelled) {
    said += fmt::format(" Run {} was cancelled for good: run its plan again.", run_name(run_.id));
  }
  return {said};
}

/// Aborted for what it does not depend on any more, since the plan has changed.
std::vector<std::string> Unblocking::of_forgotten(TicketIndex ticket) const {
  const std::string retry = run_.failing ? std::string() : retry_command(run_, ticket);
  if (retry.empty()) return {};
  return {"What it depends on now does not keep it from running: " + retry + run_option()};
}

bool Unblocking::in_doubt(TicketIndex ticket) const {
  return is_in_doubt(core_, run_, ticket, now_);
}

/// What is left of a ticket; none also where its attempt may be dead.
std::optional<Duration> Unblocking::left(TicketIndex ticket) const {
  if (in_doubt(ticket)) return std::nullopt;
  return expectation_.left(ticket);
}

std::string Unblocking::run_option() const {
  const std::string word = run_word(state_, core_, run_.id);
  return word.empty() ? word : " --run" + word;
}

}  // namespace headway
