#pragma once

#include <string>

/// A field that is bytes on the wire, not text.

namespace headway {

/// Bytes that need not be text.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

}  // namespace headway
