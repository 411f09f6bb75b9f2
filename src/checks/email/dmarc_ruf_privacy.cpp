// Failure reports may hold parts of messages; whether they leave the organisation is worth knowing (RFC
// 9991).
#include "checks/email/dmarc_evidence.h"
#include "wire/http/psl.h"

namespace utsyn::checks::email_dmarc_ruf_privacy {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (auto early = no_record(view)) return *early;
  const auto& uris = view.found.record->failure_uris;
  std::vector<std::string> outside;
  for (const auto& uri : uris) {
    if (!wire::same_site(uri.domain, view.found.owner)) outside.push_back(uri.uri);
  }
  if (!outside.empty()) return Verdict{Outcome::warn, "to-outsiders"}.with("addresses", std::move(outside));
  return uris.empty() ? Verdict{Outcome::pass, "none"} : Verdict{Outcome::pass, "at-home"};
}

std::vector<Example> examples() {
  return {
      {"no failure reports", dmarc("v=DMARC1; p=reject"), Outcome::pass, "none"},
      {"to ourselves", dmarc("v=DMARC1; p=reject; ruf=mailto:ruf@post.example.no"), Outcome::pass, "at-home"},
      {"to somebody else", dmarc("v=DMARC1; p=reject; ruf=mailto:ruf@reports.example"), Outcome::warn,
       "to-outsiders"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-readable-record"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_ruf_privacy

UTSYN_CHECK(email_dmarc_ruf_privacy) = {
    .id = "email.dmarc.ruf-privacy",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_ruf_privacy::evaluate,
    .examples = utsyn::checks::email_dmarc_ruf_privacy::examples,
};
