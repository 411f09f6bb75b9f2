#include "wire/http/url.h"

#include <algorithm>

#include "base/characters.h"
#include "base/name.h"
#include "base/text.h"

namespace utsyn::wire {
namespace {

// Blanks at the ends go, as browsers do; a tab or line break inside is somebody trying something.
Result<std::string_view, UrlError> cleaned(std::string_view text) {
  text = trim(text);
  if (text.size() > kMaxUrlBytes) return unexpected(UrlError::too_long);
  if (std::any_of(text.begin(), text.end(), is_control)) return unexpected(UrlError::bad_character);
  return text;
}

std::optional<std::string_view> scheme_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto scheme = text.substr(0, colon);
  const bool good = is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [&](char c) {
                      return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                    });
  if (!good) return std::nullopt;
  return scheme;
}

bool slash(char c) { return c == '/' || c == '\\'; }

// Hosts may be single labels here (a Location may well say http://intranet/), which base/name.h refuses.
Result<std::string, UrlError> read_host(std::string_view text) {
  if (text.empty()) return unexpected(UrlError::missing_host);
  if (text.find(' ') != std::string_view::npos) return unexpected(UrlError::bad_host);
  if (text.front() == '[') {
    if (text.back() != ']') return unexpected(UrlError::bad_host);
    const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
    if (!address || address->is_v4()) return unexpected(UrlError::bad_host);
    return address->str();
  }
  if (const auto address = IpAddress::parse(text)) {
    if (address->is_v4()) return address->str();
    return unexpected(UrlError::bad_host);
  }
  const auto name = normalise_name(text);
  if (name) {
    // A browser reads a name whose last label is a number as an IPv4 address in some odd form. Nobody honest
    // writes that, and it must not slip past the scope rules as a name.
    const auto last = std::string_view(*name).substr(name->rfind('.') + 1);
    if (parse_uint(last) || last.starts_with("0x")) return unexpected(UrlError::bad_host);
    return *name;
  }
  if (name.error() != NameError::single_label) return unexpected(UrlError::bad_host);
  auto label = lower(text);
  if (label.ends_with('.')) label.pop_back();
  if (parse_uint(label) || label.starts_with("0x")) return unexpected(UrlError::bad_host);
  const bool ascii =
      std::all_of(label.begin(), label.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return unexpected(UrlError::bad_host);
  return label;
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '`' || c == '{' ||
        c == '}') {
      out += '%';
      for (const char digit : to_hex(ByteView(&byte, 1))) {
        out += digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
      }
    } else {
      out += c;
    }
  }
  return out;
}

bool single_dot(std::string_view segment) { return segment == "." || iequals(segment, "%2e"); }
bool double_dot(std::string_view segment) {
  return segment == ".." || iequals(segment, "%2e.") || iequals(segment, ".%2e") ||
         iequals(segment, "%2e%2e");
}

// RFC 3986 section 5.2.4, on a path that begins with '/'.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto segments = split(path.substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (double_dot(segments[i])) {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.push_back({});
    } else if (single_dot(segments[i])) {
      if (last) kept.push_back({});
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string out;
  for (const auto segment : kept) {
    out += '/';
    out += segment;
  }
  return out.empty() ? "/" : out;
}

// `text` is what follows the authority: path, query, fragment.
std::string read_target(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const auto question = text.find('?');
  std::string path(text.substr(0, question));
  std::replace(path.begin(), path.end(), '\\', '/');
  if (path.empty() || path.front() != '/') path.insert(path.begin(), '/');
  auto target = encoded(without_dots(path));
  if (question != std::string_view::npos) target += encoded(text.substr(question));
  return target;
}

