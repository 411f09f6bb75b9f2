// Norwegian working days, in local time of Europe/Oslo. Public holidays follow lov
// om helligdager og helligdagsfred (1995) and lov om 1 og 17 mai (1947); the movable ones hang on Easter.
// Summer time follows directive 2000/84/EC: from 01:00 UTC on the last Sunday of March to 01:00 UTC on the
// last Sunday of October. A small rule of our own, so that no time zone database has to be installed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace utsyn::followup {

using Date = std::chrono::year_month_day;

Date easter_sunday(std::chrono::year year);
bool public_holiday(Date date);
bool working_day(Date date);  // neither Saturday, Sunday nor a public holiday

std::chrono::seconds oslo_offset(UtcTime time);  // one hour, two in summer
Date oslo_date(UtcTime time);
UtcTime start_of_oslo_day(Date date);
UtcTime end_of_oslo_day(Date date);  // the first second of the next
std::string format_date(Date date);  // 2026-11-20
std::optional<Date> parse_date(std::string_view text);

// The end of the n-th working day after the day of `time`: who asks at any hour of a Monday has until Monday
// midnight a week later when n is 5 and no holiday stands between.
UtcTime end_of_working_day_after(UtcTime time, int n);

}  // namespace utsyn::followup
