// Findings: lists, groups, one with all that stands behind it, and what people decide about them.
#include <fmt/format.h>

#include <algorithm>

#include "api/areas.h"
#include "api/context.h"
#include "api/filters_of_query.h"
#include "api/followup_json.h"
#include "base/text.h"
#include "engine/jobs.h"
#include "engine/judge.h"
#include "followup/history.h"
#include "followup/plan.h"
#include "followup/recheck.h"
#include "followup/rows.h"
#include "followup/saved_filters.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::Desk;
using followup::word_of;
using store::Connection;

constexpr std::size_t kMostAtOnce = 500;
constexpr std::size_t kMostEvidence = 200;  // records shown with one finding

const std::string_view kFilterMembers[] = {"organisation", "state",   "severity", "check",    "area", "asset",
                                           "assignee",     "overdue", "supplier", "customer", "text"};

followup::By by_of(const Context& context, const Request& request) {
  return {request.access.actor, request.access.user, context.now()};
}

followup::Filter filter_of(const json::object& object, const Request& request, std::string_view where) {
  auto filter = followup::read_filter(object, request.access.user);
  if (!filter)
    wrong_field(fmt::format("{}{}", where, filter.error().member),
                fmt::format("{}: {}.", filter.error().member, filter.error().why));
  return std::move(*filter);
}

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
  json::array items;
  bool complete = true;
  context.sql->read([&](Connection& connection) {
    items.clear();
    People people(connection);
    const auto counted =
        followup::count_findings(connection, request.access, filter, by, language, context.now());
    complete = counted.complete;
    for (const auto& group : counted.groups) {
      std::string title = group.key;
      if (by == followup::Grouping::check) title = title_of_check(group.key, language);
      if (by == followup::Grouping::assignee && !group.key.empty()) title = people.name(group.key);
      if (by == followup::Grouping::organisation)
        if (const auto row = connection.first("SELECT name FROM organisation WHERE id = ?1", {group.key}))
          title = row->text(0);
      items.push_back(json::object{{"key", group.key},
                                   {"title", title},
                                   {"findings", group.findings},
                                   {"organisations", group.organisations},
                                   {"overdue", group.overdue}});
    }
  });
  return json_response(
      json::object{{"by", word_of(by)}, {"complete", complete}, {"items", std::move(items)}});
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

json::object comment_json(const followup::Comment& comment, People& people) {
  return {{"id", comment.id},
          {"time", format_time(comment.time)},
          {"by", people.person(comment.author)},
          {"text", comment.text}};
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

// {assignee, due}: what is absent stays, what is null is taken away.
Desk::Work work_of(Connection& connection, const json::object& body, const Request& request,
                   std::string_view organisation, std::string_view where) {
  Desk::Work work;
  if (const auto* assignee = body.if_contains("assignee")) {
    work.assignee = assignee->is_null() ? std::string() : required_text(body, "assignee", 200);
    if (*work.assignee == "me") work.assignee = request.access.user;
    if (!work.assignee->empty() && *work.assignee != request.access.user) {
      // Only to somebody who has something to do with the organisation.
      const auto known = connection.first(R"(SELECT 1 FROM account u WHERE u.id = ?1 AND u.disabled IS NULL
          AND (u.organisation = ?2 OR u.role = 'administrator'
               OR EXISTS (SELECT 1 FROM access_grant g WHERE g.organisation = ?2 AND g.account = u.id)))",
                                          {*work.assignee, organisation});
      if (!known)
        wrong_field(fmt::format("{}/assignee", where),
                    "assignee must be the id of a user with access to this organisation.");
    }
  }
  if (const auto* due = body.if_contains("due")) {
    work.due = std::optional<followup::Date>{};
    if (!due->is_null()) {
      const auto date = followup::parse_date(required_text(body, "due", 10));
      if (!date) wrong_field(fmt::format("{}/due", where), "due must be a date as 2026-11-20.");
      work.due = date;
    }
  }
  return work;
}

Response assign_finding(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::follow_up, organisation);
  const auto& body = body_object(request);
  only_members(body, {"assignee", "due"});
  json::object out;
  context.sql->write([&](Connection& connection) {
    Desk desk(connection, by_of(context, request));
    if (!desk.assign(organisation, request.parameter("finding"),
                     work_of(connection, body, request, organisation, "")))
      not_found("finding");
    desk.finish();
    const auto listed = followup::listed_finding(connection, request.access, organisation,
                                                 request.parameter("finding"), context.now());
    if (!listed) not_found("finding");
    out = listed_json(*listed, language_of(request));
  });
  return json_response(out);
}

