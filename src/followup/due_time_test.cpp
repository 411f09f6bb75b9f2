#include "followup/due_time.h"

#include <gtest/gtest.h>

namespace utsyn::followup {
namespace {

struct Row {
  const char* name;
  Rhythm rhythm;
  const char* after;
  const char* due;
};
class DueTime : public testing::TestWithParam<Row> {};

TEST_P(DueTime, IsTheNextOne) {
  const auto& row = GetParam();
  EXPECT_EQ(format_time(next_due(row.rhythm, *parse_time(row.after))), row.due) << row.name;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DueTime,
    testing::Values(
        Row{"later the same day", {Every::week, 6, 7}, "2026-11-21T05:59:59Z", "2026-11-21T06:00:00Z"},
        Row{"that very second is over", {Every::week, 6, 7}, "2026-11-21T06:00:00Z", "2026-11-28T06:00:00Z"},
        Row{"on Monday", {Every::week, 1, 7}, "2026-11-21T08:00:00Z", "2026-11-23T06:00:00Z"},
        Row{"on Sunday", {Every::week, 7, 0}, "2026-11-21T08:00:00Z", "2026-11-21T23:00:00Z"},
        Row{"it is Sunday in Oslo already",
            {Every::week, 7, 23},
            "2026-11-21T23:30:00Z",
            "2026-11-22T22:00:00Z"},
        Row{"across the beginning of summer time",
            {Every::week, 1, 7},
            "2026-03-28T12:00:00Z",
            "2026-03-30T05:00:00Z"},
        Row{"an hour that is left out", {Every::week, 7, 2}, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
        Row{"the hour after it", {Every::week, 7, 3}, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
        Row{"an hour that comes twice", {Every::week, 7, 2}, "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"},
        Row{"not a second time", {Every::week, 7, 2}, "2026-10-25T00:00:00Z", "2026-11-01T01:00:00Z"},
        Row{"this month", {Every::month, 25, 8}, "2026-11-21T08:00:00Z", "2026-11-25T07:00:00Z"},
        Row{"next year", {Every::month, 1, 8}, "2026-12-21T08:00:00Z", "2027-01-01T07:00:00Z"},
        Row{"the 31st of November", {Every::month, 31, 8}, "2026-11-21T08:00:00Z", "2026-11-30T07:00:00Z"},
        Row{"the 30th of February", {Every::month, 30, 8}, "2027-02-01T08:00:00Z", "2027-02-28T07:00:00Z"},
        Row{"in a leap year", {Every::month, 31, 8}, "2028-02-01T08:00:00Z", "2028-02-29T07:00:00Z"},
        Row{"the 31st after a short month",
            {Every::month, 31, 8},
            "2026-11-30T07:00:00Z",
            "2026-12-31T07:00:00Z"},
        Row{"the first of the month begins in Oslo",
            {Every::month, 1, 0},
            "2026-11-30T22:59:59Z",
            "2026-11-30T23:00:00Z"},
        Row{"by the quarter", {Every::quarter, 10, 8}, "2026-11-21T08:00:00Z", "2027-01-10T07:00:00Z"},
        Row{"this quarter", {Every::quarter, 10, 8}, "2026-10-01T08:00:00Z", "2026-10-10T06:00:00Z"},
        Row{"the 31st of April", {Every::quarter, 31, 8}, "2026-02-21T08:00:00Z", "2026-04-30T06:00:00Z"},
        Row{"once, after three years", {Every::week, 1, 8}, "2029-11-21T08:00:00Z", "2029-11-26T07:00:00Z"}),
    [](const auto& info) { return std::to_string(info.index); });

TEST(DueTimes, PossibleRhythms) {
  EXPECT_TRUE(possible({Every::week, 7, 23}));
  EXPECT_TRUE(possible({Every::month, 31, 0}));
  EXPECT_FALSE(possible({Every::week, 8, 0}));
  EXPECT_FALSE(possible({Every::quarter, 32, 0}));
  EXPECT_FALSE(possible({Every::month, 0, 0}));
  EXPECT_FALSE(possible({Every::month, 1, 24}));
  EXPECT_FALSE(possible({Every::month, 1, -1}));
}

}  // namespace
}  // namespace utsyn::followup
