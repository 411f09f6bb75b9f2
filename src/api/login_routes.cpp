// Logging in and out: the first start, passwords, the second factor, login providers, invitations, resets.
#include "access/keys.h"
#include "access/links.h"
#include "access/oidc.h"
#include "access/password.h"
#include "access/roles.h"
#include "api/access_answers.h"
#include "api/areas.h"
#include "api/credentials.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::LinkKind;
using store::Connection;

std::string cookie_of(const Request& request, std::string_view name) {
  return cookie_value(request.header("cookie"), name).value_or("");
}

[[noreturn]] void link_ended() {
  fail({.status = 410,
        .type = "link-ended",
        .title = "The link works no more",
        .detail = "The link has been used, has expired or was withdrawn. Ask for a new one."});
}

access::Accounts::Way by_link(const Request& request) {
  return {"link", request.address, std::string(request.header("user-agent")), {}, {}, false};
}

Response get_login_options(Context& context, const Request&) {
  accounts_of(context);
  return context.sql->read([](Connection& connection) {
    json::array providers;
    for (const auto& provider : access::providers(connection))
      if (!provider.disabled) providers.push_back(json::object{{"id", provider.id}, {"name", provider.name}});
    return json_response(
        json::object{{"first_start", !access::any_user(connection)}, {"providers", std::move(providers)}});
  });
}

// Makes the user that a link stands for, and logs it in. The slow hash is made between the two looks at the
// link, not inside the transaction.
Response new_user_by_link(Context& context, const Request& request, LinkKind kind) {
  auto& accounts = accounts_of(context);
  require_private_line(request);
  const auto& body = body_object(request);
  only_members(body, {"token", "login", "name", "password", "language"});
  const auto token = required_text(body, "token", 200);
  const auto now = context.now();
  const auto link = context.sql->read(
      [&](Connection& connection) { return access::usable_link(connection, kind, token, now); });
  if (!link) link_ended();
  const auto chosen = chosen_in(body, link->login);
  const auto encoded = access::hash_password(chosen.password);
  const auto logged_in = context.sql->write([&](Connection& connection) {
    if (kind == LinkKind::first_start && access::any_user(connection)) link_ended();
    if (!access::usable_link(connection, kind, token, now) || !access::use_link(connection, *link, now))
      link_ended();
    const auto user = access::add_user(
        connection, now, {link->created_by == "system" ? "" : link->created_by, request.address},
        {chosen.login, chosen.name, link->email, chosen.language, link->role, link->organisation, encoded});
    if (!user) refuse_user(user.error());
    return accounts.open_session(connection, *user, by_link(request), now);
  });
  return login_answer(logged_in, 201);
}

Response first_start(Context& context, const Request& request) {
  return new_user_by_link(context, request, LinkKind::first_start);
}
Response accept_invitation(Context& context, const Request& request) {
  return new_user_by_link(context, request, LinkKind::invitation);
}

Response look_at_invitation(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"token"});
  const auto token = required_text(body, "token", 200);
  return context.sql->read([&](Connection& connection) {
    const auto link = access::usable_link(connection, LinkKind::invitation, token, context.now());
    if (!link) link_ended();
    const auto organisation =
        connection.first("SELECT name FROM organisation WHERE id = ?1", {link->organisation});
    return json_response(
        json::object{{"role", access::word(link->role)},
                     {"organisation_name", text_or_null(organisation ? organisation->text(0) : "")},
                     {"login", text_or_null(link->login)},
                     {"expires", format_time(link->expires)}});
  });
}

Response reset_password(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  require_private_line(request);
  const auto& body = body_object(request);
  only_members(body, {"token", "password"});
  const auto token = required_text(body, "token", 200);
  const auto password = required_text(body, "password", 1000);
  const auto now = context.now();
  std::optional<access::User> user;
  const auto link = context.sql->read([&](Connection& connection) {
    auto found = access::usable_link(connection, LinkKind::reset, token, now);
    if (found) user = access::user(connection, found->account);
    return found;
  });
  if (!link || !user || user->disabled) link_ended();
  require_good_password(password, "/password", user->login, user->name);
  const auto encoded = access::hash_password(password);
  const auto logged_in = context.sql->write([&](Connection& connection) {
    const auto still = access::user(connection, link->account);
    if (!still || still->disabled || !access::use_link(connection, *link, now)) link_ended();
    access::set_password(connection, now, {still->id, request.address}, *still, encoded);
    // Whoever has the link has not the second factor.
    auto way = by_link(request);
    way.half = still->totp_confirmed;
    return accounts.open_session(connection, *still, way, now);
  });
  return login_answer(logged_in, 201);
}

