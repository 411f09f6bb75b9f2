// SPF does not authorise more of the internet than one organisation sends from (our own limits).
//
// Ranges of the big shared mail services are told apart: they are wide by nature, and not the domain's to
// narrow.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/name.h"
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_too_broad {
namespace {

// Records of services that send for very many customers.
constexpr std::array<std::string_view, 20> kShared = {
    "outlook.com",       "office365.com",  "google.com",      "googlemail.com",  "amazonses.com",
    "sendgrid.net",      "mailgun.org",    "mailjet.com",     "mcsv.net",        "mandrillapp.com",
    "sparkpostmail.com", "salesforce.com", "exacttarget.com", "zendesk.com",     "hubspotemail.net",
    "pphosted.com",      "mimecast.com",   "messagelabs.com", "postmarkapp.com", "mtasv.net"};

bool is_shared(const std::string& record_of) {
  return std::ranges::any_of(kShared,
                             [&](std::string_view service) { return is_subdomain(record_of, service); });
}

std::uint32_t number_of(const IpAddress& address) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | address.bytes()[i];
  return number;
}

// Addresses in the union of IPv4 networks.
std::uint64_t union_size(const std::vector<Cidr>& networks) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& network : networks) {
    if (!network.base.is_v4()) continue;
    const auto size = std::uint64_t{1} << (32U - std::min(network.length, 32U));
    const auto first = number_of(network.base) & ~(size - 1) & 0xFFFFFFFFU;
    ranges.emplace_back(first, first + size);
  }
  std::ranges::sort(ranges);
  std::uint64_t total = 0;
  std::uint64_t reached = 0;
  for (const auto& [first, end] : ranges) {
    if (end > reached) total += end - std::max(first, reached);
    reached = std::max(reached, end);
  }
  return total;
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  std::vector<Cidr> own;
  std::vector<Cidr> shared;
  Gravest gravest;
  for (const auto& one : view.walk.networks) {
    if (one.qualifier != wire::SpfQualifier::pass) continue;
    if (is_shared(one.in_record_of)) {
      shared.push_back(one.network);
      continue;
    }
    own.push_back(one.network);
    const auto with_network = [&](Verdict verdict) {
      return std::move(verdict).with("network", one.network.str()).with("in_record_of", one.in_record_of);
    };
    if (one.network.length < 8) {
      gravest.add(with_network({Outcome::fail, "shorter-than-8"}));
    } else if (one.mechanism != wire::SpfMechanism::a && (special_purpose(one.network.base) == "private" ||
                                                          special_purpose(one.network.base) == "loopback")) {
      // A host that only resolves to such an address is another fault (email.mx.valid-targets). Receivers on
      // the internet never see such a sender, so the harm is small.
      gravest.add(with_network({Outcome::fail, "private-range"}).weighing(Severity::low));
    } else if (one.network.length < 16) {
      gravest.add(with_network({Outcome::warn, "shorter-than-16"}));
    }
  }
  constexpr std::uint64_t many = 100'000;
  const auto total = union_size(own);
  if (total > many) gravest.add({Outcome::warn, "many-addresses"});
  if (!view.walk.complete()) gravest.add(view.trouble);
  auto verdict = std::move(gravest).take({Outcome::pass, "narrow"});
  if (verdict.outcome == Outcome::unknown) return verdict;
  return std::move(verdict)
      .with("addresses", static_cast<std::size_t>(total))
      .with("shared_addresses", static_cast<std::size_t>(union_size(shared)));
}

std::vector<Example> examples() {
  return {
      {"two small networks", spf("v=spf1 ip4:193.69.0.0/24 ip6:2a02:ed0::/32 -all"), Outcome::pass, "narrow"},
      {"the same network twice counts once", spf("v=spf1 ip4:193.69.0.0/16 ip4:193.69.0.0/16 -all"),
       Outcome::pass, "narrow"},
      {"a shared service is wide by nature",
       spf("v=spf1 include:spf.protection.outlook.com -all",
           {txt("spf.protection.outlook.com", {"v=spf1 ip4:40.92.0.0/15 -all"})}),
       Outcome::pass, "narrow"},
      {"two networks of 65536", spf("v=spf1 ip4:193.69.0.0/16 ip4:193.70.0.0/16 -all"), Outcome::warn,
       "many-addresses"},
      {"a /12", spf("v=spf1 ip4:52.0.0.0/12 -all"), Outcome::warn, "shorter-than-16"},
      {"everybody", spf("v=spf1 ip4:0.0.0.0/0 -all"), Outcome::fail, "shorter-than-8"},
      {"everybody over IPv6", spf("v=spf1 ip6:::/0 -all"), Outcome::fail, "shorter-than-8"},
      {"an inside network", spf("v=spf1 ip4:10.0.0.0/16 -all"), Outcome::fail, "private-range"},
      {"a fail term authorises nobody", spf("v=spf1 -ip4:52.0.0.0/12 -all"), Outcome::pass, "narrow"},
      {"an include could not be asked",
       spf("v=spf1 include:_spf.example.net -all", {failed("_spf.example.net", "TXT")}), Outcome::unknown,
       "timed-out"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_too_broad

UTSYN_CHECK(email_spf_too_broad) = {
    .id = "email.spf.too-broad",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_too_broad::evaluate,
    .examples = utsyn::checks::email_spf_too_broad::examples,
};
