#include "base/time.h"

#include <fmt/format.h>

#include "base/text.h"

namespace utsyn {

namespace chrono = std::chrono;

std::string format_time(UtcTime time) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<UtcTime> parse_time(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t size) -> std::optional<int> {
    if (text.size() < at + size) return std::nullopt;
    const auto value = parse_uint(text.substr(at, size));
    if (!value) return std::nullopt;
    return static_cast<int>(*value);
  };
  const auto year = number(0, 4);
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const chrono::year_month_day date{chrono::year{*year}, chrono::month{static_cast<unsigned>(*month)},
                                    chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const UtcTime midnight{chrono::sys_days{date}};
  if (text.size() == 10) return midnight;
  const auto hour = number(11, 2);
  const auto minute = number(14, 2);
  const auto second = number(17, 2);
  if (!hour || !minute || !second || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
    return std::nullopt;
  if (text[13] != ':' || text[16] != ':' || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  auto time = midnight + chrono::hours{*hour} + chrono::minutes{*minute} + chrono::seconds{*second};
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    const auto point = at++;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == point + 1) return std::nullopt;
  }
  const auto zone = text.substr(at);
  if (zone == "Z" || zone == "z") return time;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto offset_hours = number(at + 1, 2);
  const auto offset_minutes = number(at + 4, 2);
  if (!offset_hours || !offset_minutes || *offset_hours > 23 || *offset_minutes > 59) return std::nullopt;
  const auto offset = chrono::hours{*offset_hours} + chrono::minutes{*offset_minutes};
  return zone[0] == '+' ? time - offset : time + offset;
}

std::int64_t days_between(UtcTime from, UtcTime to) {
  return to <= from ? 0 : chrono::floor<chrono::days>(to - from).count();
}

}  // namespace utsyn
