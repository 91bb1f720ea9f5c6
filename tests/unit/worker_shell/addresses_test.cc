#include "worker/shell/addresses.h"

#include <gtest/gtest.h>

namespace headway::worker {
namespace {

TEST(Addresses, AreTriedInTurnUntilOneLeadsToAWelcome) {
  Addresses addresses({"a", "b", "c"});
  EXPECT_TRUE(addresses.several());
  std::string tried = addresses.current();
  for (int i = 0; i < 4; ++i) {
    addresses.turn();
    tried += addresses.current();
  }
  EXPECT_EQ(tried, "abcab");
}

TEST(Addresses, TheOneThatWasGoodIsTriedAgainFirst) {
  Addresses addresses({"a", "b"});
  addresses.turn();
  addresses.confirm();
  addresses.turn();
  EXPECT_EQ(addresses.current(), "b");
  addresses.turn();
  EXPECT_EQ(addresses.current(), "a") << "it is good no longer";
}

TEST(Addresses, OneAloneIsTriedForEver) {
  Addresses addresses({"a"});
  EXPECT_FALSE(addresses.several());
  addresses.turn();
  EXPECT_EQ(addresses.current(), "a");
}

}  // namespace
}  // namespace headway::worker
