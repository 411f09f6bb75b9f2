// The national picture and its export for a national body. Figures are of everybody; names, and what is said
// by name, are of those that the reader sees (portfolio/nation.h, docs/decisions/0007).
#include <algorithm>
#include <utility>

#include "access/consents.h"
#include "access/roles.h"
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/portfolio_json.h"
#include "portfolio/csv.h"
#include "portfolio/nation.h"
#include "score/constants.h"
#include "score/standing.h"
#include "store/events.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using portfolio::Dimension;
using portfolio::Members;
using portfolio::Seen;
using store::Connection;

// ?kind=, or all.
portfolio::Filter kind_of(const Request& request) {
  portfolio::Filter filter;
  if (const auto kind = request.query_value("kind")) {
    const auto at = std::ranges::find(score::kind_words, *kind);
    if (at == score::kind_words.end())
      wrong_field("kind", "Choose municipality, county, state, supplier or other.");
    filter.kinds = {static_cast<score::Kind>(at - score::kind_words.begin())};
  }
  return filter;
}

portfolio::NationGuard::Kind kind_in(const portfolio::Filter& filter) {
  if (filter.kinds.empty()) return std::nullopt;
  return filter.kinds.front();
}

Response get_nation(Context& context, const Request& request) {
  const auto dimension = dimension_of(request);
  const auto filter = kind_of(request);
  const auto view = context.portfolios->view();
  const Seen all(*view, portfolio::counting_all(request.access));
  auto breakdown = *context.portfolios->breakdown(view, all, filter, dimension);
  portfolio::NationGuard(*view, Seen(*view, request.access), kind_in(filter)).guard(breakdown, dimension);
  return json_response(portfolio::breakdown_json(dimension, breakdown));
}

constexpr std::size_t kMostTiles = 2'000;

