#include "coordinator/core/run_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core/core_harness.h"

/// What the tickets of a run wait for.

namespace headway {
namespace {

using testing::ElementsAre;

TEST(RunGraph, HasEveryDependencyWithItsKind) {
  CoreHarness h;
  PlanBuilder plan;
  plan.add("a");
  plan.add("b").after({"a"});
  plan.add("c").after({"a", "b"});
  plan.add("d").after_end_of({"c"});
  const RunId run = h.submit(plan);
  const GraphAnswer answer = run_graph(h.core().state().runs.at(run), {});
  EXPECT_EQ(answer.run, run);
  EXPECT_EQ(answer.next_dependency, 0U);
  EXPECT_THAT(answer.dependencies, ElementsAre(DependencyView{0, 1, DependencyKind::kBlocking},
                                               DependencyView{0, 2, DependencyKind::kBlocking},
                                               DependencyView{1, 2, DependencyKind::kBlocking},
                                               DependencyView{2, 3, DependencyKind::kSequential}));
}

TEST(RunGraph, ComesInPagesOfWhichNoneIsLargerThanAllowed) {
  CoreHarness h;
  PlanBuilder plan;
  constexpr std::uint32_t kFirst = 150;
  constexpr std::uint32_t kSecond = 140;  // 21,000 dependencies: three pages
  std::vector<std::string> first;
  for (std::uint32_t i = 0; i < kFirst; ++i) {
    first.push_back("a" + std::to_string(i));
    plan.add(first.back());
  }
  for (std::uint32_t i = 0; i < kSecond; ++i) plan.add("b" + std::to_string(i)).after(first);
  const headway::Run& run = h.core().state().runs.at(h.submit(plan));
  std::vector<DependencyView> all;
  GraphRequest request;
  int pages = 0;
  do {
    const GraphAnswer page = run_graph(run, request);
    EXPECT_LE(page.dependencies.size(), kGraphPageDependencies);
    all.insert(all.end(), page.dependencies.begin(), page.dependencies.end());
    request.first_dependency = page.next_dependency;
    ++pages;
  } while (request.first_dependency != 0);
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(all.size(), kFirst * kSecond);
  for (std::uint32_t i = 0; i < all.size(); ++i)
    ASSERT_EQ(all[i], (DependencyView{i % kFirst, kFirst + i / kFirst, DependencyKind::kBlocking}));
}

}  // namespace
}  // namespace headway
