// Later versions of runs' plans: each with its text, its compiled form, and the rows of tickets
// that it changes.

#include <charconv>

#include <fmt/format.h>

#include "common/wire/codec.h"
#include "coordinator/journal/connection.h"
#include "coordinator/journal/fact_rows.h"
#include "coordinator/journal/registry.h"

namespace headway {

using journal::Statement;
using journal::to_column;

namespace {

std::string numbers_text(const std::vector<TicketIndex>& tickets) {
  std::string text;
  for (const TicketIndex ticket : tickets) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", ticket.number());
  }
  return text;
}

Result<std::vector<TicketIndex>> parse_numbers(std::string_view text) {
  std::vector<TicketIndex> tickets;
  while (!text.empty()) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(read.ptr - text.data());
    if (read.ec != std::errc{} || (length < text.size() && text[length] != ',')) {
      return Error{ErrorKind::kFailed, "the registry's list of removed tickets cannot be read"};
    }
    tickets.emplace_back(number);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return tickets;
}

Error no_version(RunId run, std::uint32_t version) {
  return {ErrorKind::kNotFound,
          fmt::format("there is no version {} of the plan of run r{} in the registry", version,
                      run.number())};
}

}  // namespace

Result<void> Registry::write_plan(const StoredPlan& plan) {
  const journal::Database& database = connection_->database;
  Result<Statement> insert = database.prepare(
      "INSERT INTO plan_versions (run, version, made_at_ms, why, undoes, plan_file, plan_sha256, "
      "options, removed, compiled, plan_text) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  if (!insert) return insert.error();
  const std::string options = encode_body(plan.options);
  const std::string removed = numbers_text(plan.removed);
  insert->bind(1, to_column(plan.run.number()));
  insert->bind(2, plan.version);
  insert->bind(3, to_millis(plan.made_at));
  insert->bind_text(4, plan.why);
  plan.undoes == 0 ? insert->bind_null(5) : insert->bind(5, plan.undoes);
  insert->bind_text(6, plan.options.plan_file);
  insert->bind_text(7, plan.plan_sha256);
  insert->bind_blob(8, options);
  insert->bind_text(9, removed);
  insert->bind_blob(10, plan.compiled);
  insert->bind_text(11, plan.plan_text);
  if (Result<void> stored = insert->run(); !stored) return stored;

  Result<Statement> count = database.prepare("UPDATE runs SET tickets = ?2 WHERE run = ?1");
  if (!count) return count.error();
  count->bind(1, to_column(plan.run.number()));
  count->bind(2, plan.planned);
  if (Result<void> counted = count->run(); !counted) return counted;

  Result<Statement> replace = database.prepare(
      "INSERT OR REPLACE INTO tickets (run, ticket, id, title, priority, plan_group, "
      "allow_failure, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!replace) return replace.error();
  for (const auto& [index, ticket] : plan.tickets) {
    replace->bind(1, to_column(plan.run.number()));
    replace->bind(2, index.number());
    replace->bind_text(3, ticket.id);
    replace->bind_text(4, ticket.title);
    replace->bind_text(5, ticket.priority);
    replace->bind(6, ticket.group);
    replace->bind(7, ticket.allow_failure ? 1 : 0);
    replace->bind(8, ticket.removed ? 1 : 0);
    if (Result<void> stored = replace->run(); !stored) return stored;
  }
  return {};
}

Result<StoredPlan> Registry::load_plan(RunId run, std::uint32_t version) const {
  Result<Statement> row = connection_->database.prepare(
      "SELECT made_at_ms, why, undoes, plan_sha256, options, removed FROM plan_versions "
      "WHERE run = ?1 AND version = ?2");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  row->bind(2, version);
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there) return no_version(run, version);
  StoredPlan plan;
  plan.run = run;
  plan.version = version;
  plan.made_at = wall_from_millis(row->integer(0));
  plan.why = row->bytes(1);
  if (!row->is_null(2)) plan.undoes = static_cast<std::uint32_t>(row->integer(2));
  plan.plan_sha256 = row->bytes(3);
  Result<RunOptions> options = decode_body<RunOptions>(row->bytes(4));
  if (!options) return options.error();
  plan.options = std::move(*options);
  Result<std::vector<TicketIndex>> removed = parse_numbers(row->bytes(5));
  if (!removed) return removed.error();
  plan.removed = std::move(*removed);
  return plan;
}

Result<std::string> Registry::plan_text(RunId run, std::uint32_t version) const {
  Result<Statement> row = connection_->database.prepare(
      version == 1 ? "SELECT plan_text FROM runs WHERE run = ?1"
                   : "SELECT plan_text FROM plan_versions WHERE run = ?1 AND version = ?2");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  if (version != 1) row->bind(2, version);
  const Result<bool> there = row->step();
  if (!there) return there.error();
  if (!*there) return no_version(run, version);
  return std::string(row->bytes(0));
}

Result<void> Registry::read_compiled_version(
    RunId run, std::uint32_t version, const std::function<void(std::string_view)>& use) const {
  Result<Statement> row = connection_->database.prepare(
      "SELECT compiled FROM plan_versions WHERE run = ?1 AND version = ?2");
  if (!row) return row.error();
  row->bind(1, to_column(run.number()));
  row->bind(2, version);
  const Result<bool> there = row->step();
  if (!there) return there.error();
  use(*there ? row->bytes(0) : std::string_view{});
  return {};
}

}  // namespace headway
