#pragma once

#include "common/keys/curve_key.h"

namespace headway::test {

/// A key that is one letter again and again: never a real one's.
inline PublicKey key_of(char letter) {
  return PublicKey::from_bytes(std::string(kKeyBytes, letter)).value();
}

}  // namespace headway::test
