// Organisations made up with a seed, for property tests and benchmarks. Many of them sit right on the
// method's edges: deadlines, thresholds, gates, the low tier, odd names.
#pragma once

#include <array>
#include <random>
#include <string>

#include "score/organisation.h"

namespace utsyn::score {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  std::int64_t from(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low) + 1));
  }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& choices) {
    return choices[below(N)];
  }
  template <class List>
  void shuffle(List& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

inline Finding random_finding(Dice& dice, std::string id, std::string asset) {
  using enum Severity;
  constexpr std::array severities = {info, low, low, low, medium, medium, medium, high, high, critical};
  constexpr std::array<std::int64_t, 16> ages = {0,  3,  4,  14, 15, 28,  29,  30,
                                                 31, 60, 61, 90, 91, 180, 181, 540};
  constexpr std::array<std::int64_t, 9> unseen = {14, 15, 20, 44, 45, 46, 60, 89, 90};
  constexpr std::array<std::uint32_t, 7> epss = {0, 9999, 10'000, 99'999, 100'000, 499'999, 500'000};
  Finding finding{.id = std::move(id), .asset = std::move(asset), .sev = dice.one_of(severities)};
  finding.cve = dice.chance(50);
  finding.kev = dice.chance(12);
  finding.ransomware = dice.chance(8);
  finding.automatable = dice.chance(30);
  finding.total = dice.chance(30);
  finding.public_exploit = dice.chance(15);
  finding.compromise = dice.chance(2);
  if (dice.chance(30)) finding.epss_max7 = dice.one_of(epss);
  if (dice.chance(20)) finding.epss_max7 = static_cast<std::uint32_t>(dice.below(1'000'001));
  if (dice.chance(30)) finding.conf = static_cast<Conf>(dice.below(3));
  if (dice.chance(25)) finding.ctrl = static_cast<Ctrl>(dice.below(3));
  if (dice.chance(35)) finding.state = static_cast<State>(dice.below(7));
  if (dice.chance(40)) finding.age = dice.one_of(ages);
  if (dice.chance(30)) finding.age = dice.from(0, dice.chance(10) ? 36'500 : 400);
  if (dice.chance(20)) finding.unseen = dice.one_of(unseen);
  if (dice.chance(10)) finding.unseen = dice.from(0, 120);
  constexpr std::array groups = {"apache", "openssl", "ø", "f1", "f2"};
  if (dice.chance(35)) finding.group = dice.one_of(groups);
  constexpr std::array domains = {"mail", "tls", "dns", "web"};
  if (dice.chance(50)) finding.domain = dice.one_of(domains);
  return finding;
}

struct Shape {
  std::size_t most_assets = 12;
  std::size_t most_findings = 24;
};

// Ids are unique: assets a0, a1 ..., findings f0, f1 ...
inline Organisation random_organisation(Dice& dice, const Shape& shape = {}) {
  constexpr std::array<std::uint32_t, 5> values = {25, 100, 100, 200, 400};
  const std::size_t low_tier = dice.chance(30) ? 85 : 15;  // percent; many of them wake the dilution guard
  Organisation organisation;
  for (std::size_t i = 0, n = dice.below(shape.most_assets + 1); i < n; ++i)
    organisation.assets.push_back(
        {"a" + std::to_string(i), dice.chance(low_tier) ? low_tier_value : dice.one_of(values)});
  if (!organisation.assets.empty())
    for (std::size_t i = 0, n = dice.below(shape.most_findings + 1); i < n; ++i)
      organisation.findings.push_back(random_finding(
          dice, "f" + std::to_string(i), organisation.assets[dice.below(organisation.assets.size())].id));
  if (dice.chance(40)) organisation.coverage = dice.from(0, full_coverage);
  if (dice.chance(30))
    for (std::size_t i = 0, n = dice.below(4); i < n; ++i)
      organisation.breach_days.push_back(dice.from(0, 400));
  if (dice.chance(20)) organisation.peer_load_p75 = dice.from(0, 100'000);
  return organisation;
}

inline Plan random_plan(Dice& dice, const Organisation& organisation, std::size_t actions) {
  constexpr std::array<std::int64_t, 5> minutes = {0, 10, 10, 30, 60};
  Plan plan;
  for (std::size_t i = 0; i < actions; ++i) {
    Action action{.id = "act" + std::to_string(dice.below(3 * actions)),
                  .minutes = dice.chance(50) ? dice.one_of(minutes) : dice.from(0, 300)};
    for (std::size_t k = 0, n = dice.below(4); k < n; ++k)
      action.fixes.push_back("f" + std::to_string(dice.below(organisation.findings.size() + 1)));
    plan.actions.push_back(std::move(action));
  }
  if (dice.chance(60))
    plan.target_cp = dice.from(4000, full_score_cp);
  else
    plan.budget_min = dice.from(0, 100 * static_cast<std::int64_t>(actions));
  return plan;
}

}  // namespace utsyn::score
