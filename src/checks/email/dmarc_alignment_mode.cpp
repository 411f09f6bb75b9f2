// How closely the sender's names must agree (adkim and aspf, RFC 9989 section 4.7). Both ways are right; it
// only informs.
#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_alignment_mode {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (auto early = no_record(view)) return *early;
  const auto name = [](wire::DmarcAlignment mode) {
    return mode == wire::DmarcAlignment::strict ? "strict" : "relaxed";
  };
  const auto& record = *view.found.record;
  const bool strict = record.dkim_alignment == wire::DmarcAlignment::strict ||
                      record.spf_alignment == wire::DmarcAlignment::strict;
  return Verdict{Outcome::pass, strict ? "strict" : "relaxed"}
      .with("dkim", name(record.dkim_alignment))
      .with("spf", name(record.spf_alignment));
}

std::vector<Example> examples() {
  return {
      {"nothing said", dmarc("v=DMARC1; p=reject"), Outcome::pass, "relaxed"},
      {"strict for DKIM", dmarc("v=DMARC1; p=reject; adkim=s"), Outcome::pass, "strict"},
      {"no record", without_dmarc(), Outcome::not_applicable, "no-readable-record"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_alignment_mode

UTSYN_CHECK(email_dmarc_alignment_mode) = {
    .id = "email.dmarc.alignment-mode",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_alignment_mode::evaluate,
    .examples = utsyn::checks::email_dmarc_alignment_mode::examples,
};
