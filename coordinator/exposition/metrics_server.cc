#include "coordinator/exposition/metrics_server.h"

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "common/base/host_port.h"
#include "common/base/text.h"
#include "common/system/clock.h"
#include "coordinator/exposition/prometheus_text.h"
#include "coordinator/exposition/published.h"

namespace headway {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;

constexpr int kMostConnections = 32;
constexpr std::uint32_t kMostRequestBytes = 8U << 10U;
/// Of one exchange: who takes longer is cut off.
constexpr std::chrono::seconds kPatience{10};

using Answer = http::response<http::string_body>;

Answer plain(http::status status, std::string text) {
  Answer answer{status, 11};
  answer.set(http::field::content_type, "text/plain; charset=utf-8");
  answer.body() = std::move(text);
  return answer;
}

Answer answer_to(const http::request<http::empty_body>& request, const Exposition& latest) {
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    Answer refused = plain(http::status::method_not_allowed, "only GET and HEAD\n");
    refused.set(http::field::allow, "GET, HEAD");
    return refused;
  }
  const std::string_view target(request.target().data(), request.target().size());
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/metrics") {
    Answer answer = plain(http::status::ok, prometheus_text(latest));
    answer.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    return answer;
  }
  if (path == "/healthz") {
    const Duration age = read_clocks().steady - latest.at;
    if (latest.at != Instant{} && age < MetricsServer::kStale) {
      return plain(http::status::ok, "ok\n");
    }
    return plain(http::status::service_unavailable,
                 fmt::format("the coordinator has not turned for {:.0f} s\n", to_seconds(age)));
  }
  if (path == "/readyz") {
    if (latest.at == Instant{}) return plain(http::status::service_unavailable, "starting\n");
    if (latest.refusal.empty()) return plain(http::status::ok, "ready\n");
    return plain(http::status::service_unavailable, printable(latest.refusal) + "\n");
  }
  return plain(http::status::not_found, "there is /metrics, /healthz and /readyz\n");
}

/// One connection, for one exchange; lives as long as something of it is under way.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Tcp::socket socket, const Published& published, std::atomic<int>& open)
      : stream_(std::move(socket)), published_(published), open_(open) {
    ++open_;
  }
  ~Exchange() { --open_; }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void begin() {
    parser_.header_limit(kMostRequestBytes);
    stream_.expires_after(kPatience);
    // A body says nothing to anything that is served here: it is not waited for.
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t /*bytes*/) {
          if (!error) self->answer();
        });
  }

 private:
  void answer() {
    answer_ = answer_to(parser_.get(), *published_.get());
    answer_.set(http::field::server, "headway");
    answer_.keep_alive(false);
    answer_.prepare_payload();
    if (parser_.get().method() == http::verb::head) answer_.body().clear();
    http::async_write(
        stream_, answer_,
        [self = shared_from_this()](beast::error_code /*error*/, std::size_t /*bytes*/) {
          beast::error_code ignored;
          self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
          self->drop_rest();
        });
  }
  /// What it sends still is read and dropped, until it closes or patience ends: a connection that
  /// is closed over unread bytes is reset, and the answer may be lost with it.
  void drop_rest() {
    buffer_.clear();
    stream_.async_read_some(
        buffer_.prepare(kMostRequestBytes),
        [self = shared_from_this()](beast::error_code error, std::size_t /*bytes*/) {
          if (!error) self->drop_rest();
        });
  }

  beast::tcp_stream stream_;
  const Published& published_;
  std::atomic<int>& open_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  Answer answer_;
};

Result<Tcp::endpoint> endpoint_of(const std::string& address) {
  const std::optional<HostPort> place = parse_host_port(address, 0);
  if (!place || !place->port) {
    return Error{ErrorKind::kUsage,
                 fmt::format("--metrics: `{}` is no address: write HOST:PORT, as "
                             "in 127.0.0.1:7422, or `off`",
                             printable(address))};
  }
  std::string host = place->host == "localhost" ? "127.0.0.1" : place->host;
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  beast::error_code error;
  const asio::ip::address parsed = asio::ip::make_address(host, error);
  if (!error) return Tcp::endpoint(parsed, *place->port);
  return Error{ErrorKind::kUsage,
               fmt::format("--metrics: the host of `{}` is neither an IP address nor localhost",
                           printable(address))};
}

}  // namespace

struct MetricsServer::Threaded {
  // First, since exchanges that end with the context still use them.
  Published published;
  std::atomic<int> open = 0;
  asio::io_context context{1};
  Tcp::acceptor acceptor{context};
  std::thread thread;

  void accept() {
    acceptor.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      // Beyond the bound a connection is closed at once.
      if (!error && open < kMostConnections) {
        std::make_shared<Exchange>(std::move(socket), published, open)->begin();
      }
      accept();
    });
  }
};

Result<void> MetricsServer::check(const std::string& address) {
  const Result<Tcp::endpoint> endpoint = endpoint_of(address);
  return endpoint ? Result<void>() : Result<void>(endpoint.error());
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& address) {
  const Result<Tcp::endpoint> endpoint = endpoint_of(address);
  if (!endpoint) return endpoint.error();
  auto threaded = std::make_unique<Threaded>();
  beast::error_code error;
  const auto step = [&](auto&& action) {
    if (!error) action();
  };
  step([&] { threaded->acceptor.open(endpoint->protocol(), error); });
  step([&] { threaded->acceptor.set_option(Tcp::acceptor::reuse_address(true), error); });
  step([&] { threaded->acceptor.bind(*endpoint, error); });
  step([&] { threaded->acceptor.listen(kMostConnections, error); });
  if (error) {
    return Error{ErrorKind::kInUse, fmt::format("cannot listen for metrics on {}: {}",
                                                printable(address), error.message())};
  }
  const Tcp::endpoint bound = threaded->acceptor.local_endpoint();
  const std::string shown = bound.address().is_v6()
                                ? fmt::format("[{}]:{}", bound.address().to_string(), bound.port())
                                : fmt::format("{}:{}", bound.address().to_string(), bound.port());
  threaded->accept();
  Threaded& running = *threaded;
  threaded->thread = std::thread([&running] { running.context.run(); });
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(threaded), shown));
}

MetricsServer::MetricsServer(std::unique_ptr<Threaded> threaded, std::string address)
    : threaded_(std::move(threaded)), address_(std::move(address)) {}

MetricsServer::~MetricsServer() {
  threaded_->context.stop();
  threaded_->thread.join();
}

void MetricsServer::publish(Exposition exposition) {
  threaded_->published.set(std::move(exposition));
}

}  // namespace headway
