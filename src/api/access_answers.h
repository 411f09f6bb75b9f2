// What the routes of login, account and access share: cookies, problems of login, and users as JSON.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "access/accounts.h"
#include "access/users.h"
#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

access::Accounts& accounts_of(Context& context);  // 503 when the service runs without
[[noreturn]] void deny(const access::Denied& denied);

// The person's own record; 401 when it is gone.
access::User own_user(store::Connection& connection, const Request& request);

// {"state": "open"|"second-factor", "csrf": ...} with the cookies.
Response login_answer(const access::LoggedIn& logged_in, int status = 200);
std::string cookie(std::string_view name, std::string_view value, std::int64_t seconds);
std::string cookie_gone(std::string_view name);

// A password travels only by TLS, or on the machine itself.
void require_private_line(const Request& request);

// The members of a person who chooses login, name and password; wrong_field() for what will not do.
struct Chosen {
  std::string login;
  std::string name;
  std::string password;
  std::string language;
};
Chosen chosen_in(const boost::json::object& body, std::string_view fixed_login = {});
void require_good_password(std::string_view password, std::string_view pointer, std::string_view login,
                           std::string_view name);
std::string required_name(const boost::json::object& body, std::string_view member = "name");
std::string email_in(const boost::json::object& body);  // empty when absent; wrong_field() when it is none

boost::json::value text_or_null(const std::string& text);
boost::json::value time_or_null(const std::optional<UtcTime>& time);
boost::json::object user_json(const access::User& user);
boost::json::object grant_json(const access::Grant& grant);

[[noreturn]] void refuse_user(access::UserError error);

}  // namespace utsyn::api
