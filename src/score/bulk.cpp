#include "score/bulk.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string_view>

namespace utsyn::score {
namespace {

// ---- The tables a finding's two bytes point into ----

constexpr std::array<std::uint32_t, 6> threats = {threat_unlikely,  threat_ordinary, threat_likely,
                                                  threat_exploited, threat_kev,      threat_ransomware};
constexpr std::size_t urgencies = 4;
constexpr std::uint8_t starts_group = 0x80;

constexpr std::array<std::int64_t, 5> deadlines = {deadline_kev_urgent, deadline_kev, deadline_serious,
                                                   deadline_medium, deadline_low};
static_assert(deadline_kev == deadline_exploited_critical);
constexpr std::size_t longest_age = 3 * deadline_low;

constexpr std::uint16_t never = 0xFFFF;  // above every age
struct CheckKind {
  std::uint16_t factor = 0;              // (B/1000) * (t/50)
  std::uint8_t deadline_row = 0;         // in `deadlines`
  std::uint8_t band = 0;                 // Band
  std::uint16_t kev_after = never;       // the age after which the gate of a KEV entry closes,
  std::uint16_t critical_after = never;  // and the one of an old critical
};

constexpr std::uint8_t no_gate = gate_cap_cp.size();
struct Vector {
  std::uint8_t factor = 0;  // (c/100) * (x/500) * (z/500)
  bool confirmed = false;
  std::uint8_t gate = no_gate;  // that of a compromise, whatever the age
};

constexpr auto kinds = [] {
  std::array<CheckKind, severity_words.size() * threats.size() * urgencies> table{};
  std::size_t i = 0;
  for (std::size_t severity = 0; severity < severity_words.size(); ++severity)
    for (const std::uint32_t threat_factor : threats)
      for (std::size_t hurry = 0; hurry < urgencies; ++hurry) {
        const auto sev = static_cast<Severity>(severity);
        const std::int64_t days = deadline(sev, static_cast<Urgency>(hurry));
        CheckKind& kind = table[i++];
        kind.factor = static_cast<std::uint16_t>(base_mp[severity] / 1000 * (threat_factor / 50));
        kind.deadline_row = static_cast<std::uint8_t>(std::ranges::find(deadlines, days) - deadlines.begin());
        kind.band = static_cast<std::uint8_t>(band(sev));
        if (static_cast<Urgency>(hurry) >= Urgency::kev) kind.kev_after = static_cast<std::uint16_t>(days);
        if (sev == Severity::critical) kind.critical_after = static_cast<std::uint16_t>(2 * days);
      }
  return table;
}();

// Treatment has three sizes only: full, half, none.
constexpr std::array<std::uint32_t, 3> treatment_sizes = {1000, 500, 0};

constexpr auto vectors = [] {
  std::array<Vector, conf_words.size() * ctrl_words.size() * treatment_sizes.size() * 2> table{};
  std::size_t i = 0;
  for (std::size_t conf = 0; conf < conf_words.size(); ++conf)
    for (const std::uint32_t control : control_factor)
      for (const std::uint32_t treatment : treatment_sizes)
        for (const bool compromise : {false, true})
          table[i++] = {
              static_cast<std::uint8_t>(evidence_factor[conf] / 100 * (control / 500) * (treatment / 500)),
              static_cast<Conf>(conf) == Conf::confirmed,
              compromise ? static_cast<std::uint8_t>(Gate::compromise) : no_gate};
  return table;
}();

constexpr auto fresh = [] {
  std::array<std::uint16_t, gone_from_days + 1> table{};
  for (std::size_t days = 0; days < table.size(); ++days)
    table[days] = static_cast<std::uint16_t>(freshness(static_cast<std::int64_t>(days)));
  return table;
}();

constexpr auto late = [] {
  std::array<std::array<std::uint16_t, longest_age + 1>, deadlines.size()> table{};
  for (std::size_t row = 0; row < deadlines.size(); ++row)
    for (std::size_t days = 0; days <= longest_age; ++days)
      table[row][days] = static_cast<std::uint16_t>(overdue(static_cast<std::int64_t>(days), deadlines[row]));
  return table;
}();

// Everything that is divided out above is divided out exactly.
static_assert(std::ranges::all_of(base_mp, [](auto b) { return b % 1000 == 0; }));
static_assert(std::ranges::all_of(threats, [](auto t) { return t % 50 == 0; }));
static_assert(std::ranges::all_of(evidence_factor, [](auto c) { return c % 100 == 0; }));
static_assert(std::ranges::all_of(control_factor, [](auto x) { return x % 500 == 0; }));
static_assert(std::ranges::all_of(treatment_factor, [](auto z) { return z % 500 == 0; }));

std::uint8_t kind_of(const Finding& finding) {
  const auto row = static_cast<std::size_t>(std::ranges::find(threats, threat(finding)) - threats.begin());
  return static_cast<std::uint8_t>((static_cast<std::size_t>(finding.sev) * threats.size() + row) *
                                       urgencies +
                                   static_cast<std::size_t>(urgency(finding)));
}

std::uint8_t vector_of(const Finding& finding) {
  const std::uint32_t treatment = treatment_factor[static_cast<std::size_t>(finding.state)];
  const auto size =
      static_cast<std::size_t>(std::ranges::find(treatment_sizes, treatment) - treatment_sizes.begin());
  const std::size_t place =
      (static_cast<std::size_t>(finding.conf) * ctrl_words.size() + static_cast<std::size_t>(finding.ctrl)) *
          treatment_sizes.size() +
      size;
  return static_cast<std::uint8_t>(2 * place + (finding.compromise ? 1 : 0));
}

std::uint64_t sum_of(const auto& column) {
  return std::accumulate(column.begin(), column.end(), std::uint64_t{0});
}

}  // namespace

void BulkOrganisations::reserve(std::size_t organisations, std::size_t assets, std::size_t findings) {
  asset_end_.reserve(organisations);
  coverage_.reserve(organisations);
  breach_permille_.reserve(organisations);
  finding_end_.reserve(assets);
  value_.reserve(assets);
  kind_.reserve(findings);
  vector_.reserve(findings);
  age_.reserve(findings);
  unseen_.reserve(findings);
}

void BulkOrganisations::append(const Organisation& organisation) {
  std::map<std::string_view, std::uint16_t> values;
  for (const Asset& asset : organisation.assets) values[asset.id] = static_cast<std::uint16_t>(asset.v);
  std::map<std::string_view, const Finding*> last;
  for (const Finding& finding : organisation.findings) last[finding.id] = &finding;
  std::vector<const Finding*> findings;
  for (const auto& [id, finding] : last)
    if (values.contains(finding->asset)) findings.push_back(finding);
  std::ranges::sort(findings, [](const Finding* a, const Finding* b) {
    if (const int order = a->asset.compare(b->asset); order != 0) return order < 0;
    return a->group_name() < b->group_name();
  });

  auto next = findings.begin();
  for (const auto& [id, value] : values) {
    std::string_view group;  // names are never empty
    for (; next != findings.end() && (*next)->asset == id; ++next) {
      const Finding& finding = **next;
      const bool first = finding.group_name() != group;
      group = finding.group_name();
      kind_.push_back(kind_of(finding));
      vector_.push_back(static_cast<std::uint8_t>(vector_of(finding) | (first ? starts_group : 0)));
      age_.push_back(static_cast<std::uint16_t>(finding.age));
      unseen_.push_back(static_cast<std::uint8_t>(std::min(finding.unseen, gone_from_days)));
    }
    value_.push_back(value);
    finding_end_.push_back(static_cast<std::uint32_t>(kind_.size()));
  }
  asset_end_.push_back(static_cast<std::uint32_t>(value_.size()));
  coverage_.push_back(static_cast<std::uint16_t>(values.empty() ? 0 : organisation.coverage));
  breach_permille_.push_back(static_cast<std::uint8_t>(breach_permille(organisation.breach_days)));
}

std::size_t BulkOrganisations::bytes() const {
  return size() * (4 + 2 + 1) + value_.size() * (4 + 2) + findings() * (1 + 1 + 2 + 1);
}

void BulkOrganisations::score(std::span<BulkScore> out) const {
  std::uint32_t asset = 0;
  std::uint32_t i = 0;
  for (std::size_t organisation = 0; organisation < size(); ++organisation) {
    std::uint64_t low_value_sum = 0;
    std::uint64_t high_value_sum = 0;
    U128 low_tier_squares = 0;
    U128 other_squares = 0;
    std::size_t lowest_gate = no_gate;
    for (; asset < asset_end_[organisation]; ++asset) {
      const std::uint32_t value = value_[asset];
      const bool high_value = value >= gate_high_value;
      const auto old_kev = static_cast<std::size_t>(high_value ? Gate::kev_high_value : Gate::kev);
      const std::size_t old_critical = high_value ? static_cast<std::size_t>(Gate::critical) : no_gate;
      std::array<std::uint64_t, 3> sums{};
      std::uint64_t largest = 0;
      std::uint64_t sum = 0;
      std::size_t worst = 0;  // band
      // Findings come in no order a processor could foresee, so there is nothing to choose between here but
      // values.
      for (const std::uint32_t end = finding_end_[asset]; i < end; ++i) {
        const CheckKind& kind = kinds[kind_[i]];
        const Vector& vector = vectors[vector_[i] & (starts_group - 1U)];
        const std::uint32_t age = age_[i];
        const std::uint64_t late_factor = late[kind.deadline_row][std::min<std::size_t>(age, longest_age)];
        const std::uint64_t points =
            std::uint64_t{kind.factor} * vector.factor * fresh[unseen_[i]] * late_factor / 800'000;

        const bool first = (vector_[i] & starts_group) != 0;
        sums[worst] += first ? group_load(largest, sum) : 0;
        largest = std::max(first ? 0 : largest, points);
        sum = (first ? 0 : sum) + points;
        worst = std::max(first ? std::size_t{0} : worst, points > 0 ? std::size_t{kind.band} : 0);

        std::size_t found = age > kind.critical_after ? old_critical : no_gate;
        found = age > kind.kev_after ? old_kev : found;
        found = std::min<std::size_t>(found, vector.gate);
        lowest_gate = std::min(lowest_gate, points > 0 && vector.confirmed ? found : no_gate);
      }
      sums[worst] += group_load(largest, sum);
      const std::uint64_t asset_risk = risk(band_loads(sums[0], sums[1], sums[2]).load());
      const std::uint64_t square = value * (asset_risk * asset_risk);
      if (value == low_tier_value) {
        low_value_sum += value;
        low_tier_squares += square;
      } else {
        high_value_sum += value;
        other_squares += square;
      }
    }
    const Weights weights(low_value_sum, high_value_sum);
    const Outcome outcome =
        settle(weights.squares(low_tier_squares, other_squares), weights.sum, breach_permille_[organisation],
               lowest_gate != no_gate ? std::optional(static_cast<Gate>(lowest_gate)) : std::nullopt,
               coverage_[organisation]);
    out[organisation] = {static_cast<std::int16_t>(outcome.score_cp),
                         grade_of(outcome.score_cp, coverage_[organisation])};
  }
}

std::uint64_t BulkOrganisations::read_everything() const {
  return sum_of(asset_end_) + sum_of(coverage_) + sum_of(breach_permille_) + sum_of(finding_end_) +
         sum_of(value_) + sum_of(kind_) + sum_of(vector_) + sum_of(age_) + sum_of(unseen_);
}

}  // namespace utsyn::score
