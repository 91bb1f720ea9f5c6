#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/plan/ticket.h"

namespace headway {

// Words as people write them in ticket folders. Each gives none, or nothing, where it does not
// understand; nothing here guesses.

/// The id that a file's name begins with: `MOD-012` of `MOD-012-split-the-index.md`, `0012` of
/// `0012-split.md`, `doc_3` of `doc_3.md`. Empty where it begins with none.
std::string id_of_name(std::string_view name);

/// A status by its word, in any case, with `_` or a blank for `-`, with an emoji beside it, or as
/// other trackers call it (`done`, `todo`, `wip`, `wontfix`).
std::optional<TicketStatus> status_of(std::string_view text);

/// A priority by its word, in any case, with an emoji or more words beside it (`🔴 HIGH`, `P1`,
/// `High (customer)`). None where two different ones are named.
std::optional<Priority> priority_of(std::string_view text);

/// Whether a text says that there is none: `none`, `n/a`, `-`, `nothing`.
bool says_none(std::string_view text);

/// Without what is not ASCII (emoji), and without blanks at both ends.
std::string without_emoji(std::string_view text);

/// Lower case, with `_` for `-` and blanks: how keys are compared.
std::string as_key(std::string_view text);

}  // namespace headway
