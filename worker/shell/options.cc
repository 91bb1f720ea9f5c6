#include "worker/shell/options.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <sstream>
#include <string_view>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "common/base/call_label.h"
#include "common/base/text.h"
#include "common/base/units.h"
#include "common/base/version.h"
#include "common/system/files.h"
#include "worker/shell/machine.h"

namespace headway::worker {

namespace {

namespace po = boost::program_options;

constexpr std::string_view kDefaultAddress = "tcp://127.0.0.1:7420";
constexpr std::size_t kMaxNameBytes = 200;

using Words = std::vector<std::string>;

po::options_description describe() {
  po::options_description all("Options");
  auto add = all.add_options();
  add("connect", po::value<Words>()->value_name("ADDRESS")->composing(),
      "the coordinator: tcp://HOST:PORT, HOST:PORT or ipc://PATH; repeatable, where it may move "
      "(default: HEADWAY_COORDINATOR_WORKERS, with commas between several, else where it joined "
      "before, else tcp://127.0.0.1:7420)");
  add("join", po::value<std::string>()->value_name("TOKEN@HOST:PORT"),
      "be registered as a worker there, once, and join; as the coordinator or `headway keys join` "
      "prints it (or HEADWAY_JOIN)");
  add("key", po::value<std::string>()->value_name("FILE"),
      "the key to come with, of `headway keys create --role worker` (default: HEADWAY_KEY, else "
      "the one that it joined with)");
  add("name", po::value<std::string>()->value_name("NAME"),
      "the worker's name (default: the host's name and four digits, kept in the state directory)");
  add("slots", po::value<std::string>()->value_name("N"),
      "tickets that it runs at a time (default: the number of cores)");
  add("label", po::value<Words>()->value_name("L")->composing(), "a label that it has; repeatable");
  add("type", po::value<Words>()->value_name("T")->composing(),
      "an agent type that it offers; repeatable");
  add("any-type", "it offers every agent type");
  add("resource", po::value<Words>()->value_name("NAME=AMOUNT")->composing(),
      "a counted resource that it has; repeatable (default: cpus=<cores>, memory=<all>)");
  add("root", po::value<std::string>()->value_name("DIR"),
      "where the plan's folder is on this machine (default: where it was submitted)");
  add("state-dir", po::value<std::string>()->value_name("DIR"),
      "where it keeps what it started (default: under $XDG_STATE_HOME/headway)");
  add("secrets-file", po::value<std::string>()->value_name("FILE"),
      "secrets for tickets, NAME=VALUE lines; readable by its owner alone");
  add("health-file", po::value<std::string>()->value_name("FILE"),
      "a file whose time of change is when the coordinator last answered, for health checks");
  add("containment", po::value<std::string>()->value_name("HOW"),
      "auto, pid-namespace or subreaper: how a ticket's processes are held together");
  add("lifeline", po::value<std::string>()->value_name("FD"),
      "end at once when the other end of this descriptor closes");
  add("log-level", po::value<std::string>()->value_name("LEVEL"),
      "debug, info, warning or error (default: info)");
  add("log-file", po::value<std::string>()->value_name("FILE"),
      "log there instead of standard error");
  add("log-format", po::value<std::string>()->value_name("FORMAT"), "text or json");
  add("help", "show this");
  add("version", "show the version");
  return all;
}

Error usage(std::string message) { return {ErrorKind::kUsage, std::move(message)}; }

Error explain_unknown(const std::string& option, const po::options_description& known) {
  std::vector<std::string> names;
  for (const auto& each : known.options()) names.push_back("--" + each->long_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::vector<std::string> near = nearest(option, views, 1);
  std::string message = "there is no option `" + printable(option) + "`";
  message +=
      near.empty() ? "; see headway-worker --help" : "; did you mean `" + near.front() + "`?";
  return usage(std::move(message));
}

std::string text_of(const po::variables_map& given, const char* name) {
  return given.count(name) == 0 ? std::string() : given[name].as<std::string>();
}
Words words_of(const po::variables_map& given, const char* name) {
  return given.count(name) == 0 ? Words() : given[name].as<Words>();
}

Result<std::uint32_t> parse_count(const std::string& option, const std::string& text,
                                  std::uint32_t least, std::uint32_t most) {
  std::uint64_t number = 0;
  const bool digits =
      !text.empty() && text.size() <= 9 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) number = std::strtoull(text.c_str(), nullptr, 10);
  if (!digits || number < least || number > most) {
    return usage(option + " takes a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", not `" + printable(text) + "`");
  }
  return static_cast<std::uint32_t>(number);
}

template <class E>
Result<E> parse_word(const std::string& option, const std::string& text) {
  if (const std::optional<E> value = from_text<E>(text)) return *value;
  std::vector<std::string> words;
  words.reserve(std::size(EnumText<E>::kWords));
  for (const auto& [value, word] : EnumText<E>::kWords) words.emplace_back(word);
  return usage(option + " takes " + join_words(words, "or") + ", not `" + printable(text) + "`");
}

Result<void> check_name(const std::string& option, const std::string& name) {
  const bool good = !name.empty() && name.size() <= kMaxNameBytes && printable(name) == name &&
                    name.find('/') == std::string::npos;
  if (good) return {};
  return usage(option + " takes 1 to " + std::to_string(kMaxNameBytes) +
               " printable characters without a slash, not `" + printable(name) + "`");
}

/// `a,b` as `a` and `b`.
Words between_commas(const std::string& text) {
  Words words;
  std::istringstream rest(text);
  for (std::string word; std::getline(rest, word, ',');) words.push_back(word);
  return words;
}

/// Where the coordinator may be, and by what this worker comes in there.
Result<void> read_place(const po::variables_map& given,
                        const std::map<std::string, std::string>& environment,
                        WorkerOptions& options) {
  const auto value = [&](const char* option, const char* variable) {
    if (given.count(option) > 0) return text_of(given, option);
    const auto set = environment.find(variable);
    return set == environment.end() ? std::string() : set->second;
  };
  const bool connects = given.count("connect") > 0;
  if (connects && given.count("join") > 0) {
    return usage("--join has the address in it: give --connect or --join, not both");
  }
  options.key_file = value("key", "HEADWAY_KEY");
  const auto set = environment.find("HEADWAY_COORDINATOR_WORKERS");
  Words addresses = words_of(given, "connect");
  if (!connects && set != environment.end()) addresses = between_commas(set->second);
  const std::string line = connects ? std::string() : value("join", "HEADWAY_JOIN");
  if (!line.empty()) {
    Result<JoinLine> join = parse_join_line(line);
    if (!join) return join.error();
    options.join = std::move(join->token);
    addresses = {std::move(join->address)};
    if (!options.key_file.empty()) {
      return usage("a worker with a key of its own needs no token: give --key or --join, not both");
    }
  }
  options.endpoints_given = !addresses.empty();
  if (addresses.empty()) addresses = {std::string(kDefaultAddress)};
  for (const std::string& address : addresses) {
    Result<std::string> endpoint = parse_address(address);
    if (!endpoint) return endpoint.error();
    options.endpoints.push_back(std::move(endpoint).value());
  }
  return {};
}

Result<void> read_offers(const po::variables_map& given, WorkerOptions& options) {
  options.labels = words_of(given, "label");
  options.types = words_of(given, "type");
  options.every_type = given.count("any-type") > 0;
  for (const std::string& label : options.labels) {
    if (Result<void> good = check_name("--label", label); !good) return good;
    if (label == kCallLabel) {
      return usage("the label `" + label +
                   "` says that a worker can call functions, and this one only starts programs");
    }
  }
  for (const std::string& type : options.types) {
    if (Result<void> good = check_name("--type", type); !good) return good;
  }
  options.resources = {{"cpus", 1000 * static_cast<std::int64_t>(count_cores())},
                       {"memory", 1000 * total_memory_bytes()}};
  for (const std::string& text : words_of(given, "resource")) {
    const auto resource = parse_resource(text);
    if (!resource) return resource.error();
    const auto same = std::find_if(options.resources.begin(), options.resources.end(),
                                   [&](const auto& each) { return each.first == resource->first; });
    if (same != options.resources.end()) {
      same->second = resource->second;
    } else {
      options.resources.push_back(*resource);
    }
  }
  return {};
}

Result<void> read_rest(const po::variables_map& given, WorkerOptions& options) {
  if (given.count("slots") > 0) {
    const auto slots = parse_count("--slots", text_of(given, "slots"), 1, kMaxSlots);
    if (!slots) return slots.error();
    options.slots = *slots;
  } else {
    options.slots = std::min(count_cores(), kMaxSlots);
  }
  if (given.count("containment") > 0) {
    const auto choice =
        parse_word<ContainmentChoice>("--containment", text_of(given, "containment"));
    if (!choice) return choice.error();
    options.containment = *choice;
  }
  if (given.count("lifeline") > 0) {
    const auto fd = parse_count("--lifeline", text_of(given, "lifeline"), 0, 1'000'000);
    if (!fd) return fd.error();
    options.lifeline = static_cast<int>(*fd);
  }
  if (given.count("log-level") > 0) {
    const auto level = parse_word<LogLevel>("--log-level", text_of(given, "log-level"));
    if (!level) return level.error();
    options.log.level = *level;
  }
  if (given.count("log-format") > 0) {
    const auto format = parse_word<LogFormat>("--log-format", text_of(given, "log-format"));
    if (!format) return format.error();
    options.log.format = *format;
  }
  options.log.file = text_of(given, "log-file");
  options.state_dir = text_of(given, "state-dir");
  options.secrets_file = text_of(given, "secrets-file");
  options.health_file = text_of(given, "health-file");
  if (given.count("name") > 0) {
    options.name = text_of(given, "name");
    if (Result<void> good = check_name("--name", options.name); !good) return good;
  }
  if (given.count("root") > 0) {
    const Result<std::string> root = absolute_path(text_of(given, "root"));
    if (!root) return usage("--root: " + root.error().message);
    options.root = *root;
  }
  return {};
}

}  // namespace

Result<std::string> parse_address(const std::string& address) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kIpc = "ipc://";
  if (address.starts_with(kIpc) && address.size() > kIpc.size()) return address;
  const std::string place = address.starts_with(kTcp) ? address.substr(kTcp.size()) : address;
  const std::size_t colon = place.rfind(':');
  const bool has_host =
      colon != std::string::npos && colon > 0 && place.find("://") == std::string::npos;
  if (has_host) {
    const Result<std::uint32_t> port = parse_count("port", place.substr(colon + 1), 1, 65535);
    if (port) return std::string(kTcp) + place;
  }
  return usage("`" + printable(address) +
               "` is no address of a coordinator; write tcp://HOST:PORT, HOST:PORT or ipc://PATH");
}

Result<std::pair<std::string, std::int64_t>> parse_resource(const std::string& text) {
  constexpr double kMost = 9.0e15;  // thousandths; exact in a double
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals != std::string::npos && check_name("--resource", name)) {
    const std::string amount = text.substr(equals + 1);
    if (const Result<std::int64_t> size = parse_size(amount)) {
      if (*size <= static_cast<std::int64_t>(kMost) / 1000 * 1000) {
        return std::pair{name, *size * 1000};
      }
    }
    char* end = nullptr;
    const double number = std::strtod(amount.c_str(), &end);
    const bool plain =
        !amount.empty() && amount.find_first_not_of("0123456789.") == std::string::npos;
    if (plain && end == amount.c_str() + amount.size() && number * 1000 <= kMost) {
      return std::pair{name, static_cast<std::int64_t>(std::llround(number * 1000))};
    }
  }
  return usage("--resource takes NAME=AMOUNT, such as gpus=2, cpus=1.5 or memory=8GiB, not `" +
               printable(text) + "`");
}

