// A DMARC record speaks for the domain: its own, or that of the organisational domain (RFC 9989 section 4.10;
// RFC 7489 section 6.6.3). NXDOMAIN and NODATA both mean "look further up"; a failed look-up does not.
#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks::email_dmarc_exists {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = dmarc_of(evidence);
  if (view.trouble) return *view.trouble;
  if (view.found.status != wire::DmarcDiscoveryStatus::found) {
    if (!view.found.several_at.empty())
      return Verdict{Outcome::fail, "several"}.with("at", view.found.several_at);
    return {Outcome::fail, "no-record"};
  }
  const auto with_record = [&](Verdict verdict) {
    return std::move(verdict).with("owner", view.found.owner).with("record", view.found.text);
  };
  // Receivers of the old and of the new school find different records.
  if (view.methods_differ) return with_record({Outcome::warn, "methods-differ"}).weighing(Severity::low);
  return with_record(view.found.inherited ? Verdict{Outcome::pass, "inherited"}
                                          : Verdict{Outcome::pass, "own-record"});
}

std::vector<Example> examples() {
  auto below = domain_asset({nxdomain("_dmarc.skole.example.no", "TXT"),
                             txt("_dmarc.example.no", {"v=DMARC1; p=reject"}), nxdomain("_dmarc.no", "TXT")},
                            "skole.example.no");
  auto nodata_below = below;
  nodata_below.dns.add(nodata("_dmarc.skole.example.no", "TXT"));
  auto servfail_below = below;
  servfail_below.dns.add(failed("_dmarc.skole.example.no", "TXT", Unseen::server_failure));
  auto differing =
      domain_asset({nxdomain("_dmarc.a.skole.example.no", "TXT"),
                    txt("_dmarc.skole.example.no", {"v=DMARC1; p=none; psd=n"}),
                    txt("_dmarc.example.no", {"v=DMARC1; p=reject"}), nxdomain("_dmarc.no", "TXT")},
                   "a.skole.example.no");
  return {
      {"its own record", dmarc("v=DMARC1; p=none"), Outcome::pass, "own-record"},
      {"the record of the organisation", below, Outcome::pass, "inherited"},
      {"NODATA is absence too", nodata_below, Outcome::pass, "inherited"},
      {"SERVFAIL is not absence", servfail_below, Outcome::unknown, "server-failure"},
      {"no record", without_dmarc(), Outcome::fail, "no-record"},
      {"other text in its place", dmarc("v=spf1 -all"), Outcome::fail, "no-record"},
      {"two records count as none",
       domain_asset({txt("_dmarc.example.no", {"v=DMARC1; p=none", "v=DMARC1; p=reject"}),
                     nxdomain("_dmarc.no", "TXT")}),
       Outcome::fail, "several"},
      {"the two ways of looking lead to different records", differing, Outcome::warn, "methods-differ"},
      {"no answer", silent_dmarc(), Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dmarc_exists

UTSYN_CHECK(email_dmarc_exists) = {
    .id = "email.dmarc.exists",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_dmarc_exists::evaluate,
    .examples = utsyn::checks::email_dmarc_exists::examples,
};
