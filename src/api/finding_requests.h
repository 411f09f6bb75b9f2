// What the routes of findings have in common: what a request asks for, read strictly.
#pragma once

#include <variant>

#include "api/context.h"
#include "api/followup_json.h"

namespace utsyn::api {

followup::By by_of(const Context& context, const Request& request);

// `where` comes before the member's name in a problem: "/filter/" for a body, nothing for the query.
followup::Filter filter_of(const boost::json::object& object, const Request& request, std::string_view where);

// {assignee, due}: what is absent stays, what is null is taken away.
followup::Desk::Work work_of(store::Connection& connection, const boost::json::object& body,
                             const Request& request, std::string_view organisation, std::string_view where,
                             UtcTime now);

followup::Request treatment_wanted(const boost::json::object& body);
Problem problem_of_answer(const std::variant<followup::Missing, followup::Refusal>& error);

boost::json::object comment_json(const followup::Comment& comment, People& people);

}  // namespace utsyn::api
