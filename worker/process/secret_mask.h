#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headway::worker {

/// Replaces secrets in a stream of bytes by `***`, however the stream is cut into pieces. Where
/// occurrences overlap, the whole stretch becomes one `***`, so that no part of the second shows.
/// A possible beginning of a secret at the end of a piece is held back until it is decided.
///
/// Values under kShortest bytes are not masked: they occur by chance all over an output. A value
/// that the command prints in another form (encoded, split by its own line breaks) is not found.
class SecretMask {
 public:
  static constexpr std::size_t kShortest = 4;
  static constexpr std::string_view kMask = "***";

  SecretMask() = default;
  explicit SecretMask(std::vector<std::string> secrets);

  /// The next bytes of the stream; appends to `out` what is decided.
  void add(std::string_view bytes, std::string& out);
  /// The stream has ended: what was held back comes out.
  void finish(std::string& out);

  /// Masks a whole text, apart from the stream.
  [[nodiscard]] std::string mask(std::string_view text) const;

 private:
  void scan(std::string& out, bool at_end);

  std::vector<std::string> secrets_;
  std::array<bool, 256> begins_{};  ///< bytes with which a secret begins
  std::string held_;
  std::size_t masked_ =
      0;  ///< so many bytes at the start of held_ belong to a secret already shown
};

}  // namespace headway::worker
