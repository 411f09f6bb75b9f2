#include "engine/scheduler.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "engine/full_grant.h"

namespace utsyn::engine {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kJitter = 900;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kWeeklyJitter = 6 * 3600;

constexpr std::string_view kWithoutTime =
    R"(FROM organisation o WHERE o.removed IS NULL
         AND EXISTS (SELECT 1 FROM target t WHERE t.organisation = o.id)
         AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.organisation = o.id))";

// The organisation's own second of a period; the days of the week go by other bytes than the seconds of the
// day.
std::int64_t own_second(std::string_view organisation, std::int64_t period) {
  const auto hash = sha256(as_bytes(organisation));
  const std::size_t from = period == kDay ? 0 : 8;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | hash[from + i];
  return static_cast<std::int64_t>(number % static_cast<std::uint64_t>(period));
}

// Not twice within half a period, else a shift by chance could bring the same time round again.
UtcTime next_in(std::string_view organisation, UtcTime after, std::uint64_t chance, std::int64_t period,
                std::int64_t jitter) {
  const auto now = to_unix(after);
  auto at = now - now % period + own_second(organisation, period);
  while (at < now + period / 2) at += period;
  return from_unix(at + static_cast<std::int64_t>(chance % static_cast<std::uint64_t>(2 * jitter + 1)) -
                   jitter);
}

}  // namespace

UtcTime next_daily(std::string_view organisation, UtcTime after, std::uint64_t chance) {
  return next_in(organisation, after, chance, kDay, kJitter);
}

UtcTime next_weekly(std::string_view organisation, UtcTime after, std::uint64_t chance) {
  return next_in(organisation, after, chance, kWeek, kWeeklyJitter);
}

std::chrono::seconds wait_after_failures(std::int64_t failures) {
  const auto doublings = std::clamp<std::int64_t>(failures - 1, 0, 5);
  return std::min(std::chrono::hours{1} * (1 << doublings), std::chrono::hours{24});
}

Waiting waiting(store::Connection& connection, UtcTime now) {
  Waiting out;
  out.without_time = connection.first(fmt::format("SELECT 1 {} LIMIT 1", kWithoutTime)).has_value();
  out.due = connection.first("SELECT 1 FROM schedule WHERE due <= ?1 LIMIT 1", {to_unix(now)}).has_value();
  return out;
}

void give_first_times(store::Connection& connection, UtcTime now) {
  // New organisations are measured at once: their first score is what somebody is waiting for. Where a
  // person's job already does that, its end sets the next time.
  connection.execute(fmt::format(
                         R"(INSERT INTO schedule (organisation, due)
             SELECT o.id, CASE WHEN EXISTS (SELECT 1 FROM job j WHERE j.organisation = o.id) THEN ?2 ELSE ?1 END
             {} ON CONFLICT (organisation) DO NOTHING)",
                         kWithoutTime),
                     {to_unix(now), to_unix(now) + kDay});
}

int queue_what_is_due(store::Connection& connection, UtcTime now, int most) {
  const auto rows = connection.query(
      R"(SELECT s.organisation, s.full_due FROM schedule s JOIN organisation o ON o.id = s.organisation
         WHERE s.due <= ?1 AND o.removed IS NULL
           AND EXISTS (SELECT 1 FROM target t WHERE t.organisation = o.id)
         ORDER BY s.due, s.organisation LIMIT ?2)",
      {to_unix(now), most});
  const store::Actor scheduler{"schedule", ""};
  for (const auto& row : rows) {
    const auto organisation = row.text(0);
    // The one measurement of the day is the full one when that is due and granted; nobody is asked twice.
    const bool full =
        row.maybe_number(1).value_or(0) <= to_unix(now) && full_grant(connection, organisation, now).given();
    want(connection, now, scheduler, {organisation, "", "", full ? "full" : "core", 0});
    // The real next time is set when the job ends; this one holds if it never does.
    connection.execute("UPDATE schedule SET due = ?1 WHERE organisation = ?2",
                       {to_unix(now) + kDay, organisation});
  }
  return static_cast<int>(rows.size());
}

void after_measurement(store::Connection& connection, std::string_view organisation, UtcTime now,
                       bool succeeded, std::uint64_t chance, bool full) {
  const auto row = connection.first("SELECT failures FROM schedule WHERE organisation = ?1", {organisation});
  const auto failures = succeeded ? 0 : (row ? row->number(0) : 0) + 1;
  auto due = next_daily(organisation, now, chance);
  if (!succeeded) due = std::min(due, now + wait_after_failures(failures));
  connection.execute(
      R"(INSERT INTO schedule (organisation, due, failures) VALUES (?1, ?2, ?3)
         ON CONFLICT (organisation) DO UPDATE SET due = excluded.due, failures = excluded.failures)",
      {organisation, to_unix(due), failures});
  if (full)
    connection.execute("UPDATE schedule SET full_due = ?1 WHERE organisation = ?2",
                       {to_unix(next_weekly(organisation, now, chance)), organisation});
}

}  // namespace utsyn::engine
