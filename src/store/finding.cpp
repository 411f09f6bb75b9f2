#include "store/finding.h"

#include <algorithm>
#include <map>

#include "store/store.h"

namespace utsyn::store {

Advanced advance(std::span<const Finding> before, std::span<const Judged> verdicts, UtcTime now,
                 std::span<const std::string> left) {
  using checks::Outcome;
  Advanced out;
  std::map<std::string, Finding> findings;
  for (const auto& finding : before) findings.emplace(finding.id, finding);

  for (const auto& judged : verdicts) {
    const auto id = judged.check + "@" + judged.asset;
    const auto outcome = judged.verdict.outcome;
    const auto& reason = judged.verdict.reason;
    const auto known = findings.find(id);
    const auto note = [&](FindingChange change) { out.events.push_back({id, now, change, reason}); };

    if (outcome == Outcome::warn || outcome == Outcome::fail) {
      const bool is_new = known == findings.end();
      auto& finding = is_new ? findings[id] : known->second;
      if (is_new || finding.state == FindingState::fixed) {
        if (!is_new) ++finding.reopened;
        note(is_new ? FindingChange::opened : FindingChange::reopened);
        finding.id = id;
        finding.asset = judged.asset;
        finding.check = judged.check;
        finding.state = FindingState::open;
        finding.first_seen = now;
        finding.closed.reset();
      } else if (finding.reason != reason || finding.outcome != outcome ||
                 finding.severity != judged.severity || finding.unseen) {
        note(FindingChange::changed);
      }
      finding.outcome = outcome;
      finding.severity = judged.severity;
      finding.confidence = judged.verdict.confidence;
      finding.reason = reason;
      finding.last_seen = now;
      finding.unseen = false;
      continue;
    }
    if (known == findings.end() || known->second.state == FindingState::fixed) continue;
    auto& finding = known->second;
    if (outcome == Outcome::unknown) {
      if (!finding.unseen) note(FindingChange::unseen);
      finding.unseen = true;
      continue;
    }
    finding.state = FindingState::fixed;
    finding.closed = now;
    finding.unseen = false;
    note(FindingChange::closed);
  }

  for (auto& [id, finding] : findings) {
    if (finding.state == FindingState::fixed) continue;
    if (std::find(left.begin(), left.end(), finding.asset) == left.end()) continue;
    finding.state = FindingState::fixed;
    finding.closed = now;
    finding.unseen = false;
    out.events.push_back({id, now, FindingChange::closed, "left-footprint"});
  }

  out.findings.reserve(findings.size());
  for (auto& [id, finding] : findings) out.findings.push_back(std::move(finding));
  return out;
}

}  // namespace utsyn::store
