#include "common/base/check.h"
#include "common/plan_codec/bytes.h"
#include "common/plan_codec/plan_codec.h"
#include "entry.h"

/// A compiled plan: an input is what its checksum covers, plan and graph; and the whole file as
/// well.

namespace headway::fuzz {

namespace {

constexpr std::string_view kSource = "s";

/// The bytes behind a checksum that fits them: what only a broken program could have written.
std::string sealed(std::string_view parts) {
  plan_codec::ByteWriter body;
  body.text(kSource);
  body.bytes().append(parts);
  plan_codec::ByteWriter whole;
  whole.bytes() = "HWPLAN";
  whole.number(kPlanCodecVersion);
  whole.fixed(plan_codec::checksum(body.bytes()));
  return whole.bytes() + body.bytes();
}

/// Walks over everything that a graph refers to.
void use(const CompiledPlan& compiled) {
  const PlanGraph& graph = *compiled.graph;
  const std::size_t tickets = compiled.plan.tickets.size();
  HW_CHECK(graph.size() == tickets && graph.topological_order().size() == tickets,
           "a graph of another size");
  for (const TicketIndex ticket : graph.topological_order()) {
    HW_CHECK(ticket.index() < tickets, "a ticket out of bounds");
    for (const auto& edges : {graph.dependencies(ticket), graph.dependents(ticket)}) {
      for (const Edge edge : edges) {
        HW_CHECK(edge.ticket.index() < tickets && edge.kind <= EdgeKind::kSoft,
                 "an edge out of bounds");
      }
    }
    for (const LockUse use : graph.locks(ticket)) {
      HW_CHECK(use.lock < graph.lock_names().size(), "a lock out of bounds");
    }
    HW_CHECK(graph.group(ticket) < graph.group_count() && graph.rank(ticket) < tickets,
             "a group or a rank out of bounds");
    HW_CHECK(graph.find(compiled.plan.tickets[ticket.index()].id) != nullptr, "an id is unknown");
  }
}

void try_file(std::string_view bytes) {
  const Result<CompiledPlan> read = decode_plan(bytes, kSource);
  if (!read) return;
  use(*read);
  const std::string written = encode_plan(read->plan, *read->graph, kSource);
  const Result<CompiledPlan> again = decode_plan(written, kSource);
  HW_CHECK(again && again->plan == read->plan, "a plan changed when it was written");
  HW_CHECK(encode_plan(again->plan, *again->graph, kSource) == written,
           "a graph changed when it was written");
}

}  // namespace

void try_input(std::string_view input) {
  try_file(input);
  try_file(sealed(input));
}

}  // namespace headway::fuzz
