#include "followup/working_days.h"

#include <gtest/gtest.h>

namespace utsyn::followup {
namespace {

using namespace std::chrono;

Date date(std::string_view text) { return parse_date(text).value(); }
UtcTime time(std::string_view text) { return parse_time(text).value(); }

TEST(WorkingDays, FindEaster) {
  // From the tables of the church: the earliest and latest possible days are among them.
  const std::pair<int, std::string_view> known[] = {
      {1818, "1818-03-22"}, {1943, "1943-04-25"}, {1954, "1954-04-18"}, {1981, "1981-04-19"},
      {2000, "2000-04-23"}, {2008, "2008-03-23"}, {2024, "2024-03-31"}, {2025, "2025-04-20"},
      {2026, "2026-04-05"}, {2027, "2027-03-28"}, {2028, "2028-04-16"}, {2038, "2038-04-25"},
      {2049, "2049-04-18"}, {2076, "2076-04-19"}, {2285, "2285-03-22"}};
  for (const auto& [in, day] : known) EXPECT_EQ(format_date(easter_sunday(year{in})), day);
}

TEST(WorkingDays, KnowEveryHolidayOf2026) {
  const std::string_view holidays[] = {"2026-01-01", "2026-04-02", "2026-04-03", "2026-04-05",
                                       "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-17",
                                       "2026-05-24", "2026-05-25", "2026-12-25", "2026-12-26"};
  int found = 0;
  for (sys_days day = date("2026-01-01"); day <= sys_days{date("2026-12-31")}; day += days{1})
    found += public_holiday(Date{day}) ? 1 : 0;
  EXPECT_EQ(found, 12);
  for (const auto day : holidays) EXPECT_TRUE(public_holiday(date(day))) << day;
}

TEST(WorkingDays, LeaveOutWeekendsAndHolidays) {
  const std::pair<std::string_view, bool> cases[] = {
      {"2026-11-20", true},                          // an ordinary Friday
      {"2026-11-21", false},                         // Saturday
      {"2026-11-22", false},                         // Sunday
      {"2026-04-01", true},                          // the Wednesday before Easter is worked
      {"2026-04-02", false},                         // Maundy Thursday
      {"2026-12-24", true},                          // no public holiday by law
      {"2026-12-31", true},  {"2027-05-17", false},  // also Whit Monday that year
  };
  for (const auto& [day, worked] : cases) EXPECT_EQ(working_day(date(day)), worked) << day;
}

TEST(WorkingDays, KeepOsloTime) {
  const std::tuple<std::string_view, int, std::string_view> cases[] = {
      {"2026-03-29T00:59:59Z", 1, "2026-03-29"}, {"2026-03-29T01:00:00Z", 2, "2026-03-29"},
      {"2026-10-25T00:59:59Z", 2, "2026-10-25"}, {"2026-10-25T01:00:00Z", 1, "2026-10-25"},
      {"2026-07-01T22:00:00Z", 2, "2026-07-02"}, {"2026-12-31T22:59:59Z", 1, "2026-12-31"},
      {"2026-12-31T23:00:00Z", 1, "2027-01-01"}};
  for (const auto& [text, hours_ahead, day] : cases) {
    EXPECT_EQ(oslo_offset(time(text)), hours{hours_ahead}) << text;
    EXPECT_EQ(format_date(oslo_date(time(text))), day) << text;
  }
}

TEST(WorkingDays, StartAndEndDaysAtMidnightInOslo) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"2026-01-15", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z"},
      {"2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},  // 23 hours
      {"2026-07-15", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z"},
      {"2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},  // 25 hours
  };
  for (const auto& [day, start, end] : cases) {
    EXPECT_EQ(format_time(start_of_oslo_day(date(day))), start);
    EXPECT_EQ(format_time(end_of_oslo_day(date(day))), end);
  }
}

TEST(WorkingDays, CountFiveOfThem) {
  const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
      {"an ordinary Monday", "2026-11-16T08:00:00Z", "2026-11-23T23:00:00Z"},
      {"late that evening, already Tuesday in Oslo", "2026-11-16T23:30:00Z", "2026-11-24T23:00:00Z"},
      {"on a Saturday", "2026-11-21T12:00:00Z", "2026-11-27T23:00:00Z"},
      {"over Easter, four days off", "2026-03-31T08:00:00Z", "2026-04-10T22:00:00Z"},
      {"over Christmas and New Year", "2026-12-23T12:00:00Z", "2026-12-31T23:00:00Z"},
      {"over 17 May, Ascension and the weekend", "2026-05-12T08:00:00Z", "2026-05-20T22:00:00Z"},
      {"into summer time", "2026-03-25T08:00:00Z", "2026-04-01T22:00:00Z"}};
  for (const auto& [what, asked, until] : cases)
    EXPECT_EQ(format_time(end_of_working_day_after(time(asked), 5)), until) << what;
}

TEST(WorkingDays, ReadDatesStrictly) {
  for (const auto* wrong :
       {"2026-02-29", "2026-13-01", "2026-1-01", "20260101", "", "2026-01-01T", "x026-01-01"})
    EXPECT_FALSE(parse_date(wrong)) << wrong;
  EXPECT_EQ(format_date(date("2028-02-29")), "2028-02-29");
}

}  // namespace
}  // namespace utsyn::followup
