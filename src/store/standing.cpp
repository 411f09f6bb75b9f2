#include "store/standing.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "score/json.h"
#include "score/points.h"
#include "score/standing.h"

namespace utsyn::store {
namespace {

// Treated so that it weighs nothing, or gone.
bool counts(const score::Finding& finding) {
  return score::treatment_factor[static_cast<std::size_t>(finding.state)] > 0;
}

std::string gate_of(const score::Organisation& organisation) {
  const score::Standing standing(organisation);
  const auto lowest = standing.lowest_gate();
  if (!lowest) return {};
  for (const auto& entry : standing.entries()) {
    if (entry.gate == lowest) return entry.finding->id;
  }
  return {};
}

std::int64_t whole(const boost::json::value* value, std::int64_t otherwise) {
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

}  // namespace

StandingRow standing_of(std::string_view input, std::string_view output) {
  const auto refuse = [](const std::string& why) -> Failure {
    return Failure({ErrorKind::failed, "reading the score of a measurement: " + why});
  };
  const auto organisation = score::read_organisation(input);
  if (!organisation) throw refuse(organisation.error());
  boost::system::error_code error;
  const auto parsed = boost::json::parse(output, error);
  if (error || !parsed.is_object()) throw refuse("the output is no JSON object");
  const auto& score = parsed.get_object();

  StandingRow out;
  out.score_cp = whole(score.if_contains("score_cp"), 0);
  out.managed_cp = whole(score.if_contains("managed_cp"), out.score_cp);
  out.low_cp = out.high_cp = out.score_cp;
  if (const auto* interval = score.if_contains("interval_cp");
      interval != nullptr && interval->is_array() && interval->get_array().size() == 2) {
    out.low_cp = whole(&interval->get_array()[0], out.score_cp);
    out.high_cp = whole(&interval->get_array()[1], out.score_cp);
  }
  out.coverage = organisation->assets.empty() ? 0 : organisation->coverage;
  out.grade = score::word(score::grade_of(out.score_cp, out.coverage));
  out.gate = gate_of(*organisation);
  out.assets = static_cast<std::int64_t>(organisation->assets.size());
  std::set<std::string_view> checks;
  for (const auto& finding : organisation->findings) {
    if (!counts(finding)) continue;
    switch (finding.sev) {
      case score::Severity::critical:
        ++out.critical;
        break;
      case score::Severity::high:
        ++out.high;
        break;
      case score::Severity::medium:
        ++out.medium;
        break;
      case score::Severity::low:
        ++out.low;
        break;
      case score::Severity::info:
        continue;  // no problem, and no deadline
    }
    out.overdue_days = std::max(out.overdue_days, finding.age - score::deadline(finding));
    std::string_view rest = finding.id;
    checks.insert(cut(rest, '@'));
  }
  for (const auto check : checks) out.checks += (out.checks.empty() ? "" : ",") + std::string(check);
  return out;
}

std::optional<StandingRow> read_standing(Connection& connection, std::string_view organisation) {
  const auto row = connection.first(
      R"(SELECT score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate, assets, critical, high, medium, low,
                overdue_days, checks FROM standing WHERE organisation = ?1)",
      {organisation});
  if (!row) return std::nullopt;
  return StandingRow{row->number(0),  row->text(1),    row->number(2),  row->number(3), row->number(4),
                     row->number(5),  row->text(6),    row->number(7),  row->number(8), row->number(9),
                     row->number(10), row->number(11), row->number(12), row->text(13)};
}

void write_standing(Connection& connection, std::string_view organisation, UtcTime measured,
                    const StandingRow& row) {
  connection.execute(
      R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
                               assets, critical, high, medium, low, overdue_days, checks)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
         ON CONFLICT (organisation) DO UPDATE SET measured = excluded.measured, score_cp = excluded.score_cp,
           grade = excluded.grade, managed_cp = excluded.managed_cp, coverage = excluded.coverage,
           low_cp = excluded.low_cp, high_cp = excluded.high_cp, gate = excluded.gate, assets = excluded.assets,
           critical = excluded.critical, high = excluded.high, medium = excluded.medium, low = excluded.low,
           overdue_days = excluded.overdue_days, checks = excluded.checks
         WHERE excluded.measured >= standing.measured)",
      {organisation, to_unix(measured), row.score_cp, row.grade, row.managed_cp, row.coverage, row.low_cp,
       row.high_cp, row.gate, row.assets, row.critical, row.high, row.medium, row.low, row.overdue_days,
       row.checks});
}

}  // namespace utsyn::store
