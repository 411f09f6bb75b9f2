// Section 11 of the methodology, second half: many scores seen together. Figures are over the rated members,
// and a group so small that it would give its members away is suppressed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "score/standing.h"

namespace utsyn::score {

enum class Kind : std::uint8_t { municipality, county, state, supplier, other };
inline constexpr std::array<std::string_view, 5> kind_words = {"municipality", "county", "state", "supplier",
                                                               "other"};
constexpr std::string_view word(Kind kind) { return kind_words[static_cast<std::size_t>(kind)]; }

struct Member {
  std::string id;
  Kind kind = Kind::other;
  std::int64_t score_cp = 0;
  Grade grade = Grade::U;
  std::int64_t weight = 1;  // inhabitants, employees, or a supplier's criticality
  std::optional<std::int64_t> inhabitants;
  std::optional<std::string> kostra;
  std::int64_t coverage = full_coverage;
  std::int64_t overdue_days = 0;
  bool open_gate = false;

  bool operator==(const Member&) const = default;
};

struct Portfolio {
  bool authority = false;       // the sector authority sees small groups too
  std::vector<Member> members;  // of each id the last counts

  bool operator==(const Portfolio&) const = default;
};

enum class PeerLevel : std::uint8_t { kostra, population, national, none };
inline constexpr std::array<std::string_view, 4> peer_level_words = {"kostra", "population", "national",
                                                                     "none"};
constexpr std::string_view word(PeerLevel level) { return peer_level_words[static_cast<std::size_t>(level)]; }

struct Peer {
  PeerLevel level = PeerLevel::none;
  std::size_t n = 0;
  std::optional<std::int64_t> percentile;  // midrank, in 1/100 %

  bool operator==(const Peer&) const = default;
};

struct PortfolioFigures {
  std::size_t rated = 0;
  std::size_t unrated = 0;
  std::int64_t mean_cp = 0;
  std::int64_t median_cp = 0;  // the headline
  std::optional<std::int64_t> weighted_cp;
  std::int64_t p10_cp = 0;
  std::int64_t p25_cp = 0;
  std::int64_t p75_cp = 0;
  std::int64_t p90_cp = 0;
  std::optional<std::array<std::int64_t, 2>> median_interval_cp;  // 95 %
  std::array<std::size_t, 6> grades{};                            // by Grade, over all members
  // Nothing where the findings of too few are seen.
  std::optional<std::int64_t> gate_share;  // in 1/10000
  std::optional<std::int64_t> median_overdue_days;
  std::int64_t mean_coverage = 0;
  std::int64_t inhabitants_d_f = 0;
  std::map<std::string, Peer, std::less<>> peers;  // of each rated member

  bool operator==(const PortfolioFigures&) const = default;
};

struct PortfolioAnswer {
  std::size_t members = 0;
  bool suppressed = false;
  std::optional<PortfolioFigures> figures;  // none when suppressed or when nobody is rated

  bool operator==(const PortfolioAnswer&) const = default;
};

PortfolioAnswer portfolio(const Portfolio& portfolio);

// Which cells of a breakdown must not be shown: those with fewer than five rated members, and where that is
// exactly one while the total is shown, so that it could be found by subtraction, the smallest of the rest as
// well.
struct Cell {
  std::string key;
  std::size_t rated = 0;
};
std::vector<bool> suppressed_cells(std::span<const Cell> cells, bool total_shown);

}  // namespace utsyn::score
