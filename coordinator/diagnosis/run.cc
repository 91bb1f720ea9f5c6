#include <algorithm>

#include <fmt/format.h>

#include "common/base/units.h"
#include "coordinator/core/plan_gates.h"
#include "coordinator/core/spoken.h"
#include "coordinator/core/status.h"
#include "coordinator/diagnosis/parts.h"

/// What stops a whole run: nothing is handed out, the disk is full.

namespace headway::diagnosis {

namespace {

/// A plan of 100,000 tickets takes some 70 MB while it is submitted, and below 128 MiB the
/// coordinator refuses to take any: this is that, with some room to act.
constexpr std::uint64_t kLowBytes = 256U << 20U;
/// A day: long enough for a person to hear of it and make room.
constexpr std::uint64_t kHoursLeft = 24;
/// The log is written back when it has 4 MiB; far beyond that, somebody reads without an end.
constexpr std::uint64_t kLongLogBytes = 256U << 20U;

std::string resume_command(const Picture& picture) {
  return "headway resume " + run_name(picture.run.id);
}

/// The workers that were here once, which a person may want to start again.
std::string known_workers(const Picture& picture) {
  std::vector<std::string> names;
  for (const auto& [id, worker] : picture.state.workers) names.push_back(worker.name);
  if (names.empty()) return "No worker has ever joined.";
  return fmt::format("Known by name: {}.", listed(names, names.size()));
}

Finding nothing(const Picture& picture, std::string what) {
  Finding finding;
  finding.kind = FindingKind::kNothingHandedOut;
  finding.severity = FindingSeverity::kProblem;
  finding.what = std::move(what);
  std::size_t left = 0;
  for (std::uint32_t i = 0; i < picture.run.tickets.size(); ++i) {
    const TicketIndex ticket{i};
    if (!picture.run.is_removed(ticket) && !is_final(picture.record(ticket).state)) ++left;
  }
  finding.evidence.push_back(fmt::format(
      "{} of {} {} not ended; {} ready to run.", left, counted(picture.run.planned(), "ticket"),
      left == 1 ? "has" : "have",
      picture.ready.size() == 1 ? "1 is" : fmt::format("{} are", picture.ready.size())));
  const std::vector<TicketIndex>& line = picture.run.rollbacks;
  if (picture.run.next_rollback()) {
    finding.evidence.push_back(
        fmt::format("{} to be put back: {}.",
                    line.size() == 1 ? "1 ticket is" : fmt::format("{} tickets are", line.size()),
                    listed(names_of(picture, line), line.size())));
  }
  finding.consequence = "Nothing more is handed out.";
  return finding;
}

}  // namespace

void find_nothing_handed_out(const Picture& picture, Telling& telling) {
  const Run& run = picture.run;
  if (!picture.unfinished()) return;
  if (picture.core != nullptr && run.state == RunState::kPaused && waits_for_plan_gates(run)) {
    return;  // the gate's own finding says so
  }
  if (picture.core == nullptr || run.state == RunState::kStopped ||
      run.state == RunState::kPaused) {
    const char* why = picture.core == nullptr           ? "has no coordinator that is alive"
                      : run.state == RunState::kStopped ? "was stopped"
                                                        : "is paused";
    Finding finding = nothing(picture, fmt::format("{} {}.", run_name(run.id), why));
    finding.command = resume_command(picture);
    return telling.add(std::move(finding));
  }
  if (run.state == RunState::kStopping) {
    Finding finding = nothing(picture, run_name(run.id) + " is being stopped.");
    finding.severity = FindingSeverity::kNote;
    finding.evidence.push_back(fmt::format(
        "{} of it still alive.", run.alive() == 1 ? std::string("1 attempt is")
                                                  : fmt::format("{} attempts are", run.alive())));
    return telling.add(std::move(finding));
  }
  if (picture.core->scheduler().slots() > 0 || picture.run.ended() == run.tickets.size()) return;
  Finding finding = nothing(picture, "No joined worker takes tickets.");
  finding.evidence.push_back(known_workers(picture));
  finding.command = picture.ready.empty() ? picture.join_command()
                                          : picture.worker_command(picture.ready.front().ticket);
  telling.add(std::move(finding));
}

void find_disk_trouble(const Picture& picture, Telling& telling) {
  if (!picture.around.disk) return;
  const Surroundings::Disk& disk = *picture.around.disk;
  const auto size = [](std::uint64_t bytes) {
    constexpr std::uint64_t kMebibyte = 1U << 20U;
    return bytes < 10 * kMebibyte ? fmt::format("{} KiB", bytes >> 10U)
                                  : fmt::format("{} MiB", bytes >> 20U);
  };
  Finding finding;
  finding.kind = FindingKind::kRegistry;
  finding.evidence.push_back(fmt::format("The registry has {}, its log {}; {} are free.",
                                         size(disk.registry_bytes), size(disk.log_bytes),
                                         size(disk.free_bytes)));
  if (disk.bytes_per_hour > 0) {
    finding.evidence.push_back(
        fmt::format("It has grown by {} an hour lately.", size(disk.bytes_per_hour)));
  }
  const bool low = disk.free_bytes < kLowBytes;
  const bool fills = disk.bytes_per_hour > 0 && disk.free_bytes / disk.bytes_per_hour < kHoursLeft;
  if (low || fills) {
    finding.severity = low ? FindingSeverity::kProblem : FindingSeverity::kWarning;
    finding.what = low ? "The disk of the registry is nearly full."
                       : fmt::format("The disk of the registry will be full within {}.",
                                     counted(disk.free_bytes / disk.bytes_per_hour + 1, "hour"));
    finding.consequence =
        "Without space no plan is taken, and at its end the coordinator stops; nothing that was "
        "written is lost.";
    // What old runs take can be given back; this says how much that is, also while it is at work.
    finding.command = "headway registry prune --older-than 30d --dry-run";
    return telling.add(std::move(finding));
  }
  if (disk.log_bytes < kLongLogBytes) return;
  finding.what = "The registry's log has grown long.";
  finding.consequence =
      "A program reads the registry without coming to an end; until it does, the log grows and "
      "reading gets slower.";
  telling.add(std::move(finding));
}

}  // namespace headway::diagnosis
