#include "api/register_answers.h"

#include <array>

#include "base/text.h"
#include "engine/jobs.h"
#include "footprint/inventory.h"
#include "report/texts.h"

namespace utsyn::api {

namespace json = boost::json;
using footprint::Refused;

std::string words_of_fault(const footprint::Fault& fault, std::string_view language) {
  std::string_view rest = report::text("register." + fault.code, report::language_named(language));
  std::string out;
  for (const auto& value : fault.values) {
    const auto place = rest.find("{}");
    if (place == std::string_view::npos) break;
    out += rest.substr(0, place);
    out += value;
    rest.remove_prefix(place + 2);
  }
  return out += rest;
}

void fail_with(const Refused& refused, const Request& request) {
  const auto& fault = refused.fault();
  if (refused.kind() == Refused::Kind::absent) not_found(fault.code);
  Problem problem;
  problem.detail = words_of_fault(fault, request.language);
  // A parameter by its name, a member of the body by its place: a DELETE has no body.
  const bool plain = fault.field.empty() || fault.field == "cursor" || request.method == "DELETE";
  problem.field = plain ? fault.field : "/" + fault.field;
  switch (refused.kind()) {
    case Refused::Kind::wrong:
    case Refused::Kind::absent:
      problem.status = fault.field == "cursor" ? 400 : 422;
      problem.type = "wrong-field";
      problem.title = "A field is wrong";
      break;
    case Refused::Kind::conflict:
      problem.status = 409;
      problem.type = "conflict";
      problem.title = "This does not go with what there is";
      break;
    case Refused::Kind::forbidden:
      problem.status = 403;
      problem.type = "forbidden";
      problem.title = "Not allowed";
      break;
  }
  fail(std::move(problem));
}

json::value maybe(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value();
}
json::value maybe(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value();
}
json::value maybe(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}

json::value score_json(const std::optional<footprint::Figures>& figures) {
  if (!figures) return nullptr;
  return json::object{{"measured", format_time(figures->measured)},
                      {"score_cp", figures->score_cp},
                      {"grade", figures->grade},
                      {"coverage", figures->coverage}};
}

bool flag_of(const Request& request, std::string_view name) {
  const auto value = request.query_value(name);
  if (!value || *value == "false") return false;
  if (*value != "true") wrong_field(name, std::string(name) + " must be true or false.");
  return true;
}

std::string reason_of(const Request& request) {
  const auto reason = request.query_value("reason").value_or("");
  if (trim(reason).empty()) wrong_field("reason", "reason must not be empty.");
  if (reason.size() > 2000) wrong_field("reason", "The reason must be at most 2000 bytes long.");
  return std::string(reason);
}

void measure_soon(store::Connection& connection, const Request& request, UtcTime now,
                  std::string_view organisation) {
  if (!footprint::target_of(connection, organisation, now)) return;
  engine::Wanted wanted;
  wanted.organisation = organisation;
  engine::want(connection, now, request.access.actor, wanted);
}

}  // namespace utsyn::api
