// No mail is sent to a server whose domain anybody could register (RFC 5321 section 5).
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_takeover_mx {
namespace {

Verdict judge(const Evidence& evidence, const std::string& host) {
  const auto addresses = addresses_of(evidence.dns, host);
  if (!addresses.addresses.empty()) return {Outcome::pass, "hosts-exist"};
  if (!addresses.no_such_name)
    return addresses.trouble ? *addresses.trouble : Verdict{Outcome::pass, "hosts-exist"};
  const auto with_host = [&](Verdict verdict) {
    return std::move(verdict).with("host", host).with("domain", registrable_or_self(host));
  };
  switch (vacancy_of(evidence, host)) {
    case Vacancy::free:
      return with_host({Outcome::fail, "claimable"});
    case Vacancy::perhaps_free:
      return with_host({Outcome::warn, "perhaps-claimable"}).held(Confidence::weak);
    case Vacancy::taken:
      return with_host({Outcome::warn, "dead-host"});
    case Vacancy::unknown:
      break;
  }
  return could_not_look(Unseen::not_measured);
}

Verdict evaluate(const Evidence& evidence) {
  const auto route = mail_route(evidence);
  if (route.role == MailRole::unknown) return no_answer(route.answer);
  if (route.role != MailRole::receives) return {Outcome::not_applicable, "no-mail"};
  Gravest gravest;
  for (const auto& mx : route.hosts) {
    // An address in place of a name is no name that anybody could register; email.mx.valid-targets judges it.
    if (mx.exchange != "." && !IpAddress::parse(mx.exchange)) gravest.add(judge(evidence, mx.exchange));
  }
  return std::move(gravest).take({Outcome::not_applicable, "no-mail"});
}

std::vector<Example> examples() {
  const auto mx = found("example.no", "MX", {"10 mx.gone-mail.example"});
  const DnsAnswers gone{mx, nxdomain("mx.gone-mail.example", "A"), nxdomain("mx.gone-mail.example", "AAAA"),
                        nxdomain("gone-mail.example", "SOA")};
  const DnsAnswers dead{mx, nxdomain("mx.gone-mail.example", "A"), nxdomain("mx.gone-mail.example", "AAAA"),
                        found("gone-mail.example", "SOA", {kExampleSoa})};
  return {
      {"an address where the name should be", domain_asset({found("example.no", "MX", {"10 192.0.2.25."})}),
       Outcome::not_applicable, "no-mail"},
      {"the server exists", domain_asset({mx, found("mx.gone-mail.example", "A", {"192.0.2.25"})}),
       Outcome::pass, "hosts-exist"},
      {"its domain is for sale",
       with_registrations(domain_asset(gone), {not_registered("gone-mail.example")}), Outcome::fail,
       "claimable"},
      {"gone, and the registry was not asked", domain_asset(gone), Outcome::warn, "perhaps-claimable"},
      {"the host is gone, the domain is not", domain_asset(dead), Outcome::warn, "dead-host"},
      {"null MX", domain_asset({found("example.no", "MX", {"0 ."})}), Outcome::not_applicable, "no-mail"},
      {"the host could not be looked up",
       domain_asset({mx, failed("mx.gone-mail.example", "A"), failed("mx.gone-mail.example", "AAAA")}),
       Outcome::unknown, "timed-out"},
      {"the MX could not be looked up", domain_asset({failed("example.no", "MX", Unseen::server_failure)}),
       Outcome::unknown, "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_takeover_mx

UTSYN_CHECK(dns_takeover_mx) = {
    .id = "dns.takeover.mx",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::dns_takeover_mx::evaluate,
    .examples = utsyn::checks::dns_takeover_mx::examples,
};