Response get_nation_tiles(Context& context, const Request& request) {
  const auto today = portfolio::day_of(context.now());
  auto day = today;
  if (const auto given = request.query_value("day")) {
    const auto time = given->size() == 10 ? parse_time(*given) : std::nullopt;
    if (!time) wrong_field("day", "Write a date, such as 2026-11-21.");
    day = portfolio::day_of(*time);
    if (day > today) wrong_field("day", "The day must not lie ahead.");
  }
  portfolio::Filter filter;
  filter.kinds = {score::Kind::municipality};
  json::array items;
  const auto view = context.portfolios->view();
  const auto& table = *view;
  const Seen seen(table, request.access);
  const auto* past = day == today ? nullptr : table.at_day(day);
  for (const auto row : portfolio::matching(table, seen, filter)) {
    if (items.size() == kMostTiles) break;
    const auto whole = portfolio::organisation_json(table, seen, row);
    json::object item;
    for (const auto* name : {"organisation", "name", "municipality", "county", "kostra", "population"})
      item[name] = whole.at(name);
    if (day == today) {
      for (const auto* name : {"score_cp", "grade", "measured"}) item[name] = whole.at(name);
    } else {
      const auto cp =
          past == nullptr || row >= past->score_cp.size() ? portfolio::kNone : past->score_cp[row];
      const bool rated = cp != portfolio::kNone;
      item["score_cp"] = rated ? json::value(cp) : json::value();
      item["grade"] = json::string(rated ? score::word(score::grade_of(cp, score::full_coverage))
                                         : score::word(score::Grade::U));
      item["measured"] = nullptr;
    }
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(), [](const json::value& a, const json::value& b) {
    const auto key = [](const json::value& item) {
      const auto* number = item.at("municipality").if_string();
      return std::pair(number == nullptr ? std::string_view("~") : std::string_view(*number),
                       std::string_view(item.at("organisation").as_string()));
    };
    return key(a) < key(b);
  });
  return json_response(json::object{{"day", format_time(from_unix(day * 86'400)).substr(0, 10)},
                                    {"items", std::move(items)},
                                    {"next", nullptr}});
}

Response get_nation_history(Context& context, const Request& request) {
  const auto dimension = dimension_of(request);
  const auto days = days_of(request, context.now());
  portfolio::Portfolio all;
  all.form = portfolio::Form::filter;
  all.filter = kind_of(request);
  const auto view = context.portfolios->view();
  const auto counting = portfolio::counting_all(request.access);
  const Seen seen(*view, counting);
  auto total = context.portfolios->history(view, seen, counting, all, {}, days.from, days.to)->points;
  auto parts =
      context.portfolios->breakdown_history(view, seen, counting, all.filter, dimension, days.from, days.to)
          ->cells;
  portfolio::NationGuard(*view, Seen(*view, request.access), kind_in(all.filter))
      .guard(total, parts, dimension);
  json::array cells;
  for (const auto& cell : parts)
    cells.push_back(json::object{{"key", cell.key}, {"points", portfolio::history_json(cell.points)}});
  return json_response(json::object{{"by", json::string(portfolio::word(dimension))},
                                    {"total", portfolio::history_json(total)},
                                    {"cells", std::move(cells)}});
}

// The export.

using Consented = std::vector<std::pair<std::string, Detail>>;
constexpr std::size_t kOrganisationsAtOnce = 200;

json::object consented_json(const portfolio::Table& table, const Seen& seen, portfolio::RowNumber row,
                            Detail opened) {
  auto out = portfolio::organisation_json(table, seen, row);
  out["consent"] = access::word(opened);
  out["open_checks"] = nullptr;
  // Both the organisation and the reader's own access must allow it.
  if (opened < Detail::findings || seen.detail(row) < Detail::findings) {
    out["findings"] = nullptr;
    return out;
  }
  json::array checks;
  for (std::size_t check = 0; check < table.checks.size(); ++check)
    if (table.has_check(row, check)) checks.push_back(json::string(table.checks.text(check)));
  out["open_checks"] = std::move(checks);
  return out;
}

// Some of the organisations that have consented and that the reader sees, from `at` on.
json::array some_consented(portfolio::Portfolios& portfolios, const access::Access& access,
                           const Consented& consented, std::size_t& at) {
  const auto view = portfolios.view();
  const Seen seen(*view, access);
  json::array out;
  for (; at < consented.size() && out.size() < kOrganisationsAtOnce; ++at) {
    const auto row = view->find(consented[at].first);
    if (row && seen.sees(*row)) out.push_back(consented_json(*view, seen, *row, consented[at].second));
  }
  return out;
}

json::object aggregates_json(Context& context, const Request& request) {
  const auto view = context.portfolios->view();
  const Seen seen(*view, portfolio::counting_all(request.access));
  const auto members = portfolio::equal_members(seen, portfolio::matching(*view, seen, {}));
  const portfolio::NationGuard guard(*view, Seen(*view, request.access), {});
  json::array breakdowns;
  for (std::size_t each = 0; each < portfolio::dimension_words.size(); ++each) {
    const auto dimension = static_cast<Dimension>(each);
    auto breakdown = portfolio::breakdown_of(*view, members, dimension, seen.authority());
    guard.guard(breakdown, dimension);
    breakdowns.push_back(portfolio::breakdown_json(dimension, breakdown));
  }
  auto total = portfolio::figures_of(*view, members, seen.authority());
  guard.guard(total);
  return {{"as_of", format_time(context.now())},
          {"method", score::method_id},
          {"constants", "expert opinion v1.0"},
          {"total", portfolio::figures_json(total)},
          {"breakdowns", std::move(breakdowns)}};
}

std::string text_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string(value->as_string());
  if (value->is_array()) {
    std::string out;
    for (const auto& item : value->as_array()) out += (out.empty() ? "" : " ") + text_of(&item);
    return out;
  }
  return json::serialize(*value);
}

std::string aggregates_csv(const json::object& aggregates, char separator) {
  std::vector<std::string> head{"as_of", "method", "by", "key", "members", "suppressed"};
  constexpr std::string_view columns[] = {
      "rated",  "unrated", "mean_cp",    "median_cp",           "p10_cp",        "p25_cp",
      "p75_cp", "p90_cp",  "gate_share", "median_overdue_days", "mean_coverage", "inhabitants_d_f"};
  for (const auto column : columns) head.emplace_back(column);
  for (const auto grade : score::grade_words) head.push_back("grade_" + std::string(grade));
  auto out = portfolio::csv_line(head, separator);
  const auto add = [&](std::string_view by, std::string_view key, const json::object& cell) {
    std::vector<std::string> line{text_of(aggregates.if_contains("as_of")),
                                  text_of(aggregates.if_contains("method")),
                                  std::string(by),
                                  std::string(key),
                                  text_of(cell.if_contains("members")),
                                  text_of(cell.if_contains("suppressed"))};
    const auto* figures = cell.at("figures").if_object();
    for (const auto column : columns)
      line.push_back(figures == nullptr ? std::string() : text_of(figures->if_contains(column)));
    for (const auto grade : score::grade_words)
      line.push_back(figures == nullptr ? std::string()
                                        : text_of(figures->at("grades").as_object().if_contains(grade)));
    out += portfolio::csv_line(line, separator);
  };
  add("total", "", aggregates.at("total").as_object());
  for (const auto& breakdown : aggregates.at("breakdowns").as_array())
    for (const auto& cell : breakdown.at("cells").as_array())
      add(std::string_view(breakdown.at("by").as_string()), std::string_view(cell.at("key").as_string()),
          cell.as_object());
  return out;
}

constexpr std::string_view kOrganisationColumns[] = {
    "organisation", "name",      "number", "kind",     "county",     "municipality", "kostra",   "sector",
    "population",   "employees", "grade",  "score_cp", "managed_cp", "coverage",     "measured", "consent"};
constexpr std::string_view kFindingColumns[] = {"critical", "high", "medium", "low", "overdue_days"};

std::string organisations_head(char separator) {
  std::vector<std::string> head;
  for (const auto column : kOrganisationColumns) head.emplace_back(column);
  for (const auto column : kFindingColumns) head.emplace_back(column);
  head.emplace_back("open_checks");
  return portfolio::csv_line(head, separator);
}

std::string organisation_csv(const json::object& organisation, char separator) {
  std::vector<std::string> line;
  for (const auto column : kOrganisationColumns) line.push_back(text_of(organisation.if_contains(column)));
  const auto* findings = organisation.at("findings").if_object();
  for (const auto column : kFindingColumns)
    line.push_back(findings == nullptr ? std::string() : text_of(findings->if_contains(column)));
  line.push_back(text_of(organisation.if_contains("open_checks")));
  return portfolio::csv_line(line, separator);
}

struct Wanted {
  bool csv = false;
  bool organisations = false;  // of a CSV: the detail, not the aggregates
  char separator = ',';
  bool byte_order_mark = false;
};

Wanted wanted_of(const Request& request) {
  Wanted wanted;
  const auto choice = [&](std::string_view name, std::string_view first, std::string_view second) {
    const auto given = request.query_value(name).value_or(first);
    if (given != first && given != second)
      wrong_field(name, "Choose " + std::string(first) + " or " + std::string(second) + ".");
    return given == second;
  };
  wanted.csv = choice("format", "json", "csv");
  wanted.organisations = choice("part", "aggregates", "organisations");
  wanted.separator = choice("separator", "comma", "semicolon") ? ';' : ',';
  wanted.byte_order_mark = choice("bom", "no", "yes");
  return wanted;
}

Response export_nation(Context& context, const Request& request) {
  const auto wanted = wanted_of(request);
  const auto now = context.now();
  auto consented = context.sql->read([&](Connection& connection) {
    return access::opened_by_consent(connection, request.access.home, now);
  });
  const auto access = request.access;
  // What leaves the house is written down.
  context.sql->write([&](Connection& connection) {
    store::append_audit(
        connection, now, access.actor, "nation.export", {}, {},
        json::serialize(json::object{
            {"format", wanted.csv ? "csv" : "json"}, {"body", access.home}, {"consents", consented.size()}}));
  });
  Response response;
  std::string head;
  std::string tail;
  const bool with_organisations = !wanted.csv || wanted.organisations;
  if (wanted.csv) {
    response.type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition",
                                  wanted.organisations ? "attachment; filename=\"utsyn-organisations.csv\""
                                                       : "attachment; filename=\"utsyn-nation.csv\"");
    head = wanted.byte_order_mark ? std::string(portfolio::kByteOrderMark) : std::string();
    head += wanted.organisations ? organisations_head(wanted.separator)
                                 : aggregates_csv(aggregates_json(context, request), wanted.separator);
  } else {
    head = json::serialize(aggregates_json(context, request));
    head.back() = ',';
    head += "\"organisations\":[";
    tail = "]}";
  }
  response.stream = [portfolios = context.portfolios, access, wanted, with_organisations,
                     consented = std::move(consented), head = std::move(head), tail = std::move(tail),
                     at = std::size_t{0}, first = true, step = 0]() mutable -> std::optional<std::string> {
    if (step == 0) {
      step = with_organisations ? 1 : 2;
      return std::move(head);
    }
    while (step == 1) {
      const auto organisations = some_consented(*portfolios, access, consented, at);
      if (at == consented.size()) step = 2;
      std::string piece;
      for (const auto& organisation : organisations) {
        if (wanted.csv) {
          piece += organisation_csv(organisation.as_object(), wanted.separator);
        } else {
          if (!std::exchange(first, false)) piece += ',';
          piece += json::serialize(organisation);
        }
      }
      if (!piece.empty()) return piece;
    }
    if (step == 2) {
      step = 3;
      if (!tail.empty()) return std::move(tail);
    }
    return std::nullopt;
  };
  return response;
}

}  // namespace

void add_nation_routes(Router& router) {
  add_routes(
      router,
      {{"GET", "/nation", "getNation", Permission::read_nation, Detail::none, get_nation},
       {"GET", "/nation/tiles", "getNationTiles", Permission::read_nation, Detail::none, get_nation_tiles},
       {"GET", "/nation/history", "getNationHistory", Permission::read_nation, Detail::none,
        get_nation_history},
       {"GET", "/nation/export", "exportNation", Permission::read_nation, Detail::none, export_nation}});
}

}  // namespace utsyn::api
