#include "coordinator/journal/tally_rows.h"

#include <fmt/format.h>

#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

namespace journal {

void bind_tally_key(Statement& statement, const TallyKey& key) {
  statement.bind(1, to_column(key.worker.number()));
  statement.bind_text(2, key.category);
}

void bind_tally(Statement& statement, const KeptTally& kept) {
  bind_tally_key(statement, kept.of);
  statement.bind(3, to_column(kept.tally.ended));
  statement.bind(4, to_column(kept.tally.succeeded));
  statement.bind(5, to_column(kept.tally.timed));
  statement.bind(6, kept.tally.took.count());
  statement.bind(7, kept.tally.estimated.count());
  statement.bind(8, to_column(kept.last.number()));
}

namespace {

KeptTally read_tally(const Statement& row) {
  KeptTally kept;
  kept.of.worker = WorkerId{static_cast<std::uint32_t>(row.integer(0))};
  kept.of.category = row.bytes(1);
  kept.tally.ended = from_column(row.integer(2));
  kept.tally.succeeded = from_column(row.integer(3));
  kept.tally.timed = from_column(row.integer(4));
  kept.tally.took = std::chrono::microseconds{row.integer(5)};
  kept.tally.estimated = std::chrono::microseconds{row.integer(6)};
  kept.last = Sequence{from_column(row.integer(7))};
  return kept;
}

}  // namespace

}  // namespace journal

Result<std::vector<KeptTally>> Registry::load_tallies() const {
  Result<journal::Statement> rows = connection_->database.prepare(fmt::format(
      "SELECT worker, category, ended, succeeded, timed, took_us, estimated_us, last_sequence "
      "FROM tallies WHERE ended > 0 ORDER BY last_sequence DESC LIMIT {}",
      TrackRecord::kMostTallies));
  if (!rows) return rows.error();
  std::vector<KeptTally> tallies;
  while (true) {
    const Result<bool> more = rows->step();
    if (!more) return more.error();
    if (!*more) return tallies;
    tallies.push_back(journal::read_tally(*rows));
  }
}

}  // namespace headway
