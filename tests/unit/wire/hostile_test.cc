#include <random>

#include <gtest/gtest.h>
#include <msgpack.hpp>

#include "common/wire/codec.h"
#include "common/wire/framed.h"
#include "counting_new.h"
#include "tests/support/messages/arbitrary.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

std::size_t allocated_by_all_decoders(std::string_view frame) {
  const std::size_t before = bytes_from_new();
  (void)decode_from_worker(frame);
  (void)decode_from_coordinator(frame);
  (void)decode_request(frame);
  (void)decode_reply(frame);
  (void)decode_body<SubmitRequest>(frame);
  (void)decode_body<StatusAnswer>(frame);
  (void)decode_body<EventsAnswer>(frame);
  return bytes_from_new() - before;
}

/// A map of one entry, `key`, whose value the caller appends.
std::string map_with(std::string_view type, std::string_view key) {
  msgpack::sbuffer buffer;
  msgpack::packer<msgpack::sbuffer> packer(buffer);
  packer.pack_map(2);
  packer.pack(std::string("type"));
  packer.pack(std::string(type));
  packer.pack(std::string(key));
  return {buffer.data(), buffer.size()};
}

TEST(HostileBytes, RandomOnesNeitherCrashNorAllocateWildly) {
  std::mt19937 random(1);
  for (int i = 0; i < test::scaled(20'000); ++i) {
    std::string frame(random() % 200, '\0');
    for (char& c : frame) c = static_cast<char>(random());
    // Mostly something that begins like a map.
    if (!frame.empty() && random() % 4 != 0) frame[0] = static_cast<char>(0x80 | random() % 16);
    ASSERT_LT(allocated_by_all_decoders(frame), 1U << 20U) << "round " << i;
  }
}

TEST(HostileBytes, MutatedMessagesNeitherCrashNorAllocateWildly) {
  std::mt19937 random(2);
  Arbitrary arbitrary(3);
  for (int i = 0; i < test::scaled(5'000); ++i) {
    FromWorker worker;
    switch (i % 4) {
      case 0:
        worker.message = arbitrary.make<Hello>();
        break;
      case 1:
        worker.message = arbitrary.make<AttemptResult>();
        break;
      case 2:
        worker.message = arbitrary.make<Heartbeat>();
        break;
      default:
        worker.message = arbitrary.make<Output>();
        break;
    }
    FromCoordinator coordinator;
    if (i % 2 == 0) {
      coordinator.message = arbitrary.make<Welcome>();
    } else {
      coordinator.message = arbitrary.make<Assign>();
    }
    for (std::string frame : {encode(worker), encode(coordinator)}) {
      const std::size_t size = frame.size();
      for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % frame.size();
        switch (random() % 3) {
          case 0:
            frame[at] = static_cast<char>(random());
            break;
          case 1:
            frame.erase(at, 1 + random() % 3);
            break;
          default:
            frame.insert(at, 1, static_cast<char>(random()));
            break;
        }
        if (frame.empty()) frame = "x";
      }
      ASSERT_LT(allocated_by_all_decoders(frame), 4000 * size + 100'000) << "round " << i;
    }
  }
}

TEST(HostileBytes, ATruncatedMessageIsRefusedAtEveryLength) {
  Arbitrary arbitrary(4);
  FromWorker from;
  from.message = arbitrary.make<AttemptResult>();
  const std::string frame = encode(from);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_FALSE(decode_from_worker(frame.substr(0, size))) << size;
  }
  EXPECT_TRUE(decode_from_worker(frame));
}

TEST(HostileBytes, TrailingBytesAreRefused) {
  const std::string frame = encode(FromWorker{1, Accept{Token{2}}});
  const auto decoded = decode_from_worker(frame + '\xc0');
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("trail"), std::string::npos);
}

TEST(HostileBytes, ClaimsThatNoByteBacksAreRefusedBeforeAnythingIsAllocated) {
  // Arrays and maps that claim a million entries, one within the other.
  const std::vector<std::string> claims = {std::string("\xdd\x00\x0f\xff\xff", 5),
                                           std::string("\xdf\x00\x0f\xff\xff\xa1k", 7),
                                           std::string("\xdd\xff\xff\xff\xff", 5)};
  for (const std::string& claim : claims) {
    std::string frame = map_with("hello", "inventory");
    for (int depth = 0; depth < 14; ++depth) frame += claim;
    frame.resize(900'000, '\xc0');
    EXPECT_LT(allocated_by_all_decoders(frame), 100'000u);
    // msgpack would take its room from malloc, unseen by the count: so it must not get that far.
    const auto decoded = decode_from_worker(frame);
    ASSERT_FALSE(decoded);
    EXPECT_NE(decoded.error().message.find("beyond the limits"), std::string::npos);
  }
}

TEST(HostileBytes, DepthIsLimited) {
  for (const std::size_t depth : {wire::kMaxDepth - 1, wire::kMaxDepth, std::size_t{100'000}}) {
    std::string frame = map_with("drain", "x");
    frame += std::string(depth, '\x91');
    frame += '\xc0';
    EXPECT_EQ(decode_from_worker(frame).ok(), depth < wire::kMaxDepth) << depth;
  }
}

TEST(HostileBytes, AnOversizedFrameIsRefused) {
  std::string frame = map_with("drain", "x");
  frame += std::string("\xc6\x00\x10\x00\x00", 5) + std::string(1U << 20U, 'x');
  EXPECT_FALSE(decode_from_worker(frame));
}

TEST(Leniency, UnknownKeysAreSkippedAndMissingOnesTakeTheirDefault) {
  std::string frame = map_with("hello", "a_key_of_the_future");
  frame += "\x81\xa1k\x93\x01\xc0\xa1x";  // {k: [1, nil, "x"]}
  const auto decoded = decode_from_worker(frame);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(std::get<Hello>(decoded->message), Hello{});
  EXPECT_EQ(decoded->session, 0u);
}

TEST(Leniency, WhatIsWrongIsNamedByItsField) {
  const std::string frame = map_with("result", "usage") +
                            "\x81\xa6"
                            "cpu_us\xa1x";
  const auto decoded = decode_from_worker(frame);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, "usage: cpu_us: not a whole number of its range");
}

TEST(Strictness, WrongTypesUnknownWordsAndNumbersOutOfRangeAreRefused) {
  const auto refused = [](std::string_view type, std::string_view key, std::string_view value) {
    return !decode_from_worker(map_with(type, key) + std::string(value)).ok();
  };
  EXPECT_TRUE(refused("hello", "slots", "\xa1x"));
  EXPECT_TRUE(refused("hello", "slots", "\xff"));                                       // -1
  EXPECT_TRUE(refused("hello", "slots", {"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 9}));  // 2^32
  EXPECT_TRUE(refused("hello", "every_type", "\x01"));
  EXPECT_TRUE(refused("hello", "worker", {"\xc4\x01x", 3}));  // a bin
  EXPECT_TRUE(refused("output", "bytes", "\xa1x"));           // a string
  EXPECT_TRUE(refused("result", "outcome", "\xa7vanilla"));
  EXPECT_TRUE(refused("progress", "share", {"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", 9}));
  EXPECT_TRUE(refused("no_such_message", "x", "\xc0"));
  EXPECT_TRUE(!decode_from_worker("\x80").ok());
  EXPECT_TRUE(!decode_from_worker("\x01").ok());
}

}  // namespace
}  // namespace headway
