#include "tests/sim/program/options.h"

#include <charconv>

namespace headway::sim {

namespace {

Result<std::uint64_t> number(const std::string& option, const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && stopped == end && !text.empty()) return value;
  return Error{ErrorKind::kUsage, option + " wants a whole number, not `" + text + "`"};
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) words.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return words;
}

}  // namespace

Result<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    if (option == "--help" || option == "-h") {
      options.help = true;
      return options;
    }
    if (option == "--no-shrink") {
      options.shrink = false;
      continue;
    }
    const bool known = option == "--seeds" || option == "--first" || option == "--jobs" ||
                       option == "--replay" || option == "--drop" || option == "--interleavings";
    if (!known) return Error{ErrorKind::kUsage, "there is no option " + option + "; see --help"};
    if (i + 1 == arguments.size()) return Error{ErrorKind::kUsage, option + " wants a value"};
    const std::string& value = arguments[++i];
    if (option == "--drop") {
      options.drop = words_of(value);
      continue;
    }
    const Result<std::uint64_t> read = number(option, value);
    if (!read) return read.error();
    if (option == "--seeds") options.seeds = *read;
    if (option == "--first") options.first = *read;
    if (option == "--jobs")
      options.jobs = static_cast<unsigned>(std::min<std::uint64_t>(*read, 256));
    if (option == "--replay") options.replay = *read;
    if (option == "--interleavings") {
      if (*read < 1 || *read > 3) {
        return Error{ErrorKind::kUsage, "--interleavings wants 1, 2 or 3 tickets"};
      }
      options.interleavings = *read;
    }
  }
  return options;
}

std::string usage() {
  return "headway-sim: plays coordinator and workers in a world of faults, in virtual time.\n"
         "\n"
         "  headway-sim [--seeds N] [--first S] [--jobs J] [--no-shrink]\n"
         "      plays the worlds of seeds S to S + N - 1 (1000 from 1) in J processes, and sums "
         "up;\n"
         "      a seed that fails is made as small as possible\n"
         "  headway-sim --replay SEED [--drop PART,PART...]\n"
         "      plays one world and tells every event; parts of it can be left out\n"
         "  headway-sim --interleavings TICKETS [--jobs J]\n"
         "      plays every interleaving of every plan of 1, 2 or 3 tickets on two workers, with\n"
         "      one thing that goes wrong at every point\n"
         "\n"
         "Exit: 0 all promises were kept; 1 some were not; 2 wrong usage.\n";
}

}  // namespace headway::sim
