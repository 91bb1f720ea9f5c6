#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/plan/diagnostic.h"
#include "common/plan_file/yaml_node.h"

namespace headway {

/// Receives the parts of a document whose root is a map, each as soon as it is complete, so that
/// only one of them is in memory at a time.
class YamlReceiver {
 public:
  virtual ~YamlReceiver() = default;
  /// A key of the root with its value. Of `stream_key` the value comes without its items.
  virtual void on_field(const YamlNode& key, const YamlNode& value) = 0;
  /// An item of the sequence under `stream_key`.
  virtual void on_item(const YamlNode& item) = 0;
};

/// How much of a text the parser may look ahead without having said what it found: an unclosed
/// bracket makes it keep all of the rest, at some 220 bytes of memory for each character.
inline constexpr std::size_t kMaxYamlLookahead = 1U << 20U;
/// The same for a document in braces (JSON), which the parser always reads to its end first. Its
/// depth is known before.
inline constexpr std::size_t kMaxJsonBytes = 16U << 20U;

/// Parses one YAML document, at most `max_depth` deep, by yaml-cpp's events. What is wrong with it
/// as YAML is added to `diagnostics`; false when the document was not read to its end. No exception
/// of yaml-cpp gets out, and no input makes it use a deep stack or memory without bound.
///
/// Not accepted, though YAML: anchors and aliases (a few lines of them make gigabytes) and several
/// documents, which end the reading; tags, which do not: their values are read as if they had none.
bool parse_yaml(const std::string& text, std::string_view stream_key, std::size_t max_depth,
                YamlReceiver& receiver, std::vector<Diagnostic>& diagnostics);

}  // namespace headway
