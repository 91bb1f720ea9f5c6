#pragma once

namespace headway {

/// Whether this process is to be a slot supervisor: it was started by Supervisors under the name
/// `headway-slot`.
bool is_supervisor_call(int argc, char** argv);

/// The whole life of a supervisor; returns the exit code. See README.md for its loop.
int supervisor_main(int argc, char** argv);

}  // namespace headway
