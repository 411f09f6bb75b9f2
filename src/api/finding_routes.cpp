// Findings: lists, groups, and one with all that stands behind it.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/filters_of_query.h"
#include "api/finding_requests.h"
#include "base/text.h"
#include "engine/judge.h"
#include "followup/history.h"
#include "followup/plan.h"
#include "followup/rows.h"
#include "portfolio/portfolios.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::word_of;
using store::Connection;

constexpr std::size_t kMostEvidence = 200;  // records shown with one finding

const std::string_view kFilterMembers[] = {"organisation", "state",   "severity", "check",    "area", "asset",
                                           "assignee",     "overdue", "supplier", "customer", "text"};

template <class Enum>
Enum chosen(const Request& request, std::string_view name, Enum otherwise) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto found = followup::named<Enum>(*text);
  if (!found) wrong_field(name, fmt::format("{} has no value '{}'.", name, printable(*text, 60)));
  return *found;
}

Response list(Context& context, const Request& request, followup::Filter filter) {
  const auto page = page_of(request);
  const auto language = language_of(request);
  followup::ListQuestion question{std::move(filter), chosen(request, "sort", followup::Order::worst),
                                  page.limit, page.after, language};
  const auto answer = context.sql->read([&](Connection& connection) {
    return followup::list_findings(connection, request.access, question, context.now());
  });
  if (!answer)
    wrong_field("cursor", "cursor belongs to a list in another order; leave it out to begin anew.");
  json::array items;
  for (const auto& item : answer->items) items.push_back(listed_json(item, language));
  return list_response(std::move(items), answer->next);
}

Response list_findings(Context& context, const Request& request) {
  return list(context, request, finding_filter_of_query(request));
}

Response list_organisation_findings(Context& context, const Request& request) {
  auto filter = finding_filter_of_query(request);
  filter.organisations = {std::string(request.parameter("organisation"))};
  return list(context, request, std::move(filter));
}

Response count_findings(Context& context, const Request& request) {
  const auto filter = finding_filter_of_query(request);
  const auto by = chosen(request, "by", followup::Grouping::check);
  const auto language = language_of(request);
  std::optional<followup::Counted> counted;
  std::map<std::string, std::string> names;  // of organisations
  if (portfolio::FindingGroups::answers(filter, by)) {
    const auto view = context.portfolios->view();
    counted = context.portfolios->count_findings(view, portfolio::Seen(*view, request.access), filter, by,
                                                 context.now());
    if (counted && by == followup::Grouping::organisation)
      for (const auto& group : counted->groups)
        if (const auto row = view->find(group.key)) names.emplace(group.key, view->name[*row]);
  }
  json::array items;
  context.sql->read([&](Connection& connection) {
    items.clear();
    People people(connection);
    if (!counted)
      counted = followup::count_findings(connection, request.access, filter, by, language, context.now());
    for (const auto& group : counted->groups) {
      std::string title = group.key;
      if (by == followup::Grouping::check) title = title_of_check(group.key, language);
      if (by == followup::Grouping::assignee && !group.key.empty()) title = people.name(group.key);
      if (by == followup::Grouping::organisation) {
        if (const auto known = names.find(group.key); known != names.end()) {
          title = known->second;
        } else if (const auto row =
                       connection.first("SELECT name FROM organisation WHERE id = ?1", {group.key})) {
          title = row->text(0);
        }
      }
      items.push_back(json::object{{"key", group.key},
                                   {"title", title},
                                   {"findings", group.findings},
                                   {"organisations", group.organisations},
                                   {"overdue", group.overdue}});
    }
  });
  return json_response(
      json::object{{"by", word_of(by)}, {"complete", counted->complete}, {"items", std::move(items)}});
}

json::object held_json(const followup::HeldVerdict& held, std::string_view check, checks::Language language) {
  json::array evidence;
  for (const auto& id : held.evidence) evidence.push_back(json::value(id));
  boost::system::error_code error;
  auto detail = json::parse(held.detail, error);
  if (error || !detail.is_object()) detail = json::object{};
  return {{"from", format_time(held.from)},
          {"to", format_time(held.to)},
          {"outcome", held.outcome},
          {"reason", held.reason},
          {"reason_text", text_of_reason(check, held.reason, language)},
          {"severity", held.severity},
          {"confidence", held.confidence},
          {"detail", std::move(detail)},
          {"evidence", std::move(evidence)}};
}

json::array evidence_json(Connection& connection, std::string_view organisation,
                          const std::vector<std::string>& ids) {
  json::array out;
  for (const auto& id : ids) {
    if (out.size() == kMostEvidence) break;
    const auto record = followup::evidence_row(connection, organisation, id);
    if (!record) continue;
    boost::system::error_code error;
    auto data = json::parse(record->data, error);
    if (error) data = record->data;
    out.push_back(json::object{{"id", record->id},
                               {"kind", record->kind},
                               {"subject", record->subject},
                               {"first_seen", format_time(record->first_seen)},
                               {"last_seen", format_time(record->last_seen)},
                               {"data", std::move(data)}});
  }
  return out;
}

