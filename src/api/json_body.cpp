#include "api/json_body.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <unordered_set>
#include <vector>

#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using boost::system::error_code;

// Builds the value as Boost's own handler does, and looks at names and texts on the way.
class Handler {
 public:
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_key_size = 1'000;
  static constexpr std::size_t max_string_size = std::size_t{64} << 20U;

  json::value_stack stack;
  std::string problem;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t size, error_code&) {
    names_.pop_back();
    stack.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) {
    stack.push_array(size);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    name_ += std::string_view(part.data(), part.size());
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code& error) {
    name_ += std::string_view(part.data(), part.size());
    if (name_.find('\0') != std::string::npos) return refuse("a name has a zero character", error);
    if (!names_.back().insert(name_).second)
      return refuse(fmt::format("the member \"{}\" stands twice", printable(name_, 60)), error);
    name_.clear();
    stack.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code& error) {
    if (part.find('\0') != json::string_view::npos) return refuse("a text has a zero character", error);
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& error) {
    if (part.find('\0') != json::string_view::npos) return refuse("a text has a zero character", error);
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, error_code&) {
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, error_code&) {
    stack.push_uint64(value);
    return true;
  }
  bool on_double(double value, json::string_view, error_code&) {
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  bool refuse(std::string words, error_code& error) {
    problem = std::move(words);
    error = json::error::exception;
    return false;
  }
  std::vector<std::unordered_set<std::string>> names_;
  std::string name_;
};

}  // namespace

Result<json::value, std::string> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::basic_parser<Handler> parser(options);
  parser.handler().stack.reset();
  error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  auto& handler = parser.handler();
  if (!handler.problem.empty()) return unexpected(fmt::format("{}, at byte {}", handler.problem, read));
  if (error == json::error::too_deep)
    return unexpected(fmt::format("more than {} levels, at byte {}", max_json_depth, read));
  if (error) return unexpected(fmt::format("{}, at byte {}", error.message(), read));
  if (read < text.size()) return unexpected(fmt::format("something follows the value, at byte {}", read));
  return handler.stack.release();
}

}  // namespace utsyn::api
