// A person's own account: who am I, password, second factor, sessions, API tokens.
#include "access/consents.h"
#include "access/password.h"
#include "access/roles.h"
#include "access/second_factor.h"
#include "access/tokens.h"
#include "api/access_answers.h"
#include "api/areas.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::size_t kMostConsented = 2'000;

json::array words_json(std::uint32_t permissions) {
  json::array out;
  for (const auto word : access::words(permissions)) out.emplace_back(word);
  return out;
}

json::object me_json(Connection& connection, const access::Accounts& accounts, const Request& request,
                     UtcTime now) {
  const auto user = own_user(connection, request);
  auto out = user_json(user);
  out["permissions"] = words_json(request.access.permissions);
  out["everywhere"] = access::word(request.access.everywhere);
  json::array grants;
  for (const auto& grant : access::grants_of(connection, user.id))
    if (!grant.until || *grant.until > now) grants.push_back(grant_json(grant));
  out["grants"] = std::move(grants);
  json::array consented;
  if (access::sees_by_consent(user.role))
    for (const auto& [organisation, detail] : access::opened_by_consent(connection, user.organisation, now)) {
      if (consented.size() == kMostConsented) break;
      consented.push_back(json::object{{"organisation", organisation}, {"detail", access::word(detail)}});
    }
  out["consented"] = std::move(consented);
  const auto home = connection.first("SELECT name FROM organisation WHERE id = ?1", {user.organisation});
  out["organisation_name"] = text_or_null(home ? home->text(0) : "");
  out["recovery_codes"] = access::recovery_codes_left(connection, user.id);
  const auto session = connection.first("SELECT hash FROM session WHERE id = ?1", {request.session});
  out["session"] = text_or_null(request.session);
  out["csrf"] = session ? json::value(accounts.csrf_of(session->text(0))) : json::value();
  return out;
}

Response get_me(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  return context.sql->read([&](Connection& connection) {
    return json_response(me_json(connection, accounts, request, context.now()));
  });
}

Response change_me(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto& body = body_object(request);
  only_members(body, {"name", "email", "language"});
  access::UserChange change;
  if (body.contains("name")) change.name = required_name(body);
  if (body.contains("email")) change.email = email_in(body);
  if (body.contains("language")) change.language = required_choice(body, "language", {"nb", "nn", "en"});
  return context.sql->write([&](Connection& connection) {
    const auto changed =
        access::change_user(connection, context.now(), request.access.actor, request.access.user, change);
    if (!changed) refuse_user(changed.error());
    return json_response(me_json(connection, accounts, request, context.now()));
  });
}

void confirm(Context& context, const Request& request, std::string_view password) {
  require_private_line(request);
  if (const auto denied = accounts_of(context).confirm_password(request.access, password, context.now()))
    deny(*denied);
}

Response change_password(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto& body = body_object(request);
  only_members(body, {"current", "new", "revoke_tokens"});
  const auto wanted = required_text(body, "new", 1000);
  const auto tokens_too = optional_truth(body, "revoke_tokens").value_or(false);
  const auto before =
      context.sql->read([&](Connection& connection) { return own_user(connection, request); });
  require_good_password(wanted, "/new", before.login, before.name);
  confirm(context, request, required_text(body, "current", 1000));
  const auto encoded = access::hash_password(wanted);
  const auto now = context.now();
  const auto logged_in = context.sql->write([&](Connection& connection) {
    const auto user = own_user(connection, request);
    access::set_password(connection, now, request.access.actor, user, encoded);
    if (tokens_too) access::revoke_tokens(connection, now, request.access.actor, user.id);
    return accounts.open_session(
        connection, user,
        {"password", request.address, std::string(request.header("user-agent")), {}, {}, false}, now);
  });
  return login_answer(logged_in);
}

std::string password_in(const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"password"});
  return required_text(body, "password", 1000);
}

