// The history of one question, kept between requests. Days gone by do not change, so what is kept is how many
// members had each score on each of them: counters, from which every figure follows. When an organisation
// joins or leaves the members, moves to another cell or weighs something else, it alone is taken away and
// added; when a day is written anew (four times for the present one), that day alone is counted again.
//
// What is kept is held against the members themselves, and each day against its stamp. So it does not matter
// why they changed, nor whose question it was: nobody is answered with other members than their own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "portfolio/columns.h"
#include "portfolio/figures.h"
#include "portfolio/strata.h"

namespace utsyn::portfolio {

// One of the two: of all members together, or of the cells of a dimension.
struct PastAnswer {
  std::vector<HistoryPoint> points;
  std::vector<CellHistory> cells;
};

class PastAnswers {
 public:
  // With a dimension: as breakdown_history_of() says; without: as history_of() says.
  PastAnswers(bool authority, std::optional<Dimension> dimension)
      : authority_(authority), dimension_(dimension) {}

  struct Asked {
    std::int64_t from_day = 0;
    std::int64_t to_day = 0;
    bool certain = false;  // while the table's version stands, the members do
  };
  std::shared_ptr<const PastAnswer> ask(const Table& table, const Asked& asked,
                                        const std::function<Members()>& members);
  std::size_t bytes() const;

 private:
  struct Day {
    std::uint64_t stamp = 0;
    std::vector<Tally> tallies;                                  // by slot
    std::vector<std::optional<score::PortfolioAnswer>> answers;  // beside them, until they change
    TroubleTally trouble;                                        // of all, without a dimension
  };
  void hold(const Table& table, Members members);
  void replace(const Table& table, const Members& members, const std::vector<std::uint32_t>& slots);
  std::vector<std::uint32_t> slots_of(const Table& table, const Members& members);
  Day& counted(const Table::Past& past);
  const score::PortfolioAnswer& answer(Day& day, std::size_t slot) const;

  bool authority_;
  std::optional<Dimension> dimension_;
  Members members_;
  std::vector<std::uint32_t> slot_;          // beside the members, in which cell; empty: all in the first
  std::vector<std::uint32_t> slot_of_cell_;  // by the cell's number
  std::size_t slots_ = 1;
  Cells cells_;  // as they are shown
  std::vector<bool> hidden_now_;
  std::map<std::int64_t, Day> days_;

  std::optional<std::uint64_t> version_;  // of the table that the members were taken from
  Asked asked_;
  std::shared_ptr<const PastAnswer> last_;
};

}  // namespace utsyn::portfolio
