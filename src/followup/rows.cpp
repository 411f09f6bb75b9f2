#include "followup/rows.h"

namespace utsyn::followup {

store::Finding finding_of(const store::Row& row) {
  store::Finding out;
  out.id = row.text(0);
  out.asset = row.text(1);
  out.check = row.text(2);
  out.outcome = named<checks::Outcome>(row.text(3)).value_or(checks::Outcome::fail);
  out.severity = named<checks::Severity>(row.text(4)).value_or(checks::Severity::info);
  out.confidence = named<checks::Confidence>(row.text(5)).value_or(checks::Confidence::weak);
  out.reason = row.text(6);
  out.state = named<store::FindingState>(row.text(7)).value_or(store::FindingState::open);
  out.first_seen = from_unix(row.number(8));
  out.last_seen = from_unix(row.number(9));
  if (const auto closed = row.maybe_number(10)) out.closed = from_unix(*closed);
  out.reopened = static_cast<int>(row.number(11));
  out.unseen = row.truth(12);
  return out;
}

}  // namespace utsyn::followup