std::string path_of_finding(std::string_view organisation, std::string_view finding) {
  const auto encoded = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         std::string_view("-._~@:").find(c) != std::string_view::npos;
      if (plain)
        out += c;
      else
        out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
  };
  return fmt::format("/api/v1/organisations/{}/findings/{}", encoded(organisation), encoded(finding));
}

Response comment_finding(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::follow_up, organisation);
  const auto& body = body_object(request);
  only_members(body, {"text"});
  const auto text = required_text(body, "text");
  json::object out;
  context.sql->write([&](Connection& connection) {
    Desk desk(connection, by_of(context, request));
    const auto comment = desk.comment(organisation, request.parameter("finding"), text);
    if (!comment) not_found("finding");
    desk.finish();
    People people(connection);
    out = comment_json(*comment, people);
  });
  return created(out, path_of_finding(organisation, request.parameter("finding")));
}

followup::Request treatment_wanted(const json::object& body) {
  only_members(body, {"kind", "owner", "reason", "evidence", "until"});
  followup::Request out;
  out.kind = *followup::named<followup::Kind>(
      required_choice(body, "kind", {"acceptance", "compensation", "dispute"}));
  out.owner = optional_text(body, "owner", 200).value_or("");
  out.reason = required_text(body, "reason");
  out.evidence = optional_text(body, "evidence", 20'000).value_or("");
  if (const auto until = optional_text(body, "until", 10)) {
    const auto date = followup::parse_date(*until);
    if (!date) wrong_field("/until", "until must be a date as 2026-11-20.");
    out.until = followup::end_of_oslo_day(*date);
  }
  return out;
}

Problem problem_of_answer(const std::variant<followup::Missing, followup::Refusal>& error) {
  if (const auto* refusal = std::get_if<followup::Refusal>(&error)) return problem_of(*refusal);
  return {.status = 404,
          .type = "not-found",
          .title = "Not found",
          .detail = std::get<followup::Missing>(error) == followup::Missing::finding
                        ? "There is no such finding, or you have no access to it."
                        : "There is no such treatment, or you have no access to it."};
}

// Runs one step at the desk and tells what it did.
template <class Step>
json::object treated(Context& context, const Request& request, const Step& step) {
  const auto organisation = request.parameter("organisation");
  json::object out;
  context.sql->write([&](Connection& connection) {
    const auto by = by_of(context, request);
    Desk desk(connection, by);
    const auto answer = step(desk);
    if (!answer) fail(problem_of_answer(answer.error()));
    const auto effects = desk.finish();
    const auto effect = effects.find(std::string(organisation));
    People people(connection);
    out = {{"treatment", treatment_json(answer->treatment, std::nullopt, people, by.now)},
           {"state_before", word_of(answer->before)},
           {"state_after", word_of(answer->after)},
           {"effect", effect == effects.end()
                          ? json::value()
                          : json::value(json::object{{"before_cp", effect->second.before_cp},
                                                     {"after_cp", effect->second.after_cp}})}};
  });
  return out;
}

Response treat_finding(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  const auto finding = request.parameter("finding");
  must_be_allowed(request, Permission::follow_up, organisation);
  const auto wanted = treatment_wanted(body_object(request));
  return created(
      treated(context, request, [&](Desk& desk) { return desk.ask(organisation, finding, wanted); }),
      path_of_finding(organisation, finding));
}

Response withdraw_treatment(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::follow_up, organisation);
  return json_response(treated(context, request, [&](Desk& desk) {
    return desk.withdraw(organisation, request.parameter("finding"), request.parameter("treatment"));
  }));
}

Response decide(Context& context, const Request& request, Permission permission,
                std::initializer_list<std::string_view> decisions) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, permission, organisation);
  const auto& body = body_object(request);
  only_members(body, {"decision", "reason"});
  const auto decision = *followup::named<followup::Decision>(required_choice(body, "decision", decisions));
  const auto reason = required_text(body, "reason");
  return json_response(treated(context, request, [&](Desk& desk) {
    return desk.decide(organisation, request.parameter("finding"), request.parameter("treatment"), decision,
                       reason);
  }));
}

