#include "common/keys/join_token.h"

#include <gtest/gtest.h>

#include "common/wire/curve.h"

namespace headway {
namespace {

JoinToken some_token() {
  return {PublicKey::from_bytes(std::string(kKeyBytes, '\xfe')).value(),
          SecretKey::from_bytes(std::string(kKeyBytes, '\x01')).value()};
}

TEST(JoinToken, ComesBackAsItWent) {
  const JoinToken random{make_key_pair().open, make_key_pair().secret};
  for (const JoinToken& token : {some_token(), random}) {
    const std::string text = join_token_text(token);
    EXPECT_EQ(text.size(), 92U);
    const Result<JoinToken> back = parse_join_token(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(*back, token);
  }
}

TEST(JoinToken, HasNothingThatAShellOrAnAddressTakesForItsOwn) {
  const std::string text = join_token_text(some_token());
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}

TEST(JoinToken, NoticesEveryCharacterThatWasMistyped) {
  const std::string text = join_token_text(some_token());
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string wrong = text;
    wrong[at] = wrong[at] == 'A' ? 'B' : 'A';
    const Result<JoinToken> read = parse_join_token(wrong);
    ASSERT_FALSE(read) << at;
    EXPECT_EQ(read.error().message.find(wrong), std::string::npos) << "it is quoted";
  }
}

TEST(JoinToken, IsRefusedWhereItIsCutShortOrLongerOrNone) {
  const std::string text = join_token_text(some_token());
  for (const std::string& wrong : {std::string(), text.substr(1), text + "A", text.substr(0, 88),
                                   std::string(92, ' '), std::string(92, '\0')}) {
    EXPECT_FALSE(parse_join_token(wrong));
  }
}

TEST(JoinToken, HasADigestThatIsNotItsSecret) {
  const JoinToken token = some_token();
  EXPECT_EQ(token.digest().size(), 16U);
  EXPECT_EQ(token.digest(), some_token().digest());
  EXPECT_NE(token.digest(), (JoinToken{token.coordinator, make_key_pair().secret}.digest()));
  EXPECT_EQ(token.secret.hex().find(token.digest()), std::string::npos);
}

TEST(JoinLine, IsATokenAndAnAddressAfterTheFirstAt) {
  const std::string text = join_token_text(some_token());
  const Result<JoinLine> line = parse_join_line(text + "@[fe80::1]:7420");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->token, some_token());
  EXPECT_EQ(line->address, "[fe80::1]:7420");
  EXPECT_FALSE(parse_join_line(text));
  EXPECT_FALSE(parse_join_line(text + "@"));
  EXPECT_FALSE(parse_join_line("@build:7420"));
}

}  // namespace
}  // namespace headway
