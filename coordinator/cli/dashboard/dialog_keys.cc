#include "coordinator/cli/dashboard/dialog_keys.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/plan/words.h"

namespace headway::cli {

namespace {

/// Bytes of a line that is typed.
constexpr std::size_t kMostEntryBytes = 200;

void take_back_character(std::string& text) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (!text.empty() && continues(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
}

bool is_running(const Snapshot& snapshot, const std::string& ticket) {
  if (snapshot.ticket && snapshot.ticket->id == ticket && snapshot.ticket->answer) {
    return is_alive(snapshot.ticket->answer->ticket.state);
  }
  const auto& active = snapshot.watch.active;
  return std::any_of(active.begin(), active.end(),
                     [&](const TicketView& entry) { return entry.id == ticket; });
}

void finish_entry(ViewState& view, const Entry& entry, const Snapshot& snapshot) {
  switch (entry.purpose) {
    case Entry::Purpose::kFilter:
      view.filter = entry.text;
      return;
    case Entry::Purpose::kReassign: {
      TicketControl control = change_of_ticket(snapshot, TicketAction::kReassign, entry.ticket);
      // The word of `ticket reassign --to`.
      if (entry.text != "any") control.to = entry.text;
      control.restart = !control.to.empty() && is_running(snapshot, entry.ticket);
      view.dialog = Confirmation{std::move(control)};
      return;
    }
    case Entry::Purpose::kPriority: {
      if (!from_text<Priority>(entry.text)) {
        view.message = fmt::format("`{}` is no priority.", printable(entry.text));
        return;
      }
      TicketControl control = change_of_ticket(snapshot, TicketAction::kPriority, entry.ticket);
      control.priority = entry.text;
      view.dialog = Confirmation{std::move(control)};
      return;
    }
    case Entry::Purpose::kApprove:
    case Entry::Purpose::kReject: {
      const bool approved = entry.purpose == Entry::Purpose::kApprove;
      TicketControl control = change_of_ticket(
          snapshot, approved ? TicketAction::kApprove : TicketAction::kReject, entry.ticket);
      control.comment = entry.text;
      view.dialog = Confirmation{std::move(control)};
      return;
    }
  }
}

}  // namespace

TicketControl change_of_ticket(const Snapshot& snapshot, TicketAction action,
                               const std::string& ticket) {
  TicketControl control;
  control.run = snapshot.watch.run.id;
  control.action = action;
  control.tickets = {ticket};
  return control;
}

AfterKey answer_question(ViewState view, const Key& key) {
  const bool is_letter = key.kind == Key::Kind::kCharacter;
  const bool yes = is_letter && (key.text == "y" || key.text == "Y");
  const bool no =
      key.kind == Key::Kind::kEscape || (is_letter && (key.text == "n" || key.text == "N"));
  AfterKey after{std::move(view), {}};
  if (yes) after.action = std::get<Confirmation>(after.view.dialog).steering;
  if (no) after.view.message = "Nothing was changed.";
  if (yes || no) after.view.dialog = std::monostate{};
  return after;
}

AfterKey type_into_entry(ViewState view, const Key& key, const Snapshot& snapshot) {
  auto& entry = std::get<Entry>(view.dialog);
  switch (key.kind) {
    case Key::Kind::kEscape:
      view.dialog = std::monostate{};
      break;
    case Key::Kind::kEnter: {
      const Entry finished = std::move(entry);
      view.dialog = std::monostate{};
      finish_entry(view, finished, snapshot);
      break;
    }
    case Key::Kind::kBackspace:
      take_back_character(entry.text);
      break;
    case Key::Kind::kCharacter:
    case Key::Kind::kPaste:
      if (entry.text.size() + key.text.size() <= kMostEntryBytes) entry.text += key.text;
      break;
    case Key::Kind::kTab:
    case Key::Kind::kBackTab:
    case Key::Kind::kUp:
    case Key::Kind::kDown:
    case Key::Kind::kLeft:
    case Key::Kind::kRight:
    case Key::Kind::kPageUp:
    case Key::Kind::kPageDown:
    case Key::Kind::kHome:
    case Key::Kind::kEnd:
    case Key::Kind::kRedraw:
      break;
  }
  return {std::move(view), {}};
}

}  // namespace headway::cli
