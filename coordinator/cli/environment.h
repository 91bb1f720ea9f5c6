#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "coordinator/cli/command/verb.h"
#include "coordinator/cli/config.h"
#include "coordinator/cli/interrupts.h"

namespace headway::cli {

/// What a verb finds around it: where to write, what is configured, what the terminal can do.
struct Environment {
  std::ostream& out;  ///< data
  std::ostream& err;  ///< everything else
  Interrupts& interrupts;
  VerbTable table;
  std::string folder;  ///< the current directory, absolute
  Config config;
  std::istream* in = nullptr;  ///< the terminal to ask a person at; null: there is none
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;
  bool quiet = false;
  bool verbose = false;

  /// Columns of the terminal that `out` is; 0 where it is none.
  [[nodiscard]] std::size_t width() const;

  /// An absolute path as it is seen from the current directory, where it is below it.
  [[nodiscard]] std::string seen_from_here(const std::string& path) const;

  /// `headway: WORDS` on standard error, unless quiet.
  void note(const std::string& words) const;
  /// The same for an error, quiet or not; gives its exit code.
  int fail(const Error& error) const;
  /// Asks the person at the terminal. kUsage where there is none, naming `option`, which says yes
  /// beforehand; kDenied where the answer is not yes.
  [[nodiscard]] Result<void> confirm(const std::string& question, const std::string& option) const;
};

}  // namespace headway::cli
