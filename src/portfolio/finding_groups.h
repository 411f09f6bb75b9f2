// Findings counted by group over a whole register, in memory: what followup::count_findings() says of the
// database, to the last digit; a test holds the two against each other.
//
// One question's sums are kept between requests. When an organisation's findings change, what they were is
// taken away from the sums and what they are is added (Table::renewed_findings tells both). Time changes sums
// too, as findings become overdue: those that will within some hours wait in a heap, and when their second
// has come their organisations are counted anew. Everything is counted again only when neither is enough: the
// columns were loaded anew, more has changed than is remembered, or the hours are over.
#pragma once

#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "followup/finding_list.h"
#include "portfolio/columns.h"

namespace utsyn::portfolio {

class FindingGroups {
 public:
  // Not of assets, texts, single people, suppliers and customers, organisations by name, or what is fixed.
  static bool answers(const followup::Filter& filter, followup::Grouping by);

  FindingGroups(followup::Filter filter, followup::Grouping by);
  // Over every organisation there is, kept for the next time. For readers who see all findings.
  followup::Counted count(const Table& table, UtcTime now);
  // Over these alone.
  followup::Counted count_rows(const Table& table, std::span<const RowNumber> rows, UtcTime now);
  std::size_t bytes() const;

 private:
  struct Sum {
    std::uint32_t findings = 0;
    std::uint32_t organisations = 0;
    std::uint32_t overdue = 0;
    std::uint32_t turn = 0;  // of the organisation that was counted last, so that each counts once
  };
  struct Coming {
    std::uint32_t due = 0;
    RowNumber row = 0;
    bool operator>(const Coming& other) const { return due > other.due; }
  };

  void learn_checks(const Table& table);
  void count_all(const Table& table, UtcTime now);
  void bring_up(const Table& table, UtcTime now);
  bool fits(const OpenFinding& finding, std::int64_t now) const;
  std::size_t group_of(RowNumber row, const OpenFinding& finding) const;
  void add(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now);
  void take_away(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now);
  void wait_for(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now);
  followup::Counted largest(const Table& table) const;
  std::string key_of(const Table& table, std::size_t group) const;

  followup::Filter filter_;
  followup::Grouping by_;
  std::uint32_t states_ = 0;  // bits
  std::uint32_t severities_ = 0;
  std::vector<std::uint8_t> check_fits_;  // by number of the check
  std::vector<std::uint16_t> area_of_check_;
  Words areas_;

  std::vector<Sum> sums_;
  std::uint32_t turn_ = 0;
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming_;
  std::optional<std::uint64_t> version_;  // of the table, to which the sums are brought up
  std::int64_t now_ = 0;                  // and the second
  std::int64_t until_ = 0;                // up to which `coming_` knows all
  std::optional<followup::Counted> last_;
};

}  // namespace utsyn::portfolio
