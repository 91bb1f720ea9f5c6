#pragma once

#include <string_view>
#include <vector>

#include "common/plan/diagnostic.h"
#include "common/plan_file/yaml_node.h"

namespace headway {

/// Reads a front matter as one map. What is not YAML does not hide the rest: tabs count as
/// indentation, and where that does not help each key is read for itself; a value that is no YAML
/// (`title: Fix: it`, `- *.md`, `owner: @me`) is taken as the text that it is, an entry that is
/// beyond that is left out. Each of these is a warning. Places are those of `text`, from line 1.
YamlNode read_lenient_map(std::string_view text, std::vector<Diagnostic>& warnings);

}  // namespace headway
