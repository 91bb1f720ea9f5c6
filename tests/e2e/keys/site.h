#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/keys/key_file.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::test {

/// Waits until `condition` holds, asking again and again, at most so long.
template <class Condition>
bool wait_until(Condition condition, Duration most = std::chrono::seconds{30}) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

/// A coordinator that asks for keys on ports of its own on loopback, with a lease of 3 s, in a
/// folder of its own; can be started again on it. Its workers keep their state in that folder too.
class Site {
 public:
  /// Options beside `--state-dir`, `--log-file` and the lease.
  Site() : Site(loopback("127.0.0.1")) {}
  explicit Site(std::vector<std::string> options);
  static std::vector<std::string> loopback(const std::string& host);

  void start();
  void end();

  /// `TOKEN@HOST:PORT` of the line that was printed at the start; empty: none was.
  [[nodiscard]] std::string join();
  /// `TOKEN@HOST:PORT` of `headway keys join` with these options, at this site's port.
  [[nodiscard]] std::string join_with(std::vector<std::string> options) const;
  [[nodiscard]] std::string workers() const { return address_after("listening for workers on "); }
  [[nodiscard]] std::string control() const { return address_after("listening for clients on "); }
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const std::string& err() const { return process_->err(); }
  /// How much was dropped for this reason, as the metrics say; -1: they do not say.
  [[nodiscard]] double dropped(const std::string& reason) const {
    return metric("headway_dropped_total{reason=\"" + reason + "\"}");
  }
  /// A number of the metrics; -1: they do not have it.
  [[nodiscard]] double metric(const std::string& name) const;
  /// Resident memory of the coordinator, in MiB.
  [[nodiscard]] double resident() const;

  /// A worker with one slot and its state in `<folder>/<name>`.
  [[nodiscard]] std::unique_ptr<Process> worker(const std::string& name,
                                                std::vector<std::string> options) const;
  /// Makes a key and gives its file.
  [[nodiscard]] std::string key(const std::string& role, const std::string& name) const;
  /// `headway WORDS` to its end, in the site's folder.
  [[nodiscard]] Finished headway(std::vector<std::string> words) const;
  /// The same of a client who comes in with a key (empty: without one).
  [[nodiscard]] Finished as(const std::string& key, std::vector<std::string> words) const;
  /// Whether the coordinator counts a worker of this name among its agents.
  [[nodiscard]] bool has(const std::string& worker) const;

  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
  [[nodiscard]] std::string state() const { return folder_ / "state"; }

 private:
  [[nodiscard]] std::string address_after(const std::string& words) const;

  TemporaryFolder folder_;
  std::vector<std::string> options_;
  std::unique_ptr<Process> process_;
};

}  // namespace headway::test
