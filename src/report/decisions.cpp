#include "report/decisions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "checks/catalogue.h"
#include "engine/judge.h"

namespace utsyn::report {
namespace {

constexpr std::int64_t kMostNamed = 3;  // of those that carry one decision

struct Candidate {
  ProposedDecision decision;
  std::vector<std::size_t> entries;  // of the standing
  bool taken = false;
};

// What taking some findings away does. The base is what they take before caps.
struct Effect {
  std::int64_t gain_cp = 0;
  std::int64_t base_gain_cp = 0;
};

Effect effect_of(score::Standing& standing, std::span<const std::size_t> entries) {
  const auto before = standing.outcome();
  for (const auto entry : entries) standing.remove(entry);
  const auto after = standing.outcome();
  for (const auto entry : entries) standing.restore(entry);
  return {after.score_cp - before.score_cp, before.base_cp - after.base_cp};
}

std::vector<std::size_t> entries_of(const score::Standing& standing, const followup::PlannedAction& action) {
  std::vector<std::size_t> out;
  for (const auto& finding : action.findings)
    if (const auto entry = standing.find(engine::method_name(finding))) out.push_back(*entry);
  return out;
}

std::vector<Candidate> grouped(score::Standing& standing, std::span<const followup::PlannedAction> actions) {
  std::map<std::string, Candidate, std::less<>> by_key;
  std::vector<Effect> alone;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const auto* entry = checks::catalogue_entry(actions[i].check);
    const auto& key = entry == nullptr ? actions[i].check : entry->decision.key;
    auto& candidate = by_key[key];
    candidate.decision.key = key;
    candidate.decision.actions.push_back(i);
    candidate.decision.minutes += actions[i].minutes;
    const auto entries = entries_of(standing, actions[i]);
    alone.push_back(effect_of(standing, entries));
    candidate.entries.insert(candidate.entries.end(), entries.begin(), entries.end());
  }
  std::vector<Candidate> out;
  for (auto& [key, candidate] : by_key) {
    std::ranges::sort(candidate.decision.actions, {}, [&](std::size_t at) {
      return std::tuple(-alone[at].gain_cp, -alone[at].base_gain_cp, at);
    });
    out.push_back(std::move(candidate));
  }
  return out;
}

// The lowest gate caps the score, and the candidate is among what it stands on.
bool under_the_cap(const score::Standing& standing, const Candidate& candidate) {
  const auto lowest = standing.lowest_gate();
  return lowest && standing.outcome().gate_cp > 0 &&
         std::ranges::any_of(candidate.entries,
                             [&](std::size_t entry) { return standing.entries()[entry].gate == lowest; });
}

// a is worth more for the work it takes than b: cross-multiplied, so that nothing is rounded.
bool worth_more(std::int64_t a, std::int64_t a_minutes, std::int64_t b, std::int64_t b_minutes) {
  return a * (b_minutes + minutes_of_deciding) > b * (a_minutes + minutes_of_deciding);
}

}  // namespace

std::vector<ProposedDecision> proposed_decisions(score::Standing& standing,
                                                 std::span<const followup::PlannedAction> actions,
                                                 std::size_t most) {
  auto candidates = grouped(standing, actions);
  std::vector<ProposedDecision> out;
  std::vector<std::size_t> removed;
  while (out.size() < most) {
    Candidate* best = nullptr;
    Candidate* lifting = nullptr;  // the cap, where nothing gains
    Effect best_effect;
    Effect lifting_effect;
    for (auto& candidate : candidates) {
      if (candidate.taken) continue;
      const auto effect = effect_of(standing, candidate.entries);
      const auto minutes = candidate.decision.minutes;
      if (effect.gain_cp > 0 && (best == nullptr || worth_more(effect.gain_cp, minutes, best_effect.gain_cp,
                                                               best->decision.minutes))) {
        best = &candidate;
        best_effect = effect;
      }
      if (under_the_cap(standing, candidate) &&
          (lifting == nullptr || worth_more(effect.base_gain_cp, minutes, lifting_effect.base_gain_cp,
                                            lifting->decision.minutes))) {
        lifting = &candidate;
        lifting_effect = effect;
      }
    }
    if (best == nullptr) best = lifting;
    if (best == nullptr) break;
    best->taken = true;
    for (const auto entry : best->entries) {
      standing.remove(entry);
      removed.push_back(entry);
    }
    best->decision.gain_cp = best_effect.gain_cp;
    out.push_back(best->decision);
  }
  for (const auto entry : removed) standing.restore(entry);
  return out;
}

std::vector<std::string> carriers_of(store::Connection& connection, const access::Access& reader,
                                     std::string_view organisation, checks::Role role) {
  if (role == checks::Role::it || role == checks::Role::web) return {};
  std::map<std::string, std::string, std::less<>> registered;  // by domain
  for (const auto& row : connection.query(
           R"(SELECT t.name, o.name, o.id FROM supply s JOIN organisation o ON o.id = s.supplier
           JOIN target t ON t.organisation = s.supplier AND t.kind = 'domain'
           WHERE s.organisation = ?1 AND s.ended IS NULL AND o.removed IS NULL ORDER BY t.name, o.id)",
           {organisation}))
    if (reader.sees(row.text(2))) registered.emplace(row.text(0), row.text(1));
  std::vector<std::string> out;
  for (const auto& row : connection.query(
           "SELECT name FROM dependence WHERE organisation = ?1 AND kind = ?2 ORDER BY name LIMIT ?3",
           {organisation, checks::word(role), kMostNamed})) {
    const auto known = registered.find(row.text(0));
    out.push_back(known == registered.end() ? row.text(0) : known->second);
  }
  return out;
}

}  // namespace utsyn::report
