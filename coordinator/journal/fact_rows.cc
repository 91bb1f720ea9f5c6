#include "coordinator/journal/fact_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"

namespace headway::journal {

namespace {

/// Binds column after column: the order of the calls is the order of kFactColumns.
class Binder {
 public:
  explicit Binder(Statement& statement) : statement_(statement) {}

  void number(std::int64_t value) { statement_.bind(++position_, value); }
  template <class Tag, class Number>
  void id(Id<Tag, Number> value) {
    value.number() == 0 ? null() : number(to_column(value.number()));
  }
  template <class Number>
  void optional(const std::optional<Number>& value) {
    value ? number(static_cast<std::int64_t>(*value)) : null();
  }
  void duration(const std::optional<Duration>& value) {
    value ? number(std::chrono::duration_cast<std::chrono::microseconds>(*value).count()) : null();
  }
  void text(std::string_view value) {
    value.empty() ? null() : statement_.bind_text(++position_, value);
  }
  template <class E>
  void word(const std::optional<E>& value) {
    value ? statement_.bind_text(++position_, to_text(*value)) : null();
  }
  void null() { statement_.bind_null(++position_); }

 private:
  Statement& statement_;
  int position_ = 0;
};

/// Reads column after column, in the same order.
class Reader {
 public:
  explicit Reader(const Statement& row) : row_(row) {}

  std::int64_t number() { return row_.integer(column_++); }
  template <class T>
  void id(T& value) {
    value = T{static_cast<decltype(value.number())>(row_.integer(column_++))};
  }
  template <class Number>
  void optional(std::optional<Number>& value) {
    if (row_.is_null(column_)) {
      value.reset();
    } else {
      value = static_cast<Number>(row_.integer(column_));
    }
    ++column_;
  }
  void duration(std::optional<Duration>& value) {
    // What nanoseconds cannot hold can only come from another hand.
    constexpr std::int64_t kMost = Duration::max().count() / 1000;
    if (row_.is_null(column_)) {
      value.reset();
    } else {
      value = std::chrono::microseconds{std::clamp(row_.integer(column_), -kMost, kMost)};
    }
    ++column_;
  }
  void text(std::string& value) { value = row_.bytes(column_++); }
  template <class E>
  void word(std::optional<E>& value) {
    value.reset();
    if (row_.is_null(column_++)) return;
    const std::string_view word = row_.bytes(column_ - 1);
    value = from_text<E>(word);
    if (!value && unknown_.empty()) unknown_ = printable(word);
  }
  [[nodiscard]] const std::string& unknown() const { return unknown_; }

 private:
  const Statement& row_;
  int column_ = 0;
  std::string unknown_;
};

}  // namespace

void bind_fact(Statement& statement, const Fact& fact) {
  Binder column(statement);
  column.number(to_column(fact.sequence.number()));
  column.number(to_millis(fact.at));
  column.word(std::optional(fact.kind));
  column.id(fact.run);
  fact.ticket ? column.number(fact.ticket->number()) : column.null();
  column.id(fact.token);
  column.id(fact.worker);
  column.id(fact.slot);
  column.word(fact.ticket_state);
  column.word(fact.run_state);
  column.word(fact.outcome);
  column.optional(fact.exit_code);
  column.optional(fact.signal);
  column.duration(fact.elapsed);
  column.duration(fact.cpu);
  column.optional(fact.max_memory);
  column.duration(fact.delay);
  column.optional(fact.number);
  column.text(fact.digest);
  column.text(fact.detail);
}

Result<void> read_fact(const Statement& row, Fact& fact) {
  Reader column(row);
  column.id(fact.sequence);
  fact.at = wall_from_millis(column.number());
  std::optional<FactKind> kind;
  column.word(kind);
  column.id(fact.run);
  std::optional<std::uint32_t> ticket;
  column.optional(ticket);
  fact.ticket = ticket ? std::optional(TicketIndex{*ticket}) : std::nullopt;
  column.id(fact.token);
  column.id(fact.worker);
  column.id(fact.slot);
  column.word(fact.ticket_state);
  column.word(fact.run_state);
  column.word(fact.outcome);
  column.optional(fact.exit_code);
  column.optional(fact.signal);
  column.duration(fact.elapsed);
  column.duration(fact.cpu);
  column.optional(fact.max_memory);
  column.duration(fact.delay);
  column.optional(fact.number);
  column.text(fact.digest);
  column.text(fact.detail);
  if (!kind || !column.unknown().empty()) {
    return Error{
        ErrorKind::kFailed,
        fmt::format("fact {} of the registry has a word that this program does not know: `{}`",
                    fact.sequence.number(), column.unknown())};
  }
  fact.kind = *kind;
  return {};
}

}  // namespace headway::journal
