// People as their colleagues meet them.
#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "followup/people.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;

Response list_people(Context& context, const Request& request) {
  const auto organisation = request.parameter("organisation");
  must_be_allowed(request, Permission::follow_up, organisation);
  const auto text = request.query_value("q").value_or("");
  if (text.size() > 100) wrong_field("q", "q has at most 100 characters.");
  const auto page = page_of(request);
  json::array items;
  for (const auto& person : context.sql->read([&](store::Connection& connection) {
         return followup::people_of(connection, organisation, text, context.now(), page.limit);
       }))
    items.push_back(json::object{{"id", person.id}, {"name", person.name}, {"home", person.home}});
  return list_response(std::move(items), {});
}

}  // namespace

void add_people_routes(Router& router) {
  router.add({.method = "GET",
              .pattern = "/api/v1/organisations/{organisation}/people",
              .operation = "listPeople",
              .permission = Permission::follow_up,
              .detail = Detail::findings,
              .handler = list_people});
}

}  // namespace utsyn::api
