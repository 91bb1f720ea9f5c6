#include "coordinator/cli/report/junit.h"

#include <fmt/format.h>

#include "common/base/states.h"
#include "common/base/units.h"
#include "coordinator/cli/report/markup.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

std::string seconds_text(std::optional<Duration> duration) {
  return fmt::format("{:.3f}", to_seconds(duration.value_or(Duration{})));
}

std::string test_case(const ReportedTicket& ticket) {
  const TicketView& view = ticket.view;
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                  markup_text(view.category.empty() ? "ticket" : view.category),
                  markup_text(view.title.empty() ? view.id : view.id + " " + view.title),
                  seconds_text(ticket.took));
  if (view.state == TicketState::kSucceeded) return text + "/>\n";
  if (view.state == TicketState::kFailed) {
    std::string why = cause(view.outcome, view.exit_code, view.detail);
    if (!view.rollback.empty()) why += fmt::format(" (rollback {})", view.rollback);
    why = markup_text(why);
    return text +
           fmt::format(">\n      <failure message=\"{0}\">{0}</failure>\n    </testcase>\n", why);
  }
  const std::string state(to_text(view.state));
  const std::string why = view.detail.empty() ? state : state + ": " + view.detail;
  return text +
         fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", markup_text(why));
}

}  // namespace

std::string junit_xml(const RegistryReport& report) {
  std::size_t failed = 0;
  std::size_t skipped = 0;
  Duration took{};
  std::string cases;
  for (const ReportedTicket& ticket : report.tickets) {
    failed += ticket.view.state == TicketState::kFailed ? 1U : 0U;
    const bool told =
        ticket.view.state == TicketState::kFailed || ticket.view.state == TicketState::kSucceeded;
    skipped += told ? 0U : 1U;
    took += ticket.took.value_or(Duration{});
    cases += test_case(ticket);
  }
  const std::string counts = fmt::format(
      "name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\"",
      markup_text(run_title(report.run)), report.tickets.size(), failed, skipped,
      seconds_text(took));
  const std::string timestamp =
      report.run.started_at ? fmt::format(" timestamp=\"{}\"", format_time(*report.run.started_at))
                            : std::string();
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite "
      "{0}{1}>\n{2}  </testsuite>\n</testsuites>\n",
      counts, timestamp, cases);
}

}  // namespace headway::cli
