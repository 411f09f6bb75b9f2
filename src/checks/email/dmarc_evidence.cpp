#include "checks/email/dmarc_evidence.h"

namespace utsyn::checks {

DmarcView dmarc_of(const Evidence& evidence) {
  using wire::DmarcDiscoveryStatus;
  const EvidenceAnswers answers(evidence.dns);
  DmarcView view;
  view.found = wire::discover_dmarc_by_walk(evidence.domain, answers);
  if (view.found.status == DmarcDiscoveryStatus::error ||
      view.found.status == DmarcDiscoveryStatus::incomplete) {
    view.trouble = answers.trouble();
    return view;
  }
  const auto by_list =
      wire::discover_dmarc_by_suffix_list(evidence.domain, registrable_or_self(evidence.domain), answers);
  const bool decided =
      by_list.status == DmarcDiscoveryStatus::found || by_list.status == DmarcDiscoveryStatus::none;
  view.methods_differ = decided && !wire::same_outcome(view.found, by_list);
  return view;
}

std::optional<Verdict> no_record(const DmarcView& view) {
  if (view.trouble) return view.trouble;
  if (!view.found.record) return Verdict{Outcome::not_applicable, "no-readable-record"};
  return std::nullopt;
}

bool enforces(const DmarcView& view) {
  if (!view.found.record) return false;
  const auto effective = wire::effective_policy(*view.found.record, view.found.inherited);
  return effective.policy != wire::DmarcPolicy::none;
}

}  // namespace utsyn::checks