Response approve_compensation(Context& context, const Request& request) {
  return decide(context, request, Permission::approve, {"approved", "declined"});
}
Response answer_dispute(Context& context, const Request& request) {
  return decide(context, request, Permission::answer_disputes, {"upheld", "rejected"});
}

Response list_waiting(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto kind_text = request.query_value("kind");
  if (!kind_text || (*kind_text != "compensation" && *kind_text != "dispute"))
    wrong_field("kind", "kind must be compensation or dispute.");
  if (!page.after.empty() && (page.after.size() != 2 || !parse_uint(page.after[0])))
    wrong_field("cursor", "cursor belongs to another list; leave it out to begin anew.");
  const auto language = language_of(request);
  const auto now = context.now();
  json::array items;
  std::vector<std::string> next;
  context.sql->read([&](Connection& connection) {
    items.clear();
    next.clear();
    People people(connection);
    const auto since =
        page.after.empty() ? std::int64_t{-1} : static_cast<std::int64_t>(*parse_uint(page.after[0]));
    const std::string since_id = page.after.empty() ? "" : page.after[1];
    std::vector<std::string> last;
    followup::each_waiting(
        connection, *followup::named<followup::Kind>(*kind_text), since, since_id,
        [&](const std::string& organisation, const std::string& name, const followup::Treatment& treatment) {
          if (!request.access.sees(organisation, Detail::findings)) return true;
          if (items.size() == page.limit) {
            next = last;
            return false;
          }
          last = {std::to_string(to_unix(treatment.created)), treatment.id};
          const auto check = treatment.finding.substr(0, treatment.finding.find('@'));
          items.push_back(json::object{{"organisation", organisation},
                                       {"organisation_name", name},
                                       {"title", title_of_check(check, language)},
                                       {"treatment", treatment_json(treatment, std::nullopt, people, now)}});
          return true;
        });
  });
  return list_response(std::move(items), next);
}

// One thing for many findings. Each is done for itself; one that cannot be done does not stop the others.
struct Bulk {
  std::string action;
  Desk::Work work;
  std::string text;
  followup::Request wanted;
};

Result<std::string, Problem> do_one(Connection& connection, Desk& desk, const Bulk& bulk,
                                    const Request& request, const std::string& organisation,
                                    const std::string& finding, UtcTime now) {
  const Problem absent{.status = 404,
                       .type = "not-found",
                       .title = "Not found",
                       .detail = "There is no such finding, or you have no access to it."};
  if (!request.access.sees(organisation, Detail::findings)) return unexpected(absent);
  const auto permission = bulk.action == "recheck" ? Permission::recheck : Permission::follow_up;
  if (!request.access.may(permission, organisation))
    return unexpected(Problem{.status = 403,
                              .type = "forbidden",
                              .title = "Not allowed",
                              .detail = "You may read about this organisation, and not act for it."});
  if (bulk.action == "assign") {
    if (!desk.assign(organisation, finding, bulk.work)) return unexpected(absent);
    return std::string();
  }
  if (bulk.action == "comment") {
    const auto comment = desk.comment(organisation, finding, bulk.text);
    if (!comment) return unexpected(absent);
    return comment->id;
  }
  if (bulk.action == "recheck") {
    const auto listed = followup::listed_finding(connection, request.access, organisation, finding, now);
    if (!listed) return unexpected(absent);
    const auto job = followup::recheck(connection, now, request.access.actor, organisation,
                                       listed->finding.asset, finding);
    if (!job)
      return unexpected(Problem{.status = 429,
                                .type = "too-many-rechecks",
                                .title = "Too many rechecks",
                                .detail = "This organisation has been measured often enough this hour."});
    return job->id;
  }
  const auto answer = desk.ask(organisation, finding, bulk.wanted);
  if (!answer) return unexpected(problem_of_answer(answer.error()));
  return answer->treatment.id;
}

