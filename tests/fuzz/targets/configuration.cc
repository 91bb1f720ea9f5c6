#include "common/base/check.h"
#include "coordinator/cli/config.h"
#include "entry.h"

/// A configuration file.

namespace headway::fuzz {

void try_input(std::string_view input) {
  const std::string text(input);
  cli::Config config;
  const Result<void> read = cli::apply_config(text, "config.yaml", "/folder", config);
  if (!read) {
    HW_CHECK(!read.error().message.empty(), "refused without a word");
    return;
  }
  cli::Config again = config;
  HW_CHECK(cli::apply_config(text, "config.yaml", "/folder", again) && again == config,
           "a file that is read twice says something else");
}

}  // namespace headway::fuzz
