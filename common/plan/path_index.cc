#include "common/plan/path_index.h"

#include "common/plan/path_pattern.h"

namespace headway {

void PathIndex::add(std::string_view pattern, std::uint32_t number) {
  by_prefix_[literal_prefix(pattern)].push_back({pattern, number});
}

bool PathIndex::for_each_above(std::string_view pattern, std::size_t most,
                               const std::function<void(std::uint32_t)>& found) const {
  std::string_view prefix = literal_prefix(pattern);
  std::size_t looked_at = 0;
  while (true) {
    if (const auto entries = by_prefix_.find(prefix); entries != by_prefix_.end()) {
      for (const Entry& entry : entries->second) {
        if (++looked_at > most) return false;
        if (normalized_patterns_overlap(entry.pattern, pattern)) found(entry.number);
      }
    }
    if (prefix.empty()) return true;
    const std::size_t slash = prefix.rfind('/');
    prefix = slash == std::string_view::npos ? std::string_view{} : prefix.substr(0, slash);
  }
}

}  // namespace headway
