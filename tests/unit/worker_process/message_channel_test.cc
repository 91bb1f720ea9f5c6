#include "worker/process/message_channel.h"

#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

struct Ends {
  Ends() {
    Result<std::pair<UniqueFd, UniqueFd>> pair = MessageChannel::make_pair();
    EXPECT_TRUE(pair);
    here = MessageChannel(std::move(pair->first));
    there = MessageChannel(std::move(pair->second));
  }

  std::vector<std::string> arrived() {
    std::vector<std::string> messages;
    while (there.receive() == MessageChannel::Received::kSomething) {
      while (const std::optional<std::string_view> message = there.next()) {
        messages.emplace_back(*message);
      }
    }
    return messages;
  }

  MessageChannel here;
  MessageChannel there;
};

TEST(MessageChannel, CarriesWholeMessagesOfAnySize) {
  auto ends = MessageChannel::make_pair().value();
  MessageChannel writer(std::move(ends.first));
  MessageChannel reader(std::move(ends.second));
  const std::string large(1U << 20U, 'x');
  writer.queue("small");
  writer.queue(large);
  writer.queue("");
  std::vector<std::string> got;
  while (got.size() < 3) {
    writer.flush();
    ASSERT_EQ(reader.receive(), MessageChannel::Received::kSomething);
    while (const auto message = reader.next()) got.emplace_back(*message);
  }
  EXPECT_EQ(got, (std::vector<std::string>{"small", large, ""}));
  EXPECT_EQ(writer.queued(), 0U);
  EXPECT_EQ(reader.receive(), MessageChannel::Received::kNothing);
  writer = MessageChannel{};
  EXPECT_EQ(reader.receive(), MessageChannel::Received::kClosed);
}

TEST(MessageChannel, TakesNonsenseForTheEnd) {
  auto ends = MessageChannel::make_pair().value();
  MessageChannel reader(std::move(ends.second));
  ASSERT_EQ(::write(ends.first.get(), "\xff\xff\xff\xff", 4), 4);
  EXPECT_EQ(reader.receive(), MessageChannel::Received::kSomething);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.receive(), MessageChannel::Received::kClosed);
}

TEST(MessageChannel, ANoteWaitsUntilItIsFlushed) {
  Ends ends;
  EXPECT_FALSE(ends.here.holds_notes_alone());
  ends.here.queue_note("one");
  ends.here.queue_note("two");
  EXPECT_TRUE(ends.here.holds_notes_alone());
  EXPECT_TRUE(ends.arrived().empty());
  ends.here.flush();
  EXPECT_FALSE(ends.here.holds_notes_alone());
  EXPECT_EQ(ends.arrived(), (std::vector<std::string>{"one", "two"}));
}

TEST(MessageChannel, WhatPressesTakesTheNotesAlongInOrder) {
  Ends ends;
  ends.here.queue_note("a note");
  ends.here.queue("an end");
  ends.here.queue_note("a later note");
  EXPECT_FALSE(ends.here.holds_notes_alone());
  ends.here.flush();
  EXPECT_EQ(ends.arrived(), (std::vector<std::string>{"a note", "an end", "a later note"}));
  ends.here.queue_note("the next");
  EXPECT_TRUE(ends.here.holds_notes_alone());
}

TEST(MessageChannel, ANoteThatIsHalfWrittenPresses) {
  Ends ends;
  const std::string large(8U << 20U, 'x');
  ends.here.queue_note(large);
  ends.here.flush();
  ASSERT_GT(ends.here.queued(), 0U) << "the socket took it all; nothing is tested";
  EXPECT_FALSE(ends.here.holds_notes_alone());
}

}  // namespace
}  // namespace headway::worker
