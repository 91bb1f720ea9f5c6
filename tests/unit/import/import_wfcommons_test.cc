#include "coordinator/import/import_wfcommons.h"

#include <numeric>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two tasks: `split` reads `in.txt` and writes `a b.txt`, which `join` reads; `join` writes
/// `/out/sum*.txt`. Only the files say that `join` comes after `split`. `{}` is replaced.
constexpr std::string_view kDocument = R"({{
  "name": "small", "schemaVersion": "1.5",
  "workflow": {{
    "specification": {{
      "tasks": [
        {{"id": "split", "name": "Split it", "parents": [{parents}], "children": [],
          "inputFiles": ["in.txt"], "outputFiles": ["a b.txt"]}},
        {{"id": "join", "name": "Join it", "parents": [], "children": [],
          "inputFiles": ["a b.txt", "in.txt"], "outputFiles": ["{output}"]}}
      ],
      "files": [
        {{"id": "in.txt", "sizeInBytes": 1000}},
        {{"id": "a b.txt", "sizeInBytes": 500}},
        {{"id": "{output}", "sizeInBytes": 0}}
      ]
    }},
    "execution": {{"tasks": [
      {{"id": "split", "runtimeInSeconds": 12.5, "command": {{"program": "splitter"}}}},
      {{"id": "{executed}", "runtimeInSeconds": {runtime}}}
    ]}}
  }}
}})";

struct Holes {
  std::string parents = "";
  std::string output = "/out/sum*.txt";
  std::string executed = "join";
  std::string runtime = "100";
};

std::string document(const Holes& holes = {}) {
  return fmt::format(kDocument, fmt::arg("parents", holes.parents),
                     fmt::arg("output", holes.output), fmt::arg("executed", holes.executed),
                     fmt::arg("runtime", holes.runtime));
}

Plan imported(const std::string& text, const ImportOptions& options = {}) {
  auto plan = import_wfcommons(text, "small", options);
  EXPECT_TRUE(plan.ok()) << (plan.ok() ? "" : plan.error().message);
  return plan.ok() ? *plan : Plan{};
}

std::string refusal(const std::string& text) {
  auto plan = import_wfcommons(text, "small");
  if (plan.ok()) return "accepted";
  EXPECT_EQ(plan.error().kind, ErrorKind::kInvalidPlan);
  return plan.error().message;
}

std::string without(std::string text, const std::string& part) {
  const auto at = text.find(part);
  EXPECT_NE(at, text.npos) << part;
  return text.erase(at, part.size());
}

TEST(ImportWfCommons, MakesATicketOfEachTaskAndOneOfTheInputs) {
  const Plan plan = imported(document());
  ASSERT_EQ(plan.tickets.size(), 3);
  EXPECT_EQ(plan.name, "small");
  EXPECT_EQ(plan.tickets[0].id, "inputs");
  EXPECT_EQ(plan.tickets[1].id, "split");
  EXPECT_EQ(plan.tickets[1].title, "Split it");
  EXPECT_EQ(plan.tickets[1].category, "splitter");
  EXPECT_EQ(plan.tickets[2].id, "join");
}

TEST(ImportWfCommons, TicketsReadTakeTheirTimeAndWrite) {
  const Plan plan = imported(document());
  EXPECT_THAT(plan.tickets[1].command.words,
              ElementsAre("sh", "data/small.sh", "reads", "1000", "in.txt", "takes", "0.125",
                          "writes", "500", "a b.txt"));
  EXPECT_EQ(plan.tickets[1].estimate, std::chrono::milliseconds{125});
  EXPECT_THAT(plan.tickets[1].artifacts, ElementsAre("data/small/a b.txt"));
}

TEST(ImportWfCommons, TheFirstTicketMakesWhatNoTaskWrites) {
  const auto words = imported(document()).tickets[0].command.words;
  const std::vector<std::string> arguments(words.begin() + 3, words.end());
  EXPECT_THAT(arguments, ElementsAre("inputs", "reads", "takes", "0", "writes", "1000", "in.txt"));
}

TEST(ImportWfCommons, AReaderWaitsForTheWriterWhoeverItsParentsAre) {
  const Plan plan = imported(document());
  EXPECT_THAT(plan.tickets[1].dependencies.blocking, ElementsAre("inputs"));
  EXPECT_THAT(plan.tickets[2].dependencies.blocking, ElementsAre("split"));
}

