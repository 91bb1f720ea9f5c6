#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/plan/ticket.h"

namespace headway {

enum class Severity : std::uint8_t { kError, kWarning };

/// One finding about a file that a person wrote.
struct Diagnostic {
  Severity severity = Severity::kError;
  SourceMark mark;
  std::string message;                                    ///< what is wrong
  std::string hint;                                       ///< what would be right; may be empty
  std::vector<std::pair<SourceMark, std::string>> notes;  ///< further places that belong to it

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// Puts findings into the order of the file; those of one place stay in the order in which they
/// were found.
void sort_by_place(std::vector<Diagnostic>& diagnostics);

/// The findings as a person reads them, sorted by place: `file:line:column: error: message`, the
/// line itself, a caret below what the column means (which counts bytes, from 1), the hint. `text`
/// is the file's content; everything is made safe for a terminal. After `most` findings the rest is
/// counted.
std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, const std::string& file,
                               const std::string& text, std::size_t most = 50);

}  // namespace headway