Response act_on_findings(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"action", "items", "filter", "work", "text", "treatment"});
  Bulk bulk;
  bulk.action = required_choice(body, "action", {"assign", "comment", "treat", "recheck"});
  const auto object_of = [&](std::string_view member) -> const json::object& {
    const auto* value = body.if_contains(member);
    if (value == nullptr || !value->is_object())
      wrong_field(fmt::format("/{}", member), fmt::format("{} must be an object.", member));
    return value->get_object();
  };
  if (bulk.action == "comment") bulk.text = required_text(body, "text");
  if (bulk.action == "treat") bulk.wanted = treatment_wanted(object_of("treatment"));

  const bool by_filter = body.contains("filter");
  if (by_filter == body.contains("items")) wrong_field("/items", "Send either items or filter.");
  std::vector<std::pair<std::string, std::string>> items;
  std::optional<followup::Filter> filter;
  if (by_filter) {
    filter = filter_of(object_of("filter"), request, "/filter/");
  } else {
    const auto* list = body.at("items").if_array();
    if (list == nullptr || list->empty() || list->size() > kMostAtOnce)
      wrong_field("/items", fmt::format("items must be a list of 1 to {} findings.", kMostAtOnce));
    for (const auto& item : *list) {
      if (!item.is_object()) wrong_field("/items", "Each item has organisation and finding.");
      only_members(item.get_object(), {"organisation", "finding"});
      items.emplace_back(required_text(item.get_object(), "organisation", 200),
                         required_text(item.get_object(), "finding", 600));
    }
  }

  json::array outcomes;
  json::object effects;
  std::int64_t done = 0;
  context.sql->write([&](Connection& connection) {
    const auto by = by_of(context, request);
    if (filter) {
      items.clear();
      followup::ListQuestion question{*filter, followup::Order::worst, kMostAtOnce, {}, language_of(request)};
      const auto found = followup::list_findings(connection, request.access, question, by.now);
      if (!found->next.empty())
        wrong_field("/filter",
                    fmt::format("The filter fits more than {} findings; make it narrower.", kMostAtOnce));
      for (const auto& item : found->items) items.emplace_back(item.organisation, item.finding.id);
    }
    Desk desk(connection, by);
    for (const auto& [organisation, finding] : items) {
      // Who may be given the work depends on the organisation.
      std::optional<Problem> problem;
      std::string made;
      try {
        if (bulk.action == "assign" && request.access.sees(organisation, Detail::findings)) {
          const auto& work = object_of("work");
          only_members(work, {"assignee", "due"});
          bulk.work = work_of(connection, work, request, organisation, "/work");
        }
        auto answer = do_one(connection, desk, bulk, request, organisation, finding, by.now);
        if (answer)
          made = std::move(*answer);
        else
          problem = answer.error();
      } catch (const Problem& thrown) {
        problem = thrown;
      }
      done += problem ? 0 : 1;
      outcomes.push_back(json::object{{"organisation", organisation},
                                      {"finding", finding},
                                      {"done", !problem},
                                      {"problem", problem ? json::value(problem->type) : json::value()},
                                      {"detail", problem ? json::value(problem->detail) : json::value()},
                                      {"id", maybe_text(made)}});
    }
    for (const auto& [organisation, effect] : desk.finish())
      effects[organisation] = json::object{{"before_cp", effect.before_cp}, {"after_cp", effect.after_cp}};
  });
  const auto all = static_cast<std::int64_t>(outcomes.size());
  return json_response(json::object{{"done", done},
                                    {"refused", all - done},
                                    {"items", std::move(outcomes)},
                                    {"effects", std::move(effects)}});
}

json::object saved_json(const followup::SavedFilter& filter) {
  return {{"id", filter.id},
          {"version", filter.version},
          {"name", filter.name},
          {"filter", json::parse(filter.filter)},
          {"saved", format_time(filter.saved)},
          {"removed", maybe_time(filter.removed)}};
}

Response list_saved(Context& context, const Request& request) {
  json::array items;
  for (const auto& filter : context.sql->read(
           [&](Connection& connection) { return followup::saved_filters(connection, request.access.user); }))
    items.push_back(saved_json(filter));
  return list_response(std::move(items), {});
}

Response get_saved(Context& context, const Request& request) {
  const auto id = request.parameter("filter");
  const auto versions = context.sql->read([&](Connection& connection) {
    return followup::versions_of_filter(connection, request.access.user, id);
  });
  if (versions.empty()) not_found("filter");
  json::array items;
  for (const auto& version : versions) items.push_back(saved_json(version));
  return json_response(json::object{{"id", id}, {"versions", std::move(items)}});
}

