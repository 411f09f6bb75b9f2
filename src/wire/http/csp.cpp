#include "wire/http/csp.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "wire/http/psl.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxPolicies = 64;
constexpr std::size_t kMaxDirectives = 100;
constexpr std::size_t kMaxSources = 1000;
constexpr std::size_t kMaxCandidates = 200;  // sources of one question that are held against all policies
constexpr std::size_t kMaxRemarks = 200;
constexpr std::size_t kMaxDetail = 200;

using Kind = CspSourceKind;
using Broad = CspBroadSource::Kind;

enum class DirectiveForm { sources, other };
struct KnownDirective {
  std::string_view name;
  DirectiveForm form;
  bool deprecated;
};
constexpr KnownDirective kDirectives[] = {
    {"default-src", DirectiveForm::sources, false},
    {"script-src", DirectiveForm::sources, false},
    {"script-src-elem", DirectiveForm::sources, false},
    {"script-src-attr", DirectiveForm::sources, false},
    {"style-src", DirectiveForm::sources, false},
    {"style-src-elem", DirectiveForm::sources, false},
    {"style-src-attr", DirectiveForm::sources, false},
    {"child-src", DirectiveForm::sources, false},
    {"connect-src", DirectiveForm::sources, false},
    {"font-src", DirectiveForm::sources, false},
    {"frame-src", DirectiveForm::sources, false},
    {"fenced-frame-src", DirectiveForm::sources, false},
    {"img-src", DirectiveForm::sources, false},
    {"manifest-src", DirectiveForm::sources, false},
    {"media-src", DirectiveForm::sources, false},
    {"object-src", DirectiveForm::sources, false},
    {"worker-src", DirectiveForm::sources, false},
    {"prefetch-src", DirectiveForm::sources, true},
    {"navigate-to", DirectiveForm::sources, true},
    {"base-uri", DirectiveForm::sources, false},
    {"form-action", DirectiveForm::sources, false},
    {"frame-ancestors", DirectiveForm::sources, false},
    {"sandbox", DirectiveForm::other, false},
    {"report-to", DirectiveForm::other, false},
    {"report-uri", DirectiveForm::other, false},  // old, but still needed by browsers without report-to
    {"upgrade-insecure-requests", DirectiveForm::other, false},
    {"require-trusted-types-for", DirectiveForm::other, false},
    {"trusted-types", DirectiveForm::other, false},
    {"webrtc", DirectiveForm::other, false},
    {"block-all-mixed-content", DirectiveForm::other, true},
    {"plugin-types", DirectiveForm::other, true},
    {"referrer", DirectiveForm::other, true},
    {"reflected-xss", DirectiveForm::other, true},
    {"require-sri-for", DirectiveForm::other, true},
};

struct Fallback {
  std::string_view name;
  std::string_view next;
};
// One step up. default-src closes every chain of a fetch directive; the rest have none.
constexpr Fallback kFallbacks[] = {
    {"script-src-elem", "script-src"}, {"script-src-attr", "script-src"}, {"style-src-elem", "style-src"},
    {"style-src-attr", "style-src"},   {"frame-src", "child-src"},        {"fenced-frame-src", "frame-src"},
    {"script-src", "default-src"},     {"style-src", "default-src"},      {"child-src", "default-src"},
    {"connect-src", "default-src"},    {"font-src", "default-src"},       {"img-src", "default-src"},
    {"manifest-src", "default-src"},   {"media-src", "default-src"},      {"object-src", "default-src"},
    {"prefetch-src", "default-src"},
};

struct Keyword {
  std::string_view text;  // without quotes
  Kind kind;
};
constexpr Keyword kKeywords[] = {
    {"none", Kind::none},
    {"self", Kind::self},
    {"unsafe-inline", Kind::unsafe_inline},
    {"unsafe-eval", Kind::unsafe_eval},
    {"wasm-unsafe-eval", Kind::wasm_unsafe_eval},
    {"strict-dynamic", Kind::strict_dynamic},
    {"unsafe-hashes", Kind::unsafe_hashes},
    {"report-sample", Kind::report_sample},
    {"trusted-types-eval", Kind::other_keyword},
    {"inline-speculation-rules", Kind::other_keyword},
    {"unsafe-allow-redirects", Kind::other_keyword},
    {"report-sha256", Kind::other_keyword},
    {"report-sha384", Kind::other_keyword},
    {"report-sha512", Kind::other_keyword},
};

