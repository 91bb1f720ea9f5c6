#pragma once

#include <string>

namespace headway::test {

/// A command that ends once the test makes the file `go` in the plan's folder.
inline constexpr const char* kWaits = "until test -e go; do sleep 0.05; done";

/// A ticket of a plan's text that runs it; `more` are further fields, each after a comma.
inline std::string waiting(const std::string& id, const std::string& more = "") {
  return "{id: " + id + ", run: '" + kWaits + "'" + more + "}";
}

}  // namespace headway::test
