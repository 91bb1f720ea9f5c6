#pragma once

#include "common/keys/curve_key.h"

namespace headway {

/// A new pair from the system's randomness. Aborts where libzmq was built without CURVE.
KeyPair make_key_pair();

/// The public key that belongs to a secret one.
PublicKey public_key_of(const SecretKey& secret);

}  // namespace headway
