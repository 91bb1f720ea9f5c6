#include <fmt/format.h>

#include "coordinator/cli/dashboard/rows.h"
#include "coordinator/cli/show/event_line.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

PanelContent event_rows(const Snapshot& snapshot) {
  PanelContent content{.title = "Recent events",
                       .columns = {{.title = "TIME"},
                                   {.title = "WHO", .flexible = true},
                                   {.title = "WHAT", .flexible = true}},
                       .with_heads = false,
                       .rows = {},
                       .if_empty = "Nothing has happened yet."};
  for (const EventView& event : snapshot.watch.events) {
    const EventText text = event_text(event);
    if (text.minor) continue;
    content.rows.push_back(
        {.key = fmt::format("{}", event.sequence.number()),
         .ticket = event.ticket,
         .cells = {{clock_time(event.at), Colour::kDim}, text.who, {text.what, text.colour}}});
  }
  content.in_all = content.rows.size();
  return content;
}

}  // namespace headway::cli
