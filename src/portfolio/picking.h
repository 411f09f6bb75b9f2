// Narrowing many rows to those that are asked for, and picking the first few of them in an order: bare passes
// over columns, without a branch for each row and without ever sorting what is not shown.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "portfolio/columns.h"

namespace utsyn::portfolio {

// What is left after one question after the other, each a pass over one column.
class Narrowing {
 public:
  explicit Narrowing(std::span<const RowNumber> rows) : from_(rows) {}
  explicit Narrowing(std::vector<RowNumber> rows) : left_(std::move(rows)), started_(true) {}
  // All rows from 0 that fit.
  template <class Fits>
  Narrowing(std::size_t count, Fits fits) : started_(true) {
    left_.resize(count);
    std::size_t kept = 0;
    for (RowNumber row = 0; row < count; ++row) {
      left_[kept] = row;
      kept += fits(row) ? 1U : 0U;
    }
    left_.resize(kept);
  }
  template <class Fits>
  void keep(bool asked, Fits fits) {
    if (!asked) return;
    const auto source = started_ ? std::span<const RowNumber>(left_) : from_;
    if (!started_) left_.resize(from_.size());
    started_ = true;
    std::size_t count = 0;
    for (const auto row : source) {
      left_[count] = row;
      count += fits(row) ? 1U : 0U;
    }
    left_.resize(count);
  }
  // As long as this lives, and what it was made of.
  std::span<const RowNumber> rows() const { return started_ ? std::span<const RowNumber>(left_) : from_; }
  std::vector<RowNumber> take() {
    if (!started_) left_.assign(from_.begin(), from_.end());
    return std::move(left_);
  }

 private:
  std::span<const RowNumber> from_;
  std::vector<RowNumber> left_;
  bool started_ = false;
};

inline constexpr std::uint64_t kLastKey = std::numeric_limits<std::uint64_t>::max();

// A place in an order: the smaller key comes first; where keys are equal the texts decide.
struct Place {
  std::uint64_t key = 0;
  std::string_view name;
  std::uint64_t id_key = 0;  // first_bytes() of the id
  std::string_view id;
};
inline bool comes_before(const Place& a, const Place& b, bool texts_turned) {
  if (a.key != b.key) return a.key < b.key;
  if (const auto order = a.name.compare(b.name); order != 0) return texts_turned ? order > 0 : order < 0;
  if (a.id_key != b.id_key) return texts_turned ? a.id_key > b.id_key : a.id_key < b.id_key;
  const auto order = a.id.compare(b.id);
  return texts_turned ? order > 0 : order < 0;
}

// The first `limit` rows that come after `start` (null: from the beginning), in order. What could still be
// among them is gathered, and thinned out to the best whenever it has grown to a bound: most rows lose
// against the worst of those by their number alone, and rows in the most unlucky order cost a constant each.
// Rows are mostly in the order of their ids, so of equal ones the best are met first.
template <class KeyOf, class NameOf>
std::vector<RowNumber> first_of(const Table& table, std::span<const RowNumber> rows, std::size_t limit,
                                const Place* start, bool texts_turned, KeyOf key_of, NameOf name_of) {
  if (limit == 0) return {};
  struct Candidate {
    Place place;
    RowNumber row;
  };
  const auto order = [&](const Candidate& a, const Candidate& b) {
    return comes_before(a.place, b.place, texts_turned);
  };
  std::vector<Candidate> best;
  const std::size_t most = std::max<std::size_t>(4 * limit, 1024);
  best.reserve(std::min(most, rows.size()));
  const std::uint64_t least = start == nullptr ? 0 : start->key;
  Place bar;
  bar.key = kLastKey;
  bool barred = false;
  const auto offer = [&](RowNumber row) {
    const auto key = key_of(row);
    if (key > bar.key || key < least) return;
    const Candidate one{{key, name_of(row), table.id_key[row], table.id[row]}, row};
    if (barred && !comes_before(one.place, bar, texts_turned)) return;
    if (start != nullptr && !comes_before(*start, one.place, texts_turned)) return;
    best.push_back(one);
    if (best.size() < most) return;
    const auto last = best.begin() + static_cast<std::ptrdiff_t>(limit - 1);
    std::ranges::nth_element(best, last, order);
    bar = last->place;
    barred = true;
    best.resize(limit);
  };
  if (texts_turned) {
    for (auto at = rows.size(); at > 0; --at) offer(rows[at - 1]);
  } else {
    for (const auto row : rows) offer(row);
  }
  std::ranges::sort(best, order);
  if (best.size() > limit) best.resize(limit);
  std::vector<RowNumber> page;
  page.reserve(best.size());
  for (const auto& one : best) page.push_back(one.row);
  return page;
}

}  // namespace utsyn::portfolio
