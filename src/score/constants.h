// Every constant of the method, in one place. All of them are expert opinion v1.0 until they are calibrated
// on Norwegian incidents (methodology, section 16); whatever shows a score shows that label too.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace utsyn::score {

inline constexpr std::string_view method_id = "utsyn-1.0";
inline constexpr std::string_view constants_label = "expert opinion v1.0";

// Section 3: points of a finding. Factors are permille, the base is mp (1/1000 point of load).
inline constexpr std::array<std::uint32_t, 5> base_mp = {0, 1000, 4000, 12000, 30000};  // by Severity
inline constexpr std::uint32_t threat_ransomware = 2250;
inline constexpr std::uint32_t threat_kev = 2000;
inline constexpr std::uint32_t threat_exploited = 1600;
inline constexpr std::uint32_t threat_likely = 1300;
inline constexpr std::uint32_t threat_ordinary = 1000;  // also without a CVE, and when the EPSS is unknown
inline constexpr std::uint32_t threat_unlikely = 600;
inline constexpr std::uint32_t epss_exploited_ppm = 500'000;
inline constexpr std::uint32_t epss_likely_ppm = 100'000;
inline constexpr std::uint32_t epss_ordinary_ppm = 10'000;
inline constexpr std::array<std::uint32_t, 3> evidence_factor = {1000, 700, 400};  // by Conf
inline constexpr std::array<std::uint32_t, 3> control_factor = {1000, 500, 0};     // by Ctrl
inline constexpr std::array<std::uint32_t, 7> treatment_factor = {1000, 1000, 1000, 0,
                                                                  500,  0,    0};  // by State
inline constexpr std::int64_t fresh_until_days = 14;  // freshness 1000 until here,
inline constexpr std::int64_t stale_from_days = 45;   // falling to 500 here
inline constexpr std::int64_t gone_from_days = 90;    // and to 0 here
inline constexpr std::int64_t overdue_full = 1500;    // reached at three deadlines

// Section 3: deadlines in days.
inline constexpr std::int64_t deadline_kev_urgent = 3;
inline constexpr std::int64_t deadline_kev = 14;
inline constexpr std::int64_t deadline_exploited_critical = 14;
inline constexpr std::int64_t deadline_serious = 30;
inline constexpr std::int64_t deadline_medium = 90;
inline constexpr std::int64_t deadline_low = 180;

// Section 4: load and risk of an asset.
inline constexpr std::uint64_t low_cap_mp = 6000;
inline constexpr std::uint64_t hygiene_cap_mp = 20'000;  // low and medium together
inline constexpr std::uint64_t half_risk_mp = 40'000;    // the load at which the risk is one half

// Section 5: the low tier of asset values, and the dilution guard around it.
inline constexpr std::uint32_t low_tier_value = 25;
inline constexpr std::uint64_t guard_share = 4;

// Section 6: breach, gates, coverage, grade.
inline constexpr std::int64_t breach_permille_each = 50;
inline constexpr std::int64_t breach_permille_most = 100;
inline constexpr std::int64_t breach_forgotten_days = 365;
inline constexpr std::array<std::int64_t, 4> gate_cap_cp = {4500, 5900, 6900, 7900};  // by Gate
inline constexpr std::uint32_t gate_high_value = 200;
inline constexpr std::int64_t coverage_slack = 1000;
inline constexpr std::int64_t full_score_cp = 10'000;
inline constexpr std::int64_t full_coverage = 10'000;
inline constexpr std::int64_t rated_coverage = 5000;
inline constexpr std::int64_t grade_a_cp = 9000;
inline constexpr std::int64_t grade_b_cp = 8000;
inline constexpr std::int64_t grade_c_cp = 7000;
inline constexpr std::int64_t grade_d_cp = 6000;

// Section 8: confidence.
inline constexpr std::int64_t high_confidence_coverage = 9000;
inline constexpr std::int64_t high_confidence_width_cp = 500;
inline constexpr std::int64_t medium_confidence_coverage = 7000;
inline constexpr std::int64_t medium_confidence_width_cp = 1200;
inline constexpr std::int64_t default_peer_load_mp = 6000;

// Section 9: up to this many actions every set is tried.
inline constexpr std::size_t exact_actions = 16;

// Section 11: portfolio.
inline constexpr std::size_t suppressed_below = 5;
inline constexpr std::size_t median_interval_from = 10;
inline constexpr std::uint64_t median_interval_square = 38'416;  // (100 * 1.96)^2
inline constexpr std::array<std::int64_t, 5> population_class_below = {2000, 5000, 10'000, 20'000, 50'000};

}  // namespace utsyn::score
