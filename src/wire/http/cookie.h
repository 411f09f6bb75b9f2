// Set-Cookie as browsers read it (RFC 6265bis), and what a name or a value gives away.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "wire/http/message.h"

namespace utsyn::wire {

enum class CookieError { empty, too_large, control_character };
std::string_view describe(CookieError error);

// `bare` is "SameSite" without a value; browsers treat bare and invalid as absent (Lax by default).
enum class SameSite { absent, bare, invalid, lax, strict, none };

struct Cookie {
  std::string name;
  std::string value;
  bool secure = false;
  bool http_only = false;
  bool partitioned = false;
  SameSite same_site = SameSite::absent;
  std::string domain;       // lower case, without a leading dot; empty: host only
  std::string path;         // empty: the default path
  bool persistent = false;  // Expires or a readable Max-Age
  std::optional<std::int64_t> max_age_seconds;
  std::string expires;  // as written
  bool deletes() const { return max_age_seconds && *max_age_seconds <= 0; }
  bool operator==(const Cookie&) const = default;
};

Result<Cookie, CookieError> parse_set_cookie(std::string_view field);
// Every readable Set-Cookie field, at most 100; unreadable ones are left out, as browsers do.
std::vector<Cookie> read_cookies(const Headers& headers);

enum class CookiePrefixFault {
  host_without_secure,
  host_with_domain,
  host_without_root_path,
  secure_without_secure
};
std::string_view code(CookiePrefixFault fault);  // "host-without-secure"...
std::vector<CookiePrefixFault> prefix_faults(const Cookie& cookie);

// The name of something that identifies a visitor or guards a session: PHPSESSID, connect.sid, auth_token,
// jwt, and anti-CSRF tokens too.
bool session_like_name(std::string_view name);
// Double-submit tokens that scripts must be able to read: csrftoken, XSRF-TOKEN...
bool anti_csrf_name(std::string_view name);

// A pool member in a BIG-IP persistence cookie (four forms: IPv4, IPv6, and both with a route domain).
struct BigIpMember {
  IpAddress address;
  std::uint16_t port = 0;
  std::optional<unsigned> route_domain;
  bool operator==(const BigIpMember&) const = default;
};
std::optional<BigIpMember> decode_bigip(std::string_view value);

}  // namespace utsyn::wire
