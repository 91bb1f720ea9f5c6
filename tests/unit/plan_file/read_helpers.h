#pragma once

#include <string>
#include <vector>

#include "common/plan_file/plan_reader.h"

namespace headway::test {

/// The findings as a person sees them.
inline std::string rendered(const std::string& text) {
  return render_diagnostics(read_plan(text).diagnostics, "plan.yaml", text);
}

/// `line:column message` of each finding.
inline std::vector<std::string> findings(const std::string& text) {
  std::vector<std::string> result;
  for (const Diagnostic& found : read_plan(text).diagnostics) {
    result.push_back(std::to_string(found.mark.line) + ":" + std::to_string(found.mark.column) +
                     " " + found.message);
  }
  return result;
}

/// A plan of one ticket `A` that runs `true`, with further fields.
inline std::string with_ticket(const std::string& fields) {
  return "version: 1\ntickets:\n  - {id: A, run: \"true\", " + fields + "}\n";
}

}  // namespace headway::test
