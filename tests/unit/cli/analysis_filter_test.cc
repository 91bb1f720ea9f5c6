#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/analysis/filter.h"

namespace headway::cli {
namespace {

using testing::ElementsAre;

ReadTickets four_tickets() {
  ReadTickets read;
  const auto add = [&](std::string id, std::string category, Priority priority, std::string file,
                       std::vector<std::string> needs) {
    Ticket ticket;
    ticket.id = std::move(id);
    ticket.category = std::move(category);
    ticket.priority = priority;
    ticket.dependencies.blocking = std::move(needs);
    ticket.affected_files = {"src/" + ticket.id + ".cc"};
    read.plan.tickets.push_back(std::move(ticket));
    read.origins.push_back({});
    read.origins.back().relative = std::move(file);
  };
  add("MOD-1", "docs", Priority::kHigh, "pending/a.md", {});
  add("MOD-2", "docs", Priority::kLow, "pending/b.md", {"MOD-1"});
  add("API-1", "code", Priority::kHigh, "in-progress/c.md", {"MOD-1", "MOD-2"});
  add("API-2", "code", Priority::kLow, "in-progress/d.md", {"API-1", "NOBODY-1"});
  return read;
}

std::vector<std::string> left(const std::vector<std::string>& scopes,
                              const std::vector<std::string>& categories,
                              const std::vector<std::string>& priorities) {
  ReadTickets read = four_tickets();
  const Result<TicketFilter> filter = make_filter(scopes, categories, priorities);
  EXPECT_TRUE(filter.ok());
  apply_filter(*filter, read);
  std::vector<std::string> ids;
  for (const Ticket& ticket : read.plan.tickets) ids.push_back(ticket.id);
  EXPECT_EQ(read.origins.size(), ids.size());
  return ids;
}

TEST(Filter, LooksAtIdsFilesAndChangedFiles) {
  EXPECT_THAT(left({"MOD-*"}, {}, {}), ElementsAre("MOD-1", "MOD-2"));
  EXPECT_THAT(left({"pending"}, {}, {}), ElementsAre("MOD-1", "MOD-2"));
  EXPECT_THAT(left({"src/API-1.cc"}, {}, {}), ElementsAre("API-1"));
  EXPECT_THAT(left({"MOD-1,API-2"}, {}, {}), ElementsAre("MOD-1", "API-2"));
  EXPECT_THAT(left({"MOD-1", "API-2"}, {}, {}), ElementsAre("MOD-1", "API-2"));
  EXPECT_EQ(left({"all"}, {}, {}).size(), 4U);
}

TEST(Filter, TakesWhatEveryOptionLetsPass) {
  EXPECT_THAT(left({}, {"code"}, {"High"}), ElementsAre("API-1"));
  EXPECT_THAT(left({}, {"docs, code"}, {"low"}), ElementsAre("MOD-2", "API-2"));
  EXPECT_FALSE(make_filter({}, {}, {"soon"}).ok());
}

TEST(Filter, TakesOutDependenciesOnWhatItLeavesOutAndNoOthers) {
  ReadTickets read = four_tickets();
  const Filtered left_out = apply_filter(*make_filter({}, {"code"}, {}), read);
  EXPECT_EQ(left_out.tickets, 2U);
  EXPECT_EQ(left_out.dependencies, 2U);
  EXPECT_TRUE(read.plan.tickets[0].dependencies.blocking.empty());
  EXPECT_THAT(read.plan.tickets[1].dependencies.blocking, ElementsAre("API-1", "NOBODY-1"));
}

TEST(Crew, IsANumberOrNumbersByLabel) {
  EXPECT_EQ(parse_crew("4")->agents, 4U);
  const Result<Crew> crew = parse_crew("builder=2, writer=1");
  ASSERT_TRUE(crew.ok());
  EXPECT_THAT(crew->by_label, ElementsAre(std::pair<std::string, std::uint32_t>{"builder", 2},
                                          std::pair<std::string, std::uint32_t>{"writer", 1}));
  for (const char* word :
       {"0", "-1", "many", "builder", "builder=", "=2", "builder=0", "1e9", "99999999"}) {
    EXPECT_FALSE(parse_crew(word).ok()) << word;
  }
}

}  // namespace
}  // namespace headway::cli
