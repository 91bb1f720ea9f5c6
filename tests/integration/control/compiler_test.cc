#include <sys/eventfd.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/files.h"
#include "common/system/unique_fd.h"
#include "coordinator/control/compile_files.h"
#include "coordinator/control/memory_file.h"
#include "coordinator/control/run_source.h"
#include "coordinator/control/submission.h"
#include "tests/support/large_plan.h"
#include "tests/support/process.h"

namespace headway {
namespace {

using ::testing::HasSubstr;

const std::string kProgram = std::string(HEADWAY_BIN_DIR) + "/headway-coordinator";

class Compiler : public ::testing::Test {
 protected:
  static SubmitRequest request_for(const std::string& text) {
    return SubmitRequest{1, text.size(), sha256_hex(text), {}};
  }
  Result<Submission> compile(const std::string& text, const std::string& program = kProgram) {
    return compile_in_child({program, "no registry"}, request_for(text), text, never_.get());
  }
  std::string error_of(const std::string& text, const std::string& program = kProgram) {
    const Result<Submission> compiled = compile(text, program);
    return compiled ? "it was compiled" : compiled.error().message;
  }

  UniqueFd never_{::eventfd(0, EFD_CLOEXEC)};
};

TEST_F(Compiler, MakesOfATextWhatReadingItHereMakes) {
  const std::string text = test::large_plan_text(300);
  const Result<Submission> compiled = compile(text);
  ASSERT_TRUE(compiled) << compiled.error().message;
  const Result<RunPlan> expected = make_run_plan(text, {});
  ASSERT_TRUE(expected);
  EXPECT_TRUE(compiled->source->plan == expected->plan);
  EXPECT_EQ(compiled->source->name, expected->name);
  EXPECT_EQ(compiled->stored.plan_text, text);
  EXPECT_EQ(compiled->stored.plan_sha256, sha256_hex(text));
  EXPECT_EQ(compiled->stored.tickets, stored_tickets(*expected));
  EXPECT_TRUE(run_plan_of(compiled->stored.compiled, sha256_hex(text), {}));
}

TEST_F(Compiler, SaysWhatIsWrongWithAPlanAsReadingItHereDoes) {
  const std::string text = "version: 1\ntickets: [{id: a, runn: x}, {id: b, run: y, needs: [c]}]\n";
  EXPECT_EQ(error_of(text), make_run_plan(text, {}).error().message);
}

TEST_F(Compiler, RefusesATextThatIsNotTheOneThatWasMeant) {
  const std::string text = "version: 1\ntickets: []\n";
  SubmitRequest request = request_for(text);
  request.sha256 = sha256_hex("another");
  const Result<Submission> compiled = compile_in_child({kProgram, ""}, request, text, never_.get());
  ASSERT_FALSE(compiled);
  EXPECT_THAT(compiled.error().message, HasSubstr("is not the one that was meant"));
}

TEST_F(Compiler, SaysHowAProgramFailedThatDidNotDoItsWork) {
  EXPECT_THAT(error_of("x", "/bin/true"), HasSubstr("wrote nothing"));
  EXPECT_THAT(error_of("x", "/bin/false"), HasSubstr("ended with code 1; nothing was submitted"));
  EXPECT_THAT(error_of("x", "/no/such/program"), HasSubstr("no process could be started"));
}

TEST_F(Compiler, EndsAtOnceWithTheCoordinator) {
  const UniqueFd ending{::eventfd(1, EFD_CLOEXEC)};
  const std::string text = test::large_plan_text(20'000);
  const Result<Submission> compiled =
      compile_in_child({kProgram, ""}, request_for(text), text, ending.get());
  ASSERT_FALSE(compiled);
  EXPECT_THAT(compiled.error().message, HasSubstr("the coordinator is ending"));
}

TEST_F(Compiler, IsStartedByACoordinatorAlone) {
  EXPECT_EQ(test::run_process({kProgram, "--compile-plan", "registry"}).exit_code, 2);
  EXPECT_EQ(test::run_process({kProgram, "--compile-plan", "registry", "1"}).exit_code, 2);
}

TEST(CompilerFiles, GiveBackWhatWasWritten) {
  const Result<UniqueFd> made = make_memory_file("input");
  ASSERT_TRUE(made);
  const UniqueFd& input = *made;
  SubmitRequest request{7, 4, "hash", {}};
  request.options.groups = {1, 3};
  ASSERT_TRUE(write_compiler_input(input.get(), request, "text"));
  const Result<MappedFile> mapped = MappedFile::of(input.get());
  ASSERT_TRUE(mapped);
  const Result<CompilerInput> read = read_compiler_input(mapped->bytes());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->request, request);
  EXPECT_EQ(read->text, "text");
  for (std::size_t size = 0; size < mapped->bytes().size() - 4; ++size) {
    EXPECT_FALSE(read_compiler_input(mapped->bytes().substr(0, size))) << size;
  }
  const Result<UniqueFd> made_too = make_memory_file("output");
  ASSERT_TRUE(made_too);
  const UniqueFd& output = *made_too;
  const Error error{ErrorKind::kInvalidPlan, "plan.yaml:1:1: error"};
  ASSERT_TRUE(write_compiler_output(output.get(), error));
  const Result<MappedFile> written = MappedFile::of(output.get());
  ASSERT_TRUE(written);
  EXPECT_EQ(read_compiler_output(written->bytes()).error(), error);
}

}  // namespace
}  // namespace headway
