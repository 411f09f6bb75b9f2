// The HTTPS record of the host, when there is one, tells browsers nothing wrong (RFC 9460).
#include <algorithm>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_https_rr {
namespace {

// Hints that are none of the host's addresses send the first visitors astray.
std::vector<std::string> foreign_hints(const Evidence& evidence, const wire::SvcbRecord& record) {
  std::vector<std::string> foreign;
  if (record.target != "." && !iequals(record.target, evidence.host)) return foreign;
  const auto compare = [&](const std::optional<std::vector<IpAddress>>& hints, std::string_view type) {
    const auto* real = evidence.dns.find(evidence.host, type);
    if (!hints || !answered(real)) return;
    const auto addresses = typed_records<wire::AddressRecord>(*real);
    for (const auto& hint : *hints) {
      if (std::ranges::none_of(addresses, [&](const auto& one) { return one.address == hint; }))
        foreign.push_back(hint.str());
    }
  };
  compare(record.ipv4_hints(), "A");
  compare(record.ipv6_hints(), "AAAA");
  return foreign;
}

Verdict judge(const Evidence& evidence, const wire::SvcbRecord& record) {
  if (record.priority == 0) {
    return iequals(record.target, evidence.host) ? Verdict{Outcome::warn, "alias-to-itself"}
                                                 : Verdict{Outcome::pass, "right"};
  }
  if (const auto mandatory = record.mandatory()) {
    constexpr std::uint16_t last_known_key = 6;  // ipv6hint
    for (const auto key : *mandatory) {
      if (key > last_known_key) return Verdict{Outcome::warn, "unknown-mandatory-key"}.with("key", int{key});
      if (record.param(key) == nullptr)
        return Verdict{Outcome::warn, "mandatory-key-absent"}.with("key", int{key});
    }
  }
  if (auto foreign = foreign_hints(evidence, record); !foreign.empty()) {
    return Verdict{Outcome::warn, "hints-differ"}.with("hints", std::move(foreign));
  }
  return Verdict{Outcome::pass, "right"}
      .with("alpn", record.alpn().value_or(std::vector<std::string>{}))
      .with("ech", FactValue{record.has_ech()});
}

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find(evidence.host, "HTTPS");
  if (!answered(answer)) return no_answer(answer);
  if (answer->status != DnsStatus::found) return {Outcome::not_applicable, "none"};
  const auto records = typed_records<wire::SvcbRecord>(*answer);
  if (records.size() < answer->records.size())
    return Verdict{Outcome::warn, "unreadable"}.with("records", answer->records);
  Gravest gravest;
  for (const auto& record : records) gravest.add(judge(evidence, record));
  return std::move(gravest).take({Outcome::not_applicable, "none"});
}

std::vector<Example> examples() {
  const auto with = [](const char* record) {
    return web_asset(
        {found("www.example.no", "HTTPS", {record}), found("www.example.no", "A", {"192.0.2.1"})});
  };
  return {
      {"h2 and h3, right hint", with("1 . alpn=h2,h3 ipv4hint=192.0.2.1"), Outcome::pass, "right"},
      {"an alias", with("0 cdn.example.net"), Outcome::pass, "right"},
      {"a hint of an old address", with("1 . alpn=h2 ipv4hint=192.0.2.99"), Outcome::warn, "hints-differ"},
      {"an alias to itself", with("0 www.example.no"), Outcome::warn, "alias-to-itself"},
      {"a mandatory key nobody knows", with("1 . mandatory=key667 key667=x"), Outcome::warn,
       "unknown-mandatory-key"},
      {"none", web_asset({nodata("www.example.no", "HTTPS")}), Outcome::not_applicable, "none"},
      {"no answer", web_asset({failed("www.example.no", "HTTPS")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_https_rr

UTSYN_CHECK(dns_https_rr) = {
    .id = "dns.https-rr",
    .assets = {utsyn::AssetKind::web},
    .evaluate = utsyn::checks::dns_https_rr::evaluate,
    .examples = utsyn::checks::dns_https_rr::examples,
};
