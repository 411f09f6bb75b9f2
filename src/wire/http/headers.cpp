#include "wire/http/headers.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "wire/http/cookie.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxListMembers = 1000;
constexpr std::size_t kMaxFindings = 100;

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

// Splits at `separator` outside quoted strings; parts are trimmed and empty ones kept.
std::vector<std::string_view> split_unquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size() && parts.size() < kMaxListMembers; ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == separator && !quoted) {
      parts.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  parts.push_back(trim(text.substr(std::min(start, text.size()))));
  return parts;
}

struct PolicyName {
  std::string_view token;
  ReferrerPolicy policy;
};
constexpr PolicyName kReferrerPolicies[] = {
    {"no-referrer", ReferrerPolicy::no_referrer},
    {"no-referrer-when-downgrade", ReferrerPolicy::no_referrer_when_downgrade},
    {"same-origin", ReferrerPolicy::same_origin},
    {"origin", ReferrerPolicy::origin},
    {"strict-origin", ReferrerPolicy::strict_origin},
    {"origin-when-cross-origin", ReferrerPolicy::origin_when_cross_origin},
    {"strict-origin-when-cross-origin", ReferrerPolicy::strict_origin_when_cross_origin},
    {"unsafe-url", ReferrerPolicy::unsafe_url},
};
constexpr PolicyName kOldMetaReferrer[] = {
    {"never", ReferrerPolicy::no_referrer},
    {"default", ReferrerPolicy::strict_origin_when_cross_origin},
    {"always", ReferrerPolicy::unsafe_url},
    {"origin-when-crossorigin", ReferrerPolicy::origin_when_cross_origin},
};

std::optional<ReferrerPolicy> referrer_token(std::string_view token) {
  for (const auto& known : kReferrerPolicies) {
    if (iequals(known.token, token)) return known.policy;
  }
  return std::nullopt;
}

// The single token of a structured-field item header ("same-origin; report-to=x"): COOP, COEP, CORP. A field
// sent twice is a list, which no browser accepts.
std::optional<std::string_view> sole_token(const Headers& headers, std::string_view field) {
  const auto values = headers.all(field);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) return "";
  return trim(values.front().substr(0, values.front().find(';')));
}

template <class Policy, std::size_t N>
Policy policy_token(const Headers& headers, std::string_view field,
                    const std::array<std::pair<std::string_view, Policy>, N>& known) {
  const auto token = sole_token(headers, field);
  if (!token) return Policy::absent;
  for (const auto& [word, policy] : known) {
    if (*token == word) return policy;
  }
  return Policy::invalid;
}

constexpr std::string_view kDeprecated[] = {
    "Public-Key-Pins",
    "Public-Key-Pins-Report-Only",
    "Expect-CT",
    "P3P",
    "X-Content-Security-Policy",
    "X-WebKit-CSP",
    "X-UA-Compatible",
    "Feature-Policy",
    "X-Download-Options",

};

constexpr std::string_view kBannerHeaders[] = {
    "Server",           "X-Powered-By",
    "X-AspNet-Version", "X-AspNetMvc-Version",
    "X-Generator",      "Via",
    "X-Powered-CMS",    "X-Drupal-Version",
    "X-OWA-Version",    "MicrosoftSharePointTeamServices",
    "X-Jenkins",        "X-Runtime-Version",
    "X-Server",         "X-Varnish-Version",
    "X-Mod-Pagespeed",  "X-Page-Speed",
};

// "1.18.0", "7.4.3-4ubuntu2", "2.4": digits first; alone it must also be digits and dots up to a suffix.
bool version_text(std::string_view text, bool alone) {
  if (text.empty() || text.size() > 64 || !is_digit(text.front())) return false;
  if (!alone) return true;
  const auto numbers = text.find_first_not_of("0123456789.");
  return numbers == std::string_view::npos || text[numbers] == '-' || text[numbers] == '+' ||
         text[numbers] == '~';
}

