#include "coordinator/cli/command/help.h"

#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "coordinator/cli/show/format.h"
#include "coordinator/cli/verbs/table.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace headway::cli {
namespace {

TEST(Table, EveryNameIsThereOnceAndEveryOptionIsExplained) {
  std::set<std::string_view> names;
  for (const VerbSpec& verb : verb_table()) {
    EXPECT_TRUE(names.insert(verb.name).second) << verb.name;
    for (const std::string_view alias : verb.aliases)
      EXPECT_TRUE(names.insert(alias).second) << alias;
    EXPECT_NE(verb.handler, nullptr) << verb.name;
    EXPECT_FALSE(verb.summary.empty() || verb.description.empty()) << verb.name;
    std::set<std::string> options;
    const auto check = [&](const Option& option) {
      EXPECT_TRUE(options.insert("--" + std::string(option.name)).second)
          << verb.name << " " << option.name;
      if (option.letter != 0) {
        EXPECT_TRUE(options.insert(std::string("-") + option.letter).second) << verb.name;
      }
      EXPECT_FALSE(option.help.empty()) << option.name;
      EXPECT_FALSE(option.help.ends_with('.')) << option.name;
    };
    for (const Option& option : verb.options) check(option);
    for (const Option& option : common_options()) check(option);
  }
}

TEST(Help, FitsEightyColumns) {
  std::string all = overview(verb_table());
  for (const VerbSpec& verb : verb_table()) all += help_text(verb);
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(Help, NamesEveryOptionOfAVerb) {
  for (const VerbSpec& verb : verb_table()) {
    const std::string help = help_text(verb);
    for (const Option& option : verb.options) {
      EXPECT_NE(help.find("--" + std::string(option.name)), std::string::npos)
          << verb.name << " " << option.name;
    }
  }
}

TEST(Help, OfAnotherNameShowsHowThatIsUsed) {
  const auto first_line = [](std::string_view name) {
    const std::string help = help_text(*find_alias(verb_table(), name), name);
    return help.substr(0, help.find('\n'));
  };
  EXPECT_EQ(first_line("scale-agents"), "Usage: scale-agents [OPTION...] N");
  EXPECT_EQ(first_line("restart-agent"), "Usage: restart-agent [OPTION...] WORKER");
  EXPECT_EQ(first_line("reassign-ticket"), "Usage: reassign-ticket [OPTION...] [TICKET...]");
  EXPECT_EQ(first_line("stop-execution"), "Usage: stop-execution [OPTION...] [RUN]");
  const VerbSpec& worker = *find_verb(verb_table(), "worker");
  EXPECT_EQ(synopsis(worker), "headway worker [OPTION...] ACTION WORKER");
  EXPECT_NE(man_page(worker).find(".B scale\\-agents [OPTION...] N\n"), std::string::npos);
  EXPECT_EQ(help_text(worker, "scale-agents").find("  ACTION"), std::string::npos);
}

TEST(Help, WrapsAndKeepsParagraphsApart) {
  EXPECT_EQ(wrapped("one two three\n\nfour", 9, 2), "  one two\n  three\n\n  four\n");
}

TEST(ManualPages, AreWellFormed) {
  const test::TemporaryFolder folder;
  std::vector<std::string> pages = {man_page(verb_table())};
  for (const VerbSpec& verb : verb_table()) pages.push_back(man_page(verb));
  for (const std::string& page : pages) {
    EXPECT_TRUE(page.starts_with(".TH "));
    const std::string file = folder.write("page.1", page);
    const test::Finished groff = test::run_process(
        {"/bin/sh", "-c",
         "command -v groff >/dev/null || exit 0; groff -man -Tascii -ww \"$0\" 2>&1 >/dev/null",
         file});
    EXPECT_EQ(groff.out, "") << page;
  }
}

TEST(Completion, BashKnowsVerbsOptionsAndChoices) {
  const test::TemporaryFolder folder;
  const std::string script = folder.write("headway.bash", bash_completion(verb_table()));
  const auto complete = [&](const std::string& words, int at) {
    const test::Finished bash = test::run_process({"/bin/bash", "-c",
                                                   "source \"$0\"; COMP_WORDS=(" + words +
                                                       "); COMP_CWORD=" + std::to_string(at) +
                                                       "; _headway; echo \"${COMPREPLY[@]}\"",
                                                   script});
    EXPECT_EQ(bash.err, "");
    return bash.out;
  };
  EXPECT_EQ(complete("headway st", 1), "status stop\n");
  EXPECT_EQ(complete("headway run --fo", 2), "--format\n");
  EXPECT_EQ(complete("headway status --format m", 3), "markdown\n");
  EXPECT_EQ(complete("show-agent-status --inc", 1), "--include-metrics\n");
  EXPECT_EQ(complete("headway import ''", 2), "wfcommons psplib imopse stg\n");
}

TEST(Completion, ZshAndFishNameEveryVerb) {
  const std::string zsh = zsh_completion(verb_table());
  const std::string fish = fish_completion(verb_table());
  EXPECT_TRUE(zsh.starts_with("#compdef headway "));
  for (const VerbSpec& verb : verb_table()) {
    EXPECT_NE(zsh.find("_headway_" + std::string(verb.name) + "()"), std::string::npos);
    EXPECT_NE(fish.find("-a " + std::string(verb.name) + " -d"), std::string::npos);
  }
}

}  // namespace
}  // namespace headway::cli
