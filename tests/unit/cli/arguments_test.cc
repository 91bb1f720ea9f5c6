#include "coordinator/cli/command/arguments.h"

#include <gtest/gtest.h>

#include "coordinator/cli/command/help.h"
#include "coordinator/cli/verbs/dispatch.h"
#include "coordinator/cli/verbs/table.h"

namespace headway::cli {
namespace {

using Words = std::vector<std::string>;

const VerbSpec& verb(std::string_view name) {
  const VerbSpec* found = find_verb(verb_table(), name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

std::string refusal(std::string_view name, const Words& words) {
  const Result<Arguments> parsed = parse_arguments(verb(name), words);
  EXPECT_FALSE(parsed.ok());
  if (parsed) return "";
  EXPECT_EQ(parsed.error().kind, ErrorKind::kUsage);
  return parsed.error().message;
}

TEST(Parsing, TakesTheCommandLinesOfTheContract) {
  const std::vector<std::pair<std::string, Words>> lines = {
      {"execute-parallel-plan", {"plan.yaml", "--monitor", "--validate"}},
      {"execute-parallel-plan", {"plan.yaml", "--local", "4"}},
      {"execute-parallel-plan", {"plan.yaml", "--dry-run", "--report", "simulation.md"}},
      {"execute-parallel-plan", {"plan.yaml", "--groups", "1,3"}},
      {"pause-execution", {"--wait-for-completion"}},
      {"resume-execution", {"--validate-state"}},
      {"stop-execution", {"--force", "--preserve-state"}},
      {"show-agent-status", {"--format", "table", "--include-metrics"}},
  };
  for (const auto& [name, words] : lines) {
    const VerbSpec* spec = find_alias(verb_table(), name);
    ASSERT_NE(spec, nullptr) << name;
    const Result<Arguments> parsed = parse_arguments(*spec, words);
    EXPECT_TRUE(parsed.ok()) << name << ": " << (parsed ? "" : parsed.error().message);
  }
}

TEST(Parsing, KeepsValuesFlagsAndWordsApart) {
  const Result<Arguments> parsed =
      parse_arguments(verb("logs"), {"A", "--tail=5", "B", "-f", "--", "--odd"});
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->positionals(), (Words{"A", "B", "--odd"}));
  EXPECT_TRUE(parsed->has("follow"));
  EXPECT_EQ(parsed->value("tail"), "5");
  EXPECT_FALSE(parsed->value("run").has_value());
  EXPECT_EQ(parsed->number("tail", 0, 9).value(), 5);
}

TEST(Parsing, SuggestsTheNearestOfAnUnknownOption) {
  EXPECT_NE(refusal("status", {"--frmat", "json"}).find("did you mean --format?"),
            std::string::npos);
}

TEST(Parsing, NeverGuessesFromABeginningButNamesWhatItCouldBe) {
  EXPECT_NE(refusal("run", {"plan.yaml", "--valid"}).find("--validate"), std::string::npos);
}

TEST(Parsing, RefusesWhatCannotBeMeant) {
  EXPECT_NE(refusal("run", {}).find("needs PLAN"), std::string::npos);
  EXPECT_NE(refusal("run", {"a", "b"}).find("`b`"), std::string::npos);
  EXPECT_NE(refusal("status", {"--format", "xml"}).find("not `xml`"), std::string::npos);
  EXPECT_NE(refusal("status", {"--format"}).find("format"), std::string::npos);
  EXPECT_NE(refusal("status", {"--state-dir", ""}).find("--state-dir needs DIR"),
            std::string::npos);
  EXPECT_NE(refusal("status", {"--format", "json", "--format", "table"}).find("twice"),
            std::string::npos);
  EXPECT_NE(refusal("import", {"dax", "x"}).find("wfcommons"), std::string::npos);
  refusal("run", {"plan.yaml", "--monitor=yes"});
}

TEST(Parsing, RefusesNumbersOutOfRange) {
  const Result<Arguments> parsed = parse_arguments(verb("run"), {"plan.yaml", "--local", "0"});
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE(parsed->number("local", 1, 10).ok());
  EXPECT_FALSE(parse_number("x", "4x", 1, 10).ok());
  EXPECT_FALSE(parse_number("x", "", 1, 10).ok());
  EXPECT_FALSE(parse_number("x", "99999999999999999999", 1, 10).ok());
}

TEST(Parsing, HelpNeedsNothingElse) {
  const Result<Arguments> parsed = parse_arguments(verb("run"), {"--help"});
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->wants_help());
}

TEST(Verbs, AreFoundByTheirOtherNamesAndSuggestedWhenMistyped) {
  EXPECT_EQ(verb_called(verb_table(), "execute-parallel-plan").value()->name, "run");
  const Result<const VerbSpec*> unknown = verb_called(verb_table(), "statsu");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("did you mean status?"), std::string::npos);
}

}  // namespace
}  // namespace headway::cli
