// Who may what: roles, users, grants, invitations, login providers, and who follows an organisation.
#include "access/keys.h"
#include "access/links.h"
#include "access/oidc.h"
#include "access/roles.h"
#include "api/access_answers.h"
#include "api/areas.h"
#include "base/id.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Permission;
using store::Connection;

Response list_roles(Context&, const Request&) {
  json::array items;
  for (const auto& row : access::kRoles) {
    json::array permissions;
    for (const auto word : access::words(row.permissions)) permissions.emplace_back(word);
    items.push_back(json::object{{"role", access::word(row.role)},
                                 {"permissions", std::move(permissions)},
                                 {"everywhere", access::word(row.everywhere)},
                                 {"whole_audit", row.reads_whole_audit}});
  }
  return list_response(std::move(items), {});
}

access::Role role_in(const json::object& body) {
  const auto role = access::role_named(required_text(body, "role", 40));
  if (!role) wrong_field("/role", "There is no such role; GET /api/v1/roles lists them.");
  return *role;
}

// users

Response list_users(Context& context, const Request& request) {
  const auto page = page_of(request);
  access::UserFilter filter;
  filter.organisation = request.query_value("organisation").value_or("");
  filter.text = request.query_value("q").value_or("").substr(0, 100);
  if (const auto role = request.query_value("role")) {
    filter.role = access::role_named(*role);
    if (!filter.role) wrong_field("role", "There is no such role; GET /api/v1/roles lists them.");
  }
  filter.limit = page.limit + 1;
  if (!page.after.empty()) filter.after = page.after.front();
  return context.sql->read([&](Connection& connection) {
    auto users = access::users(connection, filter);
    std::vector<std::string> next;
    if (users.size() > page.limit) {
      users.resize(page.limit);
      next = {users.back().login};
    }
    json::array items;
    for (const auto& user : users) items.push_back(user_json(user));
    return list_response(std::move(items), next);
  });
}

access::User user_in(Connection& connection, const Request& request) {
  auto user = access::user(connection, request.parameter("user"));
  if (!user) not_found("user");
  return *user;
}

Response get_user(Context& context, const Request& request) {
  return context.sql->read(
      [&](Connection& connection) { return json_response(user_json(user_in(connection, request))); });
}

Response change_user(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "email", "language", "role", "organisation", "authority", "disabled"});
  access::UserChange change;
  if (body.contains("name")) change.name = required_name(body);
  if (body.contains("email")) change.email = email_in(body);
  if (body.contains("language")) change.language = required_choice(body, "language", {"nb", "nn", "en"});
  if (body.contains("role")) change.role = role_in(body);
  if (body.contains("organisation"))
    change.organisation = optional_text(body, "organisation", 200).value_or("");
  change.authority = optional_truth(body, "authority");
  change.disabled = optional_truth(body, "disabled");
  return context.sql->write([&](Connection& connection) {
    const auto changed = access::change_user(connection, context.now(), request.access.actor,
                                             request.parameter("user"), change);
    if (!changed) refuse_user(changed.error());
    return json_response(user_json(*changed));
  });
}

json::object link_json(const Context& context, const access::NewLink& made) {
  return {{"id", made.link.id},
          {"link", access::link_address(context.public_address, made.link.kind, made.token)},
          {"expires", format_time(made.link.expires)}};
}

Response with_secret(Response response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response reset_user(Context& context, const Request& request) {
  return with_secret(context.sql->write([&](Connection& connection) {
    const auto user = user_in(connection, request);
    access::forget_secrets(connection, context.now(), request.access.actor, user);
    access::Link link;
    link.kind = access::LinkKind::reset;
    link.account = user.id;
    link.role = user.role;
    link.expires = context.now() + access::kResetTime;
    return json_response(
        link_json(context, access::make_link(connection, context.now(), request.access.actor, link)), 201);
  }));
}

Response add_identity(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"issuer", "subject"});
  const auto issuer = required_text(body, "issuer", 500);
  const auto subject = required_text(body, "subject", 255);
  if (issuer.empty() || subject.empty()) wrong_field("/subject", "Issuer and subject are both needed.");
  context.sql->write([&](Connection& connection) {
    const auto user = user_in(connection, request);
    const auto other = access::user_by_identity(connection, issuer, subject);
    if (other && other->id != user.id)
      fail({.status = 409,
            .type = "identity-taken",
            .title = "The identity belongs to another user",
            .detail = "Another user logs in with this identity; disable that user first.",
            .field = "/subject"});
    if (!other) access::add_identity(connection, context.now(), request.access.actor, user, issuer, subject);
  });
  return no_content();
}

// grants

