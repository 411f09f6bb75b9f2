// Section 11 of the methodology over the columns: the same figures as score::portfolio() gives, to the last
// digit, by counting instead of sorting, so that a million organisations take milliseconds. Tests hold the
// two against each other and against the golden vectors. Rows that come in are rows the reader sees.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/check.h"
#include "portfolio/columns.h"
#include "portfolio/filter.h"
#include "score/portfolio.h"

namespace utsyn::portfolio {

class Tally {
 public:
  // Like score::Member, without what it takes to find peers.
  struct One {
    std::int64_t score_cp = 0;
    score::Grade grade = score::Grade::U;
    std::int64_t weight = 1;
    std::int64_t inhabitants = 0;
    std::int64_t coverage = score::full_coverage;
    std::int64_t overdue_days = 0;
    bool open_gate = false;
    bool findings = true;  // seen by the reader: else neither gate nor overdue days count
  };
  void add(const One& one);
  void remove(const One& one);  // that was added
  // Many at once of whom nothing is known but the score: how many have each, and how many are not rated. Each
  // weighs 1.
  void add_scores(std::span<const std::uint32_t> counts, std::size_t unrated);
  // One row as it stands; after the last, each weighs 1.
  void add_row(const Table& table, RowNumber row, bool findings);
  void weigh_equally();
  void add_tally(const Tally& other);
  std::size_t members() const { return members_; }
  std::size_t bytes() const {
    return sizeof(Tally) + (scores_.capacity() + overdue_.capacity()) * sizeof(std::uint32_t);
  }
  std::size_t rated() const { return rated_; }
  score::PortfolioAnswer answer(bool authority) const;  // peers are left empty
  score::PortfolioFigures figures() const;              // at least one is rated

 private:
  std::size_t members_ = 0;
  std::size_t rated_ = 0;
  std::array<std::size_t, 6> grades_{};
  std::vector<std::uint32_t> scores_;   // how many have each score
  std::vector<std::uint32_t> overdue_;  // and each number of days
  std::int64_t sum_ = 0;
  score::U128 weighted_sum_ = 0;
  score::U128 weights_ = 0;
  std::size_t troubled_ = 0;  // rated, and their findings are seen: of these the gates and the days overdue
  std::int64_t gates_ = 0;
  std::int64_t coverage_ = 0;
  std::int64_t inhabitants_d_f_ = 0;
};

enum class WeightBy { one, given, inhabitants, employees, criticality };
inline constexpr std::array<std::string_view, 5> weight_words = {"one", "given", "inhabitants", "employees",
                                                                 "criticality"};

// A set of organisations with the weights of their members.
struct Members {
  std::vector<RowNumber> rows;              // in row order
  std::vector<std::int64_t> weights;        // beside them; empty: 1 each
  std::vector<std::uint8_t> findings = {};  // whether the reader sees them; empty: nobody's
  std::int64_t weight(std::size_t at) const { return weights.empty() ? 1 : weights[at]; }
  bool sees_findings(std::size_t at) const { return !findings.empty() && findings[at] != 0; }
};
// Rows with a weight of 1 each, and what the reader sees of them.
Members equal_members(const Seen& seen, std::vector<RowNumber> rows);

score::PortfolioAnswer figures_of(const Table& table, const Members& members, bool authority);

// A check with open findings. Counted where the reader sees findings, and only there.
struct Issue {
  std::string check;
  checks::Severity severity = checks::Severity::info;  // of the catalogue
  std::size_t organisations = 0;
  std::int64_t share = 0;  // of those measured, in 1/10000
};
struct Issues {
  std::size_t measured = 0;  // members whose findings are seen
  bool suppressed = false;
  std::size_t open_gates = 0;
  std::size_t critical = 0;  // findings
  std::size_t high = 0;
  std::vector<Issue> most_critical;
  std::vector<Issue> most_common;
};
Issues issues_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows, std::size_t most);

