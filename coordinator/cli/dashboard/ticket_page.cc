#include "coordinator/cli/dashboard/ticket_page.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/dashboard/words_on_screen.h"
#include "coordinator/cli/show/event_line.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kPageBarColumns = 25;

/// Where it runs, how long, how far it is.
std::vector<Cell> page_facts(const TicketView& ticket, WallTime now) {
  std::vector<Cell> words = {{state_words(ticket, now), colour_of(ticket.state)}};
  if (ticket.attempt > 0) words.emplace_back(fmt::format("attempt {}", ticket.attempt));
  if (!ticket.agent.empty()) words.emplace_back("on " + printable(ticket.agent));
  if (const auto time = time_taken(ticket, now)) words.emplace_back(short_duration(*time));
  if (ticket.estimate) words.emplace_back("estimate " + short_duration(*ticket.estimate));
  if (is_alive(ticket.state) && ticket.progress > 0) {
    words.emplace_back(progress_text(ticket.progress, kPageBarColumns));
  }
  if (is_alive(ticket.state) && ticket.eta) {
    words.emplace_back("ETA " + short_duration(*ticket.eta));
  }
  if (!ticket.priority.empty()) words.emplace_back("priority " + printable(ticket.priority));
  if (!ticket.progress_message.empty()) words.emplace_back(printable(ticket.progress_message));
  return words;
}

void draw_lines(Grid& grid, Area area, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size() && i < area.rows; ++i) {
    grid.write({area.row + i, area.column + 1}, lines[i], {}, area.columns - 1);
  }
}

std::vector<std::string> reason_lines(const ExplainAnswer& answer, std::size_t columns) {
  std::vector<std::string> lines;
  for (const std::string& reason : answer.reasons) {
    for (std::string& line : wrapped_lines(printable(reason), columns)) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

/// The latest events, as many as there are rows for.
void draw_history(Grid& grid, Area area, const ExplainAnswer& answer) {
  const std::vector<EventView>& history = answer.history;
  if (area.rows == 0) return;
  const std::size_t room = area.rows - 1;
  const std::size_t first = history.size() > room ? history.size() - room : 0;
  const std::string note =
      first > 0 ? fmt::format("last {} of {}", room, history.size() + answer.left_out)
                : std::string{};
  draw_title(grid, {area.row, area.column}, area.columns, "What happened", note, false);
  for (std::size_t i = first; i < history.size(); ++i) {
    const EventText text = event_text(history[i]);
    const Place at{area.row + 1 + i - first, area.column + 1};
    const std::size_t used = grid.write(at, clock_time(history[i].at), {Colour::kDim});
    grid.write({at.row, at.column + used + kWordGap}, text.what, {text.colour});
  }
}

void draw_output(Grid& grid, Area area, const OpenTicket& ticket, std::size_t back) {
  if (area.rows == 0) return;
  const std::size_t room = area.rows - 1;
  const std::size_t count = ticket.output.size();
  const std::size_t last = count - std::min(back, count > room ? count - room : 0);
  const std::size_t first = last > room ? last - room : 0;
  std::string title = "Output";
  if (ticket.attempt > 0) title += fmt::format(" of attempt {}", ticket.attempt);
  const std::string note = last < count ? fmt::format("{} more lines below", count - last)
                           : ticket.output_complete ? std::string("complete")
                                                    : std::string();
  draw_title(grid, {area.row, area.column}, area.columns, title, note, false);
  if (count == 0) {
    grid.write({area.row + 1, area.column + 1},
               ticket.attempt == 0 ? "It has not been started yet." : "Nothing yet.",
               {Colour::kDim}, room > 0 ? area.columns - 1 : 0);
  }
  for (std::size_t i = first; i < last; ++i) {
    grid.write({area.row + 1 + i - first, area.column + 1}, ticket.output[i], {}, area.columns - 1);
  }
}

/// What is known of it, from the line below its title on.
void draw_answer(Grid& grid, Area area, const OpenTicket& ticket, WallTime now, std::size_t back) {
  const ExplainAnswer& answer = *ticket.answer;
  const auto facts = flowing_lines(page_facts(answer.ticket, now), area.columns - 1);
  const std::vector<std::string> reasons = reason_lines(answer, area.columns - 1);
  // Output takes what the others do not need, at least a third.
  const std::size_t third = area.rows / 3;
  const std::size_t reasons_rows = std::min(reasons.size(), third > 0 ? third - 1 : 0);
  const std::size_t history_rows = std::min(answer.history.size() + 1, third);
  for (std::size_t i = 0; i < facts.size() && i < area.rows; ++i) {
    draw_words(grid, {area.row + i, area.column + 1}, facts[i]);
  }
  const std::size_t facts_rows = std::min(facts.size(), area.rows);
  area.row += facts_rows;
  area.rows -= facts_rows;
  const auto take = [&](std::size_t rows) {
    Area part = area;
    part.rows = std::min(rows, area.rows);
    area.row += part.rows;
    area.rows -= part.rows;
    return part;
  };
  draw_lines(grid, take(reasons_rows), reasons);
  draw_history(grid, take(history_rows), answer);
  draw_output(grid, area, ticket, back);
}

}  // namespace

void draw_ticket_page(Grid& grid, Area area, const Snapshot& snapshot, const ViewState& view) {
  const bool known = snapshot.ticket && snapshot.ticket->id == view.open_ticket;
  std::string title = "Ticket " + printable(view.open_ticket);
  if (known && snapshot.ticket->answer && !snapshot.ticket->answer->ticket.title.empty()) {
    title += ": " + printable(snapshot.ticket->answer->ticket.title);
  }
  draw_title(grid, {area.row, area.column}, area.columns, title, "Esc goes back", false);
  ++area.row;
  --area.rows;
  if (known && snapshot.ticket->answer) {
    draw_answer(grid, area, *snapshot.ticket, snapshot.now(), view.output_back);
    return;
  }
  const std::string words = known && !snapshot.ticket->problem.empty()
                                ? printable(snapshot.ticket->problem)
                                : std::string("Asking the coordinator...");
  draw_lines(grid, area, wrapped_lines(words, area.columns - 1));
}

}  // namespace headway::cli
