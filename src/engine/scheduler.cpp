#include "engine/scheduler.h"

#include <algorithm>

#include "base/hash.h"

namespace utsyn::engine {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kJitter = 900;

std::int64_t own_second(std::string_view organisation) {
  const auto hash = sha256(as_bytes(organisation));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | hash[i];
  return static_cast<std::int64_t>(number % static_cast<std::uint64_t>(kDay));
}

}  // namespace

UtcTime next_daily(std::string_view organisation, UtcTime after, std::uint64_t chance) {
  const auto now = to_unix(after);
  const auto midnight = now - now % kDay;
  auto at = midnight + own_second(organisation);
  // Not twice within half a day, else a shift by chance could bring today's time round again.
  while (at < now + kDay / 2) at += kDay;
  const auto shift =
      static_cast<std::int64_t>(chance % static_cast<std::uint64_t>(2 * kJitter + 1)) - kJitter;
  return from_unix(at + shift);
}

std::chrono::seconds wait_after_failures(std::int64_t failures) {
  const auto doublings = std::clamp<std::int64_t>(failures - 1, 0, 5);
  return std::min(std::chrono::hours{1} * (1 << doublings), std::chrono::hours{24});
}

int queue_what_is_due(store::Connection& connection, UtcTime now, int most) {
  // New organisations are measured at once: their first score is what somebody is waiting for. Where a
  // person's job already does that, its end sets the next time.
  connection.execute(
      R"(INSERT INTO schedule (organisation, due)
         SELECT o.id, CASE WHEN EXISTS (SELECT 1 FROM job j WHERE j.organisation = o.id) THEN ?2 ELSE ?1 END
         FROM organisation o WHERE o.removed IS NULL
           AND EXISTS (SELECT 1 FROM target t WHERE t.organisation = o.id)
           AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.organisation = o.id)
         ON CONFLICT (organisation) DO NOTHING)",
      {to_unix(now), to_unix(now) + kDay});
  const auto rows = connection.query(
      R"(SELECT s.organisation FROM schedule s JOIN organisation o ON o.id = s.organisation
         WHERE s.due <= ?1 AND o.removed IS NULL
           AND EXISTS (SELECT 1 FROM target t WHERE t.organisation = o.id)
         ORDER BY s.due, s.organisation LIMIT ?2)",
      {to_unix(now), most});
  const store::Actor scheduler{"schedule", ""};
  for (const auto& row : rows) {
    const auto organisation = row.text(0);
    want(connection, now, scheduler, {organisation, "", "", "core", 0});
    // The real next time is set when the job ends; this one holds if it never does.
    connection.execute("UPDATE schedule SET due = ?1 WHERE organisation = ?2",
                       {to_unix(now) + kDay, organisation});
  }
  return static_cast<int>(rows.size());
}

void after_measurement(store::Connection& connection, std::string_view organisation, UtcTime now,
                       bool succeeded, std::uint64_t chance) {
  const auto row = connection.first("SELECT failures FROM schedule WHERE organisation = ?1", {organisation});
  const auto failures = succeeded ? 0 : (row ? row->number(0) : 0) + 1;
  auto due = next_daily(organisation, now, chance);
  if (!succeeded) due = std::min(due, now + wait_after_failures(failures));
  connection.execute(
      R"(INSERT INTO schedule (organisation, due, failures) VALUES (?1, ?2, ?3)
         ON CONFLICT (organisation) DO UPDATE SET due = excluded.due, failures = excluded.failures)",
      {organisation, to_unix(due), failures});
}

}  // namespace utsyn::engine
