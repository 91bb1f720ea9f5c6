#include "coordinator/control/replay.h"

#include <algorithm>
#include <memory>

#include "coordinator/control/run_source.h"
#include "coordinator/core/evolve.h"

namespace headway {

namespace {

/// Folds the facts of some runs, and those of no run (epochs, workers), in the order of the
/// journal.
Result<State> replay(const Registry& registry, const std::vector<RunId>& runs) {
  State state;
  std::vector<Fact> facts;
  Registry::FactFilter of_no_run;
  of_no_run.without_run = true;
  Result<std::vector<Fact>> common = registry.load_facts(of_no_run);
  if (!common) return common.error();
  facts = std::move(*common);
  for (const RunId id : runs) {
    Result<StoredRun> stored = registry.load_run(id);
    if (!stored) return stored.error();
    Result<RunPlan> source = make_run_plan(stored->plan_text, stored->options);
    if (!source) return source.error();
    if (!stored->name.empty()) source->name = stored->name;
    add_run(state, id, std::make_shared<const RunPlan>(std::move(*source)));
    Registry::FactFilter of_run;
    of_run.run = id;
    Result<std::vector<Fact>> own = registry.load_facts(of_run);
    if (!own) return own.error();
    facts.insert(facts.end(), std::make_move_iterator(own->begin()),
                 std::make_move_iterator(own->end()));
  }
  std::ranges::sort(facts, {}, &Fact::sequence);
  Changes changes;
  for (const Fact& fact : facts) {
    evolve(state, fact, changes);
    changes.ready.clear();
    changes.unready.clear();
  }
  // Numbers go on after those of runs that were not read.
  const Result<RegistryHead> head = registry.head();
  if (!head) return head.error();
  state.last_sequence = head->last_sequence;
  state.last_token = head->last_token;
  state.last_run = head->last_run;
  state.epoch = head->last_epoch;
  return state;
}

}  // namespace

Result<State> replay_unfinished(const Registry& registry) {
  RunFilter filter;
  filter.unfinished_only = true;
  filter.most = UINT32_MAX;
  const Result<std::vector<ListedRun>> listed = registry.list_runs(filter);
  if (!listed) return listed.error();
  std::vector<RunId> runs;
  for (const ListedRun& run : *listed) runs.push_back(run.id);
  return replay(registry, runs);
}

Result<State> replay_run(const Registry& registry, RunId run) { return replay(registry, {run}); }

}  // namespace headway
