// Does the certificate name very many hosts, or names and addresses of an inner network? One key then stands
// for all of them, and the public logs tell of the inside.
#include <algorithm>
#include "base/ip.h"
#include "base/name.h"
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_san_scope {
namespace {

constexpr std::size_t kManyNames = 100;  // the catalogue's limit
constexpr std::size_t kShown = 10;
// Names that no public zone holds: RFC 6762, RFC 8375, RFC 6761, and the habits of many networks.
constexpr std::string_view kInnerSuffixes[] = {"local", "localdomain", "localhost", "internal",  "intranet",
                                               "lan",   "corp",        "home",      "home.arpa", "private"};

bool is_inner(std::string_view name) {
  if (name.find('.') == std::string_view::npos) return true;
  return std::ranges::any_of(kInnerSuffixes,
                             [&](std::string_view suffix) { return is_subdomain(name, suffix); });
}

Verdict judge(const Leaf& leaf) {
  const auto& certificate = leaf.certificate;
  std::vector<std::string> inner;
  for (const auto& name : certificate.dns_names) {
    if (is_inner(name) && inner.size() < kShown) inner.push_back(name);
  }
  for (const auto& address : certificate.ip_addresses) {
    if (!special_purpose(address).empty() && inner.size() < kShown) inner.push_back(address.str());
  }
  if (!inner.empty()) return Verdict{Outcome::warn, "inner-names"}.with("names", inner);
  if (certificate.name_count > kManyNames)
    return Verdict{Outcome::warn, "many-names"}.with("name_count", certificate.name_count);
  return Verdict{Outcome::pass, "few-names"}.with("name_count", certificate.name_count);
}

Verdict evaluate(const Evidence& evidence) { return for_each_leaf(evidence, judge); }

std::vector<Example> examples() {
  using namespace example_certificates;
  return {
      {"two names", site(leaf), Outcome::pass, "few-names"},
      {"a name and an address of an inner network", site(leaf_internal_name), Outcome::warn, "inner-names"},
      {"121 names", site(leaf_many_names), Outcome::warn, "many-names"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_san_scope

UTSYN_CHECK(cert_san_scope) = {
    .id = "cert.san.scope",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::cert_san_scope::evaluate,
    .examples = utsyn::checks::cert_san_scope::examples,
};
