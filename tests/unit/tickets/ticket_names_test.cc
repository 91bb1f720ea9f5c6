#include "coordinator/tickets/ticket_names.h"

#include <gtest/gtest.h>

namespace headway {
namespace {

TEST(IdOfName, IsWhatAFilesNameBeginsWith) {
  EXPECT_EQ(id_of_name("MOD-012-split-the-index.md"), "MOD-012");
  EXPECT_EQ(id_of_name("MOD-012.md"), "MOD-012");
  EXPECT_EQ(id_of_name("DOC-API-003_routes.md"), "DOC-API-003");
  EXPECT_EQ(id_of_name("MOD-012b.md"), "MOD-012b");
  EXPECT_EQ(id_of_name("0012-split.md"), "0012");
  EXPECT_EQ(id_of_name("doc_3 index.md"), "doc_3");
}

TEST(IdOfName, IsEmptyWhereThereIsNone) {
  for (const char* name : {"README.md", "split-the-index-2.md", "2024-05-06-notes.md", "", "-1",
                           "12th-night.md", "Phase 2 must be done", "MOD-.md", "\xff\xfe-1"}) {
    EXPECT_EQ(id_of_name(name), "") << name;
  }
}

TEST(Status, IsReadInAllItsForms) {
  EXPECT_EQ(status_of("In Progress"), TicketStatus::kInProgress);
  EXPECT_EQ(status_of("in_progress"), TicketStatus::kInProgress);
  EXPECT_EQ(status_of("\xe2\x9c\x85 Done"), TicketStatus::kCompleted);
  EXPECT_EQ(status_of("TODO"), TicketStatus::kPending);
  EXPECT_EQ(status_of("canceled"), TicketStatus::kCancelled);
  EXPECT_EQ(status_of("tickets"), std::nullopt);
  EXPECT_EQ(status_of(""), std::nullopt);
}

TEST(Priority, IsReadBesideAnEmojiAndOtherWords) {
  EXPECT_EQ(priority_of("\xf0\x9f\x94\xb4 HIGH"), Priority::kHigh);
  EXPECT_EQ(priority_of("P0"), Priority::kCritical);
  EXPECT_EQ(priority_of("low (customer)"), Priority::kLow);
  EXPECT_EQ(priority_of("High/Urgent"), std::nullopt) << "two different ones";
  EXPECT_EQ(priority_of("soon"), std::nullopt);
}

}  // namespace
}  // namespace headway
