#include "coordinator/tickets/front_matter.h"

#include <algorithm>

namespace headway {

namespace {

struct LinePlace {
  std::size_t begin;
  std::size_t end;  ///< without blanks, carriage return and line feed
  std::size_t next;
};

LinePlace line_at(std::string_view text, std::size_t begin) {
  const std::size_t feed = std::min(text.find('\n', begin), text.size());
  std::size_t end = feed;
  while (end > begin && (text[end - 1] == '\r' || text[end - 1] == ' ' || text[end - 1] == '\t'))
    --end;
  return {begin, end, std::min(feed + 1, text.size())};
}

std::string_view words_of(std::string_view text, const LinePlace& line) {
  return text.substr(line.begin, line.end - line.begin);
}

/// Where a front matter ends that nothing closes.
std::size_t probable_end(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin; at < text.size();) {
    const LinePlace line = line_at(text, at);
    const std::string_view words = words_of(text, line);
    if (words.empty() || words.starts_with("# ") || words.starts_with("## ")) return at;
    at = line.next;
  }
  return text.size();
}

}  // namespace

FrontMatter find_front_matter(std::string_view text) {
  FrontMatter result;
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  LinePlace line = line_at(text, at);
  while (at < text.size() && line.end == line.begin) {
    ++result.line;
    at = line.next;
    line = line_at(text, at);
  }
  if (at >= text.size() || words_of(text, line) != "---") return {};
  result.found = true;
  ++result.line;
  result.begin = line.next;
  for (at = result.begin; at < text.size(); at = line.next) {
    line = line_at(text, at);
    const std::string_view words = words_of(text, line);
    if (words != "---" && words != "...") continue;
    result.closed = true;
    result.end = line.begin;
    result.body = line.next;
    return result;
  }
  result.end = probable_end(text, result.begin);
  result.body = result.end;
  return result;
}

}  // namespace headway
