#include "coordinator/control/ended_runs.h"

#include "coordinator/control/answer.h"
#include "coordinator/control/replay.h"

namespace headway {

Result<void> EndedRuns::open() {
  if (!registry_) {
    Result<Registry> opened = Registry::open_reader(registry_path_);
    if (!opened) return opened.error();
    registry_ = std::move(*opened);
    outputs_.emplace(folder_);
  }
  if (!view_) view_.emplace(*registry_, *outputs_);
  return {};
}

Reply EndedRuns::answer(const Request& request, Now now, const std::function<bool()>& give_up) {
  if (const Result<void> opened = open(); !opened) return error_reply(request, opened.error());
  view_->give_up_when(give_up);
  return answer_question(*view_, request, now);
}

Result<EndedRuns::Ended> EndedRuns::load(RunId run, const std::function<bool()>& give_up) {
  if (const Result<void> opened = open(); !opened) return opened.error();
  // Asked first: a fact that comes in between shows as a difference.
  const Result<Sequence> last = registry_->last_fact_of(run);
  if (!last) return last.error();
  Result<State> state = replay_run(*registry_, run, give_up);
  if (!state) return state.error();
  return Ended{std::make_shared<const State>(std::move(*state)), *last};
}

}  // namespace headway
