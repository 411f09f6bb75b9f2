#include "wire/http/message.h"

#include <algorithm>

#include "base/characters.h"
#include "wire/http/token.h"

namespace utsyn::wire {
namespace {

std::string safe_value(std::string_view value) {
  std::string out(value);
  std::replace_if(out.begin(), out.end(), [](char c) { return is_control(c) && c != '\t'; }, ' ');
  return out;
}

std::string safe_target(std::string_view target) {
  std::string out;
  for (const char c : target) {
    if (is_control(c) || c == ' ') {
      const auto byte = static_cast<std::uint8_t>(c);
      out += '%' + to_hex(ByteView(&byte, 1));
    } else {
      out += c;
    }
  }
  return out.empty() ? "/" : out;
}

// True when a comma-separated list in any of the fields names `token`.
bool lists_token(const Headers& headers, std::string_view field, std::string_view token) {
  for (const auto value : headers.all(field)) {
    for (const auto member : split(value, ',')) {
      if (iequals(trim(member), token)) return true;
    }
  }
  return false;
}

constexpr std::size_t kMaxRequestFields = 100;

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
  fields_.push_back({std::string(name), std::string(value)});
}

std::optional<std::string_view> Headers::first(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& field) { return iequals(field.name, name); });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& field : fields_) {
    if (iequals(field.name, name)) values.push_back(field.value);
  }
  return values;
}

std::string Headers::joined(std::string_view name) const {
  std::string out;
  bool first_one = true;
  for (const auto value : all(name)) {
    if (!first_one) out += ", ";
    first_one = false;
    out += value;
  }
  return out;
}

std::string build_request(std::string_view method, std::string_view target, std::string_view host,
                          const Headers& headers) {
  std::string out(is_http_token(method) ? method : "GET");
  out += ' ';
  out += safe_target(target);
  out += " HTTP/1.1\r\nHost: ";
  out += safe_value(host);
  out += "\r\n";
  std::size_t written = 0;
  for (const auto& field : headers) {
    if (!is_http_token(field.name) || ++written > kMaxRequestFields) continue;
    out += field.name + ": " + safe_value(field.value) + "\r\n";
  }
  return out + "\r\n";
}

std::string_view describe(ResponseError error) {
  switch (error) {
    case ResponseError::none:
      return "no error";
    case ResponseError::not_http:
      return "the answer is not HTTP";
    case ResponseError::unsupported_version:
      return "the answer is not HTTP/1.0 or HTTP/1.1";
    case ResponseError::bad_status_line:
      return "the status line cannot be read";
    case ResponseError::bad_field:
      return "a header field has a NUL byte in it";
    case ResponseError::bad_content_length:
      return "Content-Length cannot be read, or is given twice differently";
    case ResponseError::bad_chunk:
      return "the chunked body cannot be read";
    case ResponseError::line_too_long:
      return "a line of the head is too long";
    case ResponseError::head_too_large:
      return "the head is too large";
    case ResponseError::too_many_fields:
      return "the head has too many fields";
    case ResponseError::too_many_interim:
      return "too many interim responses";
    case ResponseError::closed_early:
      return "the connection was closed inside the head";
  }
  return "the answer cannot be read";
}

ResponseParser::ResponseParser(std::string_view request_method, ResponseLimits limits)
    : method_(request_method), limits_(limits) {}

ParseState ResponseParser::feed(ByteView bytes) {
  buffer_.append(as_text(bytes));
  if (state_ == ParseState::need_more) run();
  // What is read is dropped now and then, so that the buffer stays near the size of one feed.
  if (at_ > 65536) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  return state_;
}

ParseState ResponseParser::close() {
  if (state_ != ParseState::need_more) return state_;
  switch (step_) {
    case Step::status_line:
    case Step::fields: {
      const auto begun = leftover().substr(0, 5);
      const bool other = !begun.empty() && !std::string_view("HTTP/").starts_with(begun) && begun != "HTTP/";
      fail(other ? ResponseError::not_http : ResponseError::closed_early);
      break;
    }
    case Step::body_close:
      finish(true);
      break;
    case Step::body_length:
    case Step::chunk_size:
    case Step::chunk_data:
    case Step::chunk_end:
    case Step::trailers:
      response_.truncated = true;
      finish(false);
      break;
    case Step::over:
      break;
  }
  return state_;
}

