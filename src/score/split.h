// Section 7: shares a whole number of cents by weight so that not one is lost. Largest remainder, ties to the
// smallest key.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "score/arithmetic.h"

namespace utsyn::score {

struct Share {
  std::string_view key;
  U128 weight;
};

// What each share gets, in the order given; all 0 when the weights sum to 0. total * weight must fit 128
// bits.
std::vector<std::int64_t> split(std::int64_t total, std::span<const Share> shares);

}  // namespace utsyn::score
