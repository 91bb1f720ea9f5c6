#include "common/plan/diagnostic.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

Diagnostic error_at(std::uint32_t line, std::uint32_t column, std::string message) {
  return {Severity::kError, {line, column}, std::move(message), {}, {}};
}

TEST(Diagnostics, ShowTheLineACaretAndTheHint) {
  Diagnostic found = error_at(2, 3, "unknown key `titel`");
  found.hint = "did you mean `title`?";
  found.notes = {{{1, 1}, "the ticket begins here"}};
  EXPECT_EQ(render_diagnostics({found}, "plan.yaml", "id: a\n  titel: x\r\n"),
            "plan.yaml:2:3: error: unknown key `titel`\n"
            "    2 |   titel: x\n"
            "      |   ^\n"
            "      = did you mean `title`?\n"
            "  plan.yaml:1:1: note: the ticket begins here\n");
}

TEST(Diagnostics, AreSortedByPlaceAndCountedAfterTheMost) {
  const std::vector<Diagnostic> found = {error_at(3, 1, "third"),
                                         error_at(1, 5, "second"),
                                         error_at(1, 2, "first"),
                                         {Severity::kWarning, {4, 1}, "fourth", {}, {}}};
  EXPECT_EQ(render_diagnostics(found, "p", "one two\n\nx\ny\n", 2),
            "p:1:2: error: first\n    1 | one two\n      |  ^\n"
            "p:1:5: error: second\n    1 | one two\n      |     ^\n"
            "p: and 1 more error and 1 more warning\n");
}

TEST(Diagnostics, AreSafeForATerminal) {
  const std::string shown =
      render_diagnostics({error_at(1, 1, "bad \x1b[2J")}, "a\nb", "\x1b[31mred\tx\xff\n");
  EXPECT_EQ(shown, "a\\nb:1:1: error: bad \\x1b[2J\n    1 | \\x1b[31mred x\\xff\n      | ^\n");
}

TEST(Diagnostics, PutTheCaretBelowTheCharacterNotTheByte) {
  const std::string shown = render_diagnostics({error_at(1, 10, "here")}, "p", "über: \tä x\n");
  EXPECT_EQ(shown, "p:1:10: error: here\n    1 | über:  ä x\n      |        ^\n");
}

TEST(Diagnostics, PutTheCaretBelowWideCharactersAndMarksAsATerminalShowsThem) {
  const std::string text = "run: \"日本ö\", e\u0301: x, foo: 1\n";
  const auto column = static_cast<std::uint32_t>(text.find("foo") + 1);
  EXPECT_EQ(column, 26U) << "in bytes";
  EXPECT_EQ(render_diagnostics({error_at(1, column, "here")}, "p", text),
            "p:1:26: error: here\n"
            "    1 | run: \"日本ö\", e\u0301: x, foo: 1\n"
            "      |                     ^\n");
}

TEST(Diagnostics, ShowOnlyAPieceOfAHugeLine) {
  const std::string text = std::string(1'000'000, 'a') + "!" + std::string(1'000'000, 'b');
  const std::string shown = render_diagnostics({error_at(1, 1'000'001, "here")}, "p", text);
  EXPECT_LT(shown.size(), 400U);
  EXPECT_NE(shown.find("...aaaa"), std::string::npos);
  EXPECT_NE(shown.find("bbb...\n"), std::string::npos);
}

TEST(Diagnostics, WithoutAPlaceOrBeyondTheTextAreShownAllTheSame) {
  EXPECT_EQ(render_diagnostics({error_at(0, 0, "whole file")}, "p", ""), "p: error: whole file\n");
  EXPECT_EQ(render_diagnostics({error_at(9, 9, "late")}, "p", "x"),
            "p:9:9: error: late\n    9 | \n      | ^\n");
}

TEST(Diagnostics, DoNotShowAByteOrderMark) {
  EXPECT_EQ(render_diagnostics({error_at(1, 1, "e")}, "p", "\xef\xbb\xbfid"),
            "p:1:1: error: e\n    1 | id\n      | ^\n");
}

}  // namespace
}  // namespace headway
