// Absolute http and https URLs, and relative references against them (RFC 3986, with the leniencies every
// browser has for Location headers: backslashes, blanks and bytes above ASCII in the path). Anything else is
// refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "base/result.h"

namespace utsyn::wire {

inline constexpr std::size_t kMaxUrlBytes = 8192;

enum class UrlError {
  empty,
  too_long,
  bad_character,
  not_absolute,
  unsupported_scheme,
  missing_host,
  bad_host,
  bad_port
};
std::string_view describe(UrlError error);

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case A-labels without final dot, or an address without brackets
  std::uint16_t port = 0;
  std::string target = "/";   // path and query, percent-encoded where needed; the fragment is gone
  bool had_userinfo = false;  // credentials stood before the host; they are dropped, never sent

  bool is_https() const { return scheme == "https"; }
  bool default_port() const { return port == (is_https() ? 443 : 80); }
  std::string_view path() const;
  std::string_view query() const;            // without '?'
  std::optional<IpAddress> address() const;  // when the host is one
  std::string authority() const;             // as the Host field wants it: brackets, port unless default
  std::string origin() const;                // scheme://authority
  std::string str() const;

  bool operator==(const Url&) const = default;
};

Result<Url, UrlError> parse_url(std::string_view text);
// A Location, href or src as a browser would follow it from `base`.
Result<Url, UrlError> resolve_url(const Url& base, std::string_view reference);
bool same_host(const Url& a, const Url& b);
bool same_origin(const Url& a, const Url& b);  // scheme, host and port

}  // namespace utsyn::wire
