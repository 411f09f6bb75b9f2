// Reading policies: tokens, directives and the chain by which one directive governs for another. What a page
// may do under all of them together is csp_questions.cpp.
#include "wire/http/csp.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxPolicies = 64;
constexpr std::size_t kMaxDirectives = 100;
constexpr std::size_t kMaxSources = 1000;
constexpr std::size_t kMaxRemarks = 200;
constexpr std::size_t kMaxDetail = 200;

using Kind = CspSourceKind;

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

}  // namespace utsyn::wire
