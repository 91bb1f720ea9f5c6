#pragma once

#include <string>
#include <string_view>

#include "common/plan_file/reading.h"

namespace headway {

/// A value of any shape as one line of JSON (RFC 8259) that is YAML as well. A plain scalar that is
/// a number in JSON, `true`, `false`, `null`, `~`, or nothing at all is that, a number digit by
/// digit as it was written; every other scalar, and every one in quotes, is a string. Errors: a key
/// that is no scalar, is too long for YAML to read back, or is there twice.
std::string json_text(Reading& reading, const YamlNode& node);

/// Whether a text is a number by the grammar of JSON (RFC 8259, section 6).
bool is_json_number(std::string_view text);

}  // namespace headway
