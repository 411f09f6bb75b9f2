// Section 11 of the methodology, first half: why did the score move? Parts of `before` are replaced by those
// of `after` in a fixed order; each step is the change in S, and they sum to the whole change exactly.
#pragma once

#include <cstdint>

#include "score/organisation.h"

namespace utsyn::score {

struct Change {
  std::int64_t before_cp = 0;
  std::int64_t after_cp = 0;
  struct Steps {
    std::int64_t method = 0;
    std::int64_t footprint = 0;
    std::int64_t feeds = 0;
    std::int64_t treatment = 0;
    std::int64_t ageing = 0;
    std::int64_t findings = 0;

    bool operator==(const Steps&) const = default;
  } steps;

  bool operator==(const Change&) const = default;
};

Change change(const Organisation& before, const Organisation& after);

}  // namespace utsyn::score
