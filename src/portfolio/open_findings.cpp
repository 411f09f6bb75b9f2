#include "portfolio/open_findings.h"

#include <array>

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

constexpr std::int64_t kSecondsOfDay = 86'400;

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
  out.since = row.number(3) / kSecondsOfDay;
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
    store::Connection& connection, std::int64_t after,
    const std::function<void(std::string_view organisation, const FreshFinding& finding, bool again)>& each,
    const std::function<void(std::string_view organisation, const FreshLife& life)>& each_life) {
  // Along the table, as if nobody had ever been given a finding to look after, which is true of most: no
  // index holds all of this, and a join would look ten million times for what is hardly ever there.
  FreshFinding finding;
  LastNamed<Severity> severity(Severity::info);
  LastNamed<FindingState> state(FindingState::open);
  // What came back is known by its name; of most nothing need be carried along.
  std::vector<std::pair<std::string, std::string>> returned;
  connection.each(
      R"(SELECT f.organisation, f."check", f.severity, f.first_seen, f.state, f.closed,
  CASE WHEN f.reopened > 0 THEN f.id ELSE '' END FROM finding f
WHERE f.state <> 'fixed' OR ()" +
          std::string(kToldWhenFixed) + ") ORDER BY f.organisation",
      std::array{store::Value(after)}, [&](const store::Row& row) {
        if (auto id = row.text(6); !id.empty()) returned.emplace_back(row.text(0), std::move(id));
        finding.state = state.named(row.text(4));
        if (finding.state == FindingState::fixed) {
          each_life(row.text(0), {row.text(1), row.number(3) / kSecondsOfDay, row.number(5) / kSecondsOfDay});
          return true;
        }
        finding.check = row.text(1);
        finding.severity = severity.named(row.text(2));
        finding.due = row.number(3) + followup::overdue_after(finding.check, finding.severity);
        finding.since = row.number(3) / kSecondsOfDay;
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
  for (const auto& [organisation, id] : returned)
    for (const auto& life : lives_before(connection, organisation, id, after)) each_life(organisation, life);
}

}  // namespace utsyn::portfolio