void read_banner(const HeaderField& field, std::string_view header, std::vector<VersionBanner>& out) {
  const auto value = std::string_view(field.value).substr(0, 1024);
  const bool via = header == "Via";
  std::string_view before;
  std::size_t at = 0;
  while (at < value.size() && out.size() < kMaxFindings) {
    constexpr std::string_view kBetween = " \t(),;[]\"";
    const auto start = value.find_first_not_of(kBetween, at);
    if (start == std::string_view::npos) break;
    const auto end = std::min(value.find_first_of(kBetween, start), value.size());
    const auto word = value.substr(start, end - start);
    at = end;
    const auto slash = word.find('/');
    if (slash != std::string_view::npos && slash > 0) {
      auto version = word.substr(slash + 1);
      if (version.size() > 1 && (version.front() == 'v' || version.front() == 'V')) version.remove_prefix(1);
      if (version_text(version, false) && !iequals(word.substr(0, slash), "HTTP")) {
        out.push_back({std::string(header), printable(field.value), printable(word.substr(0, slash)),
                       printable(version)});
      }
    } else if (!via && version_text(word, true)) {
      out.push_back({std::string(header), printable(field.value), printable(before), printable(word)});
    }
    before = word;
  }
}

bool inside(const IpAddress& address) {
  const auto why = special_purpose(address);
  return why == "private" || why == "loopback" || why == "link-local" || why == "shared";
}

// Headers whose values are URLs, so that a slash before an address is no product's.
bool holds_url(std::string_view header) {
  for (const std::string_view name : {"location", "content-location", "refresh", "link", "set-cookie"}) {
    if (iequals(header, name)) return true;
  }
  return false;
}

bool reads_as_version(std::string_view header, std::string_view before) {
  if (before.ends_with('/') && !before.ends_with("//") && !holds_url(header)) {
    const auto product = before.substr(0, before.size() - 1);
    if (!product.empty() && (is_letter(product.back()) || is_digit(product.back()))) return true;
  }
  while (before.ends_with(' ') || before.ends_with('=') || before.ends_with(':')) before.remove_suffix(1);
  return lower(before.substr(before.size() - std::min<std::size_t>(7, before.size()))) == "version";
}

