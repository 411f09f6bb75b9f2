#include "followup/treatment.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "followup/working_days.h"

namespace utsyn::followup {
namespace {

using store::FindingState;

bool by(const std::optional<UtcTime>& moment, UtcTime now) { return moment && *moment <= now; }

bool live(Standing standing) {
  return standing == Standing::waiting || standing == Standing::overdue || standing == Standing::in_effect;
}

std::optional<FindingState> state_given(const Treatment& treatment, UtcTime now) {
  const auto standing = standing_of(treatment, now);
  switch (treatment.kind) {
    case Kind::acceptance:
      if (standing == Standing::in_effect) return FindingState::accepted;
      break;
    case Kind::compensation:
      if (standing == Standing::in_effect) return FindingState::compensated;
      break;
    case Kind::dispute:
      if (standing == Standing::in_effect) return FindingState::upheld;
      if (standing == Standing::overdue) return FindingState::dispute_overdue;
      if (standing == Standing::waiting) return FindingState::disputed;
      break;
  }
  return std::nullopt;
}

std::chrono::days longest(Kind kind) {
  return kind == Kind::acceptance ? kLongestAcceptance : kLongestCompensation;
}

// A period ends with a day, so days are counted, as people in Oslo have them: the last one counts in full,
// whatever the hour is now and whether summer time comes or goes meanwhile.
UtcTime last_moment(Kind kind, UtcTime now) {
  return end_of_oslo_day(Date(std::chrono::sys_days(oslo_date(now)) + longest(kind)));
}

bool blank(std::string_view text) { return trim(text).empty(); }

}  // namespace

Standing standing_of(const Treatment& treatment, UtcTime now) {
  if (by(treatment.withdrawn, now)) return Standing::withdrawn;
  const auto decision = by(treatment.decided, now) ? treatment.decision : Decision::none;
  if (decision == Decision::declined || decision == Decision::rejected) return Standing::refused;
  if (treatment.kind == Kind::dispute) {
    if (decision == Decision::upheld) return Standing::in_effect;
    return by(treatment.answer, now) ? Standing::overdue : Standing::waiting;
  }
  if (by(treatment.until, now)) return Standing::ended;
  const bool approved = treatment.kind == Kind::acceptance || decision == Decision::approved;
  return approved ? Standing::in_effect : Standing::waiting;
}

FindingState effective_state(std::span<const Treatment> treatments, UtcTime now) {
  // request() lets only one of them live at a time; if a database says otherwise, the last one counts.
  const Treatment* last = nullptr;
  for (const auto& treatment : treatments) {
    if (treatment.created > now || !state_given(treatment, now)) continue;
    if (last == nullptr || treatment.created >= last->created) last = &treatment;
  }
  return last == nullptr ? FindingState::open : *state_given(*last, now);
}

std::vector<Treatment> of_this_life(const store::Finding& finding, std::span<const Treatment> treatments) {
  std::vector<Treatment> out;
  std::ranges::copy_if(treatments, std::back_inserter(out), [&](const Treatment& treatment) {
    return treatment.finding == finding.id && treatment.created >= finding.first_seen;
  });
  return out;
}

std::vector<store::Finding> with_states(std::vector<store::Finding> findings,
                                        std::span<const Treatment> treatments, UtcTime now) {
  std::map<std::string_view, std::vector<Treatment>> by_finding;
  for (const auto& treatment : treatments) by_finding[treatment.finding].push_back(treatment);
  for (auto& finding : findings) {
    if (finding.state == FindingState::fixed) continue;
    const auto found = by_finding.find(finding.id);
    finding.state = found == by_finding.end() ? FindingState::open
                                              : effective_state(of_this_life(finding, found->second), now);
  }
  return findings;
}

std::optional<UtcTime> next_change(const Treatment& treatment, UtcTime now) {
  const auto standing = standing_of(treatment, now);
  if (treatment.kind == Kind::dispute) return standing == Standing::waiting ? treatment.answer : std::nullopt;
  return live(standing) ? treatment.until : std::nullopt;
}

Result<Treatment, Refusal> request(const store::Finding& finding, std::span<const Treatment> earlier,
                                   Request wanted, std::string_view user, UtcTime now) {
  if (finding.state == FindingState::fixed) return unexpected(Refusal::closed);
  for (const auto& treatment : of_this_life(finding, earlier))
    if (live(standing_of(treatment, now))) return unexpected(Refusal::already_treated);

  Treatment out;
  out.finding = finding.id;
  out.kind = wanted.kind;
  out.created = now;
  out.created_by = user;
  if (blank(wanted.reason)) return unexpected(Refusal::reason_missing);
  out.reason = std::move(wanted.reason);
  if (wanted.kind == Kind::dispute) {
    if (blank(wanted.evidence)) return unexpected(Refusal::evidence_missing);
    out.evidence_sha256 = evidence_hash(wanted.evidence);
    // What was upheld once may be shown again when the same finding comes back.
    for (const auto& treatment : earlier)
      if (treatment.kind == Kind::dispute && treatment.finding == finding.id &&
          treatment.decision != Decision::upheld && treatment.evidence_sha256 == out.evidence_sha256)
        return unexpected(Refusal::same_evidence);
    out.evidence = std::move(wanted.evidence);
    out.answer = end_of_working_day_after(now, kWorkingDaysToAnswer);
    return out;
  }
  if (wanted.kind == Kind::acceptance) {
    if (blank(wanted.owner)) return unexpected(Refusal::owner_missing);
    out.owner = std::move(wanted.owner);
  }
  if (!wanted.until) return unexpected(Refusal::period_missing);
  if (*wanted.until <= now) return unexpected(Refusal::period_not_ahead);
  if (*wanted.until > last_moment(wanted.kind, now)) return unexpected(Refusal::period_too_long);
  out.until = wanted.until;
  return out;
}

Result<Treatment, Refusal> decide(Treatment treatment, Decision decision, std::string_view reason,
                                  std::string_view user, UtcTime now) {
  const bool fits =
      treatment.kind == Kind::compensation ? decision == Decision::approved || decision == Decision::declined
      : treatment.kind == Kind::dispute    ? decision == Decision::upheld || decision == Decision::rejected
                                           : false;
  if (!fits) return unexpected(Refusal::wrong_decision);
  const auto standing = standing_of(treatment, now);
  if (standing != Standing::waiting && standing != Standing::overdue) return unexpected(Refusal::not_waiting);
  if (treatment.created_by == user) return unexpected(Refusal::same_person);
  if (blank(reason)) return unexpected(Refusal::reason_missing);
  treatment.decision = decision;
  treatment.decided = now;
  treatment.decided_by = user;
  treatment.decision_reason = reason;
  return treatment;
}

Result<Treatment, Refusal> withdraw(Treatment treatment, std::string_view user, UtcTime now) {
  if (!live(standing_of(treatment, now))) return unexpected(Refusal::nothing_to_withdraw);
  treatment.withdrawn = now;
  treatment.withdrawn_by = user;
  return treatment;
}

std::string evidence_hash(std::string_view evidence) {
  std::string words;
  bool gap = false;
  for (const char c : trim(evidence)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (space) {
      gap = true;
      continue;
    }
    if (gap) words += ' ';
    gap = false;
    words += c;
  }
  return sha256_hex(lower(words));
}

}  // namespace utsyn::followup
