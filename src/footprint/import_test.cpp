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

// What taking in came to: created, changed, unchanged, and the codes of the faults.
struct Came {
  std::size_t created, changed, unchanged;
  Line faults;
  bool operator==(const Came&) const = default;
};

TEST_P(Register, ANameAloneIsNoIdentity) {
  const auto take = [&](const std::vector<Line>& rows, std::string_view kind = "other") {
    const auto file = read_rows(rows);
    const auto report =
        sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, kind); });
    Came came{report.created, report.changed, report.unchanged, {}};
    for (const auto& fault : report.faults)
      came.faults.push_back(std::to_string(fault.row) + " " + fault.fault.field + ":" + fault.fault.code);
    return came;
  };
  const std::vector<Line> both = {{"Navn", "Type", "Kommunenummer", "Innbyggere"},
                                  {"Herøy kommune", "kommune", "1515", "9000"},
                                  {"Herøy kommune", "kommune", "1818", "1800"}};
  EXPECT_EQ(take(both), (Came{2, 0, 0, {}}));
  EXPECT_EQ(take(both), (Came{0, 0, 2, {}})) << "each finds its own again";
  EXPECT_EQ(names(listed({})).size(), 2U);
  EXPECT_EQ(take({{"Navn", "Type", "Innbyggere"}, {"Herøy kommune", "kommune", "1"}}),
            (Came{0, 0, 0, {"2 name:name-ambiguous"}}));
  EXPECT_EQ(take({{"Navn", "Type", "Kommunenummer"}, {"Herøy kommune", "kommune", "4699"}}),
            (Came{1, 0, 0, {}}))
      << "a third of the name";
  // Of another kind it is another; of no kind it is whoever bears the name.
  EXPECT_EQ(take({{"Navn", "Type"}, {"Fjord", "kommune"}}), (Came{1, 0, 0, {}}));
  EXPECT_EQ(take({{"Navn", "Type"}, {"Fjord", "leverandør"}}), (Came{1, 0, 0, {}}));
  EXPECT_EQ(take({{"Navn"}, {"Fjord"}}, "supplier"), (Came{0, 0, 1, {}}));
  EXPECT_EQ(take({{"Navn"}, {"Fjord"}}), (Came{0, 0, 0, {"2 name:name-ambiguous"}}));
  // The place becomes known of one of whom it was not.
  EXPECT_EQ(take({{"Navn", "Type", "Kommunenummer"}, {"Fjord", "kommune", "4601"}}), (Came{0, 1, 0, {}}));
  EXPECT_EQ(take({{"Navn", "Type", "Kommunenummer"}, {"Fjord", "kommune", "4602"}}), (Came{1, 0, 0, {}}));
}

TEST_P(Register, AnOrganisationStandsInAFileOnce) {
  make(numbered("123456785", "Blåfjell kommune"));
  const auto measured_one = make(named("felles.example", "other"));
  start_from(measured_one, "felles.example");
  const std::vector<Line> rows = {
      {"orgnr", "navn", "domene"},
      {"123456785", "Blåfjell kommune"},
      {"", "Blåfjell kommune"},  // by its name
      {"", "Ny AS"},             // made by this row
      {"", "Ny AS"},             // and met in this one
      {"", "Første", "felles.example"},
      {"", "Andre", "felles.example"},  // by its domain
  };
  const auto file = read_rows(rows);
  ASSERT_TRUE(file.faults.empty());
  const auto report =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  std::vector<Line> faults;
  for (const auto& [row, column, fault] : report.faults)
    faults.push_back({std::to_string(row), fault.field + ":" + fault.code, fault.values[0], fault.values[1]});
  EXPECT_EQ(faults, (std::vector<Line>{{"3", "name:organisation-twice", "Blåfjell kommune", "2"},
                                       {"5", "name:organisation-twice", "Ny AS", "4"},
                                       {"7", "name:organisation-twice", "Andre", "6"}}));
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Blåfjell kommune", "Første", "Ny AS"}));
}

}  // namespace
}  // namespace utsyn::footprint