// Hosts that serve scripts for anybody (libraries with gadgets, JSONP): naming one lets an injected tag run
// code.
constexpr std::string_view kBypassHosts[] = {
    "ajax.googleapis.com",
    "cdnjs.cloudflare.com",
    "cdn.jsdelivr.net",
    "unpkg.com",
    "www.google.com",
    "accounts.google.com",
    "www.gstatic.com",
    "code.angularjs.org",
    "yastatic.net",
    "ajax.aspnetcdn.com",
    "cdn.skypack.dev",
    "esm.sh",
    "esm.run",
    "cdn.rawgit.com",
    "rawgit.com",
    "cdn.polyfill.io",
    "polyfill.io",
    "cdn.staticfile.org",
    "storage.googleapis.com",
    "s3.amazonaws.com",
    "raw.githack.com",
};

// What a page loads besides scripts and styles of its own kind; each is asked about http.
struct Asked {
  std::string_view name;
  bool passive;
};
constexpr Asked kHttpAsked[] = {
    {"script-src-elem", false}, {"script-src-attr", false}, {"style-src-elem", false}, {"object-src", false},
    {"worker-src", false},      {"frame-src", false},       {"connect-src", false},    {"font-src", false},
    {"manifest-src", false},    {"form-action", false},     {"img-src", true},         {"media-src", true},
};

const KnownDirective* known_directive(std::string_view name) {
  const auto* found = std::find_if(std::begin(kDirectives), std::end(kDirectives),
                                   [&](const auto& known) { return known.name == name; });
  return found == std::end(kDirectives) ? nullptr : found;
}

std::string_view next_word(std::string_view& rest) {
  while (!rest.empty() && is_html_blank(rest.front())) rest.remove_prefix(1);
  const auto end = std::find_if(rest.begin(), rest.end(), is_html_blank);
  const auto word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  return word;
}

bool base64_text(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
  });
}

bool scheme_text(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool host_text(std::string_view host) {
  if (host == "*") return true;
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty()) return false;
  for (const auto label : split(host, '.')) {
    const bool good = !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!good) return false;
  }
  return true;
}

void read_quoted(CspSource& source, std::string_view inner) {
  for (const auto& keyword : kKeywords) {
    if (iequals(keyword.text, inner)) {
      source.kind = keyword.kind;
      return;
    }
  }
  if (istarts_with(inner, "nonce-") && base64_text(inner.substr(6))) source.kind = Kind::nonce;
  for (const std::string_view hash : {"sha256-", "sha384-", "sha512-"}) {
    if (istarts_with(inner, hash) && base64_text(inner.substr(hash.size()))) source.kind = Kind::hash;
  }
}

void read_host(CspSource& source, std::string_view rest) {
  if (const auto at = rest.find("://"); at != std::string_view::npos) {
    if (!scheme_text(rest.substr(0, at))) return;
    source.scheme = lower(rest.substr(0, at));
    rest.remove_prefix(at + 3);
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  source.path = rest.substr(slash);
  auto authority = rest.substr(0, slash);
  if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
    source.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    if (source.port != "*" && !parse_uint(source.port)) return;
  }
  source.host = lower(authority);
  if (host_text(source.host)) source.kind = Kind::host;
}

// CSP3 "scheme-part matches": a policy that says http means https too.
bool scheme_matches(std::string_view policy, std::string_view url) {
  if (policy == url) return true;
  if (policy == "http") return url == "https";
  if (policy == "ws") return url == "wss" || url == "http" || url == "https";
  if (policy == "wss") return url == "https";
  return false;
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*") return true;
  if (pattern.starts_with("*.")) return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
  return pattern == host;
}

// A thing somebody might try to load. An empty host is "some host nobody named", which only patterns for all
// match.
struct Attempt {
  std::string_view scheme;
  std::string_view host;
  bool any_port_and_path = false;  // ask about the host only
};

bool network(std::string_view scheme) {
  return scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss";
}

