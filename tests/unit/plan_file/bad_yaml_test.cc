#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_helpers.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

using test::findings;
using test::rendered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(BadYaml, EmptyFilesAreSaidToBeEmpty) {
  for (const char* text :
       {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xef\xbb\xbf"}) {
    EXPECT_THAT(findings(text), ElementsAre("1:1 the file is empty")) << text;
  }
}

TEST(BadYaml, WhatIsNotAMapIsNoPlan) {
  for (const char* text : {"hello world", "- a\n- b\n", "[1, 2]", "null", "42"}) {
    EXPECT_THAT(findings(text),
                ElementsAre("1:1 this is not a plan: it has no `key: value` at its top level"))
        << text;
  }
}

TEST(BadYaml, MoreThanOneDocumentIsRefused) {
  EXPECT_THAT(findings("version: 1\ntickets: []\n---\nversion: 1\n"),
              ElementsAre("3:1 there is more than one document in this file"));
}

TEST(BadYaml, TabsInTheIndentationAreNamed) {
  EXPECT_EQ(rendered("version: 1\ntickets:\n\t- id: A\n"),
            "plan.yaml:3:2: error: this is not valid YAML: a tab in the indentation\n"
            "    3 |  - id: A\n"
            "      |  ^\n"
            "      = indent with spaces\n");
}

TEST(BadYaml, BytesThatAreNotTextAreFoundWithTheirPlace) {
  EXPECT_THAT(findings("version: 1\nname: \xff\n"),
              ElementsAre("2:7 the byte 0xff is not valid UTF-8"));
  EXPECT_THAT(findings("version: 1\nname: caf\xc3"),
              ElementsAre("2:10 the byte 0xc3 is not valid UTF-8"));
  EXPECT_THAT(findings(std::string("version: 1\nna\0me: x\n", 20)),
              ElementsAre("2:3 the control character 0x00 is not allowed in YAML"));
  EXPECT_THAT(findings("version: 1\nname: a\x04\ntickets: []\n"),
              ElementsAre("2:8 the control character 0x04 is not allowed in YAML"));
  EXPECT_THAT(findings("version: 1 # \x1b[2J\n"),
              ElementsAre("1:14 the control character 0x1b is not allowed in YAML"));
  EXPECT_EQ(findings("\xff\xfev\0e\0r\0").size(), 1U) << "UTF-16";
}

TEST(BadYaml, SyntaxErrorsCarryTheirPlace) {
  EXPECT_EQ(rendered("version: 1\nname: a: b\n"),
            "plan.yaml:2:8: error: this is not valid YAML: illegal map value\n"
            "    2 | name: a: b\n"
            "      |        ^\n"
            "      = put text that contains `: ` in quotes, and check the indentation\n");
  EXPECT_EQ(findings("version: 1\ntickets: [{id: A, run: x}\n").size(), 1U);
  EXPECT_EQ(findings("version: 1\ntickets: }\n").size(), 1U);
  EXPECT_EQ(findings("version: 1\nname: \"\\q\"\ntickets: []").size(), 1U);
}

TEST(BadYaml, UnclosedQuotesAreFoundThoughTheParserTakesThem) {
  EXPECT_THAT(findings("version: 1\ntickets: []\nname: \"unclosed\n"),
              ElementsAre("3:7 this quote is never closed"));
  EXPECT_THAT(findings("version: 1\ntickets: []\nname: 'it''s\n"),
              ElementsAre("3:7 this quote is never closed"));
  EXPECT_TRUE(read_plan("version: 1\ntickets: []\nname: 'it''s'\n").ok());
}

TEST(BadYaml, ErrorsBeforeASyntaxErrorAreToldAsWell) {
  EXPECT_THAT(findings("version: 1\ntickets:\n  - {id: A, run: x, timeout: 5}\n  - {id: B, run: x, "
                       "needs: [Z]\n"),
              ElementsAre(HasSubstr("3:30 `timeout`: `5` is not a duration"),
                          HasSubstr("this is not valid YAML")));
}

TEST(BadYaml, AliasesAnchorsTagsAndMergeKeysAreRefused) {
  EXPECT_THAT(findings("version: 1\nname: &a x\ntickets: []\n"),
              ElementsAre("2:7 anchors are not supported in plans (`&a`)"));
  EXPECT_EQ(findings("version: 1\nname: *a\ntickets: []\n").size(), 1U);
  EXPECT_THAT(findings("version: 1\nname: !include x\ntickets: []\n"),
              ElementsAre("2:7 tags are not supported in plans (`!include`)"));
  EXPECT_EQ(rendered("version: 1\ntickets:\n  - {id: A, run: x, <<: {a: b}}\n"),
            "plan.yaml:3:21: error: unknown key `<<` in a ticket\n"
            "    3 |   - {id: A, run: x, <<: {a: b}}\n"
            "      |                     ^\n"
            "      = merge keys are not supported; use `defaults`\n");
}

TEST(BadYaml, ATagHidesNothingElse) {
  EXPECT_THAT(
      findings(
          "version: 1\ntickets:\n  - {id: A, run: x}\n  - {timeuot: 5s, id: !!str b, run: !x y, "
          "needs: !y [A, Z]}\n  - {id: C, run: x, timeout: 5}\n"),
      ElementsAre("4:6 unknown key `timeuot` in a ticket",
                  HasSubstr("tags are not supported in plans (`tag:yaml.org,2002:str`)"),
                  HasSubstr("tags are not supported in plans (`!x`)"),
                  HasSubstr("tags are not supported in plans (`!y`)"),
                  HasSubstr("`b` names `Z` under `blocking`"),
                  HasSubstr("5:30 `timeout`: `5` is not a duration")));
}

TEST(BadYaml, WhatEndsTheReadingSaysThatTheRestWasNotLookedAt) {
  EXPECT_EQ(
      rendered("version: 1\ntickets:\n  - {id: A, run: &a x}\n  - {id: A, run: *a}\n"),
      "plan.yaml:3:18: error: anchors are not supported in plans (`&a`)\n"
      "    3 |   - {id: A, run: &a x}\n"
      "      |                  ^\n"
      "      = write the value out, or use `defaults`\n"
      "  plan.yaml:3:18: note: what this stands in, and what follows it, was not looked at\n");
  EXPECT_THAT(rendered("version: 1\ntickets:\n  - {id: A, run: *a}\n  - {id: B, run: *a}\n"),
              AllOf(HasSubstr("aliases are not supported in plans"), HasSubstr("not looked at")));
}

TEST(BadYaml, ABillionLaughsIsRefusedAtItsFirstAnchor) {
  std::string text = "a: &a [lol, lol]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    text += std::string(1, c) + ": &" + c + " [" +
            repeated(std::string("*") + static_cast<char>(c - 1) + ", ", 9) + "]\n";
  }
  EXPECT_EQ(findings(text).size(), 1U);
}

TEST(BadYaml, NestingIsRefusedBeforeItCostsAnything) {
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  for (const char* piece : {"[", "{", "[\n", "{a: ", "- ", "? ", "- - [", "a:\n "}) {
    const std::vector<std::string> found =
        findings("version: 1\nname: " + repeated(piece, 10'000'000 / 4));
    ASSERT_EQ(found.size(), 1U) << piece;
  }
  EXPECT_THAT(findings(repeated("[", 10'000'000)),
              ElementsAre("1:17 nested deeper than 32 levels"));
  EXPECT_THAT(findings(repeated("{a: ", 2'500'000)),
              ElementsAre("1:125 nested deeper than 32 levels"));
  EXPECT_THAT(findings(repeated("- ", 5'000'000)), ElementsAre(HasSubstr("not a plan")));
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  // Kibibytes; without sanitizers it is some 250 MiB. Reading all brackets first would be
  // gigabytes.
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 1'500'000);
}

