#include "rig.h"

namespace headway::worker {

void Rig::step(Input input) {
  for (Effect& effect : core.step(std::move(input), Now{now, WallTime{}})) {
    if (const Log* log = std::get_if<Log>(&effect)) {
      logs.push_back(log->text);
    } else {
      effects.push_back(std::move(effect));
    }
  }
}

void Rig::from(const CoordinatorMessage& message) {
  FromCoordinator from;
  from.session = session;
  from.message = message;
  step(from);
}

void Rig::event(const SlotEvent& event) { step(event); }

}  // namespace headway::worker