Response list_grants(Context& context, const Request& request) {
  return context.sql->read([&](Connection& connection) {
    const auto user = user_in(connection, request);
    json::array items;
    for (const auto& grant : access::grants_of(connection, user.id)) items.push_back(grant_json(grant));
    return list_response(std::move(items), {});
  });
}

Response put_grant(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"detail", "acts", "reason", "until"});
  access::Grant grant;
  grant.organisation = request.parameter("organisation");
  grant.account = request.parameter("user");
  grant.detail = access::detail_named(required_choice(body, "detail", {"score", "findings", "evidence"}))
                     .value_or(access::Detail::none);
  grant.acts = optional_truth(body, "acts").value_or(false);
  grant.reason = trim(required_text(body, "reason", 1000));
  if (grant.reason.empty()) wrong_field("/reason", "Say why; the organisation can read it in its audit log.");
  grant.until = optional_time(body, "until");
  if (grant.until && *grant.until <= context.now())
    wrong_field("/until", "The end is in the past; choose a later one.");
  if (grant.acts && grant.detail == access::Detail::score)
    wrong_field("/acts", "Who acts for an organisation needs its findings at least.");
  return context.sql->write([&](Connection& connection) {
    user_in(connection, request);
    if (!access::put_grant(connection, context.now(), request.access.actor, grant)) not_found("organisation");
    for (const auto& there : access::grants_of(connection, grant.account))
      if (there.organisation == grant.organisation) return json_response(grant_json(there));
    not_found("grant");
  });
}

Response remove_grant(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    if (!access::remove_grant(connection, context.now(), request.access.actor,
                              request.parameter("organisation"), request.parameter("user")))
      not_found("grant");
  });
  return no_content();
}

// An organisation's own users see who follows it; so does the administrator.
// A supplier of every municipality and every state body has fewer.
constexpr std::size_t kMostFollowers = 20'000;

Response list_followers(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  if (request.access.home != organisation && !request.access.may(Permission::manage_access))
    fail({.status = 403,
          .type = "forbidden",
          .title = "Not allowed",
          .detail = "Only an organisation's own users see who follows it."});
  auto page = page_of(request);
  if (!request.query_value("limit")) page.limit = 500;
  const auto key_of = [](const access::Follower& one) {
    return std::vector<std::string>{one.why, one.name, one.organisation,
                                    std::string(access::word(one.detail))};
  };
  return context.sql->read([&](Connection& connection) {
    auto all = access::followers(connection, organisation, context.now(), kMostFollowers);
    std::ranges::sort(all, {}, key_of);
    const auto begin =
        page.after.empty() ? all.begin() : std::ranges::upper_bound(all, page.after, {}, key_of);
    const auto end =
        begin + std::min(std::distance(begin, all.end()), static_cast<std::ptrdiff_t>(page.limit));
    json::array items;
    for (const auto& follower : std::ranges::subrange(begin, end))
      items.push_back(json::object{{"organisation", text_or_null(follower.organisation)},
                                   {"name", text_or_null(follower.name)},
                                   {"why", follower.why},
                                   {"detail", access::word(follower.detail)},
                                   {"users", follower.users}});
    return list_response(std::move(items),
                         end == all.end() ? std::vector<std::string>{} : key_of(*std::prev(end)));
  });
}

// invitations

json::object invitation_json(const access::Link& link) {
  return {{"id", link.id},
          {"login", text_or_null(link.login)},
          {"role", access::word(link.role)},
          {"organisation", text_or_null(link.organisation)},
          {"email", text_or_null(link.email)},
          {"created", format_time(link.created)},
          {"created_by", link.created_by},
          {"expires", format_time(link.expires)}};
}

// The account that an invitation gives is worth its role, however few scopes a token has: without
// manage_access it takes the person.
void require_inviter(const Request& request) {
  if (request.access.may(Permission::manage_access) || request.access.actor.id == request.access.user) return;
  fail({.status = 403,
        .type = "forbidden",
        .title = "Not allowed",
        .detail = "Inviting is for a person who is logged in, or for a token with manage_access."});
}

Response list_invitations(Context& context, const Request& request) {
  // Others' only for who manages access.
  const std::string by = request.access.may(Permission::manage_access) ? "" : request.access.user;
  return context.sql->read([&](Connection& connection) {
    json::array items;
    for (const auto& link : access::open_invitations(connection, by, context.now()))
      items.push_back(invitation_json(link));
    return list_response(std::move(items), {});
  });
}