void find_addresses(const HeaderField& field, std::vector<AddressLeak>& out) {
  const std::string_view value = field.value;
  if (lower(field.name).find("version") != std::string::npos) return;
  const auto add = [&](const IpAddress& address) {
    AddressLeak leak{field.name, address};
    if (out.size() < kMaxFindings && std::find(out.begin(), out.end(), leak) == out.end())
      out.push_back(std::move(leak));
  };
  for (std::size_t at = 0; at < value.size();) {
    if (value[at] == '[') {
      const auto close = value.substr(at, 48).find(']');
      const auto address =
          close == std::string_view::npos ? std::nullopt : IpAddress::parse(value.substr(at + 1, close - 1));
      if (address && !address->is_v4() && inside(*address)) add(*address);
      ++at;
      continue;
    }
    if (!is_digit(value[at])) {
      ++at;
      continue;
    }
    const auto end = std::min(value.find_first_not_of("0123456789.", at), value.size());
    auto run = value.substr(at, end - at);
    while (run.ends_with('.')) run.remove_suffix(1);
    const char before = at == 0 ? ' ' : value[at - 1];
    const char after = end < value.size() ? value[end] : ' ';
    const bool apart = !is_letter(before) && before != '-' && before != '_' && before != '.' &&
                       !is_letter(after) && after != '-' && after != '_';
    if (apart && !reads_as_version(field.name, value.substr(0, at))) {
      if (const auto address = IpAddress::parse(run); address && inside(*address)) add(*address);
    }
    at = end;
  }
  if (iequals(field.name, "set-cookie")) {
    const auto cookie = parse_set_cookie(value);
    if (!cookie) return;
    if (const auto member = decode_bigip(cookie->value); member && inside(member->address))
      add(member->address);
  }
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      out += static_cast<char>(byte->front());
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<AltService> alt_service(std::string_view member) {
  const auto parts = split_unquoted(member, ';');
  auto authority = parts.front();
  const auto protocol = trim(cut(authority, '='));
  authority = unquoted(trim(authority));
  const auto colon = authority.rfind(':');
  if (protocol.empty() || colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_uint(authority.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  AltService service{percent_decoded(protocol), std::string(authority.substr(0, colon)),
                     static_cast<std::uint16_t>(*port)};
  for (auto parameter : std::span(parts).subspan(1)) {
    const auto name = trim(cut(parameter, '='));
    const auto seconds = parse_uint(unquoted(trim(parameter)));
    if (iequals(name, "ma") && seconds) service.max_age_seconds = *seconds;
  }
  return service;
}

struct EdgeHeader {
  std::string_view header;
  std::string_view value;  // in the value, lower case; empty: the name is enough
  std::string_view provider;
};
constexpr EdgeHeader kEdges[] = {
    {"cf-ray", "", "Cloudflare"},
    {"cf-mitigated", "", "Cloudflare"},
    {"server", "cloudflare", "Cloudflare"},
    {"set-cookie", "__cf_bm=", "Cloudflare"},
    {"x-amz-cf-id", "", "Amazon CloudFront"},
    {"x-amz-cf-pop", "", "Amazon CloudFront"},
    {"via", "cloudfront", "Amazon CloudFront"},
    {"x-amzn-waf-action", "", "AWS WAF"},
    {"set-cookie", "awsalb", "AWS load balancer"},
    {"server", "awselb", "AWS load balancer"},
    {"x-azure-ref", "", "Azure Front Door"},
    {"x-fd-healthprobe", "", "Azure Front Door"},
    {"server", "microsoft-azure-application-gateway", "Azure Application Gateway"},
    {"x-msedge-ref", "", "Microsoft Edge network"},
    {"x-akamai-transformed", "", "Akamai"},
    {"x-akamai-request-id", "", "Akamai"},
    {"akamai-grn", "", "Akamai"},
    {"akamai-cache-status", "", "Akamai"},
    {"server", "akamaighost", "Akamai"},
    {"server", "akamainetstorage", "Akamai"},
    {"set-cookie", "ak_bmsc=", "Akamai"},
    {"x-fastly-request-id", "", "Fastly"},
    {"fastly-restarts", "", "Fastly"},
    {"x-served-by", "cache-", "Fastly"},
    {"x-iinfo", "", "Imperva"},
    {"x-cdn", "incapsula", "Imperva"},
    {"x-cdn", "imperva", "Imperva"},
    {"set-cookie", "incap_ses_", "Imperva"},
    {"set-cookie", "visid_incap_", "Imperva"},
    {"x-sucuri-id", "", "Sucuri"},
    {"server", "sucuri", "Sucuri"},
    {"server", "bunnycdn", "bunny.net"},
    {"cdn-pullzone", "", "bunny.net"},
    {"server", "keycdn", "KeyCDN"},
    {"x-vercel-id", "", "Vercel"},
    {"server", "vercel", "Vercel"},
    {"x-nf-request-id", "", "Netlify"},
    {"server", "netlify", "Netlify"},
    {"x-github-request-id", "", "GitHub Pages"},
    {"via", "1.1 google", "Google Cloud"},
    {"x-cloud-trace-context", "", "Google Cloud"},
    {"x-77-pop", "", "CDN77"},
    {"x-cdn-pop", "", "OVHcloud CDN"},
    {"server", "ddos-guard", "DDoS-Guard"},
    {"server", "stackpath", "StackPath"},
    {"x-hw", "", "StackPath"},
    {"server", "gcore", "Gcore"},
    {"x-wix-request-id", "", "Wix"},
    {"x-shopid", "", "Shopify"},
    {"set-cookie", "bigipserver", "F5 BIG-IP"},
    {"server", "bigip", "F5 BIG-IP"},
    {"x-wa-info", "", "F5 BIG-IP"},
    {"set-cookie", "citrix_ns_id", "Citrix NetScaler"},
    {"via", "ns-cache", "Citrix NetScaler"},
    {"set-cookie", "barra_counter_session", "Barracuda"},
    {"set-cookie", "fortiwafsid", "FortiWeb"},
    {"server", "fortiweb", "FortiWeb"},
    {"x-sg-id", "", "Section"},
    {"x-zen-fury", "", "Zenedge"},
    {"x-edgeconnect-midmile-rtt", "", "Akamai"},
};

}  // namespace

std::vector<std::string> list_members(std::string_view value) {
  std::vector<std::string> members;
  for (const auto part : split_unquoted(value, ',')) {
    if (!part.empty()) members.emplace_back(part);
  }
  return members;
}

ContentTypeOptions content_type_options(const Headers& headers) {
  if (!headers.has("x-content-type-options")) return ContentTypeOptions::absent;
  const auto joined = headers.joined("x-content-type-options");
  const auto first = split_unquoted(joined, ',').front();
  return iequals(first, "nosniff") ? ContentTypeOptions::nosniff : ContentTypeOptions::invalid;
}

FrameOptions frame_options(const Headers& headers) {
  if (!headers.has("x-frame-options")) return FrameOptions::absent;
  std::vector<std::string> values;
  for (const auto& member : list_members(headers.joined("x-frame-options"))) {
    auto value = lower(member);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
  }
  if (values.size() > 1) return FrameOptions::conflicting;
  if (values.empty()) return FrameOptions::invalid;
  if (values.front() == "deny") return FrameOptions::deny;
  if (values.front() == "sameorigin") return FrameOptions::same_origin;
  return FrameOptions::invalid;
}

std::string_view name(ReferrerPolicy policy) {
  for (const auto& known : kReferrerPolicies) {
    if (known.policy == policy) return known.token;
  }
  return "";
}

std::optional<ReferrerPolicy> referrer_policy(const Headers& headers) {
  std::optional<ReferrerPolicy> last;
  for (const auto& member : list_members(headers.joined("referrer-policy"))) {
    if (const auto policy = referrer_token(member)) last = policy;
  }
  return last;
}

std::optional<ReferrerPolicy> meta_referrer_policy(std::string_view content) {
  content = trim(content);
  if (const auto policy = referrer_token(content)) return policy;
  for (const auto& old : kOldMetaReferrer) {
    if (iequals(old.token, content)) return old.policy;
  }
  return std::nullopt;
}

Result<std::vector<PermissionsPolicyFeature>, StructuredFieldError> permissions_policy(
    const Headers& headers) {
  const auto members = parse_structured_dictionary(headers.joined("permissions-policy"));
  if (!members) return unexpected(members.error());
  std::vector<PermissionsPolicyFeature> features;
  for (const auto& member : *members) {
    PermissionsPolicyFeature feature{member.key, {}};
    for (const auto& item : member.items) {
      using Type = StructuredItem::Type;
      if (item.type == Type::token || item.type == Type::string) feature.allowlist.push_back(item.text);
    }
    features.push_back(std::move(feature));
  }
  return features;
}

XssProtection xss_protection(const Headers& headers) {
  const auto field = headers.first("x-xss-protection");
  if (!field) return XssProtection::absent;
  const auto parts = split_unquoted(*field, ';');
  if (parts.front() == "0") return XssProtection::off;
  if (parts.front() != "1") return XssProtection::invalid;
  for (auto part : std::span(parts).subspan(1)) {
    const auto directive = trim(cut(part, '='));
    if (iequals(directive, "mode") && iequals(trim(part), "block")) return XssProtection::block;
  }
  return XssProtection::filter;
}

OpenerPolicy opener_policy(const Headers& headers) {
  static constexpr std::array<std::pair<std::string_view, OpenerPolicy>, 4> kKnown = {{
      {"unsafe-none", OpenerPolicy::unsafe_none},
      {"same-origin", OpenerPolicy::same_origin},
      {"same-origin-allow-popups", OpenerPolicy::same_origin_allow_popups},
      {"noopener-allow-popups", OpenerPolicy::noopener_allow_popups},
  }};
  return policy_token(headers, "cross-origin-opener-policy", kKnown);
}

EmbedderPolicy embedder_policy(const Headers& headers) {
  static constexpr std::array<std::pair<std::string_view, EmbedderPolicy>, 3> kKnown = {{
      {"unsafe-none", EmbedderPolicy::unsafe_none},
      {"require-corp", EmbedderPolicy::require_corp},
      {"credentialless", EmbedderPolicy::credentialless},
  }};
  return policy_token(headers, "cross-origin-embedder-policy", kKnown);
}

ResourcePolicy resource_policy(const Headers& headers) {
  static constexpr std::array<std::pair<std::string_view, ResourcePolicy>, 3> kKnown = {{
      {"same-origin", ResourcePolicy::same_origin},
      {"same-site", ResourcePolicy::same_site},
      {"cross-origin", ResourcePolicy::cross_origin},
  }};
  return policy_token(headers, "cross-origin-resource-policy", kKnown);
}

std::vector<std::string> deprecated_headers(const Headers& headers) {
  std::vector<std::string> found;
  for (const auto& field : headers) {
    for (const auto known : kDeprecated) {
      if (iequals(field.name, known) && std::find(found.begin(), found.end(), known) == found.end())
        found.emplace_back(known);
    }
  }
  return found;
}

std::vector<VersionBanner> version_banners(const Headers& headers) {
  std::vector<VersionBanner> banners;
  for (const auto& field : headers) {
    for (const auto known : kBannerHeaders) {
      if (iequals(field.name, known)) read_banner(field, known, banners);
    }
  }
  return banners;
}

std::vector<AddressLeak> private_addresses(const Headers& headers) {
  std::vector<AddressLeak> leaks;
  for (const auto& field : headers) find_addresses(field, leaks);
  return leaks;
}

std::vector<AltService> alt_services(const Headers& headers) {
  std::vector<AltService> services;
  for (const auto& member : list_members(headers.joined("alt-svc"))) {
    if (const auto service = alt_service(member)) services.push_back(*service);
  }
  return services;
}

bool offers_http3(const Headers& headers) {
  const auto services = alt_services(headers);
  return std::any_of(services.begin(), services.end(), [](const auto& service) {
    return service.protocol == "h3" || service.protocol.starts_with("h3-");
  });
}

CacheControl cache_control(const Headers& headers) {
  CacheControl out;
  out.present = headers.has("cache-control");
  for (const auto& member : list_members(headers.joined("cache-control"))) {
    std::string_view rest = member;
    const auto directive = lower(trim(cut(rest, '=')));
    const auto seconds = parse_uint(unquoted(trim(rest)));
    if (directive == "no-store") out.no_store = true;
    if (directive == "no-cache") out.no_cache = true;
    if (directive == "private") out.is_private = true;
    if (directive == "public") out.is_public = true;
    if (directive == "max-age" && seconds) out.max_age_seconds = seconds;
    if (directive == "s-maxage" && seconds) out.shared_max_age_seconds = seconds;
  }
  return out;
}

Cors cors(const Headers& headers) {
  Cors out;
  if (headers.has("access-control-allow-origin"))
    out.allow_origin = headers.joined("access-control-allow-origin");
  out.allow_credentials = headers.joined("access-control-allow-credentials") == "true";
  return out;
}

std::vector<AuthChallenge> auth_challenges(const Headers& headers) {
  std::vector<AuthChallenge> challenges;
  for (const auto field : headers.all("www-authenticate")) {
    for (const auto& member : list_members(field)) {
      std::string_view rest = member;
      const auto blank = rest.find_first_of(" \t");
      const auto equals = rest.find('=');
      const auto after = blank == std::string_view::npos ? std::string_view{} : trim(rest.substr(blank));
      // A member is a parameter of the challenge before it when '=' comes before any other word.
      const bool parameter = equals < blank || after.starts_with('=');
      if (!parameter) {
        if (challenges.size() == kMaxFindings) return challenges;
        challenges.push_back({lower(rest.substr(0, blank)), "", ""});
        rest = after;
      }
      if (challenges.empty() || rest.empty()) continue;
      const auto padding = rest.find_last_not_of('=');
      const bool token68 = !parameter && padding != std::string_view::npos &&
                           rest.substr(0, padding + 1).find_first_of("=\" \t") == std::string_view::npos;
      if (token68) {
        challenges.back().token = rest;
        continue;
      }
      const auto key = trim(cut(rest, '='));
      if (iequals(key, "realm")) challenges.back().realm = unquoted(trim(rest));
    }
  }
  return challenges;
}

std::vector<EdgeSign> edge_signs(const Headers& headers) {
  std::vector<EdgeSign> signs;
  for (const auto& field : headers) {
    const auto value = lower(std::string_view(field.value).substr(0, 512));
    for (const auto& edge : kEdges) {
      if (!iequals(field.name, edge.header)) continue;
      // A cookie is known by its name, which begins the field.
      const bool cookie = edge.header == "set-cookie";
      const bool told = cookie ? value.starts_with(edge.value) : value.find(edge.value) != std::string::npos;
      const bool known = std::any_of(signs.begin(), signs.end(),
                                     [&](const auto& sign) { return sign.provider == edge.provider; });
      if (told && !known) signs.push_back({edge.provider, field.name});
    }
  }
  return signs;
}

std::optional<MediaType> parse_media_type(std::string_view value) {
  const auto parts = split_unquoted(value, ';');
  auto type = lower(parts.front());
  const auto slash = type.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == type.size()) return std::nullopt;
  const bool good = std::all_of(type.begin(), type.end(), [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("!#$&-^_.+/").find(c) != std::string_view::npos;
  });
  if (!good || type.find('/', slash + 1) != std::string::npos) return std::nullopt;
  MediaType out{std::move(type), ""};
  for (auto parameter : std::span(parts).subspan(1)) {
    const auto key = trim(cut(parameter, '='));
    if (iequals(key, "charset") && out.charset.empty()) out.charset = lower(unquoted(trim(parameter)));
  }
  return out;
}

std::optional<MediaType> content_type(const Headers& headers) {
  const auto values = headers.all("content-type");
  if (values.empty()) return std::nullopt;
  return parse_media_type(values.back());  // of several, browsers take the last
}

bool is_html(const Headers& headers) {
  const auto type = content_type(headers);
  return type && (type->type == "text/html" || type->type == "application/xhtml+xml");
}

}  // namespace utsyn::wire
