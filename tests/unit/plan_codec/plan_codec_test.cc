#include "common/plan_codec/plan_codec.h"

#include <limits>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/plan_codec/bytes.h"
#include "tests/support/plan/random_plan.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

constexpr std::uint64_t kSeeds = test::scaled(300);
constexpr std::string_view kSource = "the text";

std::shared_ptr<const PlanGraph> graph_of(const Plan& plan) {
  Result<std::shared_ptr<const PlanGraph>> graph = PlanGraph::build(plan);
  EXPECT_TRUE(graph) << graph.error().message;
  return std::move(graph).value();
}

std::string encoded(const Plan& plan) { return encode_plan(plan, *graph_of(plan), kSource); }

template <class T>
std::vector<T> listed(std::span<const T> values) {
  return {values.begin(), values.end()};
}

void expect_same(const PlanGraph& a, const PlanGraph& b, const Plan& plan) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(a.group_count(), b.group_count());
  EXPECT_EQ(a.lock_names(), b.lock_names());
  EXPECT_EQ(listed(a.topological_order()), listed(b.topological_order()));
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    const TicketIndex ticket{i};
    EXPECT_EQ(listed(a.dependencies(ticket)), listed(b.dependencies(ticket)));
    EXPECT_EQ(listed(a.dependents(ticket)), listed(b.dependents(ticket)));
    EXPECT_EQ(listed(a.locks(ticket)), listed(b.locks(ticket)));
    EXPECT_EQ(a.group(ticket), b.group(ticket));
    EXPECT_EQ(a.rank(ticket), b.rank(ticket));
    EXPECT_EQ(a.critical_path(ticket), b.critical_path(ticket));
    ASSERT_NE(b.find(plan.tickets[i].id), nullptr);
    EXPECT_EQ(*b.find(plan.tickets[i].id), ticket);
  }
}

/// Walks over everything that a graph refers to: an index out of bounds stops the program.
void use(const CompiledPlan& compiled) {
  const PlanGraph& graph = *compiled.graph;
  for (std::uint32_t i = 0; i < graph.size(); ++i) {
    const TicketIndex ticket{i};
    for (const Edge edge : graph.dependencies(ticket))
      compiled.plan.tickets.at(edge.ticket.index());
    for (const Edge edge : graph.dependents(ticket)) compiled.plan.tickets.at(edge.ticket.index());
    for (const LockUse lock : graph.locks(ticket)) graph.lock_names().at(lock.lock);
    EXPECT_LT(graph.group(ticket), graph.group_count());
    EXPECT_LT(graph.rank(ticket), graph.size());
  }
}

/// The same bytes with a checksum that fits them: what only a broken program could have written.
std::string resealed(std::string bytes) {
  constexpr std::size_t kSumAt = 7;  // after HWPLAN and a version below 128
  constexpr std::size_t kSumBytes = 8;
  plan_codec::ByteWriter sum;
  sum.fixed(plan_codec::checksum(std::string_view(bytes).substr(kSumAt + kSumBytes)));
  return bytes.replace(kSumAt, kSumBytes, sum.bytes());
}

TEST(PlanCodec, GivesBackEveryPlanAndItsGraph) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const Plan plan = test::random_plan(seed);
    const std::shared_ptr<const PlanGraph> graph = graph_of(plan);
    const Result<CompiledPlan> decoded = decode_plan(encode_plan(plan, *graph, kSource), kSource);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_TRUE(decoded->plan == plan);
    expect_same(*graph, *decoded->graph, plan);
  }
}

TEST(PlanCodec, KeepsNumbersAtTheirLimits) {
  Plan plan;
  Ticket ticket;
  ticket.id = "a";
  ticket.command.shell_line = "true";
  ticket.estimate = Duration::max();
  ticket.kill_grace = Duration::min();
  ticket.retry.max = INT32_MIN;
  ticket.retry.factor = 1e-300;
  ticket.mark = {UINT32_MAX, UINT32_MAX};
  ticket.resources = {{"x", INT64_MAX}, {"y", INT64_MIN}};
  plan.tickets = {ticket};
  const Result<CompiledPlan> decoded = decode_plan(encoded(plan), kSource);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_TRUE(decoded->plan == plan);
}

TEST(PlanCodec, TakesAnEmptyPlan) {
  const Plan plan;
  const Result<CompiledPlan> decoded = decode_plan(encoded(plan), kSource);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->graph->size(), 0U);
}

TEST(PlanCodec, RefusesWhatWasCompiledFromSomethingElse) {
  const Result<CompiledPlan> decoded = decode_plan(encoded(test::random_plan(1)), "another text");
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, "it was compiled from something else");
}

TEST(PlanCodec, RefusesAnotherVersion) {
  std::string bytes = encoded(test::random_plan(1));
  bytes[6] = static_cast<char>(kPlanCodecVersion + 1);
  const Result<CompiledPlan> decoded = decode_plan(bytes, kSource);
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find(fmt::format("it has version {}", kPlanCodecVersion + 1)),
            std::string::npos)
      << decoded.error().message;
}

TEST(PlanCodec, RefusesBytesThatWereCutAnywhere) {
  const std::string bytes = encoded(test::random_plan(3));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_plan(std::string_view(bytes).substr(0, size), kSource)) << size;
  }
  EXPECT_FALSE(decode_plan(bytes + '\0', kSource));
}

TEST(PlanCodec, SeesEveryFlippedBit) {
  std::string bytes = encoded(test::random_plan(3));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      EXPECT_FALSE(decode_plan(bytes, kSource)) << at;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    }
  }
}

/// Behind the checksum: whatever the bytes say, nothing is read beyond them, and what is accepted
/// can be used.
TEST(PlanCodec, RefusesNumbersThatAreNone) {
  for (const double factor :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Plan plan = test::random_plan(1);
    plan.tickets.front().retry.factor = factor;
    EXPECT_FALSE(decode_plan(encoded(plan), kSource)) << factor;
  }
}

TEST(PlanCodec, NeverTrustsWhatABrokenProgramWrote) {
  std::mt19937_64 random(1);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  std::size_t accepted = 0;
  for (std::uint64_t seed = 0; seed < 40 * kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::string bytes = encoded(test::random_plan(seed % kSeeds));
    constexpr std::size_t kHeader = 15;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = kHeader + below(bytes.size() - kHeader);
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + below(8));
          break;
        case 2:
          bytes.insert(at, 1 + below(8), static_cast<char>(random()));
          break;
        default:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
      }
      if (bytes.size() <= kHeader + 1) break;
    }
    const Result<CompiledPlan> decoded = decode_plan(resealed(bytes), kSource);
    if (!decoded) continue;
    ++accepted;
    use(*decoded);
  }
  EXPECT_GT(accepted, 0U);  // a text that was changed is as good a text
}

}  // namespace
}  // namespace headway
