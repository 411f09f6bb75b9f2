// Consents: given and withdrawn by the organisation itself, or written down by the register's keeper where
// one was given on paper; and the national bodies that one may be for.
#include <algorithm>

#include "access/consents.h"
#include "api/access_answers.h"
#include "api/add_routes.h"
#include "api/areas.h"
#include "api/context.h"
#include "portfolio/consent.h"
#include "portfolio/json.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using portfolio::Consent;
using portfolio::Scope;
using portfolio::Way;
using store::Connection;

constexpr std::string_view kAny = "any";  // as `recipient`
constexpr std::size_t kLongestText = 300;

bool opens_to_a_body(Scope scope) { return scope == Scope::score || scope == Scope::findings; }

// All of them for the organisation itself and for who sees everything; others see those that are, or were,
// for them or for any body, and those that show nobody anything.
bool may_read(const access::Access& access, const Consent& consent) {
  return access.home == consent.organisation || access.sees_all(Detail::findings) ||
         !opens_to_a_body(consent.scope) || consent.who() == portfolio::For::any ||
         (consent.who() == portfolio::For::body && consent.body == access.home);
}

Response list_consents(Context& context, const Request& request) {
  const auto all = context.sql->read([&](Connection& connection) {
    return portfolio::consents(connection, request.parameter("organisation"));
  });
  json::array items;
  for (const auto& one : all)
    if (may_read(request.access, one)) items.push_back(portfolio::consent_json(one, context.now()));
  return list_response(std::move(items), {});
}

// The body that the recipient names, by organisation number or id. Who keeps the register names any
// organisation in it; others those that are national bodies today, and the rest is as absent to them.
void name_body(Connection& connection, bool keeps_register, Consent& draft) {
  if (draft.recipient == kAny) {
    draft.body = access::kAnyBody;
    draft.recipient.clear();
    return;
  }
  std::string number;
  for (const auto c : draft.recipient)
    if (c != ' ') number += c;
  const auto is_it = [&](const access::NationalBody& body) {
    return body.organisation == draft.recipient || (!number.empty() && body.number == number);
  };
  const auto bodies = access::national_bodies(connection);
  std::optional<access::NationalBody> found;
  if (const auto at = std::ranges::find_if(bodies, is_it); at != bodies.end()) found = *at;
  if (!found && keeps_register) {
    if (const auto row =
            connection.first("SELECT id, name FROM organisation WHERE (id = ?1 OR number = ?2) AND "
                             "removed IS NULL ORDER BY id",
                             {draft.recipient, number}))
      found = access::NationalBody{row->text(0), row->text(1), {}};
  }
  if (!found)
    wrong_field(
        "/recipient",
        "Choose a national body by its organisation number or id (GET /api/v1/national-bodies), or any.");
  draft.body = found->organisation;
  draft.recipient = found->name;
}

Response give_consent(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"scope", "recipient", "given_by", "from", "until"});
  Consent draft;
  draft.organisation = request.parameter("organisation");
  draft.scope =
      portfolio::scope_named(required_choice(body, "scope", {"comparison", "score", "findings", "active"}))
          .value_or(Scope::comparison);
  draft.recipient = opens_to_a_body(draft.scope)
                        ? required_text(body, "recipient", kLongestText)
                        : optional_text(body, "recipient", kLongestText).value_or(std::string());
  const bool keeps_register = request.access.may(Permission::manage_register);
  const auto given_by = optional_text(body, "given_by", kLongestText).value_or(std::string());
  draft.way = given_by.empty() && draft.organisation == request.access.home ? Way::own : Way::paper;
  if (draft.way == Way::paper && given_by.empty())
    wrong_field("/given_by", "Write who at the organisation gave the consent.");
  if (draft.way == Way::paper && !keeps_register)
    wrong_field("/given_by",
                "You give the consent yourself: leave this out. Who keeps the register writes down "
                "what others gave.");
  draft.from = optional_time(body, "from").value_or(context.now());
  draft.until = optional_time(body, "until");
  if (draft.until && *draft.until <= draft.from)
    wrong_field("/until", "The end must lie after the beginning.");
  const auto made = context.sql->write([&](Connection& connection) {
    if (opens_to_a_body(draft.scope)) name_body(connection, keeps_register, draft);
    if (draft.body == draft.organisation)
      wrong_field("/recipient", "The organisation sees its own findings already.");
    draft.given_by = given_by;
    if (draft.way == Way::own) {
      const auto user = own_user(connection, request);
      draft.given_by = user.name.empty() ? user.login : user.name;
    }
    return portfolio::give(connection, context.now(), request.access, draft);
  });
  return created(portfolio::consent_json(made, context.now()),
                 "/api/v1/organisations/" + made.organisation + "/consents");
}

Response withdraw_consent(Context& context, const Request& request) {
  const bool done = context.sql->write([&](Connection& connection) {
    return portfolio::withdraw(connection, context.now(), request.access, request.parameter("organisation"),
                               request.parameter("consent"));
  });
  if (!done) not_found("consent");
  return no_content();
}

Response list_national_bodies(Context& context, const Request&) {
  const auto bodies =
      context.sql->read([](Connection& connection) { return access::national_bodies(connection); });
  json::array items;
  for (const auto& body : bodies)
    items.push_back(json::object{
        {"organisation", body.organisation}, {"name", body.name}, {"number", text_or_null(body.number)}});
  return list_response(std::move(items), {});
}

}  // namespace

void add_consent_routes(Router& router) {
  const std::string consents = "/organisations/{organisation}/consents";
  add_routes(router,
             {{"GET", "/national-bodies", "listNationalBodies", Permission::give_consent, Detail::none,
               list_national_bodies},
              {"GET", consents, "listConsents", Permission::read, Detail::findings, list_consents},
              {"POST", consents, "giveConsent", Permission::give_consent, Detail::findings, give_consent},
              {"DELETE", consents + "/{consent}", "withdrawConsent", Permission::give_consent,
               Detail::findings, withdraw_consent}});
}

}  // namespace utsyn::api
