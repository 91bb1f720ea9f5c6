#include <algorithm>
#include <map>
#include <utility>

#include "coordinator/control/registry_view.h"
#include "coordinator/core/status.h"
#include "coordinator/core/track_record.h"
#include "coordinator/diagnosis/diagnosis.h"
#include "coordinator/journal/space_guard.h"

/// `headway diagnose`: what the state says, with the few figures that only the registry has.

namespace headway {

namespace {

/// Workers of which the comings and goings are looked up: a lookup each.
constexpr std::size_t kMostWorkers = 1000;
/// Bytes of an answer, and of a finding beside its texts: it stays within a frame.
constexpr std::size_t kMaxAnswerBytes = 512U << 10U;
constexpr std::size_t kFindingBytes = 200;
/// The latest facts of a run that are looked through for gates: some 10 ms.
constexpr std::size_t kMostFacts = 2000;

std::size_t bytes_of(const Finding& finding) {
  std::size_t bytes = kFindingBytes + finding.what.size() + finding.consequence.size() +
                      finding.worker.size() + finding.command.size();
  for (const auto* texts : {&finding.evidence, &finding.tickets}) {
    for (const std::string& text : *texts) bytes += text.size() + 5;
  }
  return bytes;
}

Result<Surroundings> surroundings(const Registry& registry, const State& state, Now now) {
  Surroundings around;
  std::vector<WorkerId> workers;
  for (const auto& [id, worker] : state.workers) {
    if (workers.size() < kMostWorkers) workers.push_back(id);
  }
  const auto window = std::chrono::duration_cast<WallTime::duration>(kComingsWindow);
  const auto comings = registry.worker_comings(workers, now.wall - window);
  if (!comings) return comings.error();
  for (const Registry::WorkerComings& each : *comings) {
    around.comings[each.worker] = {each.joins, each.losses};
  }
  const Result<Registry::Size> size = registry.size(now.wall);
  if (!size) return size.error();
  // Where the file system does not say what is free, nothing is said of the disk.
  if (const Result<std::uint64_t> free = SpaceGuard::free_bytes(registry.path())) {
    around.disk = {size->registry_bytes, size->log_bytes, *free, size->bytes_per_hour};
  }
  return around;
}

/// Gates that failed and then passed while their attempt was the same, of the run's latest facts.
Result<void> add_flaky_gates(const Registry& registry, const Run& run, Surroundings& around) {
  const auto has_gates = [](const Ticket& ticket) { return !ticket.gates.empty(); };
  if (std::ranges::none_of(run.plan().tickets, has_gates)) return {};
  Registry::FactFilter filter;
  filter.run = run.id;
  filter.most = kMostFacts;
  filter.latest_first = true;
  Result<std::vector<Fact>> facts = registry.load_facts(filter);
  if (!facts) return facts.error();
  std::ranges::reverse(*facts);
  std::map<std::pair<TicketIndex, std::uint32_t>, std::uint32_t> failures;
  for (const Fact& fact : *facts) {
    if (!fact.ticket) continue;
    const bool of_gate =
        fact.kind == FactKind::kCheckEnded && fact.digest == to_text(CheckKind::kGate);
    if (fact.kind == FactKind::kTicketAssigned) {
      std::erase_if(failures, [&](const auto& each) { return each.first.first == *fact.ticket; });
    }
    if (!of_gate || !fact.outcome) continue;
    const std::pair gate{*fact.ticket, static_cast<std::uint32_t>(fact.number.value_or(0))};
    if (*fact.outcome != Outcome::kSucceeded) {
      if (ended_by_itself(*fact.outcome)) ++failures[gate];
    } else if (const auto before = failures.find(gate); before != failures.end()) {
      around.flaky_gates[gate] += before->second;
      failures.erase(before);
    }
  }
  return {};
}

}  // namespace

Result<DiagnoseAnswer> RegistryView::diagnose(const DiagnoseRequest& request, Now now) {
  const Result<Source> source = source_of(request.run);
  if (!source) return source.error();
  Result<Surroundings> around = surroundings(registry_, *source->state, now);
  if (!around) return around.error();
  const Result<void> read = add_flaky_gates(registry_, *source->run, *around);
  if (!read) return read.error();
  std::vector<Finding> findings =
      headway::diagnose(*source->state, source->core, *source->run, *around, now);
  const bool everything = request.conflicts == request.bottlenecks;
  std::erase_if(findings, [&](const Finding& finding) {
    return !everything &&
           !(request.conflicts ? is_conflict(finding.kind) : is_bottleneck(finding.kind));
  });
  DiagnoseAnswer answer;
  answer.run = Status(*source->state, source->core, now).summary(*source->run);
  show_eta(answer.run, now);
  answer.findings_in_all = static_cast<std::uint32_t>(findings.size());
  std::size_t bytes = 0;
  for (Finding& finding : findings) {
    bytes += bytes_of(finding);
    if (answer.findings.size() == kMostFindings || bytes > kMaxAnswerBytes) break;
    answer.findings.push_back(std::move(finding));
  }
  return answer;
}

}  // namespace headway