void ResponseParser::fail(ResponseError error) {
  error_ = error;
  const bool bound = error == ResponseError::line_too_long || error == ResponseError::head_too_large ||
                     error == ResponseError::too_many_fields || error == ResponseError::too_many_interim;
  state_ = bound ? ParseState::too_large : ParseState::malformed;
  response_.keep_alive = false;
  step_ = Step::over;
}

void ResponseParser::finish(bool clean) {
  if (!clean) response_.keep_alive = false;
  state_ = ParseState::done;
  step_ = Step::over;
}

// A line ends with LF; a CR before it belongs to the end (RFC 9112 section 2.2).
std::optional<std::string_view> ResponseParser::next_line() {
  const auto rest = leftover();
  const auto end = rest.find('\n');
  if (end == std::string_view::npos ? rest.size() > limits_.line_bytes : end > limits_.line_bytes) {
    fail(ResponseError::line_too_long);
    return std::nullopt;
  }
  if (end == std::string_view::npos) return std::nullopt;
  at_ += end + 1;
  head_used_ += end + 1;
  if (head_used_ > limits_.head_bytes) {
    fail(ResponseError::head_too_large);
    return std::nullopt;
  }
  auto line = rest.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void ResponseParser::run() {
  while (state_ == ParseState::need_more) {
    switch (step_) {
      case Step::status_line: {
        const auto begun = leftover().substr(0, 5);
        if (!begun.empty() && !std::string_view("HTTP/").starts_with(begun))
          return fail(ResponseError::not_http);
        const auto line = next_line();
        if (!line) return;
        read_status_line(*line);
        break;
      }
      case Step::fields: {
        const auto line = next_line();
        if (!line) return;
        if (line->empty()) {
          end_of_head();
          break;
        }
        response_.head.append(*line).append("\r\n");
        read_field(*line, response_.headers);
        break;
      }
      case Step::trailers: {
        const auto line = next_line();
        if (!line) return;
        if (line->empty()) return finish(true);
        read_field(*line, response_.trailers);
        break;
      }
      case Step::chunk_size: {
        const auto line = next_line();
        if (!line) return;
        head_used_ = 0;  // each size line is bounded by itself; their number is bounded by the body
        read_chunk_size(*line);
        break;
      }
      case Step::chunk_end: {
        const auto line = next_line();
        if (!line) return;
        if (!line->empty()) return fail(ResponseError::bad_chunk);
        head_used_ = 0;
        step_ = Step::chunk_size;
        break;
      }
      case Step::body_length:
      case Step::body_close:
      case Step::chunk_data:
        if (!take_body()) return;
        break;
      case Step::over:
        return;
    }
  }
}

void ResponseParser::read_status_line(std::string_view line) {
  // "HTTP/1.1 200 OK"; the reason and even the blank before it may be missing.
  const auto major = line.substr(5, 1);
  if (major.empty() || major[0] < '0' || major[0] > '9') return fail(ResponseError::bad_status_line);
  const auto version =
      line.substr(5, line.find(' ') == std::string_view::npos ? line.size() : line.find(' ') - 5);
  if (version != "1.0" && version != "1.1") return fail(ResponseError::unsupported_version);
  response_.minor_version = version == "1.1" ? 1 : 0;
  auto rest = line.substr(8);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const auto digits = rest.substr(0, 3);
  const auto status = parse_uint(digits);
  if (digits.size() != 3 || !status || *status < 100 || (rest.size() > 3 && rest[3] != ' ')) {
    return fail(ResponseError::bad_status_line);
  }
  response_.status = static_cast<int>(*status);
  response_.reason = safe_value(trim(rest.substr(3)));
  response_.head.assign(line).append("\r\n");
  step_ = Step::fields;
}

void ResponseParser::read_field(std::string_view line, Headers& into) {
  if (line.find('\0') != std::string_view::npos) return fail(ResponseError::bad_field);
  if (line.front() == ' ' || line.front() == '\t') {  // obs-fold: goes on with the field before
    if (into.empty()) {
      ++response_.ignored_lines;
      return;
    }
    auto& value = into.back().value;
    const auto more = trim(line);
    if (!value.empty() && !more.empty()) value += ' ';
    value += safe_value(more);
    return;
  }
  const auto colon = line.find(':');
  const auto name = trim(line.substr(0, colon));
  if (colon == std::string_view::npos || !is_http_token(name)) {
    ++response_.ignored_lines;
    return;
  }
  if (into.size() >= limits_.fields) return fail(ResponseError::too_many_fields);
  into.add(name, safe_value(trim(line.substr(colon + 1))));
}

void ResponseParser::end_of_head() {
  auto& response = response_;
  if (response.status >= 100 && response.status < 200 && response.status != 101) {
    if (response.interim.size() >= limits_.interim) return fail(ResponseError::too_many_interim);
    InterimResponse interim{response.status, std::move(response.headers)};
    auto earlier = std::move(response.interim);
    response = {};
    response.interim = std::move(earlier);
    response.interim.push_back(std::move(interim));
    head_used_ = 0;
    step_ = Step::status_line;
    return;
  }
  has_head_ = true;
  head_used_ = 0;
  const bool close_asked = lists_token(response.headers, "connection", "close");
  response.keep_alive = response.minor_version == 1
                            ? !close_asked
                            : !close_asked && lists_token(response.headers, "connection", "keep-alive");
  if (response.status == 101) {
    response.keep_alive = false;  // the connection speaks something else now
    return finish(false);
  }
  if (method_ == "HEAD" || response.status == 204 || response.status == 304) return finish(true);
  if (method_ == "CONNECT" && response.status >= 200 && response.status < 300) return finish(true);

  const auto codings = response.headers.joined("transfer-encoding");
  const auto lengths = response.headers.all("content-length");
  if (!trim(codings).empty()) {
    // Both framings together is how requests are smuggled; the chunks are read, the connection is not reused.
    if (!lengths.empty() || response.minor_version == 0) response.keep_alive = false;
    const auto last = trim(std::string_view(codings).substr(codings.rfind(',') + 1));
    if (iequals(last, "chunked")) {
      response.framing = BodyFraming::chunked;
      step_ = Step::chunk_size;
      return;
    }
  } else if (!lengths.empty()) {
    std::optional<std::uint64_t> length;
    for (const auto field : lengths) {
      for (const auto member : split(field, ',')) {
        const auto value = parse_uint(trim(member));
        if (!value || (length && *length != *value)) return fail(ResponseError::bad_content_length);
        length = value;
      }
    }
    response.framing = BodyFraming::content_length;
    expected_ = *length;
    if (expected_ == 0) return finish(true);
    step_ = Step::body_length;
    return;
  }
  response.framing = BodyFraming::until_close;
  response.keep_alive = false;
  step_ = Step::body_close;
}

void ResponseParser::read_chunk_size(std::string_view line) {
  const auto digits = trim(line.substr(0, line.find(';')));
  if (digits.empty() || digits.size() > 15) return fail(ResponseError::bad_chunk);
  std::uint64_t size = 0;
  for (const char c : digits) {
    const auto hex = std::string_view("0123456789abcdef").find(lower(std::string_view(&c, 1)).front());
    if (hex == std::string_view::npos) return fail(ResponseError::bad_chunk);
    size = size * 16 + hex;
  }
  expected_ = size;
  step_ = size == 0 ? Step::trailers : Step::chunk_data;
}

// Moves body bytes over; false when there are none to move.
bool ResponseParser::take_body() {
  const auto rest = leftover();
  if (rest.empty()) return false;
  const bool counted = step_ != Step::body_close;
  const auto here =
      counted ? static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), expected_)) : rest.size();
  const auto room = limits_.body_bytes - std::min(limits_.body_bytes, response_.body.size());
  response_.body.append(rest.substr(0, std::min(here, room)));
  at_ += here;
  expected_ -= counted ? here : 0;
  if (here > room || (room == here && counted && expected_ > 0)) {
    response_.truncated = true;
    finish(false);
    return true;
  }
  if (counted && expected_ == 0) {
    if (step_ == Step::body_length) {
      finish(true);
    } else {
      step_ = Step::chunk_end;
    }
  }
  return true;
}

HttpResponse parse_whole_response(std::string_view bytes, std::string_view request_method,
                                  ParseState& state) {
  ResponseParser parser(request_method);
  parser.feed(bytes);
  state = parser.close();
  return parser.take();
}

}  // namespace utsyn::wire
