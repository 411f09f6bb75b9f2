#include "portfolio/open_findings.h"

#include "followup/deadline.h"
#include "followup/rows.h"

namespace utsyn::portfolio {
namespace {

using checks::Severity;
using store::FindingState;

// Texts come many times in a row; the last one is remembered.
template <class Enum>
class LastNamed {
 public:
  explicit LastNamed(Enum otherwise) : otherwise_(otherwise), value_(otherwise) {}
  Enum named(const std::string& word) {
    if (word != word_) {
      value_ = followup::named<Enum>(word).value_or(otherwise_);
      word_ = word;
    }
    return value_;
  }

 private:
  Enum otherwise_;
  std::string word_;
  Enum value_;
};

constexpr std::string_view kColumns =
    R"(f.organisation, f."check", f.severity, f.first_seen, f.state, coalesce(a.assignee, ''), a.due
FROM finding f LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id)";

FreshFinding finding_of(const store::Row& row) {
  FreshFinding out;
  out.check = row.text(1);
  out.severity = followup::named<Severity>(row.text(2)).value_or(Severity::info);
  out.state = followup::named<FindingState>(row.text(4)).value_or(FindingState::open);
  out.assignee = row.text(5);
  out.due = row.maybe_number(6).value_or(row.number(3) + followup::overdue_after(out.check, out.severity));
  return out;
}

}  // namespace

std::vector<FreshFinding> open_findings_of(store::Connection& connection, std::string_view organisation) {
  std::vector<FreshFinding> out;
  for (const auto& row : connection.query(
           "SELECT " + std::string(kColumns) + " WHERE f.organisation = ?1 AND f.state <> 'fixed'",
           {organisation}))
    out.push_back(finding_of(row));
  return out;
}

void each_open_finding(
    store::Connection& connection,
    const std::function<void(std::string_view organisation, const FreshFinding& finding, bool again)>& each) {
  // Along the table, as if nobody had ever been given a finding to look after, which is true of most: no
  // index holds all of this, and a join would look ten million times for what is hardly ever there.
  FreshFinding finding;
  LastNamed<Severity> severity(Severity::info);
  LastNamed<FindingState> state(FindingState::open);
  connection.each(
      R"(SELECT organisation, "check", severity, first_seen, state FROM finding WHERE state <> 'fixed' ORDER BY organisation)",
      {}, [&](const store::Row& row) {
        finding.check = row.text(1);
        finding.severity = severity.named(row.text(2));
        finding.due = row.number(3) + followup::overdue_after(finding.check, finding.severity);
        finding.state = state.named(row.text(4));
        each(row.text(0), finding, false);
        return true;
      });
  connection.each("SELECT " + std::string(kColumns) +
                      R"( WHERE f.state <> 'fixed' AND f.organisation IN (SELECT organisation FROM assignment)
ORDER BY f.organisation)",
                  {}, [&](const store::Row& row) {
                    each(row.text(0), finding_of(row), true);
                    return true;
                  });
}

}  // namespace utsyn::portfolio
