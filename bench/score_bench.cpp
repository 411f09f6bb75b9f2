// Scores 100,000 made-up organisations of 100 findings each on one core, and beside it, in the same run, what
// it takes only to read the same memory, and what one full score with lines, gains and interval costs. Goal:
// under one second. Build with the release preset; the ratio is what counts, not the absolute figure.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "score/bulk.h"
#include "score/json.h"
#include "score/random_organisation.h"
#include "score/score.h"

namespace {

using utsyn::score::BulkOrganisations;
using utsyn::score::BulkScore;
using utsyn::score::Dice;
using utsyn::score::Organisation;

constexpr std::size_t findings_each = 100;
constexpr std::size_t assets_each = 20;

Organisation organisation(Dice& dice) {
  Organisation made;
  for (std::size_t i = 0; i < assets_each; ++i)
    made.assets.push_back(
        {"a" + std::to_string(i), dice.one_of(std::array<std::uint32_t, 5>{25, 100, 100, 200, 400})});
  for (std::size_t i = 0; i < findings_each; ++i)
    made.findings.push_back(
        random_finding(dice, "f" + std::to_string(i), "a" + std::to_string(dice.below(assets_each))));
  made.coverage = dice.from(5000, 10'000);
  return made;
}

template <class Work>
double best_seconds(int rounds, Work work) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 100'000;
  if (argc > 1) {
    const std::string_view given = argv[1];
    const auto [rest, error] = std::from_chars(given.data(), given.data() + given.size(), count);
    if (error != std::errc{} || rest != given.data() + given.size() || count == 0 || count > 10'000'000) {
      fmt::print(stderr, "usage: score_bench [ORGANISATIONS]   (1 to 10000000)\n");
      return 2;
    }
  }

  Dice dice(1);
  BulkOrganisations bulk;
  bulk.reserve(count, count * assets_each, count * findings_each);
  for (std::size_t i = 0; i < count; ++i) bulk.append(organisation(dice));

  std::vector<BulkScore> scores(count);
  const double scoring = best_seconds(5, [&] { bulk.score(scores); });
  std::uint64_t sum = 0;
  const double reading = best_seconds(5, [&] { sum += bulk.read_everything(); });

  constexpr std::size_t few = 200;
  std::vector<Organisation> some;
  for (std::size_t i = 0; i < few; ++i) some.push_back(organisation(dice));
  std::size_t characters = 0;
  const double explained = best_seconds(3, [&] {
    for (const Organisation& each : some) characters += write_score(score(each)).size();
  });
  std::int64_t cents = 0;
  const double rated = best_seconds(3, [&] {
    for (const Organisation& each : some) cents += rate(each).score_cp;
  });

  const auto findings = static_cast<double>(bulk.findings());
  const auto megabytes = static_cast<double>(bulk.bytes()) / 1e6;
  fmt::print("{} organisations, {} findings, {:.1f} MB in columns, one core\n", count, bulk.findings(),
             megabytes);
  fmt::print("  S and grade of all       {:8.1f} ms   {:6.2f} ns a finding   (goal: 1000 ms for 100000)\n",
             scoring * 1e3, scoring * 1e9 / findings);
  fmt::print(
      "  reading the same memory  {:8.1f} ms   {:6.2f} GB/s            scoring takes {:.1f} times as long\n",
      reading * 1e3, megabytes / 1e3 / reading, scoring / reading);
  fmt::print("  one organisation, S only {:8.1f} us\n", rated * 1e6 / few);
  fmt::print("  one organisation, whole  {:8.1f} us   lines, gains, interval, domains, as JSON\n",
             explained * 1e6 / few);
  // The sums keep the work from being optimised away, and tell two runs of the same program apart from two
  // programs.
  std::uint64_t check = sum;
  for (const BulkScore& each : scores) check = check * 31 + static_cast<std::uint64_t>(each.score_cp);
  fmt::print("  check {:016x}\n", check + characters + static_cast<std::uint64_t>(cents));
  return scoring * 1e5 / static_cast<double>(count) < 1.0 ? 0 : 1;
}
