#include "coordinator/control/replay.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "coordinator/control/run_source.h"
#include "coordinator/core/evolve.h"

namespace headway {

namespace {

/// What a run executes: from the compiled form, else from the text.
Result<RunPlan> plan_of(const Registry& registry, RunId id, const CompiledAnew& compiled_anew) {
  Result<StoredRun> stored = registry.load_run_without_text(id);
  if (!stored) return stored.error();
  Result<RunPlan> source = Error{ErrorKind::kNotFound, ""};
  const Result<void> read = registry.read_compiled(id, [&](std::string_view compiled) {
    source = run_plan_of(compiled, stored->plan_sha256, stored->options);
  });
  if (!read) return read.error();
  if (!source) {
    stored = registry.load_run(id);
    if (!stored) return stored.error();
    source = make_run_plan(stored->plan_text, stored->options, PlanText::kTaken);
    if (!source) return source.error();
    if (compiled_anew) compiled_anew(id, compile_run_plan(*source, stored->plan_sha256));
  }
  if (!stored->name.empty()) source->name = stored->name;
  return source;
}

/// A later version of it: from its compiled form, else from its text and the version before.
Result<RunPlan> version_after(const Registry& registry, const Run& run, std::uint32_t number) {
  const Result<StoredPlan> stored = registry.load_plan(run.id, number);
  if (!stored) return stored.error();
  Result<RunPlan> version = Error{ErrorKind::kNotFound, ""};
  const Result<void> read = registry.read_compiled_version(
      run.id, number, [&](std::string_view compiled) { version = version_of(compiled, *stored); });
  if (!read) return read.error();
  if (!version) {
    const Result<std::string> text = registry.plan_text(run.id, number);
    if (!text) return text.error();
    Result<PlanRevision> made =
        revise_run_plan(*run.source, *text, stored->options, stored->plan_sha256, PlanText::kTaken);
    if (!made) return made.error();
    version = *made->plan;
  }
  version->name = run.source->name;
  return version;
}

/// Makes known what a fact rests on that is about to be folded.
Result<void> prepare(const Registry& registry, State& state, const Fact& fact) {
  if (fact.kind != FactKind::kPlanChanged) return {};
  Result<RunPlan> version = version_after(registry, state.run(fact.run),
                                          static_cast<std::uint32_t>(fact.number.value_or(0)));
  if (!version) return version.error();
  offer_plan(state, fact.run, std::make_shared<const RunPlan>(std::move(*version)));
  return {};
}

/// Folds the facts of some runs, and those of no run (epochs, workers), in the order of the
/// journal.
Result<State> replay(const Registry& registry, const std::vector<RunId>& runs,
                     const CompiledAnew& compiled_anew, const std::function<bool()>& give_up) {
  // Numbers go on after those of runs that are not read.
  const Result<RegistryHead> head = registry.head();
  if (!head) return head.error();
  State state;
  for (const RunId id : runs) {
    Result<RunPlan> source = plan_of(registry, id, compiled_anew);
    if (!source) return source.error();
    add_run(state, id, std::make_shared<const RunPlan>(std::move(*source)));
  }
  Changes changes;
  bool gave_up = false;
  Result<void> prepared;
  const Result<void> folded = registry.read_facts(runs, [&](const Fact& fact) {
    prepared = prepare(registry, state, fact);
    if (!prepared) return false;
    evolve(state, fact, changes);
    changes.ready.clear();
    changes.unready.clear();
    changes.tallies.clear();
    constexpr std::uint64_t kLookUp = 4096;
    gave_up = fact.sequence.number() % kLookUp == 0 && give_up && give_up();
    return !gave_up;
  });
  if (!prepared) return prepared.error();
  if (!folded) return folded.error();
  if (gave_up) return Error{ErrorKind::kFailed, "the coordinator is ending"};
  // What these runs added to the track record is in the registry's, with what all others did.
  const Result<std::vector<KeptTally>> tallies = registry.load_tallies();
  if (!tallies) return tallies.error();
  state.track_record = {};
  for (const KeptTally& kept : *tallies) state.track_record.restore(kept);
  state.last_sequence = std::max(state.last_sequence, head->last_sequence);
  state.last_token = head->last_token;
  state.last_run = head->last_run;
  state.epoch = head->last_epoch;
  return state;
}

}  // namespace

Result<State> replay_unfinished(const Registry& registry, const CompiledAnew& compiled) {
  RunFilter filter;
  filter.unfinished_only = true;
  filter.most = UINT32_MAX;
  const Result<std::vector<ListedRun>> listed = registry.list_runs(filter);
  if (!listed) return listed.error();
  std::vector<RunId> runs;
  for (const ListedRun& run : *listed) runs.push_back(run.id);
  return replay(registry, runs, compiled, {});
}

Result<State> replay_run(const Registry& registry, RunId run,
                         const std::function<bool()>& give_up) {
  return replay(registry, {run}, {}, give_up);
}

}  // namespace headway
