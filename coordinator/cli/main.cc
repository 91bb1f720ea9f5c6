#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

#include "common/system/files.h"
#include "coordinator/cli/verbs/dispatch.h"
#include "coordinator/cli/verbs/table.h"

namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has gone away (headway logs X | head) is an error of writing, not the end of a
  // run.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  headway::cli::Interrupts interrupts;
  const headway::Result<std::string> folder = headway::absolute_path(".");
  if (!folder) {
    std::cerr << "headway: the current directory cannot be used: " << folder.error().message
              << "\n";
    return 1;
  }
  const bool out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  headway::cli::Environment environment{.out = std::cout,
                                        .err = std::cerr,
                                        .interrupts = interrupts,
                                        .table = headway::cli::verb_table(),
                                        .folder = *folder,
                                        .config = {},
                                        .in = ::isatty(STDIN_FILENO) == 1 ? &std::cin : nullptr,
                                        .out_is_terminal = out_is_terminal,
                                        .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
                                        .colour = out_is_terminal && !variable("NO_COLOR")};
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  return headway::cli::dispatch(argc > 0 ? argv[0] : "headway", words, &variable, environment);
}
