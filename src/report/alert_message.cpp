#include "report/alert_message.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <set>

#include "base/hash.h"
#include "report/terminal.h"
#include "report/texts.h"

namespace utsyn::report {
namespace {

namespace json = boost::json;
using checks::Language;
using followup::alerts::Alert;
using followup::alerts::Message;
using followup::alerts::RuleKind;

json::object data_of(const Alert& alert) {
  boost::system::error_code error;
  auto parsed = json::parse(alert.data, error);
  return !error && parsed.is_object() ? std::move(parsed.as_object()) : json::object();
}

std::string text_in(const json::object& data, std::string_view member) {
  const auto* value = data.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
std::int64_t number_in(const json::object& data, std::string_view member) {
  const auto* value = data.if_contains(member);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// "CHECK@ASSET" in words: what is wrong, and where.
struct InWords {
  std::string what;
  std::string where;
};
InWords finding_in_words(const json::object& data, Language language) {
  const auto finding = text_in(data, "finding");
  const auto at = finding.find('@');
  if (at == std::string::npos) return {finding, ""};
  const auto check = finding.substr(0, at);
  const auto* entry = checks::catalogue_entry(check);
  return {entry == nullptr ? check : checks::text(entry->title, language), finding.substr(at + 1)};
}

std::string percent(std::int64_t ten_thousandths) { return std::to_string(ten_thousandths / 100); }

std::string sentence(const Alert& alert, Language language) {
  const auto data = data_of(alert);
  const auto [what, where] = finding_in_words(data, language);
  const auto say = [&](std::string_view key, const auto&... values) {
    return text_with("alerts." + std::string(key), language, values...);
  };
  const auto points_in = [&](std::string_view member) { return points(number_in(data, member), language); };
  switch (alert.kind) {
    case RuleKind::grade_changed:
      return say("grade_changed", text_in(data, "before"), text_in(data, "after"));
    case RuleKind::score_dropped:
      return say("score_dropped", points_in("before_cp"), points_in("after_cp"));
    case RuleKind::new_critical:
      if (const auto* listed = data.if_contains("known_exploited"); listed != nullptr && listed->is_object())
        return say("known_exploited", text_in(listed->get_object(), "cve"), what, where);
      return say(data.contains("severity_before") ? "became_critical" : "new_critical", what, where);
    case RuleKind::new_gate:
      return say("new_gate", points_in("score_cp"), what, where);
    case RuleKind::coverage_fell:
      return say("coverage_fell", percent(number_in(data, "before")), percent(number_in(data, "after")));
    case RuleKind::certificate_expiring:
      return say(text_in(data, "reason") == "very-soon" ? "certificate_very_soon" : "certificate_expiring",
                 what, where);
    case RuleKind::new_asset:
      return say("new_asset", text_in(data, "asset"));
    case RuleKind::dispute_answered:
      return say(
          text_in(data, "answer") == "upheld" ? "dispute_answered_upheld" : "dispute_answered_rejected", what,
          where);
    case RuleKind::deadline_near:
      if (const auto left = number_in(data, "days_left"); left > 0)
        return say("deadline_near", left, what, where);
      return say("deadline_passed", what, where);
  }
  return {};
}

bool is_grave(const Alert& alert) {
  return alert.kind == RuleKind::new_critical || alert.kind == RuleKind::new_gate;
}

const char* word(RuleKind kind) { return boost::describe::enum_to_string(kind, "?"); }

json::object alert_json(const Alert& alert) {
  return {{"id", alert.id},
          {"kind", word(alert.kind)},
          {"organisation", alert.organisation},
          {"organisation_name", alert.organisation_name},
          {"time", format_time(alert.time)},
          {"data", data_of(alert)}};
}

// RFC 5424 section 6.3.3.
std::string parameter(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

std::string one_line(std::string text) {
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

std::string ocsf_event(const Alert& alert) {
  const auto data = data_of(alert);
  const auto finding = text_in(data, "finding");
  const int class_uid = finding.empty() ? 2004 : 2003;
  const int activity_id = data.contains("severity_before") ? 2 : 1;  // an update of what was told before
  const auto [what, where] = finding_in_words(data, Language::en);
  json::object out{
      {"activity_id", activity_id},
      {"category_uid", 2},
      {"class_uid", class_uid},
      {"type_uid", class_uid * 100 + activity_id},
      {"time", to_unix(alert.time) * 1000},
      {"severity_id", is_grave(alert) ? 5 : 3},
      {"status_id", 1},
      {"message", sentence(alert, Language::en)},
      {"metadata",
       {{"version", "1.3.0"}, {"uid", alert.id}, {"product", {{"name", "Utsyn"}, {"vendor_name", "Utsyn"}}}}},
      {"finding_info",
       {{"uid", finding.empty() ? alert.id : finding},
        {"title", what.empty() ? sentence(alert, Language::en) : what},
        {"types", json::array{word(alert.kind)}}}},
      {"resources", json::array{{{"uid", where.empty() ? alert.organisation : where},
                                 {"owner", {{"name", alert.organisation_name}}}}}},
      {"unmapped", {{"organisation", alert.organisation}, {"data", data}}}};
  if (class_uid == 2003)
    out["compliance"] =
        json::object{{"control", finding.substr(0, finding.find('@'))}, {"status", "Fail"}, {"status_id", 3}};
  return json::serialize(out);
}

// What a person sent to see whether it arrives, as an informational finding of no organisation.
std::string ocsf_test(const Message& message) {
  const auto words = text("alerts.test_body", Language::en);
  return json::serialize(json::object{
      {"activity_id", 1},
      {"category_uid", 2},
      {"class_uid", 2004},
      {"type_uid", 200401},
      {"time", to_unix(message.delivery.created) * 1000},
      {"severity_id", 1},
      {"status_id", 1},
      {"message", words},
      {"metadata",
       {{"version", "1.3.0"},
        {"uid", message.delivery.id},
        {"product", {{"name", "Utsyn"}, {"vendor_name", "Utsyn"}}}}},
      {"finding_info", {{"uid", message.delivery.id}, {"title", words}, {"types", json::array{"test"}}}}});
}

}  // namespace

Letter letter_of(const Message& message, Language language, std::string_view address) {
  Letter out;
  if (!message.confirm_token.empty()) {
    out.subject = text("alerts.confirm_subject", language);
    out.body = text_with("alerts.confirm_body", language,
                         std::string(address) + "/varsler/kanaler#confirm=" + message.confirm_token) +
               "\n";
    return out;
  }
  if (message.test) {
    out.subject = text("alerts.test_subject", language);
    out.body = text("alerts.test_body", language) + "\n";
    return out;
  }
  std::set<std::string> organisations;
  for (const auto& alert : message.alerts) organisations.insert(alert.organisation);
  const auto many = message.alerts.size();
  const auto count =
      many == 1 ? text("alerts.count_one", language) : text_with("alerts.count_many", language, many);
  out.subject =
      organisations.size() == 1
          ? text_with("alerts.subject_one", language, count, message.alerts.front().organisation_name)
          : text_with("alerts.subject_many", language, count, organisations.size());
  std::string shown;
  for (const auto& alert : message.alerts) {
    if (alert.organisation != shown) {
      shown = alert.organisation;
      out.body += (out.body.empty() ? "" : "\n") + alert.organisation_name + "\n";
      if (!address.empty())
        out.body += text("alerts.see", language) + " " + std::string(address) + "/virksomhet/" +
                    alert.organisation + "\n";
    }
    out.body += "  - " + sentence(alert, language) + "\n";
  }
  out.body += "\n" + text("alerts.why_you", language) + "\n";
  return out;
}

std::string cloud_event_of(const Message& message, std::string_view address, UtcTime now) {
  json::array alerts;
  for (const auto& alert : message.alerts) alerts.push_back(alert_json(alert));
  return json::serialize(json::object{{"specversion", "1.0"},
                                      {"id", message.delivery.id},
                                      {"source", address.empty() ? std::string_view("urn:utsyn") : address},
                                      {"type", message.test ? "no.utsyn.test" : "no.utsyn.alerts"},
                                      {"time", format_time(now)},
                                      {"datacontenttype", "application/json"},
                                      {"data", {{"alerts", std::move(alerts)}}}});
}

std::string signature_of(std::string_view secret, std::string_view body, UtcTime now) {
  const auto time = std::to_string(to_unix(now));
  return "t=" + time +
         ",v1=" + to_hex(hmac_sha256(as_bytes(secret), as_bytes(time + "." + std::string(body))));
}

std::vector<std::string> ocsf_of(const Message& message) {
  std::vector<std::string> out;
  out.reserve(message.alerts.size());
  if (message.test) out.push_back(ocsf_test(message));
  for (const auto& alert : message.alerts) out.push_back(ocsf_event(alert));
  return out;
}

std::vector<std::string> syslog_of(const Message& message, std::string_view host, bool ocsf) {
  constexpr int kLocal0 = 16;
  std::vector<std::string> out;
  out.reserve(message.alerts.size());
  if (message.test) {
    constexpr int kInformational = 6;
    out.push_back(fmt::format(
        "<{}>1 {} {} utsyn - test [utsyn@32473 id=\"{}\"] {}", kLocal0 * 8 + kInformational,
        format_time(message.delivery.created), host, message.delivery.id,
        ocsf ? ocsf_test(message) : "\xEF\xBB\xBF" + one_line(text("alerts.test_body", Language::en))));
  }
  for (const auto& alert : message.alerts) {
    const int priority = kLocal0 * 8 + (is_grave(alert) ? 2 : 4);
    // 32473 is the enterprise number for examples (RFC 5612); there is none of our own.
    out.push_back(fmt::format(
        "<{}>1 {} {} utsyn - {} [utsyn@32473 id=\"{}\" organisation=\"{}\"] {}", priority,
        format_time(alert.time), host, word(alert.kind), alert.id, parameter(alert.organisation),
        ocsf ? ocsf_event(alert)
             : "\xEF\xBB\xBF" + one_line(alert.organisation_name + ": " + sentence(alert, Language::en))));
  }
  return out;
}

}  // namespace utsyn::report
