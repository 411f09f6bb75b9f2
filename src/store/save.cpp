// What a measurement or a rescoring writes, all within one transaction. An interval goes on when it held at
// the measurement before; else a new one begins.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "checks/catalogue.h"
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
    latest_ =
        connection_
            .query("SELECT coalesce(max(time), -1) FROM measurement WHERE organisation = ?1 AND time <= ?2",
                   {organisation_, now_})
            .at(0)
            .number(0);
    const auto known = assets_before();
    if (latest_ == now_) take_back();
    connection_.execute(
        R"(INSERT INTO measurement (organisation, time, profile) VALUES (?1, ?2, ?3)
           ON CONFLICT (organisation, time) DO UPDATE SET profile = excluded.profile)",
        {organisation_, now_, m_.profile});
    for (const auto& asset : m_.assets) save_asset(asset.asset, known);
    save_records();
    save_verdicts();
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
             {organisation_, latest_})) {
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

  // Times are whole seconds. A measurement that ends within the second of the one before stands in its place:
  // what only that one saw was never there, and what it lengthened ends where it had ended, so that whatever
  // this measurement does not see is not there any more.
  void take_back() {
    for (const std::string table : {"asset", "observation", "verdict"}) {
      connection_.execute("DELETE FROM " + table + " WHERE organisation = ?1 AND first_seen = ?2",
                          {organisation_, now_});
      connection_.execute(
          "UPDATE " + table + " SET last_seen = ?3 WHERE organisation = ?1 AND last_seen = ?2",
          {organisation_, now_, previous_});
    }
  }

  void save_asset(const Asset& asset, const Known& known) {
    const auto kind = word(asset.kind);
    const auto addresses = list_json(asset.addresses);
    const auto why = list_json(asset.why);
    const auto extended = connection_.execute(
        R"(UPDATE asset SET last_seen = ?1 WHERE organisation = ?2 AND id = ?3 AND last_seen = ?4
             AND kind = ?5 AND domain = ?6 AND host = ?7 AND port = ?8 AND value = ?9 AND by_provider = ?10
             AND addresses = ?11 AND why = ?12)",
        {now_, organisation_, asset.id, previous_, kind, asset.domain, asset.host, asset.port, asset.value,
         asset.by_provider, addresses, why});
    if (extended > 0) return;
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

  // Records and verdicts are many and mostly as they were: what holds is read once and compared here, one
  // statement lengthens all intervals that held before, and those that ended get their end back.

  using Key = std::pair<std::string, std::string>;  // asset, and evidence or check
  struct Interval {
    std::int64_t first_seen = 0;
    std::int64_t last_seen = 0;
    bool goes_on = false;
  };

  // Intervals by what they are of. Earlier versions could leave two of one thing that end with the same
  // measurement; the later one goes on.
  struct Intervals {
    std::map<Key, Interval> current;
    std::vector<std::pair<Key, std::int64_t>> ended;  // with their first_seen

    // In the order of first_seen.
    void add(Key key, Interval interval) {
      const auto [place, fresh] = current.try_emplace(std::move(key), interval);
      if (fresh) return;
      ended.emplace_back(place->first, place->second.first_seen);
      place->second = interval;
    }
  };

  void lengthen(const std::string& table, const std::string& column, const Intervals& intervals) {
    const auto ended_before = [&](const Interval& interval) { return interval.last_seen == previous_; };
    auto ended = intervals.ended;
    bool any = false;
    for (const auto& [key, interval] : intervals.current) {
      if (!ended_before(interval)) continue;
      any = any || interval.goes_on;
      if (!interval.goes_on) ended.emplace_back(key, interval.first_seen);
    }
    if (!any) return;
    connection_.execute("UPDATE " + table + " SET last_seen = ?1 WHERE organisation = ?2 AND last_seen = ?3",
                        {now_, organisation_, previous_});
    const auto back = "UPDATE " + table +
                      " SET last_seen = ?1 WHERE organisation = ?2 AND asset = ?3 AND \"" + column +
                      "\" = ?4 AND first_seen = ?5";
    for (const auto& [key, first_seen] : ended)
      connection_.execute(back, {previous_, organisation_, key.first, key.second, first_seen});
  }

  void save_records() {
    Intervals held;
    std::set<std::string> kept;  // evidence that is in the store
    for (const auto& row : connection_.query(
             R"(SELECT asset, evidence, first_seen, last_seen FROM observation
                WHERE organisation = ?1 AND last_seen = ?2 ORDER BY first_seen)",
             {organisation_, previous_})) {
      held.add({row.text(0), row.text(1)}, {row.number(2), row.number(3), false});
      kept.insert(row.text(1));
    }
    std::vector<std::vector<Row::Cell>> evidence;
    std::vector<std::vector<Row::Cell>> observations;
    const std::string organisation(organisation_);
    for (const auto& [asset, records, carried] : m_.assets) {
      for (const auto& record : records) {
        if (kept.contains(record.id) || touch(record, carried)) {
          ++saved_.known_evidence;
        } else {
          evidence.push_back({organisation, record.id, record.kind, record.subject, record.data, now_, now_});
          ++saved_.new_evidence;
        }
        kept.insert(record.id);
        const auto [interval, begins] =
            held.current.try_emplace({asset.id, record.id}, Interval{now_, now_, true});
        interval->second.goes_on = true;
        if (begins) observations.push_back({organisation, asset.id, record.id, now_, now_});
      }
    }
    static const std::vector<std::string> evidence_columns = {
        "organisation", "id", "kind", "subject", "data", "first_seen", "last_seen"};
    static const std::vector<std::string> observation_columns = {"organisation", "asset", "evidence",
                                                                 "first_seen", "last_seen"};
    if (!evidence.empty()) connection_.insert("evidence", evidence_columns, evidence);
    lengthen("observation", "evidence", held);
    if (!observations.empty()) connection_.insert("observation", observation_columns, observations);
    mark_as_seen();
  }

  // Evidence that did not hold at the measurement before but is known from earlier; false when it is new.
  bool touch(const Record& record, bool carried) {
    return carried ? connection_
                         .first("SELECT 1 FROM evidence WHERE organisation = ?1 AND id = ?2",
                                {organisation_, record.id})
                         .has_value()
                   : connection_.execute(
                         R"(UPDATE evidence SET last_seen = greatest(last_seen, ?1)
                            WHERE organisation = ?2 AND id = ?3)",
                         {now_, organisation_, record.id}) > 0;
  }

  // What was carried on from before holds, but was not seen again.
  void mark_as_seen() {
    const std::string seen = R"(UPDATE evidence SET last_seen = ?1 WHERE organisation = ?2 AND last_seen < ?1
        AND id IN (SELECT evidence FROM observation WHERE organisation = ?2 AND last_seen = ?1)";
    bool any_carried = false;
    for (const auto& asset : m_.assets) any_carried = any_carried || asset.carried;
    if (!any_carried) {
      connection_.execute(seen + ")", {now_, organisation_});
      return;
    }
    for (const auto& asset : m_.assets) {
      if (!asset.carried)
        connection_.execute(seen + " AND asset = ?3)", {now_, organisation_, asset.asset.id});
    }
  }

  void save_verdicts() {
    struct Held {
      std::string content;
      std::string evidence;
    };
    const auto content_of = [](const std::string& outcome, const std::string& reason,
                               const std::string& severity, const std::string& confidence,
                               const std::string& detail) {
      return outcome + '\n' + severity + '\n' + confidence + '\n' + reason + '\n' + detail;
    };
    Intervals intervals;
    std::map<Key, Held> contents;
    for (
        const auto& row : connection_.query(
            R"(SELECT asset, "check", first_seen, last_seen, outcome, reason, severity, confidence, detail, evidence
                FROM verdict WHERE organisation = ?1 AND last_seen = ?2 ORDER BY first_seen)",
            {organisation_, previous_})) {
      const Key key{row.text(0), row.text(1)};
      intervals.add(key, {row.number(2), row.number(3), false});
      contents[key] = {content_of(row.text(4), row.text(5), row.text(6), row.text(7), row.text(8)),
                       row.text(9)};
    }
    std::vector<std::vector<Row::Cell>> begun;
    std::vector<std::vector<Row::Cell>> replaced;  // of one check on one asset, again
    std::vector<std::pair<Key, std::string>> other_evidence;
    std::set<Key> done;
    for (const auto& judged : m_.verdicts) {
      const Key key{judged.asset, judged.check};
      const auto outcome = word(judged.verdict.outcome);
      const auto severity = word(judged.severity);
      const auto confidence = word(judged.verdict.confidence);
      auto detail = detail_json(judged.verdict.detail);
      auto evidence = list_json(judged.evidence);
      const auto known = intervals.current.find(key);
      const bool twice = !done.insert(key).second;
      if (!twice && known != intervals.current.end() &&
          contents[key].content == content_of(outcome, judged.verdict.reason, severity, confidence, detail)) {
        known->second.goes_on = true;
        if (contents[key].evidence != evidence) other_evidence.emplace_back(key, std::move(evidence));
        continue;
      }
      (twice ? replaced : begun)
          .push_back({std::string(organisation_), judged.asset, judged.check, now_, now_, outcome,
                      judged.verdict.reason, severity, confidence, std::move(detail), std::move(evidence)});
    }
    lengthen("verdict", "check", intervals);
    for (const auto& [key, evidence] : other_evidence) {
      connection_.execute(
          R"(UPDATE verdict SET evidence = ?1
             WHERE organisation = ?2 AND asset = ?3 AND "check" = ?4 AND first_seen = ?5)",
          {evidence, organisation_, key.first, key.second, intervals.current[key].first_seen});
    }
    static const std::vector<std::string> columns = {"organisation", "asset",   "check",   "first_seen",
                                                     "last_seen",    "outcome", "reason",  "severity",
                                                     "confidence",   "detail",  "evidence"};
    for (const auto& row : replaced) {
      connection_.execute(
          R"(DELETE FROM verdict WHERE organisation = ?1 AND asset = ?2 AND "check" = ?3 AND first_seen = ?4)",
          {organisation_, std::get<std::string>(row[1]), std::get<std::string>(row[2]), now_});
      std::erase_if(begun, [&](const auto& other) { return other[1] == row[1] && other[2] == row[2]; });
    }
    // Of two verdicts of one check on one asset the last one stands.
    std::map<Key, const std::vector<Row::Cell>*> last;
    for (const auto& row : replaced)
      last[{std::get<std::string>(row[1]), std::get<std::string>(row[2])}] = &row;
    for (const auto& [key, row] : last) begun.push_back(*row);
    if (!begun.empty()) connection_.insert("verdict", columns, begun);
  }

  // The first measurement finds everything; that is no news about any of it.
  void tell_of_asset(const Asset& asset, const Known& known) {
    if (latest_ < 0) return;
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
  std::int64_t previous_ = -1;  // the measurement before this second
  std::int64_t latest_ = -1;    // before this one: of this very second, or previous_
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

// How grave the living findings are that a measurement is about to change.
struct Gravity {
  std::string severity;
  std::string outcome;
  bool operator==(const Gravity&) const = default;
};
using Gravities = std::map<std::string, Gravity, std::less<>>;

Gravities gravities_before(Connection& connection, std::string_view organisation,
                           const std::vector<FindingEvent>& events) {
  Gravities out;
  const auto changed = [](const FindingEvent& event) { return event.change == FindingChange::changed; };
  if (std::ranges::none_of(events, changed)) return out;
  for (const auto& row : connection.query(
           "SELECT id, severity, outcome FROM finding WHERE organisation = ?1 AND state <> 'fixed'",
           {organisation}))
    out.emplace(row.text(0), Gravity{row.text(1), row.text(2)});
  return out;
}

void save_finding_events(Connection& connection, std::string_view organisation,
                         const std::vector<FindingEvent>& events, const std::vector<Finding>& findings,
                         const Gravities& before) {
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
    // Of what goes on, only how grave it is now is news.
    const auto change = event.change;
    const Gravity now{word(finding.severity), word(finding.outcome)};
    const auto was = change == FindingChange::changed ? before.find(finding.id) : before.end();
    if (change == FindingChange::unseen ||
        (change == FindingChange::changed && (was == before.end() || was->second == now)))
      continue;
    json::object data{{"finding", finding.id},    {"asset", finding.asset}, {"check", finding.check},
                      {"severity", now.severity}, {"outcome", now.outcome}, {"reason", event.reason}};
    if (was != before.end()) {
      data["severity_before"] = was->second.severity;
      data["outcome_before"] = was->second.outcome;
    }
    if (const auto* listed = checks::known_exploited(finding.check))
      data["known_exploited"] = json::object{{"cve", listed->cve}, {"added", listed->added}};
    append_event(connection, event.time, "finding-" + word(change), organisation, json::serialize(data));
  }
}

