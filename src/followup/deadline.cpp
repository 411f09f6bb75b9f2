#include "followup/deadline.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/catalogue.h"
#include "followup/rows.h"
#include "score/points.h"

namespace utsyn::followup {
namespace {

using checks::Severity;

constexpr Severity kFromCritical[] = {Severity::critical, Severity::high, Severity::medium, Severity::low,
                                      Severity::info};

// A handful at most: CISA lists what is found with a check of its own. Asked for each of millions of
// findings.
const std::vector<std::string_view>& hurried_checks() {
  static const auto checks = [] {
    std::vector<std::string_view> out;
    for (const auto& entry : checks::catalogue())
      if (entry.known_exploited) out.emplace_back(entry.id);
    return out;
  }();
  return checks;
}

bool hurries(std::string_view check) {
  return std::ranges::find(hurried_checks(), check) != hurried_checks().end();
}

// By the id, which begins with the check (check@asset) and is in every index that a pace is read along.
std::string of_check(std::string_view check) {
  return fmt::format("(f.id >= '{0}@' AND f.id < '{0}A')", check);
}

std::string any_hurried() {
  std::string out;
  for (const auto check : hurried_checks()) out += (out.empty() ? "" : " OR ") + of_check(check);
  return out.empty() ? "1 = 0" : out;
}

std::vector<Pace> paces_of_catalogue() {
  const auto others = fmt::format("NOT ({})", any_hurried());
  std::vector<Pace> out;
  for (const auto severity : kFromCritical) {
    const auto of_severity = fmt::format("f.severity = '{}'", word_of(severity));
    out.push_back({word_of(severity), severity, fmt::format("{} AND {}", of_severity, others),
                   overdue_after("", severity)});
    for (const auto check : hurried_checks())
      out.push_back({fmt::format("{}.{}", check, word_of(severity)), severity,
                     fmt::format(R"(f."check" = '{}' AND {})", check, of_severity),
                     overdue_after(check, severity)});
  }
  return out;
}

std::string sql_of_catalogue() {
  const auto by_severity = [](std::string_view check) {
    std::string out = "CASE f.severity";
    for (const auto severity : kFromCritical)
      out += fmt::format(" WHEN '{}' THEN {}", word_of(severity), overdue_after(check, severity));
    return out + " ELSE 0 END";
  };
  std::string out = "(CASE";
  for (const auto check : hurried_checks())
    out += fmt::format(" WHEN {} THEN {}", of_check(check), by_severity(check));
  return out + fmt::format(" WHEN 1 = 1 THEN {} END)", by_severity(""));
}

}  // namespace

std::chrono::days deadline_of(std::string_view check, Severity severity) {
  return std::chrono::days{score::deadline(static_cast<score::Severity>(severity),
                                           hurries(check) ? score::Urgency::kev : score::Urgency::ordinary)};
}

std::int64_t overdue_after(std::string_view check, Severity severity) {
  return std::chrono::seconds{deadline_of(check, severity) + std::chrono::days{1}}.count();
}

Date due_date(const store::Finding& finding) {
  return oslo_date(finding.first_seen + deadline_of(finding.check, finding.severity));
}

UtcTime overdue_from(const store::Finding& finding) {
  return finding.first_seen + std::chrono::seconds{overdue_after(finding.check, finding.severity)};
}

const std::vector<Pace>& paces() {
  static const auto all = paces_of_catalogue();
  return all;
}

const std::string& overdue_after_sql() {
  static const auto sql = sql_of_catalogue();
  return sql;
}

}  // namespace utsyn::followup
