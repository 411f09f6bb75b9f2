// At most two of the look-ups lead to nothing (RFC 7208 section 4.6.4); more, and receivers may give up.
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_void_lookups {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  const auto with_names = [&](Verdict verdict) {
    return std::move(verdict)
        .with("void_lookups", std::size_t{view.walk.void_lookups})
        .with("names", view.walk.void_names);
  };
  if (view.walk.void_lookups > wire::spf_void_limit) return with_names({Outcome::fail, "too-many"});
  if (!view.walk.complete()) return view.trouble;
  if (view.walk.void_lookups > 0) return with_names({Outcome::warn, "some"});
  return {Outcome::pass, "none"};
}

std::vector<Example> examples() {
  const auto gone = [](const std::string& name) {
    return std::vector<DnsAnswer>{nxdomain(name, "A"), nxdomain(name, "AAAA")};
  };
  std::vector<DnsAnswer> three;
  for (const auto* name : {"a.example.no", "b.example.no", "c.example.no"}) {
    for (auto& answer : gone(name)) three.push_back(std::move(answer));
  }
  return {
      {"all names exist",
       spf("v=spf1 a:mail.example.no -all",
           {found("mail.example.no", "A", {"192.0.2.1"}), nodata("mail.example.no", "AAAA")}),
       Outcome::pass, "none"},
      {"one dead name, counted once for both families",
       spf("v=spf1 a:a.example.no -all", gone("a.example.no")), Outcome::warn, "some"},
      {"three dead names", spf("v=spf1 a:a.example.no a:b.example.no a:c.example.no -all", three),
       Outcome::fail, "too-many"},
      {"a name could not be asked",
       spf("v=spf1 a:a.example.no -all", {failed("a.example.no", "A"), failed("a.example.no", "AAAA")}),
       Outcome::unknown, "timed-out"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_void_lookups

UTSYN_CHECK(email_spf_void_lookups) = {
    .id = "email.spf.void-lookups",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_void_lookups::evaluate,
    .examples = utsyn::checks::email_spf_void_lookups::examples,
};
