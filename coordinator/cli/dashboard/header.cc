#include "coordinator/cli/dashboard/header.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/dashboard/words_on_screen.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kMostBarColumns = 100;
/// Columns of a run's name that make way for nothing.
constexpr std::size_t kReadableName = 24;

/// As the coordinator tells it; an older one does not.
std::string join_command(const WatchAnswer& watch) {
  return watch.join_command.empty() ? "headway-worker --connect ADDRESS" : watch.join_command;
}

/// Where not all agents are shown, somebody may.
bool somebody_takes_tickets(const WatchAnswer& watch) {
  return watch.agents.size() < watch.agents_in_all ||
         std::ranges::any_of(watch.agents, [](const AgentView& agent) {
           return agent.state != AgentState::kDraining && agent.state != AgentState::kOffline;
         });
}

}  // namespace

std::vector<std::string> run_times(const Snapshot& snapshot) {
  const RunSummary& run = snapshot.watch.run;
  std::vector<std::string> times;
  if (run.started_at) {
    const WallTime end = run.finished_at.value_or(snapshot.now());
    times.push_back(fmt::format("{} {}", run.finished_at ? "took" : "elapsed",
                                short_duration(end - *run.started_at)));
  }
  if (run.eta && !run.finished_at) times.push_back(eta_text(run));
  return times;
}

void draw_run_line(Grid& grid, const Snapshot& snapshot) {
  const RunSummary& run = snapshot.watch.run;
  const std::size_t columns = grid.size().columns;
  const std::string state{to_text(run.state)};
  std::vector<std::string> times = run_times(snapshot);
  const auto wide = [&] { return display_width(fmt::format("{}", fmt::join(times, "  "))); };
  const auto room_for_name = [&] {
    const std::size_t rest = state.size() + wide() + 2 * kWordGap + 2;
    return columns > rest ? columns - rest : 0;
  };
  // The name tells runs apart, the times can be worked out.
  const std::size_t least = std::min(display_width(run_title(run)), kReadableName);
  while (!times.empty() && room_for_name() < least) times.pop_back();
  const std::size_t name = grid.write({0, 1}, run_title(run), {Colour::kBold},
                                      std::max<std::size_t>(room_for_name(), 2));
  grid.write({0, 1 + name + kWordGap}, state, {colour_of(run.state)});
  if (!times.empty()) {
    grid.write({0, columns - wide() - 1}, fmt::format("{}", fmt::join(times, "  ")));
  }
}

void draw_bar_line(Grid& grid, const Snapshot& snapshot) {
  const RunSummary& run = snapshot.watch.run;
  const std::size_t columns = grid.size().columns;
  const std::string counts = fmt::format("{} of {} tickets ended", ended_count(run), run.total);
  const std::size_t beside = counts.size() + kWordGap + 2;
  const std::size_t bar = std::min(columns > beside + 12 ? columns - beside : 12, kMostBarColumns);
  const Colour colour =
      run.failed + run.aborted > run.failures_allowed ? Colour::kRed : Colour::kGreen;
  const std::size_t used =
      1 + grid.write({1, 1}, progress_text(run.completion_rate, bar), {colour});
  grid.write({1, used + kWordGap}, counts);
}

std::vector<std::vector<Cell>> header_lines(const Snapshot& snapshot, std::size_t columns) {
  const WatchAnswer& watch = snapshot.watch;
  const RunSummary& run = watch.run;
  std::vector<Cell> counts = {
      fmt::format("groups {}/{} active", run.groups.active, run.groups.total),
      fmt::format("agents {}/{} running", run.agents.active, run.agents.total)};
  const auto add = [&](const char* what, std::uint32_t count, Colour colour) {
    counts.emplace_back(fmt::format("{} {}", what, count), count > 0 ? colour : Colour::kNone);
  };
  add("conflicts", run.active_conflicts, Colour::kYellow);
  add("failed", run.failed, Colour::kRed);
  add("retrying", watch.retrying, Colour::kYellow);
  add("in review", watch.in_review, Colour::kYellow);
  if (run.aborted > 0) add("aborted", run.aborted, Colour::kRed);
  if (run.cancelled > 0) add("cancelled", run.cancelled, Colour::kYellow);
  if (run.undone > 0) add("undone", run.undone, Colour::kYellow);
  if (run.rollbacks_planned > 0) add("to be put back", run.rollbacks_planned, Colour::kYellow);
  if (run.rollbacks_failed > 0) add("ROLLBACK FAILED", run.rollbacks_failed, Colour::kRed);
  if (run.ready > 0) add("ready", run.ready, Colour::kNone);
  if (run.waiting > 0) add("waiting", run.waiting, Colour::kNone);
  std::vector<std::vector<Cell>> lines = flowing_lines(counts, columns - 1);
  std::vector<Cell> priorities;
  for (const PriorityCount& count : watch.priorities) {
    priorities.emplace_back(
        fmt::format("{} {}/{}", printable(count.priority), count.done, count.total));
  }
  if (!priorities.empty()) priorities.insert(priorities.begin(), Cell("done by priority:"));
  for (auto& line : flowing_lines(priorities, columns - 1)) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> notice_lines(const Snapshot& snapshot, std::size_t columns) {
  std::vector<std::string> sentences;
  if (snapshot.silence) {
    sentences.push_back(fmt::format("No answer for {}, trying again. This is the last picture.",
                                    short_duration(*snapshot.silence)));
  } else if (snapshot.source == Source::kRegistry) {
    sentences.push_back(
        is_final(snapshot.watch.run.state)
            ? "The run has ended, and its coordinator too."
            : fmt::format("No coordinator is alive; this is what it left. To go on, type: headway "
                          "resume {}",
                          run_name(snapshot.watch.run.id)));
  } else if (!somebody_takes_tickets(snapshot.watch) && !is_final(snapshot.watch.run.state)) {
    sentences.push_back(
        fmt::format("{}: nothing starts before one does. Type: {}",
                    snapshot.watch.agents_in_all == 0 ? "No worker has joined"
                                                      : "No worker is here that takes tickets",
                    snapshot.here ? "headway worker scale 2" : join_command(snapshot.watch)));
  }
  std::vector<std::string> lines;
  for (const std::string& sentence : sentences) {
    for (std::string& line : wrapped_lines(sentence, columns - 2)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace headway::cli
