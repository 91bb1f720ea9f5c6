#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"
#include "coordinator/core/watch.h"
#include "coordinator/diagnosis/bounds.h"
#include "coordinator/diagnosis/parts.h"

/// What bounds the rest of a run: its longest chain, the longest line for a lock, and the tickets
/// that much waits for.

namespace headway::diagnosis {

namespace {

/// A chain is late when it is so much later than was planned; less is what estimates are worth.
constexpr double kLateShare = 0.1;
constexpr Duration kLateLeast = std::chrono::seconds{30};
/// By which such work differs from its estimates before it is worth a sentence.
constexpr double kCorrectionShare = 0.1;

/// A bottleneck has so many tickets behind it, and such a share of all that are left.
constexpr std::uint32_t kFewestBehind = 10;
constexpr double kShareBehind = 0.1;
constexpr std::size_t kMostBottlenecks = 3;
/// Tickets that need one lock for themselves; fewer are told by the lock's own finding.
constexpr std::size_t kFewestInLine = 3;

/// The longest chain of tickets that are left, the first of which runs or could.
struct Chain {
  std::vector<TicketIndex> tickets;
  double seconds = 0;
  double by_estimates = 0;  ///< the same chain as the plan had it, what has run not taken off
  std::size_t unknown = 0;  ///< of which nothing tells how long they take
};

Chain longest_chain(const Picture& picture) {
  const Run& run = picture.run;
  constexpr std::uint32_t kNobody = UINT32_MAX;
  std::vector<double> rest(run.tickets.size());
  std::vector<std::uint32_t> next(run.tickets.size(), kNobody);
  const std::span<const TicketIndex> order = run.graph().topological_order();
  std::uint32_t first = kNobody;
  for (auto each = order.rbegin(); each != order.rend(); ++each) {
    const std::size_t i = each->index();
    const TicketState state = run.tickets[i].state;
    if (is_final(state)) continue;
    for (const Edge edge : run.graph().dependents(*each)) {
      const std::size_t after = edge.ticket.index();
      if (edge.kind == EdgeKind::kSoft || is_final(run.tickets[after].state)) continue;
      if (next[i] == kNobody || rest[after] > rest[next[i]]) {
        next[i] = static_cast<std::uint32_t>(after);
      }
    }
    rest[i] = to_seconds(picture.expectation.left(*each).value_or(Duration{})) +
              (next[i] == kNobody ? 0 : rest[next[i]]);
    if (state == TicketState::kWaiting) continue;
    if (first == kNobody || rest[i] > rest[first]) first = static_cast<std::uint32_t>(i);
  }
  Chain chain;
  if (first != kNobody) chain.seconds = rest[first];
  for (std::uint32_t i = first; i != kNobody; i = next[i]) {
    const TicketIndex ticket{i};
    chain.tickets.push_back(ticket);
    chain.by_estimates += to_seconds(run.ticket(ticket).estimate.value_or(Duration{}));
    const bool in_review = picture.record(ticket).state == TicketState::kReview;
    if (!in_review && !picture.expectation.left(ticket)) ++chain.unknown;
  }
  return chain;
}

/// Whether a ready ticket would start sooner by going before others: not where nobody takes
/// tickets, or what it waits for is not given out in the order of urgency.
bool is_in_line(const Hindrance* hindrance) {
  if (hindrance == nullptr) return false;  // its backoff runs
  switch (hindrance->kind) {
    case Hindrance::Kind::kAgentsBusy:
    case Hindrance::Kind::kRoom:
    case Hindrance::Kind::kLimit:
      return true;
    case Hindrance::Kind::kNone:
    case Hindrance::Kind::kNoAgent:
    case Hindrance::Kind::kLock:
    case Hindrance::Kind::kResource:
    case Hindrance::Kind::kClaim:
    case Hindrance::Kind::kRunNotOpen:
      return false;
  }
  return false;
}

/// What is late at the beginning of the chain, and what would help. A ticket of which another
/// finding tells is left to that one.
Duration add_head(const Picture& picture, TicketIndex head, const Telling& telling,
                  Finding& finding) {
  if (telling.is_told(head)) return {};
  if (is_alive(picture.record(head).state)) {
    const Duration elapsed = picture.expectation.elapsed(head);
    const Duration late = elapsed - picture.expectation.whole(head).value_or(elapsed);
    if (late <= kLateLeast) return {};
    finding.evidence.push_back(fmt::format("{} has run for {}, {} longer than was to be expected.",
                                           picture.id(head), spoken(elapsed), spoken(late)));
    finding.command = picture.logs_command(head);
    return late;
  }
  const auto waiting = std::ranges::find(picture.ready, head, &Picture::Ready::ticket);
  if (waiting == picture.ready.end()) return {};
  const Duration waited = picture.now.wall - waiting->since;
  if (!is_in_line(picture.hindrance(*waiting)) || waited <= kLateLeast) return {};
  // A lock was in its way for a part of that, and how large a part is not known.
  if (picture.record(head).lock_wait_since != WallTime{}) return {};
  finding.evidence.push_back(fmt::format("{} has been ready for {} and has not been handed out.",
                                         picture.id(head), spoken(waited)));
  finding.command = picture.priority_command(head);
  return waited;
}

/// By how much the run will end later than its plan had meant; 0 where the plan does not say.
Duration add_plan(const Picture& picture, const Chain& chain, Finding& finding) {
  const auto& planned = picture.run.plan().execution_plan;
  if (!planned || !planned->estimated_duration) return {};
  const double so_far = std::max(to_seconds(picture.now.wall - picture.run.submitted_at), 0.0);
  const Duration in_all = bounded_duration(so_far + chain.seconds);
  const Duration late = in_all - *planned->estimated_duration;
  if (to_seconds(late) < kLateShare * to_seconds(*planned->estimated_duration)) return {};
  finding.evidence.push_back(
      fmt::format("The plan meant the run to take {}; it will take {} at least.",
                  spoken(*planned->estimated_duration), spoken(in_all)));
  return late;
}

void tell_lock_line(const Picture& picture, const LockLine& line, Telling& telling) {
  const Duration rest = bounded_duration(line.seconds);
  Finding finding;
  finding.kind = FindingKind::kBottleneck;
  finding.severity = FindingSeverity::kWarning;
  finding.what = fmt::format(
      "The lock {} makes what is left take {} at least.",
      shown_lock(picture.run, picture.run.graph().lock_names()[line.lock].name), spoken(rest));
  finding.evidence.push_back(fmt::format(
      "{} need it for themselves, one after another: {}.", counted(line.tickets.size(), "ticket"),
      listed(names_of(picture, line.tickets), line.tickets.size())));
  finding.cost = rest;
  finding.consequence = "The run ends no sooner, however many agents there are.";
  finding.tickets = names_of(picture, line.tickets);
  telling.add(std::move(finding));
}

std::vector<TicketIndex> candidates(const Picture& picture, const Telling& telling) {
  std::vector<TicketIndex> found;
  for (const TicketIndex ticket : picture.alive) {
    if (!telling.is_told(ticket)) found.push_back(ticket);
  }
  for (const Picture::Ready& waiting : picture.ready) {
    const Hindrance* hindrance = picture.hindrance(waiting);
    const bool told_by_lock = hindrance != nullptr && hindrance->kind == Hindrance::Kind::kLock;
    if (!told_by_lock && !telling.is_told(waiting.ticket)) found.push_back(waiting.ticket);
  }
  const auto share = [&](TicketIndex ticket) { return picture.share_of_count[ticket.index()]; };
  const std::size_t most = std::min(found.size(), kMostBottlenecks);
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(most),
                            std::greater{}, share);
  found.resize(most);
  return found;
}

}  // namespace

