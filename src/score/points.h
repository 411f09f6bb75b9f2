// Sections 3, 4 and the gates of section 6: what one finding weighs, what a group and an asset carry, and
// which cap a finding sets. The formulas alone; who calls them decides which findings count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "score/arithmetic.h"
#include "score/constants.h"
#include "score/organisation.h"

namespace utsyn::score {

enum class Band : std::uint8_t { low, medium, serious };
enum class Gate : std::uint8_t { compromise, kev_high_value, kev, critical };  // lowest cap first

// Working exploit code is public, or exploitation is about as good as certain.
constexpr bool exploited(const Finding& finding) {
  return finding.public_exploit || finding.epss_max7.value_or(0) >= epss_exploited_ppm;
}

constexpr std::uint32_t threat(const Finding& finding) {
  if (!finding.cve) return threat_ordinary;
  if (finding.ransomware) return threat_ransomware;
  if (finding.kev) return threat_kev;
  if (exploited(finding)) return threat_exploited;
  if (!finding.epss_max7) return threat_ordinary;
  if (*finding.epss_max7 >= epss_likely_ppm) return threat_likely;
  return *finding.epss_max7 >= epss_ordinary_ppm ? threat_ordinary : threat_unlikely;
}

constexpr std::int64_t freshness(std::int64_t unseen) {
  if (unseen <= stale_from_days) return ramp(unseen, fresh_until_days, 1000, stale_from_days, 500);
  return ramp(unseen, stale_from_days, 500, gone_from_days, 0);
}

// How much of a hurry there is, apart from the severity.
enum class Urgency : std::uint8_t { ordinary, exploited, kev, kev_urgent };
constexpr Urgency urgency(const Finding& finding) {
  if (finding.kev) return finding.automatable && finding.total ? Urgency::kev_urgent : Urgency::kev;
  return exploited(finding) ? Urgency::exploited : Urgency::ordinary;
}

// The first row that fits. Not asked for `info`, which has no points; it gets the deadline of `low`.
constexpr std::int64_t deadline(Severity severity, Urgency urgency) {
  if (urgency == Urgency::kev_urgent) return deadline_kev_urgent;
  if (urgency == Urgency::kev) return deadline_kev;
  if (severity == Severity::critical && urgency == Urgency::exploited) return deadline_exploited_critical;
  if (severity >= Severity::high) return deadline_serious;
  return severity == Severity::medium ? deadline_medium : deadline_low;
}
constexpr std::int64_t deadline(const Finding& finding) { return deadline(finding.sev, urgency(finding)); }

constexpr std::int64_t overdue(std::int64_t age, std::int64_t deadline_days) {
  return ramp(age, deadline_days, 1000, 3 * deadline_days, overdue_full);
}

// p in mp: seven factors, one single rounding.
constexpr std::uint64_t points(const Finding& finding) {
  const U128 product = U128{base_mp[static_cast<std::size_t>(finding.sev)]} * threat(finding) *
                       evidence_factor[static_cast<std::size_t>(finding.conf)] *
                       static_cast<std::uint64_t>(freshness(finding.unseen)) *
                       static_cast<std::uint64_t>(overdue(finding.age, deadline(finding))) *
                       control_factor[static_cast<std::size_t>(finding.ctrl)] *
                       treatment_factor[static_cast<std::size_t>(finding.state)];
  return static_cast<std::uint64_t>(product / 1'000'000'000'000'000'000U);
}

constexpr Band band(Severity severity) {
  if (severity >= Severity::high) return Band::serious;
  return severity == Severity::medium ? Band::medium : Band::low;
}

// G: twenty CVEs in one product are one problem.
constexpr std::uint64_t group_load(std::uint64_t largest, std::uint64_t sum) {
  return largest + std::min(largest / 2, (sum - largest) / 10);
}

// The three parts of L, from the sums of G by band.
struct BandLoads {
  std::uint64_t low = 0;
  std::uint64_t medium = 0;
  std::uint64_t serious = 0;

  constexpr std::uint64_t load() const { return low + medium + serious; }
};
constexpr BandLoads band_loads(std::uint64_t low_sum, std::uint64_t medium_sum, std::uint64_t serious_sum) {
  const std::uint64_t low = std::min(low_sum, low_cap_mp);
  return {low, std::min(low + medium_sum, hygiene_cap_mp) - low, serious_sum};
}

// r in ppm.
constexpr std::uint64_t risk(std::uint64_t load) {
  constexpr std::uint64_t fits_64_bits = 18'000'000'000'000;
  if (load <= fits_64_bits) return 1'000'000 * load / (load + half_risk_mp);
  return static_cast<std::uint64_t>(U128{1'000'000} * load / (U128{load} + half_risk_mp));
}

// Section 6.2, for a finding with points on an asset of value v (its own, not the weight).
constexpr std::optional<Gate> gate(const Finding& finding, std::uint32_t v) {
  if (finding.conf != Conf::confirmed) return std::nullopt;
  if (finding.compromise) return Gate::compromise;
  const std::int64_t days = deadline(finding);
  if (finding.kev && finding.age > days) return v >= gate_high_value ? Gate::kev_high_value : Gate::kev;
  if (finding.sev == Severity::critical && finding.age > 2 * days && v >= gate_high_value)
    return Gate::critical;
  return std::nullopt;
}

}  // namespace utsyn::score
