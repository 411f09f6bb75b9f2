#include "score/place_set.h"

#include <gtest/gtest.h>

#include <set>

#include "score/random_organisation.h"

namespace utsyn::score {
namespace {

TEST(PlaceSet, FindsWhatAnOrderedSetFinds) {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 20'000U}) {
    PlaceSet places(size);
    std::set<std::size_t> expected;
    for (std::size_t i = 0; i < size; ++i) expected.insert(i);
    Dice dice(size);
    for (int round = 0; round < 3000; ++round) {
      const std::size_t place = dice.below(size);
      if (round > 2000 ? dice.chance(90) : dice.chance(30)) {
        // Whole stretches leave, so that the set becomes sparse.
        for (std::size_t i = place; i < std::min(size, place + 500); ++i) {
          places.erase(i);
          expected.erase(i);
        }
      } else {
        places.insert(place);
        expected.insert(place);
      }
      const std::size_t from = dice.below(size);
      if (const auto found = expected.lower_bound(from); found != expected.end())
        ASSERT_EQ(places.first_from(from), *found) << size;
    }
  }
}

}  // namespace
}  // namespace utsyn::score
