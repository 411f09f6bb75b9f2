#include "api/answer_head.h"

#include <fmt/format.h>

#include <array>
#include <boost/beast/http/status.hpp>

#include "base/text.h"

namespace utsyn::api {
namespace {

// Date of RFC 9110: "Fri, 20 Nov 2026 10:00:00 GMT".
std::string http_date(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string_view reason_phrase(int status) {
  namespace http = boost::beast::http;
  return http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
}

bool never_has_body(int status) { return status == 204 || status == 304; }

// Names and values; what a handler sets takes the place of what every answer has.
class Fields {
 public:
  void add(std::string_view name, std::string_view value) { all_.emplace_back(name, value); }
  void set(std::string_view name, std::string_view value) {
    std::erase_if(all_, [&](const auto& field) { return iequals(field.first, name); });
    add(name, value);
  }
  std::string text() const {
    std::string out;
    for (const auto& [name, value] : all_) out.append(name).append(": ").append(value).append("\r\n");
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

}  // namespace

bool is_streamed(const Request& request, const Response& response) {
  return response.stream && request.method != "HEAD";
}

bool is_bodiless(const Request& request, const Response& response) {
  return request.method == "HEAD" || never_has_body(response.status);
}

std::string answer_head(const Request& request, const Response& response, bool keep_alive, std::time_t now) {
  Fields fields;
  if (!response.type.empty()) fields.add("Content-Type", response.type);
  fields.add("Date", http_date(now));
  fields.add("X-Request-Id", request.id);
  fields.add("X-Content-Type-Options", "nosniff");
  fields.add("Referrer-Policy", "no-referrer");
  fields.add("Cross-Origin-Resource-Policy", "same-origin");
  fields.add("X-Frame-Options", "DENY");
  fields.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  fields.add("Cache-Control", "no-store");
  if (request.secure) fields.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  for (const auto& [name, value] : response.headers) {
    // A line feed in a value would begin a header of somebody else's choice.
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;
    if (iequals(name, "set-cookie")) {
      fields.add(name, value);
    } else {
      fields.set(name, value);
    }
  }
  if (!keep_alive) fields.set("Connection", "close");
  if (is_streamed(request, response)) {
    fields.set("Transfer-Encoding", "chunked");
  } else if (!never_has_body(response.status)) {
    fields.set("Content-Length", std::to_string(response.body.size()));
  }
  return fmt::format("HTTP/1.1 {} {}\r\n{}\r\n", response.status, reason_phrase(response.status),
                     fields.text());
}

}  // namespace utsyn::api
