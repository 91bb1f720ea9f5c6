#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/enum_text.h"
#include "common/base/time.h"
#include "common/base/units.h"
#include "common/plan_file/yaml_scalar.h"

namespace headway {

/// Writes indented YAML line by line. The first line of a list's item gets its dash by itself.
class YamlLines {
 public:
  /// `key:`, with what is written until the matching `end` below it.
  void begin(std::string_view key) {
    line(std::string(key) + ":");
    indent_ += 2;
  }
  void end() { indent_ -= 2; }
  /// One item of a list: its lines are written until `end_item`.
  void begin_item() {
    dash_ = true;
    indent_ += 2;
  }
  void end_item() { indent_ -= 2; }

  /// A value that is YAML already.
  void raw(std::string_view key, std::string_view value) {
    line(std::string(key) + ": " + std::string(value));
  }
  void text(std::string_view key, std::string_view value) {
    raw(key, yaml_scalar(value, indent_ + 2));
  }
  void duration(std::string_view key, Duration value) { raw(key, format_duration(value)); }
  template <HasEnumText E>
  void word(std::string_view key, E value) {
    raw(key, to_text(value));
  }

  // What is at its default is left out.
  void text_unless_empty(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void list_unless_empty(std::string_view key, const std::vector<std::string>& items) {
    if (!items.empty()) raw(key, yaml_list(items));
  }
  /// Each item on a line of its own.
  void items_unless_empty(std::string_view key, const std::vector<std::string>& items) {
    if (items.empty()) return;
    begin(key);
    for (const std::string& item : items) line("- " + yaml_scalar(item, indent_ + 2));
    end();
  }
  void duration_if(std::string_view key, std::optional<Duration> value) {
    if (value) duration(key, *value);
  }
  template <HasEnumText E>
  void word_unless(std::string_view key, E value, E usual) {
    if (value != usual) word(key, value);
  }

  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view content) {
    const std::size_t blanks = dash_ ? indent_ - 2 : indent_;
    out_.append(blanks, ' ');
    if (dash_) out_ += "- ";
    dash_ = false;
    out_ += content;
    out_ += '\n';
  }

  std::string out_;
  std::size_t indent_ = 0;
  bool dash_ = false;
};

}  // namespace headway
