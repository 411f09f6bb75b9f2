#include "wire/http/csp.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using Kind = CspSourceKind;
using Broad = CspBroadSource::Kind;
using Remark = CspRemarkKind;

Csp of(const std::vector<std::string>& policies) {
  Headers headers;
  for (const auto& policy : policies) headers.add("Content-Security-Policy", policy);
  return read_csp(headers);
}

TEST(ParseCspSource, Classifies) {
  const struct {
    std::string_view token;
    Kind expected;
  } rows[] = {
      {"'none'", Kind::none},
      {"'SELF'", Kind::self},
      {"'unsafe-inline'", Kind::unsafe_inline},
      {"'unsafe-eval'", Kind::unsafe_eval},
      {"'wasm-unsafe-eval'", Kind::wasm_unsafe_eval},
      {"'strict-dynamic'", Kind::strict_dynamic},
      {"'unsafe-hashes'", Kind::unsafe_hashes},
      {"'report-sample'", Kind::report_sample},
      {"'inline-speculation-rules'", Kind::other_keyword},
      {"'nonce-abc123+/=='", Kind::nonce},
      {"'nonce-'", Kind::unknown},
      {"'nonce-a b'", Kind::unknown},
      {"'sha256-AAAA='", Kind::hash},
      {"'SHA512-_-A'", Kind::hash},
      {"'md5-AAAA'", Kind::unknown},
      {"'selv'", Kind::unknown},
      {"https:", Kind::scheme},
      {"data:", Kind::scheme},
      {"*", Kind::wildcard},
      {"example.no", Kind::host},
      {"*.example.no", Kind::host},
      {"https://*", Kind::host},
      {"*:8443", Kind::host},
      {"https://example.no:*/js/", Kind::host},
      {"localhost:3000", Kind::host},
      {"self", Kind::host},
      {"ex*mple.no", Kind::unknown},
      {"https://", Kind::unknown},
      {"//example.no", Kind::unknown},
      {"example.no:http", Kind::unknown},
      {"example..no", Kind::unknown},
      {"'self", Kind::unknown},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_csp_source(row.token).kind, row.expected) << row.token;
  const auto source = parse_csp_source("HTTPS://CDN.Example.no:8443/Js/");
  EXPECT_EQ(source.scheme, "https");
  EXPECT_EQ(source.host, "cdn.example.no");
  EXPECT_EQ(source.port, "8443");
  EXPECT_EQ(source.path, "/Js/");
}

TEST(CspPolicy, FallsBackAsTheStandardSays) {
  const auto policy =
      parse_csp_policy("default-src d.no; script-src s.no; child-src c.no; style-src-attr a.no");
  const struct {
    std::string_view asked, expected;
  } rows[] = {
      {"script-src-elem", "script-src"},
      {"script-src-attr", "script-src"},
      {"worker-src", "child-src"},
      {"frame-src", "child-src"},
      {"style-src-attr", "style-src-attr"},
      {"style-src-elem", "default-src"},
      {"img-src", "default-src"},
      {"object-src", "default-src"},
      {"base-uri", ""},
      {"form-action", ""},
      {"frame-ancestors", ""},
      {"sandbox", ""},
  };
  for (const auto& row : rows) {
    const auto* directive = policy.governing(row.asked);
    EXPECT_EQ(directive == nullptr ? "" : directive->name, row.expected) << row.asked;
  }
  EXPECT_EQ(parse_csp_policy("script-src s.no; default-src d.no").governing("worker-src")->name,
            "script-src");
}

TEST(CspPolicy, TheFirstOfDuplicatesWins) {
  const auto policy = parse_csp_policy("script-src 'none'; SCRIPT-SRC *");
  ASSERT_EQ(policy.directives.size(), 1U);
  EXPECT_TRUE(policy.directives[0].has(Kind::none));
  EXPECT_EQ(policy.remarks, (std::vector<CspRemark>{{Remark::duplicate_directive, "script-src"}}));
}

