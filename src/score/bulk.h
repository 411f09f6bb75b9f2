// Scores of very many organisations at once, in columns: two bytes of kind, an age and a freshness for each
// finding, laid out group by group, asset by asset, organisation by organisation, so that a rescore is one
// pass forward over memory. Gives S and grade only, bit for bit as score() does.
//
// Why 64 bits are enough where the method says 128: all of B, c, x and z are multiples of round numbers and t
// of 50, so p = (B * t * c * h * g * x * z) // 1000^6 equals (k * h * g) // 800000 with k = (B/1000) * (t/50)
// * (c/100) * (x/500) * (z/500) <= 54000, and the product stays below 2^37.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "score/organisation.h"
#include "score/standing.h"

namespace utsyn::score {

struct BulkScore {
  std::int16_t score_cp = 0;
  Grade grade = Grade::U;

  bool operator==(const BulkScore&) const = default;
};

class BulkOrganisations {
 public:
  void reserve(std::size_t organisations, std::size_t assets, std::size_t findings);

  // Takes over what the score depends on. At most 2^32 - 1 findings fit in all.
  void append(const Organisation& organisation);

  std::size_t size() const { return coverage_.size(); }
  std::size_t findings() const { return kind_.size(); }
  std::size_t bytes() const;  // what one rescore reads

  // `out` has one place for each organisation, in the order they came.
  void score(std::span<BulkScore> out) const;

  // The sum of every byte that score() reads: what memory alone would take, for comparison.
  std::uint64_t read_everything() const;

 private:
  // By organisation
  std::vector<std::uint32_t> asset_end_;
  std::vector<std::uint16_t> coverage_;  // 0 without assets
  std::vector<std::uint8_t> breach_permille_;
  // By asset
  std::vector<std::uint32_t> finding_end_;
  std::vector<std::uint16_t> value_;
  // By finding
  std::vector<std::uint8_t> kind_;    // severity, threat and urgency: a row of a table
  std::vector<std::uint8_t> vector_;  // evidence, control, treatment, compromise; the top bit starts a group
  std::vector<std::uint16_t> age_;
  std::vector<std::uint8_t> unseen_;  // from 90 days it is all one
};

}  // namespace utsyn::score
