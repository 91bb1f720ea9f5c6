#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "common/plan_file/reading.h"
#include "common/plan_file/yaml_node.h"
#include "coordinator/tickets/ticket_origin.h"

namespace headway {

/// Keys that are no fields of a ticket, over all files: told once each, not once a file.
struct UnknownKey {
  SourceMark first;
  std::size_t count = 0;
};
using UnknownKeys = std::map<std::string, UnknownKey>;

/// Turns a front matter as people write it into one that `read_ticket` takes: keys in any case and
/// by their other names, `affected_files` that are one word, a priority with an emoji, dependencies
/// as a list of ids, a map of kinds, or entries with a reason. What is beyond understanding is
/// taken out and told to `reading`; nothing is guessed. Dependencies come out as the words that
/// stood there: whether they are ids is known only when all files are.
void settle_fields(YamlNode& map, Reading& reading, UnknownKeys& unknown, TicketDates& dates);

}  // namespace headway
