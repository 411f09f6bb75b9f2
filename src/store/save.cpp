// What a measurement or a rescoring writes, all within one transaction. An interval goes on when it held at
// the measurement before; else a new one begins.
#include <boost/json.hpp>
#include <map>
#include <set>

#include "store/events.h"
#include "store/rows.h"
#include "store/standing.h"
#include "store/store.h"
#include "store/words.h"

namespace utsyn::store {
namespace {

namespace json = boost::json;

class Saving {
 public:
  Saving(Connection& connection, const Measurement& measurement)
      : connection_(connection),
        m_(measurement),
        organisation_(measurement.organisation.id),
        now_(to_unix(measurement.time)) {}

  Saved run() {
    save_organisation();
    previous_ =
        connection_
            .query("SELECT coalesce(max(time), -1) FROM measurement WHERE organisation = ?1 AND time < ?2",
                   {organisation_, now_})
            .at(0)
            .number(0);
    const auto known = assets_before();
    connection_.execute(
        R"(INSERT INTO measurement (organisation, time, profile) VALUES (?1, ?2, ?3)
           ON CONFLICT (organisation, time) DO UPDATE SET profile = excluded.profile)",
        {organisation_, now_, m_.profile});
    for (const auto& asset : m_.assets) save_asset(asset, known);
    for (const auto& judged : m_.verdicts) save_verdict(judged);
    tell_of_assets_gone(known);
    return saved_;
  }

 private:
  using Known = std::map<std::string, Asset>;

  void save_organisation() {
    // Once the register knows it, the register names it.
    connection_.execute(
        R"(INSERT INTO organisation (id, name, kind) VALUES (?1, ?2, ?3)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind
           WHERE organisation.created IS NULL
             AND (organisation.name <> excluded.name OR organisation.kind <> excluded.kind))",
        {organisation_, m_.organisation.name, m_.organisation.kind});
  }

