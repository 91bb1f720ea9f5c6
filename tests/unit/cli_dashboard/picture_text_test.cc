#include "coordinator/cli/dashboard/picture_text.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "samples.h"

namespace headway::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(PictureText, IsWholeAndWithoutBars) {
  ::setenv("TZ", "UTC", 1);
  const std::string text =
      picture_text(samples::large(), Focus::kOverview, Format::kTable, false, 0);
  EXPECT_TRUE(has(text, "r3 nightly  running  41% done  elapsed 12m 05s  ETA 8m 10s\n")) << text;
  EXPECT_TRUE(has(text, "node-20/10")) << "every agent";
  EXPECT_FALSE(has(text, "░")) << text;
  EXPECT_FALSE(has(text, "\x1b")) << text;
}

TEST(PictureText, IsADocumentWithHeadings) {
  const std::string text =
      picture_text(samples::troubled(), Focus::kConflicts, Format::kMarkdown, false, 0);
  EXPECT_TRUE(text.starts_with("# r3 release-1.4  running")) << text;
  EXPECT_TRUE(has(text, "\n## Conflicts\n\n| WAITS |")) << text;
  EXPECT_TRUE(has(text, "| MOD-012 | 34s | database | API-014 |")) << text;
}

TEST(PictureText, IsRowsAloneForPrograms) {
  const std::string text =
      picture_text(samples::running(), Focus::kAgents, Format::kPlain, false, 0);
  EXPECT_TRUE(text.starts_with("build-01/1\tAPI-014\trunning\t60%\t2m 00s\t81%\t43%\n")) << text;
}

}  // namespace
}  // namespace headway::cli
