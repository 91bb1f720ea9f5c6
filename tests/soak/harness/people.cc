#include "tests/soak/harness/people.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/system/clock.h"
#include "common/system/files.h"
#include "tests/soak/harness/plans.h"

namespace headway::soak {

namespace {

constexpr std::size_t kRunsAtWork = 3;
constexpr Duration kAskAgain = std::chrono::seconds{1};
constexpr Duration kShortestBreak = std::chrono::milliseconds{100};
constexpr Duration kLongestBreak = std::chrono::seconds{2};

}  // namespace

People::People(const Options& options, Chance& chance, Cluster& cluster, Commands& commands,
               Timetable& timetable, Diary& diary)
    : options_(options),
      chance_(chance),
      cluster_(cluster),
      commands_(commands),
      timetable_(timetable),
      diary_(diary) {}

void People::turn(bool submitting) {
  const Instant now = read_clocks().steady;
  if (!seen_.look(cluster_.registry(), diary_)) return;
  for (const RunRow& run : seen_.rows) {
    const bool waits = run.state == "paused" || run.state == "stopped";
    if (waits && !busy_.contains(run.run) && resume_at_[run.run] <= now) resume(run.run);
  }
  const auto at_work = static_cast<std::size_t>(
      std::ranges::count_if(seen_.rows, [](const RunRow& run) { return !has_ended(run); }));
  if (submitting && at_work + submitting_ < kRunsAtWork) submit();
}

void People::submit() {
  DrawnPlan drawn = draw_plan(chance_, static_cast<unsigned>(plans_.size() + 1), options_.tickets,
                              cluster_.program("headway-soak-ticket"), ledger());
  const std::string path = fmt::format("{}/plans/{}.yaml", options_.folder, drawn.plan.name);
  const Result<void> written = write_file_atomically(path, drawn.text);
  HW_CHECK(written.ok(), "a plan of the soak cannot be written");
  const std::size_t index = plans_.size();
  plans_.push_back(std::move(drawn.plan));
  ++submitting_;
  commands_.start({"run", path, "--detach"}, [this, index](int code, const std::string& output) {
    --submitting_;
    seen_.known = false;
    plans_[index].acknowledged = code == 0;
    // No coordinator answered, or not in time: then nothing is promised. Else it was refused.
    if (code != 0 && code != 5 && code != 6 && code != 1 && code != -1) {
      diary_.violation("a good plan is taken",
                       fmt::format("{}: exit code {}: {}", plans_[index].name, code, output));
    }
  });
}

void People::tell(std::uint64_t run, std::vector<std::string> words, Commands::Then then) {
  busy_.insert(run);
  commands_.start(std::move(words),
                  [this, run, then = std::move(then)](int code, const std::string& output) {
                    busy_.erase(run);
                    seen_.known = false;
                    then(code, output);
                  });
}

void People::resume(std::uint64_t run) {
  tell(run, {"resume", run_name(run)}, [this, run](int code, const std::string&) {
    if (code != 0) resume_at_[run] = read_clocks().steady + kAskAgain;
  });
}

const RunRow* People::draw_run(std::initializer_list<std::string_view> states) {
  std::vector<const RunRow*> fitting;
  for (const RunRow& run : seen_.rows) {
    if (std::ranges::find(states, run.state) != states.end() && !busy_.contains(run.run)) {
      fitting.push_back(&run);
    }
  }
  return fitting.empty() ? nullptr : fitting[chance_.below(fitting.size())];
}

const Plan* People::plan_of(const RunRow& run) const {
  const auto plan = std::ranges::find(plans_, run.name, &Plan::name);
  return plan == plans_.end() ? nullptr : &*plan;
}

void People::pause() {
  const RunRow* run = draw_run({"running"});
  if (run == nullptr) return;
  diary_.deed("pause", run_name(run->run));
  resume_at_[run->run] = read_clocks().steady + chance_.between(kShortestBreak, kLongestBreak);
  tell(run->run, {"pause", run_name(run->run)}, [](int, const std::string&) {});
}

void People::stop(bool force) {
  const RunRow* row = draw_run({"running", "paused"});
  if (row == nullptr) return;
  const std::uint64_t run = row->run;
  diary_.deed(force ? "stop --force --preserve-state" : "stop --preserve-state", run_name(run));
  std::vector<std::string> words = {"stop", run_name(run), "--preserve-state"};
  if (force) words.emplace_back("--force");
  const Instant asked = read_clocks().steady;
  resume_at_[run] = asked + chance_.between(kShortestBreak, kLongestBreak);
  tell(run, std::move(words), [this, run, force, asked](int code, const std::string&) {
    if (code == 0 && force) forced_stop_answered(run, asked);
  });
}

std::size_t People::processes_of(std::uint64_t run) const {
  // The whole variable: r1 must not be found in r10.
  const std::vector<Seen> found = find_processes("HEADWAY_RUN=" + run_name(run) + '\0');
  return static_cast<std::size_t>(std::ranges::count_if(found, [&](const Seen& process) {
    return process.command.find(ledger()) != std::string::npos;
  }));
}

void People::forced_stop_answered(std::uint64_t run, Instant asked) {
  const Instant now = read_clocks().steady;
  ++diary_.forced_stops;
  diary_.forced_stop_seconds.push_back(to_seconds(now - asked));
  if (const std::size_t alive = processes_of(run); alive > 0) {
    diary_.violation("a stop is answered when nothing is left",
                     fmt::format("{} processes of {} were alive when its stop was answered", alive,
                                 run_name(run)));
  }
  busy_.insert(run);  // nobody resumes it before it was looked at
  timetable_.after(kSurvivalAllowed, [this, run] {
    busy_.erase(run);
    const std::size_t alive = processes_of(run);
    diary_.stop_survivors += static_cast<unsigned>(alive);
    if (alive > 0) {
      diary_.violation("nothing is left 2 s after stop --force",
                       fmt::format("{} processes of {}", alive, run_name(run)));
    }
  });
}

void People::cancel_run() {
  const RunRow* run = draw_run({"running"});
  if (run == nullptr) return;
  diary_.deed("stop for good", run_name(run->run));
  tell(run->run, {"stop", run_name(run->run), "--force", "--yes"}, [](int, const std::string&) {});
}

void People::cancel_ticket() {
  const RunRow* run = draw_run({"running", "paused"});
  const Plan* plan = run == nullptr ? nullptr : plan_of(*run);
  if (plan == nullptr) return;
  const std::string& ticket = plan->tickets[chance_.below(plan->tickets.size())].id;
  diary_.deed("ticket cancel", fmt::format("{} {}", run_name(run->run), ticket));
  tell(run->run, {"ticket", "cancel", ticket, "--run", run_name(run->run)},
       [](int, const std::string&) {});
}

void People::retry() {
  const RunRow* run = draw_run({"running", "failed"});
  if (run == nullptr) return;
  diary_.deed("ticket retry", run_name(run->run));
  tell(run->run, {"ticket", "retry", "--failed", "--run", run_name(run->run)},
       [](int, const std::string&) {});
}

void People::let_worker_leave() {
  std::vector<Worker*> staying;
  for (Worker& worker : cluster_.workers()) {
    if (worker.pid > 0 && !worker.frozen && !worker.leaving) staying.push_back(&worker);
  }
  if (staying.size() < 2) return;
  Worker& worker = *staying[chance_.below(staying.size())];
  const bool drain = chance_.one_in(2);
  worker.leaving = worker.may_leave = true;
  diary_.deed(drain ? "worker drain" : "worker remove", worker.name);
  commands_.start({"worker", drain ? "drain" : "remove", worker.name},
                  [this, name = worker.name](int code, const std::string&) {
                    // Without an answer it may leave all the same, or not.
                    if (code != 0) cluster_.find_worker(name)->leaving = false;
                  });
}

void People::give_up_worker(Worker& worker) {
  worker.gone = true;
  diary_.deed("worker lost for ever", worker.name);
  cluster_.start_worker(cluster_.add_worker());
  ++removing_;
  timetable_.after(chance_.between(kShortestBreak, kLongestBreak),
                   [this, name = worker.name] { confirm_dead(name); });
}

void People::confirm_dead(const std::string& worker) {
  const auto again = [this, worker] {
    timetable_.after(kAskAgain, [this, worker] { confirm_dead(worker); });
  };
  // A person looks before giving the word.
  if (!find_processes("SOAK_WORKER=" + worker + '\0').empty()) return again();
  commands_.start({"worker", "remove", worker, "--confirm-dead"},
                  [this, again](int code, const std::string& output) {
                    // One that never joined is not known, and nothing waits for it.
                    const bool unknown = output.find("has ever joined") != std::string::npos;
                    if (code != 0 && !unknown) return again();
                    --removing_;
                  });
}

bool People::at_rest() const {
  return seen_.known && submitting_ == 0 && removing_ == 0 && busy_.empty() &&
         std::ranges::all_of(seen_.rows, has_ended);
}

Result<Judgement> People::judge(const History& history, const std::vector<Restart>& restarts) {
  const Result<Ledger> ledger = read_ledger(this->ledger());
  if (!ledger) return ledger.error();
  lines_ = ledger->lines;
  return soak::judge(plans_, history, *ledger, restarts);
}

}  // namespace headway::soak
