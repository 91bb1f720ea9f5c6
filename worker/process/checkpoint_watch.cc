#include "worker/process/checkpoint_watch.h"

namespace headway::worker {

CheckpointWatch::CheckpointWatch(const std::vector<CheckpointOrder>& orders) {
  for (const CheckpointOrder& order : orders) {
    checkpoints_.push_back({order.name, order.share, order.after});
  }
}

void CheckpointWatch::reach(std::size_t index) {
  Checkpoint& checkpoint = checkpoints_[index];
  if (checkpoint.reached) return;
  checkpoint.reached = true;
  reached_.push_back(index);
}

void CheckpointWatch::at_share(double share) {
  for (std::size_t i = 0; i < checkpoints_.size(); ++i) {
    if (checkpoints_[i].share && share >= *checkpoints_[i].share) reach(i);
  }
}

void CheckpointWatch::at_time(Duration elapsed) {
  for (std::size_t i = 0; i < checkpoints_.size(); ++i) {
    if (checkpoints_[i].after && elapsed >= *checkpoints_[i].after) reach(i);
  }
}

bool CheckpointWatch::at_name(std::string_view name) {
  bool declared = false;
  for (std::size_t i = 0; i < checkpoints_.size(); ++i) {
    if (checkpoints_[i].name != name) continue;
    declared = true;
    reach(i);
  }
  return declared;
}

std::optional<Duration> CheckpointWatch::next_time() const {
  std::optional<Duration> next;
  for (const Checkpoint& checkpoint : checkpoints_) {
    if (checkpoint.reached || !checkpoint.after) continue;
    if (!next || *checkpoint.after < *next) next = checkpoint.after;
  }
  return next;
}

std::optional<std::size_t> CheckpointWatch::take() {
  if (reached_.empty()) return std::nullopt;
  const std::size_t first = reached_.front();
  reached_.pop_front();
  return first;
}

void CheckpointWatch::give_up() {
  checkpoints_.clear();
  reached_.clear();
}

}  // namespace headway::worker
