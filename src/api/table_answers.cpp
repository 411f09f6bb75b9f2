#include "api/table_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/followup_json.h"
#include "followup/history.h"
#include "followup/working_days.h"
#include "report/texts.h"

namespace utsyn::api {

using report::OutTable;
using report::TableRow;
using store::Connection;

namespace {

constexpr std::string_view kWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::array<std::string_view, 5> kOfTheFile = {"format", "separator", "bom", "decimal", "lang"};

// What may stand in the name of a file anywhere.
std::string file_name(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
               ? c
               : '-';
  return out.substr(0, 100);
}

std::string filter_text(const Request& request, checks::Language language) {
  std::string out;
  for (const auto& [name, value] : request.query)
    if (!is_of_the_file(name)) out += fmt::format("{}{}={}", out.empty() ? "" : ", ", name, value);
  return out.empty() ? table_words("t_all", language) : out;
}

}  // namespace

WantedTable wanted_table(const Request& request) {
  const auto is_second = [&](std::string_view name, std::string_view first, std::string_view second) {
    const auto given = request.query_value(name).value_or(first);
    if (given != first && given != second)
      wrong_field(name, fmt::format("{} is {} or {}.", name, first, second));
    return given == second;
  };
  WantedTable out;
  out.workbook = !is_second("format", "xlsx", "csv");
  out.form.separator = is_second("separator", "comma", "semicolon") ? ';' : ',';
  out.form.byte_order_mark = is_second("bom", "no", "yes");
  out.form.decimal_comma = is_second("decimal", "point", "comma");
  out.language = language_of(request);
  return out;
}

bool is_of_the_file(std::string_view parameter) {
  return std::ranges::find(kOfTheFile, parameter) != kOfTheFile.end();
}

std::string table_words(std::string_view key, checks::Language language) {
  return report::text("reports." + std::string(key), language);
}

std::vector<report::TableColumn> columns_of(checks::Language language,
                                            std::initializer_list<std::pair<std::string_view, int>> columns) {
  std::vector<report::TableColumn> out;
  for (const auto& [name, width] : columns)
    out.push_back({table_words("c_" + std::string(name), language), width});
  return out;
}

OutTable new_table(const Context& context, const Request& request, const WantedTable& wanted,
                   std::string_view title, std::string_view page) {
  OutTable table;
  table.language = wanted.language;
  table.title = table_words(title, wanted.language);
  table.name = fmt::format("utsyn-{}-{}", title.substr(2), today_in_oslo(context));
  table.origin.emplace_back(table_words("t_filter", wanted.language), filter_text(request, wanted.language));
  if (!context.public_address.empty())
    table.origin.emplace_back(table_words("t_link", wanted.language),
                              context.public_address + std::string(page));
  return table;
}

void tell_of_organisation(Context& context, OutTable& table, std::string_view organisation) {
  context.sql->read([&](Connection& connection) {
    const auto row = connection.first("SELECT name FROM organisation WHERE id = ?1", {organisation});
    const auto measured = followup::last_measured(connection, organisation);
    table.origin.insert(
        table.origin.begin(),
        {{table_words("t_of", table.language), row ? row->text(0) : std::string(organisation)},
         {table_words("t_measured", table.language),
          measured ? format_time(*measured) : table_words("unrated", table.language)}});
  });
}

void tell_of_portfolio(OutTable& table, const ChosenPortfolio& one) {
  table.origin.insert(table.origin.begin(), {table_words("t_of", table.language),
                                             one.portfolio.name.empty() ? table_words("t_all", table.language)
                                                                        : one.portfolio.name});
}

std::function<std::vector<TableRow>()> once(std::vector<TableRow> rows) {
  return [rows = std::move(rows)]() mutable { return std::exchange(rows, {}); };
}

Response table_answer(const Context& context, const WantedTable& wanted, OutTable table) {
  Response response;
  if (!wanted.workbook) {
    response.type = "text/csv; charset=utf-8";
    attach(response, table.name + ".csv");
    response.stream =
        [next = report::csv_pieces(std::move(table), wanted.form)]() -> std::optional<std::string> {
      auto piece = next();
      if (piece.empty()) return std::nullopt;
      return piece;
    };
    return response;
  }
  response.type = kWorkbook;
  attach(response, table.name + ".xlsx");
  const auto book = std::make_shared<report::Workbook>(report::write_workbook(table, context.now()));
  response.stream = [book]() -> std::optional<std::string> {
    auto piece = book->piece();
    if (piece.empty()) return std::nullopt;
    return piece;
  };
  return response;
}

void not_scored() {
  fail({.status = 404,
        .type = "not-scored",
        .title = "There is no score yet",
        .detail = "The organisation has not been measured; ask for a measurement."});
}

std::string today_in_oslo(const Context& context) {
  return followup::format_date(followup::oslo_date(context.now()));
}

void attach(Response& response, std::string_view name) {
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"{}\"", file_name(name)));
}

}  // namespace utsyn::api
