#include "followup/history.h"

#include <boost/json.hpp>

namespace utsyn::followup {
namespace {

std::vector<std::string> texts_of(const std::string& list) {
  std::vector<std::string> out;
  boost::system::error_code error;
  const auto value = boost::json::parse(list, error);
  if (error || !value.is_array()) return out;
  for (const auto& item : value.get_array())
    if (item.is_string()) out.emplace_back(item.get_string());
  return out;
}

}  // namespace

std::vector<HeldVerdict> verdicts_of(store::Connection& connection, std::string_view organisation,
                                     std::string_view asset, std::string_view check, std::size_t most) {
  std::vector<HeldVerdict> out;
  for (
      const auto& row : connection.query(
          R"(SELECT first_seen, last_seen, outcome, reason, severity, confidence, detail, evidence FROM verdict
              WHERE organisation = ?1 AND asset = ?2 AND "check" = ?3 ORDER BY first_seen DESC LIMIT ?4)",
          {organisation, asset, check, static_cast<std::int64_t>(most)}))
    out.push_back({from_unix(row.number(0)), from_unix(row.number(1)), row.text(2), row.text(3), row.text(4),
                   row.text(5), row.text(6), texts_of(row.text(7))});
  return out;
}

std::optional<EvidenceRow> evidence_row(store::Connection& connection, std::string_view organisation,
                                        std::string_view id) {
  const auto row = connection.first(R"(SELECT id, kind, subject, data, first_seen, last_seen FROM evidence
      WHERE organisation = ?1 AND id = ?2)",
                                    {organisation, id});
  if (!row) return std::nullopt;
  return EvidenceRow{row->text(0),
                     row->text(1),
                     row->text(2),
                     row->text(3),
                     from_unix(row->number(4)),
                     from_unix(row->number(5))};
}

std::vector<FindingHappening> happenings_of(store::Connection& connection, std::string_view organisation,
                                            std::string_view finding) {
  std::vector<FindingHappening> out;
  for (const auto& row : connection.query(R"(SELECT time, change, reason FROM finding_event
      WHERE organisation = ?1 AND finding = ?2 ORDER BY time LIMIT 1000)",
                                          {organisation, finding}))
    out.push_back({from_unix(row.number(0)), row.text(1), row.text(2)});
  return out;
}

std::vector<NotSeen> not_seen(store::Connection& connection, std::string_view organisation,
                              std::size_t most) {
  const auto measured = last_measured(connection, organisation);
  if (!measured) return {};
  std::vector<NotSeen> out;
  for (const auto& row :
       connection.query(R"(SELECT asset, "check", reason FROM verdict
      WHERE organisation = ?1 AND last_seen = ?2 AND outcome = 'unknown' ORDER BY asset, "check" LIMIT ?3)",
                        {organisation, to_unix(*measured), static_cast<std::int64_t>(most)}))
    out.push_back({row.text(0), row.text(1), row.text(2)});
  return out;
}

std::optional<UtcTime> last_measured(store::Connection& connection, std::string_view organisation,
                                     UtcTime at) {
  const auto row =
      connection.first("SELECT max(time) FROM measurement WHERE organisation = ?1 AND time <= ?2",
                       {organisation, to_unix(at)});
  if (!row || row->null(0)) return std::nullopt;
  return from_unix(row->number(0));
}

}  // namespace utsyn::followup
