// Is the key one of the few that Debian's broken random generator could make (CVE-2008-0166)? Answered from
// the operator's copy of the blacklists, which hold RSA keys.
#include <algorithm>
#include "checks/cert/example_certificates.h"
#include "checks/cert/reading.h"

namespace utsyn::checks::cert_key_weak_debian {
namespace {

Verdict evaluate(const Evidence& evidence) {
  return for_each_leaf(evidence, [&](const Leaf& leaf) -> Verdict {
    if (!has_rsa_key(leaf.certificate)) return {Outcome::not_applicable, "no-rsa"};
    const auto listing =
        std::ranges::find(evidence.key_listings, leaf.certificate.spki_sha256, &KeyListing::spki_sha256);
    if (listing == evidence.key_listings.end()) return could_not_look(Unseen::not_measured);
    const auto* listed = listing->debian_weak.seen();
    if (listed == nullptr) return could_not_look(listing->debian_weak.unseen());
    if (*listed) return Verdict{Outcome::fail, "listed"}.with("spki_sha256", leaf.certificate.spki_sha256);
    return {Outcome::pass, "not-listed"};
  });
}

std::vector<Example> examples() {
  using namespace example_certificates;
  const auto held = [](Observed<bool> on_list) {
    auto evidence = site(rsa_2048);
    const auto certificate = wire::parse_certificate(wire::certificates_from_pem(rsa_2048).front());
    KeyListing listing;
    listing.spki_sha256 = certificate.value().spki_sha256;
    listing.debian_weak = on_list;
    evidence.key_listings = {listing};
    return evidence;
  };
  auto of_another_key = held(true);
  of_another_key.key_listings.front().spki_sha256 = std::string(64, '0');
  return {
      {"not on the list", held(false), Outcome::pass, "not-listed"},
      {"on the list", held(true), Outcome::fail, "listed"},
      {"no list is installed", held(Unseen::not_measured), Outcome::unknown, "not-measured"},
      {"only another key was looked up", of_another_key, Outcome::unknown, "not-measured"},
      {"nobody looked", site(rsa_2048), Outcome::unknown, "not-measured"},
      {"an elliptic curve", site(leaf), Outcome::not_applicable, "no-rsa"},

      {"no certificate was seen", tls_asset({without_chain()}), Outcome::unknown, "timed-out"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::cert_key_weak_debian

UTSYN_CHECK(cert_key_weak_debian) = {
    .id = "cert.key.weak-debian",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls | utsyn::checks::Part::keys,
    .evaluate = utsyn::checks::cert_key_weak_debian::evaluate,
    .examples = utsyn::checks::cert_key_weak_debian::examples,
};
