// What the parts of a letter are, as bytes. That mail programs read it is held by a journey.
#include "report/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"

namespace utsyn::report {
namespace {

using testing::HasSubstr;
using testing::Not;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");

std::string mail(const Letter& letter) {
  return mail_of(letter, "utsyn@example.no", "kari@example.no", "d1@example.no", kNow);
}

TEST(Mail, WithoutAFileIsOneText) {
  const auto one = mail({"Emne", "Tekst\n", std::nullopt});
  EXPECT_THAT(one, HasSubstr("Content-Type: text/plain; charset=UTF-8\r\n"));
  EXPECT_THAT(one, Not(HasSubstr("multipart")));
  EXPECT_THAT(one, HasSubstr("\r\n\r\n" + to_base64(as_bytes("Tekst\n")) + "\r\n"));
}

TEST(Mail, AFileIsAPartOfItsOwn) {
  const std::string content(1000, '\xFF');
  const auto one = mail({"Emne", "Tekst", Attachment{"utsyn.pdf", "application/pdf", content}});
  const auto start = one.find("boundary=\"") + 10;
  const auto boundary = one.substr(start, one.find('"', start) - start);
  EXPECT_LE(boundary.size(), 70U);
  std::size_t parts = 0;
  for (auto at = one.find("\r\n--" + boundary); at != std::string::npos;
       at = one.find("\r\n--" + boundary, at + 1))
    ++parts;
  EXPECT_EQ(parts, 3U);
  EXPECT_TRUE(one.ends_with("--" + boundary + "--\r\n"));
  EXPECT_THAT(one, HasSubstr("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
                             "Content-Disposition: attachment;\r\n filename=\"utsyn.pdf\"\r\n\r\n"));
  EXPECT_THAT(one, HasSubstr(to_base64(as_bytes(content)).substr(0, 76) + "\r\n"));
  for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 2) {
    end = one.find("\r\n", at);
    EXPECT_LE((end == std::string::npos ? one.size() : end) - at, 78U);
  }
}

TEST(Mail, NamesOfFilesKeepTheirLettersAndBreakOutOfNothing) {
  const auto one = mail({"Emne", "", Attachment{"Blå\"\r\nBcc: x@y.no;.pdf", "application/pdf", "x"}});
  EXPECT_THAT(one,
              HasSubstr("attachment;\r\n filename*0*=UTF-8''Bl%C3%A5%22%0D%0ABcc%3A%20x%40y.no%3B.pdf\r\n"));
  EXPECT_THAT(one, Not(HasSubstr("\nBcc")));
  const auto longer = mail({"Emne", "", Attachment{std::string(90, 'a') + "æ.pdf", "application/pdf", "x"}});
  EXPECT_THAT(longer, HasSubstr("\r\n filename*2*=%C3%A6.pdf\r\n"));
}

}  // namespace
}  // namespace utsyn::report
