#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "common/base/enum_text.h"

namespace headway {

/// What a key is good for.
enum class KeyRole : std::uint8_t {
  kWorker,       ///< may join and run tickets
  kViewer,       ///< may ask, and change nothing
  kOperator,     ///< may do everything on the control socket
  kJoin,         ///< of a join token: may have one worker's key registered, and nothing else
  kCoordinator,  ///< the coordinator's own: it proves to peers that it is the one they mean
};
template <>
struct EnumText<KeyRole> {
  static constexpr std::array kWords = {
      std::pair{KeyRole::kWorker, std::string_view{"worker"}},
      std::pair{KeyRole::kViewer, std::string_view{"viewer"}},
      std::pair{KeyRole::kOperator, std::string_view{"operator"}},
      std::pair{KeyRole::kJoin, std::string_view{"join"}},
      std::pair{KeyRole::kCoordinator, std::string_view{"coordinator"}},
  };
};

}  // namespace headway