TEST(CspRemarks, NameEachFault) {
  const struct {
    std::string text;
    CspRemark expected;
  } rows[] = {
      {"skript-src 'self'", {Remark::unknown_directive, "skript-src"}},
      {"img-src a.no; img-src b.no", {Remark::duplicate_directive, "img-src"}},
      {"img-src bl\xC3\xA5.no", {Remark::non_ascii, "img-src"}},
      {"object-src 'none' a.no", {Remark::none_with_others, "object-src"}},
      {"script-src self", {Remark::missing_quotes, "self"}},
      {"script-src nonce-abc=", {Remark::missing_quotes, "nonce-abc="}},
      {"script-src 'selv'", {Remark::unknown_source, "'selv'"}},
      {"block-all-mixed-content", {Remark::deprecated, "block-all-mixed-content"}},
      {"report-uri /csp", {Remark::deprecated, "report-uri"}},
      {" ; ;", {Remark::empty_policy, ""}},
  };
  for (const auto& row : rows) {
    const auto remarks = parse_csp_policy(row.text).remarks;
    EXPECT_NE(std::find(remarks.begin(), remarks.end(), row.expected), remarks.end()) << row.text;
  }
  EXPECT_TRUE(
      parse_csp_policy("default-src 'self'; report-uri /a; report-to b; sandbox; upgrade-insecure-requests")
          .remarks.empty());
  const auto meta = parse_csp_policy("frame-ancestors 'none'; img-src a.no", CspPlace::meta);
  EXPECT_EQ(meta.remarks, (std::vector<CspRemark>{{Remark::ignored_in_meta, "frame-ancestors"}}));
  std::string many;
  for (int i = 0; i < 150; ++i) many += "x" + std::to_string(i) + ";";
  const auto huge = parse_csp_policy(many);
  EXPECT_EQ(huge.directives.size(), 100U);
  EXPECT_EQ(huge.remarks.back().kind, Remark::too_many);
  for (int kind = 0; kind <= static_cast<int>(Remark::too_many); ++kind)
    EXPECT_NE(code(static_cast<Remark>(kind)), "unknown");
}

TEST(Csp, InlineAndEval) {
  const struct {
    std::vector<std::string> policies;
    bool script, style, eval;
  } rows[] = {
      {{}, true, true, true},
      {{"img-src 'self'"}, true, true, true},
      {{"default-src 'self'"}, false, false, false},
      {{"default-src 'self' 'unsafe-inline' 'unsafe-eval'"}, true, true, true},
      {{"script-src 'unsafe-inline' 'nonce-abc'"}, false, true, false},
      {{"script-src 'unsafe-inline' 'sha256-AAAA'"}, false, true, false},
      {{"script-src 'unsafe-inline' 'strict-dynamic'"}, false, true, false},
      {{"style-src 'unsafe-inline' 'strict-dynamic'; script-src 'none'"}, false, true, false},
      {{"script-src 'self'; script-src-attr 'unsafe-inline'"}, true, true, false},
      {{"script-src 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'"}, false, true, false},
      {{"script-src 'unsafe-inline' 'unsafe-eval'", "script-src 'self'"}, false, true, false},
      {{"script-src 'unsafe-inline', default-src 'self'"}, false, false, false},
      {{"script-src-elem 'unsafe-inline'; script-src-attr 'none'",
        "script-src-attr 'unsafe-inline'; script-src-elem 'none'"},
       false,
       true,
       true},
  };
  for (const auto& row : rows) {
    const auto csp = of(row.policies);
    const auto text = row.policies.empty() ? "no policy" : row.policies.front();
    EXPECT_EQ(csp.allows_inline_script(), row.script) << text;
    EXPECT_EQ(csp.allows_inline_style(), row.style) << text;
    EXPECT_EQ(csp.allows_eval(), row.eval) << text;
  }
  EXPECT_TRUE(of({"script-src 'wasm-unsafe-eval'"}).allows_wasm_eval());
  EXPECT_FALSE(of({"script-src 'wasm-unsafe-eval'"}).allows_eval());
}

