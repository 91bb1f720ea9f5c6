#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/base/time.h"
#include "common/keys/key_file.h"
#include "common/system/signals.h"
#include "common/wire/listener.h"
#include "common/wire/socket.h"
#include "worker/core/worker_core.h"
#include "worker/process/load_meter.h"
#include "worker/process/state_directory.h"
#include "worker/process/supervisors.h"
#include "worker/shell/addresses.h"
#include "worker/shell/health_file.h"
#include "worker/shell/spool.h"
#include "worker/shell/worker_log.h"

namespace headway::worker {

/// The worker's shell: waits for the coordinator, the supervisors, signals and the clock, steps the
/// core over what came, and does what it asks. One thread, which never blocks but in the poll.
class WorkerLoop {
 public:
  /// What it stands on; all of it outlives the loop.
  struct Parts {
    zmq::context_t& context;
    Supervisors& supervisors;
    StateDirectory& state;
    Signals& signals;
    WorkerLog& log;
    const HealthFile& health;
  };

  /// Where the coordinator may be, at least one endpoint, and by what this worker comes in there.
  struct Place {
    std::vector<std::string> endpoints;
    std::optional<KeyFile> key;
  };

  WorkerLoop(Parts parts, WorkerIdentity identity, Place place, int lifeline);

  /// Runs until the worker leaves. Returns the exit code and why, or what failed for good.
  Result<Exit> run();

 private:
  void poll();
  void step(Input input);
  void perform(Effect& effect);
  void perform(SendMessage& effect);
  void perform(CommandSlot& effect);
  void perform(SpoolAppend& effect);
  void perform(SendOutput& effect);
  void perform(SpoolRelease& effect);
  void perform(SpoolDrop& effect);
  void perform(ReconnectSocket& effect);
  void perform(Joined& effect);
  void perform(Settled& effect);
  void perform(Log& effect);
  void perform(Exit& effect);
  void connect();
  void try_next_address();
  /// Waits for a connection, and could look for it elsewhere.
  [[nodiscard]] bool looks_around() const { return awaits_connection_ && addresses_.several(); }
  void send(const FromWorker& message);
  void send_notes();
  void take_failures();
  void take_frames();
  void take_events();
  void take_signals();
  void tick_if_due();
  [[nodiscard]] long wait_millis() const;

  Parts parts_;
  const WorkerIdentity identity_;
  Addresses addresses_;
  const std::optional<KeyFile> key_;
  int lifeline_;
  WorkerCore core_;
  Spool spool_;
  LoadMeter meter_;
  Instant load_due_;
  std::optional<DealerSocket> socket_;
  bool welcomed_ = false;  ///< some time in this process's life
  GreetingJudge greetings_;
  bool awaits_connection_ = false;  ///< `Connected` is owed to the core
  Instant next_address_at_{};       ///< while it is, and there are several
  int signals_taken_ = 0;
  std::vector<std::string> notes_;  ///< frames that wait for another
  Instant notes_due_{};             ///< while there are some
  std::deque<Input> backlog_;       ///< what performing an effect brought about
  std::uint64_t undecodable_ = 0;
  Instant complaint_allowed_{};
  Instant failure_complaint_allowed_{};
  std::optional<Exit> exit_;
  std::optional<Error> broken_;
};

}  // namespace headway::worker