// Would the source let the attempt through, on a page that is https itself?
bool lets(const CspSource& source, const Attempt& attempt) {
  switch (source.kind) {
    case Kind::wildcard:
      return network(attempt.scheme);
    case Kind::scheme:
      return scheme_matches(source.scheme, attempt.scheme);
    case Kind::host: {
      if (!network(attempt.scheme)) return false;
      const auto scheme = source.scheme.empty() ? std::string_view("https") : std::string_view(source.scheme);
      if (!scheme_matches(scheme, attempt.scheme)) return false;
      if (attempt.host.empty() ? source.host != "*" : !host_matches(source.host, attempt.host)) return false;
      if (attempt.any_port_and_path) return true;
      const auto usual = attempt.scheme == "https" || attempt.scheme == "wss" ? "443" : "80";
      const bool port = source.port.empty() || source.port == "*" || source.port == usual;
      return port && (source.path.empty() || source.path.ends_with('/'));
    }
    default:
      return false;
  }
}

bool script_like(std::string_view name) { return name.starts_with("script-src") || name == "worker-src"; }

// The source of the policy that lets the attempt through; "" when nothing in the policy governs `name`;
// nothing when it is stopped.
std::optional<std::string> lets_through(const CspPolicy& policy, std::string_view name,
                                        const Attempt& attempt) {
  const auto* directive = policy.governing(name);
  if (directive == nullptr) return "";
  if (script_like(name) && directive->has(Kind::strict_dynamic))
    return std::nullopt;  // hosts do not count then
  for (const auto& source : directive->sources) {
    if (lets(source, attempt)) return source.text;
  }
  return std::nullopt;
}

// The same over all policies: stopped by one is stopped. The text is that of the first policy that has one.
std::optional<std::string> lets_through(const std::vector<CspPolicy>& policies, std::string_view name,
                                        const Attempt& attempt) {
  std::string text;
  for (const auto& policy : policies) {
    const auto source = lets_through(policy, name, attempt);
    if (!source) return std::nullopt;
    if (text.empty()) text = *source;
  }
  return text;
}

// CSP3 "does a source list allow all inline behavior for type".
bool allows_inline(const CspPolicy& policy, std::string_view name) {
  const auto* directive = policy.governing(name);
  if (directive == nullptr) return true;
  if (directive->has(Kind::nonce) || directive->has(Kind::hash)) return false;
  if (script_like(name) && directive->has(Kind::strict_dynamic)) return false;
  return directive->has(Kind::unsafe_inline);
}

template <class Question>
bool every(const std::vector<CspPolicy>& policies, Question question) {
  return std::all_of(policies.begin(), policies.end(), question);
}

std::vector<CspBroadSource> broad_sources(const std::vector<CspPolicy>& policies, std::string_view name) {
  std::vector<CspBroadSource> out;
  const auto ask = [&](Broad kind, const Attempt& attempt) {
    if (auto source = lets_through(policies, name, attempt)) out.push_back({kind, std::move(*source)});
  };
  ask(Broad::any_https, {"https", ""});
  const bool anything = !out.empty();
  ask(Broad::any_http, {"http", ""});
  ask(Broad::data, {"data", ""});
  ask(Broad::blob, {"blob", ""});
  ask(Broad::filesystem, {"filesystem", ""});
  if (anything) return out;

  const auto add = [&](Broad kind, const CspSource& source) {
    CspBroadSource broad{kind, source.text};
    if (std::find(out.begin(), out.end(), broad) == out.end()) out.push_back(std::move(broad));
  };
  std::size_t candidates = 0;
  for (const auto& policy : policies) {
    const auto* directive = policy.governing(name);
    if (directive == nullptr) continue;
    for (const auto& source : directive->sources) {
      if (source.kind != Kind::host) continue;
      if (++candidates > kMaxCandidates) return out;
      const bool shared =
          source.host.starts_with("*.") && is_public_suffix(std::string_view(source.host).substr(2));
      const bool bypass = shared || std::find(std::begin(kBypassHosts), std::end(kBypassHosts),
                                              source.host) != std::end(kBypassHosts);
      if (bypass && lets(source, {"https", source.host}) &&
          lets_through(policies, name, {"https", source.host})) {
        add(Broad::known_bypass, source);
      }
      // Without a scheme the source is http on an http page. It counts while no policy asks for https.
      const bool open =
          source.scheme.empty() && every(policies, [&](const CspPolicy& other) {
            const auto* held = other.governing(name);
            if (held == nullptr) return true;
            if (script_like(name) && held->has(Kind::strict_dynamic)) return false;
            return std::any_of(held->sources.begin(), held->sources.end(), [&](const CspSource& s) {
              if (s.kind == Kind::host)
                return (s.scheme.empty() || s.scheme == "http") && host_matches(s.host, source.host);
              return s.kind == Kind::wildcard || (s.kind == Kind::scheme && s.scheme == "http");
            });
          });
      if (open) add(Broad::no_scheme, source);
    }
  }
  return out;
}

