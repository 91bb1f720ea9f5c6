#include "coordinator/cli/live_area.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kBarWidth = 20;

std::string bar(double share) {
  const auto full =
      static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(kBarWidth));
  return fmt::format("[{}{}]", std::string(full, '#'), std::string(kBarWidth - full, '.'));
}

std::string running_line(const RunningTickets& running, WallTime now, std::size_t width) {
  // The longest-running first: it is what people wait for.
  std::vector<std::pair<WallTime, std::string>> by_age;
  for (const auto& [id, since] : running) by_age.emplace_back(since, printable(id));
  std::sort(by_age.begin(), by_age.end());
  std::string line = "running:";
  for (std::size_t i = 0; i < by_age.size(); ++i) {
    const std::string next = fmt::format("{} {} {}", i == 0 ? "" : ",", by_age[i].second,
                                         short_duration(now - by_age[i].first));
    const std::size_t left = by_age.size() - i - 1;
    const std::string rest = left > 0 ? fmt::format(", {} more", left) : std::string{};
    if (i > 0 && display_width(fmt::format("{}{}{}", line, next, rest)) > width) {
      return line + fmt::format(", {} more", by_age.size() - i);
    }
    line += next;
  }
  return line;
}

}  // namespace

void LiveArea::erase() {
  if (lines_.empty()) return;
  // To the first column of the area's first line, then everything below away (ECMA-48: CUU, ED).
  out_ << '\r';
  if (lines_.size() > 1) out_ << fmt::format("\x1b[{}A", lines_.size() - 1);
  out_ << "\x1b[J";
}

void LiveArea::show(std::vector<std::string> lines) {
  if (lines == lines_) return;
  erase();
  lines_ = std::move(lines);
  for (std::size_t i = 0; i < lines_.size(); ++i) out_ << (i > 0 ? "\n" : "") << lines_[i];
  out_.flush();
}

void LiveArea::print_above(const std::string& text) {
  const std::vector<std::string> kept = lines_;
  erase();
  lines_.clear();
  out_ << text;
  show(kept);
}

void LiveArea::clear() {
  if (lines_.empty()) return;
  erase();
  lines_.clear();
  out_.flush();
}

std::vector<std::string> live_lines(const RunSummary& run, const RunningTickets& running,
                                    WallTime now, std::size_t width) {
  // The last column stays free: some terminals begin a new line after it.
  const std::size_t room = width > 1 ? width - 1 : 79;
  std::string first =
      fmt::format("{} {}/{}", bar(run.completion_rate), ended_count(run), run.total);
  if (run.state != RunState::kRunning) first += fmt::format("  {}", to_text(run.state));
  if (run.failed > 0) first += fmt::format("  {} failed", run.failed);
  if (run.aborted > 0) first += fmt::format("  {} aborted", run.aborted);
  if (run.undone > 0) first += fmt::format("  {} undone", run.undone);
  if (run.in_review > 0) first += fmt::format("  {} in review", run.in_review);
  if (run.rollbacks_failed > 0) first += "  ROLLBACK FAILED";
  first += fmt::format("  {} of {} agents", run.agents.active, run.agents.total);
  if (run.started_at) first += fmt::format("  {}", short_duration(now - *run.started_at));
  if (run.eta) first += "  " + eta_text(run);
  std::vector<std::string> lines = {cut_to_width(first, room)};
  if (!running.empty()) lines.push_back(cut_to_width(running_line(running, now, room), room));
  return lines;
}

}  // namespace headway::cli
