#include "coordinator/shell/options.h"

#include <exception>
#include <sstream>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/units.h"
#include "coordinator/exposition/metrics_server.h"
#include "coordinator/keys/listen_address.h"

namespace headway {

namespace {

namespace po = boost::program_options;

constexpr int kHelpWidth = 100;

po::options_description describe() {
  po::options_description options("Options", kHelpWidth);
  auto add = options.add_options();
  add("state-dir", po::value<std::string>()->value_name("DIR"),
      "where the registry, the outputs and the local sockets are; else HEADWAY_STATE_DIR, else "
      ".headway");
  add("listen", po::value<std::vector<std::string>>()->value_name("ADDRESS"),
      "for workers: tcp://HOST:PORT or ipc://PATH, repeatable; default tcp://127.0.0.1:7420");
  add("control", po::value<std::vector<std::string>>()->value_name("ADDRESS"),
      "for clients: likewise; default tcp://127.0.0.1:7421");
  add("require-keys", "tcp on loopback asks for keys too; beyond loopback it always does");
  add("insecure",
      "ask nobody for a key, wherever they come from: whoever reaches the ports may run "
      "anything on the workers");
  add("join-uses", po::value<std::string>()->value_name("N"),
      "how many workers may join by the token that is printed at the start, or `many`; 0: no "
      "token; "
      "default 1");
  add("join-expires", po::value<std::string>()->value_name("TIME"),
      "how long they may; default 1h");
  add("advertise", po::value<std::string>()->value_name("HOST[:PORT]"),
      "the place in the line that is printed at the start, an IPv6 address before a port in "
      "brackets; default: an address of this machine, and the port that it listens on");
  add("metrics", po::value<std::string>()->value_name("ADDRESS"),
      "answer /metrics (Prometheus), /healthz and /readyz at HOST:PORT, or `off`; default "
      "127.0.0.1:7422 where neither --listen nor --control is given, else off");
  add("lease", po::value<std::string>()->value_name("TIME"),
      "a worker that is silent for so long has lost its tickets; default 15s");
  add("heartbeat", po::value<std::string>()->value_name("TIME"),
      "how often a worker says that it is alive; at most a third of the lease; default 2s");
  add("log-level", po::value<std::string>()->value_name("LEVEL"),
      "debug, info, warning or error; default info");
  add("log-file", po::value<std::string>()->value_name("FILE"), "instead of standard error");
  add("log-format", po::value<std::string>()->value_name("FORMAT"), "text or json; default text");
  add("embedded", "only the sockets in the state directory; for `headway run`");
  add("lifeline", po::value<int>()->value_name("FD"),
      "end when the other end of this pipe is closed");
  add("ready-fd", po::value<int>()->value_name("FD"), "write `ready` to it once it listens");
  add("help,h", "show this");
  add("version", "show the version");
  return options;
}

Error unknown_option(const std::string& name, const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::vector<std::string> near = nearest(name, views);
  return {ErrorKind::kUsage,
          fmt::format("there is no option {}{}", printable(name),
                      near.empty() ? "; see --help"
                                   : fmt::format("; did you mean {}?", join_words(near, "or")))};
}

Result<Duration> duration_option(const po::variables_map& given, const std::string& name,
                                 Duration fallback) {
  if (given.count(name) == 0) return fallback;
  Result<Duration> parsed = parse_duration(given[name].as<std::string>());
  if (!parsed) return Error{ErrorKind::kUsage, "--" + name + ": " + parsed.error().message};
  return parsed;
}

Result<void> read_key_options(const po::variables_map& given, CoordinatorOptions& options) {
  options.insecure = given.count("insecure") > 0;
  options.require_keys = given.count("require-keys") > 0;
  if (options.insecure && options.require_keys) {
    return Error{ErrorKind::kUsage, "--insecure and --require-keys contradict each other"};
  }
  if (given.count("advertise") > 0) {
    Result<HostPort> place = parse_advertised(given["advertise"].as<std::string>());
    if (!place) return place.error();
    options.advertise = std::move(*place);
  }
  const Result<Duration> lifetime = duration_option(given, "join-expires", options.join->lifetime);
  if (!lifetime) return lifetime.error();
  if (Result<void> good = check_join_lifetime(*lifetime); !good) return good;
  options.join->lifetime = *lifetime;
  if (given.count("join-uses") == 0) return {};
  const Result<std::optional<std::uint32_t>> uses =
      parse_join_uses("--join-uses", given["join-uses"].as<std::string>());
  if (!uses) return uses.error();
  options.join->uses = *uses;
  if (*uses == 0U) options.join.reset();
  return {};
}

Result<void> read_endpoints(const po::variables_map& given, const std::string& option,
                            std::vector<std::string>& endpoints) {
  if (given.count(option) == 0) return {};
  for (const std::string& address : given[option].as<std::vector<std::string>>()) {
    Result<std::string> endpoint = listen_endpoint("--" + option, address);
    if (!endpoint) return endpoint.error();
    endpoints.push_back(std::move(*endpoint));
  }
  return {};
}

/// Where it listens: all of it is looked at before a socket is there.
Result<void> read_addresses(const po::variables_map& given, CoordinatorOptions& options) {
  if (Result<void> read = read_endpoints(given, "listen", options.listen); !read) return read;
  if (Result<void> read = read_endpoints(given, "control", options.control); !read) return read;
  const bool usual_places = options.listen.empty() && options.control.empty() && !options.embedded;
  if (usual_places) options.metrics = "127.0.0.1:7422";
  options.metrics_asked_for = given.count("metrics") > 0;
  if (options.metrics_asked_for) options.metrics = given["metrics"].as<std::string>();
  if (options.metrics == "off") options.metrics.clear();
  if (options.listen.empty() && !options.embedded) options.listen = {"tcp://127.0.0.1:7420"};
  if (options.control.empty() && !options.embedded) options.control = {"tcp://127.0.0.1:7421"};
  if (options.metrics.empty()) return {};
  return MetricsServer::check(options.metrics);
}

Result<CoordinatorOptions> interpret(const po::variables_map& given) {
  CoordinatorOptions options;
  const auto text = [&](const char* name, std::string& to) {
    if (given.count(name) > 0) to = given[name].as<std::string>();
  };
  text("state-dir", options.state_dir);
  text("log-level", options.log_level);
  text("log-file", options.log_file);
  std::string format = "text";
  text("log-format", format);
  if (format != "text" && format != "json") {
    return Error{ErrorKind::kUsage, "--log-format is text or json, not " + printable(format)};
  }
  options.log_json = format == "json";
  options.embedded = given.count("embedded") > 0;
  if (const Result<void> places = read_addresses(given, options); !places) return places.error();
  if (given.count("lifeline") > 0) options.lifeline = given["lifeline"].as<int>();
  if (given.count("ready-fd") > 0) options.ready_fd = given["ready-fd"].as<int>();
  if (const Result<void> keys = read_key_options(given, options); !keys) return keys.error();
  options.help = given.count("help") > 0;
  options.version = given.count("version") > 0;
  const Result<Duration> lease = duration_option(given, "lease", options.lease);
  if (!lease) return lease.error();
  const Result<Duration> heartbeat = duration_option(given, "heartbeat", options.heartbeat);
  if (!heartbeat) return heartbeat.error();
  options.lease = *lease;
  options.heartbeat = *heartbeat;
  if (options.heartbeat <= Duration{} || options.lease < 3 * options.heartbeat) {
    return Error{ErrorKind::kUsage,
                 fmt::format("a lease of {} is less than three heartbeats of {}: a single lost "
                             "heartbeat would cost a worker its tickets",
                             format_duration(options.lease), format_duration(options.heartbeat))};
  }
  return options;
}

}  // namespace

Result<CoordinatorOptions> parse_coordinator_options(int argc, char** argv) {
  const po::options_description options = describe();
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map given;
    po::store(
        po::command_line_parser(argc, argv).options(options).positional({}).style(style).run(),
        given);
    if (given.count("state-dir") == 0) {
      if (const char* folder = std::getenv("HEADWAY_STATE_DIR");
          folder != nullptr && *folder != '\0') {
        given.insert({"state-dir", po::variable_value(std::string(folder), false)});
      }
    }
    return interpret(given);
  } catch (const po::unknown_option& unknown) {
    return unknown_option(unknown.get_option_name(), options);
  } catch (const std::exception& failure) {
    return Error{ErrorKind::kUsage, std::string(failure.what()) + "; see --help"};
  }
}

std::string coordinator_help() {
  std::ostringstream text;
  text << "headway-coordinator: resolves the dependencies of plans and hands their tickets to "
          "workers.\n\n"
          "usage: headway-coordinator [options]\n\n"
       << describe()
       << "\nWorkers join with `headway-worker --connect ADDRESS`; plans are submitted with "
          "`headway run PLAN`.\n";
  return text.str();
}

}  // namespace headway