  Known assets_before() {
    Known out;
    for (const auto& row : connection_.query(
             R"(SELECT id, kind, domain, host, port, value, by_provider, addresses FROM asset
                WHERE organisation = ?1 AND last_seen = ?2)",
             {organisation_, previous_})) {
      Asset asset;
      asset.id = row.text(0);
      asset.kind = value_of(row.text(1), AssetKind::domain);
      asset.domain = row.text(2);
      asset.host = row.text(3);
      asset.port = static_cast<int>(row.number(4));
      asset.value = static_cast<int>(row.number(5));
      asset.by_provider = row.truth(6);
      asset.addresses = list_from_json(row.text(7));
      out.emplace(asset.id, std::move(asset));
    }
    return out;
  }

  void save_asset(const AssetRecords& measured, const Known& known) {
    const auto& asset = measured.asset;
    const auto kind = word(asset.kind);
    const auto addresses = list_json(asset.addresses);
    const auto why = list_json(asset.why);
    const auto extended = connection_.execute(
        R"(UPDATE asset SET last_seen = ?1 WHERE organisation = ?2 AND id = ?3 AND last_seen IN (?4, ?1)
             AND kind = ?5 AND domain = ?6 AND host = ?7 AND port = ?8 AND value = ?9 AND by_provider = ?10
             AND addresses = ?11 AND why = ?12)",
        {now_, organisation_, asset.id, previous_, kind, asset.domain, asset.host, asset.port, asset.value,
         asset.by_provider, addresses, why});
    if (extended == 0) {
      connection_.execute(
          R"(INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, by_provider,
                                addresses, why) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (organisation, id, first_seen) DO UPDATE SET last_seen = excluded.last_seen,
               kind = excluded.kind, domain = excluded.domain, host = excluded.host, port = excluded.port,
               value = excluded.value, by_provider = excluded.by_provider, addresses = excluded.addresses,
               why = excluded.why)",
          {organisation_, asset.id, now_, kind, asset.domain, asset.host, asset.port, asset.value,
           asset.by_provider, addresses, why});
      tell_of_asset(asset, known);
    }
    for (const auto& record : measured.records) save_record(asset, record, measured.carried);
  }

  void save_record(const Asset& asset, const Record& record, bool carried) {
    // Carried on from before: it holds, but was not seen again.
    const auto seen =
        carried ? connection_.execute(
                      "UPDATE evidence SET last_seen = last_seen WHERE organisation = ?1 AND id = ?2",
                      {organisation_, record.id})
                : connection_.execute(
                      R"(UPDATE evidence SET last_seen = greatest(last_seen, ?1)
                                       WHERE organisation = ?2 AND id = ?3)",
                      {now_, organisation_, record.id});
    if (seen > 0) {
      ++saved_.known_evidence;
    } else {
      connection_.execute(
          R"(INSERT INTO evidence (organisation, id, kind, subject, data, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6))",
          {organisation_, record.id, record.kind, record.subject, record.data, now_});
      ++saved_.new_evidence;
    }
    const auto extended = connection_.execute(
        R"(UPDATE observation SET last_seen = ?1
           WHERE organisation = ?2 AND asset = ?3 AND evidence = ?4 AND last_seen IN (?5, ?1))",
        {now_, organisation_, asset.id, record.id, previous_});
    if (extended == 0) {
      connection_.execute(
          R"(INSERT INTO observation (organisation, asset, evidence, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?4))",
          {organisation_, asset.id, record.id, now_});
    }
  }

  void save_verdict(const Judged& judged) {
    const auto outcome = word(judged.verdict.outcome);
    const auto severity = word(judged.severity);
    const auto confidence = word(judged.verdict.confidence);
    const auto detail = detail_json(judged.verdict.detail);
    const auto evidence = list_json(judged.evidence);
    const auto extended = connection_.execute(
        R"(UPDATE verdict SET last_seen = ?1, evidence = ?2
           WHERE organisation = ?3 AND asset = ?4 AND "check" = ?5 AND last_seen IN (?6, ?1)
             AND outcome = ?7 AND reason = ?8 AND severity = ?9 AND confidence = ?10 AND detail = ?11)",
        {now_, evidence, organisation_, judged.asset, judged.check, previous_, outcome, judged.verdict.reason,
         severity, confidence, detail});
    if (extended > 0) return;
    connection_.execute(
        R"(INSERT INTO verdict (organisation, asset, "check", first_seen, last_seen, outcome, reason, severity,
                                confidence, detail, evidence) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
           ON CONFLICT (organisation, asset, "check", first_seen) DO UPDATE SET last_seen = excluded.last_seen,
             outcome = excluded.outcome, reason = excluded.reason, severity = excluded.severity,
             confidence = excluded.confidence, detail = excluded.detail, evidence = excluded.evidence)",
        {organisation_, judged.asset, judged.check, now_, outcome, judged.verdict.reason, severity,
         confidence, detail, evidence});
  }

  // The first measurement finds everything; that is no news about any of it.
  void tell_of_asset(const Asset& asset, const Known& known) {
    if (previous_ < 0) return;
    json::object data{
        {"asset", asset.id}, {"kind", word(asset.kind)}, {"host", asset.host}, {"port", asset.port}};
    const auto before = known.find(asset.id);
    if (before == known.end()) {
      append_event(connection_, m_.time, "asset-found", organisation_, json::serialize(data));
      return;
    }
    auto same_but_for_why = before->second;
    same_but_for_why.why = asset.why;
    if (same_but_for_why == asset) return;
    if (before->second.value != asset.value) data["value"] = asset.value;
    if (before->second.addresses != asset.addresses)
      data["addresses"] = json::array(asset.addresses.begin(), asset.addresses.end());
    append_event(connection_, m_.time, "asset-changed", organisation_, json::serialize(data));
  }

  void tell_of_assets_gone(const Known& known) {
    std::set<std::string_view> now;
    for (const auto& asset : m_.assets) now.insert(asset.asset.id);
    for (const auto& [id, asset] : known) {
      if (now.contains(id)) continue;
      append_event(
          connection_, m_.time, "asset-gone", organisation_,
          json::serialize(json::object{{"asset", id}, {"kind", word(asset.kind)}, {"host", asset.host}}));
    }
  }

  Connection& connection_;
  const Measurement& m_;
  std::string_view organisation_;
  std::int64_t now_ = 0;
  std::int64_t previous_ = -1;
  Saved saved_;
};

// A measurement opens and closes; how a living finding is treated is for people to say (by_measurement:
// false).
void save_findings(Connection& connection, std::string_view organisation,
                   const std::vector<Finding>& findings, bool by_measurement) {
  for (const auto& finding : findings) {
    connection.execute(
        R"(INSERT INTO finding (organisation, id, asset, "check", outcome, severity, confidence, reason, state,
                                first_seen, last_seen, closed, reopened, unseen)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
           ON CONFLICT (organisation, id) DO UPDATE SET asset = excluded.asset, "check" = excluded."check",
             outcome = excluded.outcome, severity = excluded.severity, confidence = excluded.confidence,
             reason = excluded.reason, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
             closed = excluded.closed, reopened = excluded.reopened, unseen = excluded.unseen,
             state = CASE WHEN ?15 = 1 AND finding.state <> 'fixed' AND excluded.state <> 'fixed'
                          THEN finding.state ELSE excluded.state END)",
        {organisation, finding.id, finding.asset, finding.check, word(finding.outcome),
         word(finding.severity), word(finding.confidence), finding.reason, word(finding.state),
         to_unix(finding.first_seen), to_unix(finding.last_seen),
         finding.closed ? std::optional<std::int64_t>(to_unix(*finding.closed)) : std::nullopt,
         finding.reopened, finding.unseen, by_measurement});
  }
}

