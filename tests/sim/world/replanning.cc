#include "coordinator/core/plan_revision.h"
#include "tests/sim/world/plans.h"
#include "tests/sim/world/world.h"

/// People who change the plan of a run that goes on.

namespace headway::sim {

void World::wish_to_replan(Random& random) {
  const Run* run = some_run(random);
  if (run == nullptr) return;
  // A plan of before, now and then: what was removed comes back.
  Plan wanted = redraw_plan(random, plan_as_written(*run->source));
  if (run->source->version > 1 && random.one_in(3)) {
    const std::uint64_t earlier = 1 + random.below(run->source->version - 1);
    const RunPlan& former =
        earlier == 1 ? *disk_.plans().at(run->id)
                     : *disk_.versions().at({run->id, static_cast<std::uint32_t>(earlier)});
    wanted = plan_as_written(former);
  }
  Result<PlanRevision> revision = revise_plan(*run->source, wanted, run->source->options, "text");
  if (!revision) return;  // two of a name, or the like: a person would be told
  ApplyInput input;
  input.run = run->id;
  input.revision = std::make_shared<const PlanRevision>(std::move(*revision));
  input.wishes.restart = random.one_in(2);
  input.wishes.rerun = random.one_in(3);
  input.dry_run = random.one_in(8);
  input.request = coordinator_->expect_plan(input.revision->plan);
  coordinator_->ask(input);
}

}  // namespace headway::sim