TEST(ImportWfCommons, PathsStayBelowTheFolderAndArtifactsMatchNothingElse) {
  const Plan plan = imported(document());
  EXPECT_EQ(plan.tickets[2].command.words.back(), "out/sum*.txt");
  EXPECT_THAT(plan.tickets[2].artifacts, ElementsAre("data/small/out/sum[*].txt"));
}

TEST(ImportWfCommons, AFileKeepsAtLeastOneByte) {
  const Plan plan = imported(document());
  const auto& words = plan.tickets[2].command.words;
  EXPECT_EQ(words[words.size() - 2], "1");
}

TEST(ImportWfCommons, FilesShrinkAlikeUntilAllTogetherFit) {
  const Plan plan = imported(document(), {.most_bytes = 150});
  EXPECT_EQ(plan.tickets[1].command.words[3], "100");
  EXPECT_EQ(plan.tickets[1].command.words[8], "50");
}

TEST(ImportWfCommons, ScalesTime) {
  const Plan plan = imported(document(), {.time_scale = 2});
  EXPECT_EQ(plan.tickets[1].command.words[6], "25.000");
  EXPECT_EQ(plan.tickets[1].estimate, std::chrono::seconds{25});
}

TEST(ImportWfCommons, TheNameOfTheFolderIsSafe) {
  const auto plan = import_wfcommons(document(), "../a b;c");
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->name, "../a b;c");
  EXPECT_EQ(plan->tickets[1].command.words[1], "data/_..-a-b-c.sh");
}

TEST(ImportWfCommons, RefusesWhatIsNoJson) {
  EXPECT_THAT(refusal(""), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("{\"name\": \"x\",\n oops}"), HasSubstr("line 2"));
  EXPECT_THAT(refusal("\xff\xfe"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("[]"), HasSubstr("an object is expected"));
}

TEST(ImportWfCommons, RefusesAnotherVersion) {
  EXPECT_THAT(refusal(R"({"schemaVersion": "1.3"})"), HasSubstr("'1.3' is not known"));
}

TEST(ImportWfCommons, NamesTheKeyThatIsMissing) {
  EXPECT_EQ(refusal(R"({"schemaVersion": "1.5"})"), "workflow: this key is missing");
  EXPECT_EQ(refusal(without(document(), R"("id": "join", )")),
            "workflow.specification.tasks[1].id: this key is missing");
  EXPECT_EQ(refusal(without(document(), R"(, "sizeInBytes": 500)")),
            "workflow.specification.files[1].sizeInBytes: this key is missing");
}

TEST(ImportWfCommons, RefusesUnknownTasksAndFiles) {
  EXPECT_THAT(refusal(document({.parents = R"("nobody")"})),
              HasSubstr("there is no task 'nobody'"));
  EXPECT_THAT(refusal(without(document(), R"({"id": "in.txt", "sizeInBytes": 1000},)")),
              HasSubstr("there is no file 'in.txt'"));
}

TEST(ImportWfCommons, RefusesATaskWhoseRuntimeIsUnknownOrAbsurd) {
  EXPECT_THAT(refusal(document({.executed = "split"})), HasSubstr("task 'join' has no recorded"));
  EXPECT_THAT(refusal(document({.runtime = "-1"})), HasSubstr("is not between"));
  EXPECT_THAT(refusal(document({.runtime = "1e300"})), HasSubstr("is not between"));
  EXPECT_THAT(refusal(document({.runtime = "\"1\""})), HasSubstr("a number is expected"));
}

TEST(ImportWfCommons, ShowsACycle) {
  EXPECT_THAT(refusal(document({.parents = R"("join")"})),
              HasSubstr("split waits for join waits for split"));
  EXPECT_THAT(refusal(document({.parents = R"("split")"})), HasSubstr("its own parent"));
}

TEST(ImportWfCommons, RefusesPathsThatLeaveTheFolderOrMeetEachOther) {
  EXPECT_THAT(refusal(document({.output = "../../etc/passwd"})), HasSubstr("leaves the folder"));
  EXPECT_THAT(refusal(document({.output = "/in.txt"})), HasSubstr("would be the same file"));
  EXPECT_THAT(refusal(document({.output = "in.txt/x"})), HasSubstr("a file and a folder at once"));
  EXPECT_THAT(refusal(document({.output = "a\\u0000b"})), HasSubstr("cannot be the name"));
  EXPECT_THAT(refusal(document({.output = "/./"})), HasSubstr("cannot be the name"));
}

TEST(ImportWfCommons, RefusesOptionsOutOfRange) {
  const auto plan = import_wfcommons(document(), "small", {.time_scale = -1});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace headway
