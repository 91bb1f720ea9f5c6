#include <algorithm>

#include <fmt/format.h>

#include "common/plan_codec/plan_codec.h"
#include "coordinator/control/run_source.h"

/// Later versions of a run's plan, between their texts, their compiled forms and the registry.

namespace headway {

namespace {

std::string version_tag(const std::string& text_sha256, std::uint32_t version) {
  return fmt::format("{} version {}", text_sha256, version);
}

}  // namespace

Result<PlanRevision> revise_run_plan(const RunPlan& base, const std::string& text,
                                     const RunOptions& options, const std::string& text_sha256,
                                     PlanText whose) {
  const Result<RunPlan> wanted = make_run_plan(text, options, whose);
  if (!wanted) return wanted.error();
  return revise_plan(base, wanted->plan, options, text_sha256);
}

std::string compile_version(const RunPlan& version) {
  return encode_plan(version.plan, *version.graph, version_tag(version.sha256, version.version));
}

Result<RunPlan> version_of(std::string_view compiled, const StoredPlan& stored) {
  Result<CompiledPlan> decoded =
      decode_plan(compiled, version_tag(stored.plan_sha256, stored.version));
  if (!decoded) return decoded.error();
  RunPlan version;
  version.name = decoded->plan.name;
  version.plan = std::move(decoded->plan);
  version.graph = std::move(decoded->graph);
  version.options = stored.options;
  version.version = stored.version;
  version.removed = stored.removed;
  version.sha256 = stored.plan_sha256;
  return version;
}

std::vector<std::pair<TicketIndex, StoredTicket>> changed_tickets(const RunPlan& before,
                                                                  const RunPlan& after) {
  const std::vector<StoredTicket> rows_before = stored_tickets(before);
  const std::vector<StoredTicket> rows_after = stored_tickets(after);
  std::vector<std::pair<TicketIndex, StoredTicket>> changed;
  for (std::uint32_t i = 0; i < rows_after.size(); ++i) {
    if (i < rows_before.size() && rows_before[i] == rows_after[i]) continue;
    changed.emplace_back(TicketIndex{i}, rows_after[i]);
  }
  return changed;
}

}  // namespace headway
