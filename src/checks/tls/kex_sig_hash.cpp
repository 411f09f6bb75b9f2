// Does the server sign its key exchange with SHA-1 or MD5 when a client asks for nothing better (TLS 1.2)?
#include "checks/tls/reading.h"

namespace utsyn::checks::tls_kex_sig_hash {
namespace {

Verdict judge(const TlsEndpoint& endpoint) {
  const auto* tls12 = endpoint.protocol("TLSv1.2");
  if (tls12 != nullptr && tls12->offered.is(false)) return {Outcome::not_applicable, "no-tls12"};
  if (endpoint.signature_choices.empty()) return {Outcome::unknown, "not-measured"};
  std::optional<Unseen> unseen;
  bool leaving = false;
  bool ignored = false;
  for (const auto& choice : endpoint.signature_choices) {
    const auto* chosen = choice.chosen.seen();
    if (chosen == nullptr) {
      unseen = choice.chosen.unseen();
      continue;
    }
    if (chosen->empty()) continue;  // the handshake was refused, as it should be
    const bool as_offered = chosen->find(choice.offered) != std::string::npos;
    if (as_offered && choice.offered != "sha224")
      return Verdict{Outcome::fail, "signed-with-" + choice.offered}.with("scheme", *chosen);
    leaving = leaving || as_offered;
    ignored = ignored || !as_offered;
  }
  if (unseen) return could_not_look(*unseen);
  if (ignored) return {Outcome::warn, "list-ignored"};
  if (leaving) return {Outcome::warn, "signed-with-sha224"};
  return {Outcome::pass, "refused"};
}

Verdict evaluate(const Evidence& evidence) { return for_each_endpoint(evidence, judge); }

std::vector<Example> examples() {
  const auto with_choices = [](std::vector<SignatureChoice> choices) {
    auto endpoint = modern_endpoint();
    endpoint.signature_choices = std::move(choices);
    return tls_asset({endpoint});
  };
  const SignatureChoice refused_sha1{"sha1", std::string()};
  const SignatureChoice refused_md5{"md5", std::string()};
  return {
      {"the handshake is refused", with_choices({refused_md5, refused_sha1, {"sha224", std::string()}}),
       Outcome::pass, "refused"},
      {"signed with SHA-1", with_choices({{"sha1", std::string("rsa_pkcs1_sha1")}}), Outcome::fail,
       "signed-with-sha1"},
      {"signed with MD5", with_choices({{"md5", std::string("rsa_pkcs1_md5")}}), Outcome::fail,
       "signed-with-md5"},
      {"signed with SHA-224", with_choices({refused_sha1, {"sha224", std::string("rsa_pkcs1_sha224")}}),
       Outcome::warn, "signed-with-sha224"},
      {"the client's list is ignored", with_choices({{"sha1", std::string("rsa_pkcs1_sha256")}}),
       Outcome::warn, "list-ignored"},
      {"the connection broke", with_choices({{"sha1", Unseen::reset}}), Outcome::unknown, "reset"},
      {"TLS 1.3 alone signs with better hashes",
       tls_asset({speaking({{"TLSv1.3", {"TLS_AES_128_GCM_SHA256"}}})}), Outcome::not_applicable, "no-tls12"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace
}  // namespace utsyn::checks::tls_kex_sig_hash

UTSYN_CHECK(tls_kex_sig_hash) = {
    .id = "tls.kex.sig-hash",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::tls_kex_sig_hash::evaluate,
    .examples = utsyn::checks::tls_kex_sig_hash::examples,
};