struct WantedFilter {
  std::string name;
  std::string filter;
};
WantedFilter wanted_filter(const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "filter"});
  const auto* filter = body.if_contains("filter");
  if (filter == nullptr || !filter->is_object()) wrong_field("/filter", "filter must be an object.");
  return {required_text(body, "name", 200),
          json::serialize(followup::write_filter(filter_of(filter->get_object(), request, "/filter/")))};
}

Response save_filter(Context& context, const Request& request) {
  const auto wanted = wanted_filter(request);
  const auto saved = context.sql->write([&](Connection& connection) {
    return followup::save_filter(connection, request.access.actor, request.access.user, wanted.name,
                                 wanted.filter, context.now());
  });
  if (!saved)
    fail(
        {.status = 409,
         .type = "too-many-filters",
         .title = "Too many saved filters",
         .detail = fmt::format("You have {} saved filters; remove one first.", followup::kMostSavedFilters)});
  return created(saved_json(*saved), "/api/v1/saved-filters/" + saved->id);
}

Response change_filter(Context& context, const Request& request) {
  const auto wanted = wanted_filter(request);
  const auto saved = context.sql->write([&](Connection& connection) {
    return followup::change_filter(connection, request.access.actor, request.access.user,
                                   request.parameter("filter"), wanted.name, wanted.filter, context.now());
  });
  if (!saved) not_found("filter");
  return json_response(saved_json(*saved));
}

Response remove_filter(Context& context, const Request& request) {
  const bool removed = context.sql->write([&](Connection& connection) {
    return followup::remove_filter(connection, request.access.actor, request.access.user,
                                   request.parameter("filter"), context.now());
  });
  if (!removed) not_found("filter");
  return no_content();
}

}  // namespace

followup::Filter finding_filter_of_query(const Request& request) {
  json::object object;
  for (const auto member : kFilterMembers)
    if (const auto value = request.query_value(member); value && !value->empty()) object[member] = *value;
  return filter_of(object, request, "");
}

void add_finding_routes(Router& router) {
  const std::string one = "/api/v1/organisations/{organisation}/findings/{finding}";
  const auto add = [&](const char* method, const std::string& pattern, const char* operation,
                       Permission permission, Detail detail, Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .operation = operation,
                .permission = permission,
                .detail = detail,
                .handler = std::move(handler)});
  };
  add("GET", "/api/v1/findings", "listFindings", Permission::read, Detail::none, list_findings);
  add("GET", "/api/v1/findings/groups", "countFindings", Permission::read, Detail::none, count_findings);
  add("POST", "/api/v1/findings/actions", "actOnFindings", Permission::read, Detail::none, act_on_findings);
  add("GET", "/api/v1/organisations/{organisation}/findings", "listOrganisationFindings", Permission::read,
      Detail::findings, list_organisation_findings);
  add("GET", one, "getFinding", Permission::read, Detail::findings, get_finding);
  add("PATCH", one, "assignFinding", Permission::follow_up, Detail::findings, assign_finding);
  add("POST", one + "/comments", "commentFinding", Permission::follow_up, Detail::findings, comment_finding);
  add("POST", one + "/treatments", "treatFinding", Permission::follow_up, Detail::findings, treat_finding);
  add("DELETE", one + "/treatments/{treatment}", "withdrawTreatment", Permission::follow_up, Detail::findings,
      withdraw_treatment);
  add("POST", one + "/treatments/{treatment}/approval", "approveCompensation", Permission::approve,
      Detail::findings, approve_compensation);
  add("POST", one + "/treatments/{treatment}/answer", "answerDispute", Permission::answer_disputes,
      Detail::findings, answer_dispute);
  add("GET", "/api/v1/treatments", "listWaitingTreatments", Permission::read, Detail::none, list_waiting);
  add("GET", "/api/v1/saved-filters", "listSavedFilters", Permission::read, Detail::none, list_saved);
  add("POST", "/api/v1/saved-filters", "saveFilter", Permission::read, Detail::none, save_filter);
  add("GET", "/api/v1/saved-filters/{filter}", "getSavedFilter", Permission::read, Detail::none, get_saved);
  add("PUT", "/api/v1/saved-filters/{filter}", "changeSavedFilter", Permission::read, Detail::none,
      change_filter);
  add("DELETE", "/api/v1/saved-filters/{filter}", "removeSavedFilter", Permission::read, Detail::none,
      remove_filter);
}

}  // namespace utsyn::api
