#include "common/wire/curve.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <zmq.h>

#include "common/base/check.h"

namespace headway {

namespace {

/// A key in Z85, as libzmq's helpers want it: 40 characters and a zero (zmq_z85_encode(3)).
using Z85Key = std::array<char, 41>;

std::string bytes_of_z85(const Z85Key& text) {
  std::array<std::uint8_t, kKeyBytes> bytes{};
  HW_CHECK(zmq_z85_decode(bytes.data(), text.data()) != nullptr, "libzmq wrote a key that is none");
  return {bytes.begin(), bytes.end()};
}

}  // namespace

KeyPair make_key_pair() {
  Z85Key open{};
  Z85Key secret{};
  HW_CHECK(zmq_curve_keypair(open.data(), secret.data()) == 0, "libzmq has no CURVE");
  return {PublicKey::from_bytes(bytes_of_z85(open)).value(),
          SecretKey::from_bytes(bytes_of_z85(secret)).value()};
}

PublicKey public_key_of(const SecretKey& secret) {
  const std::string& bytes = secret.bytes();
  HW_CHECK(bytes.size() == kKeyBytes, "an empty key has no public half");
  const std::vector<std::uint8_t> plain(bytes.begin(), bytes.end());
  Z85Key text{};
  Z85Key open{};
  HW_CHECK(zmq_z85_encode(text.data(), plain.data(), plain.size()) != nullptr,
           "a key has 32 bytes");
  HW_CHECK(zmq_curve_public(open.data(), text.data()) == 0, "libzmq has no CURVE");
  return PublicKey::from_bytes(bytes_of_z85(open)).value();
}

}  // namespace headway