// `text` begins after the scheme's colon and its slashes.
Result<Url, UrlError> read_authority(std::string scheme, std::string_view text) {
  Url url;
  url.scheme = std::move(scheme);
  const auto end = std::min(text.find_first_of("/\\?#"), text.size());
  auto authority = text.substr(0, end);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    url.had_userinfo = true;
    authority.remove_prefix(at + 1);
  }
  url.port = url.is_https() ? 443 : 80;
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const auto digits = authority.substr(colon + 1);
    if (!digits.empty()) {
      const auto port = parse_uint(digits);
      if (!port || *port == 0 || *port > 65535) return unexpected(UrlError::bad_port);
      url.port = static_cast<std::uint16_t>(*port);
    }
    authority = authority.substr(0, colon);
  }
  auto host = read_host(authority);
  if (!host) return unexpected(host.error());
  url.host = std::move(*host);
  url.target = read_target(text.substr(end));
  if (url.target.size() > 3 * kMaxUrlBytes) return unexpected(UrlError::too_long);
  return url;
}

Result<Url, UrlError> read_absolute(std::string_view scheme, std::string_view rest) {
  auto named = lower(scheme);
  if (named != "http" && named != "https") return unexpected(UrlError::unsupported_scheme);
  std::size_t slashes = 0;
  while (slashes < rest.size() && slash(rest[slashes])) ++slashes;
  if (slashes < 2) return unexpected(UrlError::not_absolute);
  return read_authority(std::move(named), rest.substr(slashes));
}

}  // namespace

std::string_view describe(UrlError error) {
  switch (error) {
    case UrlError::empty:
      return "the address is empty";
    case UrlError::too_long:
      return "the address is longer than 8192 bytes";
    case UrlError::bad_character:
      return "the address has a control character in it";
    case UrlError::not_absolute:
      return "the address has no scheme and host";
    case UrlError::unsupported_scheme:
      return "the address is neither http nor https";
    case UrlError::missing_host:
      return "the address has no host";
    case UrlError::bad_host:
      return "the host of the address is not a valid name or address";
    case UrlError::bad_port:
      return "the port of the address is not a number from 1 to 65535";
  }
  return "the address is not valid";
}

std::string_view Url::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view Url::query() const {
  const auto at = target.find('?');
  return at == std::string::npos ? std::string_view{} : std::string_view(target).substr(at + 1);
}

std::optional<IpAddress> Url::address() const { return IpAddress::parse(host); }

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (!default_port()) out += ":" + std::to_string(port);
  return out;
}

std::string Url::origin() const { return scheme + "://" + authority(); }

std::string Url::str() const { return origin() + target; }

Result<Url, UrlError> parse_url(std::string_view text) {
  const auto clean = cleaned(text);
  if (!clean) return unexpected(clean.error());
  if (clean->empty()) return unexpected(UrlError::empty);
  const auto scheme = scheme_of(*clean);
  if (!scheme) return unexpected(UrlError::not_absolute);
  return read_absolute(*scheme, clean->substr(scheme->size() + 1));
}

Result<Url, UrlError> resolve_url(const Url& base, std::string_view reference) {
  const auto clean = cleaned(reference);
  if (!clean) return unexpected(clean.error());
  const auto text = *clean;
  auto url = base;
  url.had_userinfo = false;
  if (text.empty() || text.front() == '#') return url;
  if (const auto scheme = scheme_of(text)) {
    const auto rest = text.substr(scheme->size() + 1);
    // "http:path" against a base of the same scheme is relative in every browser (RFC 3986 section 5.2.2,
    // loose).
    const bool loose =
        iequals(*scheme, base.scheme) && !(rest.size() >= 2 && slash(rest[0]) && slash(rest[1]));
    if (!loose) return read_absolute(*scheme, rest);
    return rest.empty() ? url
                        : resolve_url(base, rest.front() == '/' ? rest : std::string("./").append(rest));
  }
  if (text.size() >= 2 && slash(text[0]) && slash(text[1])) {
    const auto start = std::min(text.find_first_not_of("/\\"), text.size());
    return read_authority(base.scheme, text.substr(start));
  }
  if (slash(text.front())) {
    url.target = read_target(text);
  } else if (text.front() == '?') {
    url.target = read_target(std::string(base.path()).append(text));
  } else {
    const auto folder = base.path().substr(0, base.path().rfind('/') + 1);
    url.target = read_target(std::string(folder).append(text));
  }
  if (url.target.size() > 3 * kMaxUrlBytes) return unexpected(UrlError::too_long);
  return url;
}

bool same_host(const Url& a, const Url& b) { return a.host == b.host; }

bool same_origin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

}  // namespace utsyn::wire
