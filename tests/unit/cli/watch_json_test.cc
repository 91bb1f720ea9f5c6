#include "coordinator/cli/show/watch_json.h"

#include <gtest/gtest.h>

namespace headway::cli {
namespace {

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

TEST(WatchJson, BeginsAsTheDocumentOfStatus) {
  const std::vector<std::string> status = keys_of(status_json({}));
  std::vector<std::string> watch = keys_of(watch_json({}));
  ASSERT_GT(watch.size(), status.size());
  watch.resize(status.size());
  EXPECT_EQ(watch, status);
}

TEST(WatchJson, ListsATicketOnceThatRunsAgainAfterAFailure) {
  WatchAnswer answer;
  TicketView ticket;
  ticket.id = "A";
  ticket.state = TicketState::kRunning;
  answer.active = {ticket};
  answer.troubled = {{.ticket = ticket, .blocks = 2, .output_end = {"no\nno rows\n"}}};
  const Json json = watch_json(answer);
  ASSERT_EQ(json["tickets"].size(), 1U);
  EXPECT_EQ(json["tickets"][0]["id"], "A");
  EXPECT_EQ(json["troubled"][0]["blocks"], 2);
  EXPECT_TRUE(json["troubled"][0]["again_in_seconds"].is_null());
  EXPECT_EQ(json["troubled"][0]["last_output_line"], "no rows");
}

TEST(WatchJson, SaysWhoHoldsALockAndWhoWaits) {
  WatchAnswer answer;
  LockHolder holder;
  holder.run = RunId{2};
  LockWaiter waiter;
  waiter.exclusive = false;
  LockView& lock = answer.conflicts.emplace_back();
  lock.name = "database";
  lock.holders = {holder};
  lock.waiters = {waiter};
  lock.waiters_in_all = 4;
  const Json conflict = watch_json(answer)["conflicts"][0];
  EXPECT_EQ(conflict["lock"], "database");
  EXPECT_EQ(conflict["holders"][0]["run"], "r2");
  EXPECT_EQ(conflict["holders"][0]["mode"], "write");
  EXPECT_EQ(conflict["waiters"][0]["mode"], "read");
  EXPECT_EQ(conflict["waiters_in_all"], 4);
}

}  // namespace
}  // namespace headway::cli
