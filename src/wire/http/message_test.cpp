#include "wire/http/message.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using namespace std::string_literals;

struct Expected {
  int status = 200;
  std::string body;
  BodyFraming framing = BodyFraming::none;
  bool truncated = false;
  bool keep_alive = true;
  std::string leftover;
};

struct Case {
  std::string name;
  std::string bytes;
  bool closes;  // the peer closes after the bytes
  Expected expected;
  std::string method = "GET";
};

const Case good[] = {
    {"Length",
     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP",
     false,
     {200, "abc", BodyFraming::content_length, false, true, "HTTP"}},
    {"LengthTwiceTheSame",
     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3, 3\r\n\r\nabc",
     false,
     {200, "abc", BodyFraming::content_length}},
    {"LengthZero",
     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
     false,
     {200, "", BodyFraming::content_length}},
    {"LengthCut",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
     true,
     {200, "abc", BodyFraming::content_length, true, false}},
    {"Chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n1 \r\nd\r\n0\r\nX: "
     "y\r\n\r\nrest",
     false,
     {200, "abcd", BodyFraming::chunked, false, true, "rest"}},
    {"ChunkedBareLineFeeds",
     "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, Chunked\n\nA\n0123456789\n0\n\n",
     false,
     {200, "0123456789", BodyFraming::chunked}},
    {"ChunkedBeatsLength",
     "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
     false,
     {200, "a", BodyFraming::chunked, false, false}},
    {"ChunkedCut",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
     true,
     {200, "ab", BodyFraming::chunked, true, false}},
    {"UntilClose", "HTTP/1.1 200 OK\r\n\r\nabc", true, {200, "abc", BodyFraming::until_close, false, false}},
    {"OtherCodingUntilClose",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
     true,
     {200, "abc", BodyFraming::until_close, false, false}},
    {"Head", "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", false, {200}, "HEAD"},
    {"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", false, {204}},
    {"NotModified", "HTTP/1.1 304\r\nContent-Length: 300\r\n\r\n", false, {304}},
    {"Connect",
     "HTTP/1.1 200 OK\r\n\r\nrest",
     false,
     {200, "", BodyFraming::none, false, true, "rest"},
     "CONNECT"},
    {"SwitchingProtocols",
     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nPRI",
     false,
     {101, "", BodyFraming::none, false, false, "PRI"}},
    {"ConnectionClose",
     "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n",
     false,
     {200, "", BodyFraming::content_length, false, false}},
    {"OldVersion",
     "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
     false,
     {200, "", BodyFraming::content_length, false, false}},
    {"OldVersionKeptAlive",
     "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
     false,
     {200, "", BodyFraming::content_length}},
    {"Interim",
     "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
     false,
     {200, "a", BodyFraming::content_length}},
};

void expect_same(const ResponseParser& parser, const Expected& expected) {
  const auto& response = parser.response();
  EXPECT_EQ(response.status, expected.status);
  EXPECT_EQ(response.body, expected.body);
  EXPECT_EQ(response.framing, expected.framing);
  EXPECT_EQ(response.truncated, expected.truncated);
  EXPECT_EQ(response.keep_alive, expected.keep_alive);
  EXPECT_EQ(parser.leftover(), expected.leftover);
}

class GoodResponse : public testing::TestWithParam<Case> {};
TEST_P(GoodResponse, IsTheSameInOnePieceAndByteByByte) {
  const auto& row = GetParam();
  ResponseParser whole(row.method);
  whole.feed(row.bytes);
  if (row.closes) EXPECT_EQ(whole.state(), ParseState::need_more);
  if (row.closes) whole.close();
  ASSERT_EQ(whole.state(), ParseState::done) << describe(whole.error());
  expect_same(whole, row.expected);

  ResponseParser slow(row.method);
  for (const char c : row.bytes) slow.feed(std::string_view(&c, 1));
  if (row.closes) slow.close();
  ASSERT_EQ(slow.state(), ParseState::done);
  expect_same(slow, row.expected);
}
INSTANTIATE_TEST_SUITE_P(Table, GoodResponse, testing::ValuesIn(good),
                         [](const auto& row) { return row.param.name; });

