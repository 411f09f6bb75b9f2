#include "followup/recheck.h"

#include <boost/json.hpp>

#include "checks/catalogue.h"

namespace utsyn::followup {

std::optional<engine::Job> recheck(store::Connection& connection, UtcTime now, const store::Actor& actor,
                                   std::string_view organisation, std::string_view asset,
                                   std::string_view finding) {
  // What only active questions see is looked for by them; whether that is granted is seen when the job
  // begins.
  const std::string profile = checks::needs_consent(finding.substr(0, finding.find('@'))) ? "full" : "core";
  const auto waiting = connection.first(
      "SELECT 1 FROM job WHERE organisation = ?1 AND asset = ?2 AND profile = ?3 AND state = 'queued'",
      {organisation, asset, profile});
  if (!waiting) {
    const auto counted = connection.first(
        R"(SELECT count(*), coalesce(sum(CASE WHEN asset = '' THEN 1 ELSE 0 END), 0) FROM job
           WHERE organisation = ?1 AND created > ?2 AND wanted_by <> 'schedule')",
        {organisation, to_unix(now - std::chrono::hours{1})});
    if (counted && counted->number(0) >= kRechecksAnHour) return std::nullopt;
    if (counted && asset.empty() && counted->number(1) >= kWholeRechecksAnHour) return std::nullopt;
  }
  engine::Wanted wanted;
  wanted.organisation = organisation;
  wanted.asset = asset;
  wanted.finding = finding;
  wanted.profile = profile;
  auto job = engine::want(connection, now, actor, wanted);
  store::append_audit(
      connection, now, actor, "recheck", organisation, !finding.empty() ? finding : asset,
      boost::json::serialize(boost::json::object{{"job", job.id}, {"asset", asset}, {"finding", finding}}));
  return job;
}

}  // namespace utsyn::followup
