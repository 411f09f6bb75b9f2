// HTTP/1.1 requests out and responses in (RFC 9110, RFC 9112). The response parser is fed bytes as they come
// and bounds everything; it decodes the framing (chunks), never the content coding.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace utsyn::wire {

struct HeaderField {
  std::string name;
  std::string value;
  bool operator==(const HeaderField&) const = default;
};

// Fields in the order received, duplicates apart. Names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<HeaderField> fields) : fields_(fields) {}

  void add(std::string_view name, std::string_view value);
  bool has(std::string_view name) const { return first(name).has_value(); }
  std::optional<std::string_view> first(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  std::string joined(std::string_view name) const;  // RFC 9110 section 5.3: all values with ", " between

  const std::vector<HeaderField>& fields() const { return fields_; }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  HeaderField& back() { return fields_.back(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<HeaderField> fields_;
};

// The request head with its empty line. `host` is the Host field (Url::authority()). A byte that could end a
// line is percent-encoded in the target and blanked in a value; a field whose name is not a token is left
// out.
std::string build_request(std::string_view method, std::string_view target, std::string_view host,
                          const Headers& headers = {});

enum class BodyFraming { none, content_length, chunked, until_close };

struct InterimResponse {
  int status = 0;
  Headers headers;
  bool operator==(const InterimResponse&) const = default;
};

struct HttpResponse {
  int minor_version = 1;  // HTTP/1.0 or 1.1
  int status = 0;
  std::string reason;
  Headers headers;
  Headers trailers;
  std::string body;  // chunks joined; still gzip if the server sent gzip
  BodyFraming framing = BodyFraming::none;
  bool truncated = false;         // the body went past the caller's limit, or the peer closed before its end
  bool keep_alive = false;        // another request may follow on this connection
  std::size_t ignored_lines = 0;  // header lines no browser would read (no colon, no name)
  std::string head;               // the final status line and fields as received: evidence
  std::vector<InterimResponse> interim;
};

enum class ParseState { need_more, done, malformed, too_large };

enum class ResponseError {
  none,
  not_http,             // the first bytes are something else
  unsupported_version,  // HTTP, but not 1.x
  bad_status_line,
  bad_field,           // a NUL in the header section
  bad_content_length,  // unreadable, or two that differ
  bad_chunk,
  line_too_long,
  head_too_large,
  too_many_fields,
  too_many_interim,
  closed_early,  // the peer closed inside the head, or before saying anything
};
std::string_view describe(ResponseError error);

struct ResponseLimits {
  std::size_t line_bytes = 16384;
  std::size_t head_bytes = 65536;  // also of the trailer section
  std::size_t fields = 200;
  std::size_t interim = 8;
  std::size_t body_bytes = 1048576;  // more is cut off: done, truncated
};

class ResponseParser {
 public:
  explicit ResponseParser(std::string_view request_method = "GET", ResponseLimits limits = {});

  ParseState feed(ByteView bytes);
  ParseState feed(std::string_view text) { return feed(as_bytes(text)); }
  ParseState close();  // the peer closed its side

  ParseState state() const { return state_; }
  ResponseError error() const { return error_; }
  bool has_head() const { return has_head_; }  // status and headers are final
  const HttpResponse& response() const { return response_; }
  HttpResponse take() { return std::move(response_); }
  // What came after the response (the next one, or the upgraded protocol after 101).
  std::string_view leftover() const { return std::string_view(buffer_).substr(at_); }

 private:
  enum class Step {
    status_line,
    fields,
    body_length,
    body_close,
    chunk_size,
    chunk_data,
    chunk_end,
    trailers,
    over
  };

  void run();
  std::optional<std::string_view> next_line();
  void read_status_line(std::string_view line);
  void read_field(std::string_view line, Headers& into);
  void end_of_head();
  void read_chunk_size(std::string_view line);
  bool take_body();
  void finish(bool clean);
  void fail(ResponseError error);

  std::string method_;
  ResponseLimits limits_;
  ParseState state_ = ParseState::need_more;
  ResponseError error_ = ResponseError::none;
  Step step_ = Step::status_line;
  bool has_head_ = false;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t head_used_ = 0;
  std::uint64_t expected_ = 0;  // bytes left of the body or chunk
  HttpResponse response_;
};

// One response that is wholly in memory (recorded evidence, tests).
HttpResponse parse_whole_response(std::string_view bytes, std::string_view request_method, ParseState& state);

}  // namespace utsyn::wire
