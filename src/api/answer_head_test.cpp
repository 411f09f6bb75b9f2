#include "api/answer_head.h"

#include <gtest/gtest.h>

namespace utsyn::api {
namespace {

constexpr std::time_t kNow = 1'795'168'800;  // Friday 20 November 2026, 10:00 UTC

std::string head(Response response, bool keep_alive = true, std::string method = "GET", bool secure = false) {
  Request request;
  request.method = std::move(method);
  request.id = "number-7";
  request.secure = secure;
  return answer_head(request, response, keep_alive, kNow);
}
bool has(const std::string& head, std::string_view line) {
  return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

TEST(AnswerHead, HasWhatEveryAnswerHas) {
  EXPECT_EQ(head({.body = "{}"}),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: application/json\r\n"
            "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\n"
            "X-Request-Id: number-7\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Referrer-Policy: no-referrer\r\n"
            "Cross-Origin-Resource-Policy: same-origin\r\n"
            "X-Frame-Options: DENY\r\n"
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
            "Cache-Control: no-store\r\n"
            "Content-Length: 2\r\n"
            "\r\n");
}

TEST(AnswerHead, SaysHowTheBodyEnds) {
  EXPECT_TRUE(has(head({.status = 404, .body = ""}), "Content-Length: 0"));
  EXPECT_TRUE(has(head({.body = "12345"}, true, "HEAD"), "Content-Length: 5"));
  for (const int status : {204, 304})
    EXPECT_EQ(head({.status = status, .type = ""}).find("Content-Length"), std::string::npos) << status;
  const Stream stream = [] { return std::nullopt; };
  const auto chunked = head({.stream = stream});
  EXPECT_TRUE(has(chunked, "Transfer-Encoding: chunked"));
  EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
  EXPECT_FALSE(has(head({.stream = stream}, true, "HEAD"), "Transfer-Encoding: chunked"));
}

TEST(AnswerHead, SaysWhatIsSaidOnlyAtTimes) {
  EXPECT_TRUE(has(head({}, false), "Connection: close"));
  EXPECT_EQ(head({}, true).find("Connection:"), std::string::npos);
  EXPECT_TRUE(
      has(head({}, true, "GET", true), "Strict-Transport-Security: max-age=31536000; includeSubDomains"));
  EXPECT_EQ(head({}).find("Strict-Transport-Security"), std::string::npos);
  EXPECT_EQ(head({.type = ""}).find("\nContent-Type:"), std::string::npos);
  EXPECT_TRUE(head({.status = 503}).starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
}

TEST(AnswerHead, AHandlersFieldTakesThePlaceOfOurs) {
  const auto text = head({.headers = {{"cache-control", "max-age=60"},
                                      {"Set-Cookie", "a=1"},
                                      {"Set-Cookie", "b=2"},
                                      {"X-Bad", "1\r\nX-Worse: 2"}}});
  EXPECT_TRUE(has(text, "cache-control: max-age=60"));
  EXPECT_EQ(text.find("no-store"), std::string::npos);
  EXPECT_TRUE(has(text, "Set-Cookie: a=1"));
  EXPECT_TRUE(has(text, "Set-Cookie: b=2"));
  EXPECT_EQ(text.find("X-Bad"), std::string::npos);
  EXPECT_EQ(text.find("X-Worse"), std::string::npos);
}

}  // namespace
}  // namespace utsyn::api
