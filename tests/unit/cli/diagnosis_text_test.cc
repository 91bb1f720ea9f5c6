#include "coordinator/cli/report/diagnosis_text.h"

#include <gmock/gmock.h>

namespace headway::cli {
namespace {

using testing::HasSubstr;

DiagnoseAnswer sample_diagnosis() {
  DiagnoseAnswer answer;
  answer.run.id = RunId{3};
  answer.run.name = "demo";
  answer.run.total = 4;
  answer.run.alive = 4;
  Finding problem;
  problem.kind = FindingKind::kFailure;
  problem.severity = FindingSeverity::kProblem;
  problem.what = "BAD failed for good: exit 1.";
  problem.evidence = {"1 attempt.", "it wrote \x1b[2J"};
  problem.consequence = "2 tickets will not run.";
  problem.cost = std::chrono::minutes{2};
  problem.tickets = {"BAD"};
  problem.command = "headway ticket retry BAD";
  Finding note;
  note.kind = FindingKind::kCriticalPath;
  note.severity = FindingSeverity::kNote;
  note.what = "What is left takes 5m at least.";
  answer.findings = {problem, note};
  answer.findings_in_all = 3;
  return answer;
}

TEST(DiagnosisText, HasEachFindingWithEvidenceConsequenceAndWhatWouldMendIt) {
  EXPECT_EQ(diagnosis_text(sample_diagnosis(), {}, Format::kTable, false),
            "r3 demo  running  4 running of 4 tickets\n"
            "\n"
            "problem: BAD failed for good: exit 1.\n"
            "    1 attempt.\n"
            "    it wrote \\x1b[2J\n"
            "  2 tickets will not run.\n"
            "  mend: headway ticket retry BAD\n"
            "\n"
            "note: What is left takes 5m at least.\n"
            "\n"
            "and 1 more, of those that are the least grave\n");
}

TEST(DiagnosisText, IsMarkdown) {
  EXPECT_THAT(diagnosis_text(sample_diagnosis(), {}, Format::kMarkdown, false),
              HasSubstr("## problem: BAD failed for good: exit 1.\n\n- 1 attempt.\n- it wrote "
                        "\\x1b[2J\n\n2 tickets will not run.\n\nMend: `headway ticket retry "
                        "BAD`\n"));
}

TEST(DiagnosisText, IsALineForEachFindingWherePlain) {
  EXPECT_EQ(diagnosis_text(sample_diagnosis(), {}, Format::kPlain, false),
            "problem\tfailure\tBAD failed for good: exit 1.\theadway ticket retry BAD\n"
            "note\tcritical path\tWhat is left takes 5m at least.\t\n");
}

TEST(DiagnosisText, SaysWhatWasLookedAtWhereNothingWasFound) {
  DiagnoseAnswer answer = sample_diagnosis();
  answer.findings.clear();
  EXPECT_EQ(diagnosis_text(answer, {}, Format::kTable, false),
            "Nothing is wrong with r3 demo that could be seen. Looked at: locks, agents, tickets, "
            "the longest chain that is left and the registry.\n");
  EXPECT_THAT(diagnosis_text(answer, {.conflicts = true}, Format::kTable, false),
              HasSubstr("Looked at: locks and tickets that are passed over."));
  EXPECT_THAT(diagnosis_text(answer, {.live = false}, Format::kTable, false),
              HasSubstr("its agents and locks could not be looked at"));
}

TEST(DiagnosisText, IsJsonWithAVersion) {
  const Json json = diagnosis_json(sample_diagnosis(), {.live = true});
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["run"]["id"], "r3");
  EXPECT_EQ(json["findings_in_all"], 3);
  EXPECT_EQ(json["findings"][0]["kind"], "failure");
  EXPECT_EQ(json["findings"][0]["severity"], "problem");
  EXPECT_EQ(json["findings"][0]["cost_seconds"], 120.0);
  EXPECT_EQ(json["findings"][0]["command"], "headway ticket retry BAD");
  EXPECT_TRUE(json["findings"][0]["worker"].is_null());
  EXPECT_TRUE(json["findings"][1]["command"].is_null());
}

TEST(DiagnosisText, CallsProblemsAndWarningsTrouble) {
  DiagnoseAnswer answer = sample_diagnosis();
  EXPECT_TRUE(has_trouble(answer));
  answer.findings.erase(answer.findings.begin());
  EXPECT_FALSE(has_trouble(answer));
}

}  // namespace
}  // namespace headway::cli
