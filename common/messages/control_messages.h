#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "common/base/states.h"
#include "common/base/time.h"
#include "common/messages/forecast_messages.h"
#include "common/messages/history_messages.h"
#include "common/messages/steering_messages.h"
#include "common/messages/validation_messages.h"
#include "common/messages/view_messages.h"
#include "common/messages/worker_messages.h"

/// What a client asks of the coordinator on the control socket and what it gets
/// (schemas/protocol.md, part 2). The body of a request or reply is a map of its own, one of the
/// structs below or in the headers beside this one, under the same rules as in worker_messages.h.
/// The protocol is paced by the client: everything large is asked for page by page, and `events`
/// and `watch` wait at the coordinator until there is something new, so that a client that stops
/// reading holds up nobody and fills no queue.

namespace headway {

enum class Verb : std::uint8_t {
  kUpload,      ///< UploadRequest -> UploadAnswer: a piece of a plan
  kSubmit,      ///< SubmitRequest -> SubmitAnswer
  kStatus,      ///< StatusRequest -> StatusAnswer
  kAgents,      ///< AgentsRequest -> AgentsAnswer
  kRuns,        ///< RunsRequest -> RunsAnswer
  kLogs,        ///< LogsRequest -> LogsAnswer
  kEvents,      ///< EventsRequest -> EventsAnswer
  kExplain,     ///< ExplainRequest -> ExplainAnswer
  kPause,       ///< RunsControl -> ControlAnswer
  kResume,      ///< RunsControl -> ControlAnswer
  kStop,        ///< StopRequest -> ControlAnswer
  kTicket,      ///< TicketControl -> ControlAnswer
  kWorker,      ///< WorkerControl -> WorkerControlAnswer
  kValidate,    ///< ValidateRequest -> ValidateAnswer
  kWatch,       ///< WatchRequest -> WatchAnswer
  kLocks,       ///< LocksRequest -> LocksAnswer
  kDiagnose,    ///< DiagnoseRequest -> DiagnoseAnswer
  kAdjust,      ///< AdjustRequest -> AdjustAnswer
  kClearLocks,  ///< ClearLocksRequest -> ClearLocksAnswer
  kWhatIf,      ///< WhatIfRequest -> WhatIfAnswer
  kGraph,       ///< GraphRequest -> GraphAnswer
  kApply,       ///< ApplyRequest -> ApplyAnswer
};
template <>
struct EnumText<Verb> {
  static constexpr std::array kWords = {
      std::pair{Verb::kUpload, std::string_view{"upload"}},
      std::pair{Verb::kSubmit, std::string_view{"submit"}},
      std::pair{Verb::kStatus, std::string_view{"status"}},
      std::pair{Verb::kAgents, std::string_view{"agents"}},
      std::pair{Verb::kRuns, std::string_view{"runs"}},
      std::pair{Verb::kLogs, std::string_view{"logs"}},
      std::pair{Verb::kEvents, std::string_view{"events"}},
      std::pair{Verb::kExplain, std::string_view{"explain"}},
      std::pair{Verb::kPause, std::string_view{"pause"}},
      std::pair{Verb::kResume, std::string_view{"resume"}},
      std::pair{Verb::kStop, std::string_view{"stop"}},
      std::pair{Verb::kTicket, std::string_view{"ticket"}},
      std::pair{Verb::kWorker, std::string_view{"worker"}},
      std::pair{Verb::kValidate, std::string_view{"validate"}},
      std::pair{Verb::kWatch, std::string_view{"watch"}},
      std::pair{Verb::kLocks, std::string_view{"locks"}},
      std::pair{Verb::kDiagnose, std::string_view{"diagnose"}},
      std::pair{Verb::kAdjust, std::string_view{"adjust"}},
      std::pair{Verb::kClearLocks, std::string_view{"clear locks"}},
      std::pair{Verb::kWhatIf, std::string_view{"what if"}},
      std::pair{Verb::kGraph, std::string_view{"graph"}},
      std::pair{Verb::kApply, std::string_view{"apply"}},
  };
};

template <>
struct EnumText<ErrorKind> {
  static constexpr std::array kWords = {
      std::pair{ErrorKind::kFailed, std::string_view{"failed"}},
      std::pair{ErrorKind::kUsage, std::string_view{"usage"}},
      std::pair{ErrorKind::kInvalidPlan, std::string_view{"invalid plan"}},
      std::pair{ErrorKind::kDenied, std::string_view{"denied"}},
      std::pair{ErrorKind::kUnreachable, std::string_view{"unreachable"}},
      std::pair{ErrorKind::kTimedOut, std::string_view{"timed out"}},
      std::pair{ErrorKind::kNotFound, std::string_view{"not found"}},
      std::pair{ErrorKind::kInUse, std::string_view{"in use"}},
  };
};

/// One question. A repeated id of the same client gets the first answer again.
struct Request {
  std::uint32_t protocol = kProtocolVersion;
  std::uint64_t client = 0;  ///< random for each client process
  std::uint64_t id = 0;      ///< of this client, growing from 1
  Verb verb = Verb::kStatus;
  Bytes body;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("client", client);
    v("id", id);
    v("verb", verb);
    v("body", body);
  }
  friend bool operator==(const Request&, const Request&) = default;
};

