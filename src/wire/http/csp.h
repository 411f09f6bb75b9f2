// Content Security Policy as browsers read it (CSP Level 3). Every header, every comma-separated part and
// every meta element is a policy of its own and all of them apply, so what a page may do is their
// intersection: as strict as the strictest member. The questions below are asked of that intersection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http/message.h"

namespace utsyn::wire {

enum class CspSourceKind {
  none,
  self,
  unsafe_inline,
  unsafe_eval,
  wasm_unsafe_eval,
  strict_dynamic,
  unsafe_hashes,
  report_sample,
  other_keyword,  // 'trusted-types-eval', 'inline-speculation-rules', 'report-sha256'...
  nonce,
  hash,
  scheme,    // https:
  host,      // *.example.no, https://example.no:8443/js/
  wildcard,  // * alone
  unknown,
};

struct CspSource {
  CspSourceKind kind = CspSourceKind::unknown;
  std::string text;    // as written
  std::string scheme;  // of a scheme or host source, lower case, empty when not given
  std::string host;    // of a host source, lower case; may begin with "*."
  std::string port;    // digits, "*" or empty
  std::string path;
};
CspSource parse_csp_source(std::string_view token);

struct CspDirective {
  std::string name;                 // lower case
  std::vector<std::string> values;  // as written
  std::vector<CspSource> sources;   // when the directive takes a source list
  bool has(CspSourceKind kind) const;
};

enum class CspRemarkKind {
  unknown_directive,
  duplicate_directive,
  non_ascii,
  none_with_others,
  missing_quotes,  // self instead of 'self'
  unknown_source,
  deprecated,
  ignored_in_meta,
  empty_policy,  // nothing readable in it
  too_many,      // beyond our bounds: the rest was not read
};
std::string_view code(CspRemarkKind kind);  // "unknown-directive"...

struct CspRemark {
  CspRemarkKind kind;
  std::string detail;  // the directive or source in question, printable
  bool operator==(const CspRemark&) const = default;
};

enum class CspPlace { header, meta };

struct CspPolicy {
  CspPlace place = CspPlace::header;
  std::vector<CspDirective> directives;
  std::vector<CspRemark> remarks;

  const CspDirective* find(std::string_view name) const;
  // The directive that governs `name` after the fallback chain, or nothing when the policy does not restrict
  // it.
  const CspDirective* governing(std::string_view name) const;
};
CspPolicy parse_csp_policy(std::string_view text, CspPlace place = CspPlace::header);

// How tightly a directive is held, loosest first.
enum class CspLimit { missing, wide, limited, self, none };

struct CspBroadSource {
  enum class Kind { any_http, any_https, data, blob, filesystem, known_bypass, no_scheme } kind;
  std::string source;  // the expression that lets it in; "" when no directive restricts scripts at all
  bool operator==(const CspBroadSource&) const = default;
};

struct CspHttpSources {
  std::vector<std::string> active;   // "script-src http://cdn.example"
  std::vector<std::string> passive;  // img-src and media-src
};

struct CspObjectBaseForm {
  CspLimit object_src = CspLimit::missing;
  CspLimit base_uri = CspLimit::missing;
  CspLimit form_action = CspLimit::missing;
};

struct CspReporting {
  std::vector<std::string> groups;  // named by report-to
  std::vector<std::string> uris;    // report-uri
  bool usable =
      false;  // a group that Reporting-Endpoints or Report-To defines, or an https or relative report-uri
};

struct Csp {
  std::vector<CspPolicy> enforced;
  std::vector<CspPolicy> report_only;

  bool exists() const;        // an enforced policy with at least one directive
  bool only_reports() const;  // none enforced, but a report-only one
  // Enforced policies only, from here on.
  bool allows_inline_script() const;  // elements or event handlers
  bool allows_inline_style() const;
  bool allows_eval() const;
  bool allows_wasm_eval() const;
  std::vector<CspBroadSource> broad_script_sources() const;
  // The same for plugins (object-src).
  std::vector<CspBroadSource> broad_object_sources() const;
  CspHttpSources http_sources() const;
  CspObjectBaseForm object_base_form() const;
  CspLimit frame_ancestors() const;  // header policies only: meta cannot set it
  bool upgrades_insecure_requests() const;
  CspReporting reporting(const Headers& headers) const;  // report-only policies count
  std::vector<CspRemark> remarks() const;                // of all policies, report-only too
};

// `meta` are the contents of <meta http-equiv="Content-Security-Policy"> in the page's head.
Csp read_csp(const Headers& headers, std::span<const std::string> meta = {});

}  // namespace utsyn::wire