Response log_in(Context& context, const Request& request) {
  require_private_line(request);
  const auto& body = body_object(request);
  only_members(body, {"login", "password"});
  const auto outcome = accounts_of(context).login(
      {required_text(body, "login", 200), required_text(body, "password", 1000),
       cookie_of(request, access::kDeviceCookie), request.address, std::string(request.header("user-agent"))},
      context.now());
  if (!outcome) deny(outcome.error());
  return login_answer(*outcome);
}

Response give_second_factor(Context& context, const Request& request) {
  require_private_line(request);
  const auto& body = body_object(request);
  only_members(body, {"code"});
  const auto outcome = accounts_of(context).second_factor(
      {cookie_of(request, access::kSessionCookie), required_text(body, "code", 64),
       cookie_of(request, access::kDeviceCookie), request.address},
      context.now());
  if (!outcome) deny(outcome.error());
  return login_answer(*outcome);
}

Response start_provider_login(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto& body = body_object(request);
  only_members(body, {"return_to", "invitation"});
  const auto return_to = optional_text(body, "return_to", 500).value_or("/");
  const auto invitation = optional_text(body, "invitation", 60).value_or("");
  const auto now = context.now();
  const auto provider = context.sql->read([&](Connection& connection) {
    if (!invitation.empty() && !access::usable_link(connection, LinkKind::invitation, invitation, now))
      link_ended();
    return access::provider(connection, request.parameter("provider"));
  });
  if (!provider || provider->disabled) not_found("login provider");
  const auto started = accounts.oidc().start(*provider, return_to, invitation, now);
  if (!started) deny(started.error());
  auto response = json_response(json::object{{"location", started->location}});
  response.headers.emplace_back("Set-Cookie", cookie(access::kLoginCookie, started->cookie,
                                                     std::chrono::seconds(access::kOidcLoginTime).count()));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// A login for somebody who comes from a provider: what it calls the person when that will do and is free.
std::string login_for(Connection& connection, const access::Identity& identity) {
  for (const auto& wanted : {identity.username, identity.email}) {
    const auto clean = access::clean_login(wanted);
    if (clean && !access::user_by_login(connection, *clean)) return *clean;
  }
  return "user-" + sha256_hex(identity.issuer + "\n" + identity.subject).substr(0, 16);
}

// Who this identity is here: known, invited, or admitted by the provider's record. Nothing: a stranger.
std::optional<access::User> user_for(Connection& connection, const access::Provider& provider,
                                     const access::Identity& identity, std::string_view invitation,
                                     std::string_view address, UtcTime now) {
  if (auto known = access::user_by_identity(connection, identity.issuer, identity.subject)) return known;
  access::NewUser wanted;
  std::string by;
  if (const auto link = access::usable_link(connection, LinkKind::invitation, invitation, now)) {
    if (!access::use_link(connection, *link, now)) return std::nullopt;
    wanted.role = link->role;
    wanted.organisation = link->organisation;
    by = link->created_by;
  } else {
    const auto role = access::role_named(provider.role);
    if (provider.admits != "anyone" || !role || *role == access::Role::administrator) return std::nullopt;
    wanted.role = *role;
  }
  wanted.login = login_for(connection, identity);
  wanted.name = identity.name.empty() ? wanted.login : identity.name;
  wanted.email = identity.email;
  const auto user = access::add_user(connection, now, {by, std::string(address)}, wanted);
  if (!user) return std::nullopt;
  access::add_identity(connection, now, {user->id, std::string(address)}, *user, identity.issuer,
                       identity.subject);
  return *user;
}

Response come_back(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto value = [&](std::string_view name) {
    return std::string(request.query_value(name).value_or("").substr(0, 8000));
  };
  const access::OidcClient::Callback callback{value("state"), value("code"), value("error"), value("iss"),
                                              cookie_of(request, access::kLoginCookie)};
  const auto now = context.now();
  const auto begun = accounts.oidc().begun(callback, now);
  if (!begun)
    deny({403, "login-refused", "The login was refused",
          "This login was not begun in this browser, or more than 15 minutes ago. Start it again.", 0});
  const auto provider = context.sql->read(
      [&](Connection& connection) { return access::provider(connection, begun->provider); });
  if (!provider || provider->disabled) not_found("login provider");
  const auto done = accounts.oidc().finish(*provider, *begun, callback, now);
  if (!done) deny(done.error());
  const auto logged_in = context.sql->write([&](Connection& connection) -> std::optional<access::LoggedIn> {
    const auto user =
        user_for(connection, *provider, done->identity, begun->invitation, request.address, now);
    if (!user || user->disabled) {
      store::append_audit(connection, now, {"", request.address}, "login.refused", "", user ? user->id : "",
                          json::serialize(json::object{{"way", "oidc"}, {"issuer", done->identity.issuer}}));
      return std::nullopt;
    }
    access::Accounts::Way way{
        "oidc", request.address, std::string(request.header("user-agent")), provider->id, {}, false};
    if (done->id_token.size() < 6000)
      way.id_token = accounts.keys().seal(done->id_token, "id-token:" + user->id);
    return accounts.open_session(connection, *user, way, now);
  });
  if (!logged_in)
    deny({403, "not-invited", "You have no access here",
          "The login provider knows you, but this service does not. Ask for an invitation, and open it "
          "before you "
          "log in.",
          0});
  auto response = login_answer(*logged_in, 303);
  response.type.clear();
  response.body.clear();
  response.headers.emplace_back("Location", begun->return_to);
  response.headers.emplace_back("Set-Cookie", cookie_gone(access::kLoginCookie));
  return response;
}

// The provider sends a person's browser here, which would show a problem as raw JSON: a browser is led to the
// login page, which says it in the reader's language. Programs get the problem.
Response finish_provider_login(Context& context, const Request& request) {
  try {
    return come_back(context, request);
  } catch (const Problem& problem) {
    if (request.header("accept").find("text/html") == std::string_view::npos) throw;
    Response response{.status = 303};
    response.type.clear();
    response.headers.emplace_back("Location", "/login?problem=" + problem.type);
    return response;
  }
}

Response log_out(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  const auto now = context.now();
  std::optional<access::Provider> provider;
  std::string id_token;
  context.sql->write([&](Connection& connection) {
    const auto row =
        connection.first("SELECT provider, id_token FROM session WHERE id = ?1", {request.session});
    if (row && !row->text(0).empty()) {
      provider = access::provider(connection, row->text(0));
      id_token = accounts.keys().open(row->text(1), "id-token:" + request.access.user).value_or("");
    }
    connection.execute("DELETE FROM session WHERE id = ?1", {request.session});
    store::append_audit(connection, now, request.access.actor, "logout", request.access.home,
                        request.access.user, "{}");
  });
  std::string location;
  if (provider) location = accounts.oidc().logout_location(*provider, id_token, now);
  auto response = json_response(json::object{{"location", text_or_null(location)}});
  response.headers.emplace_back("Set-Cookie", cookie_gone(access::kSessionCookie));
  return response;
}

}  // namespace

void add_login_routes(Router& router) {
  const auto open = [&](std::string method, std::string pattern, std::string operation, Handler handler) {
    router.add({.method = std::move(method),
                .pattern = "/api/v1/" + std::move(pattern),
                .operation = std::move(operation),
                .door = Door::open,
                .handler = std::move(handler),
                .body_limit = 8 * 1024,
                .keep_answer = false});
  };
  open("GET", "login", "getLoginOptions", get_login_options);
  open("POST", "login", "login", log_in);
  open("POST", "login/second-factor", "giveSecondFactor", give_second_factor);
  open("POST", "login/providers/{provider}", "startProviderLogin", start_provider_login);
  open("GET", "login/callback", "finishProviderLogin", finish_provider_login);
  open("POST", "first-start", "firstStart", first_start);
  open("POST", "invitation", "lookAtInvitation", look_at_invitation);
  open("POST", "invitation/accept", "acceptInvitation", accept_invitation);
  open("POST", "reset", "resetPassword", reset_password);
  router.add({.method = "POST",
              .pattern = "/api/v1/logout",
              .operation = "logout",
              .door = Door::session,
              .handler = log_out,
              .keep_answer = false});
}

}  // namespace utsyn::api
