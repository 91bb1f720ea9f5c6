#pragma once

#include "coordinator/cli/dashboard/panel.h"

namespace headway::cli {

/// What each panel lists, before a filter. A row's first cells say what it is, the last one why.

/// agent, ticket, status, progress, ETA, cpu, memory: in the order that the view wants.
PanelContent agent_rows(const Snapshot& snapshot, AgentOrder order, Bars bars);
/// Silent workers, reviews, conflicts, failures and retries, each with what it is about.
PanelContent attention_rows(const Snapshot& snapshot);
/// The latest first.
PanelContent event_rows(const Snapshot& snapshot);
/// What runs, the oldest first: with its title, or what it says of its progress.
PanelContent ticket_rows(const Snapshot& snapshot, Bars bars);
/// A line for each machine: its agents, cpu, memory, disk and network.
PanelContent worker_rows(const Snapshot& snapshot, Bars bars);
/// A line for each ticket that waits for a lock, with who holds it and since when.
PanelContent lock_rows(const Snapshot& snapshot);

/// A ticket's id for people; of another run than `ours` with that run's name before it.
std::string ticket_name(RunId run, const std::string& ticket, RunId ours);

}  // namespace headway::cli
