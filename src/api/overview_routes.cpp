// What an organisation's front pages need beside score and findings: the curve with its markers, how old the
// findings are, what is new, what was accepted.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "base/text.h"
#include "followup/history.h"
#include "followup/rescore.h"
#include "followup/rows.h"
#include "report/texts.h"
#include "score/constants.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::word_of;
using store::Connection;

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMostMarkers = 1'000;
constexpr std::chrono::days kYoung{2};  // a curve whose markers are told by the second
constexpr std::size_t kMostNewFindings = 20;
constexpr std::chrono::days kNewsUnlessTold{7};
constexpr std::chrono::days kEndedShown{90};
// Events that a reader of the curve, or one who was away, wants to know of.
constexpr std::string_view kKinds =
    "('asset-found', 'asset-gone', 'asset-changed', 'finding-opened', 'finding-closed', 'finding-reopened', "
    "'finding-changed', 'treatment-changed')";

std::string words(std::string_view kind, std::int64_t count, std::string_view detail,
                  checks::Language language) {
  return report::text_with(fmt::format("history.{}{}", kind, count == 1 ? "_one" : ""), language, count,
                           detail);
}

// The coverage in a stored input, which may be large. The writer leaves it out when it is full; a quotation
// mark inside a name is written with a stroke before it, so the mark is found nowhere else.
std::int64_t coverage_in(std::string_view input) {
  if (input.find("\"assets\":[]") != std::string_view::npos) return 0;
  constexpr std::string_view mark = "\"coverage\":";
  const auto at = input.find(mark);
  if (at == std::string_view::npos) return score::full_coverage;
  const auto digits = input.substr(at + mark.size(), 8);
  const auto number = parse_uint(digits.substr(0, digits.find_first_not_of("0123456789")));
  return number && *number <= 10'000 ? static_cast<std::int64_t>(*number) : score::full_coverage;
}

// The method's own changes are seen by all who see the curve; the rest tells of findings.
json::array markers(Connection& connection, const Request& request, UtcTime since, UtcTime until,
                    const json::array& curve) {
  struct Marker {
    std::int64_t time = 0;
    std::string kind;
    std::int64_t count = 0;
    std::string detail;
  };
  std::vector<Marker> all;
  for (std::size_t i = 1; i < curve.size(); ++i)
    if (curve[i].at("method") != curve[i - 1].at("method"))
      all.push_back({to_unix(*parse_time(curve[i].at("from").as_string())), "method", 1,
                     std::string(curve[i].at("method").as_string())});
  const auto organisation = request.parameter("organisation");
  if (request.access.sees(organisation, Detail::findings)) {
    // Who has just begun measures, mends and measures again within minutes.
    const auto together = until - since <= kYoung ? 1 : kDay;
    const auto statement = fmt::format(
        R"(SELECT kind, min(time), count(*) FROM event WHERE organisation = ?1 AND time >= ?2 AND time <= ?3
           AND kind IN {} GROUP BY kind, time / {} ORDER BY 2 DESC LIMIT ?4)",
        kKinds, together);
    for (const auto& row : connection.query(statement, {organisation, to_unix(since), to_unix(until),
                                                        static_cast<std::int64_t>(kMostMarkers)}))
      all.push_back({row.number(1), row.text(0), row.number(2), ""});
  }
  std::ranges::sort(all, [](const Marker& a, const Marker& b) {
    return a.time != b.time ? a.time < b.time : a.kind < b.kind;
  });
  if (all.size() > kMostMarkers)
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kMostMarkers));
  json::array out;
  for (const auto& one : all)
    out.push_back(json::object{{"time", format_time(from_unix(one.time))},
                               {"kind", one.kind},
                               {"count", one.count},
                               {"text", words(one.kind, one.count, one.detail, language_of(request))}});
  return out;
}