CspLimit limit_of(const CspPolicy& policy, std::string_view name) {
  const auto* directive = policy.governing(name);
  if (directive == nullptr) return CspLimit::missing;
  auto limit = CspLimit::none;
  for (const auto& source : directive->sources) {
    const bool wide = source.kind == Kind::wildcard || source.kind == Kind::scheme ||
                      (source.kind == Kind::host && source.host == "*");
    if (wide) return CspLimit::wide;
    if (source.kind == Kind::host) limit = CspLimit::limited;
    if (source.kind == Kind::self && limit == CspLimit::none) limit = CspLimit::self;
  }
  return limit;
}

CspLimit tightest(const std::vector<CspPolicy>& policies, std::string_view name) {
  auto limit = CspLimit::missing;
  for (const auto& policy : policies) limit = std::max(limit, limit_of(policy, name));
  return limit;
}

// A keyword or nonce whose quotes were forgotten: to a browser it is a host of that name.
bool forgot_quotes(std::string_view token) {
  if (istarts_with(token, "nonce-") || istarts_with(token, "sha256-") || istarts_with(token, "sha384-") ||
      istarts_with(token, "sha512-")) {
    return true;
  }
  return std::any_of(std::begin(kKeywords), std::end(kKeywords),
                     [&](const auto& keyword) { return iequals(keyword.text, token); });
}

class PolicyReader {
 public:
  explicit PolicyReader(CspPlace place) { policy_.place = place; }

  CspPolicy read(std::string_view text) {
    while (!text.empty()) directive(cut(text, ';'));
    // report-to replaces report-uri; alone the old one is a remark.
    if (policy_.find("report-uri") != nullptr && policy_.find("report-to") == nullptr) {
      remark(CspRemarkKind::deprecated, "report-uri");
    }
    if (policy_.directives.empty()) remark(CspRemarkKind::empty_policy, "");
    return std::move(policy_);
  }

 private:
  void remark(CspRemarkKind kind, std::string_view detail) {
    CspRemark one{kind, printable(detail, kMaxDetail)};
    auto& remarks = policy_.remarks;
    if (remarks.size() < kMaxRemarks && std::find(remarks.begin(), remarks.end(), one) == remarks.end()) {
      remarks.push_back(std::move(one));
    }
  }

  void directive(std::string_view text) {
    auto rest = text;
    const auto word = next_word(rest);
    if (word.empty()) return;
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) {  // browsers drop the whole directive
      remark(CspRemarkKind::non_ascii, word);
      return;
    }
    CspDirective out;
    out.name = lower(word);
    if (policy_.find(out.name) != nullptr) {
      remark(CspRemarkKind::duplicate_directive, out.name);
      return;
    }
    const bool no_meta = out.name == "frame-ancestors" || out.name == "sandbox" || out.name == "report-uri";
    if (policy_.place == CspPlace::meta && no_meta) {
      remark(CspRemarkKind::ignored_in_meta, out.name);
      return;
    }
    if (policy_.directives.size() == kMaxDirectives) {
      remark(CspRemarkKind::too_many, out.name);
      return;
    }
    const auto* known = known_directive(out.name);
    if (known == nullptr) remark(CspRemarkKind::unknown_directive, out.name);
    if (known != nullptr && known->deprecated) remark(CspRemarkKind::deprecated, out.name);
    for (auto value = next_word(rest); !value.empty(); value = next_word(rest)) {
      if (out.values.size() == kMaxSources) {
        remark(CspRemarkKind::too_many, out.name);
        break;
      }
      out.values.emplace_back(value);
    }
    if (known != nullptr && known->form == DirectiveForm::sources) sources(out);
    policy_.directives.push_back(std::move(out));
  }

  void sources(CspDirective& out) {
    for (const auto& value : out.values) {
      out.sources.push_back(parse_csp_source(value));
      const auto kind = out.sources.back().kind;
      if (kind != Kind::scheme && forgot_quotes(value)) {
        remark(CspRemarkKind::missing_quotes, value);
      } else if (kind == Kind::unknown) {
        remark(CspRemarkKind::unknown_source, value);
      }
    }
    if (out.has(Kind::none) && out.sources.size() > 1) remark(CspRemarkKind::none_with_others, out.name);
  }

  CspPolicy policy_;
};

}  // namespace

