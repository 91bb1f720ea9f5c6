#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "coordinator/exposition/exposition.h"

namespace headway {

/// What was published last: set by the coordinator's thread, read by the one that answers.
class Published {
 public:
  void set(Exposition exposition) {
    const auto latest = std::make_shared<const Exposition>(std::move(exposition));
    const std::lock_guard lock(mutex_);
    latest_ = latest;
  }
  [[nodiscard]] std::shared_ptr<const Exposition> get() const {
    const std::lock_guard lock(mutex_);
    return latest_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Exposition> latest_ = std::make_shared<const Exposition>();
};

}  // namespace headway
