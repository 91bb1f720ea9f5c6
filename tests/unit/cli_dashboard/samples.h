#pragma once

#include "coordinator/cli/dashboard/snapshot.h"

/// Pictures of runs as a coordinator would give them, for the tests of this folder. All times are
/// of one afternoon in UTC.

namespace headway::cli::samples {

/// So many seconds after the run's start at 14:00:00.
WallTime at(int seconds);

/// A run of 12 tickets that goes well: two agents run, one waits, two workers.
Snapshot running();
/// The same with a conflict, a failure that blocks others, a retry, a review, and a silent worker.
Snapshot troubled();
Snapshot without_worker();
Snapshot paused();
Snapshot succeeded();
/// 10,000 tickets and 200 agents, 150 of which run something.
Snapshot large();
/// Names that would do things to a terminal, or to a layout.
Snapshot hostile();
/// `troubled` with its failed ticket open.
Snapshot with_open_ticket();

AgentView agent(const std::string& id, const std::string& ticket, const std::string& status,
                double progress);
EventView started(std::uint64_t sequence, int seconds, const std::string& ticket,
                  const std::string& worker);

}  // namespace headway::cli::samples
