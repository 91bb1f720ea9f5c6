#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace headway {

/// Lists of different lengths, one after the other in one array: row i is `values[starts[i]] ..
/// values[starts[i + 1]]`. Small and quick to walk where a vector of vectors is neither. Rows are
/// added in order: the values, then `end_row`.
template <class T>
struct Rows {
  std::vector<std::uint32_t> starts = {0};
  std::vector<T> values;

  void end_row() { starts.push_back(static_cast<std::uint32_t>(values.size())); }
  [[nodiscard]] std::size_t size() const { return starts.size() - 1; }
  [[nodiscard]] std::span<const T> operator[](std::size_t row) const {
    return std::span(values).subspan(starts[row], starts[row + 1] - starts[row]);
  }
};

}  // namespace headway