void find_critical_path(const Picture& picture, Telling& telling) {
  if (!picture.unfinished()) return;
  const Chain chain = longest_chain(picture);
  if (chain.tickets.empty() || chain.seconds <= 0) return;
  const Duration rest = bounded_duration(chain.seconds);
  Finding finding;
  finding.kind = FindingKind::kCriticalPath;
  finding.severity = FindingSeverity::kNote;
  finding.what = fmt::format("What is left takes {} at least.", spoken(rest));
  finding.evidence.push_back(
      fmt::format("The longest chain has {}: {}.", counted(chain.tickets.size(), "ticket"),
                  listed(names_of(picture, chain.tickets), chain.tickets.size())));
  if (const TicketIndex head = chain.tickets.front();
      picture.record(head).state == TicketState::kReview) {
    finding.evidence.push_back(
        fmt::format("{} waits for a person, for which nothing is counted.", picture.id(head)));
  }
  if (chain.unknown > 0) {
    finding.evidence.push_back(
        fmt::format("How long {} of them take{} is not known; they count as nothing.",
                    chain.unknown, chain.unknown == 1 ? "s" : ""));
  }
  const double correction = picture.expectation.correction(chain.tickets.back());
  if (chain.by_estimates > 0 && std::abs(correction - 1) >= kCorrectionShare) {
    finding.evidence.push_back(
        fmt::format("Such work has taken {:.2g} times its estimates so far.", correction));
  }
  const LockLine line = longest_lock_line(picture);
  const double by_amount = seconds_of_all_agents(picture);
  // What begins later than it could delays nothing where more is in the way of the end.
  const bool decides = chain.seconds >= std::max(line.seconds, by_amount);
  const Duration late_head =
      decides ? add_head(picture, chain.tickets.front(), telling, finding) : Duration{};
  const Duration late_run = add_plan(picture, chain, finding);
  finding.consequence = "The run ends no sooner, however many agents there are.";
  if (const Duration late = std::max(late_head, late_run); late > kLateLeast) {
    finding.severity = FindingSeverity::kWarning;
    finding.cost = late;
    finding.consequence =
        fmt::format("The run ends {} later for it, however many agents there are.", spoken(late));
  }
  finding.tickets = names_of(picture, chain.tickets);
  telling.add(std::move(finding));
  if (line.tickets.size() >= kFewestInLine && line.seconds > std::max(chain.seconds, by_amount)) {
    tell_lock_line(picture, line, telling);
  }
}

