#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/wire/codec.h"
#include "coordinator/control/registry_view.h"

/// `headway logs`, and what failures said last: under which token the output is kept that somebody
/// asks for.

namespace headway {

namespace {

/// Of a ticket, latest first: that its last check failed is among them.
constexpr std::size_t kLatestFacts = 50;

Error no_such_time(const std::string& what, std::size_t times, std::uint32_t asked) {
  return {ErrorKind::kNotFound,
          fmt::format("{} has had {}, no attempt {}", what, counted(times, "attempt"), asked)};
}

/// A gate of the ticket, or its rollback, by its name; kNotFound tells what there is.
Result<CheckRef> check_of_ticket(const Run& run, TicketIndex ticket, const std::string& name) {
  const Ticket& definition = run.ticket(ticket);
  const auto gate = std::ranges::find(definition.gates, name, &Gate::name);
  if (gate != definition.gates.end()) {
    return CheckRef{CheckKind::kGate, ticket,
                    static_cast<std::uint32_t>(gate - definition.gates.begin()) + 1};
  }
  const std::string rollback(to_text(CheckKind::kRollback));
  if (name == rollback) return CheckRef{CheckKind::kRollback, ticket, 1};
  std::vector<std::string> names;
  for (const Gate& known : definition.gates) names.push_back(printable(known.name));
  if (definition.rollback) names.push_back(rollback);
  return Error{ErrorKind::kNotFound,
               fmt::format("{} has no gate `{}`{}", printable(definition.id), printable(name),
                           names.empty() ? "" : "; there is " + join_words(names))};
}

Result<std::uint32_t> gate_of_plan(const Run& run, const std::string& name) {
  const std::vector<PlanGate>& gates = run.plan().plan_gates;
  const auto gate = std::ranges::find(gates, name, &PlanGate::name);
  if (gate != gates.end()) return static_cast<std::uint32_t>(gate - gates.begin()) + 1;
  std::vector<std::string> names;
  names.reserve(gates.size());
  for (const PlanGate& known : gates) names.push_back(printable(known.name));
  return Error{ErrorKind::kNotFound,
               fmt::format("the plan has no gate `{}`{}", printable(name),
                           names.empty() ? "; of a ticket's gate, name the ticket as well"
                                         : "; there is " + join_words(names))};
}

}  // namespace

Result<LogsAnswer> RegistryView::logs(const LogsRequest& request, Now /*now*/) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  const Result<KeptOutput> kept = request.ticket.empty()  ? output_of_plan_gate(*source, request)
                                  : request.check.empty() ? output_of_attempt(*source, request)
                                                          : output_of_check(*source, request);
  if (!kept) return kept.error();
  LogsAnswer answer;
  answer.attempt = kept->number;
  answer.state = kept->state;
  answer.next_offset = request.offset;
  if (kept->number == 0) {
    answer.complete = is_final(kept->state);
    return answer;
  }
  Result<std::string> bytes =
      outputs_.read(source->run->id, kept->token, request.offset, kMaxOutputChunkBytes);
  if (!bytes) return bytes.error();
  answer.bytes.data = std::move(*bytes);
  answer.next_offset = request.offset + answer.bytes.data.size();
  const bool coming = core_ != nullptr && core_->output_pending(kept->token);
  answer.complete = !kept->alive && !coming && answer.bytes.data.size() < kMaxOutputChunkBytes;
  return answer;
}

Result<RegistryView::KeptOutput> RegistryView::output_of_attempt(const Source& source,
                                                                 const LogsRequest& request) {
  const Result<TicketIndex> index = find_ticket(*source.run, request.ticket);
  if (!index) return index.error();
  const TicketRecord& record = source.run->tickets[index->index()];
  KeptOutput kept{record.token, record.attempts, is_alive(record.state), record.state};
  if (record.attempts == 0 || request.attempt == 0 || request.attempt == record.attempts) {
    return kept;
  }
  const Result<std::vector<Token>> tokens = tokens_of(
      *source.run, *index, [](const Fact& fact) { return fact.kind == FactKind::kTicketAssigned; });
  if (!tokens) return tokens.error();
  if (request.attempt > tokens->size()) {
    return no_such_time(printable(request.ticket), record.attempts, request.attempt);
  }
  kept.token = (*tokens)[request.attempt - 1];
  kept.number = request.attempt;
  kept.alive = false;
  return kept;
}

