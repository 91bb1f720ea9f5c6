#include "coordinator/tickets/ticket_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/system/files.h"
#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::Pair;

TEST(TicketFiles, AreNamedRelativeToThePlansFolderAndTheProseWhereItIsWanted) {
  const TemporaryFolder folder;
  folder.write("tickets/a.md", "---\nid: A-1\nenv: {STAGE: test}\n---\n# Do it\n\nWell.\n");
  folder.write("tickets/b.md", "---\nid: B-1\n---\n");
  Result<ReadTickets> read = read_tickets(folder / "tickets");
  ASSERT_TRUE(read.ok());
  const std::string root = *absolute_path(folder.path());
  const auto only_a = [](const Ticket& ticket) { return ticket.id == "A-1"; };
  ASSERT_TRUE(name_ticket_files(*read, root, only_a).ok());
  EXPECT_THAT(read->plan.tickets[0].env,
              ElementsAre(Pair("STAGE", "test"), Pair("HEADWAY_TICKET_FILE", "tickets/a.md"),
                          Pair("HEADWAY_BODY", "# Do it\n\nWell.\n")));
  EXPECT_THAT(read->plan.tickets[1].env, ElementsAre(Pair("HEADWAY_TICKET_FILE", "tickets/b.md")));
  ASSERT_TRUE(name_ticket_files(*read, root + "/elsewhere", only_a).ok());
  EXPECT_EQ(read->plan.tickets[1].env[0].second, root + "/tickets/b.md");
}

Ticket from_file(const std::string& id, const std::string& file) {
  Ticket ticket;
  ticket.id = id;
  if (!file.empty()) ticket.env = {{"STAGE", "test"}, {"HEADWAY_TICKET_FILE", file}};
  return ticket;
}

TEST(TicketFiles, LeadFromAPlanToTheFolderAboveThoseThatStatusesAreTheNamesOf) {
  Plan plan;
  EXPECT_FALSE(named_ticket_files(plan, "/project").has_value());
  plan.tickets = {from_file("A-1", "tickets/pending/a.md"), from_file("A-2", "")};
  const auto one = named_ticket_files(plan, "/project");
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->folder, "/project/tickets");
  EXPECT_THAT(one->ids, ElementsAre("A-1"));
  plan.tickets.push_back(from_file("A-3", "tickets/docs/in-progress/b.md"));
  EXPECT_EQ(named_ticket_files(plan, "/project")->folder, "/project/tickets");
  plan.tickets.push_back(from_file("A-4", "/project/tickets-old/c.md"));
  EXPECT_EQ(named_ticket_files(plan, "/project")->folder, "/project");
  plan.tickets.push_back(from_file("A-5", "/elsewhere/d.md"));
  EXPECT_EQ(named_ticket_files(plan, "/project")->folder, "/");
}

TEST(TicketFiles, RefuseProseThatNoCommandCanGet) {
  const TemporaryFolder folder;
  folder.write("a.md", "---\nid: A-1\n---\n" + std::string(kMaxBodyBytes + 1, 'x'));
  Result<ReadTickets> read = read_tickets(folder / "a.md");
  ASSERT_TRUE(read.ok());
  const auto all = [](const Ticket&) { return true; };
  const Result<void> named = name_ticket_files(*read, folder.path(), all);
  ASSERT_FALSE(named.ok());
  EXPECT_EQ(named.error().kind, ErrorKind::kInvalidPlan);
  folder.write("a.md", std::string("---\nid: A-1\n---\n\0", 17));
  EXPECT_FALSE(name_ticket_files(*read, folder.path(), all).ok());
}

}  // namespace
}  // namespace headway
