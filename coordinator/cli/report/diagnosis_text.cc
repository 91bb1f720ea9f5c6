#include "coordinator/cli/report/diagnosis_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {

namespace {

/// What was looked at, in words.
std::string looked_at(const DiagnosisScope& scope) {
  if (scope.conflicts == scope.bottlenecks) {
    return scope.live ? "locks, agents, tickets, the longest chain that is left and the registry"
                      : "tickets, the longest chain that is left and the registry";
  }
  return scope.conflicts ? "locks and tickets that are passed over"
                         : "tickets, agents and the longest chain that is left";
}

std::string nothing_found(const DiagnoseAnswer& answer, const DiagnosisScope& scope) {
  std::string text = fmt::format("Nothing is wrong with {} that could be seen. Looked at: {}.\n",
                                 printable(run_title(answer.run)), looked_at(scope));
  if (!scope.live && !is_final(answer.run.state)) {
    text += "No coordinator is alive: its agents and locks could not be looked at.\n";
  }
  return text;
}

Colour severity_colour(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kProblem:
      return Colour::kRed;
    case FindingSeverity::kWarning:
      return Colour::kYellow;
    case FindingSeverity::kNote:
      return Colour::kDim;
  }
  return Colour::kNone;
}

std::string finding_text(const Finding& finding, bool colour) {
  std::string text = fmt::format(
      "{}: {}\n", coloured(to_text(finding.severity), severity_colour(finding.severity), colour),
      coloured(printable(finding.what), Colour::kBold, colour));
  for (const std::string& sentence : finding.evidence) {
    text += fmt::format("    {}\n", printable(sentence));
  }
  if (!finding.consequence.empty()) text += fmt::format("  {}\n", printable(finding.consequence));
  if (!finding.command.empty()) text += fmt::format("  mend: {}\n", printable(finding.command));
  return text;
}

std::string finding_markdown(const Finding& finding) {
  std::string text = fmt::format("## {}: {}\n\n", to_text(finding.severity),
                                 markdown_text(printable(finding.what)));
  for (const std::string& sentence : finding.evidence) {
    text += fmt::format("- {}\n", markdown_text(printable(sentence)));
  }
  if (!finding.consequence.empty())
    text += fmt::format("\n{}\n", markdown_text(printable(finding.consequence)));
  if (!finding.command.empty()) text += fmt::format("\nMend: `{}`\n", printable(finding.command));
  return text;
}

std::string plain_lines(const DiagnoseAnswer& answer) {
  Table table({{.title = "SEVERITY"}, {.title = "KIND"}, {.title = "WHAT"}, {.title = "MEND"}});
  for (const Finding& finding : answer.findings) {
    table.add({std::string(to_text(finding.severity)), std::string(to_text(finding.kind)),
               finding.what, finding.command});
  }
  return table.render(Format::kPlain, false, 0);
}

}  // namespace

std::string diagnosis_text(const DiagnoseAnswer& answer, const DiagnosisScope& scope, Format format,
                           bool colour) {
  if (format == Format::kPlain) return plain_lines(answer);
  if (answer.findings.empty()) return nothing_found(answer, scope);
  const bool markdown = format == Format::kMarkdown;
  std::string text =
      fmt::format("{}{}  {}  {}\n", markdown ? "# " : "",
                  markdown ? markdown_text(run_title(answer.run)) : run_title(answer.run),
                  to_text(answer.run.state), counts_sentence(answer.run));
  for (const Finding& finding : answer.findings) {
    text += "\n" + (markdown ? finding_markdown(finding) : finding_text(finding, colour));
  }
  if (answer.findings_in_all > answer.findings.size()) {
    text += fmt::format("\nand {} more, of those that are the least grave\n",
                        answer.findings_in_all - answer.findings.size());
  }
  return text;
}

Json finding_json(const Finding& finding) {
  return {
      {"kind", to_text(finding.kind)},
      {"severity", to_text(finding.severity)},
      {"what", finding.what},
      {"evidence", finding.evidence},
      {"consequence", finding.consequence},
      {"cost_seconds", finding.cost ? Json(seconds(*finding.cost)) : Json(nullptr)},
      {"tickets", finding.tickets},
      {"worker", finding.worker.empty() ? Json(nullptr) : Json(finding.worker)},
      {"command", finding.command.empty() ? Json(nullptr) : Json(finding.command)},
  };
}

Json diagnosis_json(const DiagnoseAnswer& answer, const DiagnosisScope& scope) {
  Json json = versioned();
  json["run"] = run_json(answer.run);
  json["live"] = scope.live;
  json["looked_at"] = looked_at(scope);
  json["findings"] = Json::array();
  for (const Finding& finding : answer.findings) json["findings"].push_back(finding_json(finding));
  json["findings_in_all"] = answer.findings_in_all;
  return json;
}

bool has_trouble(const DiagnoseAnswer& answer) {
  return std::ranges::any_of(answer.findings, [](const Finding& finding) {
    return finding.severity != FindingSeverity::kNote;
  });
}

}  // namespace headway::cli
