#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/soak/harness/chance.h"
#include "tests/soak/harness/commands.h"
#include "tests/soak/harness/timetable.h"
#include "tests/soak/harness/workload.h"
#include "tests/soak/judge/plan.h"

namespace headway::soak {

/// The people around the system under test: they submit plans, pause, stop and resume runs, cancel
/// tickets and open them again, let workers leave, and put right what needs a person. They speak
/// through the `headway` command alone, and repeat what was not answered. One thread.
class People : public Workload {
 public:
  People(const Options& options, Chance& chance, Cluster& cluster, Commands& commands,
         Timetable& timetable, Diary& diary);

  /// Resumes what was paused or stopped, too.
  void turn(bool submitting) override;
  [[nodiscard]] bool is_ready() const override { return true; }

  void pause();
  void stop(bool force);
  void cancel_run();
  void cancel_ticket();
  void retry();
  /// Drains or removes a worker; when it has left, another is started.
  void let_worker_leave();
  /// A worker that was killed and never comes back: another takes its place, and once nothing of
  /// the old one is alive a person says so.
  void give_up_worker(Worker& worker);

  [[nodiscard]] bool at_rest() const override;
  [[nodiscard]] std::string unfinished() const override { return unfinished_of(seen_.rows); }
  Result<Judgement> judge(const History& history, const std::vector<Restart>& restarts) override;
  [[nodiscard]] std::uint64_t lines() const override { return lines_; }

 private:
  void submit();
  void resume(std::uint64_t run);
  void confirm_dead(const std::string& worker);
  /// Says something about a run; one command a run at a time.
  void tell(std::uint64_t run, std::vector<std::string> words, Commands::Then then);
  void forced_stop_answered(std::uint64_t run, Instant asked);
  [[nodiscard]] std::size_t processes_of(std::uint64_t run) const;
  [[nodiscard]] const Plan* plan_of(const RunRow& run) const;
  /// One of the runs in one of these states that nobody is talking about; none: 0.
  const RunRow* draw_run(std::initializer_list<std::string_view> states);
  [[nodiscard]] std::string ledger() const { return options_.folder + "/ledger"; }

  const Options& options_;
  Chance& chance_;
  Cluster& cluster_;
  Commands& commands_;
  Timetable& timetable_;
  Diary& diary_;
  std::vector<Plan> plans_;
  SeenRuns seen_;
  std::set<std::uint64_t> busy_;
  std::map<std::uint64_t, Instant> resume_at_;
  unsigned submitting_ = 0;
  unsigned removing_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace headway::soak
