#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::size_t kTicketBarColumns = 14;

}  // namespace

PanelContent ticket_rows(const Snapshot& snapshot, Bars bars) {
  const WatchAnswer& watch = snapshot.watch;
  PanelContent content{.title = "Running tickets",
                       .columns = {{.title = "TICKET", .flexible = true},
                                   {.title = "STATE"},
                                   {.title = "PROGRESS"},
                                   {.title = "TIME", .right = true},
                                   {.title = "ESTIMATE", .right = true},
                                   {.title = "AGENT", .flexible = true},
                                   {.title = "TITLE", .flexible = true}},
                       .rows = {},
                       .in_all = watch.run.alive,
                       .if_empty = "None."};
  const WallTime now = snapshot.now();
  for (const TicketView& ticket : watch.active) {
    const std::string& words =
        ticket.progress_message.empty() ? ticket.title : ticket.progress_message;
    const std::optional<Duration> time = time_taken(ticket, now);
    content.rows.push_back(
        {.key = ticket.id,
         .ticket = ticket.id,
         .cells = {printable(ticket.id),
                   {state_words(ticket, now), colour_of(ticket.state)},
                   told_text(ticket.progress, kTicketBarColumns, bars),
                   time ? short_duration(*time) : std::string{},
                   ticket.estimate ? short_duration(*ticket.estimate) : std::string{},
                   printable(ticket.agent),
                   printable(words)}});
  }
  return content;
}

}  // namespace headway::cli
