#include <algorithm>

#include <fmt/format.h>

#include "coordinator/core/spoken.h"
#include "coordinator/core/watch.h"
#include "coordinator/diagnosis/parts.h"

/// Tickets that run: far longer than they should, or without doing anything.

namespace headway::diagnosis {

namespace {

/// An estimate is a guess: twice as long is beyond a bad one, but only if it is worth a look at
/// all.
constexpr double kStragglerTimes = 2;
constexpr Duration kStragglerLeast = std::chrono::seconds{30};
/// Without an estimate its like must be known by so many.
constexpr std::uint32_t kFewestPeers = 3;

/// Compilers and tests are quiet for minutes. So long without a word on a machine that does
/// nothing means that it waits for something that does not come.
constexpr Duration kQuietOnIdleMachine = std::chrono::minutes{5};
/// Where the machine is busy with others, whether this one uses a processor is not known.
constexpr Duration kQuietOnBusyMachine = std::chrono::minutes{30};
/// A machine whose processors and disks are less busy than this does nothing but its housekeeping.
constexpr double kIdleShare = 0.05;

/// Begins it anew on another worker, one with a free slot where there is any; else shows what it
/// does.
std::string elsewhere_command(const Picture& picture, TicketIndex ticket) {
  const WorkerId here = picture.record(ticket).worker;
  std::string to;
  for (const auto& [worker, link] : picture.core->links()) {
    if (worker == here || !link.connected || link.says_draining) continue;
    if (picture.core->scheduler().unfit({picture.run.id, ticket}, worker)) continue;
    const bool is_idle = link.held.size() < link.hello.slots;
    if (to.empty() || is_idle) to = link.hello.worker;
    if (is_idle) break;
  }
  if (to.empty()) return picture.logs_command(ticket);
  return fmt::format("headway ticket reassign {} --to {} --restart{}",
                     shell_word(picture.id(ticket)), shell_word(to), picture.run_option());
}

void add_behind(const Picture& picture, TicketIndex ticket, Finding& finding) {
  const std::string sentence = behind_sentence(count_behind(picture.run, ticket, kMostBehind));
  if (!sentence.empty()) finding.evidence.push_back(sentence);
}

std::string running_sentence(const Picture& picture, TicketIndex ticket) {
  const auto& estimate = picture.run.ticket(ticket).estimate;
  return fmt::format("It has run on {} for {}{}.", picture.agent(ticket),
                     spoken(picture.expectation.elapsed(ticket)),
                     estimate ? fmt::format("; its estimate is {}", spoken(*estimate)) : "");
}

}  // namespace

void find_stuck(const Picture& picture, Telling& telling) {
  if (picture.core == nullptr) return;
  for (const TicketIndex ticket : picture.alive) {
    const TicketRecord& record = picture.record(ticket);
    if (record.state != TicketState::kRunning || telling.is_told(ticket)) continue;
    const AttemptNote* note = picture.core->note(record.token);
    const auto link = picture.core->links().find(record.worker);
    if (note == nullptr || link == picture.core->links().end() || !link->second.connected) continue;
    const Duration quiet = picture.now.steady - note->last_sign;
    const Load& load = link->second.load;
    const bool idle = load.cpu < kIdleShare && load.disk_busy < kIdleShare;
    if (quiet < (idle ? kQuietOnIdleMachine : kQuietOnBusyMachine)) continue;
    // What is quiet for as long as it was meant to take only does what it is there for.
    const std::optional<Duration> whole = picture.expectation.whole(ticket);
    if (whole && picture.expectation.elapsed(ticket) <= *whole) continue;
    Finding finding;
    finding.kind = FindingKind::kStuck;
    finding.severity = FindingSeverity::kProblem;
    finding.what = fmt::format("{} is alive and does nothing.", picture.id(ticket));
    finding.evidence.push_back(
        fmt::format("No output and no progress for {}; {:.0f}% of its machine's processors and "
                    "{:.0f}% of its disks are busy.",
                    spoken(quiet), load.cpu * 100, load.disk_busy * 100));
    finding.evidence.push_back(running_sentence(picture, ticket));
    add_behind(picture, ticket, finding);
    finding.consequence = "It keeps its agent, and perhaps will for ever.";
    finding.cost = quiet;
    finding.tickets = {picture.id(ticket)};
    finding.worker = picture.worker_name(record.worker);
    finding.command = elsewhere_command(picture, ticket);
    telling.mark(ticket);
    telling.add(std::move(finding));
  }
}

void find_stragglers(const Picture& picture, Telling& telling) {
  for (const TicketIndex ticket : picture.alive) {
    if (picture.core == nullptr) return;  // whether it still runs is not known
    const TicketRecord& record = picture.record(ticket);
    if (record.state != TicketState::kRunning || telling.is_told(ticket)) continue;
    const Expectation::Like& like = picture.expectation.like(ticket);
    if (!picture.run.ticket(ticket).estimate && like.count < kFewestPeers) continue;
    const Duration whole = picture.expectation.whole(ticket).value_or(Duration{});
    const Duration elapsed = picture.expectation.elapsed(ticket);
    const Duration late = elapsed - whole;
    if (to_seconds(elapsed) < kStragglerTimes * to_seconds(whole) || late < kStragglerLeast) {
      continue;
    }
    Finding finding;
    finding.kind = FindingKind::kStraggler;
    finding.what = fmt::format("{} takes far longer than its like.", picture.id(ticket));
    finding.evidence.push_back(running_sentence(picture, ticket));
    if (like.count > 0) {
      const std::string& category = picture.run.ticket(ticket).category;
      finding.evidence.push_back(
          fmt::format("{}{} took {} on average, {} at most.", counted(like.count, "ticket"),
                      category.empty() ? " without a category" : " of the category " + category,
                      spoken(like.mean()), spoken(like.longest)));
    }
    const AttemptNote* note = picture.core->note(record.token);
    if (note != nullptr && note->progress > 0) {
      finding.evidence.push_back(
          fmt::format("It says that {:.0f}% is done.", note->progress * 100));
    }
    add_behind(picture, ticket, finding);
    finding.cost = late;
    const Duration left = picture.expectation.left(ticket).value_or(Duration{});
    finding.consequence =
        fmt::format("It is {} late, and is expected to take {} more.", spoken(late), spoken(left));
    finding.tickets = {picture.id(ticket)};
    finding.worker = picture.worker_name(record.worker);
    finding.command = picture.logs_command(ticket);
    telling.mark(ticket);
    telling.add(std::move(finding));
  }
}

}  // namespace headway::diagnosis
