#pragma once

#include <csignal>

#include "tests/soak/harness/options.h"
#include "tests/soak/harness/report.h"

namespace headway::soak {

/// Plays a whole soak in a folder that exists: starts the programs, lets mischief be done until
/// there were enough kills, heals everything, waits for all runs to end, ends the programs, and
/// judges. `programs`: the folder of the built programs. `interrupted` is looked at often: once it
/// is set, the violence ends early.
Report play(const Options& options, const std::string& programs,
            const volatile std::sig_atomic_t& interrupted);

}  // namespace headway::soak
