// A BIMI record, where there is one, can be used: readable, one, and under a DMARC policy that enforces (the
// BIMI draft).
#include "checks/email/dmarc_evidence.h"
#include "wire/mail/bimi.h"

namespace utsyn::checks::email_bimi_record {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find("default._bimi." + evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  std::vector<std::string> records;
  for (auto& value : txt_values(*answer)) {
    if (wire::is_bimi(value)) records.push_back(std::move(value));
  }
  if (records.empty()) return {Outcome::not_applicable, "not-used"};
  if (records.size() > 1) return {Outcome::warn, "several"};
  const auto record = wire::parse_bimi(records.front());
  if (!record) {
    return Verdict{Outcome::warn, "unreadable"}
        .with("record", records.front())
        .with("fault", std::string(wire::bimi_error_name(record.error())));
  }
  if (record->declined()) return {Outcome::pass, "declined"};
  const auto view = dmarc_of(evidence);
  if (view.trouble) return *view.trouble;
  if (!enforces(view)) return {Outcome::warn, "dmarc-does-not-enforce"};
  return Verdict{Outcome::pass, "usable"}.with("logo", record->location);
}

std::vector<Example> examples() {
  const auto with = [](const char* bimi, const char* policy) {
    return dmarc(policy, {txt("default._bimi.example.no", {bimi})});
  };
  const char* logo = "v=BIMI1; l=https://example.no/logo.svg; a=https://example.no/vmc.pem";
  return {
      {"a logo under an enforced policy", with(logo, "v=DMARC1; p=reject"), Outcome::pass, "usable"},
      {"a logo that nobody will show", with(logo, "v=DMARC1; p=none"), Outcome::warn,
       "dmarc-does-not-enforce"},
      {"declined", with("v=BIMI1; l=; a=;", "v=DMARC1; p=none"), Outcome::pass, "declined"},
      {"a logo over http", with("v=BIMI1; l=http://example.no/logo.svg", "v=DMARC1; p=reject"), Outcome::warn,
       "unreadable"},
      {"not used", domain_asset({nxdomain("default._bimi.example.no", "TXT")}), Outcome::not_applicable,
       "not-used"},
      {"no answer", domain_asset({failed("default._bimi.example.no", "TXT")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_bimi_record

UTSYN_CHECK(email_bimi_record) = {
    .id = "email.bimi.record",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_bimi_record::evaluate,
    .examples = utsyn::checks::email_bimi_record::examples,
};
