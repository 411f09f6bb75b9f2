// Who exposes a product, with what shows it (portfolio/exposure.h). Over organisations whose findings the
// reader sees, since it is read out of evidence; every name, count and file.
#include <algorithm>
#include <utility>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/portfolio_json.h"
#include "api/table_answers.h"
#include "portfolio/exposure.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using portfolio::Seen;
using report::TableCell;
using report::TableRow;
using store::Connection;

constexpr std::size_t kMostLookedInto = 250;  // organisations whose evidence is read for one page
constexpr std::size_t kExposedAtOnce = 100;   // in a file

// Which organisations are asked about: a portfolio, narrowed down.
struct Field {
  ChosenPortfolio one;
  portfolio::Filter filter;
};
Field field_of(Context& context, const Request& request) {
  Field field;
  field.one =
      chosen_portfolio(context, request, request.query_value("portfolio").value_or(kAllOrganisations));
  if (const auto kind = request.query_value("kind")) {
    const auto at = std::ranges::find(score::kind_words, *kind);
    if (at == score::kind_words.end())
      wrong_field("kind", "Choose municipality, county, state, supplier or other.");
    field.filter.kinds = {static_cast<score::Kind>(at - score::kind_words.begin())};
  }
  if (const auto county = request.query_value("county")) field.filter.counties = {std::string(*county)};
  if (const auto sector = request.query_value("sector")) field.filter.sectors = {std::string(*sector)};
  return field;
}
std::vector<portfolio::RowNumber> rows_of(const portfolio::Table& table, const Seen& seen,
                                          const Field& field) {
  auto rows = portfolio::members_of(table, seen, field.one.portfolio, field.one.listed).rows;
  return field.filter == portfolio::Filter{} ? std::move(rows)
                                             : portfolio::narrowed(table, seen, field.filter, rows);
}

std::string text_asked(const Request& request, std::string_view name) {
  return std::string(request.query_value(name).value_or(""));
}

json::object place_json(const portfolio::ExposedPlace& place) {
  const auto maybe = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
  const auto& [product, host, port, url, told_by] = place.program;
  return {{"host", host},
          {"port", port},
          {"url", maybe(url)},
          {"product", product.name},
          {"version", maybe(product.version)},
          {"said", product.said},
          {"told_by", told_by},
          {"asset", place.asset},
          {"evidence", place.evidence},
          {"evidence_kind", place.kind},
          {"seen", format_time(place.seen)}};
}

struct Exposed {
  json::array items;
  std::vector<std::string> next;
  std::size_t total = 0;  // before the version is asked for
};

// The next organisations in the order of their names. Which lean on the product is known in memory; where and
// with which version is in their evidence, so a page that asks for a version looks into at most so many and
// may hold fewer than there is room for.
Exposed exposed_page(Context& context, const Request& request, const Field& field, std::size_t limit,
                     std::vector<std::string> after) {
  const auto product = text_asked(request, "product");
  const auto version = text_asked(request, "version");
  const auto most = std::max(limit, version.empty() ? limit : kMostLookedInto);
  Exposed out;
  std::vector<json::object> candidates;
  std::vector<std::vector<std::string>> keys;
  bool more = false;
  {
    const auto view = context.portfolios->view();
    const Seen seen(*view, request.access);
    const auto rows =
        portfolio::exposing(*view, portfolio::looked_at(*view, seen, rows_of(*view, seen, field)),
                            portfolio::spellings_of(*view, product));
    out.total = rows.size();
    const portfolio::Sorting by_name{portfolio::Order::name, false};
    auto page = portfolio::sorted_page(*view, seen, rows, by_name, after, most + 1);
    more = page.size() > most;
    if (more) page.pop_back();
    for (const auto row : page) {
      const auto whole = portfolio::organisation_json(*view, seen, row);
      json::object item;
      for (const auto* name : {"organisation", "name", "number", "kind", "county", "municipality", "sector",
                               "population", "measured"})
        item[name] = whole.at(name);
      candidates.push_back(std::move(item));
      keys.push_back(portfolio::sort_key(*view, seen, row, by_name));
    }
  }
  const auto now = context.now();
  context.sql->read([&](Connection& connection) {
    for (std::size_t at = 0; at < candidates.size(); ++at) {
      if (out.items.size() == limit) {
        out.next = keys[at - 1];
        return;
      }
      auto& item = candidates[at];
      const auto exposure = portfolio::exposure_of(
          connection, now, std::string_view(item.at("organisation").as_string()), product, version);
      if (exposure.places.empty()) continue;  // no longer, or in another version
      json::array places;
      for (const auto& place : exposure.places) places.push_back(place_json(place));
      item["contacts"] = json::array(exposure.contacts.begin(), exposure.contacts.end());
      item["places"] = std::move(places);
      item["places_total"] = exposure.places_total;
      out.items.push_back(std::move(item));
    }
    if (more) out.next = keys.back();
  });
  return out;
}

Response list_exposed(Context& context, const Request& request) {
  const auto page = page_of(request);
  if (!page.after.empty() && page.after.size() != 3) wrong_field("cursor", "This cursor is of another list.");
  auto found = exposed_page(context, request, field_of(context, request), page.limit, page.after);
  const bool counted = text_asked(request, "version").empty();
  return json_response(
      json::object{{"items", std::move(found.items)},
                   {"next", found.next.empty() ? json::value() : json::value(cursor_of(found.next))},
                   {"total", counted ? json::value(found.total) : json::value()}});
}

