// The catalogue of checks and the tables of the method, for whoever wants to know what is measured and how it
// is weighed. Both are what the program itself works with: the page that is made from them cannot say
// otherwise than the program does. Open to all, since neither tells of anybody.
#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <set>

#include "api/areas.h"
#include "api/context.h"
#include "api/followup_json.h"
#include "base/text.h"
#include "checks/catalogue.h"
#include "checks/registry.h"
#include "followup/plan.h"
#include "followup/rows.h"
#include "followup/treatment.h"
#include "score/json.h"
#include "score/points.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using checks::CatalogueEntry;
using checks::Check;
using followup::word_of;

constexpr std::size_t kMostInExample = 500;  // assets, findings

json::object texts_json(const checks::Texts& texts) {
  return {{"nb", texts.nb}, {"nn", texts.nn}, {"en", texts.en}};
}

// Where a reference can be read. Only series whose addresses follow from the name.
json::value address_of(std::string_view reference) {
  const auto all_digits = [](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (reference.starts_with("RFC") && all_digits(reference.substr(3)))
    return json::value(fmt::format("https://www.rfc-editor.org/rfc/rfc{}", reference.substr(3)));
  if (reference.starts_with("CVE-"))
    return json::value(fmt::format("https://www.cve.org/CVERecord?id={}", reference));
  if (reference.starts_with("CWE-") && all_digits(reference.substr(4)))
    return json::value(fmt::format("https://cwe.mitre.org/data/definitions/{}.html", reference.substr(4)));
  return nullptr;
}

std::string_view profile_of(const CatalogueEntry& entry) {
  return entry.intrusiveness == "passive" || entry.intrusiveness == "light" ? "core" : "full";
}

json::object page_of_check(const Check& check, const CatalogueEntry& entry) {
  json::array references;
  for (const auto& reference : entry.references)
    references.push_back(json::object{{"name", reference}, {"address", address_of(reference)}});
  json::array examples;
  std::set<checks::Severity> severities;
  for (const auto& example : check.examples()) {
    const auto verdict = check.evaluate(example.evidence);
    if (verdict.outcome == checks::Outcome::fail || verdict.outcome == checks::Outcome::warn)
      severities.insert(verdict.severity.value_or(entry.severity));
    const auto* texts = checks::reason_text(entry, verdict.reason);
    const auto* situation = checks::situation_text(entry, example.title);
    examples.push_back(json::object{
        {"situation", std::string(example.title)},
        {"situation_text", situation == nullptr ? json::value() : json::value(texts_json(*situation))},
        {"verdict", word_of(verdict.outcome)},
        {"reason", verdict.reason},
        {"reason_text", texts == nullptr ? json::value() : json::value(texts_json(*texts))}});
  }
  json::array ends_in;
  for (const auto severity : severities) ends_in.push_back(json::value(word_of(severity)));
  const auto effort = followup::effort_of(entry.id);
  return {{"id", entry.id},
          {"area", area_of_check(entry.id)},
          {"scope", entry.scope},
          {"severity", word_of(entry.severity)},
          {"severities", std::move(ends_in)},
          {"intrusiveness", entry.intrusiveness},
          {"profile", profile_of(entry)},
          {"minutes", json::object{{"first", effort.first}, {"each", effort.each}}},
          {"references", std::move(references)},
          {"known_exploited", known_exploited_json(entry.id)},
          {"title", texts_json(entry.title)},
          {"why", texts_json(entry.why)},
          {"remedy", texts_json(entry.remedy)},
          {"decision", texts_json(entry.decision.sentence)},
          {"examples", std::move(examples)}};
}

// The examples are evaluated once: they are the same for everybody.
const std::vector<json::object>& all_pages() {
  static const auto pages = [] {
    std::vector<json::object> out;
    for (const auto* check : checks::all_checks())
      if (const auto* entry = checks::catalogue_entry(check->id); entry != nullptr)
        out.push_back(page_of_check(*check, *entry));
    std::ranges::sort(out, {}, [](const json::object& page) { return page.at("id").as_string(); });
    return out;
  }();
  return pages;
}

Response list_checks(Context&, const Request& request) {
  const auto area = request.query_value("area");
  const auto profile = request.query_value("profile");
  if (profile && *profile != "core" && *profile != "full")
    wrong_field("profile", "profile must be core or full.");
  const auto examples = request.query_value("examples").value_or("false");
  if (examples != "true" && examples != "false") wrong_field("examples", "examples must be true or false.");
  json::array items;
  for (const auto& page : all_pages()) {
    if (area && page.at("area").as_string() != *area) continue;
    if (profile && page.at("profile").as_string() != *profile) continue;
    items.push_back(page);
    if (examples == "false") items.back().as_object().erase("examples");
  }
  const auto total = items.size();
  return json_response(json::object{{"items", std::move(items)}, {"next", nullptr}, {"total", total}});
}

Response get_check(Context&, const Request& request) {
  const auto id = request.parameter("check");
  for (const auto& page : all_pages())
    if (page.at("id").as_string() == id) return json_response(page);
  not_found("check");
}

template <std::size_t Count>
json::array factors(const std::array<std::string_view, Count>& words,
                    const std::array<std::uint32_t, Count>& permille) {
  json::array out;
  for (std::size_t i = 0; i < Count; ++i)
    out.push_back(json::object{{"name", words[i]}, {"permille", permille[i]}});
  return out;
}

json::object method_json() {
  using namespace score;
  json::array severities;
  for (std::size_t i = 0; i < severity_words.size(); ++i) {
    static constexpr std::string_view kBands[] = {"low", "medium", "serious"};
    severities.push_back(
        json::object{{"severity", severity_words[i]},
                     {"base_mp", base_mp[i]},
                     {"band", kBands[static_cast<std::size_t>(band(static_cast<Severity>(i)))]}});
  }
  const auto threat_row = [](std::string_view name, std::uint32_t permille, json::value epss) {
    return json::object{{"name", name}, {"permille", permille}, {"epss_from_ppm", std::move(epss)}};
  };
  const auto point = [](std::string_view unit, std::int64_t at, std::int64_t permille) {
    return json::object{{unit, at}, {"permille", permille}};
  };
  const auto deadline_row = [](std::string_view name, std::int64_t days) {
    return json::object{{"name", name}, {"days", days}};
  };
  static constexpr std::string_view kGates[] = {"compromise", "kev_high_value", "kev", "critical"};
  json::array gates;
  for (std::size_t i = 0; i < gate_cap_cp.size(); ++i)
    gates.push_back(json::object{{"name", kGates[i]}, {"cap_cp", gate_cap_cp[i]}});
  json::array classes;
  for (const auto below : population_class_below) classes.push_back(json::value(below));
  const auto grade_row = [](std::string_view grade, std::int64_t from) {
    return json::object{{"grade", grade}, {"from_cp", from}};
  };
  const auto confidence_row = [](std::string_view name, std::int64_t coverage, std::int64_t width) {
    return json::object{{"name", name}, {"coverage_from", coverage}, {"width_most_cp", width}};
  };
  const auto value_row = [](std::string_view name, std::uint32_t v) {
    return json::object{{"name", name}, {"v", v}};
  };
  return {
      {"method", method_id},
      {"constants", constants_label},
      {"severities", std::move(severities)},
      {"threats", json::array{threat_row("ransomware", threat_ransomware, nullptr),
                              threat_row("kev", threat_kev, nullptr),
                              threat_row("exploited", threat_exploited, epss_exploited_ppm),
                              threat_row("likely", threat_likely, epss_likely_ppm),
                              threat_row("ordinary", threat_ordinary, epss_ordinary_ppm),
                              threat_row("unlikely", threat_unlikely, 0)}},
      {"evidence", factors(conf_words, evidence_factor)},
      {"control", factors(ctrl_words, control_factor)},
      {"treatment", factors(state_words, treatment_factor)},
      {"freshness", json::array{point("days", fresh_until_days, freshness(fresh_until_days)),
                                point("days", stale_from_days, freshness(stale_from_days)),
                                point("days", gone_from_days, freshness(gone_from_days))}},
      {"overdue", json::array{point("deadlines", 1, overdue(1, 1)), point("deadlines", 3, overdue_full)}},
      {"deadlines",
       json::array{deadline_row("kev_urgent", deadline_kev_urgent), deadline_row("kev", deadline_kev),
                   deadline_row("exploited_critical", deadline_exploited_critical),
                   deadline_row("serious", deadline_serious), deadline_row("medium", deadline_medium),
                   deadline_row("low", deadline_low)}},
      {"load", json::object{{"low_cap_mp", low_cap_mp},
                            {"hygiene_cap_mp", hygiene_cap_mp},
                            {"half_risk_mp", half_risk_mp},
                            {"peer_load_mp", default_peer_load_mp}}},
      {"values", json::array{value_row("low", low_tier_value), value_row("normal", Asset{}.v),
                             value_row("high", gate_high_value), value_row("critical", 2 * gate_high_value)}},
      {"guard_share", guard_share},
      {"breach", json::object{{"each_permille", breach_permille_each},
                              {"most_permille", breach_permille_most},
                              {"forgotten_days", breach_forgotten_days}}},
      {"gates", std::move(gates)},
      {"gate_value", gate_high_value},
      {"coverage", json::object{{"slack", coverage_slack}, {"rated_from", rated_coverage}}},
      {"grades", json::array{grade_row("A", grade_a_cp), grade_row("B", grade_b_cp),
                             grade_row("C", grade_c_cp), grade_row("D", grade_d_cp), grade_row("F", 0)}},
      {"confidence",
       json::array{confidence_row("high", high_confidence_coverage, high_confidence_width_cp),
                   confidence_row("medium", medium_confidence_coverage, medium_confidence_width_cp),
                   confidence_row("low", 0, full_score_cp)}},
      {"planner", json::object{{"exact_actions", exact_actions}}},
      {"portfolio", json::object{{"suppressed_below", suppressed_below},
                                 {"median_interval_from", median_interval_from},
                                 {"population_class_below", std::move(classes)}}},
      {"periods", json::object{{"acceptance_days", followup::kLongestAcceptance.count()},
                               {"compensation_days", followup::kLongestCompensation.count()},
                               {"dispute_working_days", followup::kWorkingDaysToAnswer}}}};
}

Response get_method(Context&, const Request&) { return json_response(method_json()); }

// A made-up organisation is scored by the same function as a real one.
Response score_example(Context&, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"assets", "findings", "coverage", "breach_days", "peer_load_p75"});
  for (const std::string_view list : {"assets", "findings"}) {
    const auto* value = body.if_contains(list);
    if (value != nullptr && value->is_array() && value->get_array().size() > kMostInExample)
      wrong_field(fmt::format("/{}", list), fmt::format("{} has at most {}.", list, kMostInExample));
  }
  const auto input = score::read_organisation(json::serialize(body));
  if (!input) {
    const auto place = input.error().substr(0, input.error().find_first_of(":["));
    wrong_field("/" + place, printable(input.error(), 300) + ".");
  }
  json::array points;
  for (const auto& finding : input->findings) {
    const auto at = [](auto value) { return static_cast<std::size_t>(value); };
    const auto days = score::deadline(finding);
    points.push_back(
        json::object{{"id", finding.id},
                     {"points_mp", score::points(finding)},
                     {"base_mp", score::base_mp[at(finding.sev)]},
                     {"deadline_days", days},
                     {"permille", json::object{{"threat", score::threat(finding)},
                                               {"evidence", score::evidence_factor[at(finding.conf)]},
                                               {"freshness", score::freshness(finding.unseen)},
                                               {"overdue", score::overdue(finding.age, days)},
                                               {"control", score::control_factor[at(finding.ctrl)]},
                                               {"treatment", score::treatment_factor[at(finding.state)]}}}});
  }
  return json_response(json::object{{"score", json::parse(score::write_score(score::score(*input)))},
                                    {"points", std::move(points)}});
}

}  // namespace

void add_check_routes(Router& router) {
  const auto open = [&](const char* pattern, const char* operation, Handler handler) {
    router.add({.method = "GET",
                .pattern = pattern,
                .operation = operation,
                .door = Door::open,
                .handler = std::move(handler)});
  };
  open("/api/v1/checks", "listChecks", list_checks);
  open("/api/v1/checks/{check}", "getCheck", get_check);
  open("/api/v1/method", "getMethod", get_method);
  router.add({.method = "POST",
              .pattern = "/api/v1/method/score",
              .operation = "scoreExample",
              .handler = score_example});
}

}  // namespace utsyn::api
