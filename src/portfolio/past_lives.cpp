#include "portfolio/past_lives.h"

#include <algorithm>

namespace utsyn::portfolio {
namespace {

constexpr std::int64_t kSecondsInDay = 86'400;

// The lives before the present one: each closing, with the opening before it. What came back and was closed
// again is told by its finding.
constexpr std::string_view kLivesBefore = R"(SELECT f.organisation, f."check", (
    SELECT max(b.time) FROM finding_event b WHERE b.organisation = f.organisation AND b.finding = f.id
      AND b.time < e.time AND b.change IN ('opened', 'reopened')), e.time
FROM finding f JOIN finding_event e ON e.organisation = f.organisation AND e.finding = f.id
WHERE f.reopened > 0 AND f.severity <> 'info' AND e.change = 'closed' AND e.time > ?1 AND e.time <= f.first_seen
  AND NOT EXISTS (SELECT 1 FROM treatment t WHERE t.organisation = f.organisation AND t.finding = f.id
    AND t.kind = 'dispute' AND t.decision = 'upheld' AND t.withdrawn IS NULL AND t.created <= e.time
    AND t.created >= (SELECT max(b.time) FROM finding_event b WHERE b.organisation = f.organisation
      AND b.finding = f.id AND b.time < e.time AND b.change IN ('opened', 'reopened')))
  AND NOT EXISTS (SELECT 1 FROM asset a WHERE a.organisation = f.organisation AND a.id = f.asset AND a.by_provider = 1))";

FreshLife life_of(const store::Row& row) {
  // Of an opening that is not known, nothing but the end is.
  return {row.text(1), row.maybe_number(2).value_or(row.number(3)) / kSecondsInDay,
          row.number(3) / kSecondsInDay};
}

}  // namespace

std::uint16_t day_number(std::int64_t day) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(day, 0, 0xFFFE));
}

std::vector<PastLife> merged(std::vector<PastLife> lives) {
  std::erase_if(lives, [](const PastLife& life) { return life.from >= life.to; });
  std::ranges::sort(lives);
  std::vector<PastLife> out;
  for (const auto& life : lives) {
    if (!out.empty() && out.back().check == life.check && life.from <= out.back().to) {
      out.back().to = std::max(out.back().to, life.to);
    } else {
      out.push_back(life);
    }
  }
  if (out.size() > kMostLives) {
    std::ranges::sort(out, std::ranges::greater{}, &PastLife::to);
    out.resize(kMostLives);
    std::ranges::sort(out);
  }
  out.shrink_to_fit();
  return out;
}

std::vector<FreshLife> past_lives_of(store::Connection& connection, std::string_view organisation,
                                     std::int64_t after) {
  std::vector<FreshLife> out;
  for (const auto& row : connection.query(
           R"(SELECT f.organisation, f."check", f.first_seen, f.closed FROM finding f
WHERE f.organisation = ?2 AND )" +
               std::string(kToldWhenFixed),
           {after, organisation}))
    out.push_back(life_of(row));
  for (const auto& row :
       connection.query(std::string(kLivesBefore) + " AND f.organisation = ?2", {after, organisation}))
    out.push_back(life_of(row));
  return out;
}

std::vector<FreshLife> lives_before(store::Connection& connection, std::string_view organisation,
                                    std::string_view finding, std::int64_t after) {
  std::vector<FreshLife> out;
  for (const auto& row :
       connection.query(std::string(kLivesBefore) + " AND f.organisation = ?2 AND f.id = ?3",
                        {after, organisation, finding}))
    out.push_back(life_of(row));
  return out;
}

}  // namespace utsyn::portfolio
