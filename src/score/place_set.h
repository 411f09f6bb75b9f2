// A set of places 0 .. n-1 that quickly finds its first member from a place on, however sparse it has become:
// bits, and a second row of bits that tells which words of the first have any.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace utsyn::score {

class PlaceSet {
 public:
  PlaceSet() = default;
  // All places are members.
  explicit PlaceSet(std::size_t size) : words_(size / 64 + 1), busy_(words_.size() / 64 + 1) {
    for (std::size_t place = 0; place < size; ++place) insert(place);
  }

  void insert(std::size_t place) {
    words_[place / 64] |= std::uint64_t{1} << (place % 64);
    busy_[place / 4096] |= std::uint64_t{1} << (place / 64 % 64);
  }
  void erase(std::size_t place) {
    words_[place / 64] &= ~(std::uint64_t{1} << (place % 64));
    if (words_[place / 64] == 0) busy_[place / 4096] &= ~(std::uint64_t{1} << (place / 64 % 64));
  }

  // The first member at or after `place`; there must be one.
  std::size_t first_from(std::size_t place) const {
    if (const std::uint64_t rest = words_[place / 64] >> (place % 64); rest != 0)
      return place + static_cast<std::size_t>(std::countr_zero(rest));
    const std::size_t next_word = place / 64 + 1;
    std::size_t row = next_word / 64;
    std::uint64_t busy = busy_[row] >> (next_word % 64) << (next_word % 64);
    while (busy == 0) busy = busy_[++row];
    const std::size_t word = row * 64 + static_cast<std::size_t>(std::countr_zero(busy));
    return word * 64 + static_cast<std::size_t>(std::countr_zero(words_[word]));
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> busy_;  // bit i: words_[i] is not 0
};

}  // namespace utsyn::score
