#include "api/followup_json.h"

#include <fmt/format.h>

#include "followup/deadline.h"
#include "followup/rows.h"

namespace utsyn::api {

namespace json = boost::json;
using followup::Refusal;
using followup::word_of;

checks::Language language_of(const Request& request) {
  if (request.language == "nn") return checks::Language::nn;
  return request.language == "en" ? checks::Language::en : checks::Language::nb;
}

std::optional<UtcTime> query_time(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto time = parse_time(*text);
  if (!time) wrong_field(name, fmt::format("{} must be a time as 2026-11-20T10:00:00Z (RFC 3339).", name));
  return time;
}

const std::string& People::name(const std::string& id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  const auto row = connection_.first("SELECT name FROM account WHERE id = ?1", {id});
  return names_.emplace(id, row ? row->text(0) : std::string()).first->second;
}

json::value People::person(const std::string& id) {
  if (id.empty()) return nullptr;
  return json::object{{"id", id}, {"name", name(id)}};
}

std::string title_of_check(std::string_view check, checks::Language language) {
  const auto* entry = checks::catalogue_entry(check);
  return entry == nullptr ? std::string(check) : checks::text(entry->title, language);
}

std::string text_of_reason(std::string_view check, std::string_view reason, checks::Language language) {
  const auto* entry = checks::catalogue_entry(check);
  const auto* texts = entry == nullptr ? nullptr : checks::reason_text(*entry, reason);
  return texts == nullptr ? std::string(reason) : checks::text(*texts, language);
}

std::string area_of_check(std::string_view check) { return std::string(check.substr(0, check.find('.'))); }

json::value known_exploited_json(std::string_view check) {
  const auto* listed = checks::known_exploited(check);
  if (listed == nullptr) return nullptr;
  return json::object{{"cve", listed->cve}, {"added", listed->added}};
}

json::object listed_json(const followup::Listed& listed, checks::Language language) {
  const auto& finding = listed.finding;
  // A date of a person ends with its day; the day itself is the one before that second.
  const auto due = listed.own_due ? followup::oslo_date(listed.due - std::chrono::seconds{1})
                                  : followup::due_date(finding);
  return {{"id", finding.id},
          {"organisation", listed.organisation},
          {"organisation_name", listed.organisation_name},
          {"asset", finding.asset},
          {"check", finding.check},
          {"area", area_of_check(finding.check)},
          {"title", title_of_check(finding.check, language)},
          {"outcome", word_of(finding.outcome)},
          {"severity", word_of(finding.severity)},
          {"confidence", word_of(finding.confidence)},
          {"reason", finding.reason},
          {"reason_text", text_of_reason(finding.check, finding.reason, language)},
          {"state", word_of(finding.state)},
          {"first_seen", format_time(finding.first_seen)},
          {"last_seen", format_time(finding.last_seen)},
          {"closed", maybe_time(finding.closed)},
          {"reopened", finding.reopened},
          {"unseen", finding.unseen},
          {"due", followup::format_date(due)},
          {"due_set_by", listed.own_due ? "person" : "method"},
          {"overdue", listed.overdue},
          {"known_exploited", known_exploited_json(finding.check)},
          {"assignee", listed.assignee.empty() ? json::value()
                                               : json::value(json::object{{"id", listed.assignee},
                                                                          {"name", listed.assignee_name}})}};
}

json::object treatment_json(const followup::Treatment& treatment, std::optional<UtcTime> life, People& people,
                            UtcTime now) {
  return {{"id", treatment.id},
          {"finding", treatment.finding},
          {"kind", word_of(treatment.kind)},
          {"standing", word_of(followup::standing_of(treatment, now))},
          {"former_life", life && treatment.created < *life},
          {"owner", maybe_text(treatment.owner)},
          {"reason", treatment.reason},
          {"evidence", maybe_text(treatment.evidence)},
          {"evidence_sha256", maybe_text(treatment.evidence_sha256)},
          {"created", format_time(treatment.created)},
          {"created_by", people.person(treatment.created_by)},
          {"until", maybe_time(treatment.until)},
          {"answer_due", maybe_time(treatment.answer)},
          {"decision", word_of(treatment.decision)},
          {"decided", maybe_time(treatment.decided)},
          {"decided_by", people.person(treatment.decided_by)},
          {"decision_reason", maybe_text(treatment.decision_reason)},
          {"withdrawn", maybe_time(treatment.withdrawn)},
          {"withdrawn_by", people.person(treatment.withdrawn_by)}};
}

Problem problem_of(Refusal refusal) {
  const auto field = [](std::string_view pointer, std::string_view detail) {
    return Problem{.status = 422,
                   .type = "wrong-field",
                   .title = "A field is wrong",
                   .detail = std::string(detail),
                   .field = std::string(pointer)};
  };
  const auto against = [](std::string_view type, std::string_view title, std::string_view detail) {
    return Problem{
        .status = 409, .type = std::string(type), .title = std::string(title), .detail = std::string(detail)};
  };
  switch (refusal) {
    case Refusal::owner_missing:
      return field("/owner", "An acceptance names the person who carries the risk; send owner.");
    case Refusal::reason_missing:
      return field("/reason", "reason must not be empty.");
    case Refusal::evidence_missing:
      return field("/evidence",
                   "A dispute shows something; describe the evidence, with links where there are any.");
    case Refusal::period_missing:
      return field("/until", "It must end some day; send until as 2026-11-20.");
    case Refusal::period_not_ahead:
      return field("/until", "until must be a day in the future.");
    case Refusal::period_too_long:
      return field(
          "/until",
          "An acceptance lasts at most 365 days and a compensation at most 180; choose an earlier day.");
    case Refusal::wrong_decision:
      return field("/decision",
                   "Compensations are approved or declined, disputes upheld or rejected; acceptances are not "
                   "decided.");
    case Refusal::closed:
      return against(
          "finding-closed", "The finding is closed",
          "It is not seen any more, so there is nothing to decide. If it comes back, it opens again.");
    case Refusal::already_treated:
      return against("already-treated", "The finding is treated already",
                     "Another treatment waits or is in effect; withdraw it first.");
    case Refusal::same_evidence:
      return against("same-evidence", "The evidence is not new",
                     "The same evidence was given in an earlier dispute of this finding; a new dispute needs "
                     "new evidence.");
    case Refusal::not_waiting:
      return against("treatment-over", "It waits for no decision",
                     "It was decided or withdrawn, or its period is over; read the finding again.");
    case Refusal::same_person:
      return Problem{.status = 403,
                     .type = "same-person",
                     .title = "It takes a second person",
                     .detail = "Who asked cannot decide; somebody else with the permission can."};
    case Refusal::nothing_to_withdraw:
      return against("treatment-over", "It waits for no decision",
                     "It is over already, so there is nothing to withdraw; it stays in the history.");
  }
  return against("conflict", "It cannot be done now", "Read the finding again.");
}

void must_be_allowed(const Request& request, access::Permission permission, std::string_view organisation) {
  if (!request.access.sees(organisation, access::Detail::score)) not_found("organisation");
  if (request.access.may(permission, organisation)) return;
  fail({.status = 403,
        .type = "forbidden",
        .title = "Not allowed",
        .detail = "You may read about this organisation, and not act for it; ask somebody who works there."});
}

}  // namespace utsyn::api
