#pragma once

#include "coordinator/cli/command/verb.h"

namespace headway::cli {

/// The verbs' descriptions (table.cc has their order).

// plan_specs.cc
VerbSpec analyze_spec();
VerbSpec plan_spec();
VerbSpec run_spec();
VerbSpec import_spec();
VerbSpec sync_spec();

// reading_specs.cc
VerbSpec watch_spec();
VerbSpec status_spec();
VerbSpec report_spec();
VerbSpec agents_spec();
VerbSpec runs_spec();
VerbSpec logs_spec();
VerbSpec events_spec();
VerbSpec diagnose_spec();
VerbSpec explain_spec();
VerbSpec registry_spec();

// control_specs.cc
VerbSpec pause_spec();
VerbSpec resume_spec();
VerbSpec stop_spec();
VerbSpec ticket_spec();
VerbSpec rollback_spec();
VerbSpec worker_spec();
VerbSpec what_if_spec();
VerbSpec adjust_spec();
VerbSpec locks_spec();

// apply_spec.cc
VerbSpec apply_spec();

// setup_specs.cc
VerbSpec keys_spec();
VerbSpec config_spec();

}  // namespace headway::cli
