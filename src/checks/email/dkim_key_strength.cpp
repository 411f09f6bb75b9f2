// The keys found are long enough (RFC 8301): RSA of 2048 bits, or Ed25519 (RFC 8463).
#include "checks/email/dkim_evidence.h"

namespace utsyn::checks::email_dkim_key_strength {
namespace {

Verdict judge(const DkimSelector& selector) {
  const auto& key = *selector.key;
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict)
        .with("selector", selector.name)
        .with("key_type", key.type_name)
        .with("bits", std::size_t{key.bits});
  };
  if (key.only_sha1()) return with_facts({Outcome::fail, "only-sha1"});
  if (key.type == wire::DkimKeyType::unknown) return with_facts({Outcome::unknown, "unknown-key-type"});
  if (key.type == wire::DkimKeyType::ed25519) return {Outcome::pass, "strong"};
  if (key.bits < 1024) return with_facts({Outcome::fail, "under-1024"});
  if (key.bits < 2048) return with_facts({Outcome::warn, "under-2048"});
  return {Outcome::pass, "strong"};
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dkim_of(evidence);
  if (auto early = no_selector(view)) return *early;
  Gravest gravest;
  for (const auto& selector : view.found) {
    if (selector.key && !selector.key->revoked) gravest.add(judge(selector));
  }
  return std::move(gravest).take({Outcome::not_applicable, "no-key-found"});
}

std::vector<Example> examples() {
  const auto with = [](const std::string& record) { return domain_asset({selector("default", {record})}); };
  return {
      {"RSA of 2048 bits", with("v=DKIM1; p=" + example_rsa_key(2048)), Outcome::pass, "strong"},
      {"Ed25519", with("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="), Outcome::pass,
       "strong"},
      {"RSA of 1024 bits", with("v=DKIM1; p=" + example_rsa_key(1024)), Outcome::warn, "under-2048"},
      {"RSA of 512 bits", with("v=DKIM1; p=" + example_rsa_key(512)), Outcome::fail, "under-1024"},
      {"only SHA-1", with("v=DKIM1; h=sha1; p=" + example_rsa_key(2048)), Outcome::fail, "only-sha1"},
      {"a weak key beside a strong one",
       domain_asset({selector("default", {"v=DKIM1; p=" + example_rsa_key(2048)}),
                     selector("mail", {"v=DKIM1; p=" + example_rsa_key(768)})}),
       Outcome::fail, "under-1024"},
      {"a revoked key is nobody's", with("v=DKIM1; p="), Outcome::not_applicable, "no-key-found"},
      {"no key found", domain_asset({nxdomain("default._domainkey.example.no", "TXT")}),
       Outcome::not_applicable, "no-key-found"},
      {"nobody answered", domain_asset({failed("default._domainkey.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dkim_key_strength

UTSYN_CHECK(email_dkim_key_strength) = {
    .id = "email.dkim.key-strength",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dkim_key_strength::evaluate,
    .examples = utsyn::checks::email_dkim_key_strength::examples,
};
