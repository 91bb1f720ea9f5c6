#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "coordinator/tickets/ticket_text.h"

namespace headway {

/// Takes dependencies apart once all files are read: which words are ids, and which of the tickets
/// they mean are closed.
class DependencyResolver {
 public:
  explicit DependencyResolver(const std::vector<TicketFromFile>& tickets);

  /// Leaves in an open ticket's lists the ids of tickets that are open, or that are nowhere (which
  /// the check of the plan tells). What is no id is a warning.
  void resolve(TicketFromFile& ticket);

  std::vector<Diagnostic> warnings;
  std::size_t satisfied = 0;  ///< dependencies on completed tickets

 private:
  enum class Kind { kWaits, kSequential, kOther };
  void resolve_list(const Ticket& ticket, std::vector<std::string>& ids, ListMarks& marks,
                    Kind kind);
  /// The ids that a word or a sentence names; none: it names no ticket.
  [[nodiscard]] std::vector<std::string> ids_meant(std::string_view word) const;
  [[nodiscard]] bool is_known(std::string_view id) const {
    return status_of_.contains(std::string(id));
  }
  [[nodiscard]] bool looks_like_id(std::string_view word) const;
  [[nodiscard]] bool stays(const Ticket& ticket, const std::string& id, SourceMark mark, Kind kind);

  std::unordered_map<std::string, TicketStatus> status_of_;
  std::unordered_map<std::string, std::string> id_of_file_;  ///< by the file's name
  bool words_are_ids_ = false;                               ///< some id has no number in it
};

}  // namespace headway
