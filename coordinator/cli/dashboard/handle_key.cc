#include "coordinator/cli/dashboard/handle_key.h"

#include <algorithm>

#include <fmt/format.h>

#include "coordinator/cli/dashboard/dialog_keys.h"
#include "coordinator/cli/dashboard/layout.h"
#include "coordinator/cli/dashboard/panel.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// The value after `value`, the first after the last.
template <class E>
E next_word(E value) {
  const auto& words = EnumText<E>::kWords;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].first == value) return words[(i + 1) % words.size()].first;
  }
  return value;
}

class KeyHandler {
 public:
  KeyHandler(ViewState view, const Snapshot& snapshot, GridSize size)
      : view_(std::move(view)),
        snapshot_(snapshot),
        size_{.columns = std::max(size.columns, kSmallestScreen.columns),
              .rows = std::max(size.rows, kSmallestScreen.rows)},
        layout_(lay_out(snapshot, view_, size_)) {
    view_.panel = selected_panel(layout_, view_);
  }

  AfterKey handle(const Key& key) {
    if (key.kind == Key::Kind::kRedraw) {
      action_ = RefreshNow{};
    } else if (std::holds_alternative<Confirmation>(view_.dialog)) {
      return answer_question(std::move(view_), key);
    } else if (std::holds_alternative<Entry>(view_.dialog)) {
      return type_into_entry(std::move(view_), key, snapshot_);
    } else if (view_.help) {
      view_.help = false;
      if (key.text == "q" && key.kind == Key::Kind::kCharacter) action_ = QuitDashboard{};
    } else {
      view_.message.clear();
      browse(key);
    }
    return {std::move(view_), std::move(action_)};
  }

 private:
  void browse(const Key& key) {
    switch (key.kind) {
      case Key::Kind::kCharacter:
        press(key.text);
        return;
      case Key::Kind::kUp:
        move(-1);
        return;
      case Key::Kind::kDown:
        move(1);
        return;
      case Key::Kind::kPageUp:
        move(-page());
        return;
      case Key::Kind::kPageDown:
        move(page());
        return;
      case Key::Kind::kHome:
        move(-kFar);
        return;
      case Key::Kind::kEnd:
        move(kFar);
        return;
      case Key::Kind::kTab:
        next_panel(1);
        return;
      case Key::Kind::kBackTab:
        next_panel(-1);
        return;
      case Key::Kind::kEnter:
      case Key::Kind::kRight:
        open();
        return;
      case Key::Kind::kEscape:
      case Key::Kind::kLeft:
      case Key::Kind::kBackspace:
        back();
        return;
      case Key::Kind::kPaste:
      case Key::Kind::kRedraw:
        return;
    }
  }

  void press(const std::string& character) {
    if (character == "q") action_ = QuitDashboard{};
    if (character == "k") move(-1);
    if (character == "j") move(1);
    if (character == "?") view_.help = true;
    if (character == "p") pause();
    if (character == "r") resume();
    if (character == "c") change_ticket(TicketAction::kCancel);
    if (character == "t") change_ticket(TicketAction::kRetry);
    if (character == "a") begin_entry(Entry::Purpose::kReassign);
    if (character == "P") begin_entry(Entry::Purpose::kPriority);
    if (character == "y") begin_review(Entry::Purpose::kApprove);
    if (character == "n") begin_review(Entry::Purpose::kReject);
    if (character == "x") settle();
    if (!view_.open_ticket.empty()) return;
    if (character == "/")
      view_.dialog = Entry{.purpose = Entry::Purpose::kFilter, .ticket = {}, .text = view_.filter};
    if (character == "s") view_.order = next_word(view_.order);
    if (character == "f") change_focus();
  }

  void change_focus() {
    view_.focus = next_word(view_.focus);
    view_.panel = first_panel(view_.focus);
  }

