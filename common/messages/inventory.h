#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "common/base/ids.h"
#include "common/base/states.h"

/// What a worker says that it holds, when it joins and with each heartbeat.

namespace headway {

/// What a worker knows of an attempt that it was once given.
enum class HeldState : std::uint8_t {
  kQueued,      ///< accepted, not started
  kRunning,     ///< its processes may be alive
  kValidating,  ///< as running: its command has ended well, and its gates run
  kEnded,       ///< ended; its result is not acknowledged yet
  kDead,        ///< of a former life of this worker; proven that nothing of it is alive
};
template <>
struct EnumText<HeldState> {
  static constexpr std::array kWords = {
      std::pair{HeldState::kQueued, std::string_view{"queued"}},
      std::pair{HeldState::kRunning, std::string_view{"running"}},
      std::pair{HeldState::kValidating, std::string_view{"validating"}},
      std::pair{HeldState::kEnded, std::string_view{"ended"}},
      std::pair{HeldState::kDead, std::string_view{"dead"}},
  };
};

struct InventoryEntry {
  Token token;
  HeldState state = HeldState::kRunning;
  SlotId slot{};  ///< while running or validating: this may be the first that is heard of it
  template <class V>
  void fields(V& v) {
    v("token", token);
    v("state", state);
    v("slot", slot);
  }
  friend bool operator==(const InventoryEntry&, const InventoryEntry&) = default;
};

}  // namespace headway