void save_finding_events(Connection& connection, std::string_view organisation,
                         const std::vector<FindingEvent>& events, const std::vector<Finding>& findings) {
  if (events.empty()) return;
  std::map<std::string_view, const Finding*> known;
  for (const auto& finding : findings) known.emplace(finding.id, &finding);
  for (const auto& event : events) {
    const auto found = known.find(event.finding);
    if (found == known.end()) continue;
    const auto& finding = *found->second;
    connection.execute(
        R"(INSERT INTO finding_event (organisation, finding, time, change, reason, after)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6)
           ON CONFLICT (organisation, finding, time) DO UPDATE SET change = excluded.change,
             reason = excluded.reason, after = excluded.after)",
        {organisation, event.finding, to_unix(event.time), word(event.change), event.reason,
         finding_json(finding)});
    const auto change = event.change;
    if (change != FindingChange::opened && change != FindingChange::closed &&
        change != FindingChange::reopened)
      continue;
    append_event(connection, event.time, "finding-" + word(change), organisation,
                 json::serialize(json::object{{"finding", finding.id},
                                              {"asset", finding.asset},
                                              {"check", finding.check},
                                              {"severity", word(finding.severity)},
                                              {"outcome", word(finding.outcome)},
                                              {"reason", event.reason}}));
  }
}

void save_score(Connection& connection, const Rescore& scored) {
  const auto now = to_unix(scored.time);
  const auto last = connection.first(
      R"(SELECT first_seen, method, output FROM score WHERE organisation = ?1 ORDER BY first_seen DESC LIMIT 1)",
      {scored.organisation});
  if (last && last->text(1) == scored.method && last->text(2) == scored.output) {
    connection.execute(
        "UPDATE score SET last_seen = greatest(last_seen, ?1) WHERE organisation = ?2 AND first_seen = ?3",
        {now, scored.organisation, last->number(0)});
    return;
  }
  connection.execute(
      R"(INSERT INTO score (organisation, first_seen, last_seen, method, score_cp, grade, input, output)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (organisation, first_seen) DO UPDATE SET last_seen = excluded.last_seen,
           method = excluded.method, score_cp = excluded.score_cp, grade = excluded.grade,
           input = excluded.input, output = excluded.output)",
      {scored.organisation, now, scored.method, scored.score_cp, scored.grade, scored.input, scored.output});
}

// The standing that follows from a score, and the news when it is another than before.
void save_standing(Connection& connection, const Rescore& scored, UtcTime measured, std::string_view cause) {
  auto standing = standing_of(scored.input, scored.output);
  standing.score_cp = scored.score_cp;
  standing.grade = scored.grade;
  const auto before = read_standing(connection, scored.organisation);
  write_standing(connection, scored.organisation, measured, standing);
  if (!before || (before->score_cp == standing.score_cp && before->grade == standing.grade)) return;
  const auto figures = [](const StandingRow& row) {
    return json::object{{"score_cp", row.score_cp}, {"grade", row.grade}};
  };
  append_event(connection, scored.time, "score-changed", scored.organisation,
               json::serialize(json::object{
                   {"before", figures(*before)}, {"after", figures(standing)}, {"cause", cause}}));
}

}  // namespace

Saved save_measurement(Connection& connection, const Measurement& m) {
  const auto& organisation = m.organisation.id;
  const auto saved = Saving(connection, m).run();
  save_findings(connection, organisation, m.findings, true);
  save_finding_events(connection, organisation, m.events, m.findings);
  const Rescore scored{organisation, m.time, {}, {}, m.method, m.input, m.output, m.score_cp, m.grade};
  save_score(connection, scored);
  save_standing(connection, scored, m.time, "measurement");
  append_event(
      connection, m.time, "measured", organisation,
      json::serialize(json::object{{"profile", m.profile}, {"score_cp", m.score_cp}, {"grade", m.grade}}));
  return saved;
}

void save_rescore(Connection& connection, const Rescore& rescore) {
  const auto measured =
      connection.query("SELECT max(time) FROM measurement WHERE organisation = ?1", {rescore.organisation});
  if (measured.at(0).null(0)) return;  // what was never measured has no score
  save_findings(connection, rescore.organisation, rescore.findings, false);
  save_finding_events(connection, rescore.organisation, rescore.events, rescore.findings);
  save_score(connection, rescore);
  save_standing(connection, rescore, from_unix(measured.at(0).number(0)), "rescore");
}

}  // namespace utsyn::store