// Everything that happened, oldest first.
json::array timeline_json(const std::vector<followup::FindingHappening>& happenings,
                          const std::vector<followup::Treatment>& treatments,
                          const std::vector<followup::Comment>& comments, People& people,
                          std::string_view check, checks::Language language, UtcTime now) {
  struct Item {
    UtcTime time;
    std::string kind;
    std::string by;
    std::string text;
  };
  std::vector<Item> items;
  for (const auto& happening : happenings)
    if (happening.reason != followup::treatment_reason)  // told of by the treatment itself
      items.push_back(
          {happening.time, happening.change, "", text_of_reason(check, happening.reason, language)});
  for (const auto& treatment : treatments) {
    items.push_back({treatment.created, word_of(treatment.kind), treatment.created_by, treatment.reason});
    if (treatment.decided)
      items.push_back(
          {*treatment.decided, word_of(treatment.decision), treatment.decided_by, treatment.decision_reason});
    if (treatment.withdrawn) items.push_back({*treatment.withdrawn, "withdrawn", treatment.withdrawn_by, ""});
    const auto standing = followup::standing_of(treatment, now);
    if (standing == followup::Standing::ended) items.push_back({*treatment.until, "ended", "", ""});
    const bool was_late = treatment.answer && *treatment.answer <= now &&
                          (!treatment.decided || *treatment.decided >= *treatment.answer) &&
                          (!treatment.withdrawn || *treatment.withdrawn >= *treatment.answer);
    if (was_late) items.push_back({*treatment.answer, "overdue", "", ""});
  }
  for (const auto& comment : comments)
    items.push_back({comment.time, "comment", comment.author, comment.text});
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.time != b.time ? a.time < b.time : a.kind < b.kind;
  });
  json::array out;
  for (const auto& item : items)
    out.push_back(json::object{{"time", format_time(item.time)},
                               {"kind", item.kind},
                               {"by", people.person(item.by)},
                               {"text", item.text}});
  return out;
}

json::value cents_of(const std::optional<followup::StoredScore>& score, std::string_view map,
                     std::string_view finding) {
  if (!score) return nullptr;
  const auto output = json::parse(score->output);
  const auto* values = output.as_object().if_contains(map);
  const auto* value =
      values == nullptr ? nullptr : values->as_object().if_contains(engine::method_name(finding));
  return value == nullptr ? json::value(0) : *value;
}

Response get_finding(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto language = language_of(request);
  const auto now = context.now();
  json::object out;
  context.sql->read([&](Connection& connection) {
    const auto listed =
        followup::listed_finding(connection, request.access, organisation, request.parameter("finding"), now);
    if (!listed) not_found("finding");
    const auto& finding = listed->finding;
    People people(connection);
    out = listed_json(*listed, language);

    const auto* entry = checks::catalogue_entry(finding.check);
    json::array references;
    if (entry != nullptr)
      for (const auto& reference : entry->references) references.push_back(json::value(reference));
    out["texts"] = json::object{{"title", title_of_check(finding.check, language)},
                                {"why", entry == nullptr ? "" : checks::text(entry->why, language)},
                                {"remedy", entry == nullptr ? "" : checks::text(entry->remedy, language)},
                                {"references", std::move(references)}};
    const auto score = followup::score_at(connection, organisation, now);
    out["gain_cp"] = cents_of(score, "gain_cp", finding.id);
    out["line_cp"] = cents_of(score, "lines", finding.id);
    out["minutes"] = followup::effort_of(finding.check).first;

    const auto verdicts = followup::verdicts_of(connection, organisation, finding.asset, finding.check);
    json::array held;
    for (const auto& verdict : verdicts) held.push_back(held_json(verdict, finding.check, language));
    out["verdict"] = held.empty() ? json::value() : held.front();
    out["verdicts"] = std::move(held);
    const bool shown = request.access.sees(organisation, Detail::evidence);
    out["evidence_now"] = shown && !verdicts.empty()
                              ? evidence_json(connection, organisation, verdicts[0].evidence)
                              : json::array();
    out["evidence_before"] = shown && verdicts.size() > 1
                                 ? evidence_json(connection, organisation, verdicts[1].evidence)
                                 : json::array();

    const auto treatments = followup::treatments_of(connection, organisation, finding.id);
    json::array decided;
    for (const auto& treatment : treatments)
      decided.push_back(treatment_json(treatment, finding.first_seen, people, now));
    out["treatments"] = std::move(decided);
    const auto comments = followup::comments_of(connection, organisation, finding.id);
    json::array said;
    for (const auto& comment : comments) said.push_back(comment_json(comment, people));
    out["comments"] = std::move(said);
    out["timeline"] = timeline_json(followup::happenings_of(connection, organisation, finding.id), treatments,
                                    comments, people, finding.check, language, now);
  });
  return json_response(out);
}

}  // namespace

followup::Filter finding_filter_of_query(const Request& request) {
  json::object object;
  for (const auto member : kFilterMembers)
    if (const auto value = request.query_value(member); value && !value->empty()) object[member] = *value;
  return filter_of(object, request, "");
}

void add_finding_routes(Router& router) {
  add_routes(router,
             {{"GET", "/findings", "listFindings", Permission::read, Detail::none, list_findings},
              {"GET", "/findings/groups", "countFindings", Permission::read, Detail::none, count_findings},
              {"GET", "/organisations/{organisation}/findings", "listOrganisationFindings", Permission::read,
               Detail::findings, list_organisation_findings},
              {"GET", "/organisations/{organisation}/findings/{finding}", "getFinding", Permission::read,
               Detail::findings, get_finding}});
}

}  // namespace utsyn::api
