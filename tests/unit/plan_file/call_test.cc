#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/plan_file/json_text.h"
#include "common/plan_file/plan_reader.h"
#include "common/plan_file/plan_writer.h"
#include "read_helpers.h"

namespace headway {
namespace {

using test::findings;
using test::rendered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A plan of tickets with `fields` each.
std::string plan_of(const std::string& fields, const std::string& head = {}) {
  return "version: 1\n" + head + "tickets:\n  - {id: A, " + fields + "}\n";
}

/// The arguments of the ticket as JSON.
std::string arguments(const std::string& args) {
  const std::string text = plan_of("call: work:f, args: " + args);
  const ReadPlan read = read_plan(text);
  EXPECT_TRUE(read.ok()) << rendered(text);
  return read.ok() ? read.plan.tickets[0].command.arguments : std::string();
}

TEST(Call, IsAFunctionWithArgumentsAsJson) {
  const ReadPlan read = read_plan(plan_of("call: my.work:Shape.area, args: [2, 3.5]"));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].command, (Command{"", {}, "my.work:Shape.area", "[2, 3.5]"}));
}

TEST(Call, GivesPlainNumbersAndTruthValuesTheirTypesAndLeavesAllElseText) {
  EXPECT_EQ(arguments("[0, -1, 1.50, 2e9, 12345678901234567890123]"),
            "[0, -1, 1.50, 2e9, 12345678901234567890123]");
  EXPECT_EQ(arguments("[true, false, null, ~, ]"), "[true, false, null, null]");
  EXPECT_EQ(arguments("['1', \"true\", 'null', '']"), R"(["1", "true", "null", ""])");
  EXPECT_EQ(
      arguments("[010, 1., .5, +1, 0x10, 1_000, yes, No, True, .inf, 1e, -]"),
      R"(["010", "1.", ".5", "+1", "0x10", "1_000", "yes", "No", "True", ".inf", "1e", "-"])");
}

TEST(Call, KeepsTheShapeOfItsArguments) {
  EXPECT_EQ(arguments("{b: [1, {c: }], a: {}, 7: []}"),
            R"({"b": [1, {"c": null}], "a": {}, "7": []})");
}

TEST(Call, EscapesWhatAStringCannotHold) {
  EXPECT_EQ(arguments(R"(["a\"b\\c\n\t\x01\x7f\0", "\u0085\u2028", "é🙂"])"),
            R"(["a\"b\\c\u000a\u0009\u0001\u007f\u0000", "\u0085\u2028", "é🙂"])");
}

TEST(Call, ReadsItsArgumentsBackAsItWroteThem) {
  for (const char* args :
       {"[]", "{}", R"({"": 1, "a: b": "#", "'": "\"", "no": "~"})", R"(["\u0000\u0085 "])"}) {
    const ReadPlan read = read_plan(plan_of(std::string("call: w:f, args: ") + args));
    ASSERT_TRUE(read.ok()) << args;
    const std::string written = write_plan(read.plan);
    const ReadPlan again = read_plan(written);
    ASSERT_TRUE(again.ok()) << rendered(written);
    EXPECT_EQ(again.plan.tickets[0].command, read.plan.tickets[0].command);
    EXPECT_EQ(again.plan.tickets[0].command.arguments, args);
  }
}

TEST(Call, AsksForAnAgentThatCanCall) {
  const ReadPlan read = read_plan(plan_of("call: w:f", "defaults: {agent: {labels: [linux]}}\n"));
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(read.plan.tickets[0].agent.labels, ElementsAre("linux", "call"));
  const ReadPlan again = read_plan(write_plan(read.plan));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.plan.tickets[0].agent, read.plan.tickets[0].agent) << "once is enough";
}

TEST(Call, OfThePlansDefaultsTakesEachTicketsOwnArguments) {
  const ReadPlan read = read_plan(
      "version: 1\ndefaults: {call: w:f}\n"
      "tickets: [{id: A, args: [1]}, {id: B}, {id: C, call: w:g}, {id: D, run: x}]\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.plan.tickets[0].command, (Command{"", {}, "w:f", "[1]"}));
  EXPECT_EQ(read.plan.tickets[1].command, (Command{"", {}, "w:f", ""}));
  EXPECT_EQ(read.plan.tickets[2].command, (Command{"", {}, "w:g", ""}));
  EXPECT_EQ(read.plan.tickets[3].command, (Command{"x", {}, "", ""}));
  EXPECT_TRUE(read.plan.tickets[3].agent.labels.empty());
}

TEST(Call, RefusesWhatIsNoFunctionOrNoArguments) {
  EXPECT_THAT(rendered(plan_of("run: x, args: [1]")), HasSubstr("`A` has `args` without `call`"));
  for (const char* fields :
       {"call: f", "call: 'w:'", "call: ':f'", "call: w:f:g", "call: w..v:f", "call: w:9",
        "call: []", "call: w:f, args: 1", "call: w:f, args: ", "call: w:f, args: {a: 1, a: 2}",
        "call: w:f, args: {[a]: 1}", "call: w:f, run: x", "command: [x], call: w:f"}) {
    EXPECT_FALSE(read_plan(plan_of(fields)).ok()) << fields;
  }
  const std::string long_text(70'000, 'x');
  EXPECT_THAT(rendered(plan_of("call: w:f, args: [" + long_text + "]")), HasSubstr("as JSON"));
  const std::string long_key(161, 'k');
  EXPECT_THAT(rendered(plan_of("call: w:f, args: {" + long_key + ": 1}")), HasSubstr("161 bytes"));
}

TEST(JsonNumber, IsOneByTheGrammarOfJson) {
  for (const char* text : {"0", "-0", "10", "0.5", "-1.25e-7", "1E+9"})
    EXPECT_TRUE(is_json_number(text)) << text;
  for (const char* text : {"", "-", "00", "01", "1.", ".1", "1e", "1e+", "+1", "1 ", "0x1", "NaN"})
    EXPECT_FALSE(is_json_number(text)) << text;
}

}  // namespace
}  // namespace headway
