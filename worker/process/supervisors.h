#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "worker/core/slot_messages.h"
#include "worker/process/containment.h"
#include "worker/process/state_directory.h"

namespace headway::worker {

/// The worker's side of its slot supervisors: starts one process per slot, carries commands and
/// events, replaces a supervisor that dies. Owned and used by the worker's single shell thread;
/// never blocks but in `start` and `shut_down`, which are bounded.
///
/// The process that owns it starts no other children while it lives: in a subreaper's containment
/// whatever a killed supervisor left behind becomes a child of the worker, and every child that is
/// not a supervisor (and was not there at the start) is killed as such.
///
/// The supervisors are this program itself, started again under the name `headway-slot`: `main`
/// must begin with
///
///   if (is_supervisor_call(argc, argv)) return supervisor_main(argc, argv);   // supervisor.h
///
/// The life of a slot, as seen from here:
///
///   starting --ready--> serving --its process ends--> sweeping --nothing left--> starting
///   (SlotLost)
class Supervisors {
 public:
  struct Options {
    std::uint32_t slots = 1;
    /// Must outlive the supervisors; what is started is recorded in it before it starts.
    StateDirectory* state = nullptr;
    /// By name, of the secrets file. A ticket's secret that is not among them is looked up in the
    /// worker's own environment; variables of these names reach only tickets that ask for them.
    std::map<std::string, std::string> secrets;
    ContainmentChoice containment = ContainmentChoice::kAuto;
  };

  /// Starts all supervisors and waits until they serve (at most 10 s). Fails when a forced
  /// containment is not to be had here.
  static Result<std::unique_ptr<Supervisors>> start(const Options& options);

  Supervisors(const Supervisors&) = delete;
  Supervisors& operator=(const Supervisors&) = delete;
  /// As `shut_down`.
  ~Supervisors();

  /// Hands a command over; it is queued when the supervisor does not read at the moment. A command
  /// for a supervisor that has just died is dropped: SlotLost follows.
  void send(const SlotCommand& command);

  /// One descriptor for the shell's poll: readable when `receive` has something to do.
  [[nodiscard]] int poll_fd() const;

  /// What has happened since; at most 64 KiB of messages a slot in one call (the descriptor stays
  /// readable while there are more). Never blocks. Also finishes writes that were queued and
  /// replaces dead supervisors.
  std::vector<SlotEvent> receive();

  /// `pid namespace` or `subreaper`: for `hello`.
  [[nodiscard]] std::string containment() const;

  /// The process ids of the supervisors, slot by slot; 0 while one is being replaced.
  [[nodiscard]] std::vector<std::int64_t> processes() const;

  /// Ends the supervisors and with them everything in their slots; returns when they are proven
  /// gone, or after 10 s with an error that names the slots that are not. Later calls do nothing.
  Result<void> shut_down();

 private:
  class Impl;
  explicit Supervisors(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace headway::worker
