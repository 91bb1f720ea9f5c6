#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace headway::plan_codec {

/// Appends numbers and texts to a string of bytes. Numbers are LEB128: seven bits a byte, the
/// lowest first; signed ones zigzag, so that small negative ones stay small.
class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80U));
      value >>= 7U;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1U ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void real(double value) { fixed(std::bit_cast<std::uint64_t>(value)); }
  /// Eight bytes, the lowest first.
  void fixed(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      byte(static_cast<std::uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }

  [[nodiscard]] std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what a ByteWriter wrote, and never beyond the end. After the first thing that does not fit
/// every answer is 0 or empty and `ok` false: the caller's code stays straight.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  std::uint8_t byte() {
    if (at_ == end_) {
      fail();
      return 0;
    }
    return static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      // The tenth byte holds the one bit that is left.
      if (shift == 63 && next > 1) fail();
      value |= static_cast<std::uint64_t>(next & 0x7fU) << shift;
      if (next < 0x80) return ok_ ? value : 0;
    }
    fail();
    return 0;
  }
  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>(bits >> 1U ^ (~(bits & 1U) + 1));
  }
  /// No plan has an infinite number, and none is equal to one that is not a number.
  double real() {
    const auto value = std::bit_cast<double>(fixed());
    if (!std::isfinite(value)) fail();
    return ok_ ? value : 0;
  }
  std::uint64_t fixed() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
      value |= static_cast<std::uint64_t>(byte()) << shift;
    }
    return ok_ ? value : 0;
  }
  /// Refers to the bytes that are read from.
  std::string_view text() {
    const std::size_t size = count();
    const std::string_view value(at_, size);
    at_ += size;
    return value;
  }
  /// A number of things of which each takes at least a byte.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > left()) fail();
    return ok_ ? value : 0;
  }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

/// Tells bytes that were changed from those that were written. Each step is a bijection of the sum
/// for a given word and of the word for a given sum, so that a change within any one word always
/// shows; it guards against accidents, not against people.
inline std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = bytes.size() ^ 0x9e3779b97f4a7c15U;
  const auto add = [&](std::uint64_t word) {
    sum = std::rotl(sum ^ word, 27) * 0x9fb21c651e98df25U + 0x52dce729U;
  };
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t part = bytes.size() < sizeof word ? bytes.size() : sizeof word;
    std::memcpy(&word, bytes.data(), part);
    add(word);
    bytes.remove_prefix(part);
  }
  return sum ^ sum >> 32U;
}

}  // namespace headway::plan_codec
