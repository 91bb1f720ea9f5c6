#pragma once

#include "coordinator/cli/command/arguments.h"
#include "coordinator/cli/environment.h"

namespace headway::cli {

/// The verbs (the specs say what each does); each gives the command's exit code.
int analyze_verb(const Arguments& arguments, Environment& environment);
int plan_verb(const Arguments& arguments, Environment& environment);
int run_verb(const Arguments& arguments, Environment& environment);
int watch_verb(const Arguments& arguments, Environment& environment);
int status_verb(const Arguments& arguments, Environment& environment);
int agents_verb(const Arguments& arguments, Environment& environment);
int runs_verb(const Arguments& arguments, Environment& environment);
int logs_verb(const Arguments& arguments, Environment& environment);
int events_verb(const Arguments& arguments, Environment& environment);
int diagnose_verb(const Arguments& arguments, Environment& environment);
int explain_verb(const Arguments& arguments, Environment& environment);
int pause_verb(const Arguments& arguments, Environment& environment);
int resume_verb(const Arguments& arguments, Environment& environment);
int stop_verb(const Arguments& arguments, Environment& environment);
int rollback_verb(const Arguments& arguments, Environment& environment);
int ticket_verb(const Arguments& arguments, Environment& environment);
int worker_verb(const Arguments& arguments, Environment& environment);
int what_if_verb(const Arguments& arguments, Environment& environment);
int adjust_verb(const Arguments& arguments, Environment& environment);
int apply_verb(const Arguments& arguments, Environment& environment);
int registry_verb(const Arguments& arguments, Environment& environment);
int locks_verb(const Arguments& arguments, Environment& environment);
int report_verb(const Arguments& arguments, Environment& environment);
int sync_verb(const Arguments& arguments, Environment& environment);
int import_verb(const Arguments& arguments, Environment& environment);
int keys_verb(const Arguments& arguments, Environment& environment);
int config_verb(const Arguments& arguments, Environment& environment);
int completion_verb(const Arguments& arguments, Environment& environment);
int man_verb(const Arguments& arguments, Environment& environment);
int help_verb(const Arguments& arguments, Environment& environment);

}  // namespace headway::cli