void find_bottlenecks(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr || !picture.unfinished()) return;
  const auto left = static_cast<std::uint32_t>(picture.run.tickets.size() - picture.run.ended());
  for (const TicketIndex ticket : candidates(picture, telling)) {
    const std::uint32_t behind = count_behind(picture.run, ticket, kMostBehind);
    if (behind < kFewestBehind || behind < kShareBehind * std::min(left, kMostBehind)) continue;
    const bool running = is_alive(picture.record(ticket).state);
    const bool agents_wait = picture.idle_slots > 0 && picture.ready.empty();
    Finding finding;
    finding.kind = FindingKind::kBottleneck;
    finding.severity = agents_wait ? FindingSeverity::kWarning : FindingSeverity::kNote;
    finding.what = fmt::format("Much waits for {}.", picture.id(ticket));
    finding.evidence.push_back(fmt::format("{}{} of the {} that are left wait for it.",
                                           behind == kMostBehind ? "At least " : "", behind,
                                           counted(left, "ticket")));
    finding.evidence.push_back(running
                                   ? fmt::format("It has run on {} for {}.", picture.agent(ticket),
                                                 spoken(picture.expectation.elapsed(ticket)))
                                   : "It is ready and has not been handed out.");
    if (agents_wait) {
      finding.evidence.push_back(fmt::format(
          "{} idle meanwhile.", picture.idle_slots == 1
                                    ? "1 agent is"
                                    : fmt::format("{} agents are", picture.idle_slots)));
    }
    const std::optional<Duration> rest = picture.expectation.left(ticket);
    finding.cost = rest;
    finding.consequence = rest ? fmt::format("They wait {} more at least.", spoken(*rest))
                               : "How long they wait yet is not known: it has no estimate.";
    finding.tickets = {picture.id(ticket)};
    const auto waiting = std::ranges::find(picture.ready, ticket, &Picture::Ready::ticket);
    if (waiting != picture.ready.end() && is_in_line(picture.hindrance(*waiting))) {
      finding.command = picture.priority_command(ticket);
    }
    telling.add(std::move(finding));
  }
}

}  // namespace headway::diagnosis
