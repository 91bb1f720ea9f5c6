#include "worker/process/plain_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headway::worker {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(PlainLine, IsAProgramAndItsArguments) {
  EXPECT_THAT(words_of_plain_line("./build.sh api"), Optional(ElementsAre("./build.sh", "api")));
  EXPECT_THAT(words_of_plain_line("  make\t-j2  CC=gcc-12 "),
              Optional(ElementsAre("make", "-j2", "CC=gcc-12")));
  EXPECT_THAT(words_of_plain_line("/bin/true"), Optional(ElementsAre("/bin/true")));
}

TEST(PlainLine, HasNothingThatMeansMoreToAShell) {
  for (const char* line :
       {"a; b",  "a & b", "a | b", "a > f",   "a < f",      "a $b", "a `b`", "a 'b'", "a \"b\"",
        "a *.c", "a f?",  "a [b]", "a {b,c}", "(a)",        "a ~",  "a # b", "! a",   "a\nb",
        "a \\b", "a\rb",  "a ^b",  "a \x01",  "a \xc3\xa4", "",     " \t "}) {
    EXPECT_EQ(words_of_plain_line(line), std::nullopt) << line;
  }
}

TEST(PlainLine, BeginsWithNoAssignmentAndNoWordOfTheShells) {
  for (const char* line : {"A=1 make", "A=1", "exit 3", "cd x", "true", "echo a", ". f", ": a",
                           "while a", "test -e f", "ulimit -n", "wait", "time make"}) {
    EXPECT_EQ(words_of_plain_line(line), std::nullopt) << line;
  }
  EXPECT_NE(words_of_plain_line("/usr/bin/test -e f"), std::nullopt);
}

}  // namespace
}  // namespace headway::worker
