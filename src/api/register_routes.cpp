// Organisations, suppliers and customers, and imports.
#include <fmt/format.h>

#include <boost/describe/enum_to_string.hpp>

#include "api/areas.h"
#include "api/followup_json.h"
#include "api/json_body.h"
#include "api/register_answers.h"
#include "api/target_routes.h"
#include "base/name.h"
#include "base/text.h"
#include "footprint/import.h"
#include "footprint/organisation_number.h"
#include "portfolio/directory.h"
#include "portfolio/portfolios.h"
#include "report/table_in.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using footprint::Details;
using footprint::Refused;
using footprint::Registered;
using store::Connection;

constexpr std::size_t kImportLimit = std::size_t{32} << 20U;
constexpr std::string_view kKinds[] = {"municipality", "county", "state", "supplier", "other"};

json::object organisation_json(const Registered& organisation) {
  const auto& details = organisation.details;
  json::object out{{"id", organisation.id}};
  for (const auto& field : footprint::text_fields()) out[field.name] = maybe(details.*field.member);
  for (const auto& field : footprint::number_fields()) out[field.name] = maybe(details.*field.member);
  for (const auto& field : footprint::flag_fields())
    out[field.name] = (details.*field.member).value_or(false);
  out["number_shown"] =
      details.number ? json::value(footprint::shown_number(*details.number)) : json::value();
  out["created"] = format_time(organisation.created);
  out["changed"] = format_time(organisation.changed);
  out["removed"] = maybe(organisation.removed);
  out["score"] = score_json(organisation.figures);
  return out;
}

// The members of a body put over what there is: absent stays, null clears. What is none of them is refused,
// so that a misspelt name is not taken for done.
Details changed_by(Details details, const json::object& body) {
  std::vector<std::string_view> members;
  for (const auto& field : footprint::text_fields()) members.emplace_back(field.name);
  for (const auto& field : footprint::number_fields()) members.emplace_back(field.name);
  for (const auto& field : footprint::flag_fields()) members.emplace_back(field.name);
  for (const auto& [name, value] : body) {
    const std::string_view member = name;
    const std::string pointer = "/" + std::string(member.substr(0, 100));
    if (std::ranges::find(members, member) == members.end())
      wrong_field(pointer, fmt::format("{} is no member of this body; the members are: {}.",
                                       printable(member, 60), fmt::join(members, ", ")));
    for (const auto& field : footprint::text_fields()) {
      if (field.name != member) continue;
      if (value.is_null()) {
        (details.*field.member).reset();
      } else {
        details.*field.member = required_text(body, member, 300);
      }
    }
    for (const auto& field : footprint::number_fields()) {
      if (field.name != member) continue;
      if (value.is_null()) {
        (details.*field.member).reset();
      } else {
        details.*field.member = required_integer(body, member, 0, field.most);
      }
    }
    for (const auto& field : footprint::flag_fields()) {
      if (field.name != member) continue;
      if (!value.is_bool()) wrong_field(pointer, std::string(member) + " must be true or false.");
      details.*field.member = value.get_bool();
    }
  }
  return details;
}

Registered must_find(Connection& connection, const Request& request) {
  auto there = footprint::find(connection, request.access, request.parameter("organisation"));
  if (!there) not_found("organisation");
  return std::move(*there);
}
// For what only makes sense while it is there.
Registered must_be_there(Connection& connection, const Request& request) {
  auto there = must_find(connection, request);
  if (there.removed) not_found("organisation");
  return there;
}

footprint::Number number_of(const Request& request, std::string_view name, std::uint64_t most) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  const auto number = parse_uint(*value);
  if (!number || *number > most)
    wrong_field(name, std::string(name) + " must be a whole number from 0 to " + std::to_string(most) + ".");
  return static_cast<std::int64_t>(*number);
}

footprint::Text text_of(const Request& request, std::string_view name, std::size_t most) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  if (value->size() > most)
    wrong_field(name, std::string(name) + " must be at most " + std::to_string(most) + " bytes long.");
  return std::string(*value);
}

