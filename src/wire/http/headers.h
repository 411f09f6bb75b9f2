// One reader per response header that a check asks about. None of them judges: `absent` and `invalid` are
// kept apart and the checks decide what each means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "wire/http/message.h"
#include "wire/http/structured_fields.h"

namespace utsyn::wire {

// X-Content-Type-Options: the first value of the comma-joined list decides (Fetch).
enum class ContentTypeOptions { absent, nosniff, invalid };
ContentTypeOptions content_type_options(const Headers& headers);

// X-Frame-Options (HTML standard): ALLOW-FROM and everything unknown is invalid; two different values
// conflict.
enum class FrameOptions { absent, deny, same_origin, invalid, conflicting };
FrameOptions frame_options(const Headers& headers);

enum class ReferrerPolicy {
  no_referrer,
  no_referrer_when_downgrade,
  same_origin,
  origin,
  strict_origin,
  origin_when_cross_origin,
  strict_origin_when_cross_origin,
  unsafe_url,
};
std::string_view name(ReferrerPolicy policy);
// The last recognised token over all fields; unknown tokens are skipped. Nothing when none is recognised.
std::optional<ReferrerPolicy> referrer_policy(const Headers& headers);
// <meta name=referrer>: one token, with the old words (never, default, always, origin-when-crossorigin).
std::optional<ReferrerPolicy> meta_referrer_policy(std::string_view content);

struct PermissionsPolicyFeature {
  std::string name;
  std::vector<std::string> allowlist;  // "self", "src", "*" or origins; empty is nobody
};
// Nothing sent gives an empty list.
Result<std::vector<PermissionsPolicyFeature>, StructuredFieldError> permissions_policy(
    const Headers& headers);

// X-XSS-Protection: `filter` is 1 without mode=block, which opened side channels.
enum class XssProtection { absent, off, filter, block, invalid };
XssProtection xss_protection(const Headers& headers);

enum class OpenerPolicy {
  absent,
  unsafe_none,
  same_origin,
  same_origin_allow_popups,
  noopener_allow_popups,
  invalid
};
enum class EmbedderPolicy { absent, unsafe_none, require_corp, credentialless, invalid };
enum class ResourcePolicy { absent, same_origin, same_site, cross_origin, invalid };
OpenerPolicy opener_policy(const Headers& headers);
EmbedderPolicy embedder_policy(const Headers& headers);
ResourcePolicy resource_policy(const Headers& headers);

// Headers without effect in today's browsers, by their usual spelling, each once, in the order sent.
std::vector<std::string> deprecated_headers(const Headers& headers);

struct VersionBanner {
  std::string header;
  std::string value;    // printable
  std::string product;  // "nginx"; empty when the header names a version alone
  std::string version;  // "1.18.0"
  bool operator==(const VersionBanner&) const = default;
};
// Products with a number in Server, X-Powered-By, X-AspNet-Version, X-AspNetMvc-Version, X-Generator, Via...
std::vector<VersionBanner> version_banners(const Headers& headers);

struct AddressLeak {
  std::string header;
  IpAddress address;
  bool operator==(const AddressLeak&) const = default;
};
// Private (RFC 1918, unique local), loopback, link-local and shared addresses in header values. A number
// after a product's slash (Foo/10.0.0.1) or the word "version" is a version and is left out. BIG-IP cookies
// are decoded.
std::vector<AddressLeak> private_addresses(const Headers& headers);

struct AltService {
  std::string protocol;  // "h3"
  std::string host;      // empty: the same
  std::uint16_t port = 0;
  std::uint64_t max_age_seconds = 86400;
  bool operator==(const AltService&) const = default;
};
std::vector<AltService> alt_services(
    const Headers& headers);  // RFC 7838; "clear" and unreadable members give none
bool offers_http3(const Headers& headers);

struct CacheControl {
  bool present = false;
  bool no_store = false;
  bool no_cache = false;
  bool is_private = false;
  bool is_public = false;
  std::optional<std::uint64_t> max_age_seconds;
  std::optional<std::uint64_t> shared_max_age_seconds;
  bool operator==(const CacheControl&) const = default;
};
CacheControl cache_control(const Headers& headers);

struct Cors {
  std::optional<std::string> allow_origin;  // as sent; several fields joined, which no browser accepts
  bool allow_credentials = false;           // exactly "true"
  bool operator==(const Cors&) const = default;
};
Cors cors(const Headers& headers);

struct AuthChallenge {
  std::string scheme;  // lower case: "basic", "ntlm", "negotiate", "bearer"
  std::string realm;
  std::string token;  // token68, as in an NTLM challenge
  bool operator==(const AuthChallenge&) const = default;
};
std::vector<AuthChallenge> auth_challenges(const Headers& headers);

struct EdgeSign {
  std::string_view provider;  // "Cloudflare"
  std::string header;         // which header told
  bool operator==(const EdgeSign&) const = default;
};
// Content delivery networks and web firewalls that show themselves, each once.
std::vector<EdgeSign> edge_signs(const Headers& headers);

struct MediaType {
  std::string type;     // "text/html", lower case
  std::string charset;  // lower case, quotes removed; empty when not given
  bool operator==(const MediaType&) const = default;
};
std::optional<MediaType> parse_media_type(std::string_view value);
std::optional<MediaType> content_type(const Headers& headers);
bool is_html(const Headers& headers);  // text/html or application/xhtml+xml

// Members of a comma-separated list, trimmed; commas in quoted strings do not split. Empty members are left
// out.
std::vector<std::string> list_members(std::string_view value);

}  // namespace utsyn::wire
