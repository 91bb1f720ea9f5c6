#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

/// Reports of runs, with the real program.

namespace headway::test {
namespace {

using testing::HasSubstr;

TEST(Report, TellsOfARunWhileItGoesOnAndTheSameAfterwards) {
  Project project;
  project.plan(
      {"{id: A, run: 'true', category: docs, priority: high, estimate: 1h, "
       "created: 2026-01-05}",
       "{id: B, run: 'until test -e go; do sleep 0.02; done', needs: [A]}"});
  Process run = project.start({"run", "plan.yaml", "--local", "1"});
  ASSERT_TRUE(wait_until([&] { return project.state_of("B") == "running"; })) << run.err();
  const Finished during = project.headway({"report", "--registry", "--format", "json"});
  EXPECT_EQ(during.exit_code, 0) << during.err;
  const nlohmann::json live = nlohmann::json::parse(during.out, nullptr, false);
  ASSERT_EQ(live["registry"]["tickets"].size(), 2U) << during.out;
  project.write("go", "");
  ASSERT_EQ(run.wait().exit_code, 0);

  const Finished after = project.headway({"report", "r1", "--format", "json"});
  const nlohmann::json ended = nlohmann::json::parse(after.out, nullptr, false);
  const nlohmann::json first = ended["registry"]["tickets"][0];
  EXPECT_EQ(first, live["registry"]["tickets"][0]) << "a coordinator and a registry say the same";
  EXPECT_EQ(first["priority"], "high");
  EXPECT_EQ(first["category"], "docs");
  EXPECT_EQ(first["created"], "2026-01-05");
  EXPECT_EQ(first["estimate_seconds"], 3600.0);
  EXPECT_TRUE(first["took_seconds"].is_number());
  EXPECT_EQ(ended["registry"]["counts"]["status"][0]["tickets"], 2);

  const Finished text = run_process({program("generate-progress-report"), "--registry"},
                                    {.folder = project.folder().path(), .env = {}, .input = {}});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("r1 demo  succeeded  2 succeeded of 2 tickets\n"));
  EXPECT_THAT(text.out, testing::ContainsRegex("\nA +succeeded +high +docs +1h 00m +"));
  EXPECT_THAT(text.out, testing::ContainsRegex("\npriority +medium +1 +1 +0"));
}

TEST(Report, WritesTraceAndTestResults) {
  Project project;
  project.plan({"{id: A, run: 'true', affected_files: [x]}",
                "{id: B, run: exit 3, affected_files: [x]}", "{id: C, run: 'true', needs: [B]}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "2"}).exit_code, 7);
  const Finished files =
      project.headway({"report", "--trace", "trace.json", "--junit", "results.xml"});
  EXPECT_EQ(files.exit_code, 0) << files.err;
  EXPECT_EQ(files.out, "") << "the files were all that was asked for";
  const auto content = [&](const std::string& name) {
    std::ifstream file(project.folder().path() + "/" + name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const nlohmann::json trace = nlohmann::json::parse(content("trace.json"), nullptr, false);
  std::size_t attempts = 0;
  for (const auto& each : trace["traceEvents"]) attempts += each["ph"] == "X" ? 1U : 0U;
  EXPECT_EQ(attempts, 2U);
  EXPECT_THAT(content("results.xml"), HasSubstr("tests=\"3\" failures=\"1\""));
  const Finished document =
      project.headway({"report", "--format", "markdown", "--include-metrics"});
  EXPECT_THAT(document.out, HasSubstr("## Metrics"));
  EXPECT_THAT(document.out, HasSubstr("| parallelism efficiency |"));
}

TEST(Report, KeepsALinkThatItIsWrittenThrough) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 0);
  const std::string real = project.write("real", "keep");
  std::filesystem::create_symlink("real", project.folder() / "link");
  ASSERT_EQ(project.headway({"report", "-o", "link", "--junit", "link.xml"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(project.folder() / "link"));
  std::ifstream file(real);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(file), {}), HasSubstr("1 succeeded of 1"));
}

TEST(Report, TakesADashForStandardOutput) {
  Project project;
  project.plan({"{id: A, run: 'true'}"});
  ASSERT_EQ(project.headway({"run", "plan.yaml", "--local", "1"}).exit_code, 0);
  EXPECT_EQ(project.headway({"report", "-o", "-"}).out, project.headway({"report"}).out);
  EXPECT_THAT(project.headway({"report", "--junit", "-"}).out, testing::StartsWith("<?xml"));
  EXPECT_THAT(project.headway({"report", "--trace", "-"}).out, testing::StartsWith("{"));
  const Finished mixed = project.headway({"report", "--junit", "-", "-o", "-"});
  EXPECT_EQ(mixed.exit_code, 2) << "two documents in one stream are none";
  EXPECT_EQ(mixed.out, "");
  EXPECT_FALSE(std::filesystem::exists(project.folder() / "-"));
}

/// Whether a page can be looked at here; where it cannot, nothing is known of it.
std::string browser() {
  for (const char* path :
       {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"})
    if (std::filesystem::exists(path)) return path;
  return {};
}

class Page : public testing::Test {
 protected:
  void run() {
    project_.plan({"{id: A, title: '<script>alert(1)</script>', run: 'true', affected_files: [x]}",
                   "{id: B, run: 'seq 1 100000; exit 3', affected_files: [x]}",
                   "{id: C, run: 'true', needs: [B]}",
                   "{id: D, run: 'until test -e go; do sleep 0.02; done', "
                   "dependencies: {sequential: [B], soft: [A]}}"});
    // What a ticket prints may come after its result: the run goes on until all of it is there.
    Process run = project_.start({"run", "plan.yaml", "--local", "2"});
    ASSERT_TRUE(wait_until([&] {
      return project_.headway({"logs", "B"}).out.ends_with("100000\n");
    })) << run.err();
    project_.write("go", "");
    ASSERT_EQ(run.wait().exit_code, 7);
    const Finished made = project_.headway({"report", "--html", "page.html"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_EQ(made.out, "");
    std::ifstream file(path());
    page_.assign(std::istreambuf_iterator<char>(file), {});
  }
  [[nodiscard]] std::string path() const { return project_.folder().path() + "/page.html"; }

  Project project_;
  std::string page_;
};

TEST_F(Page, HasEveryTicketWhatFailedAndTheGraph) {
  run();
  for (const char* ticket : {"A", "B", "C", "D"})
    EXPECT_THAT(page_, HasSubstr(std::string("<td>") + ticket + "</td>"));
  EXPECT_THAT(page_, HasSubstr("99999\n100000\n</pre>")) << "the last of much output";
  EXPECT_THAT(page_, HasSubstr("C needs B"));
  EXPECT_THAT(page_, HasSubstr("D comes after the end of B"));
  EXPECT_THAT(page_, HasSubstr("D would rather follow A"));
  EXPECT_THAT(page_, testing::Not(HasSubstr("<script>alert")));
}

TEST_F(Page, OpensInABrowserWithoutComplaint) {
  const std::string chromium = browser();
  if (chromium.empty()) GTEST_SKIP() << "needs Chromium to open the page in";
  run();
  const std::string profile = "--user-data-dir=" + project_.folder().path() + "/profile";
  const Finished opened =
      run_process({chromium, "--headless", "--no-sandbox", "--disable-gpu",
                   "--enable-logging=stderr", profile, "--dump-dom", "file://" + path()},
                  {}, std::chrono::seconds{120});
  if (opened.timed_out || opened.exit_code != 0)
    GTEST_SKIP() << "Chromium does not run here: " << opened.err.substr(0, 500);
  EXPECT_THAT(opened.out, HasSubstr("class=\"scripted\"")) << "the script ran";
  EXPECT_THAT(opened.out, HasSubstr("<button type=\"button\">Ticket</button>")) << "to its end";
  EXPECT_THAT(opened.err, testing::Not(HasSubstr(":CONSOLE"))) << opened.err;
}

}  // namespace
}  // namespace headway::test
