// Points in time are UTC seconds; the clock is read in src/probe and src/app only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace utsyn {

using UtcTime = std::chrono::sys_seconds;

std::string format_time(UtcTime time);                     // 2026-11-20T10:00:00Z
std::optional<UtcTime> parse_time(std::string_view text);  // RFC 3339 with Z or an offset, or a bare date
inline std::int64_t to_unix(UtcTime time) { return time.time_since_epoch().count(); }
inline UtcTime from_unix(std::int64_t seconds) { return UtcTime{std::chrono::seconds{seconds}}; }
// Whole days from `from` to `to`, 0 when `to` is earlier.
std::int64_t days_between(UtcTime from, UtcTime to);

}  // namespace utsyn