TEST(BadYaml, AnUnclosedBracketInALargePlanIsFoundNearWhereItIs) {
  std::string text = "version: 1\ntickets:\n  - {id: A, run: x, needs: [B\n";
  text += repeated("  - {id: T, run: x}\n", 200'000);
  const std::vector<Diagnostic> found = read_plan(text).diagnostics;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].mark, (SourceMark{5, 3}));
  EXPECT_EQ(found[0].hint, "look for a bracket that is not closed in the lines before");
}

TEST(BadYaml, AValueWithoutEndIsGivenUp) {
  EXPECT_THAT(findings("version: 1\nname: \"" + repeated("x", 3'000'000) + "\"\ntickets: []\n"),
              ElementsAre("2:1 what begins here has no end within 1 MiB"));
}

TEST(BadYaml, DeepIndentationIsRefused) {
  std::string text = "version: 1\n";
  for (std::size_t i = 0; i < 3000; ++i) text += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(findings(text).size(), 1U);
}

TEST(BadYaml, MillionsOfErrorsAreToldInShort) {
  EXPECT_LE(findings("version: 1\ntickets: [" + repeated("x, ", 1'000'000)).size(), 10'001U);
  const std::string text =
      "version: 1\ntickets:\n" + repeated("  - {id: A, run: x, oops: 1}\n", 50'000);
  const std::string shown = rendered(text);
  EXPECT_LT(shown.size(), 20'000U);
  EXPECT_THAT(shown, HasSubstr("more errors"));
}

/// Changes bytes of a good plan at random: no input may crash the reader.
TEST(BadYaml, RandomDamageNeverCrashesTheReader) {
  const std::string good =
      "version: 1\nname: x\nresources: {a: 1}\ntickets:\n  - id: A\n    run: |\n      echo\n    "
      "env: {A: \"b\\n\"}\n"
      "    gates: [{name: g, approval: human}]\n  - {id: B, command: [x, 'y'], needs: [A], retry: "
      "{when: [exit]}}\n";
  constexpr std::string_view kBytes = "[]{}:,-#&*!|>'\"%@`?\\ \n\t\r\0\x04\x7f\xc3\xff~<=0aA";
  std::uint64_t state = 42;
  const auto next = [&](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33U) % below;
  };
  for (int round = 0; round < test::scaled(3000); ++round) {
    std::string text = good;
    for (std::size_t i = 0; i <= next(6); ++i) {
      const std::size_t at = next(text.size());
      if (next(3) == 0) {
        text.erase(at, next(8));
      } else if (next(2) == 0) {
        text.insert(at, 1, kBytes[next(kBytes.size())]);
      } else {
        text[at] = kBytes[next(kBytes.size())];
      }
      if (text.empty()) text = "a";
    }
    rendered(text);
  }
}

}  // namespace
}  // namespace headway
