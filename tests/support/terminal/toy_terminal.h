#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headway::test {

/// As much of a terminal as the command needs: it places its cursor, erases, scrolls, shows
/// characters of one and two columns, and passes over styles and modes. So a test sees what a
/// person would, however the bytes made it.
class ToyTerminal {
 public:
  ToyTerminal(std::size_t columns, std::size_t rows);

  void show(std::string_view bytes);
  /// As a real one that is made larger or smaller, without keeping what it showed.
  void resize(std::size_t columns, std::size_t rows);
  /// The rows, without the spaces at their ends.
  [[nodiscard]] std::string text() const;

 private:
  /// What one character or sequence at the start does; the bytes that it has, 0: it goes on.
  std::size_t obey(std::string_view bytes);
  std::size_t obey_sequence(std::string_view bytes);
  void move_to(std::string_view parameters);
  void put(std::string_view character, std::size_t columns);
  void next_line();
  std::string& cell(std::size_t row, std::size_t column) { return cells_[row * columns_ + column]; }

  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::vector<std::string> cells_;  ///< empty: the right half of the one before
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::string pending_;  ///< the beginning of a sequence or character
};

}  // namespace headway::test
