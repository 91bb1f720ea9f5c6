// How a registry and its workers are doing: what `headway diagnose` asks, each answer bounded.

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "common/base/enum_text.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

using journal::from_column;
using journal::Statement;
using journal::to_column;

namespace {

/// Of one worker: more comings than anybody needs to call it restless.
constexpr std::int64_t kMostComings = 20;
/// A fact with its place in the indexes: some 150 bytes in its row, the rest in four indexes.
constexpr std::uint64_t kFactBytes = 200;
/// Facts by which the pace is measured, and the shortest time over which it is believed.
constexpr std::uint64_t kPaceFacts = 10'000;
constexpr Duration kShortestPace = std::chrono::minutes{5};

std::uint64_t file_bytes(const std::string& path) {
  std::error_code missing;
  const std::uintmax_t bytes = std::filesystem::file_size(path, missing);
  return missing ? 0 : bytes;
}

}  // namespace

const std::string& Registry::path() const { return connection_->database.path(); }

Result<std::vector<Registry::WorkerComings>> Registry::worker_comings(
    const std::vector<WorkerId>& workers, WallTime since) const {
  Result<Statement> rows = connection_->database.prepare(
      "SELECT kind FROM facts WHERE run IS NULL AND worker = ?1 AND at_ms >= ?2 "
      "AND sequence > (SELECT coalesce(max(sequence), 0) FROM (SELECT sequence FROM facts "
      "  WHERE run IS NULL AND worker = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?3))");
  if (!rows) return rows.error();
  std::vector<WorkerComings> all;
  for (const WorkerId worker : workers) {
    rows->bind(1, to_column(worker.number()));
    rows->bind(2, to_millis(since));
    rows->bind(3, kMostComings);
    WorkerComings comings{worker};
    while (true) {
      const Result<bool> more = rows->step();
      if (!more) return more.error();
      if (!*more) break;
      const std::optional<FactKind> kind = from_text<FactKind>(rows->bytes(0));
      if (kind == FactKind::kWorkerJoined) ++comings.joins;
      if (kind == FactKind::kWorkerLost) ++comings.losses;
    }
    rows->reset();
    if (comings.joins + comings.losses > 0) all.push_back(comings);
  }
  return all;
}

Result<Registry::Size> Registry::size(WallTime now) const {
  Size size;
  size.registry_bytes = file_bytes(path());
  size.log_bytes = file_bytes(path() + "-wal");
  // Where facts were removed with their runs, those that are left have come since a later one.
  Result<Statement> row = connection_->database.prepare(
      "SELECT last.sequence - earlier.sequence, earlier.at_ms FROM facts AS earlier, "
      "(SELECT max(sequence) AS sequence FROM facts) AS last "
      "WHERE earlier.sequence >= max(1, last.sequence - ?1) ORDER BY earlier.sequence LIMIT 1");
  if (!row) return row.error();
  row->bind(1, to_column(kPaceFacts));
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there) return size;
  const Duration span = now - wall_from_millis(row->integer(1));
  if (span < kShortestPace) return size;
  const double hours = to_seconds(span) / 3600;
  size.bytes_per_hour = static_cast<std::uint64_t>(
      static_cast<double>(from_column(row->integer(0)) * kFactBytes) / hours);
  return size;
}

}  // namespace headway
