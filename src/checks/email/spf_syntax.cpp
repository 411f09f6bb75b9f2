// The SPF record follows the grammar of RFC 7208 section 12; a fault anywhere is a permanent error for
// receivers.
#include "base/text.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_syntax {
namespace {

// Meant as SPF, but no receiver will take it: blanks before it, or something else than a space after
// "v=spf1".
bool almost_spf(std::string_view text) {
  return istarts_with(trim(text), "v=spf1") && !wire::is_spf(text) && !istarts_with(trim(text), "v=spf10");
}

// What deserves a word to the owner; upper case, host bits and unknown modifiers are as good as anything.
bool is_worth_telling(wire::SpfRemark remark) {
  switch (remark) {
    case wire::SpfRemark::terms_after_all:
    case wire::SpfRemark::redirect_with_all:
    case wire::SpfRemark::trailing_space:
    case wire::SpfRemark::extra_space:
    case wire::SpfRemark::long_record:
      return true;
    default:
      return false;
  }
}

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find(evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  std::vector<std::string> records;
  std::string almost;
  for (auto& value : txt_values(*answer)) {
    if (wire::is_spf(value)) {
      records.push_back(std::move(value));
    } else if (almost_spf(value)) {
      almost = std::move(value);
    }
  }
  if (records.empty()) {
    return almost.empty() ? Verdict{Outcome::not_applicable, "no-record"}
                          : Verdict{Outcome::fail, "not-recognised"}.with("record", almost);
  }
  Gravest gravest;
  for (const auto& text : records) {
    const auto record = wire::parse_spf(text);
    if (!record) {
      gravest.add(Verdict{Outcome::fail, "unreadable"}
                      .with("fault", std::string(wire::spf_fault_name(record.error().fault)))
                      .with("term", record.error().term)
                      .with("record", text));
      continue;
    }
    std::vector<std::string> remarks;
    for (const auto remark : record->remarks) {
      if (is_worth_telling(remark)) remarks.emplace_back(wire::spf_remark_name(remark));
    }
    gravest.add(remarks.empty()
                    ? Verdict{Outcome::pass, "readable"}
                    : Verdict{Outcome::warn, "odd"}.with("remarks", std::move(remarks)).with("record", text));
  }
  return std::move(gravest).take({Outcome::pass, "readable"});
}

std::vector<Example> examples() {
  return {
      {"mechanisms, a macro, an unknown modifier",
       spf("v=spf1 a mx/28 ip4:192.0.2.0/24 exists:%{i}.spf.example.no x-note=hei -all"), Outcome::pass,
       "readable"},
      {"a misspelt mechanism", spf("v=spf1 includes:_spf.example.net -all"), Outcome::fail, "unreadable"},
      {"an address out of range", spf("v=spf1 ip4:192.0.2.300 -all"), Outcome::fail, "unreadable"},
      {"two redirects", spf("v=spf1 redirect=a.example.no redirect=b.example.no"), Outcome::fail,
       "unreadable"},
      {"something after the end", spf("v=spf1 -all include:_spf.example.net"), Outcome::warn, "odd"},
      {"redirect beside all", spf("v=spf1 -all redirect=_spf.example.net"), Outcome::warn, "odd"},
      {"a blank before it", spf(" v=spf1 -all"), Outcome::fail, "not-recognised"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-record"},
      {"no answer", domain_asset({failed("example.no", "TXT")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_syntax

UTSYN_CHECK(email_spf_syntax) = {
    .id = "email.spf.syntax",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_syntax::evaluate,
    .examples = utsyn::checks::email_spf_syntax::examples,
};
