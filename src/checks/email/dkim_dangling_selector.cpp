// No selector is an alias into a domain that anybody could register, and then sign as us (RFC 6376).
#include "checks/email/dkim_evidence.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::email_dkim_dangling_selector {
namespace {

Verdict judge(const Evidence& evidence, const DkimSelector& selector) {
  const auto& target = selector.answer->aliases.back();
  const auto with_names = [&](Verdict verdict) {
    return std::move(verdict)
        .with("selector", selector.name)
        .with("target", target)
        .with("domain", registrable_or_self(target));
  };
  switch (vacancy_of(evidence, target)) {
    case Vacancy::free:
      return with_names({Outcome::fail, "claimable"});
    case Vacancy::perhaps_free:
      return with_names({Outcome::warn, "perhaps-claimable"}).held(Confidence::weak);
    case Vacancy::unknown:
      return could_not_look(Unseen::not_measured);
    case Vacancy::taken:
      break;
  }
  return with_names({Outcome::pass, "dead-but-safe"});
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = dkim_of(evidence);
  if (!view.asked) return view.trouble;
  Gravest gravest;
  for (const auto& selector : view.dangling) gravest.add(judge(evidence, selector));
  return std::move(gravest).take({Outcome::pass, "none-dangling"});
}

std::vector<Example> examples() {
  auto gone = nxdomain("default._domainkey.example.no", "TXT");
  gone.aliases = {"default.dkim.gone-mail.example"};
  const auto no_domain = nxdomain("gone-mail.example", "SOA");
  return {
      {"selectors without aliases", domain_asset({nxdomain("default._domainkey.example.no", "TXT")}),
       Outcome::pass, "none-dangling"},
      {"the target's domain is for sale",
       with_registrations(domain_asset({gone, no_domain}), {not_registered("gone-mail.example")}),
       Outcome::fail, "claimable"},
      {"gone, and the registry was not asked", domain_asset({gone, no_domain}), Outcome::warn,
       "perhaps-claimable"},
      {"dead, in a domain that is taken",
       domain_asset({gone, found("gone-mail.example", "SOA", {kExampleSoa})}), Outcome::pass,
       "dead-but-safe"},
      {"the target's domain could not be asked", domain_asset({gone}), Outcome::unknown, "not-measured"},
      {"nobody answered", domain_asset({failed("default._domainkey.example.no", "TXT")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dkim_dangling_selector

UTSYN_CHECK(email_dkim_dangling_selector) = {
    .id = "email.dkim.dangling-selector",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::email_dkim_dangling_selector::evaluate,
    .examples = utsyn::checks::email_dkim_dangling_selector::examples,
};
