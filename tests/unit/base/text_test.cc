#include "common/base/text.h"

#include <array>

#include <gtest/gtest.h>

namespace headway {
namespace {

using std::string_view_literals::operator""sv;

TEST(Printable, LeavesPrintableTextAlone) {
  EXPECT_EQ(printable("plain, `quoted` \\ and übung 漢字 🙂"),
            "plain, `quoted` \\ and übung 漢字 🙂");
}

TEST(Printable, ShowsWhatCouldMoveTheCursorOrDeceive) {
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable("\0\x7f"sv), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u009b");
  EXPECT_EQ(printable("a\u202e"
                      "b"),
            "a\\u202eb");
  EXPECT_EQ(printable("\u2066\u2028"), "\\u2066\\u2028");
  EXPECT_EQ(printable("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");
}

TEST(Utf8, AcceptsWhatRfc3629Allows) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\xf4\x8f\xbf\xbf"));
  EXPECT_TRUE(is_utf8("é漢🙂"));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndFragments) {
  for (const auto bad : {"\xc0\xaf"sv, "\xe0\x80\x80"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv,
                         "\x80"sv, "\xe2\x82"sv, "\xf8\x88\x80\x80\x80"sv, "a\xff"sv}) {
    EXPECT_FALSE(is_utf8(bad)) << printable(bad);
  }
}

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("titel", "title"), 1U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);
  EXPECT_EQ(edit_distance("prefix-one-suffix", "prefix-two-suffix"), 3U);
}

TEST(Nearest, GivesTheClosestWordsFirstAndNothingFarAway) {
  const std::array<std::string_view, 4> words = {"timeout", "title", "tickets", "retry"};
  EXPECT_EQ(nearest("titel", words), (std::vector<std::string>{"title"}));
  EXPECT_EQ(nearest("TIMEOUT", words), (std::vector<std::string>{"timeout"}));
  EXPECT_TRUE(nearest("frobnicate", words).empty());
  EXPECT_TRUE(nearest("", words).empty());
  const std::array<std::string_view, 4> ids = {"A-13", "A-12", "A-99", "A-14"};
  EXPECT_EQ(nearest("A-1", ids, 2), (std::vector<std::string>{"A-13", "A-12"}));
}

TEST(JoinWords, ReadsAsASentence) {
  const std::array<std::string, 3> words = {"a", "b", "c"};
  EXPECT_EQ(join_words(std::span(words)), "a, b and c");
  EXPECT_EQ(join_words(std::span(words).first(2), "or"), "a or b");
  EXPECT_EQ(join_words(std::span(words).first(1)), "a");
  EXPECT_EQ(join_words(std::span(words).first(0)), "");
}

TEST(Fingerprint, IsFnv1a) {
  EXPECT_EQ(fingerprint(""), 0xcbf29ce484222325U);
  EXPECT_EQ(fingerprint("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(fingerprint("foobar"), 0x85944171f73967e8U);
}

}  // namespace
}  // namespace headway
