// Section 1 of the methodology: integers only, division rounded down, square roots rounded down, and 128 bits
// where a product or a sum may outgrow 64.
#pragma once

#include <bit>
#include <cstdint>

namespace utsyn::score {

__extension__ using U128 = unsigned __int128;

// Rounded down towards minus infinity; the divisor is positive.
constexpr std::int64_t floor_div(std::int64_t dividend, std::int64_t divisor) {
  const std::int64_t quotient = dividend / divisor;
  return dividend % divisor < 0 ? quotient - 1 : quotient;
}

// y0 up to x0, y1 from x1, a straight line rounded down between them.
constexpr std::int64_t ramp(std::int64_t x, std::int64_t x0, std::int64_t y0, std::int64_t x1,
                            std::int64_t y1) {
  if (x <= x0) return y0;
  if (x >= x1) return y1;
  return y0 + floor_div((y1 - y0) * (x - x0), x1 - x0);
}

// The largest integer whose square is at most x. Newton's steps fall from a power of two above the root and
// stop where they would rise.
constexpr std::uint64_t isqrt(std::uint64_t x) {
  if (x < 2) return x;
  std::uint64_t root = std::uint64_t{1} << ((static_cast<unsigned>(std::bit_width(x)) + 1) / 2);
  while (true) {
    const std::uint64_t next = (root + x / root) / 2;
    if (next >= root) return root;
    root = next;
  }
}

}  // namespace utsyn::score
