#include "coordinator/cli/show/changes.h"

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::cli {

std::string changes_text(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += change.before.empty()
                ? fmt::format("{}: {}\n", printable(change.what), printable(change.after))
                : fmt::format("{}: {} -> {}\n", printable(change.what), printable(change.before),
                              printable(change.after));
  }
  return text;
}

Json changes_json(const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& change : changes) {
    list.push_back({{"what", change.what}, {"before", change.before}, {"after", change.after}});
  }
  return list;
}

}  // namespace headway::cli