void save_score(Connection& connection, const Rescore& scored) {
  const auto last = connection.first(
      R"(SELECT first_seen, method, output FROM score WHERE organisation = ?1 ORDER BY first_seen DESC LIMIT 1)",
      {scored.organisation});
  // What is stored last is in force: a measurement may have ended before a rescore, and be stored after it.
  const auto now = std::max(to_unix(scored.time), last ? last->number(0) : 0);
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
  const auto before = gravities_before(connection, organisation, m.events);
  save_findings(connection, organisation, m.findings, true);
  save_finding_events(connection, organisation, m.events, m.findings, before);
  const Rescore scored{organisation, m.time, {}, {}, m.method, m.input, m.output, m.score_cp, m.grade};
  save_score(connection, scored);
  save_standing(connection, scored, m.time, "measurement");
  // Of a part when the rest was carried over: what counts measurements does not count it.
  const bool part = std::ranges::any_of(m.assets, &AssetRecords::carried);
  append_event(connection, m.time, "measured", organisation,
               json::serialize(json::object{
                   {"profile", m.profile}, {"score_cp", m.score_cp}, {"grade", m.grade}, {"part", part}}));
  return saved;
}

void save_rescore(Connection& connection, const Rescore& rescore) {
  const auto measured =
      connection.query("SELECT max(time) FROM measurement WHERE organisation = ?1", {rescore.organisation});
  if (measured.at(0).null(0)) return;  // what was never measured has no score
  save_findings(connection, rescore.organisation, rescore.findings, false);
  save_finding_events(connection, rescore.organisation, rescore.events, rescore.findings, {});
  save_score(connection, rescore);
  save_standing(connection, rescore, from_unix(measured.at(0).number(0)), "rescore");
}

}  // namespace utsyn::store
