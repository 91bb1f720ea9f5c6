#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headway {

/// Patterns by their literal prefixes, to find those that overlap with one without asking each. Two
/// patterns can overlap only if one's literal prefix is that of the other or a folder above it, so
/// that the folders above are looked up.
///
/// Names are views: their owner outlives the index.
class PathIndex {
 public:
  /// Adds a normalised pattern under a number.
  void add(std::string_view pattern, std::uint32_t number);

  /// Calls `found(number)` for the added patterns that overlap with `pattern` and whose literal
  /// prefix is not below `pattern`'s own, in the order added for each folder. At most `most` are
  /// looked at; false where there were more.
  bool for_each_above(std::string_view pattern, std::size_t most,
                      const std::function<void(std::uint32_t)>& found) const;

 private:
  struct Entry {
    std::string_view pattern;
    std::uint32_t number;
  };
  std::unordered_map<std::string_view, std::vector<Entry>> by_prefix_;
};

}  // namespace headway
