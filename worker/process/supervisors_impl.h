#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/system/unique_fd.h"
#include "worker/process/alarm.h"
#include "worker/process/orphans.h"
#include "worker/process/slot_link.h"
#include "worker/process/slot_protocol.h"
#include "worker/process/supervisors.h"

namespace headway::worker {

/// The inside of Supervisors: slots by index (slot number - 1), one epoll instance over all their
/// descriptors and one alarm for what has to be tried again.
class Supervisors::Impl {
 public:
  static Result<std::unique_ptr<Impl>> start(const Options& options);

  void send(const SlotCommand& command);
  std::vector<SlotEvent> receive();
  Result<void> shut_down();

  [[nodiscard]] int poll_fd() const { return poll_.get(); }
  [[nodiscard]] Containment containment() const { return containment_; }
  [[nodiscard]] std::vector<std::int64_t> processes() const;

 private:
  Impl(Options options, Containment containment, UniqueFd poll, Alarm alarm);

  // supervisors_start.cc: starting and ending
  Result<void> start_all();
  Result<void> start_process(SlotLink& link);
  Result<void> wait_until_serving();
  std::set<pid_t> living() const;
  bool sweep_up() const;

  // supervisors.cc: messages, and the death of a supervisor
  void read_messages(SlotLink& link);
  void on_message(SlotLink& link, FromSupervisor&& message);
  void on_death(SlotLink& link);
  void replace(SlotLink& link);
  void flush(SlotLink& link);
  void watch(const SlotLink& link);
  void refuse(const StartSlot& start, std::string detail);
  void wake_by(Instant at);

  Options options_;
  Containment containment_;
  UniqueFd poll_;
  Alarm alarm_;
  std::optional<Orphans> orphans_;  ///< in a subreaper's containment
  std::vector<SlotLink> links_;
  std::vector<SlotEvent> events_;
  bool ended_ = false;
};

}  // namespace headway::worker
