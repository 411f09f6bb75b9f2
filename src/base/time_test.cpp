#include "base/time.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

struct Case {
  std::string_view text;
  std::string_view expected;  // as format_time writes it; empty when unreadable
};
const Case cases[] = {
    {"2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"},
    {"2026-11-20t10:00:00z", "2026-11-20T10:00:00Z"},
    {"2026-11-20 10:00:00Z", "2026-11-20T10:00:00Z"},
    {"2026-11-20T10:00:00.123Z", "2026-11-20T10:00:00Z"},
    {"2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"},
    {"2026-12-31T23:30:00-01:30", "2027-01-01T01:00:00Z"},
    {"2026-11-20", "2026-11-20T00:00:00Z"},
    {"2024-02-29", "2024-02-29T00:00:00Z"},
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
    {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
    {"2026-02-29", ""},
    {"2026-13-01", ""},
    {"2026-11-20T24:00:00Z", ""},
    {"2026-11-20T10:60:00Z", ""},
    {"2026-11-20T10:00:61Z", ""},
    {"2026-11-20T10:00:00", ""},
    {"2026-11-20T10:00:00.Z", ""},
    {"2026-11-20T10:00:00+0200", ""},
    {"2026-11-20T10:00:00+24:00", ""},
    {"2026-11-20X10:00:00Z", ""},
    {"2026/11/20", ""},
    {"20261120", ""},
    {"2026-1-20", ""},
    {"-026-11-20", ""},
    {"", ""},
};

TEST(ParseTime, ReadsRfc3339) {
  for (const auto& row : cases) {
    const auto time = parse_time(row.text);
    EXPECT_EQ(time ? format_time(*time) : "", row.expected) << row.text;
  }
}

TEST(UnixTime, RoundTrips) {
  EXPECT_EQ(to_unix(parse_time("1970-01-02").value()), 86400);
  EXPECT_EQ(format_time(from_unix(1000000000)), "2001-09-09T01:46:40Z");
}

TEST(DaysBetween, CountsWholeDaysForwardOnly) {
  const auto day = from_unix(0);
  EXPECT_EQ(days_between(day, from_unix(86399)), 0);
  EXPECT_EQ(days_between(day, from_unix(86400)), 1);
  EXPECT_EQ(days_between(from_unix(86400), day), 0);
  EXPECT_EQ(days_between(day, day), 0);
}

}  // namespace
}  // namespace utsyn
