#pragma once

#include <cstdint>

#include "common/base/enum_text.h"

namespace headway::worker {

/// How everything that an attempt starts is held together in its slot.
enum class Containment : std::uint8_t {
  /// The supervisor is the first process of a PID namespace of its own: when it ends, the kernel
  /// kills all that is in there. Takes CAP_SYS_ADMIN.
  kPidNamespace,
  /// Orphans of the slot become children of the supervisor, which sweeps them up. Works everywhere.
  kSubreaper,
};

/// What a person asks for: the strongest that works here, or one and no other.
enum class ContainmentChoice : std::uint8_t { kAuto, kPidNamespace, kSubreaper };

}  // namespace headway::worker

namespace headway {

template <>
struct EnumText<worker::Containment> {
  static constexpr std::array kWords = {
      std::pair{worker::Containment::kPidNamespace, std::string_view{"pid namespace"}},
      std::pair{worker::Containment::kSubreaper, std::string_view{"subreaper"}},
  };
};

template <>
struct EnumText<worker::ContainmentChoice> {
  static constexpr std::array kWords = {
      std::pair{worker::ContainmentChoice::kAuto, std::string_view{"auto"}},
      std::pair{worker::ContainmentChoice::kPidNamespace, std::string_view{"pid-namespace"}},
      std::pair{worker::ContainmentChoice::kSubreaper, std::string_view{"subreaper"}},
  };
};

}  // namespace headway
