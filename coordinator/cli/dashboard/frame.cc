#include "coordinator/cli/dashboard/frame.h"

#include <optional>

#include <fmt/format.h>

#include "common/base/check.h"

namespace headway::cli {

namespace {

/// Select graphic rendition: everything off first, so that no style depends on the one before.
std::string rendition(Style style, bool colour) {
  std::string codes = "0";
  switch (style.colour) {
    case Colour::kNone:
      break;
    case Colour::kGreen:
      if (colour) codes += ";32";
      break;
    case Colour::kRed:
      if (colour) codes += ";31";
      break;
    case Colour::kYellow:
      if (colour) codes += ";33";
      break;
    case Colour::kBlue:
      // The dark blue of many terminals cannot be read on black.
      if (colour) codes += ";36";
      break;
    case Colour::kDim:
      codes += ";2";
      break;
    case Colour::kBold:
      codes += ";1";
      break;
  }
  if (style.reversed) codes += ";7";
  return fmt::format("\x1b[{}m", codes);
}

/// Cells; a sequence that places the cursor has six bytes or more.
constexpr std::size_t kShortGap = 6;

/// What is written cell by cell, with where the terminal's cursor and style are.
class FrameWriter {
 public:
  FrameWriter(const Grid& after, bool colour) : after_(after), colour_(colour) {}

  void cell(Place place) {
    const GridCell& cell = after_.at(place);
    // The second half of a wide character comes with the first.
    if (cell.text.empty()) return;
    cross_gap(place);
    if (!there_ || there_->row != place.row || there_->column != place.column) {
      bytes_ += fmt::format("\x1b[{};{}H", place.row + 1, place.column + 1);
    }
    if (!style_ || *style_ != cell.style) bytes_ += rendition(cell.style, colour_);
    style_ = cell.style;
    bytes_ += cell.text;
    there_.reset();
    const bool ascii = cell.text.size() == 1;
    if (ascii && place.column + 1 < after_.size().columns) there_ = {place.row, place.column + 1};
  }

  void erase() { bytes_ += "\x1b[0m\x1b[2J"; }

  [[nodiscard]] std::string finish() const {
    if (bytes_.empty()) return {};
    return "\x1b[?2026h" + bytes_ + "\x1b[0m\x1b[?2026l";
  }

 private:
  /// A few characters that have not changed are shorter than the sequence that passes over them.
  void cross_gap(Place place) {
    if (!there_ || there_->row != place.row || there_->column >= place.column) return;
    if (place.column - there_->column > kShortGap) return;
    std::string between;
    for (std::size_t column = there_->column; column < place.column; ++column) {
      const GridCell& cell = after_.at({place.row, column});
      if (cell.text.size() != 1 || !style_ || cell.style != *style_) return;
      between += cell.text;
    }
    bytes_ += between;
    there_ = place;
  }

  const Grid& after_;
  bool colour_;
  std::string bytes_;
  std::optional<Place> there_;
  std::optional<Style> style_;
};

}  // namespace

std::string frame_bytes(const Grid* before, const Grid& after, bool colour) {
  FrameWriter writer(after, colour);
  const bool anew = before == nullptr || before->size() != after.size();
  if (anew) writer.erase();
  const GridCell empty;
  for (std::size_t row = 0; row < after.size().rows; ++row) {
    for (std::size_t column = 0; column < after.size().columns; ++column) {
      const Place place{row, column};
      if (after.at(place) != (anew ? empty : before->at(place))) writer.cell(place);
    }
  }
  return writer.finish();
}

std::string_view enter_screen_bytes() {
  // Alternate screen, cursor hidden, no wrap at the right edge, bracketed paste.
  return "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h";
}

std::string_view leave_screen_bytes() { return "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"; }

}  // namespace headway::cli
