#include "coordinator/exposition/prometheus_text.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/base/text.h"
#include "common/base/version.h"

namespace headway {

namespace {

/// A label's value between quotes, without what would end it.
std::string escaped(std::string_view value) {
  std::string text;
  for (const char each : printable(value)) {
    if (each == '\\' || each == '"') text += '\\';
    text += each;
  }
  return text;
}

/// Families of samples, each with its help and type.
class Families {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    name_ = name;
  }
  void sample(const std::string& labels, double value) {
    text_ += labels.empty() ? fmt::format("{} {}\n", name_, value)
                            : fmt::format("{}{{{}}} {}\n", name_, labels, value);
  }
  void alone(std::string_view name, std::string_view type, std::string_view help, double value) {
    begin(name, type, help);
    sample("", value);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

std::string run_label(const ExposedRun& each) {
  return fmt::format("run=\"r{}\"", each.run.id.number());
}

void add_counts(Families& families, const Exposition& exposition) {
  families.begin("headway_run_info", "gauge", "Runs that are not finished, with name and state.");
  for (const ExposedRun& each : exposition.runs) {
    families.sample(fmt::format("{},name=\"{}\",state=\"{}\"", run_label(each),
                                escaped(each.run.name), to_text(each.run.state)),
                    1);
  }
  families.begin("headway_tickets", "gauge", "Tickets of a run by state.");
  for (const ExposedRun& each : exposition.runs) {
    const RunSummary& run = each.run;
    const std::array<std::pair<std::string_view, std::uint32_t>, 8> states = {
        {{"waiting", run.waiting},
         {"ready", run.ready},
         {"alive", run.alive},
         {"succeeded", run.succeeded},
         {"failed", run.failed},
         {"aborted", run.aborted},
         {"cancelled", run.cancelled},
         {"undone", run.undone}}};
    for (const auto& [state, count] : states) {
      families.sample(fmt::format("{},state=\"{}\"", run_label(each), state), count);
    }
  }
}

/// One number of each run.
template <class Number>
void add_each(Families& families, const Exposition& exposition, std::string_view name,
              std::string_view type, std::string_view help, Number number) {
  families.begin(name, type, help);
  for (const ExposedRun& each : exposition.runs) families.sample(run_label(each), number(each));
}

void add_measures(Families& families, const Exposition& exposition) {
  const auto add = [&](std::string_view name, std::string_view type, std::string_view help,
                       auto number) { add_each(families, exposition, name, type, help, number); };
  add("headway_lock_waiters", "gauge", "Tickets that wait for a lock which another holds.",
      [](const ExposedRun& each) { return each.run.active_conflicts; });
  add("headway_retries_total", "counter", "Attempts that failed and were followed by another.",
      [](const ExposedRun& each) { return each.metrics.retries; });
  add("headway_agent_seconds_total", "counter", "Time that agents were there for the run.",
      [](const ExposedRun& each) { return each.metrics.agent_time_s; });
  add("headway_busy_seconds_total", "counter", "Time that agents ran tickets of the run.",
      [](const ExposedRun& each) { return each.metrics.busy_time_s; });
  add("headway_lost_seconds_total", "counter", "Time of attempts that ended with their worker.",
      [](const ExposedRun& each) { return each.metrics.lost_time_s; });
  add("headway_parallelism_efficiency_ratio", "gauge", "Of the agents' time, what was not wasted.",
      [](const ExposedRun& each) { return each.metrics.parallelism_efficiency; });
  add("headway_execution_seconds_mean", "gauge", "Mean time of attempts that ended by themselves.",
      [](const ExposedRun& each) { return each.metrics.average_execution_time_s; });
  add("headway_queue_seconds_mean", "gauge", "Mean time from ready to started.",
      [](const ExposedRun& each) { return each.metrics.queue_time_s; });
  add("headway_lead_seconds_mean", "gauge", "Mean time from ready to success.",
      [](const ExposedRun& each) { return each.metrics.lead_time_s; });
  add("headway_lock_wait_seconds_mean", "gauge", "Mean wait of tickets for locks.",
      [](const ExposedRun& each) { return each.metrics.conflict_resolution_time_s; });
  families.begin("headway_eta_seconds", "gauge", "Time that is left, where something can be said.");
  for (const ExposedRun& each : exposition.runs) {
    if (each.run.eta) families.sample(run_label(each), to_seconds(*each.run.eta));
  }
  families.begin("headway_eta_late_seconds", "gauge",
                 "Time that is left, which will do in nine cases of ten.");
  for (const ExposedRun& each : exposition.runs) {
    if (each.run.eta_late) families.sample(run_label(each), to_seconds(*each.run.eta_late));
  }
  families.begin("headway_machine_busy_ratio", "gauge",
                 "How busy the machines were during a run, mean over time and workers.");
  for (const ExposedRun& each : exposition.runs) {
    const RunMetrics& metrics = each.metrics;
    const std::array<std::pair<std::string_view, double>, 4> parts = {
        {{"cpu", metrics.cpu},
         {"memory", metrics.memory},
         {"disk", metrics.disk},
         {"network", metrics.network}}};
    for (const auto& [part, share] : parts) {
      families.sample(fmt::format("{},part=\"{}\"", run_label(each), part), share);
    }
  }
}

}  // namespace

std::string prometheus_text(const Exposition& exposition) {
  Families families;
  families.begin("headway_build_info", "gauge", "The coordinator's version.");
  families.sample(fmt::format("version=\"{}\"", kVersion), 1);
  add_counts(families, exposition);
  add_measures(families, exposition);
  families.begin("headway_agents", "gauge", "Agents by state.");
  for (const auto& [state, count] : exposition.agents) {
    families.sample(fmt::format("state=\"{}\"", to_text(state)), count);
  }
  const auto alone = [&](std::string_view name, std::string_view type, std::string_view help,
                         double value) { families.alone(name, type, help, value); };
  alone("headway_epoch", "gauge", "How often a coordinator has started on this registry.",
        static_cast<double>(exposition.epoch));
  alone("headway_facts_total", "counter", "Facts in the journal.",
        static_cast<double>(exposition.facts));
  families.begin("headway_dropped_total", "counter",
                 "Messages and connections that were dropped, by reason.");
  families.sample("reason=\"undecodable\"", static_cast<double>(exposition.undecodable_frames));
  families.sample("reason=\"misplaced\"", static_cast<double>(exposition.misplaced_messages));
  families.sample("reason=\"overload\"", static_cast<double>(exposition.dropped_requests));
  families.sample("reason=\"stale\"", static_cast<double>(exposition.stale_messages));
  families.sample("reason=\"refused\"", static_cast<double>(exposition.refused_hellos));
  families.sample("reason=\"handshake\"", static_cast<double>(exposition.failed_handshakes));
  for (const auto& [kind, count] : exposition.turned_away) {
    families.sample(fmt::format("reason=\"{}\"", kind), static_cast<double>(count));
  }
  alone("headway_connections", "gauge", "Open connections of workers and clients.",
        static_cast<double>(exposition.connections));
  alone("headway_connections_ended_total", "counter",
        "Connections that have ended, for whatever reason; too large a frame ends one.",
        static_cast<double>(exposition.connections_ended));
  alone("headway_registry_free_bytes", "gauge", "Free space where the registry is.",
        static_cast<double>(exposition.free_bytes));
  alone("headway_longest_turn_seconds", "gauge", "Longest turn of the coordinator's thread so far.",
        to_seconds(exposition.longest_turn));
  return families.take();
}

}  // namespace headway
