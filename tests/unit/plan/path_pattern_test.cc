#include "common/plan/path_pattern.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/scale/scale.h"

namespace headway {
namespace {

TEST(PathPattern, IsFolded) {
  EXPECT_EQ(normalize_pattern("./src//api/"), "src/api");
  EXPECT_EQ(normalize_pattern("."), "**");
  EXPECT_EQ(normalize_pattern(""), "**");
  EXPECT_EQ(normalize_pattern("a/./b/../c"), "a/c");
  EXPECT_EQ(normalize_pattern("../a"), "../a");
  EXPECT_EQ(normalize_pattern("*/.."), "*/..");
  EXPECT_EQ(normalize_pattern("docs/*/"), "docs/*/**");
  EXPECT_EQ(normalize_pattern("a/**/**/b"), "a/**/b");
  EXPECT_EQ(normalize_pattern("/etc//x"), "/etc/x");
}

TEST(PathPattern, HasALiteralPrefixOfWholeComponents) {
  EXPECT_EQ(literal_prefix("docs/api/**/*.md"), "docs/api");
  EXPECT_EQ(literal_prefix("docs/ap*"), "docs");
  EXPECT_EQ(literal_prefix("*.md"), "");
  EXPECT_EQ(literal_prefix("src/a.c"), "src/a.c");
}

TEST(PathPattern, OverlapsWhereSomePathMatchesBoth) {
  const std::array<std::array<const char*, 2>, 24> pairs = {{
      {"docs/**", "docs/api/index.md"},
      {"docs/", "docs/api/index.md"},
      {"docs", "docs/*.md"},
      {"docs", "./docs//"},
      {"**", "anything/at/all"},
      {"*.c", "main.c"},
      {"*.c", "m*"},
      {"a*b", "*ab*b"},
      {"src/**/x.c", "src/x.c"},
      {"src/**/x.c", "src/a/**"},
      {"**/x", "a/**"},
      {"?.c", "[a-c].c"},
      {"[!a].c", "b.c"},
      {"[^a].c", "b.c"},
      {"[]].c", "].c"},
      {"[a", "[a"},
      {"caf?", "café"},
      {"a/b/c", "a/**/**/c"},
      {"*", "**/*"},
      {".", "x"},
      {"*/b", "a/*"},
      {"**/*.md", "docs"},
      {"src/*/x.c", "src/x.c"},  // x.c might be a folder: src/x.c/x.c
      {"**/x.c", "**/y.c"},
  }};
  for (const auto& [a, b] : pairs) {
    EXPECT_TRUE(patterns_overlap(a, b)) << a << " and " << b;
    EXPECT_TRUE(patterns_overlap(b, a)) << b << " and " << a;
  }
}

TEST(PathPattern, DoesNotOverlapWhereNoPathMatchesBoth) {
  const std::array<std::array<const char*, 2>, 12> pairs = {{
      {"docs/**", "src/a.c"},
      {"docs", "docs2/a"},
      {"docs/a", "docs/ab"},
      {"*.c", "main.h"},
      {"*.c", "src/main.c"},
      {"[a-c].c", "d.c"},
      {"[!a].c", "a.c"},
      {"?.c", "ab.c"},
      {"a*b", "c*"},

      {"src/**/x.c", "src/*.h"},
      {"a/?", "a/b/c"},
      {"[a-c]", "[x-z]"},

  }};
  for (const auto& [a, b] : pairs) {
    EXPECT_FALSE(patterns_overlap(a, b)) << a << " and " << b;
    EXPECT_FALSE(patterns_overlap(b, a)) << b << " and " << a;
  }
}

TEST(PathPattern, MatchesFiles) {
  EXPECT_TRUE(matches_pattern("out/a.json", "out/*.json"));
  EXPECT_TRUE(matches_pattern("./out/a.json", "out/"));
  EXPECT_TRUE(matches_pattern("out/deep/a.json", "out"));
  EXPECT_TRUE(matches_pattern("a/b/c.txt", "**/c.txt"));
  EXPECT_TRUE(matches_pattern("c.txt", "**/c.txt"));
  EXPECT_FALSE(matches_pattern("out/deep/a.json", "out/*.json"));
  EXPECT_FALSE(matches_pattern("other", "out"));
  EXPECT_FALSE(matches_pattern("", "**"));
}

TEST(PathPattern, TakesTheWildcardsOfAFilesNameAsTheyAre) {
  EXPECT_FALSE(matches_pattern("*", "a"));
  EXPECT_TRUE(matches_pattern("[z]", "*"));
  EXPECT_FALSE(matches_pattern("[z]", "[z]")) << "the pattern means the file z";
  EXPECT_FALSE(matches_pattern("**", "a/b"));
}

/// All texts of up to three characters over a small alphabet, as a reference for the automaton.
void for_each_text(const std::string& alphabet, std::size_t longest, const auto& visit) {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i].empty()) visit(texts[i]);
    if (texts[i].size() == longest) continue;
    for (const char c : alphabet) texts.push_back(texts[i] + c);
  }
}

TEST(PathPattern, OverlapAgreesWithTryingAllShortPaths) {
  constexpr std::size_t kEach = kAddressSanitizer ? 10 : 1;
  std::size_t number = 0;
  std::vector<std::string> patterns;
  for_each_text("a*?/", 4, [&](const std::string& text) {
    if (++number % kEach != 0) return;
    if (!text.starts_with('/') && !text.ends_with('/') && text.find("//") == std::string::npos)
      patterns.push_back(text);
  });
  std::vector<std::string> paths;
  for_each_text("ab/", 7, [&](const std::string& text) {
    if (!text.starts_with('/') && !text.ends_with('/') && text.find("//") == std::string::npos)
      paths.push_back(text);
  });
  std::vector<std::vector<bool>> matches;
  for (const std::string& pattern : patterns) {
    std::vector<bool> row;
    for (const std::string& path : paths) row.push_back(matches_pattern(path, pattern));
    matches.push_back(std::move(row));
  }
  for (std::size_t a = 0; a < patterns.size(); a += 7) {
    for (std::size_t b = a; b < patterns.size(); b += 5) {
      bool both = false;
      for (std::size_t path = 0; path < paths.size() && !both; ++path)
        both = matches[a][path] && matches[b][path];
      ASSERT_EQ(patterns_overlap(patterns[a], patterns[b]), both)
          << patterns[a] << " and " << patterns[b];
    }
  }
}

TEST(PathPattern, OfAbsurdLengthIsTakenToOverlapInsteadOfTakingForever) {
  std::string stars;
  std::string folders;
  for (int i = 0; i < 2000; ++i) {
    stars += "*a";
    folders += "*/";
  }
  EXPECT_TRUE(patterns_overlap(stars, stars + "b*"));
  EXPECT_TRUE(patterns_overlap(folders, folders + "x"));
}

}  // namespace
}  // namespace headway
