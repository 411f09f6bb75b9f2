#include "wire/mail/smtp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SmtpReply reply_of(std::string_view text) {
  const auto reply = take_smtp_reply(text);
  EXPECT_TRUE(reply && *reply) << text;
  return reply && *reply ? **reply : SmtpReply{};
}

TEST(SmtpReplies, OneLine) {
  std::string_view buffer = "220 mail.example.no ESMTP\r\n250 next\r\n";
  const auto reply = take_smtp_reply(buffer);
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ((*reply)->code, 220U);
  EXPECT_THAT((*reply)->lines, ElementsAre("mail.example.no ESMTP"));
  EXPECT_TRUE((*reply)->positive());
  EXPECT_EQ(buffer, "250 next\r\n");
}

TEST(SmtpReplies, SeveralLines) {
  const auto reply = reply_of("250-mail.example.no\r\n250-PIPELINING\r\n250\r\n");
  EXPECT_THAT(reply.lines, ElementsAre("mail.example.no", "PIPELINING", ""));
  EXPECT_EQ(reply.text(), "250-mail.example.no\n250-PIPELINING\n250 ");
}

TEST(SmtpReplies, WaitsForTheRest) {
  for (const std::string_view part : {"", "2", "250-a\r\n", "250-a\r\n250 b"}) {
    auto buffer = part;
    const auto reply = take_smtp_reply(buffer);
    ASSERT_TRUE(reply) << part;
    EXPECT_FALSE(*reply) << part;
    EXPECT_EQ(buffer, part);
  }
}

TEST(SmtpReplies, EnhancedCodes) {
  EXPECT_EQ(reply_of("421 4.7.0 try later\r\n").enhanced, (std::array{4U, 7U, 0U}));
  EXPECT_TRUE(reply_of("421 4.7.0 try later\r\n").transient());
  for (const auto* without : {"421 try\r\n", "421 5.7.0 other class\r\n", "421 4.7 x\r\n",
                              "421 4.7.0.1 x\r\n", "421 4.7.1234 x\r\n", "220 mail.example.no\r\n"}) {
    EXPECT_EQ(reply_of(without).enhanced, std::nullopt) << without;
  }
}

TEST(SmtpReplies, BareLineFeedIsNoted) {
  EXPECT_TRUE(reply_of("220 hi\n").bare_line_feed);
  EXPECT_FALSE(reply_of("220 hi\r\n").bare_line_feed);
}

TEST(SmtpReplies, ControlBytesAreMadePrintable) {
  EXPECT_EQ(reply_of("220 a\x1b[0m\r\n").lines.front(), "a\\x1b[0m");
}

TEST(SmtpReplies, EachReason) {
  struct Row {
    std::string text;
    SmtpError error;
  };
  std::string endless;
  for (std::size_t i = 0; i < smtp_reply_lines; ++i) endless += "250-x\r\n";
  const Row rows[] = {
      {"220 " + std::string(3000, 'a'), SmtpError::line_too_long},
      {"220 " + std::string(3000, 'a') + "\r\n", SmtpError::line_too_long},
      {endless + "250 end\r\n", SmtpError::too_many_lines},
      {"HTTP/1.1 400 Bad Request\r\n", SmtpError::bad_code},
      {"199 x\r\n", SmtpError::bad_code},
      {"600 x\r\n", SmtpError::bad_code},
      {"22\r\n", SmtpError::bad_code},
      {"\r\n", SmtpError::bad_code},
      {"220x\r\n", SmtpError::bad_separator},
      {"2200 x\r\n", SmtpError::bad_separator},
      {"250-a\r\n550 b\r\n", SmtpError::mixed_codes},
  };
  for (const auto& row : rows) {
    std::string_view buffer = row.text;
    const auto reply = take_smtp_reply(buffer);
    ASSERT_FALSE(reply) << row.text.substr(0, 60);
    EXPECT_EQ(smtp_error_name(reply.error()), smtp_error_name(row.error)) << row.text.substr(0, 60);
  }
}

TEST(SmtpCapability, List) {
  const auto capabilities =
      smtp_capabilities(reply_of("250-mail.example.no Hello\r\n250-SIZE 35882577\r\n250-starttls\r\n250-AUTH "
                                 "PLAIN login\r\n250-AUTH=LOGIN\r\n250 \r\n"));
  EXPECT_EQ(capabilities.server_name, "mail.example.no");
  EXPECT_TRUE(capabilities.has("STARTTLS"));
  EXPECT_FALSE(capabilities.has("PIPELINING"));
  ASSERT_NE(capabilities.find("size"), nullptr);
  EXPECT_THAT(capabilities.find("size")->parameters, ElementsAre("35882577"));
  EXPECT_THAT(capabilities.login_methods(), ElementsAre("PLAIN", "LOGIN"));
  EXPECT_THAT(smtp_capabilities(reply_of("250 mail.example.no\r\n")).extensions, IsEmpty());
}

}  // namespace
}  // namespace utsyn::wire
