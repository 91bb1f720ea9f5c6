#include "common/plan/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builders.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using namespace std::chrono_literals;
using test::plan_of;
using test::ticket;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> messages(const Plan& plan, const PlanMarks& marks = {}) {
  std::vector<std::string> result;
  for (const Diagnostic& found : validate_plan(plan, marks)) result.push_back(found.message);
  return result;
}

TEST(Validation, FindsNothingInAGoodPlan) {
  EXPECT_THAT(messages(plan_of({ticket("A"), ticket("B", {"A"})})), IsEmpty());
}

TEST(Validation, FindsDuplicateIdsWithThePlaceOfTheFirst) {
  Plan plan = plan_of({ticket("A"), ticket("A")});
  plan.tickets[0].mark = {3, 9};
  plan.tickets[1].mark = {5, 9};
  const std::vector<Diagnostic> found = validate_plan(plan);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "two tickets have the id `A`");
  EXPECT_EQ(found[0].mark, (SourceMark{5, 9}));
  EXPECT_EQ(found[0].notes[0].first, (SourceMark{3, 9}));
}

TEST(Validation, DoesNotSuggestThatATicketMeantItself) {
  const std::vector<Diagnostic> found = validate_plan(plan_of({ticket("A", {"B"})}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].hint, "");
}

TEST(Validation, FindsUnknownIdsInEveryListWithTheNearest) {
  Plan plan = plan_of({ticket("DB-001"), ticket("DB-002"), ticket("API-1", {"DB-003"})});
  plan.tickets[2].dependencies.soft = {"x"};
  const std::vector<Diagnostic> found = validate_plan(plan);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].message, "`API-1` names `DB-003` under `blocking`, which is not in the plan");
  EXPECT_EQ(found[0].hint, "did you mean `DB-001` or `DB-002`?");
  EXPECT_EQ(found[1].message, "`API-1` names `x` under `soft`, which is not in the plan");
  EXPECT_EQ(found[1].hint, "");
}

TEST(Validation, SaysWhereTheListsElementIs) {
  PlanMarks marks;
  marks.tickets.resize(1);
  marks.tickets[0].blocking = {{7, 12}, {7, 15}};
  const std::vector<Diagnostic> found = validate_plan(plan_of({ticket("A", {"x", "A"})}), marks);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].mark, (SourceMark{7, 12}));
  EXPECT_EQ(found[1].mark, (SourceMark{7, 15}));
  EXPECT_EQ(found[1].message, "`A` names itself under `blocking`");
}

TEST(Validation, DoesNotTellOfUnknownIdsWhereSomeCouldNotBeRead) {
  PlanMarks marks;
  marks.incomplete = true;
  EXPECT_THAT(messages(plan_of({ticket("A", {"x"}), ticket("")}), marks), IsEmpty());
}

TEST(Validation, ShowsEachCycleTicketByTicket) {
  Plan plan = plan_of({ticket("A", {"B"}), ticket("B"), ticket("C", {"A"}), ticket("X", {"Y"}),
                       ticket("Y", {"X"})});
  plan.tickets[1].dependencies.sequential = {"C"};
  for (std::uint32_t i = 0; i < 5; ++i) plan.tickets[i].mark = {i + 1, 1};
  const std::vector<Diagnostic> found = validate_plan(plan);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].message, "cycle of 3: A -> B -> C -> A");
  EXPECT_EQ(found[0].mark, (SourceMark{3, 1}));
  EXPECT_THAT(found[0].notes,
              ElementsAre(std::pair{SourceMark{1, 1}, std::string("`A` waits for `B`")},
                          std::pair{SourceMark{2, 1}, std::string("`B` waits for `C`")},
                          std::pair{SourceMark{3, 1}, std::string("`C` waits for `A`")}));
  EXPECT_EQ(found[1].message, "cycle of 2: X -> Y -> X");
}

TEST(Validation, LetsSoftDependenciesGoInCircles) {
  Plan plan = plan_of({ticket("A"), ticket("B")});
  plan.tickets[0].dependencies.soft = {"B"};
  plan.tickets[1].dependencies.soft = {"A"};
  EXPECT_THAT(messages(plan), IsEmpty());
}

TEST(Validation, WarnsOfIdsNamedTwice) {
  const std::vector<Diagnostic> found =
      validate_plan(plan_of({ticket("A"), ticket("B", {"A", "A"})}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
}

TEST(Validation, FindsTicketsThatNeedMoreThanThereIs) {
  Plan plan = plan_of({ticket("A")});
  plan.resources = {{"license", 2000}};
  plan.tickets[0].resources = {{"license", 2500}, {"cpus", 99000}};
  EXPECT_THAT(messages(plan),
              ElementsAre("`A` needs 2.5 of the resource `license`, of which the plan has 2"));
}

TEST(Validation, VerifiesTheGroupsOfAnExecutionPlan) {
  Plan plan = plan_of({ticket("A"), ticket("B", {"A"}), ticket("C")});
  plan.execution_plan.emplace();
  plan.execution_plan->groups = {{1, {"B", "D"}, {}, {}}, {2, {"A", "B"}, {}, {}}};
  EXPECT_THAT(
      messages(plan),
      ElementsAre(
          "group 1 of `execution_plan` names `D`, which is not in the plan",
          "`B` is in two groups of `execution_plan`, 1 and 2",
          "the groups of `execution_plan` leave out `C`",
          "`execution_plan` puts `B` into group 1, before group 2 with `A`, which it waits for"));
}

TEST(Validation, VerifiesTheScheduleOfAnExecutionPlan) {
  Plan plan = plan_of({ticket("A"), ticket("B", {"A"})});
  plan.execution_plan.emplace();
  plan.execution_plan->schedule = {
      {"A", "1", 0s, 10min}, {"B", "2", 5min, 4min}, {"A", "1", 0s, 1s}};
  plan.execution_plan->critical_path = {"Z"};
  EXPECT_THAT(
      messages(plan),
      ElementsAre("the critical path of `execution_plan` names `Z`, which is not in the plan",
                  "the schedule of `execution_plan` ends `B` before it starts it",
                  "the schedule of `execution_plan` starts `A` twice",
                  "the schedule of `execution_plan` starts `B` at 5m, before the end of `A` at "
                  "10m, which it "
                  "waits for"));
}

TEST(Validation, LooksUpNearIdsOnlyForTheFirstUnknownOnes) {
  Plan plan;
  for (int i = 0; i < test::scaled(20'000); ++i) {
    plan.tickets.push_back(ticket("TICKET-" + std::to_string(i), {"TICKEP-" + std::to_string(i)}));
  }
  const std::vector<Diagnostic> found = validate_plan(plan);
  ASSERT_EQ(found.size(), test::scaled(20'000U));
  EXPECT_FALSE(found[static_cast<std::size_t>(kMaxIdHints) - 1].hint.empty());
  EXPECT_TRUE(found[static_cast<std::size_t>(kMaxIdHints)].hint.empty());
}

}  // namespace
}  // namespace headway
