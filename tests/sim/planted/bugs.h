#pragma once

#include <span>
#include <string_view>

namespace headway::sim {

/// A deliberate mistake: a patch beside this file.
struct Bug {
  int number = 0;
  std::string_view file;     ///< that it was made in
  std::string_view mistake;  ///< in one sentence
};

/// All of them, by their numbers.
std::span<const Bug> bugs();

}  // namespace headway::sim
