// Is the certificate made for a server: not a CA, for serverAuth, a key that may sign, version 3, a proper
// serial number?
#include <algorithm>
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_eku_usage {
namespace {

constexpr std::string_view kServerAuth = "1.3.6.1.5.5.7.3.1";
constexpr std::string_view kAnyPurpose = "2.5.29.37.0";
// Public CAs must draw 64 random bits; a number that begins with zeros may be somewhat shorter.
constexpr unsigned kLeastSerialBits = 56;
constexpr unsigned kMostSerialBytes = 20;

Verdict judge(const Leaf& leaf) {
  const auto& certificate = leaf.certificate;
  if (certificate.is_ca) return {Outcome::fail, "is-a-ca"};
  const auto& purposes = certificate.extended_key_usage;
  if (certificate.has_extended_key_usage && std::ranges::find(purposes, kServerAuth) == purposes.end() &&
      std::ranges::find(purposes, kAnyPurpose) == purposes.end())
    return Verdict{Outcome::fail, "not-for-servers"}.with("purposes", purposes);
  const bool is_public = root_of(*leaf.endpoint) == Root::of_the_public;
  if (is_public && !certificate.has_extended_key_usage) return {Outcome::fail, "no-purpose"};
  if (certificate.version != 3)
    return Verdict{Outcome::warn, "old-version"}.with("version", certificate.version);
  if (certificate.key_usage && certificate.key.algorithm == "ec" &&
      (*certificate.key_usage & wire::key_usage::digital_signature) == 0)
    return {Outcome::warn, "may-not-sign"};
  const bool odd_serial = certificate.serial_negative || certificate.serial_bytes > kMostSerialBytes ||
                          (is_public && certificate.serial_bits < kLeastSerialBits);
  if (odd_serial) return Verdict{Outcome::warn, "odd-serial"}.with("serial", certificate.serial_hex);
  return {Outcome::pass, "made-for-servers"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"as it should be", site(leaf), Outcome::pass, "made-for-servers"},
      {"a CA's certificate", site(leaf_ca), Outcome::fail, "is-a-ca"},
      {"a public certificate without purposes", site(leaf_no_eku), Outcome::fail, "no-purpose"},
      {"the operator's own CA need not name any", tls_asset({private_ca({leaf_no_eku, intermediate})}),
       Outcome::pass, "made-for-servers"},
      {"for clients only", site(leaf_client_only), Outcome::fail, "not-for-servers"},
      {"a key that may not sign", site(leaf_may_not_sign), Outcome::warn, "may-not-sign"},
      {"a serial number below zero", site(leaf_negative_serial), Outcome::warn, "odd-serial"},
      {"version 1", tls_asset({untrusted({version_1}, "depth-zero-self-signed-cert")}), Outcome::warn,
       "old-version"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_eku_usage

UTSYN_CHECK(cert_eku_usage) = {
    .id = "cert.eku-usage",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_eku_usage::evaluate,
    .examples = utsyn::checks::cert_eku_usage::examples,
};
