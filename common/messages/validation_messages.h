#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/base/states.h"

/// Whether the state of a run is what its files and its registry say.

namespace headway {

enum class CheckVerdict : std::uint8_t { kPassed, kFailed, kSkipped };
template <>
struct EnumText<CheckVerdict> {
  static constexpr std::array kWords = {
      std::pair{CheckVerdict::kPassed, std::string_view{"passed"}},
      std::pair{CheckVerdict::kFailed, std::string_view{"failed"}},
      std::pair{CheckVerdict::kSkipped, std::string_view{"skipped"}},
  };
};

/// One check of a run's state. What it found is told also where it passed: a word of warning.
struct StateCheck {
  std::string name;
  CheckVerdict verdict = CheckVerdict::kPassed;
  std::vector<std::string> findings;
  template <class V>
  void fields(V& v) {
    v("name", name);
    v("verdict", verdict);
    v("findings", findings);
  }
  friend bool operator==(const StateCheck&, const StateCheck&) = default;
};

/// Checks the state of a run before it goes on; takes as long as reading the registry and all
/// artifacts does.
struct ValidateRequest {
  RunId run;  ///< 0: the only unfinished one, else the latest
  template <class V>
  void fields(V& v) {
    v("run", run);
  }
  friend bool operator==(const ValidateRequest&, const ValidateRequest&) = default;
};
struct ValidateAnswer {
  RunId run;
  std::vector<StateCheck> checks;
  std::vector<std::string> missing;  ///< succeeded tickets whose artifacts are gone or have changed
  template <class V>
  void fields(V& v) {
    v("run", run);
    v("checks", checks);
    v("missing", missing);
  }
  friend bool operator==(const ValidateAnswer&, const ValidateAnswer&) = default;
};

}  // namespace headway
