// All name servers serve the same edition of the zone, and the SOA timers are sane (RFC 1035 section 3.3.13,
// RFC 1912 section 2.2).
//
// Serials that differ may be a change on its way, so they are a warning; they fail when both are dates (or
// Unix times) further apart than the zone's own expire period.
#include <chrono>
#include <optional>
#include <set>

#include "base/text.h"
#include "checks/dns/ns_health.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_soa_consistency {
namespace {

// The moment a serial names, when it is written YYYYMMDDnn or is a Unix time that lies in the past.
std::optional<std::int64_t> moment_of(std::uint32_t serial, std::int64_t now) {
  const auto date = serial / 100;
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(date / 10000)),
                                        std::chrono::month(date / 100 % 100), std::chrono::day(date % 100)};
  if (date >= 19900101 && date <= 20991231 && day.ok()) {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::sys_days(day).time_since_epoch())
        .count();
  }
  constexpr std::int64_t year_2001 = 1'000'000'000;
  if (serial > year_2001 && serial <= now) return serial;
  return std::nullopt;
}

std::vector<std::string> odd_timers(const wire::SoaRecord& soa) {
  std::vector<std::string> odd;
  if (soa.refresh < 1200 || soa.refresh > 43200) odd.emplace_back("refresh");
  if (soa.retry >= soa.refresh) odd.emplace_back("retry");
  if (soa.expire < 1209600 || soa.expire > 2419200) odd.emplace_back("expire");
  if (soa.minimum < 300 || soa.minimum > 86400) odd.emplace_back("minimum");
  return odd;
}

Verdict evaluate(const Evidence& evidence) {
  std::vector<wire::SoaRecord> editions;
  std::set<std::uint32_t> serials;
  for (const auto& server : evidence.name_servers) {
    const auto* answer = server.udp.seen();
    if (answer == nullptr || state_of(server) != ServerState::answers) continue;
    const auto soa = wire::record_as<wire::SoaRecord>(wire::RecordType::soa, answer->soa);
    if (!soa) continue;
    editions.push_back(*soa);
    serials.insert(soa->serial);
  }
  if (editions.empty()) {
    return evidence.name_servers.empty() ? could_not_look(Unseen::not_measured)
                                         : Verdict{Outcome::unknown, "none-answered"};
  }
  const auto& soa = editions.front();
  if (serials.size() > 1) {
    std::vector<std::string> seen;
    seen.reserve(serials.size());
    for (const auto serial : serials) seen.push_back(std::to_string(serial));
    const auto oldest = moment_of(*serials.begin(), to_unix(evidence.as_of));
    const auto newest = moment_of(*serials.rbegin(), to_unix(evidence.as_of));
    const bool stale = oldest && newest && *newest - *oldest > soa.expire;
    return (stale ? Verdict{Outcome::fail, "stale-server"} : Verdict{Outcome::warn, "serials-differ"})
        .with("serials", std::move(seen));
  }
  if (auto odd = odd_timers(soa); !odd.empty()) {
    return Verdict{Outcome::warn, "odd-timers"}
        .with("timers", std::move(odd))
        .with("soa", wire::rdata_text(wire::RecordType::soa, soa));
  }
  return Verdict{Outcome::pass, "same-everywhere"}.with("serial", std::to_string(soa.serial).c_str());
}

NameServer with_soa(const char* name, const char* soa) {
  auto answer = good_answer();
  answer.soa = soa;
  return server(name, "192.0.2.53", answer);
}

std::vector<Example> examples() {
  const auto one = with_soa("ns1.example.no", kExampleSoa);
  return {
      {"one edition everywhere", zone({one, with_soa("ns2.example.net", kExampleSoa)}), Outcome::pass,
       "same-everywhere"},
      {"a change on its way",
       zone({one, with_soa("ns2.example.net",
                           "ns1.example.no hostmaster.example.no 2026111901 14400 3600 1209600 3600")}),
       Outcome::warn, "serials-differ"},
      {"a server months behind",
       zone({one, with_soa("ns2.example.net",
                           "ns1.example.no hostmaster.example.no 2026060101 14400 3600 1209600 3600")}),
       Outcome::fail, "stale-server"},
      {"counting serials tell no time",
       zone({with_soa("ns1.example.no", "ns1.example.no hostmaster.example.no 17 14400 3600 1209600 3600"),
             with_soa("ns2.example.net", "ns1.example.no hostmaster.example.no 16 14400 3600 1209600 3600")}),
       Outcome::warn, "serials-differ"},
      {"the zone expires within a day",
       zone({with_soa("ns1.example.no",
                      "ns1.example.no hostmaster.example.no 2026112001 14400 3600 86400 3600")}),
       Outcome::warn, "odd-timers"},
      {"nobody answered", zone({server("ns1.example.no", "192.0.2.53", Unseen::timed_out)}), Outcome::unknown,
       "none-answered"},
      {"not measured", zone({}), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_soa_consistency

UTSYN_CHECK(dns_soa_consistency) = {
    .id = "dns.soa.consistency",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_soa_consistency::evaluate,
    .examples = utsyn::checks::dns_soa_consistency::examples,
};
