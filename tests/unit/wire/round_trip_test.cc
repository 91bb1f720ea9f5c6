#include <gtest/gtest.h>

#include "common/messages/diagnosis_messages.h"
#include "common/messages/graph_messages.h"
#include "common/messages/plan_messages.h"
#include "common/messages/watch_messages.h"
#include "common/wire/codec.h"
#include "common/wire/framed.h"
#include "tests/support/messages/arbitrary.h"
#include "tests/support/scale/scale.h"

namespace headway {
namespace {

constexpr std::uint32_t kSeeds = test::scaled(200);

/// Every alternative of a framed message comes back as it went.
template <class Framed, class Decode, std::size_t kIndex = 0>
void expect_round_trips(Decode decode) {
  using Variant = decltype(Framed::message);
  if constexpr (kIndex < std::variant_size_v<Variant>) {
    using Message = std::variant_alternative_t<kIndex, Variant>;
    for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
      Arbitrary arbitrary(seed);
      Framed framed;
      framed.session = arbitrary.make<std::uint64_t>();
      Message message = arbitrary.make<Message>();
      if constexpr (requires { message.session; }) message.session = framed.session;
      framed.message = message;
      const Result<Framed> back = decode(encode(framed));
      ASSERT_TRUE(back) << MessageName<Message>::kWord << ", seed " << seed << ": "
                        << back.error().message;
      ASSERT_EQ(*back, framed) << MessageName<Message>::kWord << ", seed " << seed;
    }
    expect_round_trips<Framed, Decode, kIndex + 1>(decode);
  }
}

TEST(RoundTrip, EveryMessageOfAWorker) {
  expect_round_trips<FromWorker>([](std::string_view f) { return decode_from_worker(f); });
}

TEST(RoundTrip, EveryMessageOfTheCoordinator) {
  expect_round_trips<FromCoordinator>(
      [](std::string_view f) { return decode_from_coordinator(f); });
}

TEST(RoundTrip, EveryMessageOfAJoin) {
  expect_round_trips<FromNewcomer>([](std::string_view f) { return decode_from_newcomer(f); });
  expect_round_trips<ToNewcomer>([](std::string_view f) { return decode_to_newcomer(f); });
}

template <class Body>
void expect_body_round_trips() {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    Arbitrary arbitrary(seed);
    const Body body = arbitrary.make<Body>();
    const Result<Body> back = decode_body<Body>(encode_body(body));
    ASSERT_TRUE(back) << typeid(Body).name() << ", seed " << seed << ": " << back.error().message;
    ASSERT_EQ(*back, body) << typeid(Body).name() << ", seed " << seed;
  }
}

TEST(RoundTrip, EveryBodyOfTheControlSocket) {
  expect_body_round_trips<Request>();
  expect_body_round_trips<Reply>();
  expect_body_round_trips<UploadRequest>();
  expect_body_round_trips<UploadAnswer>();
  expect_body_round_trips<SubmitRequest>();
  expect_body_round_trips<SubmitAnswer>();
  expect_body_round_trips<StatusRequest>();
  expect_body_round_trips<StatusAnswer>();
  expect_body_round_trips<AgentsRequest>();
  expect_body_round_trips<AgentsAnswer>();
  expect_body_round_trips<RunsRequest>();
  expect_body_round_trips<RunsAnswer>();
  expect_body_round_trips<LogsRequest>();
  expect_body_round_trips<LogsAnswer>();
  expect_body_round_trips<EventsRequest>();
  expect_body_round_trips<EventsAnswer>();
  expect_body_round_trips<ExplainRequest>();
  expect_body_round_trips<ExplainAnswer>();
  expect_body_round_trips<GraphRequest>();
  expect_body_round_trips<GraphAnswer>();
  expect_body_round_trips<WatchRequest>();
  expect_body_round_trips<WatchAnswer>();
  expect_body_round_trips<LocksRequest>();
  expect_body_round_trips<LocksAnswer>();
  expect_body_round_trips<DiagnoseRequest>();
  expect_body_round_trips<DiagnoseAnswer>();
  expect_body_round_trips<AdjustRequest>();
  expect_body_round_trips<AdjustAnswer>();
  expect_body_round_trips<ClearLocksRequest>();
  expect_body_round_trips<ClearLocksAnswer>();
  expect_body_round_trips<WhatIfRequest>();
  expect_body_round_trips<WhatIfAnswer>();
  expect_body_round_trips<ApplyRequest>();
  expect_body_round_trips<ApplyAnswer>();
  expect_body_round_trips<RunsControl>();
  expect_body_round_trips<TicketControl>();
  expect_body_round_trips<WorkerControl>();
  expect_body_round_trips<WorkerControlAnswer>();
  expect_body_round_trips<ValidateRequest>();
  expect_body_round_trips<ValidateAnswer>();
  expect_body_round_trips<StopRequest>();
  expect_body_round_trips<ControlAnswer>();
}

TEST(RoundTrip, TheSessionOfAWelcomeStandsInItsMapOnce) {
  FromCoordinator from;
  from.session = 7;
  Welcome welcome;
  welcome.session = 7;
  from.message = welcome;
  const std::string frame = encode(from);
  const std::size_t first = frame.find("session");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(frame.find("session", first + 1), std::string::npos);
}

}  // namespace
}  // namespace headway
