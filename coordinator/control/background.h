#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/system/unique_fd.h"

namespace headway {

/// One thread beside a shell's, for what takes longer than a shell may be away: jobs are done there
/// one after the other, and what follows from each is done on the owner's thread again.
///
/// A job gets everything that it works with as its own and gives back a function to be called by
/// the owner: so nothing is shared but the two queues. Of the queue's length the owner takes care
/// (`waiting`). At the end of its life what has not begun is dropped; what is being done is told to
/// give up (`ending`, `ending_fd`), and waited for.
class Background {
 public:
  using Finish = std::function<void()>;
  using Job = std::function<Finish()>;

  Background();
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void add(Job job);
  /// Jobs that have not been done.
  [[nodiscard]] std::size_t waiting() const;
  /// Readable while `finish` has something to do.
  [[nodiscard]] int done_fd() const { return done_fd_.get(); }
  /// Calls what was given back, in the order of the jobs. The owner's.
  void finish();

  /// For jobs: whether to give up, and a descriptor that is readable from then on.
  [[nodiscard]] bool ending() const { return ending_; }
  [[nodiscard]] int ending_fd() const { return ending_fd_.get(); }

 private:
  void work();

  UniqueFd done_fd_;
  UniqueFd ending_fd_;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  ///< the first is being done
  std::vector<Finish> done_;
  std::thread thread_;
};

}  // namespace headway
