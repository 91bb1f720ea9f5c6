#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/time.h"
#include "common/system/unique_fd.h"

namespace headway::test {

/// A TCP connection to a port of loopback that a test fills byte by byte.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);

  /// Whether the other side takes all of it.
  bool send(std::string_view bytes) const;
  /// What comes until the other side closes, or for so long.
  std::string read_to_end(Duration most) const;
  /// Whether the other side closes it in time.
  [[nodiscard]] bool closes(Duration most) const;

 private:
  UniqueFd socket_;
};

}  // namespace headway::test
