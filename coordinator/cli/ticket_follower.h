#pragma once

#include <cstdint>
#include <string>

#include "coordinator/cli/answers.h"
#include "coordinator/cli/dashboard/snapshot.h"

namespace headway::cli {

/// Reads along with one ticket: why it is where it is, its history, and the end of its output as it
/// grows. What it keeps is bounded, however much the ticket writes.
class TicketFollower {
 public:
  TicketFollower(RunId run, std::string ticket);

  /// Asks for what is new since the last time; at most a few pages of output.
  void update(Answers& answers);
  [[nodiscard]] const OpenTicket& ticket() const { return ticket_; }

 private:
  void read_output(Answers& answers);
  /// One page; false: there is nothing more at the moment.
  Result<bool> read_page(Answers& answers);

  RunId run_;
  OpenTicket ticket_;
  std::uint64_t offset_ = 0;
  std::string tail_;  ///< the last bytes of the output
};

}  // namespace headway::cli