Response list_exposed_products(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto field = field_of(context, request);
  const auto view = context.portfolios->view();
  const Seen seen(*view, request.access);
  const auto counts =
      portfolio::products_of(*view, seen, rows_of(*view, seen, field), text_asked(request, "q"), most);
  json::array items;
  for (const auto& one : counts.products)
    items.push_back(
        json::object{{"name", one.name},
                     {"organisations", counts.suppressed ? json::value() : json::value(one.organisations)}});
  return json_response(json::object{{"members", counts.members},
                                    {"suppressed", counts.suppressed},
                                    {"items", std::move(items)},
                                    {"next", nullptr}});
}

json::object cell_json(const portfolio::ExposureCell& cell) {
  json::object out{{"key", cell.key},
                   {"members", cell.members},
                   {"suppressed", cell.suppressed},
                   {"organisations", nullptr},
                   {"share", nullptr}};
  if (cell.suppressed) return out;
  out["organisations"] = cell.organisations;
  if (cell.members > 0) out["share"] = static_cast<std::int64_t>(10'000 * cell.organisations / cell.members);
  return out;
}

Response get_exposure_breakdown(Context& context, const Request& request) {
  const auto dimension = request.query_value("by") ? dimension_of(request) : portfolio::Dimension::sector;
  const auto field = field_of(context, request);
  const auto view = context.portfolios->view();
  const Seen seen(*view, request.access);
  const auto breakdown = portfolio::exposure_breakdown_of(*view, seen, rows_of(*view, seen, field),
                                                          text_asked(request, "product"), dimension);
  json::array cells;
  for (const auto& cell : breakdown.cells) cells.push_back(cell_json(cell));
  auto total = cell_json(breakdown.total);
  total["key"] = nullptr;
  return json_response(json::object{{"by", json::string(portfolio::word(dimension))},
                                    {"total", std::move(total)},
                                    {"cells", std::move(cells)}});
}

// A row for each place, in the order of the list.

TableCell text_cell(const json::object& from, std::string_view name) {
  const auto* text = from.at(name).if_string();
  return text == nullptr ? TableCell() : TableCell(std::string(*text));
}
TableCell time_cell(const json::object& from, std::string_view name) {
  const auto* text = from.at(name).if_string();
  const auto time = text == nullptr ? std::nullopt : parse_time(*text);
  return time ? TableCell(*time) : TableCell();
}

void add_places(std::vector<TableRow>& rows, const json::object& item) {
  std::string contacts;
  for (const auto& contact : item.at("contacts").as_array()) {
    if (!contacts.empty()) contacts += ' ';
    contacts += std::string_view(contact.as_string());
  }
  for (const auto& each : item.at("places").as_array()) {
    const auto& place = each.as_object();
    rows.push_back({text_cell(item, "name"), text_cell(item, "organisation"), text_cell(item, "number"),
                    text_cell(item, "kind"), text_cell(item, "county"), text_cell(item, "sector"),
                    text_cell(place, "host"), place.at("port").as_int64(), text_cell(place, "product"),
                    text_cell(place, "version"), text_cell(place, "said"), text_cell(place, "told_by"),
                    text_cell(place, "url"), time_cell(place, "seen"), text_cell(place, "evidence"),
                    contacts});
  }
}

Response get_exposure_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  auto table = new_table(context, request, wanted, "t_exposure", "/trusler");
  auto field = field_of(context, request);
  tell_of_portfolio(table, field.one);
  table.columns = columns_of(wanted.language, {{"organisation", 34},
                                               {"organisation_id", 28},
                                               {"number", 18},
                                               {"kind", 13},
                                               {"county", 8},
                                               {"sector", 9},
                                               {"host", 34},
                                               {"port", 7},
                                               {"product", 22},
                                               {"version", 18},
                                               {"said", 40},
                                               {"told_by", 16},
                                               {"url", 44},
                                               {"last_seen", 19},
                                               {"record", 30},
                                               {"contacts", 44}});
  table.next = [context = &context, asked = request, field = std::move(field),
                after = std::vector<std::string>(), ended = false]() mutable {
    std::vector<TableRow> rows;
    while (rows.empty() && !ended) {
      const auto page = exposed_page(*context, asked, field, kExposedAtOnce, after);
      for (const auto& item : page.items) add_places(rows, item.as_object());
      after = page.next;
      ended = after.empty();
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

}  // namespace

void add_exposure_routes(Router& router) {
  using access::Detail;
  using access::Permission;
  add_routes(router, {{"GET", "/exposure", "listExposed", Permission::read, Detail::none, list_exposed},
                      {"GET", "/exposure/products", "listExposedProducts", Permission::read, Detail::none,
                       list_exposed_products},
                      {"GET", "/exposure/breakdown", "getExposureBreakdown", Permission::read, Detail::none,
                       get_exposure_breakdown},
                      {"GET", "/exposure/table", "getExposureTable", Permission::read, Detail::none,
                       get_exposure_table}});
}

}  // namespace utsyn::api
