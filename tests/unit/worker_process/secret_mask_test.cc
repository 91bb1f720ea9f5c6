#include "worker/process/secret_mask.h"

#include <random>

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

std::string masked_in_pieces(const std::vector<std::string>& secrets, std::string_view text,
                             std::size_t piece) {
  SecretMask mask(secrets);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += piece) mask.add(text.substr(at, piece), out);
  mask.finish(out);
  return out;
}

TEST(SecretMask, ReplacesEveryOccurrence) {
  EXPECT_EQ(masked_in_pieces({"hunter22"}, "a hunter22 b hunter22", 100), "a *** b ***");
  EXPECT_EQ(masked_in_pieces({"hunter22"}, "hunter22hunter22", 100), "******");
}

TEST(SecretMask, FindsSecretsHoweverTheStreamIsCut) {
  const std::string text = "x=hunter22, y=hunter2, z=hunthunter22 hunter22";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    EXPECT_EQ(masked_in_pieces({"hunter22"}, text, piece), "x=***, y=hunter2, z=hunt*** ***")
        << "pieces of " << piece;
  }
}

TEST(SecretMask, ShowsNoPartOfOverlappingSecrets) {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(masked_in_pieces({"abcd", "cdefgh"}, "-abcdefgh-", piece), "-***-");
    EXPECT_EQ(masked_in_pieces({"abcd", "abcdefgh"}, "-abcdefgh-abcd-", piece), "-***-***-");
    EXPECT_EQ(masked_in_pieces({"aaaa"}, "aaaaaa-aaa", piece), "***-aaa");
  }
}

TEST(SecretMask, HoldsBackOnlyWhatMayBeASecret) {
  SecretMask mask({"hunter22"});
  std::string out;
  mask.add("line\n", out);
  EXPECT_EQ(out, "line\n");
  mask.add("hunt", out);
  EXPECT_EQ(out, "line\n");
  mask.add("ing\n", out);
  EXPECT_EQ(out, "line\nhunting\n");
}

TEST(SecretMask, LeavesShortValuesAlone) {
  EXPECT_EQ(masked_in_pieces({"", "abc"}, "abc", 1), "abc");
}

TEST(SecretMask, AgreesWithASearchOverTheWholeText) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const auto letters = [&](std::size_t size) {
      std::string text;
      while (text.size() < size) text += static_cast<char>('a' + random() % 2);
      return text;
    };
    const std::vector<std::string> secrets{letters(4), letters(6), letters(9)};
    const std::string text = letters(200);
    // Byte by byte which are covered, then runs of overlapping occurrences.
    std::string expected;
    std::size_t covered = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::size_t longest = 0;
      for (const std::string& secret : secrets) {
        if (text.compare(at, secret.size(), secret) == 0)
          longest = std::max(longest, secret.size());
      }
      if (at >= covered) expected += longest > 0 ? "***" : text.substr(at, 1);
      if (longest > 0) covered = std::max(covered, at + longest);
    }
    EXPECT_EQ(masked_in_pieces(secrets, text, 1 + random() % 20), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace headway::worker
