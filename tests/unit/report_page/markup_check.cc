#include "markup_check.h"

#include <cctype>
#include <set>
#include <vector>

#include "common/base/text.h"

namespace headway::test {

namespace {

class MarkupReader {
 public:
  explicit MarkupReader(std::string_view page) : all_(page), rest_(page) {}

  std::string read() {
    if (!is_utf8(all_)) return "not UTF-8";
    if (!take("<!DOCTYPE html>")) return "no doctype";
    while (fault_.empty() && !rest_.empty()) {
      if (rest_.starts_with("</")) {
        close();
      } else if (rest_.starts_with('<')) {
        open();
      } else {
        text();
      }
    }
    if (fault_.empty() && !path_.empty()) fail("never closed: " + path_.back());
    return fault_;
  }

 private:
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  void fail(const std::string& what) {
    if (fault_.empty())
      fault_ = what + " at byte " + std::to_string(all_.size() - rest_.size()) + ": " +
               std::string(rest_.substr(0, 80));
  }
  std::string name() {
    std::string result;
    while (!rest_.empty() &&
           (std::isalnum(static_cast<unsigned char>(rest_.front())) != 0 || rest_.front() == '-')) {
      result += rest_.front();
      rest_.remove_prefix(1);
    }
    if (result.empty()) fail("no name");
    return result;
  }

  void close() {
    take("</");
    const std::string closed = name();
    if (path_.empty() || path_.back() != closed) return fail("closes " + closed);
    path_.pop_back();
    if (!take(">")) fail("no end of a closing tag");
  }

  void open() {
    take("<");
    const std::string element = name();
    std::set<std::string> seen;
    while (fault_.empty() && take(" ")) attribute(seen);
    if (take("/>")) return;
    if (!take(">")) return fail("no end of a tag");
    path_.push_back(element);
    if (element != "script" && element != "style") return;
    const std::size_t end = rest_.find("</" + element);
    if (end == std::string_view::npos) return fail("never closed: " + element);
    rest_.remove_prefix(end);
  }

  void attribute(std::set<std::string>& seen) {
    const std::string attribute = name();
    if (!seen.insert(attribute).second) return fail("twice: " + attribute);
    if (!take("=\"")) return fail("no value");
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return fail("no end of a value");
    const std::string_view value = rest_.substr(0, end);
    characters(value);
    if (attribute == "id" && !ids_.insert(std::string(value)).second) fail("an id comes twice");
    if (attribute.starts_with("on")) fail("an event handler");
    rest_.remove_prefix(end + 1);
  }

  void text() {
    const std::size_t end = std::min(rest_.find('<'), rest_.size());
    characters(rest_.substr(0, end));
    rest_.remove_prefix(end);
  }

  void characters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte == '<' || byte == '>') return fail("a bracket in text");
      if (byte < 0x20 && byte != '\n') return fail("a control character");
      if (byte != '&') continue;
      const std::string_view entity = text.substr(i, text.find(';', i) - i);
      if (entity != "&amp" && entity != "&lt" && entity != "&gt" && entity != "&quot" &&
          entity != "&#39")
        return fail("a bare &");
    }
  }

  std::string_view all_, rest_;
  std::vector<std::string> path_;
  std::set<std::string> ids_;
  std::string fault_;
};

}  // namespace

std::string markup_fault(std::string_view page) { return MarkupReader(page).read(); }

}  // namespace headway::test
