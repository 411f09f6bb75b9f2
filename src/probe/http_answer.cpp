// From a response to what is kept of it.
#include <zlib.h>

#include <algorithm>

#include "probe/http_fetch.h"
#include "probe/takeover_markers.h"
#include "wire/http/cookie.h"
#include "wire/http/csp.h"
#include "wire/http/headers.h"
#include "wire/http/html.h"
#include "wire/http/stack_trace.h"

namespace utsyn::probe {
namespace {

// Fields that a check reads. Everything else is noise of the moment and is not evidence.
constexpr std::string_view kKept[] = {"strict-transport-security",
                                      "content-security-policy",
                                      "content-security-policy-report-only",
                                      "x-frame-options",
                                      "x-content-type-options",
                                      "referrer-policy",
                                      "permissions-policy",
                                      "x-xss-protection",
                                      "cross-origin-opener-policy",
                                      "cross-origin-embedder-policy",
                                      "cross-origin-resource-policy",
                                      "set-cookie",
                                      "location",
                                      "server",
                                      "x-powered-by",
                                      "x-aspnet-version",
                                      "x-aspnetmvc-version",
                                      "x-generator",
                                      "via",
                                      "access-control-allow-origin",
                                      "access-control-allow-credentials",
                                      "www-authenticate",
                                      "cache-control",
                                      "content-type",
                                      "content-encoding",
                                      "upgrade",
                                      "allow",
                                      "alt-svc",
                                      "reporting-endpoints",
                                      "report-to",
                                      "public-key-pins",
                                      "expect-ct",
                                      "p3p",
                                      "x-content-security-policy",
                                      "x-webkit-csp",
                                      "x-ua-compatible",
                                      "x-owa-version",
                                      "feature-policy",
                                      "x-download-options",
                                      "x-powered-cms",
                                      "x-drupal-version",
                                      "x-jenkins",
                                      "x-varnish-version",
                                      "x-server"};
// Their presence tells who stands in front; their values are ids of the request.
constexpr std::string_view kBlanked[] = {
    "cf-ray",      "x-amz-cf-id", "x-azure-ref", "x-akamai-request-id", "x-served-by", "x-fastly-request-id",
    "x-sucuri-id", "x-iinfo",     "x-vercel-id", "fly-request-id"};
constexpr std::size_t kLongestValue = 8192;

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string kept_value(std::string_view name, std::string_view value) {
  if (name == "set-cookie") return kept_set_cookie(value);
  if (name.starts_with("content-security-policy") || name.starts_with("x-content-security") ||
      name == "x-webkit-csp") {
    return kept_policy(value);
  }
  if (name == "location") return std::string(value.substr(0, value.find('?')));
  if (name == "www-authenticate") return kept_challenges(value);
  return std::string(value);
}

// At most `limit` bytes, without half a character at the end: that would no longer be text.
std::size_t whole_characters(std::string_view text, std::size_t limit) {
  limit = std::min(limit, text.size());
  while (limit > 0 && !valid_utf8(text.substr(0, limit))) --limit;
  return limit;
}

PageFacts page_of(const Fetched& fetched, const wire::Url& url) {
  const auto page = wire::parse_html(fetched.body);
  PageFacts facts;
  facts.title = page.title.substr(0, whole_characters(page.title, 200));
  for (const auto& policy : page.meta_csp) facts.meta_csp.push_back(kept_policy(policy));
  facts.meta_referrer = page.meta_referrer;
  auto base = url;
  if (!page.base_href.empty()) {
    if (auto named = wire::resolve_url(url, page.base_href)) base = std::move(*named);
  }
  if (page.refresh && !page.refresh->url.empty()) {
    if (const auto target = wire::resolve_url(base, page.refresh->url))
      facts.meta_refresh = kept_url(*target);
  }
  for (const auto& form : page.forms) {
    const auto action =
        wire::resolve_url(form.action.empty() ? url : base, form.action.empty() ? url.target : form.action);
    facts.forms.push_back({action ? kept_url(*action) : "", form.method, form.has_password});
  }
  facts.password_input = page.has_password;
  return facts;
}

}  // namespace

std::string kept_url(const wire::Url& url) {
  auto kept = url;
  kept.target = std::string(url.path());
  return kept.str();
}

std::string kept_policy(std::string_view field) {
  constexpr std::string_view between = " \t\n\f\r;,";
  std::string out;
  std::string_view rest = field.substr(0, kLongestValue);
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find_first_of(between));
    // A byte outside ASCII makes browsers drop the whole directive: it stays.
    const bool ascii =
        std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii || !istarts_with(word, "'nonce-")) {
      out += word;
    } else {
      // One that a browser does not take stays such a one.
      const bool good = wire::parse_csp_source(word).kind == wire::CspSourceKind::nonce;
      out += good ? "'nonce-bm9uY2U='" : "'nonce-'";
    }
    rest.remove_prefix(word.size());
    const auto gap = std::min(rest.find_first_not_of(between), rest.size());
    out += rest.substr(0, gap);
    rest.remove_prefix(gap);
  }
  return out;
}

