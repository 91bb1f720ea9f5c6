#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/plan_revision.h"
#include "tests/sim/world/plans.h"
#include "tests/sim/world/world.h"

/// People who change the plan of a run that goes on.

namespace headway::sim {

namespace {

/// Two that are alive are to have what the other one has (to have the same would be refused): so
/// few are alive that it would hardly come by chance.
void swap_what_is_held(Random& random, const Run& run, Plan& wanted) {
  std::vector<std::string> alive;
  for (std::uint32_t i = 0; i < run.tickets.size(); ++i) {
    if (is_alive(run.tickets[i].state)) alive.push_back(run.ticket(TicketIndex{i}).id);
  }
  if (alive.empty()) return;
  const auto named = [&](const std::string& id) {
    return std::ranges::find(wanted.tickets, id, &Ticket::id);
  };
  const auto one = named(random.pick(alive));
  const auto other = named(random.pick(alive));
  if (one == wanted.tickets.end() || other == wanted.tickets.end() || one == other) return;
  std::swap(one->locks, other->locks);
  std::swap(one->affected_files, other->affected_files);
}

}  // namespace

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
  if (random.one_in(3)) swap_what_is_held(random, *run, wanted);
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
