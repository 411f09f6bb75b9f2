// What the routes of findings have in common: what a request asks for, read strictly.
#pragma once

#include <variant>

#include "api/context.h"
#include "api/followup_json.h"

namespace utsyn::api {

followup::By by_of(const Context& context, const Request& request);

// `where` comes before the member's name in a problem: "/filter/" for a body, nothing for the query.
followup::Filter filter_of(const boost::json::object& object, const Request& request, std::string_view where);

// {assignee, due}: what is absent stays, what is null is taken away. A due day is from today to 365 days
// ahead.
followup::Desk::Work work_wanted(const boost::json::object& body, const Request& request, UtcTime now);
// 422 when the work is to be given to somebody who has nothing to do with the organisation.
void must_be_givable(store::Connection& connection, const followup::Desk::Work& work, const Request& request,
                     std::string_view organisation, UtcTime now);

// Reads a part of the body. What is wrong in it is named as it stands in the whole: /treatment/kind.
template <class Read>
auto within(std::string_view pointer, Read read) {
  try {
    return read();
  } catch (Problem& problem) {
    problem.field.insert(0, pointer);
    throw;
  }
}

followup::Request treatment_wanted(const boost::json::object& body);
// What not_found() throws, for one of many.
Problem absent(std::string_view what);
Problem problem_of_answer(const std::variant<followup::Missing, followup::Refusal>& error);

boost::json::object comment_json(const followup::Comment& comment, People& people);

}  // namespace utsyn::api
