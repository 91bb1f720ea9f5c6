#pragma once

#include <cstddef>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "common/messages/control_messages.h"

namespace headway::cli {

/// One or two lines at the bottom of a terminal that are drawn again and again, while other lines
/// scroll by above them. Does nothing but write to the stream that it is given.
class LiveArea {
 public:
  explicit LiveArea(std::ostream& out) : out_(out) {}
  ~LiveArea() { clear(); }
  LiveArea(const LiveArea&) = delete;
  LiveArea& operator=(const LiveArea&) = delete;

  /// Draws these lines in place of the old ones; each must fit the terminal's width.
  void show(std::vector<std::string> lines);
  /// Writes text that ends a line above the area.
  void print_above(const std::string& text);
  /// Takes the area away.
  void clear();

 private:
  void erase();

  std::ostream& out_;
  std::vector<std::string> lines_;
};

/// Tickets that are running and since when, by id.
using RunningTickets = std::map<std::string, WallTime>;

/// What the area shows of a run: a bar with counts and the time left, and what is running.
std::vector<std::string> live_lines(const RunSummary& run, const RunningTickets& running,
                                    WallTime now, std::size_t width);

}  // namespace headway::cli
