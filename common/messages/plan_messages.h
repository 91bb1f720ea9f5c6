#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/control_messages.h"

/// Bodies of `apply`: a new version of the plan of a run that is not finished.

namespace headway {

/// Makes an uploaded plan, or with `undo` the version before the present one, the run's plan: all
/// of it or nothing. Answered once it is durable.
struct ApplyRequest {
  RunId run;
  bool undo = false;
  std::uint64_t upload = 0;  ///< without `undo`: as in SubmitRequest
  std::uint64_t size = 0;
  std::string sha256;
  std::string plan_file;  ///< as the person named it
  std::vector<AgentType> agent_types;
  std::uint32_t version = 0;  ///< that the person saw; another by now: refused. 0: any
  bool restart = false;       ///< running tickets whose work has changed begin anew
  bool rerun = false;         ///< ended tickets whose work has changed run again
  bool dry_run = false;       ///< only tells what would change, and when the run would be over
  std::string by;             ///< who asks for it; kept
  std::string comment;        ///< why; kept
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("undo", undo);
    v("upload", upload);
    v("size", size);
    v("sha256", sha256);
    v("plan_file", plan_file);
    v("agent_types", agent_types);
    v("version", version);
    v("restart", restart);
    v("rerun", rerun);
    v("dry_run", dry_run);
    v("by", by);
    v("comment", comment);
  }
  friend bool operator==(const ApplyRequest&, const ApplyRequest&) = default;
};

/// Rows of an answer's lists; the rest is counted.
inline constexpr std::size_t kMostPlanChanges = 500;

/// What happens to one ticket.
struct TicketPlanChange {
  std::string ticket;
  std::string change;                         ///< added, removed, changed, kept
  TicketState state = TicketState::kWaiting;  ///< that it is in
  std::string becomes;                        ///< what becomes of it, in words
  std::vector<Change> changes;  ///< fields of a changed one, as YAML; long values are cut
  template <class V>
  void fields(V& v) {
    v("ticket", ticket);
    v("change", change);
    v("state", state);
    v("becomes", becomes);
    v("changes", changes);
  }
  friend bool operator==(const TicketPlanChange&, const TicketPlanChange&) = default;
};

/// The longest chain of tickets that are left, and when the run is over by the forecast.
struct PlanOutlook {
  std::uint32_t version = 0;
  Duration path{};                        ///< by the plan's estimates
  std::vector<std::string> path_tickets;  ///< the first of them
  std::uint32_t path_length = 0;          ///< how many
  EtaView eta;
  template <class V>
  void fields(V& v) {
    v("version", version);
    v("path_us", path);
    v("path_tickets", path_tickets);
    v("path_length", path_length);
    v("eta", eta);
  }
  friend bool operator==(const PlanOutlook&, const PlanOutlook&) = default;
};

struct ApplyAnswer {
  RunId run;
  Sequence sequence;  ///< of the fact; 0: nothing was changed
  std::uint32_t added = 0, removed = 0, changed = 0;
  std::vector<TicketPlanChange> tickets;  ///< the first kMostPlanChanges
  std::vector<Change> plan;               ///< fields of the plan itself
  PlanOutlook before;
  PlanOutlook after;               ///< its ETA with `dry_run` alone
  std::vector<std::string> notes;  ///< sentences about what was taken for true
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("sequence", sequence);
    v("added", added);
    v("removed", removed);
    v("changed", changed);
    v("tickets", tickets);
    v("plan", plan);
    v("before", before);
    v("after", after);
    v("notes", notes);
  }
  friend bool operator==(const ApplyAnswer&, const ApplyAnswer&) = default;
};

}  // namespace headway
