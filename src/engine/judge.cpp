#include "engine/judge.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/text.h"
#include "checks/catalogue.h"
#include "checks/registry.h"
#include "evidence/record.h"
#include "footprint/decisions.h"

namespace utsyn::engine {
namespace {

// The parts that a check reads, as the kinds of the records they are kept in.
struct PartKinds {
  checks::Part part;
  std::vector<std::string_view> kinds;
};
const PartKinds kPartKinds[] = {
    {checks::Part::delegation, {"dns.delegation"}},
    {checks::Part::name_servers, {"dns.server"}},
    {checks::Part::tls, {"tls.endpoint", "tls.sslv2-keys"}},
    {checks::Part::web, {"web.site"}},
    {checks::Part::smtp, {"smtp.server"}},
    {checks::Part::clear_text_services, {"service.cleartext"}},
    {checks::Part::ports, {"tcp.port"}},
    {checks::Part::mta_sts_policy, {"mta-sts.policy"}},
    {checks::Part::registrations, {"rdap.domain"}},
    {checks::Part::routes, {"rpki.address"}},
    {checks::Part::keys, {"key.listing"}},
    {checks::Part::logged_certificates, {"ct.certificates"}},
    {checks::Part::cloud_addresses, {"cloud.addresses"}},
    {checks::Part::active, {"active.dns", "active.tls", "active.smtp"}},
};

std::vector<std::string> rests_on(const checks::Check& check, std::span<const Record> records,
                                  std::span<const std::size_t> lookups) {
  std::vector<std::string> ids;
  const std::set<std::size_t> once(lookups.begin(), lookups.end());
  for (const auto index : once) {
    if (index < records.size() && records[index].kind == "dns.answer") ids.push_back(records[index].id);
  }
  for (const auto& [part, kinds] : kPartKinds) {
    if (!checks::has(check.reads, part)) continue;
    for (const auto& record : records) {
      if (std::find(kinds.begin(), kinds.end(), record.kind) != kinds.end()) ids.push_back(record.id);
    }
  }
  return ids;
}

std::string_view heading_of(std::string_view area) {
  if (area == "email") return "mail";
  if (area == "http" || area == "web-content") return "web";
  return area;
}

}  // namespace

std::vector<store::Judged> judge(const Evidence& evidence, std::string_view only) {
  const auto records = records_of(evidence);
  std::vector<store::Judged> verdicts;
  for (const auto* check : checks::all_checks()) {
    if (std::find(check->assets.begin(), check->assets.end(), evidence.kind) == check->assets.end()) continue;
    if (!glob_match(only, check->id)) continue;
    if (checks::has(check->reads, checks::Part::active) && !evidence.asked_actively()) continue;
    const auto* entry = checks::catalogue_entry(check->id);
    std::vector<std::size_t> lookups;
    evidence.dns.note_lookups(&lookups);
    store::Judged judged;
    judged.verdict = check->evaluate(evidence);
    evidence.dns.note_lookups(nullptr);
    judged.asset = evidence.asset;
    judged.check = check->id;
    judged.severity = weight_of(judged.verdict, entry == nullptr ? checks::Severity::info : entry->severity);
    judged.evidence = rests_on(*check, records, lookups);
    verdicts.push_back(std::move(judged));
  }
  return verdicts;
}

checks::Severity weight_of(const checks::Verdict& verdict, checks::Severity catalogue_severity) {
  const auto severity = verdict.severity.value_or(catalogue_severity);
  if (verdict.outcome != checks::Outcome::warn || verdict.severity) return severity;
  return severity == checks::Severity::info ? severity
                                            : static_cast<checks::Severity>(static_cast<int>(severity) - 1);
}

std::string method_name(std::string_view name) {
  constexpr std::size_t kLongest = 200;
  if (name.size() <= kLongest) return std::string(name);
  const auto mark = "~" + sha256_hex(name).substr(0, 16);
  return std::string(name.substr(0, kLongest - mark.size())) + mark;
}

score::Organisation score_input(const store::Organisation& organisation, std::span<const store::Asset> assets,
                                std::span<const store::Judged> verdicts,
                                std::span<const store::Finding> findings, UtcTime now, Counted counted) {
  const auto left_out = [&](std::string_view check) {
    return counted == Counted::core && checks::needs_consent(check);
  };
  score::Organisation input;
  input.id = method_name(organisation.id);
  input.method_named = true;
  std::map<std::string_view, int> values;
  std::map<std::string_view, int> candidates;
  for (const auto& asset : assets) {
    if (asset.by_provider) continue;
    if (footprint::candidate(asset)) {
      candidates.emplace(asset.id, asset.value);
      continue;
    }
    if (!values.emplace(asset.id, asset.value).second) continue;
    input.assets.push_back({method_name(asset.id), static_cast<std::uint32_t>(asset.value)});
  }
  // The order of their names, whatever order they were found in: history must give the same bytes.
  std::sort(input.assets.begin(), input.assets.end(),
            [](const score::Asset& a, const score::Asset& b) { return a.id < b.id; });
  std::uint64_t conclusive = 0;
  std::uint64_t applicable = 0;
  for (const auto& judged : verdicts) {
    if (judged.verdict.outcome == checks::Outcome::not_applicable || left_out(judged.check)) continue;
    // What may be the organisation's lowers the coverage until somebody says whose it is.
    if (const auto candidate = candidates.find(judged.asset); candidate != candidates.end()) {
      applicable += static_cast<std::uint64_t>(candidate->second);
      continue;
    }
    const auto value = values.find(judged.asset);
    if (value == values.end()) continue;
    applicable += static_cast<std::uint64_t>(value->second);
    if (judged.verdict.outcome != checks::Outcome::unknown)
      conclusive += static_cast<std::uint64_t>(value->second);
  }
  input.coverage = score::coverage_share(conclusive, applicable);
  for (const auto& finding : findings) {
    if (finding.state == store::FindingState::fixed || !values.contains(finding.asset)) continue;
    if (left_out(finding.check)) continue;
    score::Finding out;
    out.id = method_name(finding.id);
    out.asset = method_name(finding.asset);
    out.sev = static_cast<score::Severity>(finding.severity);
    out.conf = static_cast<score::Conf>(finding.confidence);
    out.state = static_cast<score::State>(finding.state);
    out.age = std::min<std::int64_t>(days_between(finding.first_seen, now), 36'500);
    out.unseen = std::min<std::int64_t>(days_between(finding.last_seen, now), 36'500);
    if (const auto* entry = checks::catalogue_entry(finding.check)) {
      out.domain = heading_of(entry->area);
      out.cve = out.kev = entry->known_exploited.has_value();
    }
    input.findings.push_back(std::move(out));
  }
  return input;
}

}  // namespace utsyn::engine
