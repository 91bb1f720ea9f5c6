#pragma once

#include <string_view>

#include "common/plan_file/reading.h"
#include "common/plan_file/yaml_node.h"

namespace headway {

/// A word as if it had been written there.
YamlNode scalar_node(std::string_view text, SourceMark mark);

/// The dependencies of one front matter, collected by kind from all the keys that speak of them.
class DependencyLists {
 public:
  DependencyLists();

  /// What stands under `dependencies`: a list, a map of kinds, a word, nothing.
  void add(const YamlNode& value, Reading& reading);
  /// What stands under `needs` and the like.
  void add_blocking(const YamlNode& value, Reading& reading);
  [[nodiscard]] bool empty() const;
  /// A map of kinds with lists of words.
  [[nodiscard]] YamlNode node(SourceMark mark) const;

 private:
  YamlNode* list_of(std::string_view kind);
  void add_list(const YamlNode& value, YamlNode& list, Reading& reading);
  void add_entry(const YamlNode& entry, YamlNode& list, Reading& reading);
  void add_words(const YamlNode& scalar, YamlNode& list);
  void add_kinds(const YamlNode& value, Reading& reading);

  YamlNode kinds_;  ///< key, list, key, list...
};

}  // namespace headway
