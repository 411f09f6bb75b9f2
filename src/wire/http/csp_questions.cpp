// What a page may do under all its policies together: each question is asked of their intersection.
#include <algorithm>

#include "base/text.h"
#include "wire/http/csp.h"
#include "wire/http/psl.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxCandidates = 200;  // sources of one question that are held against all policies
constexpr std::size_t kMostRemarksOfAll = 200;

using Kind = CspSourceKind;
using Broad = CspBroadSource::Kind;

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

}  // namespace

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
        if (out.size() < kMostRemarksOfAll && std::find(out.begin(), out.end(), remark) == out.end())
          out.push_back(remark);
      }
    }
  }
  return out;
}

}  // namespace utsyn::wire