TEST(Csp, BroadScriptSources) {
  using Sources = std::vector<CspBroadSource>;
  const struct {
    std::vector<std::string> policies;
    Sources expected;
  } rows[] = {
      {{"script-src 'self' https://cdn.example.no"}, {}},
      {{"script-src 'none'"}, {}},
      {{"script-src *"}, {{Broad::any_https, "*"}, {Broad::any_http, "*"}}},
      {{"script-src https:"}, {{Broad::any_https, "https:"}}},
      {{"script-src http:"}, {{Broad::any_https, "http:"}, {Broad::any_http, "http:"}}},
      {{"script-src https://*"}, {{Broad::any_https, "https://*"}}},
      {{"script-src 'self' data: blob:"}, {{Broad::data, "data:"}, {Broad::blob, "blob:"}}},
      {{"default-src https:; script-src 'self'"}, {}},
      {{"script-src https: 'strict-dynamic' 'nonce-a'"}, {}},
      {{"script-src *", "script-src https:"}, {{Broad::any_https, "*"}}},
      {{"script-src *", "script-src 'self'"}, {}},
      {{"script-src data:", "script-src https:"}, {}},
      {{"img-src 'self'", "script-src https:"}, {{Broad::any_https, "https:"}}},
      {{"script-src cdn.example.no"}, {{Broad::no_scheme, "cdn.example.no"}}},
      {{"script-src cdn.example.no", "script-src https:"}, {}},
      {{"script-src https://cdn.jsdelivr.net"}, {{Broad::known_bypass, "https://cdn.jsdelivr.net"}}},
      {{"script-src https://cdn.jsdelivr.net/npm/vue@3/dist/vue.js"}, {}},
      {{"script-src https://cdn.jsdelivr.net", "script-src https://example.no"}, {}},
      {{"script-src https://*.github.io"}, {{Broad::known_bypass, "https://*.github.io"}}},
      {{"script-src https://*.example.no"}, {}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(of(row.policies).broad_script_sources(), row.expected) << row.policies.front();
  EXPECT_EQ(of({"img-src 'self'"}).broad_script_sources().front(), (CspBroadSource{Broad::any_https, ""}));
  EXPECT_TRUE(of({"default-src 'none'"}).broad_object_sources().empty());
  EXPECT_FALSE(of({"script-src 'none'"}).broad_object_sources().empty());
}

TEST(Csp, HttpSources) {
  const auto csp =
      of({"default-src 'self' http://d.no; script-src https:; img-src http:; connect-src ws://c.no:8080/x"});
  EXPECT_EQ(csp.http_sources().active,
            (std::vector<std::string>{"default-src http://d.no", "connect-src ws://c.no:8080/x"}));
  EXPECT_EQ(csp.http_sources().passive,
            (std::vector<std::string>{"img-src http:", "default-src http://d.no"}));
  EXPECT_TRUE(of({"script-src http://d.no", "script-src https:"}).http_sources().active.empty());
  EXPECT_EQ(of({"script-src http://*.d.no", "script-src http://b.d.no"}).http_sources().active.front(),
            "script-src http://b.d.no");
  EXPECT_TRUE(of({"script-src *"}).http_sources().active.empty()) << "a star is broad, not http by name";
}

TEST(Csp, ObjectBaseFormAndFrames) {
  const struct {
    std::vector<std::string> policies;
    CspLimit object, base, form, frames;
  } rows[] = {
      {{"default-src 'none'"}, CspLimit::none, CspLimit::missing, CspLimit::missing, CspLimit::missing},
      {{"object-src 'self'; base-uri 'none'; form-action https:; frame-ancestors a.no 'self'"},
       CspLimit::self,
       CspLimit::none,
       CspLimit::wide,
       CspLimit::limited},
      {{"object-src; base-uri *; form-action"},
       CspLimit::none,
       CspLimit::wide,
       CspLimit::none,
       CspLimit::missing},
      {{"frame-ancestors *", "frame-ancestors 'self'"},
       CspLimit::missing,
       CspLimit::missing,
       CspLimit::missing,
       CspLimit::self},
      {{"frame-ancestors 'none'"}, CspLimit::missing, CspLimit::missing, CspLimit::missing, CspLimit::none},
  };
  for (const auto& row : rows) {
    const auto csp = of(row.policies);
    const auto limits = csp.object_base_form();
    EXPECT_EQ(limits.object_src, row.object) << row.policies.front();
    EXPECT_EQ(limits.base_uri, row.base) << row.policies.front();
    EXPECT_EQ(limits.form_action, row.form) << row.policies.front();
    EXPECT_EQ(csp.frame_ancestors(), row.frames) << row.policies.front();
  }
}

TEST(Csp, ReportOnlyAndMetaStandApart) {
  const std::vector<std::string> meta = {"frame-ancestors 'none'; script-src 'self'"};
  const auto reported = read_csp({{"Content-Security-Policy-Report-Only", "default-src 'none'"}});
  EXPECT_FALSE(reported.exists());
  EXPECT_TRUE(reported.only_reports());
  EXPECT_TRUE(reported.allows_inline_script());
  const auto page = read_csp({}, meta);
  EXPECT_TRUE(page.exists());
  EXPECT_FALSE(page.allows_inline_script());
  EXPECT_EQ(page.frame_ancestors(), CspLimit::missing);
  EXPECT_FALSE(read_csp({{"Content-Security-Policy", " ; "}}).exists());
  EXPECT_FALSE(read_csp({}).only_reports());
  EXPECT_TRUE(of({"upgrade-insecure-requests"}).upgrades_insecure_requests());
}

TEST(Csp, Reporting) {
  const struct {
    Headers headers;
    bool usable;
  } rows[] = {
      {{{"Content-Security-Policy", "report-to csp"},
        {"Reporting-Endpoints", "other=\"https://r.no/a\", csp=\"https://r.no/b\""}},
       true},
      {{{"Content-Security-Policy", "report-to csp"}}, false},
      {{{"Content-Security-Policy", "report-to csp"},
        {"Report-To", "{\"group\": \"csp\", \"endpoints\": []}"}},
       true},
      {{{"Content-Security-Policy", "report-uri https://r.no/x"}}, true},
      {{{"Content-Security-Policy", "report-uri /x"}}, true},
      {{{"Content-Security-Policy", "report-uri http://r.no/x"}}, false},
      {{{"Content-Security-Policy-Report-Only", "report-uri /x"}}, true},
      {{{"Content-Security-Policy", "default-src 'self'"}}, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(read_csp(row.headers).reporting(row.headers).usable, row.usable) << row.headers.begin()->value;
}

}  // namespace
}  // namespace utsyn::wire
