#include "coordinator/cli/show/format.h"

#include <sstream>

#include <gtest/gtest.h>

#include "coordinator/cli/live_area.h"
#include "coordinator/cli/show/output_text.h"
#include "coordinator/cli/show/words.h"

namespace headway::cli {
namespace {

Table sample() {
  Table table(
      {{.title = "ID"}, {.title = "N", .right = true}, {.title = "NOTE", .flexible = true}});
  table.add({"A", "7", {"fine", Colour::kGreen}});
  table.add({"日本", "12", "a|b\x1b[31m"});
  return table;
}

TEST(Table, AlignsByTheColumnsThatCharactersTake) {
  EXPECT_EQ(sample().render(Format::kTable, false, 0),
            "ID     N  NOTE\n"
            "A      7  fine\n"
            "日本  12  a|b\\x1b[31m\n");
}

TEST(Table, InMarkdownShowsWhatLooksLikeATagAsItIs) {
  Table table({{.title = "TITLE"}});
  table.add({"<script>alert(1)</script> & more"});
  EXPECT_NE(
      table.render(Format::kMarkdown, false, 0).find("&lt;script>alert(1)&lt;/script> &amp; more"),
      std::string::npos);
}

TEST(Table, CutsTheFlexibleColumnToTheTerminal) {
  EXPECT_EQ(sample().render(Format::kTable, false, 18),
            "ID     N  NOTE\n"
            "A      7  fine\n"
            "日本  12  a|b\\x1b…\n");
}

TEST(Table, ColoursOnlyWhereItIsAsked) {
  EXPECT_NE(sample().render(Format::kTable, true, 0).find("\x1b[32mfine"), std::string::npos);
  EXPECT_EQ(sample().render(Format::kTable, false, 0).find('\x1b'), std::string::npos);
}

TEST(Table, MarkdownKeepsPipesInTheirCell) {
  EXPECT_EQ(sample().render(Format::kMarkdown, false, 0),
            "| ID | N | NOTE |\n"
            "| --- | ---: | --- |\n"
            "| A | 7 | fine |\n"
            "| 日本 | 12 | a\\|b\\\\x1b[31m |\n");
}

TEST(Table, PlainHasTabsAndNoHeader) {
  EXPECT_EQ(sample().render(Format::kPlain, false, 0), "A\t7\tfine\n日本\t12\ta|b\\x1b[31m\n");
}

TEST(Words, DurationsHaveTwoUnits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(short_duration(milliseconds{0}), "0.0s");
  EXPECT_EQ(short_duration(milliseconds{1234}), "1.2s");
  EXPECT_EQ(short_duration(milliseconds{59'400}), "59s");
  EXPECT_EQ(short_duration(milliseconds{59'600}), "1m 00s");
  EXPECT_EQ(short_duration(std::chrono::minutes{135}), "2h 15m");
  EXPECT_EQ(short_duration(std::chrono::hours{76}), "3d 4h");
}

TEST(Words, AShareIsWholeOnlyAtTheEnd) {
  EXPECT_EQ(percent(0.9999), "99%");
  EXPECT_EQ(percent(1.0), "100%");
  EXPECT_EQ(percent(0.29), "29%");
}

TEST(Words, RunsAreReadWithAndWithoutTheirLetter) {
  EXPECT_EQ(parse_run("r7").value(), RunId{7});
  EXPECT_EQ(parse_run("7").value(), RunId{7});
  for (const char* wrong : {"", "r", "r0", "x7", "r7x", "-1"})
    EXPECT_FALSE(parse_run(wrong).ok()) << wrong;
}

TEST(LogTail, GivesTheLastLinesSafely) {
  EXPECT_EQ(last_lines("one\ntwo\nthree\n", 2), (std::vector<std::string>{"two", "three"}));
  EXPECT_EQ(last_lines("10%\r50%\r100%\n", 2), (std::vector<std::string>{"100%"}));
  EXPECT_EQ(last_lines("\x1b[31mred\x1b[0m\x07\n", 1), (std::vector<std::string>{"red\\x07"}));
  EXPECT_TRUE(last_lines("", 3).empty());
  EXPECT_EQ(last_lines("\n\nx", 3), (std::vector<std::string>{"", "", "x"}));
}

TEST(LogTail, FindsTheLastLineThatSaysSomething) {
  EXPECT_EQ(last_line("one\ntwo\n"), "two");
  EXPECT_EQ(last_line("one\n\x1b[1mtwo\x1b[0m\r\n \t\n\x1b[0m\n\n"), "two");
  EXPECT_EQ(last_line("10%\r100%"), "100%");
  EXPECT_EQ(last_line("\n\n \n"), "");
  EXPECT_EQ(last_line(""), "");
}

TEST(TerminalText, LeavesOutEscapeSequencesWhole) {
  EXPECT_EQ(terminal_text("a\tb\r\n\x1b]0;title\x07"
                          "c\x1b[2J\x1b(Bd\x1b"),
            "a\tb\ncd");
  EXPECT_EQ(terminal_text("\xff\x9b"), "\\xff\\x9b");
}

TEST(LiveArea, ShowsCountsAndWhatRunsWithinTheTerminal) {
  RunSummary run;
  run.total = 8;
  run.succeeded = 3;
  run.failed = 1;
  run.completion_rate = 0.5;
  run.agents = {.active = 2, .total = 4};
  run.eta = std::chrono::minutes{135};
  run.started_at = wall_from_millis(0);
  const WallTime now = wall_from_millis(62'000);
  EXPECT_EQ(
      live_lines(run, {{"A", wall_from_millis(50'000)}, {"B", wall_from_millis(2'000)}}, now, 80),
      (std::vector<std::string>{
          "[##########..........] 4/8  1 failed  2 of 4 agents  1m 02s  ETA 2h 15m",
          "running: B 1m 00s, A 12s"}));
  RunningTickets many;
  for (int i = 0; i < 50; ++i) many["T" + std::to_string(i)] = now;
  for (const std::string& line : live_lines(run, many, now, 40))
    EXPECT_LE(display_width(line), 39U) << line;
}

TEST(LiveArea, IsErasedBeforeOtherLines) {
  std::ostringstream out;
  {
    LiveArea area(out);
    area.show({"one", "two"});
    area.print_above("event\n");
  }
  EXPECT_EQ(out.str(), "one\ntwo\r\x1b[1A\x1b[Jevent\none\ntwo\r\x1b[1A\x1b[J");
}

}  // namespace
}  // namespace headway::cli