CspSource parse_csp_source(std::string_view token) {
  CspSource source;
  source.text = token;
  if (token.size() >= 2 && token.front() == '\'' && token.back() == '\'') {
    read_quoted(source, token.substr(1, token.size() - 2));
  } else if (token == "*") {
    source.kind = Kind::wildcard;
  } else if (token.ends_with(':') && scheme_text(token.substr(0, token.size() - 1))) {
    source.kind = Kind::scheme;
    source.scheme = lower(token.substr(0, token.size() - 1));
  } else {
    read_host(source, token);
  }
  return source;
}

bool CspDirective::has(CspSourceKind kind) const {
  return std::any_of(sources.begin(), sources.end(), [&](const auto& source) { return source.kind == kind; });
}

std::string_view code(CspRemarkKind kind) {
  switch (kind) {
    case CspRemarkKind::unknown_directive:
      return "unknown-directive";
    case CspRemarkKind::duplicate_directive:
      return "duplicate-directive";
    case CspRemarkKind::non_ascii:
      return "non-ascii";
    case CspRemarkKind::none_with_others:
      return "none-with-others";
    case CspRemarkKind::missing_quotes:
      return "missing-quotes";
    case CspRemarkKind::unknown_source:
      return "unknown-source";
    case CspRemarkKind::deprecated:
      return "deprecated";
    case CspRemarkKind::ignored_in_meta:
      return "ignored-in-meta";
    case CspRemarkKind::empty_policy:
      return "empty-policy";
    case CspRemarkKind::too_many:
      return "too-many";
  }
  return "unknown";
}

const CspDirective* CspPolicy::find(std::string_view name) const {
  const auto found =
      std::find_if(directives.begin(), directives.end(), [&](const auto& d) { return d.name == name; });
  return found == directives.end() ? nullptr : &*found;
}

const CspDirective* CspPolicy::governing(std::string_view name) const {
  while (true) {
    if (const auto* directive = find(name)) return directive;
    // worker-src goes by child-src to script-src before default-src (CSP3 section 6.8.3).
    if (name == "worker-src") {
      if (const auto* child = find("child-src")) return child;
      name = "script-src";
      continue;
    }
    const auto* step = std::find_if(std::begin(kFallbacks), std::end(kFallbacks),
                                    [&](const auto& f) { return f.name == name; });
    if (step == std::end(kFallbacks)) return nullptr;
    name = step->next;
  }
}

CspPolicy parse_csp_policy(std::string_view text, CspPlace place) { return PolicyReader(place).read(text); }

Csp read_csp(const Headers& headers, std::span<const std::string> meta) {
  Csp csp;
  const auto read = [&](std::string_view field, std::vector<CspPolicy>& into) {
    for (const auto value : headers.all(field)) {
      for (const auto part : split(value, ',')) {
        if (trim(part).empty()) continue;
        if (into.size() == kMaxPolicies) {
          into.back().remarks.push_back({CspRemarkKind::too_many, "policies"});
          return;
        }
        into.push_back(parse_csp_policy(part));
      }
    }
  };
  read("content-security-policy", csp.enforced);
  read("content-security-policy-report-only", csp.report_only);
  for (const auto& content : meta) {
    if (csp.enforced.size() == kMaxPolicies || trim(content).empty()) break;
    csp.enforced.push_back(parse_csp_policy(content, CspPlace::meta));
  }
  return csp;
}

bool Csp::exists() const {
  return std::any_of(enforced.begin(), enforced.end(),
                     [](const auto& policy) { return !policy.directives.empty(); });
}

bool Csp::only_reports() const {
  return !exists() && std::any_of(report_only.begin(), report_only.end(),
                                  [](const auto& policy) { return !policy.directives.empty(); });
}

