#include "report/table_in.h"

#include <gtest/gtest.h>
#include <minizip/zip.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace utsyn::report {
namespace {

using Part = std::pair<std::string, std::string>;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// A real zip of these parts.
std::string zipped(const std::vector<Part>& parts, const char* password = nullptr) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "table_in_test.zip";
  auto* zip = zipOpen(path.c_str(), APPEND_STATUS_CREATE);
  for (const auto& [name, content] : parts) {
    zip_fileinfo info{};
    zipOpenNewFileInZip3(zip, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, 8, 9, 0, -15, 8, 0,
                         password, 0);
    zipWriteInFileInZip(zip, content.data(), static_cast<unsigned>(content.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
  auto out = bytes_of(path);
  std::filesystem::remove(path);
  return out;
}

const Part kBook{
    "xl/workbook.xml",
    R"(<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>)"};
const Part kLinks{
    "xl/_rels/workbook.xml.rels",
    R"(<Relationships><Relationship Id="rId1" Target="/xl/worksheets/one.xml"/></Relationships>)"};
Part sheet(const std::string& rows) {
  return {"xl/worksheets/one.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"};
}

Table lines(std::initializer_list<std::vector<std::string>> rows) { return rows; }

TEST(ReadCsv, AsSpreadsheetsWriteIt) {
  const struct {
    const char* name;
    std::string text;
    Result<Table, TableError> table;
  } cases[] = {
      {"commas", "a,b\n1,2\n", lines({{"a", "b"}, {"1", "2"}})},
      {"semicolons win", "a;b,c;d\r\n1;2;3\r\n", lines({{"a", "b,c", "d"}, {"1", "2", "3"}})},
      {"tabs", "a\tb\n1\t2", lines({{"a", "b"}, {"1", "2"}})},
      {"a mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       lines({{"a", "b"}})},
      {"told the separator", "sep=;\na;b,c\n", lines({{}, {"a", "b,c"}})},
      {"quotes", "a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n", lines({{"a", "b"}, {"x, \"y\"", "two\nlines"}})},
      {"a quote inside a field", "a,b\n5\" pipe,x\n", lines({{"a", "b"}, {"5\" pipe", "x"}})},
      {"separators within quotes do not count", "\"a;b;c\",d\n1,2\n", lines({{"a;b;c", "d"}, {"1", "2"}})},
      {"old line ends", "a,b\r1,2\r", lines({{"a", "b"}, {"1", "2"}})},
      {"empty fields", "a,,c\n,,\n", lines({{"a", "", "c"}})},
      {"blank lines keep the numbers", "a\n\nb\n\n\n", lines({{"a"}, {}, {"b"}})},
      {"Windows-1252", "navn\n\xC5lvik \x80\n", lines({{"navn"}, {"Ålvik €"}})},
      {"nothing", "", unexpected(TableError::empty)},
      {"blanks alone", " \n;;\n", unexpected(TableError::empty)},
      {"binary", std::string("a\0b", 3), unexpected(TableError::not_a_table)},
      {"never closed", "a,\"b\n", unexpected(TableError::open_quote)},
      {"too many columns", std::string(300, ',') + "\n", unexpected(TableError::too_many_columns)},
      {"a cell too long", std::string(kMostCellBytes + 1, 'x'), unexpected(TableError::cell_too_long)},
      {"too many rows",
       [] {
         std::string out;
         for (std::size_t i = 0; i <= kMostTableRows; ++i) out += "x\n";
         return out;
       }(),
       unexpected(TableError::too_many_rows)},
      {"too many cells",
       [] {
         std::string out;
         for (int i = 0; i < 20'000; ++i) out += std::string(200, ',') + "x\n";
         return out;
       }(),
       unexpected(TableError::too_large)},
  };
  for (const auto& [name, text, table] : cases) EXPECT_EQ(read_csv(text), table) << name;
}

TEST(ReadXlsx, TheSeedsAreTables) {
  const std::filesystem::path seeds = std::filesystem::path(UTSYN_SOURCE_DIR) / "tests/seeds/table_in_fuzz";
  EXPECT_EQ(read_table(bytes_of(seeds / "shared.xlsx")),
            lines({{"orgnr", "navn", "", "folketall"}, {}, {"123456785", "Blåfjell ", "", "717710"}}));
  EXPECT_EQ(read_table(bytes_of(seeds / "inline.xlsx")),
            lines({{"navn", "domene"}, {"Fjord", "fjord.example", "1"}}));
  EXPECT_EQ(read_table(bytes_of(seeds / "empty.xlsx")), unexpected(TableError::empty));
  EXPECT_EQ(read_table(bytes_of(seeds / "semicolon.csv")),
            lines({{"orgnr", "navn", "folketall"}, {"123 456 785", "Blåfjell \"ny\" kommune", "15 221,0"}}));
}

TEST(ReadXlsx, RefusesWhatIsNoWorkbook) {
  const auto good = zipped({kBook, kLinks, sheet("<row><c t=\"str\"><v>a</v></c></row>")});
  ASSERT_EQ(read_xlsx(good), lines({{"a"}}));
  auto hidden = kBook;
  hidden.second.replace(hidden.second.find("sheetId"), 0, "state=\"veryHidden\" ");
  std::string many;
  for (std::size_t i = 0; i <= kMostSharedTexts; ++i) many += "<si><t>" + std::to_string(i) + "</t></si>";
  std::string rows;
  for (std::size_t i = 0; i < kMostTableRows + 1; ++i) rows += "<row><c t=\"str\"><v>a</v></c></row>";
  std::string wide;
  for (int i = 0; i < 20'000; ++i) wide += "<row><c r=\"IV1\"><v>1</v></c></row>";
  const std::string long_text(kMostCellBytes + 1, 'x');
  const struct {
    const char* name;
    std::string bytes;
    TableError error;
  } cases[] = {
      {"nothing", "", TableError::empty},
      {"the beginning of a zip", good.substr(0, good.size() / 2), TableError::broken_zip},
      {"no zip", "PK\x03\x04 and then nothing of the kind", TableError::broken_zip},
      {"another zip", zipped({{"readme.txt", "hello"}}), TableError::not_a_table},
      {"no XML", zipped({{"xl/workbook.xml", "<workbook><sheets>"}}), TableError::broken_xml},
      {"every sheet hidden", zipped({hidden, kLinks, sheet("")}), TableError::no_sheet},
      {"a sheet that is not there", zipped({kBook, kLinks}), TableError::no_sheet},
      {"no relations", zipped({kBook}), TableError::no_sheet},
      {"nothing on it", zipped({kBook, kLinks, sheet("")}), TableError::empty},
      {"a bomb", zipped({kBook, kLinks, sheet(std::string(std::size_t{64} << 20U, ' '))}),
       TableError::too_large},
      {"a smaller bomb", zipped({kBook, kLinks, sheet(std::string(std::size_t{16} << 20U, ' '))}),
       TableError::too_large},
      {"nothing but tags", zipped({kBook, kLinks, sheet([] {
                                     std::string out;
                                     // Different enough not to be taken for a bomb by its growth alone.
                                     for (int i = 0; i < 4'100'000; ++i)
                                       out += i % 7 * i % 5 == 0 ? "<a/>" : "<b/>";
                                     return out;
                                   }())}),
       TableError::too_large},
      {"shared texts without end",
       zipped({kBook, kLinks, {"xl/sharedStrings.xml", "<sst>" + many + "</sst>"}, sheet("")}),
       TableError::too_many_texts},
      {"too many rows", zipped({kBook, kLinks, sheet(rows)}), TableError::too_many_rows},
      {"a row far down", zipped({kBook, kLinks, sheet("<row r=\"1048576\"><c><v>1</v></c></row>")}),
       TableError::too_many_rows},
      {"a cell far right", zipped({kBook, kLinks, sheet("<row><c r=\"XFD1\"><v>1</v></c></row>")}),
       TableError::too_many_columns},
      {"rows that are wide and empty", zipped({kBook, kLinks, sheet(wide)}), TableError::too_large},
      {"a cell too long",
       zipped({kBook, kLinks, sheet("<row><c t=\"str\"><v>" + long_text + "</v></c></row>")}),
       TableError::cell_too_long},
      {"a shared text too long",
       zipped({kBook,
               kLinks,
               {"xl/sharedStrings.xml", "<sst><si><t>" + long_text + "</t></si></sst>"},
               sheet("")}),
       TableError::cell_too_long},
  };
  for (const auto& [name, bytes, error] : cases) {
    const auto table = read_xlsx(bytes);
    ASSERT_FALSE(table) << name;
    EXPECT_EQ(table.error(), error) << name;
  }
}

TEST(ReadXlsx, EntitiesDoNotGrow) {
  const std::string dtd = R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>)";
  auto part = sheet("<row><c t=\"str\"><v>&b;</v></c></row>");
  part.second = dtd + part.second;
  EXPECT_EQ(read_xlsx(zipped({kBook, kLinks, part})), lines({{"&b;"}}));
}

TEST(ReadXlsx, AChangedByteIsNoticed) {
  auto bytes =
      zipped({kBook, kLinks, sheet("<row><c t=\"str\"><v>a longer text that is deflated</v></c></row>")});
  const auto good = read_xlsx(bytes);
  ASSERT_TRUE(good);
  int wrong = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    const auto table = read_xlsx(changed);
    if (table && *table != *good) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace utsyn::report
