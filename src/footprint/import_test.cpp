// Files that are taken in, on both databases.
#include "footprint/import.h"

#include <gtest/gtest.h>

#include "footprint/test_register.h"

namespace utsyn::footprint {
namespace {

using store::Connection;

using Line = std::vector<std::string>;

TEST_P(Register, AFileTakenInTwiceChangesNothingTheSecondTime) {
  const std::vector<Line> rows = {
      {"orgnr", "navn", "type", "domene", "leverer til"},
      {"987654325", "Drift AS", "leverandør", "drift.example", "123456785"},
      {"123456785", "Blåfjell kommune", "kommune", "blåfjell.example"},
      {"", "Uten nummer", "annet"},
      {"811111112", "Feil kunde", "annet", "", "822222226"},
  };
  const auto file = read_rows(rows);
  ASSERT_TRUE(file.faults.empty());
  const auto take = [&] {
    return sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  };
  const auto first = take();
  EXPECT_EQ(first.created, 4U);
  ASSERT_EQ(first.faults.size(), 1U);
  EXPECT_EQ(first.faults[0].row, 5U);
  EXPECT_EQ(first.faults[0].fault.code, "customer-unknown");
  EXPECT_EQ(sql()
                .read([](Connection& c) { return suppliers_of(c, administrator(), "123456785", 9, {}); })
                .items.size(),
            1U);
  const auto told = actions().size();
  const auto second = take();
  EXPECT_EQ(second.unchanged, 4U);
  EXPECT_EQ(second.created + second.changed, 0U);
  EXPECT_EQ(actions().size(), told);
  // An empty cell says nothing; a filled one changes.
  auto changed = file;
  changed.items[1].details.population = 77;
  changed.items[1].details.name.reset();
  const auto third =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), changed, "other"); });
  EXPECT_EQ(third.changed, 1U);
  EXPECT_EQ(third.reports[0].changes, Line{"population"});
  EXPECT_EQ(third.reports[0].name, "Blåfjell kommune");
}

TEST_P(Register, ARefusedRowLeavesNothing) {
  const auto known = make(numbered("987654325", "Drift AS", "supplier"));
  const std::vector<Line> rows = {
      {"orgnr", "navn", "type", "domene", "vert", "leverer til"},
      {"", "Halv AS", "leverandør", "halv.example", "x.annet.example", ""},
      {"987654325", "Drift og mer AS", "leverandør", "drift.example", "x.annet.example", ""},
      {"123456785", "Hel AS", "leverandør", "hel.example", "www.hel.example", "987654325, 123456785"},
  };
  const auto file = read_rows(rows);
  ASSERT_TRUE(file.faults.empty());
  const auto told = actions().size();
  const auto report =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.changed + report.unchanged, 0U);
  ASSERT_EQ(report.faults.size(), 3U);
  EXPECT_EQ(report.faults[0].fault.code, "host-elsewhere");
  EXPECT_EQ(report.faults[1].fault.code, "host-elsewhere");
  EXPECT_EQ(report.faults[2].fault.code, "own-supplier");
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Drift AS", "Hel AS"}));
  sql().read([&](Connection& c) {
    EXPECT_TRUE(targets(c, known).empty());
    EXPECT_EQ(targets(c, "123456785").size(), 2U);
    EXPECT_TRUE(suppliers_of(c, administrator(), known, 9, {}).items.empty()) << "its links are one thing";
  });
  ASSERT_EQ(report.reports.size(), 1U);
  EXPECT_EQ(report.reports[0].changes, (Line{"domain:hel.example", "host:www.hel.example"}));
  EXPECT_EQ(actions().size(), told + 3) << "an organisation and two targets";
}

TEST_P(Register, ANumberFindsTheOneThatWasMeasuredByItsDomain) {
  const auto id = make(named("fjord.example", "other"));
  start_from(id, "fjord.example");
  const std::vector<Line> rows = {{"orgnr", "navn", "domene"},
                                  {"123456785", "Fjord kommune", "fjord.example"}};
  const auto file = read_rows(rows);
  const auto report =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.reports[0].organisation, id);
  EXPECT_EQ(sql().read([](Connection& c) { return id_of_number(c, "123456785"); }), id);
}

}  // namespace
}  // namespace utsyn::footprint