  void next_panel(int step) {
    if (!view_.open_ticket.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(layout_.panels.size());
    const std::ptrdiff_t index = placed() - layout_.panels.begin();
    view_.panel = layout_.panels[static_cast<std::size_t>((index + step + count) % count)].panel;
  }

  /// Where the selected panel is.
  [[nodiscard]] std::vector<PlacedPanel>::const_iterator placed() const {
    return std::find_if(layout_.panels.begin(), layout_.panels.end(),
                        [&](const PlacedPanel& panel) { return panel.panel == view_.panel; });
  }

  [[nodiscard]] std::ptrdiff_t page() const {
    const std::size_t rows = view_.open_ticket.empty() ? placed()->area.rows - 1 : size_.rows / 2;
    return static_cast<std::ptrdiff_t>(rows);
  }

  void move(std::ptrdiff_t rows) {
    if (!view_.open_ticket.empty()) {
      const std::size_t lines = snapshot_.ticket ? snapshot_.ticket->output.size() : 0;
      const auto back = static_cast<std::ptrdiff_t>(view_.output_back) - rows;
      view_.output_back = static_cast<std::size_t>(
          std::clamp<std::ptrdiff_t>(back, 0, static_cast<std::ptrdiff_t>(lines)));
      return;
    }
    const std::vector<PanelRow> list = panel_content(view_.panel, snapshot_, view_).rows;
    if (list.empty()) return;
    Cursor& cursor = view_.cursor(view_.panel);
    const auto last = static_cast<std::ptrdiff_t>(list.size()) - 1;
    const auto index = std::clamp<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>(cursor_row(cursor, list)) + rows, 0, last);
    cursor = {list[static_cast<std::size_t>(index)].key, static_cast<std::size_t>(index)};
  }

  /// The ticket that keys act upon: the one that is open, else that of the cursor's row.
  [[nodiscard]] std::string ticket_here() const {
    if (!view_.open_ticket.empty()) return view_.open_ticket;
    const std::vector<PanelRow> list = panel_content(view_.panel, snapshot_, view_).rows;
    if (list.empty()) return {};
    return list[cursor_row(view_.cursor(view_.panel), list)].ticket;
  }

  void open() {
    if (!view_.open_ticket.empty()) return;
    const std::string ticket = ticket_here();
    if (ticket.empty()) {
      view_.message = "There is no ticket of this run in this row.";
      return;
    }
    view_.open_ticket = ticket;
    view_.output_back = 0;
  }

  void back() {
    if (!view_.open_ticket.empty()) {
      view_.open_ticket.clear();
    } else {
      view_.filter.clear();
    }
  }

  void ask(Steering steering) { view_.dialog = Confirmation{std::move(steering)}; }

  void change_ticket(TicketAction action) {
    if (const std::string ticket = ticket_here(); !ticket.empty()) {
      ask(change_of_ticket(snapshot_, action, ticket));
    } else {
      view_.message = "There is no ticket of this run in this row.";
    }
  }

  void begin_entry(Entry::Purpose purpose) {
    if (std::string ticket = ticket_here(); !ticket.empty()) {
      view_.dialog = Entry{.purpose = purpose, .ticket = std::move(ticket), .text = {}};
    } else {
      view_.message = "There is no ticket of this run in this row.";
    }
  }

  /// The ticket of the row as it is in the picture; none: nothing of it is told there.
  [[nodiscard]] const TicketView* ticket_in_trouble() const {
    const std::string ticket = ticket_here();
    for (const TroubledTicket& troubled : snapshot_.watch.troubled) {
      if (troubled.ticket.id == ticket) return &troubled.ticket;
    }
    return nullptr;
  }

  void begin_review(Entry::Purpose purpose) {
    const TicketView* ticket = ticket_in_trouble();
    if (ticket == nullptr || ticket->state != TicketState::kReview) {
      view_.message = "This row has no ticket that is in review.";
      return;
    }
    begin_entry(purpose);
  }

  void settle() {
    const TicketView* ticket = ticket_in_trouble();
    if (ticket == nullptr || ticket->rollback != "failed") {
      view_.message = "This row has no ticket whose rollback failed.";
      return;
    }
    change_ticket(TicketAction::kSettle);
  }

  void pause() {
    const RunSummary& run = snapshot_.watch.run;
    if (run.state == RunState::kRunning) {
      ask(PauseRun{run.id});
    } else {
      view_.message =
          fmt::format("{} is {}: there is nothing to pause.", run_name(run.id), to_text(run.state));
    }
  }

  void resume() {
    const RunSummary& run = snapshot_.watch.run;
    if (run.state == RunState::kPaused || run.state == RunState::kStopped) {
      ask(ResumeRun{run.id});
    } else {
      view_.message = fmt::format("{} is {}: there is nothing to resume.", run_name(run.id),
                                  to_text(run.state));
    }
  }

  /// Further than any list is long.
  static constexpr std::ptrdiff_t kFar = 1'000'000'000;

  ViewState view_;
  const Snapshot& snapshot_;
  GridSize size_;
  Layout layout_;
  std::optional<Action> action_;
};

}  // namespace

AfterKey handle_key(ViewState view, const Key& key, const Snapshot& snapshot, GridSize size) {
  return KeyHandler(std::move(view), snapshot, size).handle(key);
}

}  // namespace headway::cli
