#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_helpers.h"

/// Checks that are well-formed, and would not do what they say.

namespace headway {
namespace {

using test::findings;
using test::rendered;
using test::with_ticket;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_gates(const std::string& gates) { return with_ticket("gates: [" + gates + "]"); }

TEST(BadChecks, AnApprovalHasNothingThatOnlyACommandHas) {
  EXPECT_THAT(findings(with_gates("{name: g, approval: human, parallel: true, labels: [arm], "
                                  "retry: {max: 1}}")),
              ElementsAre("3:61 `parallel` means nothing for an approval",
                          "3:77 `labels` means nothing for an approval",
                          "3:92 `retry` means nothing for an approval"));
  EXPECT_THAT(findings(with_gates("{name: g, approval: human, parallel: false}")), IsEmpty());
}

TEST(BadChecks, TheEndOfATimeDecidesOnlyWhatWaitsForAPersonForATime) {
  EXPECT_THAT(findings(with_gates("{name: g, approval: human, on_timeout: approve}")),
              ElementsAre(HasSubstr("`on_timeout` of an approval without `timeout`")));
  EXPECT_THAT(findings(with_gates("{name: g, run: x, timeout: 1m, on_timeout: reject}")),
              ElementsAre(HasSubstr("`on_timeout` of a gate that is no approval")));
  EXPECT_THAT(findings(with_gates("{name: g, approval: human, timeout: 2d, on_timeout: reject}")),
              IsEmpty());
}

TEST(BadChecks, EachNameIsThereOnceInItsList) {
  EXPECT_THAT(findings(with_gates("{name: g, run: x}, {name: g, run: y}")),
              ElementsAre("3:54 a gate has the name of another: `g`"));
  EXPECT_THAT(findings(with_ticket("require: [{name: a, run: x}, {name: a, run: x}], "
                                   "checkpoints: [{name: a, run: x}, {name: a, run: x}]")),
              ElementsAre(HasSubstr("a requirement has the name of another: `a`"),
                          HasSubstr("a checkpoint has the name of another: `a`")));
  EXPECT_THAT(findings("version: 1\ntickets: [{id: A, run: x}]\nplan_gates:\n"
                       "  - {name: p, run: x, every: end}\n  - {name: p, run: y, every: group}\n"),
              ElementsAre("5:6 a plan gate has the name of another: `p`"));
  EXPECT_THAT(findings(with_ticket("require: [{name: a, run: x}], gates: [{name: a, run: x}]")),
              IsEmpty())
      << "what is asked for by another word may have the same name";
}

TEST(BadChecks, AGateIsNotCalledAsTheRollbackIs) {
  EXPECT_THAT(rendered(with_gates("{name: rollback, run: x}")),
              HasSubstr("`headway logs --check rollback` is the output of the ticket's rollback"));
}

TEST(BadChecks, OfATextThatWasTakenBeforeAreWarningsAndStayAsTheyAre) {
  const std::string text = with_gates(
      "{name: rollback, run: x}, {name: g, approval: human, parallel: true, on_timeout: "
      "approve}, {name: g, run: y}");
  EXPECT_FALSE(read_plan(text).ok());
  const ReadPlan taken = read_plan(text, PlanText::kTaken);
  EXPECT_TRUE(taken.ok());
  EXPECT_EQ(taken.diagnostics.size(), 4U);
  const std::vector<Gate>& gates = taken.plan.tickets.at(0).gates;
  ASSERT_EQ(gates.size(), 3U);
  EXPECT_TRUE(gates[1].parallel);
  EXPECT_EQ(gates[1].on_timeout, OnReviewTimeout::kApprove);
}

}  // namespace
}  // namespace headway
