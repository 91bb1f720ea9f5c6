#include "coordinator/cli/dashboard/footer.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/dashboard/words_on_screen.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

constexpr std::array kKeyHelp = {
    KeyHelp{"Up Down k j", "one row up, down; in a ticket: through its output"},
    KeyHelp{"PgUp PgDn Home End", "further"},
    KeyHelp{"Tab Shift-Tab", "next, previous panel"},
    KeyHelp{"Enter", "open the ticket of this row: why, what happened, output"},
    KeyHelp{"Esc", "back; all rows again"},
    KeyHelp{"f", "show more of: agents, resources, conflicts, progress"},
    KeyHelp{"s", "order the agents by another column"},
    KeyHelp{"/", "only rows with a text"},
    KeyHelp{"p r", "pause the run; let it go on"},
    KeyHelp{"c t", "cancel this ticket; try it again"},
    KeyHelp{"a", "give this ticket to another agent or worker"},
    KeyHelp{"P", "change the priority of this ticket"},
    KeyHelp{"y n", "approve, reject this ticket, which is in review"},
    KeyHelp{"x", "the rollback of this ticket, which failed, is put right"},
    KeyHelp{"Ctrl-L", "ask and draw anew"},
    KeyHelp{"?", "these keys"},
    KeyHelp{"q", "leave; the run goes on"},
};

std::string entry_line(const Entry& entry) {
  switch (entry.purpose) {
    case Entry::Purpose::kFilter:
      return fmt::format("Only rows with: {}_", printable(entry.text));
    case Entry::Purpose::kReassign:
      return fmt::format("Give {} to which worker or agent (nothing: any): {}_",
                         printable(entry.ticket), printable(entry.text));
    case Entry::Purpose::kPriority:
      return fmt::format("Priority of {} (critical, high, medium, low, background): {}_",
                         printable(entry.ticket), printable(entry.text));
    case Entry::Purpose::kApprove:
      return fmt::format("Approve {}; a comment, if any: {}_", printable(entry.ticket),
                         printable(entry.text));
    case Entry::Purpose::kReject:
      return fmt::format("Reject {}; a comment, if any: {}_", printable(entry.ticket),
                         printable(entry.text));
  }
  return {};
}

/// The keys that matter most first: the line ends where the screen does.
std::vector<Cell> key_words(const ViewState& view) {
  if (view.help) return {"any key goes back"};
  if (!view.open_ticket.empty()) {
    return {"q quit",      "? keys",     "Esc back",   "Up Down output", "c cancel",
            "t try again", "a reassign", "P priority", "y approve",      "n reject"};
  }
  std::vector<Cell> words = {"q quit",     "? keys",    "Enter open", "Tab panel", "/ filter",
                             "f focus",    "p pause",   "r resume",   "c cancel",  "t retry",
                             "a reassign", "y approve", "n reject",   "s sort"};
  if (!view.filter.empty()) {
    words.insert(words.begin(),
                 {fmt::format("only rows with: {}", printable(view.filter)), "Esc all"});
  }
  return words;
}

}  // namespace

std::span<const KeyHelp> key_help() { return kKeyHelp; }

void draw_footer(Grid& grid, const ViewState& view) {
  const std::size_t row = grid.size().rows - 1;
  if (const auto* confirmation = std::get_if<Confirmation>(&view.dialog)) {
    // The answer that is asked for stays in sight however long the names in the question are.
    constexpr std::string_view kAnswers = " y/n";
    const std::size_t columns = grid.size().columns;
    const std::size_t used = 1 + grid.write({row, 1}, question_of(confirmation->steering),
                                            {Colour::kBold}, columns - 1 - kAnswers.size());
    grid.write({row, used}, kAnswers, {Colour::kBold});
    return;
  }
  if (const auto* entry = std::get_if<Entry>(&view.dialog)) {
    const std::string line = entry_line(*entry);
    grid.write({row, 1}, line, {Colour::kBold});
    return;
  }
  if (!view.message.empty()) {
    grid.write({row, 1}, view.message, {Colour::kYellow});
    return;
  }
  std::vector<Cell> words = flowing_lines(key_words(view), grid.size().columns - 1).front();
  for (Cell& word : words) word.colour = Colour::kDim;
  draw_words(grid, {row, 1}, words);
}

void draw_help_page(Grid& grid, Area area) {
  draw_title(grid, {area.row, area.column}, area.columns, "Keys", "every change asks first", false);
  std::size_t row = area.row + 1;
  for (const KeyHelp& help : kKeyHelp) {
    if (row >= area.row + area.rows) return;
    grid.write({row, 1}, help.keys, {Colour::kBold});
    grid.write({row, 21}, help.meaning);
    ++row;
  }
}

}  // namespace headway::cli
