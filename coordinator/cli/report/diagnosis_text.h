#pragma once

#include <string>

#include "common/messages/diagnosis_messages.h"
#include "coordinator/cli/show/format.h"
#include "coordinator/cli/show/json.h"

namespace headway::cli {

/// What was asked for, and of whom.
struct DiagnosisScope {
  bool conflicts = false;    ///< only these, where the other is not set
  bool bottlenecks = false;  ///< likewise
  bool live = true;          ///< a coordinator answered, who knows of agents and locks
};

/// A diagnosis for people, as `format` says: each finding with its evidence, what follows from it
/// and what would mend it; or plain, a line for each: severity, kind, what, command.
std::string diagnosis_text(const DiagnoseAnswer& answer, const DiagnosisScope& scope, Format format,
                           bool colour);

/// For programs: the run, what was looked at, and the findings.
Json diagnosis_json(const DiagnoseAnswer& answer, const DiagnosisScope& scope);
Json finding_json(const Finding& finding);

/// Whether something is wrong: a problem or a warning.
bool has_trouble(const DiagnoseAnswer& answer);

}  // namespace headway::cli
