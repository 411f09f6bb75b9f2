// What people decide about one finding: who does it, what is said of it, acceptances, compensations,
// disputes.
#include <fmt/format.h>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/finding_requests.h"
#include "base/text.h"
#include "followup/rows.h"
#include "followup/working_days.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using followup::Desk;
using followup::word_of;
using store::Connection;

Response assign_finding(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::follow_up, organisation);
  const auto work = work_wanted(body_object(request), request, context.now());
  json::object out;
  context.sql->write([&](Connection& connection) {
    Desk desk(connection, by_of(context, request));
    must_be_givable(connection, work, request, organisation, context.now());
    if (!desk.assign(organisation, request.parameter("finding"), work)) not_found("finding");
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

}  // namespace

void add_treatment_routes(Router& router) {
  const std::string one = "/organisations/{organisation}/findings/{finding}";
  add_routes(
      router,
      {{"PATCH", one, "assignFinding", Permission::follow_up, Detail::findings, assign_finding},
       {"POST", one + "/comments", "commentFinding", Permission::follow_up, Detail::findings,
        comment_finding},
       {"POST", one + "/treatments", "treatFinding", Permission::follow_up, Detail::findings, treat_finding},
       {"DELETE", one + "/treatments/{treatment}", "withdrawTreatment", Permission::follow_up,
        Detail::findings, withdraw_treatment},
       {"POST", one + "/treatments/{treatment}/approval", "approveCompensation", Permission::approve,
        Detail::findings, approve_compensation},
       {"POST", one + "/treatments/{treatment}/answer", "answerDispute", Permission::answer_disputes,
        Detail::findings, answer_dispute},
       {"GET", "/treatments", "listWaitingTreatments", Permission::read, Detail::none, list_waiting}});
}

}  // namespace utsyn::api