Result<std::variant<WorkerOptions, TextToPrint>> parse_options(
    const std::vector<std::string>& words, const std::map<std::string, std::string>& environment) {
  using Answer = std::variant<WorkerOptions, TextToPrint>;
  const po::options_description known = describe();
  po::variables_map given;
  try {
    const int style = po::command_line_style::allow_long |
                      po::command_line_style::long_allow_adjacent |
                      po::command_line_style::long_allow_next;
    // An empty positional description: a stray word is an error, not ignored.
    po::store(po::command_line_parser(words).options(known).style(style).positional({}).run(),
              given);
    po::notify(given);
  } catch (const po::unknown_option& failure) {
    return explain_unknown(failure.get_option_name(), known);
  } catch (const po::too_many_positional_options_error&) {
    return usage("headway-worker takes options only; see headway-worker --help");
  } catch (const std::exception& failure) {
    return usage(std::string(failure.what()) + "; see headway-worker --help");
  }
  if (given.count("help") > 0) {
    std::ostringstream text;
    text << "headway-worker joins a coordinator and runs tickets for it.\n\n"
            "Usage: headway-worker [OPTION]...\n\n"
         << known;
    return Answer{TextToPrint{text.str()}};
  }
  if (given.count("version") > 0)
    return Answer{TextToPrint{fmt::format("headway-worker {}\n", kVersion)}};

  WorkerOptions options;
  if (const Result<void> read = read_place(given, environment, options); !read) return read.error();
  if (const Result<void> read = read_offers(given, options); !read) return read.error();
  if (const Result<void> read = read_rest(given, options); !read) return read.error();
  return Answer{std::move(options)};
}

}  // namespace headway::worker
