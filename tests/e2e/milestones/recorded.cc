#include "recorded.h"

#include <sqlite3.h>

#include "coordinator/journal/database.h"

namespace headway::test {

std::vector<Recorded::Row> Recorded::rows(const std::string& sql, int columns,
                                          const Row& values) const {
  const Result<journal::Database> database =
      journal::Database::open(registry_, SQLITE_OPEN_READONLY);
  if (!database) return {};
  Result<journal::Statement> asked = database->prepare(sql);
  if (!asked) return {};
  for (std::size_t i = 0; i < values.size(); ++i) {
    asked->bind_text(static_cast<int>(i) + 1, values[i]);
  }
  std::vector<Row> found;
  for (Result<bool> there = asked->step(); there && *there; there = asked->step()) {
    Row row;
    for (int i = 0; i < columns; ++i) row.emplace_back(asked->bytes(i));
    found.push_back(std::move(row));
  }
  return found;
}

std::vector<std::string> Recorded::column(const std::string& sql, const Row& values) const {
  std::vector<std::string> first;
  for (Row& row : rows(sql, 1, values)) first.push_back(std::move(row.front()));
  return first;
}

int Recorded::number(const std::string& sql) const {
  const std::vector<std::string> only = column(sql);
  return only.empty() ? 0 : std::stoi(only.front());
}

std::string Recorded::run_state() const {
  const std::vector<std::string> only = column("SELECT state FROM run WHERE run = 1");
  return only.empty() ? "" : only.front();
}

std::map<std::string, std::string> Recorded::states() const {
  std::map<std::string, std::string> states;
  for (const Row& row : rows("SELECT id, state FROM ticket WHERE run = 1", 2)) {
    states[row[0]] = row[1];
  }
  return states;
}

std::string Recorded::state_of(const std::string& ticket) const {
  const std::vector<std::string> only =
      column("SELECT state FROM ticket WHERE run = 1 AND id = ?", {ticket});
  return only.empty() ? "" : only.front();
}

std::map<std::string, std::string> Recorded::artifacts_of(const std::string& state) const {
  std::map<std::string, std::string> digests;
  const std::string sql =
      "SELECT facts.detail, facts.digest FROM facts JOIN ticket"
      " ON ticket.run = facts.run AND ticket.ticket = facts.ticket"
      " AND ticket.last_token = facts.token"
      " WHERE facts.kind = 'artifact' AND ticket.run = 1 AND ticket.state = ?";
  for (const Row& row : rows(sql, 2, {state})) digests[row[0]] = row[1];
  return digests;
}

std::vector<std::string> Recorded::put_back() const {
  return column(
      "SELECT tickets.id FROM facts JOIN tickets USING (run, ticket)"
      " WHERE kind = 'rollback ended' AND outcome = 'succeeded' ORDER BY sequence");
}

std::vector<std::string> Recorded::successes_backwards() const {
  return column(
      "SELECT tickets.id FROM facts JOIN tickets USING (run, ticket)"
      " WHERE kind = 'attempt ended' AND ticket_state = 'succeeded' ORDER BY sequence DESC");
}

std::vector<std::string> Recorded::check_outcomes(const std::string& ticket,
                                                  const std::string& gate) const {
  return column(
      "SELECT outcome FROM facts JOIN tickets USING (run, ticket) WHERE kind = 'check ended'"
      " AND id = ? AND instr(detail, '''' || ? || '''') > 0 ORDER BY sequence",
      {ticket, gate});
}

std::vector<std::string> Recorded::attempt_outcomes(const std::string& ticket) const {
  return column("SELECT outcome FROM attempt WHERE id = ? ORDER BY token", {ticket});
}

std::vector<std::string> Recorded::checkpoints(const std::string& ticket) const {
  return column(
      "SELECT detail FROM facts JOIN tickets USING (run, ticket) WHERE kind = 'checkpoint'"
      " AND id = ? ORDER BY sequence",
      {ticket});
}

std::vector<std::string> Recorded::plan_gate_outcomes() const {
  return column("SELECT outcome FROM facts WHERE kind = 'plan gate ended' ORDER BY sequence");
}

std::vector<std::string> Recorded::problems() const {
  return column("SELECT detail FROM facts WHERE kind = 'registry verified' AND number > 0");
}

int Recorded::verifications() const {
  return number("SELECT count(*) FROM facts WHERE kind = 'registry verified'");
}

int Recorded::facts() const { return number("SELECT count(*) FROM facts"); }

}  // namespace headway::test
