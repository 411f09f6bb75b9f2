// Every table of findings, assets, scores, members, issues and the audit log as a file (CSV or XLSX), each
// with what it is, when it was measured and where it came from. Rows are read as the file is taken. Smaller
// tables are those of listed_table_routes.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/filters_of_query.h"
#include "api/followup_json.h"
#include "api/table_answers.h"
#include "base/text.h"
#include "engine/judge.h"
#include "followup/deadline.h"
#include "followup/history.h"
#include "followup/rescore.h"
#include "followup/rows.h"
#include "footprint/inventory.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::word_of;
using report::Hundredths;
using report::TableCell;
using report::TableRow;
using store::Connection;

constexpr std::size_t kRowsAtOnce = 5'000;
constexpr std::size_t kMostIssues = 1'000;

TableCell cell_of(const std::optional<UtcTime>& time) { return time ? TableCell(*time) : TableCell(); }

Response findings_table(Context& context, const Request& request, followup::Filter filter,
                        std::string_view organisation) {
  const auto wanted = wanted_table(request);
  const auto language = wanted.language;
  const auto order = followup::named<followup::Order>(request.query_value("sort").value_or("worst"));
  if (!order) wrong_field("sort", "sort is worst, oldest, newest, due, asset or check.");
  auto table = new_table(
      context, request, wanted, "t_findings",
      organisation.empty() ? std::string("/funn") : fmt::format("/virksomhet/{}/funn", organisation));
  if (!organisation.empty()) tell_of_organisation(context, table, organisation);
  table.columns = columns_of(
      language, {{"organisation", 28}, {"organisation_id", 28}, {"title", 44},      {"severity", 10},
                 {"state", 14},        {"asset", 36},           {"area", 8},        {"check", 26},
                 {"finding", 48},      {"outcome", 9},          {"confidence", 11}, {"reason", 50},
                 {"first_seen", 19},   {"last_seen", 19},       {"closed", 19},     {"due", 12},
                 {"overdue", 9},       {"assignee", 22},        {"reopened", 10},   {"unseen", 10}});
  table.next = [sql = context.sql, reader = request.access, language, now = context.now(), ended = false,
                question =
                    followup::ListQuestion{std::move(filter), *order, kRowsAtOnce, {}, language}]() mutable {
    std::vector<TableRow> rows;
    // A page may be empty and yet not the last.
    while (rows.empty() && !ended) {
      const auto page = sql->read(
          [&](Connection& connection) { return followup::list_findings(connection, reader, question, now); });
      if (!page) break;
      question.after = page->next;
      ended = page->next.empty();
      for (const auto& item : page->items) {
        const auto& finding = item.finding;
        const auto due = item.own_due ? followup::oslo_date(item.due - std::chrono::seconds{1})
                                      : followup::due_date(finding);
        rows.push_back({item.organisation_name,
                        item.organisation,
                        title_of_check(finding.check, language),
                        table_words(word_of(finding.severity), language),
                        word_of(finding.state),
                        finding.asset,
                        area_of_check(finding.check),
                        finding.check,
                        finding.id,
                        word_of(finding.outcome),
                        word_of(finding.confidence),
                        text_of_reason(finding.check, finding.reason, language),
                        finding.first_seen,
                        finding.last_seen,
                        cell_of(finding.closed),
                        due,
                        item.overdue,
                        item.assignee_name,
                        std::int64_t{finding.reopened},
                        finding.unseen});
      }
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

Response get_findings_table(Context& context, const Request& request) {
  return findings_table(context, request, finding_filter_of_query(request), {});
}
Response get_organisation_findings_table(Context& context, const Request& request) {
  auto filter = finding_filter_of_query(request);
  filter.organisations = {std::string(request.parameter("organisation"))};
  return findings_table(context, request, std::move(filter), request.parameter("organisation"));
}

Response get_assets_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  const auto language = wanted.language;
  const auto organisation = std::string(request.parameter("organisation"));
  auto table =
      new_table(context, request, wanted, "t_assets", fmt::format("/virksomhet/{}/fotavtrykk", organisation));
  tell_of_organisation(context, table, organisation);
  table.columns = columns_of(language, {{"asset", 40},
                                        {"kind", 9},
                                        {"domain", 26},
                                        {"host", 32},
                                        {"port", 7},
                                        {"value", 7},
                                        {"by_provider", 13},
                                        {"addresses", 34},
                                        {"why", 40},
                                        {"confidence", 11},
                                        {"state", 12},
                                        {"candidate", 10},
                                        {"present", 10},
                                        {"first_seen", 19},
                                        {"last_seen", 19}});
  table.next = [sql = context.sql, organisation, after = std::vector<std::string>{},
                ended = false]() mutable {
    std::vector<TableRow> rows;
    if (ended) return rows;
    const auto page = sql->read([&](Connection& connection) {
      return footprint::inventory(connection, organisation, std::nullopt, true, kRowsAtOnce, after);
    });
    after = page.next_after;
    ended = after.empty();
    for (const auto& item : page.items) {
      const auto& asset = item.asset;
      rows.push_back({asset.id, std::string(boost::describe::enum_to_string(asset.kind, "?")), asset.domain,
                      asset.host, asset.port == 0 ? TableCell() : TableCell(std::int64_t{asset.port}),
                      std::int64_t{asset.value}, asset.by_provider, join(asset.addresses, " "),
                      join(asset.why, " "), std::int64_t{item.confidence}, word_of(item.state),
                      item.candidate, item.present, cell_of(item.first_seen), cell_of(item.last_seen)});
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

Response get_score_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  const auto language = wanted.language;
  const auto organisation = std::string(request.parameter("organisation"));
  const auto now = context.now();
  auto table =
      new_table(context, request, wanted, "t_score", fmt::format("/virksomhet/{}/poeng", organisation));
  tell_of_organisation(context, table, organisation);
  table.columns = columns_of(
      language,
      {{"key", 48}, {"title", 44}, {"loss", 12}, {"gain", 15}, {"asset", 36}, {"check", 26}, {"state", 14}});
  struct Line {
    std::int64_t cp = 0;
    TableRow row;
  };
  std::vector<Line> lines;
  context.sql->read([&](Connection& connection) {
    lines.clear();
    const auto stored = followup::score_at(connection, organisation, now);
    if (!stored) not_scored();
    const auto output = json::parse(stored->output).as_object();
    const auto& gains = output.at("gain_cp").as_object();
    std::map<std::string, store::Finding> findings;
    for (auto& finding : followup::findings_now(connection, organisation, now))
      findings.emplace(engine::method_name(finding.id), std::move(finding));
    for (const auto& [key, value] : output.at("lines").as_object()) {
      const auto cp = value.as_int64();
      const auto* gain = gains.if_contains(key);
      const std::string name(key);
      const bool gate = name.starts_with("#gate:");
      const auto found = findings.find(gate ? name.substr(6) : name);
      auto title = found == findings.end() ? name : title_of_check(found->second.check, language);
      if (gate) title = report::text_with("reports.line_gate", language, title);
      if (name == "#breach") title = table_words("line_breach", language);
      if (name == "#coverage") title = table_words("line_coverage", language);
      TableRow row{name, title, Hundredths{cp},
                   gain == nullptr ? TableCell() : TableCell(Hundredths{gain->as_int64()})};
      if (found == findings.end())
        row.insert(row.end(), 3, TableCell());
      else
        for (const auto& text : {found->second.asset, found->second.check, word_of(found->second.state)})
          row.emplace_back(text);
      lines.push_back({cp, std::move(row)});
    }
  });
  std::ranges::sort(
      lines, [](const Line& a, const Line& b) { return a.cp != b.cp ? a.cp > b.cp : a.row[0] < b.row[0]; });
  std::vector<TableRow> rows;
  rows.reserve(lines.size());
  for (auto& line : lines) rows.push_back(std::move(line.row));
  table.next = once(std::move(rows));
  return table_answer(context, wanted, std::move(table));
}

Response get_score_history_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  const auto organisation = std::string(request.parameter("organisation"));
  auto table =
      new_table(context, request, wanted, "t_score_history", fmt::format("/virksomhet/{}", organisation));
  tell_of_organisation(context, table, organisation);
  table.columns =
      columns_of(wanted.language, {{"from", 19}, {"to", 19}, {"score", 10}, {"grade", 10}, {"method", 12}});
  table.next = [sql = context.sql, organisation, after = std::int64_t{INT64_MIN}]() mutable {
    std::vector<TableRow> rows;
    const auto found = sql->read([&](Connection& connection) {
      return connection.query(R"(SELECT first_seen, last_seen, score_cp, grade, method FROM score
          WHERE organisation = ?1 AND first_seen > ?2 ORDER BY first_seen LIMIT ?3)",
                              {organisation, after, std::int64_t{kRowsAtOnce}});
    });
    for (const auto& row : found) {
      after = row.number(0);
      rows.push_back({from_unix(row.number(0)), from_unix(row.number(1)), Hundredths{row.number(2)},
                      row.text(3), row.text(4)});
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

Response get_members_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  auto table = new_table(context, request, wanted, "t_members",
                         fmt::format("/portefolje/{}", request.parameter("portfolio")));
  tell_of_portfolio(table, one);
  const auto sorting = portfolio::sorting_named(request.query_value("sort").value_or("name"));
  if (!sorting)
    wrong_field("sort",
                "Choose id, name, score, population, coverage, measured or overdue, with - before it to turn "
                "the order round.");
  table.columns =
      columns_of(wanted.language,
                 {{"organisation", 34}, {"organisation_id", 28}, {"number", 18},      {"kind", 13},
                  {"county", 8},        {"municipality", 10},    {"kostra", 9},       {"sector", 9},
                  {"population", 12},   {"employees", 10},       {"measured", 19},    {"score", 9},
                  {"grade", 10},        {"managed", 15},         {"low", 9},          {"high", 9},
                  {"coverage", 13},     {"weight", 8},           {"critical", 10},    {"high_count", 10},
                  {"medium", 10},       {"low_count", 10},       {"overdue_days", 16}});
  {  // what is wrong with the query is told before the first row
    const auto view = context.portfolios->view();
    narrowed_by_query(request, *view, portfolio::Seen(*view, request.access), {});
  }
  table.next = [portfolios = context.portfolios, asked = request, one = std::move(one), sorting = *sorting,
                after = std::vector<std::string>{}, ended = false]() mutable {
    std::vector<TableRow> rows;
    if (ended) return rows;
    const auto view = portfolios->view();
    const portfolio::Seen seen(*view, asked.access);
    const auto members =
        narrowed_by_query(asked, *view, seen, portfolio::members_of(*view, seen, one.portfolio, one.listed));
    const auto page = portfolio::sorted_page(*view, seen, members.rows, sorting, after, kRowsAtOnce);
    ended = page.size() < kRowsAtOnce;
    if (!page.empty()) after = portfolio::sort_key(*view, seen, page.back(), sorting);
    const auto word = [&](std::uint16_t number) {
      return number == portfolio::kNone ? TableCell() : TableCell(view->words.text(number));
    };
    const auto number = [](std::uint32_t value) {
      return value == portfolio::kNoNumber ? TableCell() : TableCell(std::int64_t{value});
    };
    for (const auto row : page) {
      const bool rated = view->rated(row);
      const auto score = [&](std::uint16_t cp) { return rated ? TableCell(Hundredths{cp}) : TableCell(); };
      const auto at = std::ranges::lower_bound(members.rows, row) - members.rows.begin();
      const bool measured = view->measured[row] != 0;
      TableRow out{std::string(view->name[row]),
                   std::string(view->id[row]),
                   std::string(view->number[row]),
                   std::string(score::kind_words[view->kind[row]]),
                   word(view->county[row]),
                   word(view->municipality[row]),
                   word(view->kostra[row]),
                   word(view->sector[row]),
                   number(view->population[row]),
                   number(view->employees[row]),
                   measured ? TableCell(from_unix(view->measured[row])) : TableCell(),
                   score(view->score_cp[row]),
                   std::string(score::grade_words[view->grade[row]]),
                   score(view->managed_cp[row]),
                   score(view->low_cp[row]),
                   score(view->high_cp[row]),
                   measured ? TableCell(Hundredths{view->coverage[row]}) : TableCell(),
                   members.weight(static_cast<std::size_t>(at))};
      if (seen.detail(row) >= Detail::findings && measured) {
        for (const auto count : view->by_severity[row]) out.emplace_back(std::int64_t{count});
        out.emplace_back(std::int64_t{view->overdue_days[row]});
      } else {
        out.insert(out.end(), 5, TableCell());
      }
      rows.push_back(std::move(out));
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

Response get_issues_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  auto table = new_table(context, request, wanted, "t_issues",
                         fmt::format("/portefolje/{}", request.parameter("portfolio")));
  tell_of_portfolio(table, one);
  table.columns =
      columns_of(wanted.language,
                 {{"check", 28}, {"title", 50}, {"severity", 10}, {"organisations", 14}, {"share", 12}});
  std::vector<TableRow> rows;
  {
    const auto view = context.portfolios->view();
    const portfolio::Seen seen(*view, request.access);
    const auto members = portfolio::members_of(*view, seen, one.portfolio, one.listed);
    for (const auto& issue : portfolio::issues_of(*view, seen, members.rows, kMostIssues).most_common)
      rows.push_back({issue.check, title_of_check(issue.check, wanted.language),
                      table_words(word_of(issue.severity), wanted.language),
                      static_cast<std::int64_t>(issue.organisations), Hundredths{issue.share}});
  }
  table.next = once(std::move(rows));
  return table_answer(context, wanted, std::move(table));
}

// A row for each check and day.
Response get_issue_history_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  const auto asked = days_of(request, context.now());
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  auto table = new_table(context, request, wanted, "t_issue_history",
                         fmt::format("/portefolje/{}", request.parameter("portfolio")));
  tell_of_portfolio(table, one);
  table.columns = columns_of(
      wanted.language,
      {{"check", 28}, {"title", 50}, {"severity", 10}, {"day", 12}, {"organisations", 14}, {"share", 12}});
  std::vector<TableRow> rows;
  {
    const auto view = context.portfolios->view();
    const portfolio::Seen seen(*view, request.access);
    const auto members = portfolio::members_of(*view, seen, one.portfolio, one.listed);
    const auto history = portfolio::issue_history_of(
        *view, seen, members.rows, {asked.from, asked.to, portfolio::day_of(context.now())}, kMostIssues);
    for (std::size_t check = 0; check < history.checks.size(); ++check)
      for (const auto& day : history.days)
        if (!day.suppressed)
          rows.push_back({history.checks[check].id, title_of_check(history.checks[check].id, wanted.language),
                          table_words(word_of(history.checks[check].severity), wanted.language),
                          std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day.day))),
                          static_cast<std::int64_t>(day.organisations[check]), Hundredths{day.share(check)}});
  }
  table.next = once(std::move(rows));
  return table_answer(context, wanted, std::move(table));
}

Response get_audit_table(Context& context, const Request& request) {
  const auto wanted = wanted_table(request);
  auto table = new_table(context, request, wanted, "t_audit", "/administrasjon/logg");
  table.columns = columns_of(wanted.language, {{"entry", 9},
                                               {"time", 19},
                                               {"actor", 28},
                                               {"login", 20},
                                               {"address", 18},
                                               {"action", 24},
                                               {"organisation_id", 28},
                                               {"object", 34},
                                               {"detail", 60},
                                               {"previous", 20},
                                               {"hash", 20}});
  const auto filter = audit_filter_of_query(request);
  const auto last =
      context.sql->read([](Connection& connection) { return access::last_audit_number(connection); });
  table.next = [sql = context.sql, reader = request.access, filter, last,
                reached = std::int64_t{0}]() mutable {
    std::vector<TableRow> rows;
    if (reached >= last) return rows;
    const auto found = sql->read([&](Connection& connection) {
      return access::audit_rows(connection, reader, filter, reached, false, kRowsAtOnce);
    });
    reached = found.size() < kRowsAtOnce ? last : found.back().entry.number;
    for (const auto& row : found) {
      const auto& entry = row.entry;
      if (entry.number > last) break;
      rows.push_back({entry.number, entry.time, entry.actor, row.actor_name, entry.address, entry.action,
                      entry.organisation, entry.object, entry.detail, entry.previous, entry.hash});
    }
    return rows;
  };
  return table_answer(context, wanted, std::move(table));
}

}  // namespace

void add_table_routes(Router& router) {
  const std::string one = "/organisations/{organisation}";
  add_routes(
      router,
      {{"GET", "/findings/table", "getFindingsTable", Permission::read, Detail::none, get_findings_table},
       {"GET", one + "/findings/table", "getOrganisationFindingsTable", Permission::read, Detail::findings,
        get_organisation_findings_table},
       {"GET", one + "/assets/table", "getAssetsTable", Permission::read, Detail::findings, get_assets_table},
       {"GET", one + "/score/table", "getScoreTable", Permission::read, Detail::findings, get_score_table},
       {"GET", one + "/score/history/table", "getScoreHistoryTable", Permission::read, Detail::score,
        get_score_history_table},
       {"GET", "/portfolios/{portfolio}/members/table", "getPortfolioMembersTable", Permission::read,
        Detail::none, get_members_table},
       {"GET", "/portfolios/{portfolio}/issues/table", "getPortfolioIssuesTable", Permission::read,
        Detail::none, get_issues_table},
       {"GET", "/portfolios/{portfolio}/issues/history/table", "getPortfolioIssueHistoryTable",
        Permission::read, Detail::none, get_issue_history_table},
       {"GET", "/audit/table", "getAuditTable", Permission::read_audit, Detail::none, get_audit_table}});
}

}  // namespace utsyn::api
