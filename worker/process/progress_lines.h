#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace headway::worker {

/// What a command can say in its HEADWAY_PROGRESS file: `60% compiling`, or `checkpoint NAME`.
struct ShareDone {
  double share = 0;  ///< 0..1
  std::string message;
  friend bool operator==(const ShareDone&, const ShareDone&) = default;
};
struct NamedCheckpoint {
  std::string name;
  friend bool operator==(const NamedCheckpoint&, const NamedCheckpoint&) = default;
};
using ProgressItem = std::variant<ShareDone, NamedCheckpoint>;

/// Reads one line; nothing in the vector when it is neither.
std::vector<ProgressItem> read_progress_line(std::string_view line);

/// Puts lines together from pieces. Pure. Lines beyond kMostLine bytes are left out.
class ProgressLines {
 public:
  static constexpr std::size_t kMostLine = 4096;
  /// A name or message is cut to so many bytes, at the end of a character.
  static constexpr std::size_t kMostText = 1024;

  /// The items of the lines that are complete now.
  std::vector<ProgressItem> add(std::string_view bytes);
  /// Nothing more comes: a last line without its newline counts.
  std::vector<ProgressItem> finish();
  /// The file was cut short: it begins anew.
  void restart();

 private:
  std::string partial_;
  bool too_long_ = false;
};

}  // namespace headway::worker
