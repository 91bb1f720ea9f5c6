#pragma once

#include "common/messages/control_messages.h"
#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/watch_messages.h"

namespace headway::fuzz {

template <class... Types>
struct Listed {};

/// Every body of the control socket (codec.cc). The corpus knows one by its place: add at the end.
using ControlBodies =
    Listed<Request, Reply, UploadRequest, UploadAnswer, SubmitRequest, SubmitAnswer, RunOptions,
           StatusRequest, StatusAnswer, AgentsRequest, AgentsAnswer, RunsRequest, RunsAnswer,
           LogsRequest, LogsAnswer, EventsRequest, EventsAnswer, ExplainRequest, ExplainAnswer,
           RunsControl, TicketControl, WorkerControl, WorkerControlAnswer, ValidateRequest,
           ValidateAnswer, StopRequest, ControlAnswer, GraphRequest, GraphAnswer, WatchRequest,
           WatchAnswer, LocksRequest, LocksAnswer, DiagnoseRequest, DiagnoseAnswer, AdjustRequest,
           AdjustAnswer, ClearLocksRequest, ClearLocksAnswer, WhatIfRequest, WhatIfAnswer>;

}  // namespace headway::fuzz
