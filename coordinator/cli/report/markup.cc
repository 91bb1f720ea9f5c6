#include "coordinator/cli/report/markup.h"

#include "common/base/text.h"
#include "coordinator/cli/show/format.h"

namespace headway::cli {

std::string markup_text(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string markup_cut(std::string_view text, std::size_t columns) {
  return markup_text(cut_to_width(printable(text), columns));
}

}  // namespace headway::cli