std::string kept_challenges(std::string_view field) {
  std::string out;
  for (const auto& challenge : wire::auth_challenges({{"www-authenticate", std::string(field)}})) {
    const bool is_word = std::all_of(challenge.scheme.begin(), challenge.scheme.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
    if (!is_word || challenge.scheme.empty()) continue;
    if (!out.empty()) out += ", ";
    out += challenge.scheme;
    // Marks inside the realm are left out, so that it stays one quoted text.
    auto realm = challenge.realm;
    std::erase_if(realm, [](char c) { return c == '"' || c == '\\'; });
    if (!realm.empty()) out += " realm=\"" + realm + '"';
  }
  return out;
}

std::string kept_set_cookie(std::string_view field) {
  std::string_view rest = field.substr(0, kLongestValue);
  std::string_view value = cut(rest, ';');
  // Without '=' it is the name that is missing (RFC 6265bis), not the secret.
  std::string out;
  if (value.find('=') != std::string_view::npos) out = trim(cut(value, '='));
  out += '=';
  // A BIG-IP cookie holds an inside address: that is the finding. Any other value is a secret of the moment.
  if (wire::decode_bigip(trim(value))) {
    out += trim(value);
  } else if (!trim(value).empty()) {
    out += "blanked";
  }
  while (!rest.empty()) {
    const auto attribute = trim(cut(rest, ';'));
    if (attribute.empty()) continue;
    out += "; ";
    // The date moves with every answer; that there is one does not. What is no date ("Expires=0") stays.
    const auto alone = wire::parse_set_cookie("a=b; " + std::string(attribute));
    const bool dated = alone && alone->persistent && !alone->expires.empty();
    out += dated ? std::string("Expires=Fri, 01 Jan 2038 00:00:00 GMT") : std::string(attribute);
  }
  return out;
}

HttpAnswer answer_of(const Fetched& fetched, const wire::Url& url) {
  HttpAnswer answer;
  const auto& response = fetched.response;
  answer.status = response.status;
  answer.body_truncated = fetched.body_truncated;
  for (const auto& field : response.headers) {
    const auto name = lower(field.name);
    const auto value = std::string_view(field.value).substr(0, kLongestValue);
    if (contains(kKept, name)) {
      answer.headers.push_back({name, kept_value(name, value)});
    } else if (contains(kBlanked, name)) {
      answer.headers.push_back({name, ""});
    } else if (!wire::private_addresses(wire::Headers{{field.name, std::string(value)}}).empty()) {
      answer.headers.push_back({printable(name, 100), std::string(value)});
    }
  }
  if (const auto type = wire::content_type(response.headers)) answer.content_type = type->type;
  const bool html = answer.content_type == "text/html" || answer.content_type == "application/xhtml+xml" ||
                    (answer.content_type.empty() && wire::looks_like_html(fetched.body));
  PageFacts facts;
  if (html) facts = page_of(fetched, url);
  if (const auto verbose = wire::find_verbose_error(fetched.body)) facts.stack_trace = verbose->framework;
  if (const auto provider = unclaimed_marker(fetched.body); !provider.empty())
    facts.takeover_provider = provider;
  if (html || facts != PageFacts{}) answer.page = std::move(facts);
  return answer;
}

std::optional<std::string> inflate_bounded(std::string_view body, std::size_t limit, bool& truncated) {
  constexpr int kAnyHeader = 15 + 32;  // zlib or gzip, told apart by zlib
  constexpr int kRaw = -15;
  for (const int window : {kAnyHeader, kRaw}) {
    z_stream stream{};
    if (inflateInit2(&stream, window) != Z_OK) return std::nullopt;
    std::string out;
    // zlib's interface is not const; the input is not written.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));  // NOLINT
    stream.avail_in = static_cast<uInt>(body.size());
    int status = Z_OK;
    char buffer[16384];
    while (status == Z_OK && out.size() < limit) {
      stream.next_out = reinterpret_cast<Bytef*>(buffer);
      stream.avail_out = sizeof buffer;
      status = inflate(&stream, Z_NO_FLUSH);
      out.append(buffer, std::min(sizeof buffer - stream.avail_out, limit - out.size()));
      if (status == Z_BUF_ERROR) break;
    }
    const bool cut_short = out.size() >= limit || (status != Z_STREAM_END && status != Z_DATA_ERROR);
    inflateEnd(&stream);
    if (out.empty() && status == Z_DATA_ERROR) continue;
    truncated = truncated || cut_short;
    return out;
  }
  return std::nullopt;
}

}  // namespace utsyn::probe
