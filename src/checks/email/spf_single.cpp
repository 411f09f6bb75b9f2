// There is one SPF record and no more: several are a permanent error (RFC 7208 section 4.5).
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_single {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find(evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  std::vector<std::string> records;
  for (auto& value : txt_values(*answer)) {
    if (wire::is_spf(value)) records.push_back(std::move(value));
  }
  if (records.empty()) return {Outcome::not_applicable, "no-record"};
  if (records.size() > 1) return Verdict{Outcome::fail, "several"}.with("records", std::move(records));
  return {Outcome::pass, "one"};
}

std::vector<Example> examples() {
  const auto with = [](const std::vector<std::string>& texts) {
    return domain_asset({txt("example.no", texts)});
  };
  return {
      {"one record", with({"v=spf1 -all", "MS=ms12345678"}), Outcome::pass, "one"},
      {"two records", with({"v=spf1 mx -all", "V=SPF1 include:_spf.example.net -all"}), Outcome::fail,
       "several"},
      {"what only looks like one does not count", with({"v=spf1 -all", "v=spf10 -all", "spf2.0/pra -all"}),
       Outcome::pass, "one"},
      {"none", with({"MS=ms12345678"}), Outcome::not_applicable, "no-record"},
      {"no answer", domain_asset({failed("example.no", "TXT")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_single

UTSYN_CHECK(email_spf_single) = {
    .id = "email.spf.single",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_single::evaluate,
    .examples = utsyn::checks::email_spf_single::examples,
};
