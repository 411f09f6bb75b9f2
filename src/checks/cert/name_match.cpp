// Does the certificate name the host (RFC 9525)? Only subjectAltName counts; a wildcard is the whole
// left-most label, stands for one label, and may not lie directly on a public suffix.
#include "base/ip.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"
#include "wire/http/psl.h"

namespace utsyn::checks::cert_name_match {
namespace {

constexpr std::size_t kShownNames = 10;

Verdict judge(const Leaf& leaf, const std::string& host) {
  const auto& certificate = leaf.certificate;
  const auto address = IpAddress::parse(host);
  const bool matches = address ? wire::certificate_matches(certificate, *address)
                               : wire::der_matches(leaf.sent.front(), host, wire::is_public_suffix);
  if (matches) return {Outcome::pass, "matches"};
  auto shown = certificate.dns_names;
  if (shown.size() > kShownNames) shown.resize(kShownNames);
  Verdict verdict{Outcome::fail, "no-match"};
  if (!certificate.has_names) verdict.reason = "no-names";
  return std::move(verdict)
      .with("host", host)
      .with("names", shown)
      .with("name_count", certificate.name_count)
      .with("common_name", certificate.subject_common_name);
}

Verdict evaluate(const Evidence& evidence) {
  return for_each_leaf(evidence, [&](const Leaf& leaf) { return judge(leaf, evidence.host); });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  auto apex = site(leaf_wildcard);
  apex.host = "example.no";
  auto deeper = site(leaf_wildcard);
  deeper.host = "a.b.example.no";
  auto many = site(leaf_many_names);
  many.host = "k119.example.no";
  auto by_address = site(leaf_internal_name);
  by_address.host = "10.0.0.5";
  auto other_address = site(leaf);
  other_address.host = "192.0.2.1";
  return {
      {"the name is there", site(leaf), Outcome::pass, "matches"},
      {"a wildcard one label up", site(leaf_wildcard), Outcome::pass, "matches"},
      {"the apex, named beside the wildcard", apex, Outcome::pass, "matches"},
      {"the last of many names", many, Outcome::pass, "matches"},
      {"an address", by_address, Outcome::pass, "matches"},
      {"another name", site(leaf_other_name), Outcome::fail, "no-match"},
      {"a wildcard does not reach two labels down", deeper, Outcome::fail, "no-match"},
      {"a wildcard over a whole top-level domain", site(leaf_wildcard_suffix), Outcome::fail, "no-match"},
      {"the common name does not count", site(leaf_common_name_only), Outcome::fail, "no-names"},
      {"an address that is not named", other_address, Outcome::fail, "no-match"},
      {"the second certificate is for another name",
       tls_asset({also(serving_leaf(leaf), "rsa", {leaf_other_name, intermediate})}), Outcome::fail,
       "no-match"},
      {"the certificate cannot be read",
       tls_asset({serving({"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"})}),
       Outcome::unknown, "malformed"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_name_match

UTSYN_CHECK(cert_name_match) = {
    .id = "cert.name.match",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_name_match::evaluate,
    .examples = utsyn::checks::cert_name_match::examples,
};
