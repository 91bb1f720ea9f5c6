#include "tests/support/large_plan.h"

#include <fmt/format.h>

namespace headway::test {

std::string large_plan_text(std::size_t tickets) {
  std::string text =
      "version: 1\nname: large\ndefaults: {timeout: 30m, retry: {max: 1}}\ntickets:\n";
  for (std::size_t i = 0; i < tickets; ++i) {
    text += fmt::format(
        "  - id: TICKET-{:06}\n    title: Do the piece of work number {}\n    category: feature\n",
        i, i);
    text += fmt::format("    priority: {}\n    estimate: {}m\n", i % 7 == 0 ? "high" : "medium",
                        5 + i % 40);
    if (i >= 100) {
      text += fmt::format(
          "    dependencies:\n      blocking: [TICKET-{:06}, TICKET-{:06}, TICKET-{:06}]\n",
          i - 1 - i % 31, i - 40 - i % 17, i - 100);
    }
    text +=
        fmt::format("    affected_files: [src/part_{}/file_{}.c]\n    run: ./build.sh part {}\n",
                    i % 1000, i, i);
  }
  return text;
}

}  // namespace headway::test
