#include "tests/soak/harness/calculators.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/system/clock.h"
#include "common/system/files.h"
#include "tests/support/calculator/calculator.h"

namespace headway::soak {

namespace {

constexpr std::size_t kCalculatorsAtWork = 2;
constexpr std::size_t kMostPlanBytes = 1'000'000;

/// Gives the plan in a folder a name of its own; its tickets, in their order.
Plan name_plan(const std::string& folder, const std::string& name) {
  const Result<std::string> text = read_file(folder + "/plan.yaml", kMostPlanBytes);
  HW_CHECK(text.ok(), "the calculator's plan cannot be read");
  Plan plan;
  plan.name = name;
  std::string named;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kTicket = "  - id: ";
    if (line.starts_with(kTicket)) {
      PlannedTicket ticket;
      ticket.id = line.substr(kTicket.size());
      plan.tickets.push_back(std::move(ticket));
    }
    named += (line.starts_with("name: ") ? "name: " + name : line) + "\n";
  }
  HW_CHECK(write_file_atomically(folder + "/plan.yaml", named).ok(),
           "the calculator's plan cannot be written");
  return plan;
}

}  // namespace

Calculators::Calculators(const Options& options, Cluster& cluster, Commands& commands, Diary& diary)
    : options_(options), cluster_(cluster), commands_(commands), diary_(diary) {}

std::string Calculators::folder_of(const std::string& plan) const {
  return options_.folder + "/plans/" + plan;
}

bool Calculators::is_ready() const {
  return !seen_.rows.empty() && seen_.known && has_ended(seen_.rows.front());
}

bool Calculators::at_rest() const {
  return submitting_ == 0 && busy_.empty() && seen_.known &&
         std::ranges::all_of(seen_.rows, has_ended);
}

void Calculators::turn(bool submitting) {
  if (!seen_.look(cluster_.registry(), diary_)) return;
  for (const RunRow& run : seen_.rows) {
    if (!has_ended(run) && !busy_.contains(run.run)) attend(run);
  }
  const auto at_work = static_cast<std::size_t>(
      std::ranges::count_if(seen_.rows, [](const RunRow& run) { return !has_ended(run); }));
  const bool wanted = plans_.empty() || (is_ready() && submitting);
  if (wanted && at_work + submitting_ < kCalculatorsAtWork) submit();
}

void Calculators::submit() {
  const std::string name = fmt::format("calculator-{}", plans_.size() + 1);
  const std::string folder = folder_of(name);
  HW_CHECK(make_directories(folder).ok(), "a folder of the soak cannot be made");
  test::lay_out_calculator(folder);
  test::let_table_go_on(folder);
  const std::size_t index = plans_.size();
  plans_.push_back(name_plan(folder, name));
  ++submitting_;
  commands_.start({"run", folder + "/plan.yaml", "--detach"},
                  [this, index](int code, const std::string& /*output*/) {
                    --submitting_;
                    seen_.known = false;
                    plans_[index].acknowledged = code == 0;
                  });
}

void Calculators::tell(std::uint64_t run, std::vector<std::string> words) {
  busy_.insert(run);
  commands_.start(std::move(words), [this, run](int /*code*/, const std::string& /*output*/) {
    busy_.erase(run);
    seen_.known = false;
  });
}

/// What there is to do for a person; what was not answered is done again.
void Calculators::attend(const RunRow& run) {
  const std::string name = run_name(run.run);
  if (run.state == "paused") {
    test::mend_calculator(folder_of(run.name));
    mended_.insert(run.run);
    return tell(run.run, {"resume", name});
  }
  const auto tickets = read_ticket_states(cluster_.registry(), run.run);
  if (!tickets || run.state != "running") return;
  // MAIN and all behind it would never be: what is left of this one is not worth waiting for.
  const bool hopeless = std::ranges::any_of(*tickets, [](const auto& ticket) {
    return ticket.second == "failed" && ticket.first != "GPU" && ticket.first != "TRIAL";
  });
  if (hopeless) return tell(run.run, {"stop", name, "--force", "--yes"});
  const auto notes = tickets->find("NOTES");
  const bool asked = notes != tickets->end() && notes->second == "review";
  if (asked && mended_.contains(run.run))
    tell(run.run, {"ticket", "approve", "NOTES", "--run", name, "--by", "ann"});
}

std::vector<Workpiece> Calculators::pieces(const History& history) const {
  std::vector<Workpiece> pieces;
  for (const Plan& plan : plans_) {
    Workpiece piece;
    piece.plan = plan.name;
    for (const auto& [path, content] : test::calculator_tree(folder_of(plan.name))) {
      // The plan has another name in each.
      if (path != "plan.yaml") piece.digests[path] = sha256_hex(content);
    }
    const auto run = std::ranges::find(history.runs, plan.name, &RunRow::name);
    piece.spoilt =
        run != history.runs.end() && std::ranges::any_of(history.facts, [&](const FactRow& fact) {
          return fact.run == run->run && fact.outcome == "killed its workers";
        });
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

Result<Judgement> Calculators::judge(const History& history, const std::vector<Restart>& restarts) {
  return judge_workpieces(plans_, history, pieces(history), restarts);
}

}  // namespace headway::soak
