#include "tests/soak/harness/mischief.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "common/system/clock.h"

namespace headway::soak {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kLongestDown = seconds{4};
/// Beyond the lease, so that it runs out now and then.
constexpr Duration kLongestFreeze = seconds{6};
constexpr Duration kLongestCut = seconds{8};
constexpr Duration kLongestDelay = milliseconds{800};
constexpr Duration kBlink = milliseconds{50};
/// Packets in a hundred, in each direction: beyond this TCP comes to nothing, as in a cut.
constexpr std::uint64_t kMostLost = 40;

}  // namespace

void Mischief::strike(WorkloadKind workload) {
  struct Deed {
    unsigned weight;
    std::function<void()> act;
  };
  // The first befall programs and links; the rest is done by people.
  constexpr std::size_t kOfFate = 8;
  const std::array<Deed, 15> deeds = {{
      {14, [this] { kill_coordinator(); }},
      {22, [this] { kill_worker(); }},
      {16, [this] { kill_supervisor(); }},
      {2, [this] { lose_worker(); }},
      {1, [this] { cut_power(); }},
      {3, [this] { freeze_coordinator(); }},
      {6, [this] { freeze_worker(); }},
      {14, [this] { break_link(); }},
      {3, [this] { people_.pause(); }},
      {2, [this] { people_.stop(false); }},
      {5, [this] { people_.stop(true); }},
      {1, [this] { people_.cancel_run(); }},
      {5, [this] { people_.cancel_ticket(); }},
      {4, [this] { people_.retry(); }},
      {2, [this] { people_.let_worker_leave(); }},
  }};
  const std::span possible =
      std::span(deeds).first(workload == WorkloadKind::kDrawn ? deeds.size() : kOfFate);
  const auto total =
      std::accumulate(possible.begin(), possible.end(), 0U,
                      [](unsigned sum, const Deed& deed) { return sum + deed.weight; });
  std::uint64_t drawn = chance_.below(total);
  for (const Deed& deed : possible) {
    if (drawn < deed.weight) return deed.act();
    drawn -= deed.weight;
  }
}

Worker* Mischief::draw_worker(bool robust) {
  std::vector<Worker*> fitting;
  const Instant now = read_clocks().steady;
  for (Worker& worker : cluster_.workers()) {
    const bool fits = worker.pid > 0 && !worker.leaving && !worker.frozen;
    if (fits && !(robust && now < worker.fragile_until)) fitting.push_back(&worker);
  }
  return fitting.empty() ? nullptr : fitting[chance_.below(fitting.size())];
}

void Mischief::bring_back(Worker& worker) {
  // Half of them at once, as a service manager would; the rest within seconds, some beyond the
  // lease.
  const Duration down = chance_.one_in(2) ? Duration{} : chance_.between({}, kLongestDown);
  timetable_.after(down, [this, &worker] {
    if (worker.pid > 0 || worker.gone) return;
    ++diary_.recoveries;
    cluster_.start_worker(worker);
  });
}

void Mischief::kill_coordinator() {
  if (!cluster_.coordinator_runs()) return;
  cluster_.kill_coordinator();
  const Duration down = chance_.one_in(2) ? Duration{} : chance_.between({}, seconds{3});
  timetable_.after(down, [this] { cluster_.start_coordinator(); });
}

void Mischief::kill_worker() {
  Worker* worker = draw_worker(true);
  if (worker == nullptr) return;
  // A machine that is lost says no goodbye for its programs, as a killed program's kernel does.
  if (cluster_.hosts() != nullptr && chance_.one_in(2)) lose_power(*worker);
  cluster_.kill_worker(*worker);
  bring_back(*worker);
}

void Mischief::lose_power(const Worker& worker) {
  diary_.deed("machine lost", worker.name);
  cluster_.hosts()->pull(worker.host);
  timetable_.after(chance_.between(kBlink, kLongestDown),
                   [this, host = worker.host] { cluster_.hosts()->heal(host); });
}

