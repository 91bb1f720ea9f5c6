#include "tests/soak/harness/options.h"

#include <exception>
#include <sstream>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "common/base/units.h"
#include "tests/soak/harness/plans.h"

namespace headway::soak {

namespace {

namespace po = boost::program_options;

constexpr unsigned kMostWorkers = 16;
constexpr unsigned kMostSlots = 16;
constexpr unsigned kMostTickets = 200;

po::options_description describe() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("seed", po::value<std::uint64_t>()->value_name("S"),
      "what the violence is drawn from; default 1");
  add("workload", po::value<std::string>()->value_name("KIND"),
      "drawn: plans that are drawn; milestones: calculators in C, which are only killed and cut "
      "off, and must become what one becomes that nobody disturbs; default drawn");
  add("kills", po::value<unsigned>()->value_name("N"), "it ends after so many kills; default 100");
  add("duration", po::value<std::string>()->value_name("TIME"),
      "it ends after this time, however many kills there were");
  add("workers", po::value<unsigned>()->value_name("N"), "default 3");
  add("slots", po::value<unsigned>()->value_name("N"), "of each worker; default 2");
  add("tickets", po::value<unsigned>()->value_name("N"), "of a plan, at most; default 60");
  add("folder", po::value<std::string>()->value_name("DIR"),
      "where everything is; it must be empty; default: a new one under /tmp");
  add("pace", po::value<std::string>()->value_name("TIME"),
      "between two deeds, on average; default 400ms");
  add("patience", po::value<std::string>()->value_name("TIME"),
      "how long the runs may take to end once everything is healed; default 2m");
  add("hosts",
      "each program on a machine of its own, in network namespaces, whose cables fail; needs what "
      "tests/network needs");
  add("keep", "keep the folder, also where nothing was found");
  add("json", "report as JSON");
  add("help,h", "show this");
  return options;
}

Result<void> read_duration(const po::variables_map& given, const char* name, Duration& to) {
  if (given.count(name) == 0) return {};
  const Result<Duration> parsed = parse_duration(given[name].as<std::string>());
  if (!parsed)
    return Error{ErrorKind::kUsage, fmt::format("--{}: {}", name, parsed.error().message)};
  to = *parsed;
  return {};
}

Result<void> read_number(const po::variables_map& given, const char* name, unsigned least,
                         unsigned most, unsigned& to) {
  if (given.count(name) == 0) return {};
  to = given[name].as<unsigned>();
  if (to >= least && to <= most) return {};
  return Error{ErrorKind::kUsage, fmt::format("--{} is {} to {}, not {}", name, least, most, to)};
}

Result<Options> interpret(const po::variables_map& given) {
  Options options;
  if (given.count("seed") > 0) options.seed = given["seed"].as<std::uint64_t>();
  if (given.count("kills") > 0) options.kills = given["kills"].as<unsigned>();
  if (given.count("folder") > 0) options.folder = given["folder"].as<std::string>();
  if (given.count("workload") > 0) {
    const auto kind = from_text<WorkloadKind>(given["workload"].as<std::string>());
    if (!kind) return Error{ErrorKind::kUsage, "--workload is drawn or milestones"};
    options.workload = *kind;
  }
  options.hosts = given.count("hosts") > 0;
  options.keep = given.count("keep") > 0;
  options.json = given.count("json") > 0;
  options.help = given.count("help") > 0;
  Duration duration{};
  for (const Result<void>& read :
       {read_number(given, "workers", 1, kMostWorkers, options.workers),
        read_number(given, "slots", 1, kMostSlots, options.slots),
        read_number(given, "tickets", kLeastTickets, kMostTickets, options.tickets),
        read_duration(given, "pace", options.pace),
        read_duration(given, "patience", options.patience),
        read_duration(given, "duration", duration)}) {
    if (!read) return read.error();
  }
  if (given.count("duration") > 0) options.duration = duration;
  return options;
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const po::options_description options = describe();
    po::variables_map given;
    po::store(
        po::command_line_parser(argc, argv).options(options).positional({}).style(style).run(),
        given);
    return interpret(given);
  } catch (const std::exception& failure) {
    return Error{ErrorKind::kUsage, std::string(failure.what()) + "; see --help"};
  }
}

std::string help() {
  std::ostringstream text;
  text << "headway-soak: a real coordinator and real workers under random violence, and a "
          "verdict.\n\n"
          "usage: headway-soak [options]\n\n"
       << describe()
       << "\nEnds with 0 where nothing was found that must never happen, else with 1.\n";
  return text.str();
}

std::string how_to_repeat(const Options& options) {
  std::string words = fmt::format(
      "headway-soak --workload {} --seed {} --kills {} --workers {} --slots {} --tickets {} --pace "
      "'{}'",
      to_text(options.workload), options.seed, options.kills, options.workers, options.slots,
      options.tickets, format_duration(options.pace));
  if (options.duration)
    words += fmt::format(" --duration '{}'", format_duration(*options.duration));
  if (options.hosts) words += " --hosts";
  return words;
}

}  // namespace headway::soak
