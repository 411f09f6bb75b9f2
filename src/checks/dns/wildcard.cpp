// Whether the zone answers for names that nobody made (RFC 4592). It hides mistakes and widens what a
// take-over gains.
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_wildcard {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto name = control_label(evidence.domain) + "." + evidence.domain;
  std::vector<std::string> types;
  bool asked = false;
  const DnsAnswer* failed_answer = nullptr;
  for (const std::string_view type : {"A", "AAAA", "MX", "TXT"}) {
    const auto* answer = evidence.dns.find(name, type);
    if (answered(answer)) {
      asked = true;
      if (answer->status == DnsStatus::found) types.emplace_back(type);
    } else if (answer != nullptr) {
      failed_answer = answer;
    }
  }
  if (!types.empty()) return Verdict{Outcome::warn, "wildcard"}.with("types", std::move(types));
  if (failed_answer != nullptr || !asked) return no_answer(failed_answer);
  return {Outcome::pass, "none"};
}

std::vector<Example> examples() {
  const auto name = control_label("example.no") + ".example.no";
  return {
      {"a made-up name does not exist",
       domain_asset(
           {nxdomain(name, "A"), nxdomain(name, "AAAA"), nxdomain(name, "MX"), nxdomain(name, "TXT")}),
       Outcome::pass, "none"},
      {"a made-up name has an address", domain_asset({found(name, "A", {"192.0.2.1"}), nodata(name, "MX")}),
       Outcome::warn, "wildcard"},
      {"one type could not be asked", domain_asset({nodata(name, "A"), failed(name, "MX")}), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_wildcard

UTSYN_CHECK(dns_wildcard) = {
    .id = "dns.wildcard",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_wildcard::evaluate,
    .examples = utsyn::checks::dns_wildcard::examples,
};
