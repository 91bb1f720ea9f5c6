#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/soak/harness/diary.h"
#include "tests/soak/harness/hosts.h"
#include "tests/soak/harness/options.h"
#include "tests/soak/harness/processes.h"
#include "tests/soak/harness/relay.h"

namespace headway::soak {

/// Of the coordinators that the soak starts: short, so that what rests on a lease comes soon.
inline constexpr Duration kLease = std::chrono::seconds{3};
inline constexpr Duration kHeartbeat = std::chrono::milliseconds{500};

/// A worker under test.
struct Worker {
  std::string name;
  Relay::LinkId link = 0;  ///< without hosts
  Hosts::HostId host = 0;  ///< with them
  bool subreaper = false;  ///< its containment; else the strongest that works here
  pid_t pid = -1;          ///< -1: it does not run
  bool frozen = false;
  bool leaving = false;    ///< is being told to leave: nothing else is done to it
  bool may_leave = false;  ///< was told to leave once, answered or not: its end is its own
  bool gone = false;       ///< never comes back
  /// Until then no second fault meets what a killed supervisor left to it: with a subreaper nobody
  /// would be left to kill that before the lease is over (worker/process/README.md, limits).
  Instant fragile_until{};
};

/// The programs under test: one coordinator and its workers, each behind a link, or on a host, of
/// its own. Starts, breaks and mends them; when and why is decided elsewhere. One thread.
class Cluster {
 public:
  Cluster(const Options& options, std::string programs, Diary& diary);

  void start_coordinator();
  void kill_coordinator();
  void freeze_coordinator(bool frozen);
  /// Started and not killed since; it may be frozen.
  [[nodiscard]] bool coordinator_runs() const { return coordinator_ > 0; }
  [[nodiscard]] bool coordinator_frozen() const { return coordinator_frozen_; }

  Worker& add_worker();
  void start_worker(Worker& worker);
  void kill_worker(Worker& worker);
  void freeze_worker(Worker& worker, bool frozen);
  /// Kills the supervisor of one of its slots; false: there is none now.
  bool kill_supervisor(Worker& worker, std::uint64_t which);
  std::deque<Worker>& workers() { return workers_; }
  Worker* find_worker(const std::string& name);

  /// A child has ended. An end that was not ordered is a violation, and is mended. Whether it was
  /// one of these.
  bool ended(const Ended& child);

  /// Nothing of it is broken.
  [[nodiscard]] bool is_well() const;
  /// Ends all programs in order; what is left of them after that is a violation.
  void shut_down();

  Relay& relay() { return relay_; }
  /// Null: all programs are on one machine, and links are the relay's.
  Hosts* hosts() { return hosts_.get(); }
  [[nodiscard]] std::string control_address() const;
  [[nodiscard]] std::string registry() const { return state_folder() + "/registry.db"; }
  [[nodiscard]] std::string program(const std::string& name) const {
    return programs_ + "/" + name;
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> environment() const;

 private:
  [[nodiscard]] std::string state_folder() const { return options_.folder + "/state"; }
  [[nodiscard]] bool is_reached(const Worker& worker) const;
  [[nodiscard]] pid_t start_program(const std::vector<std::string>& words, const std::string& mark,
                                    const std::string& log, const test::Host* host) const;
  void kill_child(pid_t& pid);
  /// Waits for the ends of all children in `pids` that are not -1, at most so long.
  bool wait_for_ends(const std::vector<pid_t*>& pids, Duration most);

  const Options& options_;
  std::string programs_;
  Diary& diary_;
  std::uint16_t worker_port_;
  std::uint16_t control_port_;
  Relay relay_;
  std::unique_ptr<Hosts> hosts_;
  pid_t coordinator_ = -1;
  bool coordinator_frozen_ = false;
  bool started_before_ = false;
  std::deque<Worker> workers_;  ///< never shrinks: references stay
};

}  // namespace headway::soak