bool Csp::allows_inline_script() const {
  const auto all_allow = [&](std::string_view name) {
    return every(enforced, [&](const CspPolicy& policy) { return allows_inline(policy, name); });
  };
  return all_allow("script-src-elem") || all_allow("script-src-attr");
}

bool Csp::allows_inline_style() const {
  const auto all_allow = [&](std::string_view name) {
    return every(enforced, [&](const CspPolicy& policy) { return allows_inline(policy, name); });
  };
  return all_allow("style-src-elem") || all_allow("style-src-attr");
}

bool Csp::allows_eval() const {
  return every(enforced, [](const CspPolicy& policy) {
    const auto* directive = policy.governing("script-src");
    return directive == nullptr || directive->has(Kind::unsafe_eval);
  });
}

bool Csp::allows_wasm_eval() const {
  return every(enforced, [](const CspPolicy& policy) {
    const auto* directive = policy.governing("script-src");
    return directive == nullptr || directive->has(Kind::unsafe_eval) ||
           directive->has(Kind::wasm_unsafe_eval);
  });
}

std::vector<CspBroadSource> Csp::broad_script_sources() const {
  return broad_sources(enforced, "script-src-elem");
}

std::vector<CspBroadSource> Csp::broad_object_sources() const {
  return broad_sources(enforced, "object-src");
}

CspHttpSources Csp::http_sources() const {
  CspHttpSources out;
  for (const auto& asked : kHttpAsked) {
    auto& list = asked.passive ? out.passive : out.active;
    std::size_t candidates = 0;
    for (const auto& policy : enforced) {
      const auto* directive = policy.governing(asked.name);
      if (directive == nullptr) continue;
      if (script_like(asked.name) && directive->has(Kind::strict_dynamic)) continue;
      for (const auto& source : directive->sources) {
        const bool plain = source.scheme == "http" || source.scheme == "ws";
        if (!plain || (source.kind != Kind::scheme && source.kind != Kind::host)) continue;
        if (++candidates > kMaxCandidates) break;
        const auto host = source.kind == Kind::scheme || source.host == "*" ? std::string_view{}
                                                                            : std::string_view(source.host);
        if (!lets_through(enforced, asked.name, {source.scheme, host, true})) continue;
        auto text = directive->name + " " + source.text;
        if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
      }
    }
  }
  return out;
}

CspObjectBaseForm Csp::object_base_form() const {
  return {tightest(enforced, "object-src"), tightest(enforced, "base-uri"),
          tightest(enforced, "form-action")};
}

CspLimit Csp::frame_ancestors() const { return tightest(enforced, "frame-ancestors"); }

bool Csp::upgrades_insecure_requests() const {
  return std::any_of(enforced.begin(), enforced.end(),
                     [](const auto& policy) { return policy.find("upgrade-insecure-requests") != nullptr; });
}

CspReporting Csp::reporting(const Headers& headers) const {
  CspReporting out;
  const auto add = [](std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  };
  for (const auto* policies : {&enforced, &report_only}) {
    for (const auto& policy : *policies) {
      if (const auto* to = policy.find("report-to"); to != nullptr && !to->values.empty())
        add(out.groups, to->values.front());
      if (const auto* uri = policy.find("report-uri")) {
        for (const auto& value : uri->values) add(out.uris, value);
      }
    }
  }
  const auto endpoints = headers.joined("reporting-endpoints");
  const auto older = headers.joined("report-to");
  for (const auto& group : out.groups) {
    for (const auto& member : split(endpoints, ',')) {
      const auto key = trim(member.substr(0, member.find('=')));
      out.usable = out.usable || (key == group && member.find("https://") != std::string_view::npos);
    }
    out.usable = out.usable || older.find("\"" + group + "\"") != std::string::npos;
  }
  for (const auto& uri : out.uris) {
    out.usable =
        out.usable || istarts_with(uri, "https://") || (uri.starts_with('/') && !uri.starts_with("//"));
  }
  return out;
}

std::vector<CspRemark> Csp::remarks() const {
  std::vector<CspRemark> out;
  for (const auto* policies : {&enforced, &report_only}) {
    for (const auto& policy : *policies) {
      for (const auto& remark : policy.remarks) {
        if (out.size() < kMaxRemarks && std::find(out.begin(), out.end(), remark) == out.end())
          out.push_back(remark);
      }
    }
  }
  return out;
}

}  // namespace utsyn::wire
