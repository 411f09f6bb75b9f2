#include "wire/http/cookie.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxNameAndValue = 4096;
constexpr std::size_t kMaxAttribute = 1024;
constexpr std::size_t kMaxCookies = 100;

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

SameSite same_site_of(std::string_view value, bool has_value) {
  if (!has_value || value.empty()) return SameSite::bare;
  if (iequals(value, "lax")) return SameSite::lax;
  if (iequals(value, "strict")) return SameSite::strict;
  if (iequals(value, "none")) return SameSite::none;
  return SameSite::invalid;
}

std::optional<std::int64_t> max_age_of(std::string_view value) {
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  constexpr std::uint64_t kFar = 400ULL * 86400;  // the longest life a browser gives
  const auto seconds = static_cast<std::int64_t>(std::min(parse_uint(value).value_or(kFar), kFar));
  return negative ? -seconds : seconds;
}

// A date the cookie algorithm could make sense of: a month's name and a day. The exact moment is nobody's
// question.
bool plausible_date(std::string_view value) {
  const auto text = lower(value);
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const bool month = std::any_of(kMonths.begin(), kMonths.end(),
                                 [&](auto name) { return text.find(name) != std::string::npos; });
  return month && text.find_first_of("0123456789") != std::string::npos &&
         text.find(':') != std::string::npos;
}

void read_attribute(Cookie& cookie, std::string_view attribute) {
  const bool has_value = attribute.find('=') != std::string_view::npos;
  const auto name = trim_blanks(cut(attribute, '='));
  const auto value = trim_blanks(attribute);
  if (value.size() > kMaxAttribute) return;
  if (iequals(name, "secure")) {
    cookie.secure = true;
  } else if (iequals(name, "httponly")) {
    cookie.http_only = true;
  } else if (iequals(name, "partitioned")) {
    cookie.partitioned = true;
  } else if (iequals(name, "samesite")) {
    cookie.same_site = same_site_of(value, has_value);
  } else if (iequals(name, "domain")) {
    cookie.domain = lower(value.starts_with('.') ? trim_blanks(value.substr(1)) : value);
  } else if (iequals(name, "path")) {
    cookie.path = value.starts_with('/') ? std::string(value) : std::string();
  } else if (iequals(name, "max-age")) {
    if (const auto seconds = max_age_of(value)) cookie.max_age_seconds = seconds;
  } else if (iequals(name, "expires")) {
    cookie.expires = value;
  }
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "sid" as a word: connect.sid, SID, APISID, userSid, but not "inside" or "visid_incap".
bool names_sid(std::string_view name) {
  const auto text = lower(name);
  for (auto at = text.find("sid"); at != std::string::npos; at = text.find("sid", at + 1)) {
    const bool ends = at + 3 == text.size() || !is_letter(text[at + 3]);
    const bool begins = at == 0 || !is_letter(text[at - 1]) || (name[at] == 'S' && ends);
    if (begins && ends) return true;
  }
  return false;
}

// "auth" that does not begin "author".
bool names_auth(std::string_view text) {
  for (auto at = text.find("auth"); at != std::string_view::npos; at = text.find("auth", at + 1)) {
    const auto after = text.substr(at + 4);
    if (!after.starts_with("or") || after.starts_with("oriz")) return true;
  }
  return false;
}

std::optional<std::uint16_t> port_of(std::string_view digits, bool swapped) {
  const auto value = parse_uint(digits);
  if (!value || *value > 65535) return std::nullopt;
  const auto port = static_cast<unsigned>(*value);
  return static_cast<std::uint16_t>(swapped ? (port >> 8U) | ((port & 255U) << 8U) : port);
}

std::optional<IpAddress> v6_from_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != 16) return std::nullopt;
  std::array<std::uint8_t, 16> raw{};
  std::copy(bytes->begin(), bytes->end(), raw.begin());
  return IpAddress::v6(raw);
}

// 1677787402.36895.0000: the address as a little-endian number, the port with its bytes swapped.
std::optional<BigIpMember> bigip_v4(std::string_view value) {
  const auto address = parse_uint(cut(value, '.'));
  const auto port = port_of(cut(value, '.'), true);
  if (!address || *address > 0xFFFFFFFFULL || !port || value != "0000") return std::nullopt;
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(*address >> (8 * i) & 255U);
  return BigIpMember{IpAddress::v4(bytes), *port, std::nullopt};
}

// vi20010112000000000000000000000030.20480
std::optional<BigIpMember> bigip_v6(std::string_view value) {
  value.remove_prefix(2);
  const auto address = v6_from_hex(cut(value, '.'));
  const auto port = port_of(cut(value, '.'), true);
  if (!address || !port || !value.empty()) return std::nullopt;
  return BigIpMember{*address, *port, std::nullopt};
}

