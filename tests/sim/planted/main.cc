#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "tests/sim/planted/hunt.h"

namespace headway::sim {
namespace {

constexpr std::string_view kUsage =
    "headway-sim-planted: makes deliberate mistakes, one at a time, and shows that the simulator\n"
    "finds each.\n"
    "\n"
    "  headway-sim-planted [--bug N] [--seeds M] [--jobs J]\n"
    "      for each bug (or N alone; 0: none of them, which must find nothing) plays seeds from 1\n"
    "      to M (4000) and all interleavings of one ticket until one fails, in J processes\n"
    "\n"
    "Exit: 0 every bug was found, and nothing without one; 1 not so; 2 wrong usage.\n";

struct Options {
  std::optional<int> bug;
  Hunt manner;
  bool help = false;
};

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--help" || option == "-h") {
      options.help = true;
      return options;
    }
    if (i + 1 == argc) return std::nullopt;
    const std::string value = argv[++i];
    unsigned number = 0;
    const char* end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    if (option == "--bug") {
      options.bug = static_cast<int>(number);
    } else if (option == "--seeds") {
      options.manner.seeds = number;
    } else if (option == "--jobs") {
      options.manner.jobs = std::clamp(number, 1U, 256U);
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void tell(const Bug& bug, const Find& find) {
  const std::string seed = find.seed == 0 ? "-" : std::to_string(find.seed);
  fmt::print("{:>3}  {:>5}  {:<5}  {:>6.2f}  {}: {}\n", bug.number, seed,
             find.by_interleaving ? "yes" : "-", find.seconds, bug.file, bug.mistake);
  fmt::print("{:>27}{}\n", "", find.found() ? find.told.data() : "nothing is found");
}

/// How many seeds it took, in one line.
std::string seeds_needed(const std::vector<Find>& finds) {
  std::vector<std::uint64_t> seeds;
  for (const Find& find : finds) {
    if (find.seed != 0) seeds.push_back(find.seed);
  }
  if (seeds.empty()) return "by no seed";
  std::ranges::sort(seeds);
  return fmt::format("{} by seeds: median {}, worst {}", seeds.size(), seeds[seeds.size() / 2],
                     seeds.back());
}

int run(const Options& options) {
  const Bug none{0, "nothing is changed", "no mistake: nothing may be found"};
  std::vector<Bug> wanted;
  if (!options.bug || *options.bug == 0) wanted.push_back(none);
  for (const Bug& bug : bugs()) {
    if (!options.bug || *options.bug == bug.number) wanted.push_back(bug);
  }
  if (wanted.empty()) {
    fmt::print(stderr, "headway-sim-planted: there is no bug {}\n", options.bug.value_or(0));
    return 2;
  }
  const std::vector<Find> finds = hunt(wanted, options.manner);
  fmt::print("bug   seed  small  seconds  file: mistake, and what was found first\n");
  bool good = true;
  std::size_t found = 0;
  std::vector<Find> of_bugs;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    tell(wanted[i], finds[i]);
    const bool is_bug = wanted[i].number != 0;
    good = good && finds[i].found() == is_bug;
    if (!is_bug) continue;
    of_bugs.push_back(finds[i]);
    if (finds[i].found()) ++found;
  }
  fmt::print("\n{} of {} planted bugs found, {}\n", found, of_bugs.size(), seeds_needed(of_bugs));
  return good ? 0 : 1;
}

}  // namespace
}  // namespace headway::sim

int main(int argc, char** argv) {
  const auto options = headway::sim::read_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "{}", headway::sim::kUsage);
    return 2;
  }
  if (options->help) {
    fmt::print("{}", headway::sim::kUsage);
    return 0;
  }
  return headway::sim::run(*options);
}
