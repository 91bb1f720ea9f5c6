#include "coordinator/control/background.h"

#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "common/base/check.h"

namespace headway {

namespace {

UniqueFd make_event() {
  UniqueFd made{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  HW_CHECK(made, "the system gives no event descriptor");
  return made;
}

void signal_event(const UniqueFd& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event.get(), &one, sizeof one);
}

}  // namespace

Background::Background() : done_fd_(make_event()), ending_fd_(make_event()) {
  // Signals are for the shell's thread.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { work(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Background::~Background() {
  ending_ = true;
  signal_event(ending_fd_);
  {
    const std::lock_guard lock(mutex_);
    changed_.notify_one();
  }
  thread_.join();
}

void Background::add(Job job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  changed_.notify_one();
}

std::size_t Background::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void Background::finish() {
  std::vector<Finish> done;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(done_fd_.get(), &count, sizeof count);
    done.swap(done_);
  }
  for (const Finish& finish : done) finish();
}

void Background::work() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (ending_) return;
      job = std::move(jobs_.front());
    }
    Finish finish = job();
    job = nullptr;  // what it held is gone before it counts as done
    const std::lock_guard lock(mutex_);
    jobs_.pop_front();
    if (finish) done_.push_back(std::move(finish));
    signal_event(done_fd_);
  }
}

}  // namespace headway
