// The national picture for a reader who sees some organisations by name and not the others: it counts all of
// them, and must not tell of the others what taking away the known ones would give. So where fewer than five
// of those not seen lie (but none), nothing is shown, by itself or by any sum of what is shown.
//
// The picture comes of all organisations together and of each kind alone. The cells of a dimension and of the
// kinds are then a table whose sums, and some of whose places, are shown; what is hidden in it is a graph
// again (suppression.h), with a cut for everything that could be worked out. Not looked at: sums that mix
// several dimensions with several kinds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "access/access.h"
#include "portfolio/figures.h"
#include "portfolio/filter.h"
#include "portfolio/strata.h"
#include "score/standing.h"

namespace utsyn::portfolio {

// As whom the picture is counted: as who sees the findings of all, and names nobody.
access::Access counting_all(const access::Access& reader);

class NationGuard {
 public:
  using Kind = std::optional<score::Kind>;  // of which the picture is; nothing: of all

  // `named`: what the reader sees.
  NationGuard(const Table& table, const Seen& named, Kind kind);

  // Takes out of an answer that was counted for everybody what this reader may not be told.
  void guard(Breakdown& breakdown, Dimension dimension) const;
  void guard(score::PortfolioAnswer& total) const;
  // Of each day what holds today, and the same for those who were rated then.
  void guard(std::vector<HistoryPoint>& total, std::vector<CellHistory>& cells, Dimension dimension) const;

 private:
  struct Picture {
    bool whole = false;                             // nothing of it is shown
    std::array<std::set<std::uint32_t>, 6> hidden;  // by dimension: the numbers of its cells
  };
  void hide_small(std::size_t picture);
  void hide_by_kinds(Dimension dimension);
  bool hides(const Picture& picture, Dimension dimension, const std::string& key) const;

  const Table* table_;
  Kind kind_;
  bool open_ = false;  // who sees all, and the sector authority: nothing is guarded
  // How many rated ones lie in each stratum: all of them, those whose score the reader does not see by name,
  // those whose findings.
  std::vector<std::vector<std::uint64_t>> layers_;
  std::array<std::vector<RowNumber>, 2> named_;  // at score, at findings
  std::vector<Picture> pictures_;  // of all, then of each kind: as far as they matter to `kind_`
  const Picture& asked() const { return pictures_[kind_ ? 1 + static_cast<std::size_t>(*kind_) : 0]; }
};

}  // namespace utsyn::portfolio