Response start_totp(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  confirm(context, request, password_in(request));
  const auto enrolment = context.sql->write([&](Connection& connection) {
    return access::start_totp(connection, accounts.keys(), own_user(connection, request));
  });
  if (!enrolment)
    fail({.status = 409,
          .type = "second-factor-there",
          .title = "There is a second factor already",
          .detail = "Remove the one there is before you add another."});
  return json_response(json::object{{"secret", enrolment->secret}, {"uri", enrolment->uri}});
}

json::array codes_json(const std::vector<std::string>& codes) {
  json::array out;
  for (const auto& code : codes) out.emplace_back(code);
  return out;
}

Response confirm_totp(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto& body = body_object(request);
  only_members(body, {"code"});
  const auto code = required_text(body, "code", 10);
  const auto codes = context.sql->write([&](Connection& connection) {
    return access::confirm_totp(connection, context.now(), request.access.actor, accounts.keys(),
                                own_user(connection, request), code);
  });
  if (!codes)
    wrong_field("/code",
                "The code does not fit; is the clock of the telephone right? Try the next one, or start "
                "again.");
  return json_response(json::object{{"recovery_codes", codes_json(*codes)}});
}

Response remove_totp(Context& context, const Request& request) {
  confirm(context, request, password_in(request));
  context.sql->write([&](Connection& connection) {
    access::remove_totp(connection, context.now(), request.access.actor, own_user(connection, request));
  });
  return no_content();
}

Response new_recovery_codes(Context& context, const Request& request) {
  confirm(context, request, password_in(request));
  const auto codes = context.sql->write([&](Connection& connection) {
    const auto user = own_user(connection, request);
    if (!user.totp_confirmed)
      fail({.status = 409,
            .type = "no-second-factor",
            .title = "There is no second factor",
            .detail = "Recovery codes stand in for the second factor; add that first."});
    return access::replace_recovery_codes(connection, context.now(), request.access.actor, user);
  });
  return json_response(json::object{{"recovery_codes", codes_json(codes)}});
}

Response list_sessions(Context& context, const Request& request) {
  return context.sql->read([&](Connection& connection) {
    json::array items;
    for (const auto& row : connection.query(
             "SELECT id, created, used, expires, way, address, agent FROM session WHERE account = ?1 AND "
             "half = 0 "
             "AND expires > ?2 AND used > ?3 ORDER BY used DESC, id LIMIT 100",
             {request.access.user, to_unix(context.now()), to_unix(context.now() - access::kSessionIdle)}))
      items.push_back(json::object{{"id", row.text(0)},
                                   {"created", format_time(from_unix(row.number(1)))},
                                   {"used", format_time(from_unix(row.number(2)))},
                                   {"expires", format_time(from_unix(row.number(3)))},
                                   {"way", row.text(4)},
                                   {"address", row.text(5)},
                                   {"agent", row.text(6)},
                                   {"present", row.text(0) == request.session}});
    return list_response(std::move(items), {});
  });
}

Response end_session(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    if (connection.execute("DELETE FROM session WHERE id = ?1 AND account = ?2",
                           {request.parameter("session"), request.access.user}) == 0)
      not_found("session");
    store::append_audit(connection, context.now(), request.access.actor, "session.end", request.access.home,
                        request.parameter("session"), "{}");
  });
  return no_content();
}

json::object token_json(const access::ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"scopes", words_json(token.scopes)},
          {"created", format_time(token.created)},
          {"expires", format_time(token.expires)},
          {"revoked", time_or_null(token.revoked)},
          {"used", time_or_null(token.used)},
          {"used_from", text_or_null(token.used_from)}};
}

Response tokens_response(Context& context, std::string_view user) {
  return context.sql->read([&](Connection& connection) {
    json::array items;
    for (const auto& token : access::tokens_of(connection, user)) items.push_back(token_json(token));
    return list_response(std::move(items), {});
  });
}

Response list_tokens(Context& context, const Request& request) {
  return tokens_response(context, request.access.user);
}

