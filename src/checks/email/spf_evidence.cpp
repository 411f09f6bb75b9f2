#include "checks/email/spf_evidence.h"

#include "base/text.h"

namespace utsyn::checks {

SpfView spf_of(const Evidence& evidence) {
  const EvidenceAnswers answers(evidence.dns);
  SpfView view;
  view.walk = wire::walk_spf(evidence.domain, answers);
  view.apex_seen = answered(evidence.dns.find(evidence.domain, "TXT"));
  view.trouble = answers.trouble();
  return view;
}

std::optional<Verdict> no_tree(const SpfView& view) {
  if (!view.apex_seen) return view.trouble;
  if (!view.walk.record) return Verdict{Outcome::not_applicable, "no-readable-record"};
  return std::nullopt;
}

bool sends_nothing(const SpfView& view) {
  if (!view.walk.record) return false;
  const auto& record = *view.walk.record;
  return record.terms.size() == 1 && record.terms.front().mechanism == wire::SpfMechanism::all &&
         record.terms.front().qualifier == wire::SpfQualifier::fail;
}

}  // namespace utsyn::checks
