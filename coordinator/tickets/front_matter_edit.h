#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace headway {

/// A field of a front matter and the word that it is to have.
struct FieldChange {
  std::string key;    ///< `status`; the file may spell it `Status`
  std::string value;  ///< a word or a time: no blanks at its ends, nothing that YAML would read as
                      ///< more than a scalar
};

/// `text`, a ticket's file, with these fields changed and no other byte: the value alone is
/// replaced, within its quotes if it has some, with its comment left where it is. A field that is
/// not there gets a line of its own at the end of the front matter, with the file's line ends; a
/// file without front matter gets one. Errors: a front matter that is never closed, or is no list
/// of `key: value` lines; a value that goes over several lines. What would be written is read
/// again: should anything but these fields have changed, that is an error too.
Result<std::string> edit_front_matter(const std::string& text,
                                      std::span<const FieldChange> changes);

}  // namespace headway
