// No alias of the host leads to something that anybody may claim.
//
// A: the target does not exist, and lies with a service where the name is handed to whoever asks, or in a
// domain that is not registered. B: the target exists at such a service, and the page is that service's own
// "nothing here". A suffix or a page alone is not enough. A target that is merely dead is only untidy.
#include "checks/dns/takeover_providers.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_takeover_cname {
namespace {

// The provider whose "nothing here" page the host showed; Unseen when no page could be had.
Observed<std::string> marker_on(const Evidence& evidence) {
  const auto* site = evidence.web.seen();
  if (site == nullptr) return evidence.web.unseen();
  Observed<std::string> seen = Unseen::not_measured;
  for (const auto* chain : {&site->secure, &site->plain}) {
    const auto* last = chain->last();
    if (last == nullptr) continue;
    const auto* answer = last->answer.seen();
    if (answer == nullptr) {
      if (seen.seen() == nullptr) seen = last->answer.unseen();
      continue;
    }
    const auto* page = answer->page.seen();
    if (page != nullptr && !page->takeover_provider.empty()) return page->takeover_provider;
    seen = std::string();
  }
  return seen;
}

Verdict judge_missing(const Evidence& evidence, const std::string& target) {
  const auto with_target = [&](Verdict verdict) { return std::move(verdict).with("target", target); };
  if (const auto provider = claimable_provider(target); !provider.empty()) {
    return with_target({Outcome::fail, "claimable-name"})
        .with("provider", std::string(provider))
        .held(Confidence::inferred);
  }
  switch (vacancy_of(evidence, target)) {
    case Vacancy::free:
      return with_target({Outcome::fail, "claimable-domain"}).with("domain", registrable_or_self(target));
    case Vacancy::perhaps_free:
      return with_target({Outcome::warn, "perhaps-claimable"})
          .with("domain", registrable_or_self(target))
          .weighing(Severity::medium)
          .held(Confidence::weak);
    case Vacancy::unknown:
      return could_not_look(Unseen::not_measured);
    case Vacancy::taken:
      break;
  }
  return with_target({Outcome::warn, "dead-alias"}).weighing(Severity::low);
}

Verdict evaluate(const Evidence& evidence) {
  const auto* v4 = evidence.dns.find(evidence.host, "A");
  const auto* v6 = evidence.dns.find(evidence.host, "AAAA");
  const auto* answer = answered(v4) ? v4 : v6;
  if (!answered(answer)) return no_answer(v4);
  if (answer->aliases.empty()) return {Outcome::not_applicable, "no-alias"};
  const auto& target = answer->aliases.back();
  if (answer->status == DnsStatus::nxdomain) return judge_missing(evidence, target);

  const auto provider = claimable_provider(target);
  if (provider.empty()) return Verdict{Outcome::pass, "target-in-use"}.with("target", target);
  const auto marker = marker_on(evidence);
  const auto* shown = marker.seen();
  if (shown == nullptr) return could_not_look(marker.unseen());
  if (!shown->empty() && same_provider(*shown, provider)) {
    return Verdict{Outcome::fail, "unclaimed-page"}
        .with("target", target)
        .with("provider", std::string(provider));
  }
  return Verdict{Outcome::pass, "target-in-use"}.with("target", target);
}

DnsAnswer alias(DnsAnswer answer, std::string target) {
  answer.aliases = {std::move(target)};
  return answer;
}
Evidence shows(Evidence evidence, Observed<std::string> provider) {
  WebSite site;
  site.host = evidence.host;
  HttpExchange exchange;
  exchange.url = "https://www.example.no/";
  if (const auto* name = provider.seen()) {
    PageFacts page;
    page.takeover_provider = *name;
    HttpAnswer answer;
    answer.status = 404;
    answer.page = page;
    exchange.answer = answer;
  } else {
    exchange.answer = provider.unseen();
  }
  site.secure.hops = {exchange};
  evidence.web = site;
  return evidence;
}

std::vector<Example> examples() {
  const char* host = "www.example.no";
  const auto gone = [&](const char* target) {
    return DnsAnswers{alias(nxdomain(host, "A"), target), alias(nxdomain(host, "AAAA"), target),
                      nxdomain("gone-campaign.example", "SOA"),
                      found("partner.example", "SOA", {kExampleSoa})};
  };
  const auto there = [&](const char* target) {
    return web_asset({alias(found(host, "A", {"192.0.2.1"}), target), alias(nodata(host, "AAAA"), target)});
  };
  return {
      {"no alias at all", web_asset({found(host, "A", {"192.0.2.1"})}), Outcome::not_applicable, "no-alias"},
      {"the target is at work", there("lb.partner.example"), Outcome::pass, "target-in-use"},
      {"a deleted app service", web_asset(gone("example-no.azurewebsites.net")), Outcome::fail,
       "claimable-name"},
      {"the target's domain is for sale",
       with_registrations(web_asset(gone("app.gone-campaign.example")),
                          {not_registered("gone-campaign.example")}),
       Outcome::fail, "claimable-domain"},
      {"gone, and the registry was not asked", web_asset(gone("app.gone-campaign.example")), Outcome::warn,
       "perhaps-claimable"},
      {"dead, at a partner who exists", web_asset(gone("old.partner.example")), Outcome::warn, "dead-alias"},
      {"the provider says nothing is here", shows(there("example-no.github.io"), std::string("GitHub Pages")),
       Outcome::fail, "unclaimed-page"},
      {"the page of another provider proves nothing",
       shows(there("example-no.github.io"), std::string("Shopify")), Outcome::pass},
      {"a plain 404 is not a sign", shows(there("example-no.github.io"), std::string()), Outcome::pass,
       "target-in-use"},
      {"the page could not be had", shows(there("example-no.github.io"), Unseen::timed_out), Outcome::unknown,
       "timed-out"},
      {"the name could not be looked up", web_asset({failed(host, "A"), failed(host, "AAAA")}),
       Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_takeover_cname

UTSYN_CHECK(dns_takeover_cname) = {
    .id = "dns.takeover.cname",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web | utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::dns_takeover_cname::evaluate,
    .examples = utsyn::checks::dns_takeover_cname::examples,
};
