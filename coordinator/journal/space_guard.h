#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.h"

namespace headway {

/// Keeps a registry from filling its disk to the last byte. Two measures: a look at the free space,
/// by which submissions are refused early; and a ballast, a file beside the registry whose blocks
/// are really allocated, which is removed when a commit has failed for want of space, so that
/// results still land. Owned by the coordinator's shell, on its thread.
class SpaceGuard {
 public:
  /// Results of 100,000 tickets (300,000 facts of some 150 bytes, and as much again in the WAL) are
  /// less.
  static constexpr std::uint64_t kBallastBytes = 16U << 20U;
  /// Below this nothing new is to be submitted: a plan of 100,000 tickets takes 35 MB, twice while
  /// it is in the WAL.
  static constexpr std::uint64_t kLowBytes = 128U << 20U;

  /// The ballast is `<registry>.ballast`.
  explicit SpaceGuard(const std::string& registry_path,
                      std::uint64_t ballast_bytes = kBallastBytes);

  /// Bytes that this user may still write to the file system that holds `path`, which must exist.
  static Result<std::uint64_t> free_bytes(const std::string& path);
  /// The same of the registry's folder.
  [[nodiscard]] Result<std::uint64_t> free_bytes() const;

  /// For the start, before the registry is opened: releases the ballast when there is not as much
  /// space left as it takes (an earlier life ended for want of space), else makes sure that it is
  /// there. The answer: whether it is.
  Result<bool> prepare();
  /// Makes the ballast where it is missing or its blocks are not allocated. Fails, and leaves
  /// nothing, without space.
  Result<void> ensure();
  /// Gives its space back; without a ballast there is nothing to do.
  Result<void> release();

  [[nodiscard]] const std::string& ballast_path() const { return ballast_path_; }

 private:
  std::string folder_;
  std::string ballast_path_;
  std::uint64_t ballast_bytes_;
};

}  // namespace headway