struct BadCase {
  std::string name;
  std::string bytes;
  ResponseError error;
  ParseState state = ParseState::malformed;
};
std::string many(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}
const BadCase bad[] = {
    {"Ssh", "SSH-2.0-OpenSSH_9.2p1\r\n", ResponseError::not_http},
    {"OneByte", "X", ResponseError::not_http},
    {"Smtp", "220 mail ESMTP\r\n", ResponseError::not_http},
    {"Http2", "HTTP/2.0 200 OK\r\n\r\n", ResponseError::unsupported_version},
    {"NoVersion", "HTTP/ 200 OK\r\n\r\n", ResponseError::bad_status_line},
    {"NoStatus", "HTTP/1.1 OK\r\n\r\n", ResponseError::bad_status_line},
    {"StatusTooLow", "HTTP/1.1 099 X\r\n\r\n", ResponseError::bad_status_line},
    {"StatusTooLong", "HTTP/1.1 2000 X\r\n\r\n", ResponseError::bad_status_line},
    {"NulInField", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"s, ResponseError::bad_field},
    {"LengthsDiffer", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
     ResponseError::bad_content_length},
    {"LengthNegative", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ResponseError::bad_content_length},
    {"LengthTooLarge", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
     ResponseError::bad_content_length},
    {"ChunkSizeText", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     ResponseError::bad_chunk},
    {"ChunkSizeHuge", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
     ResponseError::bad_chunk},
    {"ChunkWithoutEnd", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
     ResponseError::bad_chunk},
    {"LineTooLong", "HTTP/1.1 200 OK\r\nA: " + std::string(20000, 'x') + "\r\n", ResponseError::line_too_long,
     ParseState::too_large},
    {"EndlessLine", "HTTP/1.1 200 " + std::string(20000, 'x'), ResponseError::line_too_long,
     ParseState::too_large},
    {"HeadTooLarge", "HTTP/1.1 200 OK\r\n" + many("A: " + std::string(8000, 'x') + "\r\n", 9),
     ResponseError::head_too_large, ParseState::too_large},
    {"TooManyFields", "HTTP/1.1 200 OK\r\n" + many("A: b\r\n", 201), ResponseError::too_many_fields,
     ParseState::too_large},
    {"TooManyTrailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + many("A: b\r\n", 201),
     ResponseError::too_many_fields, ParseState::too_large},
    {"TooManyInterim", many("HTTP/1.1 100 Continue\r\n\r\n", 9), ResponseError::too_many_interim,
     ParseState::too_large},
    {"Silence", "", ResponseError::closed_early},
    {"CutInTheHead", "HTTP/1.1 200 OK\r\nA: b\r\n", ResponseError::closed_early},
    {"CutInTheVersion", "HTT", ResponseError::closed_early},
};

class BadResponse : public testing::TestWithParam<BadCase> {};
TEST_P(BadResponse, SaysWhy) {
  const auto& row = GetParam();
  ResponseParser parser;
  parser.feed(row.bytes);
  parser.close();
  EXPECT_EQ(parser.state(), row.state);
  EXPECT_EQ(describe(parser.error()), describe(row.error));
  EXPECT_EQ(parser.feed("HTTP/1.1 200 OK\r\n\r\n"), row.state) << "a failed parser stays failed";
}
INSTANTIATE_TEST_SUITE_P(Table, BadResponse, testing::ValuesIn(bad),
                         [](const auto& row) { return row.param.name; });

TEST(ResponseParser, KeepsFieldsApartAndInOrder) {
  ResponseParser parser;
  parser.feed(
      "HTTP/1.1 200  Very  OK \r\nSet-Cookie: a=1\r\nset-cookie:b=2\r\nX-Folded: one\r\n\t two\r\nBad "
      "line\r\n: nameless\r\n"
      "Bad name: x\r\nServer : nginx\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(parser.state(), ParseState::done);
  const auto& response = parser.response();
  EXPECT_EQ(response.reason, "Very  OK");
  EXPECT_EQ(response.headers.all("SET-COOKIE"), (std::vector<std::string_view>{"a=1", "b=2"}));
  EXPECT_EQ(response.headers.first("x-folded"), "one two");
  EXPECT_EQ(response.headers.first("server"), "nginx");
  EXPECT_EQ(response.headers.size(), 5U);
  EXPECT_EQ(response.ignored_lines, 3U);
  EXPECT_TRUE(response.head.starts_with("HTTP/1.1 200  Very  OK \r\nSet-Cookie: a=1\r\n"));
}

TEST(ResponseParser, KeepsInterimResponsesAndTrailers) {
  ResponseParser parser;
  parser.feed(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\nDigest: x\r\n\r\n");
  ASSERT_EQ(parser.state(), ParseState::done);
  ASSERT_EQ(parser.response().interim.size(), 1U);
  EXPECT_EQ(parser.response().interim[0], (InterimResponse{103, {{"Link", "</a>"}}}));
  EXPECT_FALSE(parser.response().headers.has("link"));
  EXPECT_EQ(parser.response().trailers, (Headers{{"Digest", "x"}}));
  EXPECT_TRUE(parser.response().head.starts_with("HTTP/1.1 200"));
}

TEST(ResponseParser, CutsTheBodyAtTheLimit) {
  const struct {
    std::string bytes;
    std::string body;
    bool truncated;
  } rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", "abcd", false},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", "abcd", true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabcd", "abcd", true},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n", "abcd", true},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n", "abcd", false},
      {"HTTP/1.1 200 OK\r\n\r\nabcdefgh", "abcd", true},
  };
  for (const auto& row : rows) {
    ResponseLimits limits;
    limits.body_bytes = 4;
    ResponseParser parser("GET", limits);
    parser.feed(row.bytes);
    EXPECT_EQ(parser.state(), ParseState::done) << row.bytes;
    EXPECT_EQ(parser.response().body, row.body) << row.bytes;
    EXPECT_EQ(parser.response().truncated, row.truncated) << row.bytes;
    if (row.truncated) EXPECT_FALSE(parser.response().keep_alive);
  }
}

TEST(ParseWholeResponse, EndsAtTheEndOfTheBytes) {
  ParseState state{};
  EXPECT_EQ(parse_whole_response("HTTP/1.1 200 OK\r\n\r\nhei", "GET", state).body, "hei");
  EXPECT_EQ(state, ParseState::done);
  parse_whole_response("nonsense", "GET", state);
  EXPECT_EQ(state, ParseState::malformed);
}

TEST(Headers, JoinsWithCommas) {
  const Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  EXPECT_EQ(headers.joined("a"), "1, 3");
  EXPECT_EQ(headers.joined("c"), "");
  EXPECT_FALSE(headers.first("c"));
  EXPECT_TRUE(headers.has("b"));
}

TEST(BuildRequest, CannotBeSplit) {
  EXPECT_EQ(build_request("GET", "/a?b", "example.no", {{"Accept", "*/*"}}),
            "GET /a?b HTTP/1.1\r\nHost: example.no\r\nAccept: */*\r\n\r\n");
  EXPECT_EQ(
      build_request("GET", "/a\r\nX: y", "e.no\r\nX: y", {{"A", "b\r\nC: d"}, {"Bad name", "x"}, {"", "x"}}),
      "GET /a%0d%0aX:%20y HTTP/1.1\r\nHost: e.no  X: y\r\nA: b  C: d\r\n\r\n");
  EXPECT_TRUE(build_request("G T", "", "e.no").starts_with("GET / HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace utsyn::wire
