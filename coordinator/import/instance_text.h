#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace headway {

/// The lines of a benchmark instance, which is numbers and words between blanks, with their places.
///
/// What is wrong is thrown as `Refusal` and caught by the importer that reads: every number that is
/// read could be one that is not there.
class InstanceText {
 public:
  struct Line {
    std::size_t number = 0;  ///< from 1
    std::vector<std::string_view> words;
  };
  struct Refusal {
    Error error;
  };

  /// `text` must outlive it. Blank lines are left out, and those that begin with `comment`.
  explicit InstanceText(std::string_view text, char comment = '\0');

  [[nodiscard]] bool at_end() const { return next_ == lines_.size(); }
  /// The next line, without going on.
  [[nodiscard]] const Line& peek() const;
  /// The next line; refuses with `wanted` where there is none.
  const Line& take(std::string_view wanted);
  /// Goes on to behind the first line whose text begins with `words`.
  void skip_past(std::string_view words);

  /// Word `at` of a line as a number of `least` .. `most`; `what` names it in the refusal.
  [[nodiscard]] static std::int64_t number(const Line& line, std::size_t at, std::string_view what,
                                           std::int64_t least, std::int64_t most);
  [[noreturn]] static void refuse(std::size_t line, std::string_view message);

 private:
  std::vector<Line> lines_;
  std::vector<std::string_view> texts_;  ///< the whole of each line
  std::size_t next_ = 0;
};

}  // namespace headway