/// Its answer: the body, or an error for people.
struct Reply {
  std::uint32_t protocol = kProtocolVersion;
  std::uint64_t id = 0;
  bool ok = true;
  ErrorKind error_kind = ErrorKind::kFailed;
  std::string error;
  Bytes body;
  template <class V>
  void fields(V& v) {
    v("protocol", protocol);
    v("id", id);
    v("ok", ok);
    v("error_kind", error_kind);
    v("error", error);
    v("body", body);
  }
  friend bool operator==(const Reply&, const Reply&) = default;
};

// ---- Submitting

/// Bytes of a plan in one upload.
inline constexpr std::size_t kUploadChunkBytes = 512U << 10U;

/// A piece of a plan's text. Pieces come in order; `upload` is the client's number for the whole.
struct UploadRequest {
  std::uint64_t upload = 0;
  std::uint64_t offset = 0;
  Bytes bytes;
  template <class V>
  void fields(V& v) {
    v("upload", upload);
    v("offset", offset);
    v("bytes", bytes);
  }
  friend bool operator==(const UploadRequest&, const UploadRequest&) = default;
};
struct UploadAnswer {
  std::uint64_t received = 0;  ///< bytes so far
  template <class V>
  void fields(V& v) {
    v("received", received);
  }
  friend bool operator==(const UploadAnswer&, const UploadAnswer&) = default;
};

/// An agent type of the configuration that the plan's tickets may take their command from.
struct AgentType {
  std::string name;
  std::vector<std::string> labels;
  std::vector<std::string> command;  ///< with placeholders; empty: only labels
  std::optional<Duration> timeout;
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("labels", labels);
    v("command", command);
    v("timeout_us", timeout);
  }
  friend bool operator==(const AgentType&, const AgentType&) = default;
};

/// How closely an attempt is looked at before its command starts.
enum class ValidationLevel : std::uint8_t {
  kStandard,       ///< its requirements, and what its dependencies have made
  kStrict,         ///< also that its worker has the programs, directories and secrets it declares
  kComprehensive,  ///< also that nobody has changed the files that it affects since the plan was
                   ///< submitted, but tickets of its run
};
template <>
struct EnumText<ValidationLevel> {
  static constexpr std::array kWords = {
      std::pair{ValidationLevel::kStandard, std::string_view{"standard"}},
      std::pair{ValidationLevel::kStrict, std::string_view{"strict"}},
      std::pair{ValidationLevel::kComprehensive, std::string_view{"comprehensive"}},
  };
};

/// How a plan is to be run, beyond what it says itself. Kept with the run.
struct RunOptions {
  std::string plan_folder;            ///< absolute, at the submitter
  std::string plan_file;              ///< as the person named it
  std::vector<std::uint32_t> groups;  ///< from 1; empty: all
  bool skip_dependencies = false;     ///< of these groups on others
  std::optional<std::int32_t> max_parallel;
  std::uint32_t local_agents = 0;  ///< of an embedded run, to embed as many again; 0: not embedded
  std::vector<AgentType> agent_types;
  ValidationLevel validation = ValidationLevel::kStandard;
  std::vector<Artifact> files{};  ///< with `comprehensive`: those that tickets affect, as they were
  std::string kept_tickets{};     ///< absolute: the folder of the files that the command keeps up
                                  ///< to date (`--sync`); empty: it keeps none
  template <class V>
  void fields(V& v) {
    v("plan_folder", plan_folder);
    v("plan_file", plan_file);
    v("groups", groups);
    v("skip_dependencies", skip_dependencies);
    v("max_parallel", max_parallel);
    v("local_agents", local_agents);
    v("agent_types", agent_types);
    v("validation", validation);
    v("files", files);
    v("kept_tickets", kept_tickets);
  }
  friend bool operator==(const RunOptions&, const RunOptions&) = default;
};

/// Starts a run of an uploaded plan. Answered once it is durable.
struct SubmitRequest {
  std::uint64_t upload = 0;
  std::uint64_t size = 0;
  std::string sha256;
  RunOptions options;
  template <class V>
  void fields(V& v) {
    v("upload", upload);
    v("size", size);
    v("sha256", sha256);
    v("options", options);
  }
  friend bool operator==(const SubmitRequest&, const SubmitRequest&) = default;
};
struct SubmitAnswer {
  RunId run;
  Sequence sequence;  ///< of the fact that it was submitted: `events` from here shows the whole run
  std::vector<std::string> warnings;  ///< no worker offers a label...
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("sequence", sequence);
    v("warnings", warnings);
  }
  friend bool operator==(const SubmitAnswer&, const SubmitAnswer&) = default;
};

// ---- Control

/// Acts on one run, or (0) on all that are unfinished.
struct RunsControl {
  RunId run;
  bool dry_run = false;  ///< only tells what would change
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("dry_run", dry_run);
  }
  friend bool operator==(const RunsControl&, const RunsControl&) = default;
};

