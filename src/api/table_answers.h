// What all tables that are taken as files have in common: what the reader wants of the file, its headings and
// its second sheet, and the answer that gives it piece by piece.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/portfolio_json.h"
#include "api/route.h"
#include "checks/catalogue.h"
#include "report/table_out.h"

namespace utsyn::api {

// ?format=, ?separator=, ?bom=, ?decimal= and the language; wrong_field() for other words.
struct WantedTable {
  bool workbook = true;
  report::CsvForm form;
  checks::Language language = checks::Language::nb;
};
WantedTable wanted_table(const Request& request);
// Whether a parameter of the query belongs to the file and not to what is asked for.
bool is_of_the_file(std::string_view parameter);

// A text of "reports".
std::string table_words(std::string_view key, checks::Language language);
// Columns by their texts ("c_" + name) and widths.
std::vector<report::TableColumn> columns_of(checks::Language language,
                                            std::initializer_list<std::pair<std::string_view, int>> columns);

// A table without columns and rows. `title` is a text, "t_findings"; `page` shows the same in the interface.
report::OutTable new_table(const Context& context, const Request& request, const WantedTable& wanted,
                           std::string_view title, std::string_view page);
// Whose table it is, and when it was measured.
void tell_of_organisation(Context& context, report::OutTable& table, std::string_view organisation);
void tell_of_portfolio(report::OutTable& table, const ChosenPortfolio& one);

// Rows that are all there already.
std::function<std::vector<report::TableRow>()> once(std::vector<report::TableRow> rows);

// The file, drawn as the reader takes it.
Response table_answer(const Context& context, const WantedTable& wanted, report::OutTable table);

[[noreturn]] void not_scored();  // 404 of an organisation without a score

// The day in Oslo, for the name of a file; the header that names it, of what may stand in a name anywhere.
std::string today_in_oslo(const Context& context);
void attach(Response& response, std::string_view name);

}  // namespace utsyn::api