footprint::Text kind_of(const Request& request) {
  auto kind = text_of(request, "kind", 20);
  if (kind && std::ranges::find(kKinds, *kind) == std::end(kKinds))
    wrong_field("kind", "kind must be municipality, county, state, supplier or other.");
  return kind;
}

footprint::Filter filter_of(const Request& request) {
  footprint::Filter filter;
  filter.text = text_of(request, "q", 400).value_or("");
  filter.kind = kind_of(request);
  filter.county = text_of(request, "county", 2);
  filter.municipality = text_of(request, "municipality", 4);
  filter.kostra = text_of(request, "kostra", 12);
  filter.sector = text_of(request, "sector", 4);
  filter.population_from = number_of(request, "population_from", 1'000'000'000);
  filter.population_to = number_of(request, "population_to", 1'000'000'000);
  filter.employees_from = number_of(request, "employees_from", 100'000'000);
  filter.employees_to = number_of(request, "employees_to", 100'000'000);
  filter.removed = flag_of(request, "removed");
  auto sort = request.query_value("sort").value_or("name");
  filter.descending = sort.starts_with('-');
  if (filter.descending) sort.remove_prefix(1);
  if (sort == "name") {
    filter.sort = footprint::Sort::name;
  } else if (sort == "population") {
    filter.sort = footprint::Sort::population;
  } else if (sort == "employees") {
    filter.sort = footprint::Sort::employees;
  } else if (sort == "score") {
    filter.sort = footprint::Sort::score;
  } else {
    wrong_field(
        "sort",
        "sort must be name, population, employees or score, with a minus sign for the other end first.");
  }
  return filter;
}

Response list_organisations(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto filter = filter_of(request);
  const auto listed = [&] {
    try {
      const auto view = context.portfolios->view();
      return portfolio::directory_page(*view, portfolio::Seen(*view, request.access), filter, page.limit,
                                       page.after);
    } catch (const Refused& refused) {
      fail_with(refused, request);
    }
  }();
  const auto organisations = reading(context, request, [&](Connection& connection) {
    return footprint::these(connection, request.access, listed.ids);
  });
  json::array items;
  for (const auto& organisation : organisations) items.push_back(organisation_json(organisation));
  return list_response(std::move(items), listed.next_after, listed.total);
}

// Whether a number is taken is told only to those who see every organisation anyway.
void must_see_all(const Request& request) {
  if (request.access.sees_all()) return;
  fail({.status = 403,
        .type = "forbidden",
        .title = "Not allowed",
        .detail =
            "It takes access to every organisation; to follow a supplier, add it to your organisation's "
            "suppliers by its number."});
}

Response create_organisation(Context& context, const Request& request) {
  must_see_all(request);
  const auto details = changed_by({}, body_object(request));
  const auto made = writing(context, request, [&](Connection& connection) {
    const auto id = footprint::create(connection, context.now(), request.access, details);
    return footprint::find(connection, request.access, id);
  });
  if (!made) not_found("organisation");
  return created(organisation_json(*made), "/api/v1/organisations/" + made->id);
}

Response get_organisation(Context& context, const Request& request) {
  return json_response(organisation_json(
      reading(context, request, [&](Connection& connection) { return must_find(connection, request); })));
}

Response change_organisation(Context& context, const Request& request) {
  const auto& body = body_object(request);
  return json_response(organisation_json(writing(context, request, [&](Connection& connection) {
    const auto before = must_find(connection, request);
    auto details = changed_by(before.details, body);
    // A county of the old municipality does not stay behind.
    if (body.contains("municipality") && !body.contains("county")) details.county.reset();
    footprint::change(connection, context.now(), request.access, before.id, std::move(details));
    return must_find(connection, request);
  })));
}

Response remove_organisation(Context& context, const Request& request) {
  const auto reason = reason_of(request);
  writing(context, request, [&](Connection& connection) {
    footprint::remove(connection, context.now(), request.access, must_be_there(connection, request).id,
                      reason);
  });
  return no_content();
}

Response supplies(const footprint::Supplied& supplied, bool customers) {
  json::array items;
  for (const auto& supply : supplied.items) {
    items.push_back(json::object{{"id", customers ? supply.organisation : supply.supplier},
                                 {"name", supply.name},
                                 {"criticality", supply.criticality},
                                 {"since", maybe(supply.since)},
                                 {"note", supply.note},
                                 {"score", score_json(supply.figures)}});
  }
  return list_response(std::move(items), supplied.next_after);
}

Response list_suppliers(Context& context, const Request& request) {
  const auto page = page_of(request);
  return supplies(reading(context, request,
                          [&](Connection& connection) {
                            const auto id = must_find(connection, request).id;
                            return footprint::suppliers_of(connection, request.access, id, page.limit,
                                                           page.after);
                          }),
                  false);
}

Response list_customers(Context& context, const Request& request) {
  const auto page = page_of(request);
  return supplies(reading(context, request,
                          [&](Connection& connection) {
                            const auto id = must_find(connection, request).id;
                            return footprint::customers_of(connection, request.access, id, page.limit,
                                                           page.after);
                          }),
                  true);
}

Response add_supplier(Context& context, const Request& request) {
  must_be_allowed(request, Permission::manage_suppliers, request.parameter("organisation"));
  const auto& body = body_object(request);
  only_members(body, {"supplier", "name", "domain", "criticality", "note"});
  const auto supplier = required_text(body, "supplier", 200);
  const auto name = optional_text(body, "name", 300);
  const auto criticality = optional_integer(body, "criticality", 1, 4).value_or(1);
  const auto note = optional_text(body, "note", 2000).value_or("");
  auto domain = optional_text(body, "domain", 300).value_or("");
  if (!domain.empty() && !footprint::target_name("domain", domain))
    wrong_field("/domain", "domain must be a domain name, as example.no.");
  const auto organisation = std::string(request.parameter("organisation"));
  const auto id = writing(context, request, [&](Connection& connection) {
    must_be_there(connection, request);
    // Also what has left the register is there.
    const auto number = footprint::organisation_number(supplier);
    const bool there =
        !number ||
        connection.first("SELECT 1 FROM organisation WHERE number = ?1 OR id = ?1 AND number IS NULL",
                         {*number});
    auto made = footprint::supply(connection, context.now(), request.access, organisation, supplier, name,
                                  criticality, note);
    // What is measured of an organisation that was there is not its customers' to say.
    if (!domain.empty() && !there) {
      footprint::add_target(connection, context.now(), request.access, made, "domain", domain);
      measure_soon(connection, request, context.now(), made);
    }
    return made;
  });
  return created(
      json::object{
          {"organisation", organisation}, {"supplier", id}, {"criticality", criticality}, {"note", note}},
      "/api/v1/organisations/" + organisation + "/suppliers");
}

Response end_supply(Context& context, const Request& request) {
  must_be_allowed(request, Permission::manage_suppliers, request.parameter("organisation"));
  writing(context, request, [&](Connection& connection) {
    footprint::end_supply(connection, context.now(), request.access, must_find(connection, request).id,
                          request.parameter("supplier"));
  });
  return no_content();
}

// What the file is, by its first characters: a person may not know what a browser called it.
footprint::ImportFile read_file(const Request& request) {
  std::string_view body = request.body;
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto start = trim(body.substr(0, 200));
  if (start.starts_with('{') || start.starts_with('[')) return footprint::read_units(request.body);
  const auto table = report::read_table(request.body);
  if (!table) {
    const std::string error = boost::describe::enum_to_string(table.error(), "?");
    throw Refused(Refused::Kind::wrong, {"", "file-" + error, {}});
  }
  std::vector<std::pair<std::string, std::string>> named;
  const auto [from, to] = request.query.equal_range("column");
  for (auto at = from; at != to; ++at) {
    const auto cut_at = at->second.rfind('=');
    if (cut_at == std::string::npos || named.size() == 40)
      wrong_field("column", "column must be written HEADER=field, at most 40 times.");
    named.emplace_back(at->second.substr(0, cut_at), at->second.substr(cut_at + 1));
  }
  return footprint::read_rows(*table, named);
}

// Ends the transaction of a dry run, with what it came to.
struct Undone {
  footprint::ImportReport report;
};

Response import_file(Context& context, const Request& request, bool dry_run) {
  must_see_all(request);
  const auto kind = kind_of(request).value_or("other");
  const bool skip_faulty = flag_of(request, "skip_faulty");
  footprint::ImportFile file;
  try {
    file = read_file(request);
  } catch (const Refused& refused) {
    fail_with(refused, request);
  }
  footprint::ImportReport report;
  bool committed = false;
  try {
    report = context.sql->write([&](Connection& connection) {
      auto taken = footprint::take_in(connection, context.now(), request.access, file, kind);
      if (dry_run || (!skip_faulty && !taken.faults.empty())) throw Undone{std::move(taken)};
      return taken;
    });
    committed = true;
  } catch (Undone& undone) {
    report = std::move(undone.report);
  }
  json::array columns;
  for (const auto& [header, field] : file.columns)
    columns.push_back(json::object{{"header", header}, {"field", field}});
  json::array ignored;
  for (const auto& header : file.ignored) ignored.emplace_back(header);
  json::array faults;
  for (const auto& fault : report.faults) {
    faults.push_back(json::object{{"row", fault.row},
                                  {"column", fault.column},
                                  {"code", fault.fault.code},
                                  {"message", words_of_fault(fault.fault, request.language)}});
  }
  json::array items;
  for (const auto& row : report.reports) {
    json::array changes;
    for (const auto& change : row.changes) changes.emplace_back(change);
    const char* outcome = row.outcome == footprint::RowOutcome::created   ? "created"
                          : row.outcome == footprint::RowOutcome::changed ? "changed"
                                                                          : "unchanged";
    items.push_back(json::object{{"row", row.row},
                                 {"organisation", row.organisation},
                                 {"name", row.name},
                                 {"outcome", outcome},
                                 {"changes", std::move(changes)}});
  }
  json::value message;
  if (!report.faults.empty() && !skip_faulty) {
    message = words_of_fault({"", "import-faults", {std::to_string(report.faults.size())}}, request.language);
  }
  return json_response(json::object{{"committed", committed},
                                    {"rows", report.rows},
                                    {"created", report.created},
                                    {"changed", report.changed},
                                    {"unchanged", report.unchanged},
                                    {"message", std::move(message)},
                                    {"columns", std::move(columns)},
                                    {"ignored", std::move(ignored)},
                                    {"faults", std::move(faults)},
                                    {"items", std::move(items)}});
}

}  // namespace

void add_register_routes(Router& router) {
  const auto add = [&](std::string method, const std::string& pattern, std::string operation,
                       Permission permission, Detail detail, Handler handler) {
    router.add({.method = std::move(method),
                .pattern = "/api/v1/" + pattern,
                .operation = std::move(operation),
                .permission = permission,
                .detail = detail,
                .handler = std::move(handler)});
  };
  using enum Permission;
  const std::string one = "organisations/{organisation}";
  add("GET", "organisations", "listOrganisations", read, Detail::none, list_organisations);
  add("POST", "organisations", "createOrganisation", manage_register, Detail::none, create_organisation);
  add("GET", one, "getOrganisation", read, Detail::score, get_organisation);
  add("PATCH", one, "changeOrganisation", manage_register, Detail::findings, change_organisation);
  add("DELETE", one, "removeOrganisation", manage_register, Detail::findings, remove_organisation);
  add_target_routes(router);
  add("GET", one + "/suppliers", "listSuppliers", read, Detail::findings, list_suppliers);
  add("POST", one + "/suppliers", "addSupplier", manage_suppliers, Detail::findings, add_supplier);
  add("DELETE", one + "/suppliers/{supplier}", "endSupply", manage_suppliers, Detail::findings, end_supply);
  add("GET", one + "/customers", "listCustomers", read, Detail::score, list_customers);
  for (const bool dry_run : {true, false}) {
    router.add(
        {.method = "POST",
         .pattern = dry_run ? "/api/v1/imports/preview" : "/api/v1/imports",
         .operation = dry_run ? "previewImport" : "importOrganisations",
         .permission = manage_register,
         .handler = [dry_run](Context& context,
                              const Request& request) { return import_file(context, request, dry_run); },
         .body_limit = kImportLimit,
         .bodies = {"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "application/octet-stream", "application/json"}});
  }
}

}  // namespace utsyn::api