struct StopRequest {
  RunId run;           ///< 0: all that are unfinished
  bool force = false;  ///< SIGKILL at once
  bool preserve_state =
      false;  ///< unfinished tickets become ready again and the run can be resumed
  bool dry_run = false;
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("force", force);
    v("preserve_state", preserve_state);
    v("dry_run", dry_run);
  }
  friend bool operator==(const StopRequest&, const StopRequest&) = default;
};

enum class TicketAction : std::uint8_t {
  kCancel,  ///< ends it for good; what runs of it is stopped
  kRetry,   ///< opens it again after it failed, was aborted or cancelled, with what was aborted for
            ///< it
  kRerun,   ///< opens it again after it succeeded, with all that succeeded on top of it
  kReassign,  ///< it goes to the worker `to`, and to no other
  kPriority,  ///< its priority becomes `priority`
  kApprove,   ///< its review ends well; `by` is needed
  kReject,    ///< its review ends badly; `by` is needed
  kSettle,    ///< its rollback, which failed, is in nobody's way any more; `by` is needed
  kRollback,  ///< undoes what has succeeded since the one that is named did; none: everything
};
template <>
struct EnumText<TicketAction> {
  static constexpr std::array kWords = {
      std::pair{TicketAction::kCancel, std::string_view{"cancel"}},
      std::pair{TicketAction::kRetry, std::string_view{"retry"}},
      std::pair{TicketAction::kRerun, std::string_view{"rerun"}},
      std::pair{TicketAction::kReassign, std::string_view{"reassign"}},
      std::pair{TicketAction::kPriority, std::string_view{"priority"}},
      std::pair{TicketAction::kApprove, std::string_view{"approve"}},
      std::pair{TicketAction::kReject, std::string_view{"reject"}},
      std::pair{TicketAction::kSettle, std::string_view{"settle"}},
      std::pair{TicketAction::kRollback, std::string_view{"rollback"}},
  };
};

/// Acts on tickets of one run, on all that are named or on none. A run that has ended as failed or
/// succeeded goes on after a retry or rerun.
struct TicketControl {
  RunId run;
  TicketAction action = TicketAction::kCancel;
  std::vector<std::string> tickets;  ///< ids; empty with `retry`: all that failed
  std::string by;                    ///< who asks for it; kept
  std::string comment;               ///< why; kept
  std::string to{};      ///< with `reassign`: a worker or an agent of it; empty: any again
  bool restart = false;  ///< with `reassign`: what runs elsewhere is stopped and begins anew there
  std::string priority{};  ///< with `priority`: a word of Priority
  bool dry_run = false;    ///< only tells what would change
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("action", action);
    v("tickets", tickets);
    v("by", by);
    v("comment", comment);
    v("to", to);
    v("restart", restart);
    v("priority", priority);
    v("dry_run", dry_run);
  }
  friend bool operator==(const TicketControl&, const TicketControl&) = default;
};

enum class WorkerAction : std::uint8_t {
  kDrain,    ///< gets nothing more; leaves when what it runs has ended
  kRemove,   ///< what it runs is stopped and goes out again; then it leaves
  kRestart,  ///< drains, then its process starts itself anew and joins again
};
template <>
struct EnumText<WorkerAction> {
  static constexpr std::array kWords = {
      std::pair{WorkerAction::kDrain, std::string_view{"drain"}},
      std::pair{WorkerAction::kRemove, std::string_view{"remove"}},
      std::pair{WorkerAction::kRestart, std::string_view{"restart"}},
  };
};

struct WorkerControl {
  std::string worker;  ///< its name
  WorkerAction action = WorkerAction::kDrain;
  /// With `remove`: a person's proof that nothing of it is alive; its tickets go out again at once.
  bool confirm_dead = false;
  std::string by;       ///< who asks for it; kept
  std::string comment;  ///< why; kept
  bool dry_run = false;
  template <class V>
  void fields(V& v) {
    v("worker", worker);
    v("action", action);
    v("confirm_dead", confirm_dead);
    v("by", by);
    v("comment", comment);
    v("dry_run", dry_run);
  }
  friend bool operator==(const WorkerControl&, const WorkerControl&) = default;
};
struct WorkerControlAnswer {
  std::uint32_t alive = 0;  ///< attempts that it still holds
  std::vector<Change> changes{};
  template <class V>
  void fields(V& v) {
    v("alive", alive);
    v("changes", changes);
  }
  friend bool operator==(const WorkerControlAnswer&, const WorkerControlAnswer&) = default;
};

struct ControlAnswer {
  std::vector<RunSummary> runs;   ///< those acted upon, as they are now
  std::vector<Change> changes{};  ///< with `dry_run` those that would be made
  template <class V>
  void fields(V& v) {
    v("runs", runs);
    v("changes", changes);
  }
  friend bool operator==(const ControlAnswer&, const ControlAnswer&) = default;
};

}  // namespace headway
