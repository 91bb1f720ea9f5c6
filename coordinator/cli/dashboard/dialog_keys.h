#pragma once

#include <string>

#include "coordinator/cli/dashboard/handle_key.h"

/// The keys while a question is open or a line is being typed: parts of handle_key.

namespace headway::cli {

/// `y` or `n` to the question that is open; every other key leaves it open.
AfterKey answer_question(ViewState view, const Key& key);

/// A key of the line that is being typed. Enter finishes it: a filter holds, anything else becomes
/// a question.
AfterKey type_into_entry(ViewState view, const Key& key, const Snapshot& snapshot);

/// A change of one ticket of the run, without what the action needs beyond its name.
TicketControl change_of_ticket(const Snapshot& snapshot, TicketAction action,
                               const std::string& ticket);

}  // namespace headway::cli
