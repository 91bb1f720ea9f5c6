#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/result.h"
#include "coordinator/exposition/exposition.h"

namespace headway {

/// Answers `/metrics`, `/healthz` and `/readyz` over HTTP/1.1 (GET and HEAD), on a thread of its
/// own. It knows what was published last and nothing else, so that no reader reaches the
/// coordinator's thread. Bounded: so many connections, so much of a request, so long for each.
///
/// `/healthz` is 200 while something was published within kStale: the coordinator's thread turns.
/// `/readyz` is 200 while plans may be submitted, else 503 with the reason.
class MetricsServer {
 public:
  /// Whether metrics may be answered at `HOST:PORT`: HOST is an IPv4 address, an IPv6 address in
  /// brackets or `localhost`; port 0: any. kUsage, with what was given. Nothing is bound.
  static Result<void> check(const std::string& address);
  /// Binds such an address. Errors: those of `check`; it is in use.
  static Result<std::unique_ptr<MetricsServer>> start(const std::string& address);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  void publish(Exposition exposition);
  /// Where it listens, as `HOST:PORT`.
  [[nodiscard]] const std::string& address() const { return address_; }

  static constexpr Duration kStale = std::chrono::seconds{10};

 private:
  struct Threaded;
  MetricsServer(std::unique_ptr<Threaded> threaded, std::string address);

  std::unique_ptr<Threaded> threaded_;
  std::string address_;
};

}  // namespace headway
