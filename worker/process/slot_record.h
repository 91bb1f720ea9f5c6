#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "worker/process/process_table.h"

namespace headway::worker {

/// What a worker records of a slot: enough for its next life to find and kill what runs there.
struct SlotRecord {
  /// Tokens kept, the latest started last. An older one was settled long ago: a worker is handed at
  /// most one attempt ahead of the one that it runs.
  static constexpr std::size_t kMostTokens = 32;
  /// A record's file never has another size, so that rewriting it in place leaves no old end.
  static constexpr std::size_t kBytes = 1024;

  std::string boot_id;
  ProcessIdentity supervisor;
  std::string mark;  ///< in the environment of everything that the supervisor starts
  std::vector<Token> tokens;

  void add(Token token);
  void remove(Token token);
  friend bool operator==(const SlotRecord&, const SlotRecord&) = default;
};

/// The record as text of kBytes bytes, padded with newlines.
std::string format_record(const SlotRecord& record);
/// None when the text is not a record (half written, or of another version).
std::optional<SlotRecord> parse_record(std::string_view text);

}  // namespace headway::worker