// rd5o00000000000000000000ffffc0000201o80: route domain, an address (IPv4 as mapped), a plain port.
std::optional<BigIpMember> bigip_route_domain(std::string_view value) {
  value.remove_prefix(2);
  const auto domain = parse_uint(cut(value, 'o'));
  const auto address = v6_from_hex(cut(value, 'o'));
  const auto port = port_of(value, false);
  if (!domain || *domain > 65534 || !address || !port) return std::nullopt;
  const auto& raw = address->bytes();
  const bool mapped = std::all_of(raw.begin(), raw.begin() + 10, [](auto byte) { return byte == 0; }) &&
                      raw[10] == 0xFF && raw[11] == 0xFF;
  const auto shown = mapped ? IpAddress::v4({raw[12], raw[13], raw[14], raw[15]}) : *address;
  return BigIpMember{shown, *port, static_cast<unsigned>(*domain)};
}

}  // namespace

std::string_view describe(CookieError error) {
  switch (error) {
    case CookieError::empty:
      return "the cookie has neither name nor value";
    case CookieError::too_large:
      return "the name and value are longer than 4096 bytes together";
    case CookieError::control_character:
      return "the cookie has a control character in it";
  }
  return "the cookie cannot be read";
}

Result<Cookie, CookieError> parse_set_cookie(std::string_view field) {
  const bool control = std::any_of(field.begin(), field.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
  if (control) return unexpected(CookieError::control_character);
  auto rest = field;
  auto pair = cut(rest, ';');
  Cookie cookie;
  if (pair.find('=') == std::string_view::npos) {  // "a value without '=' is a nameless cookie"
    cookie.value = trim_blanks(pair);
  } else {
    cookie.name = trim_blanks(cut(pair, '='));
    cookie.value = trim_blanks(pair);
  }
  if (cookie.name.empty() && cookie.value.empty()) return unexpected(CookieError::empty);
  if (cookie.name.size() + cookie.value.size() > kMaxNameAndValue) return unexpected(CookieError::too_large);
  while (!rest.empty()) read_attribute(cookie, trim_blanks(cut(rest, ';')));
  cookie.persistent = cookie.max_age_seconds.has_value() || plausible_date(cookie.expires);
  return cookie;
}

std::vector<Cookie> read_cookies(const Headers& headers) {
  std::vector<Cookie> cookies;
  for (const auto field : headers.all("set-cookie")) {
    if (cookies.size() == kMaxCookies) break;
    if (auto cookie = parse_set_cookie(field)) cookies.push_back(std::move(*cookie));
  }
  return cookies;
}

std::string_view code(CookiePrefixFault fault) {
  switch (fault) {
    case CookiePrefixFault::host_without_secure:
      return "host-without-secure";
    case CookiePrefixFault::host_with_domain:
      return "host-with-domain";
    case CookiePrefixFault::host_without_root_path:
      return "host-without-root-path";
    case CookiePrefixFault::secure_without_secure:
      return "secure-without-secure";
  }
  return "unknown";
}

std::vector<CookiePrefixFault> prefix_faults(const Cookie& cookie) {
  std::vector<CookiePrefixFault> faults;
  if (istarts_with(cookie.name, "__Host-")) {
    if (!cookie.secure) faults.push_back(CookiePrefixFault::host_without_secure);
    if (!cookie.domain.empty()) faults.push_back(CookiePrefixFault::host_with_domain);
    if (cookie.path != "/") faults.push_back(CookiePrefixFault::host_without_root_path);
  } else if (istarts_with(cookie.name, "__Secure-")) {
    if (!cookie.secure) faults.push_back(CookiePrefixFault::secure_without_secure);
  }
  return faults;
}

bool session_like_name(std::string_view name) {
  const auto text = lower(name);
  if (contains(text, "sess") && !contains(text, "assess") && !contains(text, "possess")) return true;
  for (const std::string_view part : {"token", "jwt", "csrf", "xsrf", "logged_in", "remember", "identity"}) {
    if (contains(text, part)) return true;
  }
  return names_auth(text) || names_sid(name);
}

bool anti_csrf_name(std::string_view name) {
  const auto text = lower(name);
  for (const std::string_view part :
       {"csrf", "xsrf", "requestverificationtoken", "antiforgery", "authenticity_token"}) {
    if (contains(text, part)) return true;
  }
  return false;
}

std::optional<BigIpMember> decode_bigip(std::string_view value) {
  if (value.size() > 64) return std::nullopt;
  if (value.starts_with("vi")) return bigip_v6(value);
  if (value.starts_with("rd")) return bigip_route_domain(value);
  return bigip_v4(value);
}

}  // namespace utsyn::wire