Result<RegistryView::KeptOutput> RegistryView::output_of_check(const Source& source,
                                                               const LogsRequest& request) {
  const Run& run = *source.run;
  const Result<TicketIndex> index = find_ticket(run, request.ticket);
  if (!index) return index.error();
  const Result<CheckRef> check = check_of_ticket(run, *index, request.check);
  if (!check) return check.error();
  const TicketRecord& record = run.tickets[index->index()];
  const Result<std::vector<Token>> tokens = tokens_of(run, *index, [&](const Fact& fact) {
    return fact.kind == FactKind::kCheckAssigned && fact.digest == to_text(check->kind) &&
           fact.number == check->number;
  });
  if (!tokens) return tokens.error();
  if (tokens->empty()) {
    const bool in_slot = check->kind == CheckKind::kGate && check->number <= record.slot_gates;
    if (!in_slot) return KeptOutput{{}, 0, false, record.state};
    return Error{ErrorKind::kNotFound,
                 fmt::format("gate `{0}` of {1} runs on the agent of its ticket, right after the "
                             "command: its output is in `headway logs {1}`",
                             printable(request.check), printable(request.ticket))};
  }
  if (request.attempt > tokens->size()) {
    return no_such_time(fmt::format("{} of {}", printable(request.check), request.ticket),
                        tokens->size(), request.attempt);
  }
  const std::size_t number = request.attempt == 0 ? tokens->size() : request.attempt;
  const Token token = (*tokens)[number - 1];
  return KeptOutput{token, static_cast<std::uint32_t>(number), source.state->checks.contains(token),
                    record.state};
}

/// Of the last time by what the state keeps, since a run's facts may be many; of an earlier one by
/// those.
Result<RegistryView::KeptOutput> RegistryView::output_of_plan_gate(const Source& source,
                                                                   const LogsRequest& request) {
  const Run& run = *source.run;
  const Result<std::uint32_t> gate = gate_of_plan(run, request.check);
  if (!gate) return gate.error();
  const PlanGateRecord& record = run.plan_gates[*gate - 1];
  // It may run again as long as its run goes on.
  const TicketState state = is_final(run.state) ? TicketState::kSucceeded : TicketState::kRunning;
  KeptOutput kept{record.last, record.times, record.handed != Token{}, state};
  if (record.times == 0 || request.attempt == 0 || request.attempt == record.times) return kept;
  if (request.attempt > record.times) {
    return no_such_time(printable(request.check), record.times, request.attempt);
  }
  std::uint32_t times = 0;
  const Result<void> read = registry_.read_facts({run.id}, [&](const Fact& fact) {
    const bool handed = fact.run == run.id && fact.kind == FactKind::kCheckAssigned &&
                        fact.digest == to_text(CheckKind::kPlanGate) && fact.number == *gate;
    if (handed && ++times == request.attempt) kept.token = fact.token;
    return times < request.attempt;
  });
  if (!read) return read.error();
  kept.number = request.attempt;
  kept.alive = false;
  return kept;
}

Result<std::vector<Token>> RegistryView::tokens_of(
    const Run& run, TicketIndex ticket, const std::function<bool(const Fact&)>& wanted) const {
  Registry::FactFilter filter;
  filter.run = run.id;
  filter.ticket = ticket;
  const Result<std::vector<Fact>> facts = registry_.load_facts(filter);
  if (!facts) return facts.error();
  std::vector<Token> tokens;
  for (const Fact& fact : *facts) {
    if (wanted(fact)) tokens.push_back(fact.token);
  }
  return tokens;
}

void RegistryView::show_output_ends(const Run& run, WatchAnswer& answer) const {
  std::size_t shown = 0;
  for (TroubledTicket& troubled : answer.troubled) {
    if (is_alive(troubled.ticket.state)) continue;
    const TicketIndex* index = run.graph().find(troubled.ticket.id);
    if (index == nullptr) continue;
    if (shown++ == kWatchOutputs) return;
    Result<std::string> end =
        outputs_.read_end(run.id, token_of_failure(run, *index), kWatchOutputBytes);
    if (end) troubled.output_end.data = std::move(*end);
  }
}

/// Of the attempt, the gate or the rollback that failed last; the two latter have tokens of their
/// own, which only the facts know.
Token RegistryView::token_of_failure(const Run& run, TicketIndex ticket) const {
  const TicketRecord& record = run.tickets[ticket.index()];
  const bool put_back = record.rollback == RollbackState::kFailed;
  const bool by_gate = record.outcome == Outcome::kGate;
  if (!put_back && !by_gate) return record.token;
  Registry::FactFilter filter;
  filter.run = run.id;
  filter.ticket = ticket;
  filter.latest_first = true;
  filter.most = kLatestFacts;
  const Result<std::vector<Fact>> facts = registry_.load_facts(filter);
  if (!facts) return record.token;
  const std::string_view kind = to_text(put_back ? CheckKind::kRollback : CheckKind::kGate);
  for (const Fact& fact : *facts) {
    const bool failed = fact.kind == FactKind::kCheckEnded && fact.digest == kind &&
                        fact.outcome != Outcome::kSucceeded;
    if (failed) return fact.token;
  }
  return record.token;
}

}  // namespace headway
