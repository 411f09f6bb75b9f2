// Filters that a reader has kept, with every version there was.
#include <fmt/format.h>

#include "api/add_routes.h"
#include "api/areas.h"
#include "api/finding_requests.h"
#include "followup/saved_filters.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using store::Connection;

json::object saved_json(const followup::SavedFilter& filter) {
  return {{"id", filter.id},
          {"version", filter.version},
          {"name", filter.name},
          {"filter", json::parse(filter.filter)},
          {"saved", format_time(filter.saved)},
          {"removed", maybe_time(filter.removed)}};
}

Response list_saved(Context& context, const Request& request) {
  json::array items;
  for (const auto& filter : context.sql->read(
           [&](Connection& connection) { return followup::saved_filters(connection, request.access.user); }))
    items.push_back(saved_json(filter));
  return list_response(std::move(items), {});
}

Response get_saved(Context& context, const Request& request) {
  const auto id = request.parameter("filter");
  const auto versions = context.sql->read([&](Connection& connection) {
    return followup::versions_of_filter(connection, request.access.user, id);
  });
  if (versions.empty()) not_found("filter");
  json::array items;
  for (const auto& version : versions) items.push_back(saved_json(version));
  return json_response(json::object{{"id", id}, {"versions", std::move(items)}});
}

struct WantedFilter {
  std::string name;
  std::string filter;
};
WantedFilter wanted_filter(const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "filter"});
  const auto* filter = body.if_contains("filter");
  if (filter == nullptr || !filter->is_object()) wrong_field("/filter", "filter must be an object.");
  return {required_text(body, "name", 200),
          json::serialize(followup::write_filter(filter_of(filter->get_object(), request, "/filter/")))};
}

Response save_filter(Context& context, const Request& request) {
  const auto wanted = wanted_filter(request);
  const auto saved = context.sql->write([&](Connection& connection) {
    return followup::save_filter(connection, request.access.actor, request.access.user, wanted.name,
                                 wanted.filter, context.now());
  });
  if (!saved)
    fail(
        {.status = 409,
         .type = "too-many-filters",
         .title = "Too many saved filters",
         .detail = fmt::format("You have {} saved filters; remove one first.", followup::kMostSavedFilters)});
  return created(saved_json(*saved), "/api/v1/saved-filters/" + saved->id);
}

Response change_filter(Context& context, const Request& request) {
  const auto wanted = wanted_filter(request);
  const auto saved = context.sql->write([&](Connection& connection) {
    return followup::change_filter(connection, request.access.actor, request.access.user,
                                   request.parameter("filter"), wanted.name, wanted.filter, context.now());
  });
  if (!saved) not_found("filter");
  return json_response(saved_json(*saved));
}

Response remove_filter(Context& context, const Request& request) {
  const bool removed = context.sql->write([&](Connection& connection) {
    return followup::remove_filter(connection, request.access.actor, request.access.user,
                                   request.parameter("filter"), context.now());
  });
  if (!removed) not_found("filter");
  return no_content();
}

}  // namespace

void add_saved_filter_routes(Router& router) {
  add_routes(
      router,
      {{"GET", "/saved-filters", "listSavedFilters", Permission::read, Detail::none, list_saved},
       {"POST", "/saved-filters", "saveFilter", Permission::read, Detail::none, save_filter},
       {"GET", "/saved-filters/{filter}", "getSavedFilter", Permission::read, Detail::none, get_saved},
       {"PUT", "/saved-filters/{filter}", "changeSavedFilter", Permission::read, Detail::none, change_filter},
       {"DELETE", "/saved-filters/{filter}", "removeSavedFilter", Permission::read, Detail::none,
        remove_filter}});
}

}  // namespace utsyn::api