Response create_invitation(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"role", "organisation", "login", "email", "days"});
  access::Link link;
  link.kind = access::LinkKind::invitation;
  link.role = role_in(body);
  link.organisation = optional_text(body, "organisation", 200).value_or("");
  link.email = email_in(body);
  if (const auto login = optional_text(body, "login", 200)) {
    const auto clean = access::clean_login(*login);
    if (!clean) wrong_field("/login", "A login has 3 to 100 letters a-z, digits and . _ - @ +.");
    link.login = *clean;
  }
  const auto days = optional_integer(body, "days", 1, 30).value_or(14);
  link.expires = context.now() + std::chrono::hours{24 * days};
  if (link.role == access::Role::supplier && link.organisation.empty())
    wrong_field("/organisation", "A supplier's user belongs to an organisation; name it.");
  require_inviter(request);
  return with_secret(context.sql->write([&](Connection& connection) {
    if (!access::may_invite(connection, request.access, link.role, link.organisation)) {
      if (!link.organisation.empty() && !request.access.sees(link.organisation)) not_found("organisation");
      fail({.status = 403,
            .type = "forbidden",
            .title = "Not allowed",
            .detail =
                "Administrators invite anybody; a supplier's users invite their colleagues; security, "
                "procurement and contract invite the first user of a supplier of their own organisation."});
    }
    if (!link.organisation.empty() &&
        !connection.first("SELECT 1 FROM organisation WHERE id = ?1", {link.organisation}))
      refuse_user(access::UserError::no_such_organisation);
    if (!link.login.empty() && access::user_by_login(connection, link.login))
      refuse_user(access::UserError::login_taken);
    // In the name of the person, whatever token was used: whoever comes by the link was invited by somebody.
    const auto made =
        access::make_link(connection, context.now(), {request.access.user, request.address}, link);
    store::append_audit(
        connection, context.now(), request.access.actor, "invitation.create", link.organisation, made.link.id,
        json::serialize(json::object{{"role", access::word(link.role)}, {"email", link.email}}));
    return created(link_json(context, made), "/api/v1/invitations/" + made.link.id);
  }));
}

Response withdraw_invitation(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto link = access::invitation(connection, request.parameter("invitation"));
    if (!link || (link->created_by != request.access.user && !request.access.may(Permission::manage_access)))
      not_found("invitation");
    require_inviter(request);
    if (!access::withdraw_invitation(connection, link->id)) not_found("invitation");
    store::append_audit(connection, context.now(), request.access.actor, "invitation.withdraw",
                        link->organisation, link->id, "{}");
  });
  return no_content();
}

// login providers

json::object provider_json(const access::Provider& provider, const access::OidcClient& oidc) {
  return {{"id", provider.id},
          {"name", provider.name},
          {"issuer", provider.issuer},
          {"client", provider.client},
          {"has_secret", !provider.secret.empty()},
          {"scopes", provider.scopes},
          {"levels", provider.levels},
          {"admits", provider.admits},
          {"role", text_or_null(provider.role)},
          {"redirect_address", oidc.redirect_address()},
          {"created", format_time(provider.created)},
          {"disabled", time_or_null(provider.disabled)}};
}

Response list_providers(Context& context, const Request&) {
  auto& accounts = accounts_of(context);
  return context.sql->read([&](Connection& connection) {
    json::array items;
    for (const auto& provider : access::providers(connection))
      items.push_back(provider_json(provider, accounts.oidc()));
    return list_response(std::move(items), {});
  });
}

Response get_provider(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  return context.sql->read([&](Connection& connection) {
    const auto provider = access::provider(connection, request.parameter("provider"));
    if (!provider) not_found("login provider");
    return json_response(provider_json(*provider, accounts.oidc()));
  });
}

