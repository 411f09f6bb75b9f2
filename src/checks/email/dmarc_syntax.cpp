// The DMARC record can be read as its owner meant it (RFC 9989 section 4.7), and lies where receivers look.
#include <algorithm>

#include "base/text.h"
#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_syntax {
namespace {

// A record next to the right place: at the domain itself, or with the label doubled by a control panel.
std::string misplaced(const Evidence& evidence) {
  for (const auto& name : {evidence.domain, "_dmarc._dmarc." + evidence.domain,
                           "_dmarc." + evidence.domain + "." + evidence.domain}) {
    const auto* answer = evidence.dns.find(name, "TXT");
    if (!answered(answer)) continue;
    const auto values = txt_values(*answer);
    if (std::ranges::any_of(values, [](const auto& value) { return wire::is_dmarc(value); })) return name;
  }
  return {};
}

// History is no fault (pct, rf, ri), nor are blank tags.
bool is_worth_telling(wire::DmarcRemark remark) {
  return remark != wire::DmarcRemark::historic_tag && remark != wire::DmarcRemark::empty_tag &&
         remark != wire::DmarcRemark::upper_case_policy;
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  const auto* own = evidence.dns.find("_dmarc." + evidence.domain, "TXT");
  if (answered(own)) {
    for (auto& value : txt_values(*own)) {
      if (wire::looks_like_dmarc(value) && !wire::is_dmarc(value)) {
        return Verdict{Outcome::fail, "not-recognised"}.with("record", std::move(value));
      }
    }
  }
  if (view.trouble) return *view.trouble;
  if (view.found.parse_error) {
    return Verdict{Outcome::fail, "unreadable"}
        .with("fault", std::string(wire::dmarc_error_name(*view.found.parse_error)))
        .with("record", view.found.text);
  }
  if (!view.found.record) {
    const auto where = misplaced(evidence);
    return where.empty() ? Verdict{Outcome::not_applicable, "no-record"}
                         : Verdict{Outcome::warn, "misplaced"}.with("at", where);
  }
  if (!view.found.record->policy_given)
    return Verdict{Outcome::warn, "no-policy"}.with("record", view.found.text);
  std::vector<std::string> remarks;
  for (const auto remark : view.found.record->remarks) {
    if (is_worth_telling(remark)) remarks.emplace_back(wire::dmarc_remark_name(remark));
  }
  if (!remarks.empty())
    return Verdict{Outcome::warn, "odd"}.with("remarks", std::move(remarks)).with("record", view.found.text);
  return {Outcome::pass, "readable"};
}

std::vector<Example> examples() {
  return {
      {"a plain record", dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@example.no"), Outcome::pass, "readable"},
      {"tags of history are no fault", dmarc("v=DMARC1; p=reject; pct=100; ri=86400"), Outcome::pass,
       "readable"},
      {"a misspelt policy", dmarc("v=DMARC1; p=rejct"), Outcome::fail, "unreadable"},
      {"no policy, no address", dmarc("v=DMARC1; adkim=s"), Outcome::fail, "unreadable"},
      {"an address and no policy", dmarc("v=DMARC1; rua=mailto:dmarc@example.no"), Outcome::warn,
       "no-policy"},
      {"blanks before it", dmarc("  v=DMARC1; p=reject"), Outcome::fail, "not-recognised"},
      {"the version in lower case", dmarc("v=dmarc1; p=reject"), Outcome::fail, "not-recognised"},
      {"a tag nobody knows", dmarc("v=DMARC1; p=reject; policy=reject"), Outcome::warn, "odd"},
      {"at the domain itself", without_dmarc({txt("example.no", {"v=DMARC1; p=reject"})}), Outcome::warn,
       "misplaced"},
      {"the label doubled", without_dmarc({txt("_dmarc._dmarc.example.no", {"v=DMARC1; p=reject"})}),
       Outcome::warn, "misplaced"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-record"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_syntax

UTSYN_CHECK(email_dmarc_syntax) = {
    .id = "email.dmarc.syntax",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_syntax::evaluate,
    .examples = utsyn::checks::email_dmarc_syntax::examples,
};
