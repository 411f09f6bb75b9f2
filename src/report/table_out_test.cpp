#include <gtest/gtest.h>

#include <filesystem>
#include "report/table_in.h"
#include "report/table_out.h"

namespace utsyn::report {
namespace {

using namespace std::chrono_literals;

const UtcTime kTime = *parse_time("2026-11-20T05:12:07Z");
const std::chrono::year_month_day kDay = 2026y / 11 / 20;

OutTable table_of(std::vector<TableRow> rows) {
  OutTable table;
  table.name = "utsyn-funn";
  table.title = "Funn";
  table.columns = {{"Navn", 20}, {"Poeng", 10}, {"Tid", 19}};
  table.origin = {{"Utvalg", "state=open"}};
  table.next = [rows = std::move(rows)]() mutable { return std::exchange(rows, {}); };
  return table;
}
std::string whole(const std::function<std::string()>& next) {
  std::string out;
  for (auto piece = next(); !piece.empty(); piece = next()) out += piece;
  return out;
}
std::string whole(Workbook book) {
  std::string out;
  for (auto piece = book.piece(1000); !piece.empty(); piece = book.piece(1000)) out += piece;
  return out;
}

TEST(Csv, CellsAreWrittenByTheirType) {
  struct Case {
    const char* name;
    TableRow row;
    CsvForm form;
    const char* line;
  };
  const CsvForm norwegian{';', true, true};
  const Case cases[] = {
      {"plain", {std::string("Fjordvik"), std::int64_t{41}, true}, {}, "Fjordvik,41,ja\r\n"},
      {"nothing", {TableCell(), std::string(), TableCell()}, {}, ",,\r\n"},
      {"hundredths", {Hundredths{7904}, Hundredths{-5}, Hundredths{-123}}, {}, "79.04,-0.05,-1.23\r\n"},
      {"decimal comma", {Hundredths{7904}, Hundredths{-5}}, norwegian, "79,04;-0,05\r\n"},
      {"decimal comma between commas",
       {Hundredths{7904}, std::int64_t{-3}},
       {',', false, true},
       "\"79,04\",-3\r\n"},
      {"times", {kTime, kDay}, {}, "2026-11-20T05:12:07Z,2026-11-20\r\n"},
      {"quotes",
       {std::string("a \"b\", c"), std::string("d;e"), std::string("f\r\ng")},
       {},
       "\"a \"\"b\"\", c\",d;e,\"f\r\ng\"\r\n"},
      {"separator", {std::string("d;e"), std::string("a,b")}, norwegian, "\"d;e\";a,b\r\n"},
      {"formulas",
       {std::string("=cmd|' /C calc'!A0"), std::string("+1"), std::string("-1+2"), std::string("@SUM(A1)"),
        std::string("\t=1")},
       {},
       "'=cmd|' /C calc'!A0,'+1,'-1+2,'@SUM(A1),'\t=1\r\n"},
      {"formulas in quotes", {std::string("=1,2")}, {}, "\"'=1,2\"\r\n"},
  };
  for (const auto& one : cases) EXPECT_EQ(csv_row(one.row, one.form, Language::nb), one.line) << one.name;
}

TEST(Csv, PiecesMakeTheFile) {
  std::vector<std::vector<TableRow>> pages = {{{std::string("Æ"), Hundredths{1}, kTime}},
                                              {{std::string("Ø"), Hundredths{2}, kTime}}};
  auto table = table_of({});
  table.next = [pages, at = std::size_t{0}]() mutable {
    return at < pages.size() ? pages[at++] : std::vector<TableRow>{};
  };
  EXPECT_EQ(whole(csv_pieces(table, {';', true, true})),
            "\xEF\xBB\xBFNavn;Poeng;Tid\r\nÆ;0,01;2026-11-20T05:12:07Z\r\nØ;0,02;2026-11-20T05:12:07Z\r\n");
  EXPECT_EQ(whole(csv_pieces(table_of({}), {})), "Navn,Poeng,Tid\r\n") << "an empty table has its header";
}

TEST(Xlsx, IsReadBackAsItWasWritten) {
  const auto bytes = whole(write_workbook(table_of({{std::string("=1+1 æøå <&>"), Hundredths{7904}, kTime},
                                                    {std::string(), TableCell(), TableCell()},
                                                    {std::string("b\x01\x02"), Hundredths{-5}, kTime}}),
                                          kTime));
  ASSERT_TRUE(bytes.starts_with("PK"));
  const auto read = read_xlsx(bytes);
  ASSERT_TRUE(read.has_value());
  ASSERT_GE(read->size(), 4u);
  EXPECT_EQ((*read)[0], (std::vector<std::string>{"Navn", "Poeng", "Tid"}));
  EXPECT_EQ((*read)[1][0], "=1+1 æøå <&>") << "a text, not a formula";
  EXPECT_NEAR(std::stod((*read)[1][1]), 79.04, 1e-9);
  EXPECT_EQ((*read)[3][0], "b") << "control characters are no part of a sheet";
}

TEST(Xlsx, TooManyRowsAreCutAndThatIsSaid) {
  std::vector<TableRow> rows(10, TableRow{std::string("x"), Hundredths{1}, kTime});
  const auto read = read_xlsx(whole(write_workbook(table_of(rows), kTime, 4)));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->size(), 5u);
}

// The sanitizer sees what is not given back.
TEST(Xlsx, ATableThatFailsMidwayLeavesNothingOpen) {
  const auto open_files = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = open_files();
  for (int i = 0; i < 3; ++i) {
    auto table = table_of({});
    table.next = [page = 0]() mutable -> std::vector<TableRow> {
      if (++page == 3) throw std::runtime_error("the database is gone");
      return {{std::string("x"), Hundredths{1}, kTime}};
    };
    EXPECT_THROW(write_workbook(table, kTime), std::runtime_error);
  }
  EXPECT_EQ(open_files(), before);
}

TEST(Xlsx, AHundredThousandRowsFit) {
  auto table = table_of({});
  table.next = [left = 100'000]() mutable {
    std::vector<TableRow> rows;
    for (; left > 0 && rows.size() < 5'000; --left)
      rows.push_back({std::string("Sertifikatet er gyldig i dag"), Hundredths{left}, kTime});
    return rows;
  };
  const auto bytes = whole(write_workbook(table, kTime));
  EXPECT_GT(bytes.size(), 500'000u);
  EXPECT_LT(bytes.size(), 20'000'000u);
}

}  // namespace
}  // namespace utsyn::report