// What the body says, over what there is. The issuer is asked whether it answers as a provider does.
void read_provider(Context& context, const Request& request, access::Provider& provider) {
  auto& accounts = accounts_of(context);
  const auto& body = body_object(request);
  only_members(body,
               {"name", "issuer", "client", "secret", "scopes", "levels", "admits", "role", "disabled"});
  const auto text = [&](std::string_view member, std::string& into, std::size_t most) {
    if (body.contains(member)) into = optional_text(body, member, most).value_or("");
  };
  const auto issuer_before = provider.issuer;
  if (body.contains("name") || provider.name.empty()) provider.name = required_name(body);
  if (body.contains("issuer") || provider.issuer.empty())
    provider.issuer = required_text(body, "issuer", 500);
  if (body.contains("client") || provider.client.empty())
    provider.client = required_text(body, "client", 500);
  text("scopes", provider.scopes, 500);
  text("levels", provider.levels, 500);
  text("role", provider.role, 40);
  if (body.contains("admits")) provider.admits = required_choice(body, "admits", {"invited", "anyone"});
  if (body.contains("secret")) {
    const auto secret = optional_text(body, "secret", 1000).value_or("");
    provider.secret = secret.empty() ? "" : accounts.keys().seal(secret, access::secret_purpose(provider.id));
  }
  if (const auto disabled = optional_truth(body, "disabled")) {
    provider.disabled.reset();
    if (*disabled) provider.disabled = context.now();
  }
  const auto scopes = split(provider.scopes, ' ');
  if (std::ranges::find(scopes, "openid") == scopes.end())
    wrong_field("/scopes", "The scopes must include openid; without it there is no ID token.");
  const auto role = access::role_named(provider.role);
  if (provider.admits == "anyone" &&
      (!role || *role == access::Role::administrator || *role == access::Role::supplier))
    wrong_field("/role",
                "Name the role of those who come uninvited; administrator and supplier are by invitation.");
  if (!accounts.oidc().address_allowed(provider.issuer))
    wrong_field("/issuer", "The issuer is an https address, exactly as the provider writes it.");
  if (provider.issuer != issuer_before) {
    const auto discovery = accounts.oidc().discover(provider.issuer, context.now(), true);
    if (!discovery) wrong_field("/issuer", "The provider cannot be used: " + discovery.error() + ".");
  }
}

Response create_provider(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  access::Provider provider;
  provider.id = new_id();
  provider.created = context.now();
  read_provider(context, request, provider);
  context.sql->write([&](Connection& connection) {
    access::put_provider(connection, context.now(), request.access.actor, provider);
  });
  return created(provider_json(provider, accounts.oidc()), "/api/v1/login-providers/" + provider.id);
}

Response change_provider(Context& context, const Request& request) {
  auto& accounts = accounts_of(context);
  auto provider = context.sql->read(
      [&](Connection& connection) { return access::provider(connection, request.parameter("provider")); });
  if (!provider) not_found("login provider");
  read_provider(context, request, *provider);
  context.sql->write([&](Connection& connection) {
    if (!access::provider(connection, provider->id)) not_found("login provider");
    access::put_provider(connection, context.now(), request.access.actor, *provider);
  });
  return json_response(provider_json(*provider, accounts.oidc()));
}

Response remove_provider(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    if (!access::remove_provider(connection, context.now(), request.access.actor,
                                 request.parameter("provider")))
      not_found("login provider");
  });
  return no_content();
}

}  // namespace

void add_access_routes(Router& router) {
  const auto add = [&](std::string method, std::string pattern, std::string operation, Permission permission,
                       Handler handler, access::Detail detail = access::Detail::none,
                       bool keep_answer = true) {
    router.add({.method = std::move(method),
                .pattern = "/api/v1/" + std::move(pattern),
                .operation = std::move(operation),
                .permission = permission,
                .detail = detail,
                .handler = std::move(handler),
                .body_limit = 32 * 1024,
                .keep_answer = keep_answer});
  };
  constexpr auto kAccess = Permission::manage_access;
  add("GET", "roles", "listRoles", Permission::read, list_roles);
  add("GET", "users", "listUsers", kAccess, list_users);
  add("GET", "users/{user}", "getUser", kAccess, get_user);
  add("PATCH", "users/{user}", "changeUser", kAccess, change_user);
  add("POST", "users/{user}/reset", "resetUser", kAccess, reset_user, access::Detail::none, false);
  add("PUT", "users/{user}/identity", "addIdentity", kAccess, add_identity);
  add("GET", "users/{user}/grants", "listGrants", kAccess, list_grants);
  add("PUT", "users/{user}/grants/{organisation}", "putGrant", kAccess, put_grant);
  add("DELETE", "users/{user}/grants/{organisation}", "removeGrant", kAccess, remove_grant);
  add("GET", "organisations/{organisation}/followers", "listFollowers", Permission::read, list_followers,
      access::Detail::evidence);
  add("GET", "invitations", "listInvitations", Permission::read, list_invitations);
  add("POST", "invitations", "createInvitation", Permission::read, create_invitation, access::Detail::none,
      false);
  add("DELETE", "invitations/{invitation}", "withdrawInvitation", Permission::read, withdraw_invitation);
  add("GET", "login-providers", "listProviders", kAccess, list_providers);
  add("POST", "login-providers", "createProvider", kAccess, create_provider);
  add("GET", "login-providers/{provider}", "getProvider", kAccess, get_provider);
  add("PATCH", "login-providers/{provider}", "changeProvider", kAccess, change_provider);
  add("DELETE", "login-providers/{provider}", "removeProvider", kAccess, remove_provider);
}

}  // namespace utsyn::api