Response create_token(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "scopes", "days"});
  access::ApiToken wanted;
  wanted.name = required_name(body);
  const auto* scopes = body.if_contains("scopes");
  if (scopes == nullptr || !scopes->is_array() || scopes->get_array().empty())
    wrong_field("/scopes", "Name the permissions that the token gets, at least one of your own.");
  for (const auto& scope : scopes->get_array()) {
    const auto permission =
        scope.is_string() ? access::permission_named(std::string_view(scope.get_string())) : std::nullopt;
    if (!permission || !request.access.may(*permission))
      wrong_field("/scopes",
                  "A scope is a permission that you have yourself; see `permissions` of /api/v1/me.");
    wanted.scopes |= access::bits({*permission});
  }
  const auto days = optional_integer(body, "days", 1, access::kLongestTokenDays).value_or(90);
  wanted.expires = context.now() + std::chrono::hours{24 * days};
  const auto made = context.sql->write([&](Connection& connection) {
    return access::add_token(connection, context.now(), request.access, wanted);
  });
  if (!made)
    fail({.status = 409,
          .type = "too-many-tokens",
          .title = "Too many tokens",
          .detail = "You have 50 tokens in force; revoke one that is not needed."});
  auto out = token_json(made->token);
  out["token"] = made->secret;
  auto response = created(out, "/api/v1/me/tokens/" + made->token.id);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

void revoke(Context& context, const Request& request, std::string_view user) {
  context.sql->write([&](Connection& connection) {
    if (!access::revoke_token(connection, context.now(), request.access.actor, user,
                              request.parameter("token")))
      not_found("token");
  });
}

Response revoke_token(Context& context, const Request& request) {
  revoke(context, request, request.access.user);
  return no_content();
}

Response list_user_tokens(Context& context, const Request& request) {
  context.sql->read([&](Connection& connection) {
    if (!access::user(connection, request.parameter("user"))) not_found("user");
  });
  return tokens_response(context, request.parameter("user"));
}
Response revoke_user_token(Context& context, const Request& request) {
  revoke(context, request, request.parameter("user"));
  return no_content();
}
Response end_user_sessions(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto user = access::user(connection, request.parameter("user"));
    if (!user) not_found("user");
    connection.execute("DELETE FROM session WHERE account = ?1", {user->id});
    store::append_audit(connection, context.now(), request.access.actor, "session.end-all",
                        user->organisation, user->id, "{}");
  });
  return no_content();
}

}  // namespace

void add_account_routes(Router& router) {
  const auto add = [&](std::string method, std::string pattern, std::string operation, Door door,
                       access::Permission permission, Handler handler) {
    router.add({.method = std::move(method),
                .pattern = "/api/v1/" + std::move(pattern),
                .operation = std::move(operation),
                .door = door,
                .permission = permission,
                .handler = std::move(handler),
                .body_limit = 16 * 1024,
                .keep_answer = false});
  };
  using access::Permission;
  add("GET", "me", "getMe", Door::login, Permission::read, get_me);
  const auto own = [&](std::string method, std::string pattern, std::string operation, Handler handler) {
    add(std::move(method), std::move(pattern), std::move(operation), Door::session, Permission::read,
        std::move(handler));
  };
  own("PATCH", "me", "changeMe", change_me);
  own("POST", "me/password", "changePassword", change_password);
  own("POST", "me/totp", "startTotp", start_totp);
  own("POST", "me/totp/confirm", "confirmTotp", confirm_totp);
  own("POST", "me/totp/remove", "removeTotp", remove_totp);
  own("POST", "me/recovery-codes", "newRecoveryCodes", new_recovery_codes);
  own("GET", "me/sessions", "listSessions", list_sessions);
  own("DELETE", "me/sessions/{session}", "endSession", end_session);
  own("GET", "me/tokens", "listTokens", list_tokens);
  own("POST", "me/tokens", "createToken", create_token);
  own("DELETE", "me/tokens/{token}", "revokeToken", revoke_token);
  add("GET", "users/{user}/tokens", "listUserTokens", Door::login, Permission::manage_access,
      list_user_tokens);
  add("DELETE", "users/{user}/tokens/{token}", "revokeUserToken", Door::login, Permission::manage_access,
      revoke_user_token);
  add("DELETE", "users/{user}/sessions", "endUserSessions", Door::login, Permission::manage_access,
      end_user_sessions);
}

}  // namespace utsyn::api
