#include "score/split.h"

#include <algorithm>
#include <cstddef>

namespace utsyn::score {

std::vector<std::int64_t> split(std::int64_t total, std::span<const Share> shares) {
  std::vector<std::int64_t> cents(shares.size(), 0);
  U128 sum = 0;
  for (const Share& share : shares) sum += share.weight;
  if (sum == 0) return cents;

  struct Remainder {
    U128 left;
    std::size_t index;
  };
  std::vector<Remainder> remainders(shares.size());
  std::int64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const U128 product = static_cast<U128>(total) * shares[i].weight;
    cents[i] = static_cast<std::int64_t>(product / sum);
    remainders[i] = {product % sum, i};
    given += cents[i];
  }
  const auto left_over = static_cast<std::size_t>(total - given);  // fewer than there are shares
  std::ranges::partial_sort(remainders, remainders.begin() + static_cast<std::ptrdiff_t>(left_over),
                            [&](const Remainder& a, const Remainder& b) {
                              if (a.left != b.left) return a.left > b.left;
                              return shares[a.index].key < shares[b.index].key;
                            });
  for (std::size_t i = 0; i < left_over; ++i) ++cents[remainders[i].index];
  return cents;
}

}  // namespace utsyn::score
