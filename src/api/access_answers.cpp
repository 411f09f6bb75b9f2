#include "api/access_answers.h"

#include <algorithm>

#include "access/password.h"
#include "access/roles.h"
#include "base/ip.h"

namespace utsyn::api {
namespace json = boost::json;

access::Accounts& accounts_of(Context& context) {
  if (!context.accounts)
    fail({.status = 503,
          .type = "no-accounts",
          .title = "There is no login here",
          .detail = "This service was started without accounts."});
  return *context.accounts;
}

void deny(const access::Denied& denied) {
  fail({.status = denied.status,
        .type = denied.type,
        .title = denied.title,
        .detail = denied.detail,
        .retry_after_s = denied.retry_after_s});
}

access::User own_user(store::Connection& connection, const Request& request) {
  auto user = access::user(connection, request.access.user);
  if (!user) deny({401, "session-ended", "The session has ended", "Log in again.", 0});
  return *user;
}

std::string cookie(std::string_view name, std::string_view value, std::int64_t seconds) {
  return std::string(name) + "=" + std::string(value) +
         "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds);
}

std::string cookie_gone(std::string_view name) { return cookie(name, "", 0); }

Response login_answer(const access::LoggedIn& logged_in, int status) {
  using std::chrono::seconds;
  auto response = json_response(json::object{{"state", logged_in.second_factor ? "second-factor" : "open"},
                                             {"csrf", text_or_null(logged_in.csrf)}},
                                status);
  const auto lasts =
      logged_in.second_factor ? seconds(access::kSecondFactorTime) : seconds(access::kSessionLongest);
  response.headers.emplace_back("Set-Cookie",
                                cookie(access::kSessionCookie, logged_in.session_token, lasts.count()));
  if (!logged_in.device.empty())
    response.headers.emplace_back(
        "Set-Cookie", cookie(access::kDeviceCookie, logged_in.device, seconds(access::kDeviceKnown).count()));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

void require_private_line(const Request& request) {
  if (request.secure || request.address.empty()) return;
  const auto ip = IpAddress::parse(request.address);
  if (ip && special_purpose(*ip) == "loopback") return;
  fail({.status = 403,
        .type = "insecure-connection",
        .title = "Not over an open line",
        .detail =
            "A password is not taken over plain HTTP. Open the service's https address; whoever runs it "
            "sets certificates or a proxy that says X-Forwarded-Proto."});
}

void require_good_password(std::string_view password, std::string_view pointer, std::string_view login,
                           std::string_view name) {
  if (const auto weak = access::weak_password(password, login, name))
    wrong_field(pointer, "The password " + *weak + ".");
}

std::string required_name(const json::object& body, std::string_view member) {
  const auto whole = required_text(body, member, 200);
  const auto name = trim(whole);
  if (name.empty()) wrong_field("/" + std::string(member), "The name is empty; give one.");
  return std::string(name);
}

std::string email_in(const json::object& body) {
  const auto email = optional_text(body, "email", 200).value_or("");
  const auto at = email.find('@');
  const bool blank = email.find_first_of(" \t\r\n<>,;\"") != std::string::npos;
  if (!email.empty() && (at == std::string::npos || at == 0 || at + 1 == email.size() || blank ||
                         email.find('@', at + 1) != std::string::npos))
    wrong_field("/email", "That is no e-mail address; write it as name@example.no.");
  return email;
}

Chosen chosen_in(const json::object& body, std::string_view fixed_login) {
  Chosen out;
  if (fixed_login.empty()) {
    const auto login = access::clean_login(required_text(body, "login", 200));
    if (!login)
      wrong_field("/login",
                  "A login has 3 to 100 letters a-z, digits and . _ - @ +; an e-mail address will do.");
    out.login = *login;
  } else {
    out.login = fixed_login;
  }
  out.name = required_name(body);
  out.password = required_text(body, "password", 1000);
  out.language = optional_text(body, "language", 200).value_or("");
  if (!out.language.empty() && out.language != "nb" && out.language != "nn" && out.language != "en")
    wrong_field("/language", "The languages are nb, nn and en.");
  require_good_password(out.password, "/password", out.login, out.name);
  return out;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::value time_or_null(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}

json::object user_json(const access::User& user) {
  return {{"id", user.id},
          {"login", user.login},
          {"name", user.name},
          {"email", text_or_null(user.email)},
          {"language", text_or_null(user.language)},
          {"role", access::word(user.role)},
          {"organisation", text_or_null(user.organisation)},
          {"authority", user.authority},
          {"password", !user.password.empty()},
          {"totp", user.totp_confirmed},
          {"created", format_time(user.created)},
          {"created_by", user.created_by},
          {"disabled", time_or_null(user.disabled)},
          {"last_login", time_or_null(user.last_login)}};
}

json::object grant_json(const access::Grant& grant) {
  return {{"organisation", grant.organisation},
          {"organisation_name", grant.organisation_name},
          {"user", grant.account},
          {"detail", access::word(grant.detail)},
          {"acts", grant.acts},
          {"reason", grant.reason},
          {"granted", format_time(grant.granted)},
          {"granted_by", grant.granted_by},
          {"until", time_or_null(grant.until)}};
}

void refuse_user(access::UserError error) {
  switch (error) {
    case access::UserError::login_taken:
      fail({.status = 409,
            .type = "login-taken",
            .title = "The login is taken",
            .detail = "Another user has this login; choose another.",
            .field = "/login"});
    case access::UserError::no_such_organisation:
      wrong_field("/organisation", "There is no such organisation in the register; add it there first.");
    case access::UserError::last_administrator:
      fail({.status = 409,
            .type = "last-administrator",
            .title = "The last administrator stays",
            .detail = "This is the only administrator that can log in; make another one first."});
    case access::UserError::no_such_user:
      not_found("user");
  }
  not_found("user");
}

}  // namespace utsyn::api