void Mischief::kill_supervisor() {
  Worker* worker = draw_worker(false);
  if (worker != nullptr) cluster_.kill_supervisor(*worker, chance_.next());
}

void Mischief::lose_worker() {
  Worker* worker = draw_worker(true);
  if (worker == nullptr) return;
  cluster_.kill_worker(*worker);
  people_.give_up_worker(*worker);
}

void Mischief::cut_power() {
  if (!cluster_.coordinator_runs()) return;
  diary_.deed("everything killed at once", "");
  for (Worker& worker : cluster_.workers()) {
    if (worker.pid <= 0 || worker.leaving || read_clocks().steady < worker.fragile_until) continue;
    cluster_.kill_worker(worker);
    bring_back(worker);
  }
  kill_coordinator();
}

void Mischief::freeze_coordinator() {
  if (!cluster_.coordinator_runs() || cluster_.coordinator_frozen()) return;
  const Duration time = chance_.between(kBlink, kLongestFreeze);
  diary_.deed("coordinator frozen", fmt::format("for {:.2f} s", to_seconds(time)));
  cluster_.freeze_coordinator(true);
  timetable_.after(time, [this] { cluster_.freeze_coordinator(false); });
}

void Mischief::freeze_worker() {
  Worker* worker = draw_worker(true);
  if (worker == nullptr) return;
  const Duration time = chance_.between(kBlink, kLongestFreeze);
  diary_.deed("worker frozen", fmt::format("{} for {:.2f} s", worker->name, to_seconds(time)));
  cluster_.freeze_worker(*worker, true);
  timetable_.after(time, [this, worker] { cluster_.freeze_worker(*worker, false); });
}

/// Most cuts are short; one in three may outlive a lease.
Duration Mischief::draw_cut() {
  return chance_.between(kBlink, chance_.one_in(3) ? kLongestCut : seconds{2});
}

void Mischief::break_cable(const Worker& worker) {
  const Duration time = draw_cut();
  const std::string text = fmt::format("{} for {:.2f} s", worker.name, to_seconds(time));
  const std::uint64_t how = chance_.below(3);
  if (how == 0) {
    diary_.deed("cable pulled", text);
    cluster_.hosts()->pull(worker.host);
  } else if (how == 1) {
    diary_.deed("cut further away", text);
    cluster_.hosts()->lose(worker.host, 100);
  } else {
    const auto percent = static_cast<unsigned>(5 + chance_.below(kMostLost));
    diary_.deed("packets lost", fmt::format("{}, {} in a hundred", text, percent));
    cluster_.hosts()->lose(worker.host, percent);
  }
  timetable_.after(time, [this, host = worker.host] { cluster_.hosts()->heal(host); });
}

void Mischief::break_link() {
  Worker* worker = draw_worker(false);
  if (worker == nullptr) return;
  if (cluster_.hosts() != nullptr) return break_cable(*worker);
  Relay& relay = cluster_.relay();
  const Relay::LinkId link = worker->link;
  const std::uint64_t how = chance_.below(5);
  if (how == 0) {
    diary_.deed("link reset", worker->name);
    relay.reset(link);
    return;
  }
  const Duration time = draw_cut();
  if (how == 4) {
    const Duration by = chance_.between(milliseconds{1}, kLongestDelay);
    diary_.deed("link slow", fmt::format("{} by {:.3f} s", worker->name, to_seconds(by)));
    relay.delay(link, by);
  } else {
    static constexpr std::array<const char*, 4> kKinds = {"", "link cut both ways", "link cut up",
                                                          "link cut down"};
    diary_.deed(kKinds[how], fmt::format("{} for {:.2f} s", worker->name, to_seconds(time)));
    relay.hold(link, how != 3, how != 2);
  }
  const bool resets = chance_.one_in(3);
  timetable_.after(time, [this, link, resets] {
    // As after an outage long enough for one end to have given up.
    if (resets) cluster_.relay().reset(link);
    cluster_.relay().heal(link);
  });
}

}  // namespace headway::soak