struct Mover {
  RowNumber row = 0;
  std::int64_t then_cp = 0;
  std::int64_t now_cp = 0;
};
struct Movers {
  std::vector<RowNumber> worst;  // lowest scores first
  std::vector<Mover> improved;   // over the days asked about; empty when nothing is known of that day
  std::vector<Mover> worsened;
  std::optional<std::int64_t> since_day;
};
Movers movers_of(const Table& table, std::span<const RowNumber> rows, std::int64_t today, std::int64_t days,
                 std::size_t most);

// Open gates and days overdue on a day gone by, of the members rated then whose findings the reader sees.
struct PastTrouble {
  std::int64_t open_gates = 0;
  std::int64_t median_overdue_days = 0;
};
class TroubleTally {
 public:
  // `score_cp` and `trouble` as Table::Past has them.
  void add(std::int64_t day, std::uint16_t score_cp, std::uint16_t trouble) {
    put(day, score_cp, trouble, 1);
  }
  void remove(std::int64_t day, std::uint16_t score_cp, std::uint16_t trouble) {
    put(day, score_cp, trouble, -1);
  }
  // Nothing when nothing was kept, or of so few that they could be told apart.
  std::optional<PastTrouble> answer(bool authority) const;
  std::size_t bytes() const { return overdue_.capacity() * sizeof(std::uint32_t); }

 private:
  void put(std::int64_t day, std::uint16_t score_cp, std::uint16_t trouble, int times);
  std::vector<std::uint32_t> overdue_;  // how many have each number of days
  std::size_t members_ = 0;
  std::int64_t gates_ = 0;
};

struct HistoryPoint {
  std::int64_t day = 0;
  score::PortfolioAnswer answer;       // scores and grades only; today's members as they stood then
  std::optional<PastTrouble> trouble;  // of all members together, not of the cells of a breakdown
};
// The kept days asked about; today's state is not among them.
std::span<const Table::Past> days_within(const Table& table, std::int64_t from_day, std::int64_t to_day);
// How one stood on a day gone by.
Tally::One past_one(std::uint16_t score_cp, std::int64_t weight);
// Counted anew, day by day; past_answers.h remembers.
std::vector<HistoryPoint> history_of(const Table& table, const Members& members, bool authority,
                                     std::int64_t from_day, std::int64_t to_day);

enum class Dimension { county, kostra, sector, population, assets, kind };
inline constexpr std::array<std::string_view, 6> dimension_words = {"county",     "kostra", "sector",
                                                                    "population", "assets", "kind"};
constexpr std::string_view word(Dimension dimension) {
  return dimension_words[static_cast<std::size_t>(dimension)];
}
// "03", "EKG07", "6500", "2000-4999", "6-20", "municipality"; "unknown" where nothing is known.
std::string cell_key(const Table& table, RowNumber row, Dimension dimension);

struct BreakdownCell {
  std::string key;
  score::PortfolioAnswer answer;
};
struct Breakdown {
  score::PortfolioAnswer total;
  std::vector<BreakdownCell> cells;  // by key
};
// Cells are suppressed so that no two breakdowns of the same members give a small group away.
Breakdown breakdown_of(const Table& table, const Members& members, Dimension dimension, bool authority);
// The cells of each dimension with time: only cells that breakdown_of() shows, and only days on which they
// are large enough.
struct CellHistory {
  std::string key;
  std::vector<HistoryPoint> points;
};
std::vector<CellHistory> breakdown_history_of(const Table& table, const Members& members, Dimension dimension,
                                              bool authority, std::int64_t from_day, std::int64_t to_day);

// One organisation among its likes (same kind): those the reader sees, and those that have consented to be
// counted, unless these are so few that they could be told.
enum class PeerGroup { kostra, population, sector, national };
inline constexpr std::array<std::string_view, 4> peer_group_words = {"kostra", "population", "sector",
                                                                     "national"};
struct Peers {
  PeerGroup group = PeerGroup::national;
  std::string key;  // "EKG07", "2000-4999"...
  bool suppressed = true;
  std::size_t n = 0;
  std::int64_t median_cp = 0;
  std::int64_t p25_cp = 0;
  std::int64_t p75_cp = 0;
  std::optional<std::int64_t> percentile;  // of the organisation, when it is rated
};
std::vector<Peers> peers_of(const Table& table, const Seen& seen, RowNumber row, UtcTime now);

}  // namespace utsyn::portfolio
