#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "coordinator/journal/output_file.h"

namespace headway {

/// The output of attempts, beside the registry: `<folder>/output/<run>/<token>.out`, one file an
/// attempt, made at its first byte, mode 0600. Owned by the coordinator's shell, on its thread;
/// readers only call `read`, which works without an owner too.
///
/// A worker numbers the bytes of an attempt's output by offset, sends them in order, and leaves out
/// the middle of a flood. Where bytes are left out, the file gets a line that says how many, and a
/// line in `<token>.gaps` remembers where: so offsets sent again after a reconnect or a restart of
/// the coordinator are recognised. Nothing is synced: output is worth less than the time; after a
/// power cut the end of it may be missing or wrong. Errors are for the log, never fatal: what was
/// not written is not `received`, and the worker sends it again.
class OutputStore {
 public:
  struct Limits {
    std::size_t open_files = 64;  ///< the least recently used are closed
    std::uint64_t file_bytes = 1ULL
                               << 30U;  ///< one attempt; workers keep to far less (AttemptSpec)
    std::size_t gaps = 1000;            ///< in one attempt's output; workers make one
  };

  explicit OutputStore(std::string folder);
  OutputStore(std::string folder, Limits limits);

  /// Keeps `bytes`, which begin at `offset` of the attempt's output. What was kept before is
  /// skipped. Fails on a disk that is full, and beyond the limits (`kDenied`).
  Result<void> write(RunId run, Token token, std::uint64_t offset, std::string_view bytes);

  /// Removes all that is kept of a run.
  Result<void> remove(RunId run);

  /// Everything before this offset of the attempt's output is here, or was left out; 0 when there
  /// is nothing.
  Result<std::uint64_t> received(RunId run, Token token);

  /// At most `most` bytes of the kept output from `file_offset` on (that of the file, with its
  /// lines about what was left out); empty at its end, or when there is none.
  [[nodiscard]] Result<std::string> read(RunId run, Token token, std::uint64_t file_offset,
                                         std::size_t most) const;
  /// The last `most` bytes of it, or all where there are fewer.
  [[nodiscard]] Result<std::string> read_end(RunId run, Token token, std::size_t most) const;

 private:
  using Key = std::pair<RunId, Token>;
  struct Entry {
    Key key;
    journal::OutputFile file;
  };

  [[nodiscard]] std::string folder_of(RunId run) const;
  [[nodiscard]] std::string path_of(RunId run, Token token) const;
  /// The file, open and the most recently used; null when there is none and `make` is false.
  Result<journal::OutputFile*> file_of(const Key& key, bool make);
  void close(const Key& key);

  std::string folder_;
  Limits limits_;
  std::list<Entry> open_;  ///< the most recently used first
  std::map<Key, std::list<Entry>::iterator> by_key_;
};

}  // namespace headway
