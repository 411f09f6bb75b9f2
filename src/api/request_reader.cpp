// The parser is fed by hand: Beast's own reading would be compiled anew for each kind of line.
#include "api/request_reader.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.h"

namespace utsyn::api {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

struct RequestReader::Parsing {
  boost::beast::flat_buffer came{kHeadBytes + kReadBytes};
  std::optional<http::request_parser<http::string_body>> parser;

  static constexpr std::uint32_t kHeadBytes = 16 * 1024;
  static constexpr std::size_t kReadBytes = 64 * 1024;
  static constexpr std::size_t kFirstBytes = 512;
};

namespace {

// Text that may go into a log or a database, whatever the client sent.
std::string clean_header(std::string_view value) {
  const bool plain = std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7F; });
  return plain ? std::string(value) : printable(value, value.size());
}

// A connection that ended or was too slow is no mistake in what was sent.
ReadFailure failure_of(const error_code& error) {
  using enum Unreadable;
  if (error.category() != http::make_error_code(http::error::bad_version).category() ||
      error == http::error::end_of_stream || error == http::error::partial_message)
    return {gone, {}};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {head_too_large, error.message()};
  if (error == http::error::bad_version) return {wrong_version, error.message()};
  if (error == http::error::body_limit) return {body_too_large, error.message()};
  return {malformed, error.message()};
}

}  // namespace

RequestReader::RequestReader(ClientLine& line) : line_(line), parsing_(std::make_unique<Parsing>()) {}
RequestReader::~RequestReader() = default;

net::awaitable<bool> RequestReader::wait(std::chrono::seconds time) {
  auto& came = parsing_->came;
  if (came.size() > 0) co_return true;
  came.shrink_to_fit();
  line_.must_end_within(time);
  line_.idle = true;
  const auto [error, size] = co_await line_.read_some(came.prepare(Parsing::kFirstBytes));
  line_.idle = false;
  if (error || size == 0) co_return false;
  came.commit(size);
  co_return true;
}

// One step of the parser, with as many more bytes as it needs for that.
net::awaitable<error_code> RequestReader::read_more() {
  auto& [came, parser] = *parsing_;
  for (;;) {
    error_code error;
    if (came.size() > 0) {
      came.consume(parser->put(came.data(), error));
      if (error != http::error::need_more) co_return error;
    }
    const auto room = boost::beast::read_size(came, Parsing::kReadBytes);
    if (room == 0) co_return http::make_error_code(http::error::buffer_overflow);
    const auto [failed, size] = co_await line_.read_some(came.prepare(room));
    came.commit(size);
    if (failed == net::error::eof) {
      if (!parser->got_some()) co_return http::make_error_code(http::error::end_of_stream);
      error.clear();
      parser->put_eof(error);
      co_return error;
    }
    if (failed) co_return failed;
  }
}

net::awaitable<Result<RequestHead, ReadFailure>> RequestReader::read_head(std::chrono::seconds time) {
  auto& parser = parsing_->parser.emplace();
  parser.header_limit(Parsing::kHeadBytes);
  parser.body_limit(boost::none);
  line_.must_end_within(time);
  while (!parser.is_header_done()) {
    if (const auto error = co_await read_more()) co_return unexpected(failure_of(error));
  }

  const auto& message = parser.get();
  RequestHead head;
  head.request.method = std::string(std::string_view(message.method_string()));
  for (const auto& field : message) {
    head.request.headers.emplace(lower(std::string_view(field.name_string())),
                                 clean_header(std::string_view(field.value())));
  }
  head.target = std::string(std::string_view(message.target()));
  head.http_1_1 = message.version() == 11;
  head.keep_alive = parser.keep_alive();
  if (const auto size = parser.content_length()) head.body_size = *size;
  head.has_body = parser.chunked() || head.body_size.value_or(0) > 0;
  co_return head;
}

net::awaitable<Result<std::string, ReadFailure>> RequestReader::read_body(std::size_t limit,
                                                                          std::chrono::seconds time,
                                                                          std::size_t least_rate) {
  auto& parser = *parsing_->parser;
  parser.body_limit(limit);
  const auto begun = std::chrono::steady_clock::now();
  while (!parser.is_done()) {
    line_.must_end_by(begun + time + std::chrono::seconds(parser.get().body().size() / least_rate));
    if (const auto error = co_await read_more()) co_return unexpected(failure_of(error));
  }
  co_return std::move(parser.get().body());
}

}  // namespace utsyn::api
