// Reads the requests of one client, one after another, with the parser of Boost.Beast (HTTP/1.1, RFC 9112).
// What one request leaves of the bytes that came is the beginning of the next.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/client_line.h"
#include "api/route.h"
#include "base/result.h"

namespace utsyn::api {

struct RequestHead {
  Request request;  // its method and headers only
  std::string target;
  bool http_1_1 = false;
  bool keep_alive = false;
  bool has_body = false;
  std::optional<std::uint64_t> body_size;  // when it was announced
};

enum class Unreadable : std::uint8_t {
  gone,  // the client went away or was too slow: nobody is there for an answer
  head_too_large,
  wrong_version,
  body_too_large,
  malformed
};

struct ReadFailure {
  Unreadable what = Unreadable::gone;
  std::string words;
};

class RequestReader {
 public:
  explicit RequestReader(ClientLine& line);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Waits for the first bytes of a request and holds little memory meanwhile; false: none came.
  boost::asio::awaitable<bool> wait(std::chrono::seconds time);
  boost::asio::awaitable<Result<RequestHead, ReadFailure>> read_head(std::chrono::seconds time);
  // Of the request whose head was read last. It may take `time`, and more by the least rate.
  boost::asio::awaitable<Result<std::string, ReadFailure>> read_body(std::size_t limit,
                                                                     std::chrono::seconds time,
                                                                     std::size_t least_rate);

 private:
  struct Parsing;
  boost::asio::awaitable<boost::system::error_code> read_more();

  ClientLine& line_;
  std::unique_ptr<Parsing> parsing_;
};

}  // namespace utsyn::api