Response get_history(Context& context, const Request& request) {
  const auto since = query_time(request, "since").value_or(from_unix(0));
  auto until = query_time(request, "until").value_or(context.now());
  const auto limit = query_integer(request, "limit", 1, 500, 500);
  // Pages go back in time: each goes on before the first moment of the one that was read.
  if (const auto after = page_of(request).after; !after.empty()) {
    const auto first = after.size() == 1 ? parse_uint(after[0]) : std::nullopt;
    if (!first || *first == 0 || *first > INT64_MAX)
      wrong_field("cursor",
                  "cursor must be what `next` of the page before said; leave it out to begin anew.");
    until = std::min(until, from_unix(static_cast<std::int64_t>(*first) - 1));
  }
  json::array items;
  json::array marks;
  json::value next;
  context.sql->read([&](Connection& connection) {
    items.clear();
    // The newest ones, told from the oldest on.
    for (const auto& row : connection.query(
             R"(SELECT first_seen, last_seen, score_cp, grade, method, output, input FROM score
             WHERE organisation = ?1 AND last_seen >= ?2 AND first_seen <= ?3 ORDER BY first_seen DESC LIMIT ?4)",
             {request.parameter("organisation"), to_unix(since), to_unix(until), limit + 1})) {
      const auto answer = json::parse(row.text(5));
      items.push_back(json::object{{"from", format_time(from_unix(row.number(0)))},
                                   {"to", format_time(from_unix(row.number(1)))},
                                   {"score_cp", row.number(2)},
                                   {"grade", row.text(3)},
                                   {"managed_cp", answer.at("managed_cp")},
                                   {"interval_cp", answer.at("interval_cp")},
                                   {"confidence", answer.at("confidence")},
                                   {"coverage", coverage_in(row.text(6))},
                                   {"method", row.text(4)}});
    }
    std::reverse(items.begin(), items.end());
    // Of a curve that was cut, markers from its first point on; the one before tells whether the method
    // changed there.
    const bool cut_off = items.size() > static_cast<std::size_t>(limit);
    const auto first = items.empty() ? since : *parse_time(items[cut_off ? 1 : 0].at("from").as_string());
    marks = markers(connection, request, std::max(since, first), until, items);
    if (cut_off) items.erase(items.begin());
    next = cut_off ? json::value(cursor_of({std::to_string(to_unix(first))})) : json::value();
  });
  return json_response(
      json::object{{"items", std::move(items)}, {"next", std::move(next)}, {"markers", std::move(marks)}});
}

Response get_ages(Context& context, const Request& request) {
  constexpr std::array<std::int64_t, 6> from_days = {0, 8, 31, 91, 181, 366};
  std::array<std::array<std::int64_t, 5>, from_days.size()> counts{};
  std::vector<std::int64_t> ages;
  const auto organisation = request.parameter("organisation");
  const auto now = context.now();
  std::optional<UtcTime> measured;
  context.sql->read([&](Connection& connection) {
    counts = {};
    ages.clear();
    measured = followup::last_measured(connection, organisation);
    for (const auto& row : connection.query(
             "SELECT severity, first_seen FROM finding WHERE organisation = ?1 AND state <> 'fixed'",
             {organisation})) {
      const auto severity = followup::named<checks::Severity>(row.text(0));
      if (!severity) continue;
      const auto age = std::max<std::int64_t>(0, to_unix(now) - row.number(1)) / kDay;
      const auto band =
          static_cast<std::size_t>(std::ranges::upper_bound(from_days, age) - from_days.begin()) - 1;
      ++counts[band][static_cast<std::size_t>(*severity)];
      ages.push_back(age);
    }
  });
  std::ranges::sort(ages);
  json::array bands;
  for (std::size_t i = 0; i < from_days.size(); ++i) {
    json::object band{
        {"from_days", from_days[i]},
        {"to_days", i + 1 < from_days.size() ? json::value(from_days[i + 1] - 1) : json::value()}};
    std::int64_t total = 0;
    for (std::size_t severity = 0; severity < counts[i].size(); ++severity) {
      band[word_of(static_cast<checks::Severity>(severity))] = counts[i][severity];
      total += counts[i][severity];
    }
    band["total"] = total;
    bands.push_back(std::move(band));
  }
  return json_response(
      json::object{{"time", format_time(now)},
                   {"measured", maybe_time(measured)},
                   {"total", ages.size()},
                   {"median_days", ages.empty() ? json::value() : json::value(ages[(ages.size() - 1) / 2])},
                   {"oldest_days", ages.empty() ? json::value() : json::value(ages.back())},
                   {"bands", std::move(bands)}});
}

