// How an organisation stands, ready for "what if": every finding with points, in its group, on its asset,
// with all the sums of sections 3 to 6 kept up to date while findings are taken away and put back. One
// removal costs a few divisions whatever the size of the organisation, so that gains and plans are cheap; the
// sums are integers, so a finding put back leaves exactly what was there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "score/arithmetic.h"
#include "score/organisation.h"
#include "score/place_set.h"
#include "score/points.h"

namespace utsyn::score {

enum class Grade : std::uint8_t { A, B, C, D, F, U };
inline constexpr std::array<std::string_view, 6> grade_words = {"A", "B", "C", "D", "F", "U"};
constexpr std::string_view word(Grade grade) { return grade_words[static_cast<std::size_t>(grade)]; }

constexpr Grade grade_of(std::int64_t score_cp, std::int64_t coverage) {
  if (coverage < rated_coverage) return Grade::U;
  if (score_cp >= grade_a_cp) return Grade::A;
  if (score_cp >= grade_b_cp) return Grade::B;
  if (score_cp >= grade_c_cp) return Grade::C;
  return score_cp >= grade_d_cp ? Grade::D : Grade::F;
}

// Section 5: what an asset's square of risk is multiplied with, and the sum of all weights.
struct Weights {
  U128 low_tier_factor = 1;  // w = v * factor
  U128 other_factor = 1;
  U128 sum = 0;

  Weights() = default;
  Weights(std::uint64_t low_value_sum, std::uint64_t high_value_sum);
  U128 squares(U128 low_tier, U128 other) const { return low_tier * low_tier_factor + other * other_factor; }
};

// Section 6 in its order: from the sum of w * r^2 to S, with what each step took.
struct Outcome {
  std::int64_t loss_ppm = 0;  // D
  std::int64_t base_cp = 0;
  std::int64_t breach_cp = 0;
  std::int64_t gate_cp = 0;
  std::int64_t coverage_cp = 0;
  std::int64_t score_cp = 0;  // S
};
Outcome settle(U128 squares, U128 weight_sum, std::int64_t breach_permille, std::optional<Gate> gate,
               std::int64_t coverage);

std::int64_t breach_permille(std::span<const std::int64_t> breach_days);

class Standing {
 public:
  // A counted finding: the last of its id, on a known asset. Those without points carry no weight but may
  // still name a domain.
  struct Entry {
    const Finding* finding = nullptr;
    std::uint32_t asset = 0;
    std::uint32_t group = 0;     // meaningless without points,
    std::uint32_t position = 0;  // as is this place in by_points()
    std::uint64_t points = 0;    // mp
    Band band = Band::low;
    std::optional<Gate> gate;
    std::uint32_t removals = 0;  // counts when 0
  };
  struct Group {
    std::string_view name;
    std::uint32_t asset = 0;
    std::uint32_t begin = 0;  // its entries in by_points(), largest first
    std::uint32_t end = 0;
    std::uint64_t sum = 0;
    std::array<std::uint32_t, 3> members{};  // counting entries by band
    std::uint64_t load = 0;                  // G
    Band band = Band::low;
  };
  struct AssetState {
    std::string_view id;
    std::uint32_t v = 100;
    std::uint32_t group_begin = 0;
    std::uint32_t group_end = 0;
    std::array<std::uint64_t, 3> sums{};  // of G by band, before the caps
    std::uint64_t load = 0;               // L
    std::uint64_t risk = 0;               // r

    BandLoads bands() const { return band_loads(sums[0], sums[1], sums[2]); }
  };

  // Keeps references into the organisation, which must outlive it.
  explicit Standing(const Organisation& organisation);

  std::span<const Entry> entries() const { return entries_; }     // sorted by finding id
  std::span<const Group> groups() const { return groups_; }       // sorted by asset, then name
  std::span<const AssetState> assets() const { return assets_; }  // sorted by id
  std::span<const std::uint32_t> by_points() const {
    return by_points_;
  }  // entries with points, group by group
  const Weights& weights() const { return weights_; }
  std::int64_t coverage() const { return coverage_; }  // 0 when there are no assets
  std::int64_t breach_permille() const { return breach_permille_; }

  std::optional<std::size_t> find(std::string_view finding_id) const;  // index of its entry

  // Removals nest: an entry counts again when each remove() has had its restore().
  void remove(std::size_t entry);
  void restore(std::size_t entry);

  U128 squares() const { return weights_.squares(low_tier_squares_, other_squares_); }
  U128 asset_squares(const AssetState& asset) const;
  // The same with every asset's load raised (section 8, the lower end of the interval).
  U128 raised_squares(std::uint64_t raise_mp) const;
  std::optional<Gate> lowest_gate() const;

  Outcome outcome() const { return outcome(coverage_); }
  Outcome outcome(std::int64_t coverage) const;
  std::int64_t score_cp() const { return outcome().score_cp; }

 private:
  void regroup(Group& group);
  void reload(AssetState& asset);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> by_points_;
  PlaceSet counting_;  // the places in by_points_ whose entries count
  std::vector<Group> groups_;
  std::vector<AssetState> assets_;
  Weights weights_;
  U128 low_tier_squares_ = 0;  // sum of v * r^2
  U128 other_squares_ = 0;
  std::array<std::uint32_t, gate_cap_cp.size()> gates_{};  // counting entries by gate
  std::int64_t coverage_ = 0;
  std::int64_t breach_permille_ = 0;
};

}  // namespace utsyn::score
