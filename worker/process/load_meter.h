#pragma once

#include "common/base/time.h"
#include "common/messages/heartbeat_messages.h"
#include "worker/process/load_sample.h"

namespace headway::worker {

/// What the machine is busy with, from /proc (and from the cgroup where that has less memory than
/// the machine). Used by the worker's shell thread; a measurement reads some small files.
class LoadMeter {
 public:
  explicit LoadMeter(Instant now);

  /// The load since the call before (since the construction, the first time).
  Load measure(Instant now);

 private:
  LoadSample last_;
  Instant last_at_;
};

}  // namespace headway::worker
