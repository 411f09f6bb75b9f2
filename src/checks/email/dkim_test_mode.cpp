// The keys found are in full use and readable (RFC 6376 section 3.6.1): no t=y, one record at each selector.
#include "checks/email/dkim_evidence.h"

namespace utsyn::checks::email_dkim_test_mode {
namespace {

Verdict judge(const DkimSelector& selector) {
  const auto with_name = [&](Verdict verdict) { return std::move(verdict).with("selector", selector.name); };
  if (selector.records.size() > 1) return with_name({Outcome::warn, "several-records"});
  if (!selector.key) {
    return with_name({Outcome::warn, "unreadable"})
        .with("fault", std::string(wire::dkim_error_name(selector.fault.value_or(wire::DkimError::bad_key))));
  }
  if (selector.key->revoked) return with_name({Outcome::pass, "revoked"});
  if (selector.key->testing) return with_name({Outcome::warn, "testing"});
  return {Outcome::pass, "in-use"};
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dkim_of(evidence);
  if (auto early = no_selector(view)) return *early;
  Gravest gravest;
  for (const auto& selector : view.found) gravest.add(judge(selector));
  return std::move(gravest).take({Outcome::not_applicable, "no-key-found"});
}

std::vector<Example> examples() {
  const auto key = "p=" + example_rsa_key(2048);
  const auto with = [](const std::vector<std::string>& records) {
    return domain_asset({selector("default", records)});
  };
  return {
      {"a key in use", with({"v=DKIM1; " + key}), Outcome::pass, "in-use"},
      {"a key rightly retired", with({"v=DKIM1; p="}), Outcome::pass, "revoked"},
      {"still testing", with({"v=DKIM1; t=y; " + key}), Outcome::warn, "testing"},
      {"a broken key", with({"v=DKIM1; p=!!!"}), Outcome::warn, "unreadable"},
      {"two keys at one selector", with({"v=DKIM1; " + key, "v=DKIM1; t=s; " + key}), Outcome::warn,
       "several-records"},
      {"no key found", domain_asset({nxdomain("default._domainkey.example.no", "TXT")}),
       Outcome::not_applicable, "no-key-found"},
      {"nobody answered", domain_asset({failed("default._domainkey.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dkim_test_mode

UTSYN_CHECK(email_dkim_test_mode) = {
    .id = "email.dkim.test-mode",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dkim_test_mode::evaluate,
    .examples = utsyn::checks::email_dkim_test_mode::examples,
};
