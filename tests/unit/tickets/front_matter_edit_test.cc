#include "coordinator/tickets/front_matter_edit.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace headway {
namespace {

std::string edited(const std::string& text, const std::vector<FieldChange>& changes) {
  Result<std::string> result = edit_front_matter(text, changes);
  return result ? std::move(*result) : "refused: " + result.error().message;
}

const std::vector<FieldChange> kDone = {{"status", "completed"}};

TEST(FrontMatterEdit, ReplacesTheValueAndNoOtherByte) {
  EXPECT_EQ(
      edited("---\nid: A-1\nstatus:  pending   # for now\npriority: high\n---\nstatus: x\n", kDone),
      "---\nid: A-1\nstatus:  completed   # for now\npriority: high\n---\nstatus: x\n");
  EXPECT_EQ(edited("---\nStatus: \"in progress\"\n---\n", kDone),
            "---\nStatus: \"completed\"\n---\n");
  EXPECT_EQ(edited("---\nstatus: 'x'   \n---\n", kDone), "---\nstatus: 'completed'   \n---\n");
  EXPECT_EQ(edited("---\nstatus:\n---\n", kDone), "---\nstatus: completed\n---\n");
  EXPECT_EQ(edited("---\nstatus: # none\n---\n", kDone), "---\nstatus: completed # none\n---\n");
}

TEST(FrontMatterEdit, KeepsByteOrderMarksAndLineEnds) {
  EXPECT_EQ(edited("\xef\xbb\xbf---\r\nid: A-1\r\nstatus: todo\r\n---\r\nx\r\n", kDone),
            "\xef\xbb\xbf---\r\nid: A-1\r\nstatus: completed\r\n---\r\nx\r\n");
  EXPECT_EQ(edited("---\r\nid: A-1\r\n---\r\n", kDone),
            "---\r\nid: A-1\r\nstatus: completed\r\n---\r\n");
}

TEST(FrontMatterEdit, AddsWhatIsMissing) {
  EXPECT_EQ(edited("---\nid: A-1\n---\nBody\n",
                   {{"status", "in-progress"}, {"started_at", "2026-01-06T09:00:00Z"}}),
            "---\nid: A-1\nstatus: in-progress\nstarted_at: 2026-01-06T09:00:00Z\n---\nBody\n");
  EXPECT_EQ(edited("# A heading\n", kDone), "---\nstatus: completed\n---\n# A heading\n");
  EXPECT_EQ(edited("---\nid: A-1\nx:\n  status: inner\n---\n", kDone),
            "---\nid: A-1\nx:\n  status: inner\nstatus: completed\n---\n");
}

TEST(FrontMatterEdit, RefusesWhatItWouldHaveToRewrite) {
  for (const char* text :
       {"---\nstatus: |\n  pending\n---\n", "---\nstatus: pending\n  and more\n---\n",
        "---\nstatus: [a,\n  b]\n---\n", "---\n{id: A-1, status: pending}\n---\n",
        "---\nid: A-1\nstatus: pending\n", "---\nstatus: \"open\n  end\"\n---\n"}) {
    EXPECT_TRUE(edited(text, kDone).starts_with("refused: ")) << edited(text, kDone);
  }
}

TEST(FrontMatterEdit, LeavesAFileAloneThatSaysSoAlready) {
  const std::string text = "---\nid: A-1\nstatus: completed # yes\n---\n";
  EXPECT_EQ(edited(text, kDone), text);
}

TEST(FrontMatterEdit, ChangesNothingElseInAnyText) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {
      "status: ",  "pending", "\n",  "\r\n", "  ", "- ", "\"", "'",  "# x",
      "---\n",     "id: A\n", "|\n", "{",    "}",  "[",  ": ", "\t", "\xf0\x9f\x94\xb4",
      "status:\n", "a: b\n",  "\xff"};
  int changed = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = "---\n";
    for (int i = 0; i < 12; ++i) text += pieces[random() % pieces.size()];
    if (random() % 2 == 0) text += "\n---\n";
    text += "body";
    const Result<std::string> result = edit_front_matter(text, kDone);
    if (!result) continue;
    ++changed;
    // All bytes but one run are the same.
    std::size_t head = 0;
    while (head < text.size() && head < result->size() && text[head] == (*result)[head]) ++head;
    std::size_t tail = 0;
    while (tail < text.size() - head && tail < result->size() - head &&
           text[text.size() - 1 - tail] == (*result)[result->size() - 1 - tail]) {
      ++tail;
    }
    const std::string run = result->substr(head, result->size() - head - tail);
    EXPECT_LE(run.size(), 60U) << text << "\n=>\n" << *result;
    EXPECT_TRUE(result->ends_with("body"));
  }
  EXPECT_GT(changed, 500);
}

}  // namespace
}  // namespace headway
