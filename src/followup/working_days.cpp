#include "followup/working_days.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace utsyn::followup {
namespace {

using namespace std::chrono;

sys_seconds summer_time_edge(year in, month of) { return sys_days{in / of / Sunday[last]} + hours{1}; }

}  // namespace

// Gauss and Meeus: the golden number gives the Paschal full moon, the rest finds the Sunday after it.
Date easter_sunday(year in) {
  const int y = static_cast<int>(in);
  const int golden = y % 19;
  const int century = y / 100;
  const int moon_drift = (century - (century + 8) / 25 + 1) / 3;
  const int epact = (19 * golden + century - century / 4 - moon_drift + 15) % 30;
  const int to_sunday = (32 + 2 * (century % 4) + 2 * (y % 100 / 4) - epact - y % 100 % 4) % 7;
  const int late = (golden + 11 * epact + 22 * to_sunday) / 451;
  const int from_march = epact + to_sunday - 7 * late + 114;
  return in / month{static_cast<unsigned>(from_march / 31)} / day{static_cast<unsigned>(from_march % 31 + 1)};
}

bool public_holiday(Date date) {
  const auto fixed = date.month() / date.day();
  if (fixed == January / 1 || fixed == May / 1 || fixed == May / 17 || fixed == December / 25 ||
      fixed == December / 26)
    return true;
  // Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday.
  constexpr std::array movable = {-3, -2, 0, 1, 39, 49, 50};
  const auto after_easter = (sys_days{date} - sys_days{easter_sunday(date.year())}).count();
  return std::ranges::find(movable, after_easter) != movable.end();
}

bool working_day(Date date) {
  const auto on = weekday{sys_days{date}};
  return on != Saturday && on != Sunday && !public_holiday(date);
}

seconds oslo_offset(UtcTime time) {
  const auto in = Date{floor<days>(time)}.year();
  const bool summer = time >= summer_time_edge(in, March) && time < summer_time_edge(in, October);
  return summer ? hours{2} : hours{1};
}

Date oslo_date(UtcTime time) { return Date{floor<days>(time + oslo_offset(time))}; }

UtcTime start_of_oslo_day(Date date) {
  const sys_seconds midnight = sys_days{date};
  // The clocks change after midnight, never in the hours before it.
  return midnight - oslo_offset(midnight - hours{2});
}

UtcTime end_of_oslo_day(Date date) { return start_of_oslo_day(Date{sys_days{date} + days{1}}); }

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto in = parse_uint(text.substr(0, 4));
  const auto of = parse_uint(text.substr(5, 2));
  const auto on = parse_uint(text.substr(8, 2));
  if (!in || !of || !on) return std::nullopt;
  const Date date =
      year{static_cast<int>(*in)} / month{static_cast<unsigned>(*of)} / day{static_cast<unsigned>(*on)};
  if (!date.ok()) return std::nullopt;
  return date;
}

UtcTime end_of_working_day_after(UtcTime time, int n) {
  auto date = oslo_date(time);
  for (int counted = 0; counted < n;) {
    date = Date{sys_days{date} + days{1}};
    if (working_day(date)) ++counted;
  }
  return end_of_oslo_day(date);
}

}  // namespace utsyn::followup