Response get_news(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto language = language_of(request);
  const auto now = context.now();
  const auto since = query_time(request, "since").value_or(now - kNewsUnlessTold);
  json::object out{{"since", format_time(since)}, {"until", format_time(now)}};
  context.sql->read([&](Connection& connection) {
    const auto cents = [](const std::optional<followup::StoredScore>& score) {
      return score ? json::value(score->score_cp) : json::value();
    };
    out["measurements"] =
        connection
            .first("SELECT count(*) FROM measurement WHERE organisation = ?1 AND time > ?2 AND time <= ?3",
                   {organisation, to_unix(since), to_unix(now)})
            ->number(0);
    out["score_before_cp"] = cents(followup::score_at(connection, organisation, since));
    out["score_after_cp"] = cents(followup::score_at(connection, organisation, now));
    json::array counts;
    for (const auto& row : connection.query(
             fmt::format(
                 R"(SELECT kind, count(*) FROM event WHERE organisation = ?1 AND time > ?2 AND time <= ?3
                            AND kind IN {} GROUP BY kind ORDER BY kind)",
                 kKinds),
             {organisation, to_unix(since), to_unix(now)}))
      counts.push_back(json::object{{"kind", row.text(0)},
                                    {"count", row.number(1)},
                                    {"text", words(row.text(0), row.number(1), "", language)}});
    out["counts"] = std::move(counts);
    std::vector<store::Finding> fresh;
    for (const auto& row :
         connection.query(fmt::format("SELECT {} FROM finding f WHERE f.organisation = ?1 AND f.first_seen > "
                                      "?2 AND f.state <> 'fixed'",
                                      followup::finding_columns),
                          {organisation, to_unix(since)}))
      fresh.push_back(followup::finding_of(row));
    std::ranges::sort(fresh, [](const store::Finding& a, const store::Finding& b) {
      if (a.severity != b.severity) return a.severity > b.severity;
      if (a.first_seen != b.first_seen) return a.first_seen > b.first_seen;
      return a.id < b.id;
    });
    if (fresh.size() > kMostNewFindings) fresh.resize(kMostNewFindings);
    json::array findings;
    for (const auto& finding : fresh)
      findings.push_back(
          json::object{{"id", finding.id},
                       {"asset", finding.asset},
                       {"check", finding.check},
                       {"title", title_of_check(finding.check, language)},
                       {"severity", word_of(finding.severity)},
                       {"reason_text", text_of_reason(finding.check, finding.reason, language)},
                       {"first_seen", format_time(finding.first_seen)}});
    out["findings"] = std::move(findings);
  });
  return json_response(out);
}

Response list_acceptances(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto language = language_of(request);
  const auto now = context.now();
  std::vector<std::pair<UtcTime, json::object>> found;
  context.sql->read([&](Connection& connection) {
    found.clear();
    People people(connection);
    for (const auto& treatment : followup::treatments_of(connection, organisation)) {
      const auto standing = followup::standing_of(treatment, now);
      const bool recent = standing == followup::Standing::ended && *treatment.until >= now - kEndedShown;
      if (treatment.kind == followup::Kind::dispute || !treatment.until ||
          (standing != followup::Standing::in_effect && !recent))
        continue;
      const auto finding = followup::finding_now(connection, organisation, treatment.finding, now);
      // What was decided in a former life of the finding says nothing of this one; of a closed one no more.
      if (!finding || treatment.created < finding->first_seen || finding->state == store::FindingState::fixed)
        continue;
      found.emplace_back(*treatment.until, json::object{{"id", treatment.id},
                                                        {"kind", word_of(treatment.kind)},
                                                        {"standing", word_of(standing)},
                                                        {"finding", finding->id},
                                                        {"check", finding->check},
                                                        {"asset", finding->asset},
                                                        {"title", title_of_check(finding->check, language)},
                                                        {"severity", word_of(finding->severity)},
                                                        {"owner", maybe_text(treatment.owner)},
                                                        {"reason", treatment.reason},
                                                        {"until", format_time(*treatment.until)},
                                                        {"created", format_time(treatment.created)},
                                                        {"created_by", people.person(treatment.created_by)}});
    }
  });
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first
                              : a.second.at("id").as_string() < b.second.at("id").as_string();
  });
  json::array items;
  for (auto& [until, one] : found) items.push_back(std::move(one));
  return list_response(std::move(items), {});
}

}  // namespace

void add_overview_routes(Router& router) {
  const std::string home = "/organisations/{organisation}";
  add_routes(
      router,
      {{"GET", home + "/score/history", "getScoreHistory", Permission::read, Detail::score, get_history},
       {"GET", home + "/findings/ages", "getFindingAges", Permission::read, Detail::findings, get_ages},
       {"GET", home + "/news", "getNews", Permission::read, Detail::findings, get_news},
       {"GET", home + "/acceptances", "listAcceptances", Permission::read, Detail::findings,
        list_acceptances}});
}

}  // namespace utsyn::api
