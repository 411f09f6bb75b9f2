// For tests: an organisation with three findings, what people ask for, and what the store says then.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/judge.h"
#include "followup/desk.h"
#include "followup/finding_list.h"
#include "followup/rows.h"
#include "score/json.h"
#include "store/events.h"
#include "store/store.h"
#include "store/test_database.h"

namespace utsyn::followup {

inline const UtcTime kFirst = parse_time("2026-11-02T09:00:00Z").value();
inline const UtcTime kNow = parse_time("2026-11-16T09:00:00Z").value();  // a Monday
inline const UtcTime kAnswer = parse_time("2026-11-23T23:00:00Z").value();

inline const std::string kTls = "tls.protocol.tls10@www.example.no:443";
inline const std::string kHsts = "http.hsts.exists@www.example.no:443";
inline const std::string kDmarc = "email.dmarc.policy@example.no";

inline store::Judged judged(const std::string& id, checks::Severity severity, checks::Outcome outcome) {
  store::Judged out;
  out.check = id.substr(0, id.find('@'));
  out.asset = id.substr(id.find('@') + 1);
  out.verdict = {outcome, outcome == checks::Outcome::pass ? "fine" : "offered"};
  out.severity = severity;
  return out;
}

inline store::Asset asset(const std::string& id) {
  store::Asset out;
  out.id = id;
  out.host = id.substr(0, id.find(':'));
  out.domain = "example.no";
  out.why = {"given"};
  return out;
}

inline access::Access reader_of(std::vector<std::pair<std::string, access::Detail>> organisations) {
  access::Access out;
  out.user = "reader";
  out.organisations = std::move(organisations);
  std::ranges::sort(out.organisations);
  return out;
}

class DeskTest : public store::testing::DatabaseTest {
 protected:
  void measure(const std::string& organisation, UtcTime time, checks::Outcome tls = checks::Outcome::fail) {
    sql().write([&](store::Connection& connection) {
      store::Measurement m;
      m.organisation = {organisation, organisation + " kommune", "municipality"};
      m.time = time;
      m.profile = "core";
      const std::vector<store::Asset> assets = {asset("www.example.no:443"), asset("example.no")};
      for (const auto& one : assets) m.assets.push_back({one, {}});
      m.verdicts = {judged(kTls, checks::Severity::medium, tls),
                    judged(kHsts, checks::Severity::low, checks::Outcome::fail),
                    judged(kDmarc, checks::Severity::high, checks::Outcome::fail)};
      for (auto& verdict : m.verdicts)
        if (const auto now = gravity_.find(verdict.check + "@" + verdict.asset); now != gravity_.end())
          verdict.severity = now->second;
      auto advanced = store::advance(findings_now(connection, organisation, time), m.verdicts, time);
      m.findings = std::move(advanced.findings);
      m.events = std::move(advanced.events);
      auto input = engine::score_input(m.organisation, assets, m.verdicts, m.findings, time);
      input.coverage = score::full_coverage;  // three checks are enough here
      const auto score = score::score(input);
      m.method = score::method_id;
      m.input = score::write_organisation(input);
      m.output = score::write_score(score);
      m.score_cp = score.score_cp;
      m.grade = score::word(score.grade);
      store::save_measurement(connection, m);
    });
  }

  By by(const std::string& user, UtcTime now) const { return {{"token-of-" + user, "192.0.2.1"}, user, now}; }

  Desk::Answer ask(Request wanted, UtcTime now = kNow, const std::string& finding = kTls) {
    return sql().write([&](store::Connection& connection) {
      Desk desk(connection, by("anne", now));
      auto answer = desk.ask("fjord", finding, std::move(wanted));
      effects_ = desk.finish();
      return answer;
    });
  }
  Desk::Answer decide(const Treatment& treatment, Decision decision, const std::string& user, UtcTime now) {
    return sql().write([&](store::Connection& connection) {
      Desk desk(connection, by(user, now));
      auto answer = desk.decide("fjord", treatment.finding, treatment.id, decision, "looked at together");
      effects_ = desk.finish();
      return answer;
    });
  }
  store::FindingState stored_state(const std::string& finding = kTls) {
    return sql().read([&](store::Connection& connection) {
      const auto row =
          connection.first("SELECT state FROM finding WHERE organisation = 'fjord' AND id = ?1", {finding});
      return named<store::FindingState>(row->text(0)).value();
    });
  }
  std::int64_t score(UtcTime now) {
    return sql().read(
        [&](store::Connection& connection) { return score_at(connection, "fjord", now)->score_cp; });
  }
  Swept sweep_at(UtcTime now) {
    return sql().write([&](store::Connection& connection) { return sweep(connection, now); });
  }
  std::vector<std::string> event_kinds() {
    return sql().read([&](store::Connection& connection) {
      std::vector<std::string> out;
      for (const auto& event : store::events_after(connection, 0, 1000)) out.push_back(event.kind);
      return out;
    });
  }
  ListAnswer list(const access::Access& reader, Filter filter = {}, Order order = Order::worst,
                  std::size_t limit = 50, std::vector<std::string> after = {}, UtcTime now = kNow) {
    return sql()
        .read([&](store::Connection& connection) {
          return list_findings(connection, reader, {std::move(filter), order, limit, std::move(after), {}},
                               now);
        })
        .value();
  }
  static std::vector<std::string> ids(const ListAnswer& answer) {
    std::vector<std::string> out;
    for (const auto& item : answer.items) out.push_back(item.organisation + " " + item.finding.id);
    return out;
  }

  std::map<std::string, Effect> effects_;
  std::map<std::string, checks::Severity> gravity_;  // what the next measurement finds otherwise than usual
};
inline Request acceptance(UtcTime until = kNow + std::chrono::days{100}) {
  return {Kind::acceptance, "Kari Nordmann", "replaced in May", "", until};
}
inline Request compensation() {
  return {Kind::compensation, "", "reachable from the office only", "", kNow + std::chrono::days{100}};
}
inline Request dispute(std::string evidence = "a letter") {
  return {Kind::dispute, "", "not ours", std::move(evidence), std::nullopt};
}

}  // namespace utsyn::followup
