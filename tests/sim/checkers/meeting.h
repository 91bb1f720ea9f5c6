#pragma once

#include <string_view>

#include "tests/sim/checkers/reading.h"

namespace headway::sim {

/// The patterns that random plans use in `affected_files`, and which of a few sample files each
/// covers: a table that a person can check, so that whether two overlap owes nothing to the code
/// that the coordinator works with.
struct SamplePattern {
  std::string_view pattern;
  unsigned files = 0;  ///< one bit for each of kSampleFiles that it covers
};

/// Whether two patterns of the table have a file in common.
bool share_a_file(std::string_view a, std::string_view b);
/// A pattern of the table, by its number modulo their count.
std::string_view sample_pattern(std::size_t number);

/// Whether two tickets may not be alive together, worked out from what people wrote and by what
/// each was told that is alive.
bool must_not_meet(const Reading& reading, TicketKey a, TicketKey b);
/// Whether they may not by the present plans, whatever those that are alive were told.
bool must_not_meet_now(const Reading& reading, TicketKey a, TicketKey b);

}  // namespace headway::sim
