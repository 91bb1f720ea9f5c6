#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <zmq.hpp>

#include "common/base/result.h"
#include "common/system/state_paths.h"
#include "common/wire/socket.h"
#include "coordinator/control/desk.h"
#include "coordinator/core/core.h"
#include "coordinator/exposition/metrics_server.h"
#include "coordinator/journal/output_store.h"
#include "coordinator/journal/registry.h"
#include "coordinator/journal/space_guard.h"
#include "coordinator/shell/coordinator_log.h"
#include "coordinator/shell/doors.h"
#include "coordinator/shell/options.h"

namespace headway {

/// The shell around the core: one thread that polls the sockets, decodes what came, steps the core
/// over all of it, commits the facts of the turn in one transaction, and only then sends what
/// follows from them.
///
/// A commit that fails leaves its outcome unknown: `run` returns the error at once and sends
/// nothing more; a restart recovers from the file.
class Coordinator {
 public:
  /// Opens the registry, recovers the unfinished runs, and listens. Errors say what is in the way.
  static Result<std::unique_ptr<Coordinator>> start(const CoordinatorOptions& options,
                                                    CoordinatorLog log);

  /// Until a signal, or until the lifeline is cut. `signal_fd` becomes readable on a signal.
  Result<void> run(int signal_fd);

  /// What to type on another machine for a worker there; it has a secret in it, and is for standard
  /// output alone. Empty: nobody may join by a token.
  [[nodiscard]] const std::string& join_line() const { return join_line_; }
  /// What a person has to know who has said --insecure; empty: nobody has.
  [[nodiscard]] std::string danger() const;

 private:
  Coordinator(const CoordinatorOptions& options, CoordinatorLog log, const StatePaths& paths,
              Registry registry, SpaceGuard space);

  Result<void> listen();
  Result<void> open_socket(std::optional<RouterSocket>& socket, const std::string& local,
                           const std::vector<std::string>& more, const char* whom);
  Result<void> offer_join(const std::string& endpoint);
  Result<void> turn();
  Result<void> commit(const Turn& turn);
  void carry_out(const Turn& turn);
  [[nodiscard]] std::vector<zmq::pollitem_t> poll_items(int signal_fd);
  void look_after_doors();
  void take_finished();
  void take_from_workers();
  void take_from_clients();
  void send_replies();
  void look_at_space();
  Result<void> open_metrics();
  void publish_metrics();
  [[nodiscard]] long poll_timeout() const;

  CoordinatorOptions options_;
  CoordinatorLog log_;
  StatePaths paths_;
  Registry registry_;
  OutputStore outputs_;
  SpaceGuard space_;
  zmq::context_t context_;
  std::unique_ptr<Doors> doors_;
  std::optional<RouterSocket> workers_;
  std::optional<RouterSocket> clients_;
  std::unique_ptr<Core> core_;
  Desk desk_;
  Now now_{};
  std::string refusal_;  ///< why nothing may be submitted; empty: it may
  std::uint64_t free_bytes_ = 0;
  std::unique_ptr<MetricsServer> metrics_;  ///< null: nobody asked for it
  Instant published_at_{};
  Duration longest_turn_{};
  std::uint64_t undecodable_ = 0;
  std::string join_line_;
  std::string join_words_;  ///< of the first of `listen`; as in CoreOptions
};

}  // namespace headway
