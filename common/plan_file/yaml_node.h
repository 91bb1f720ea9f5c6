#pragma once

#include <string>
#include <vector>

#include "common/plan/ticket.h"

namespace headway {

/// A part of a YAML document as it was written: no scalar has a type yet, the field that reads it
/// decides.
struct YamlNode {
  enum class Kind : std::uint8_t { kNothing, kScalar, kSequence, kMap };

  Kind kind = Kind::kNothing;      ///< kNothing: no value was written at all
  bool quoted = false;             ///< a scalar in quotes or a block
  SourceMark mark;                 ///< of a key's value that was not written: where the key is
  std::string text;                ///< of a scalar
  std::vector<YamlNode> children;  ///< of a sequence its items; of a map key, value, key, value...
};

}  // namespace headway
