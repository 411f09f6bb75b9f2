// No name in the SPF tree lies in a domain that anybody could register and then send as us (RFC 7208).
//
// Fail: the name does not exist, nor does its domain, and the registry says that it is free. Without the
// registry's word it is a warning of lesser weight, weakly held.
#include "checks/email/spf_evidence.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::email_spf_takeover_include {
namespace {

// The answer that tells whether the name of a term exists.
const DnsAnswer* answer_about(const Evidence& evidence, const wire::SpfTarget& target) {
  if (target.term == "include" || target.term == "redirect") return evidence.dns.find(target.name, "TXT");
  if (target.term == "mx") return evidence.dns.find(target.name, "MX");
  if (target.term == "ptr") return nullptr;
  const auto* v4 = evidence.dns.find(target.name, "A");
  return answered(v4) || target.term == "exists" ? v4 : evidence.dns.find(target.name, "AAAA");
}

Verdict judge(const Evidence& evidence, const wire::SpfTarget& target) {
  if (target.term == "ptr") return {Outcome::pass, "all-registered"};
  const auto* answer = answer_about(evidence, target);
  if (!answered(answer)) return no_answer(answer);
  if (answer->status != DnsStatus::nxdomain) return {Outcome::pass, "all-registered"};
  const auto with_names = [&](Verdict verdict) {
    return std::move(verdict)
        .with("name", target.name)
        .with("domain", registrable_or_self(target.name))
        .with("in_record_of", target.in_record_of);
  };
  switch (vacancy_of(evidence, target.name)) {
    case Vacancy::free:
      return with_names({Outcome::fail, "claimable"});
    case Vacancy::perhaps_free:
      return with_names({Outcome::warn, "perhaps-claimable"}).weighing(Severity::high).held(Confidence::weak);
    case Vacancy::unknown:
      return could_not_look(Unseen::not_measured);
    case Vacancy::taken:
      break;
  }
  return {Outcome::pass, "all-registered"};
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  Gravest gravest;
  for (const auto& target : view.walk.targets) gravest.add(judge(evidence, target));
  if (!view.walk.complete()) gravest.add(view.trouble);
  return std::move(gravest).take({Outcome::pass, "all-registered"});
}

std::vector<Example> examples() {
  const auto with = [](std::vector<DnsAnswer> answers) {
    return spf("v=spf1 include:_spf.gone-mail.example -all", std::move(answers));
  };
  const auto gone = nxdomain("_spf.gone-mail.example", "TXT");
  const auto no_domain = nxdomain("gone-mail.example", "SOA");
  return {
      {"the include exists", with({txt("_spf.gone-mail.example", {"v=spf1 -all"})}), Outcome::pass,
       "all-registered"},
      {"its domain is for sale",
       with_registrations(with({gone, no_domain}), {not_registered("gone-mail.example")}), Outcome::fail,
       "claimable"},
      {"an address deep in the tree",
       with_registrations(with({txt("_spf.gone-mail.example", {"v=spf1 a:mail.lost.example -all"}),
                                nxdomain("mail.lost.example", "A"), nxdomain("mail.lost.example", "AAAA"),
                                nxdomain("lost.example", "SOA")}),
                          {not_registered("lost.example")}),
       Outcome::fail, "claimable"},
      {"gone, and the registry was not asked", with({gone, no_domain}), Outcome::warn, "perhaps-claimable"},
      {"dead, but registered", with({gone, found("gone-mail.example", "SOA", {kExampleSoa})}), Outcome::pass,
       "all-registered"},
      {"the include could not be asked", with({failed("_spf.gone-mail.example", "TXT")}), Outcome::unknown,
       "timed-out"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_takeover_include

UTSYN_CHECK(email_spf_takeover_include) = {
    .id = "email.spf.takeover-include",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::email_spf_takeover_include::evaluate,
    .examples = utsyn::checks::email_spf_takeover_include::examples,
};
