// The store on Sql, the same for both databases.
#include "store/rows.h"
#include "store/session.h"
#include "store/store.h"
#include "store/words.h"

namespace utsyn::store {
namespace {

class SqlStore final : public Store {
 public:
  explicit SqlStore(std::shared_ptr<Sql> sql) : sql_(std::move(sql)) {}

  Result<Saved, Error> save(const Measurement& measurement) override {
    return guarded<Saved>("storing the measurement of " + measurement.organisation.id, [&] {
      return sql_->write([&](Connection& connection) { return save_measurement(connection, measurement); });
    });
  }
  Result<void, Error> save_rescore(const Rescore& rescore) override {
    return guarded<void>("storing the score of " + rescore.organisation, [&] {
      sql_->write([&](Connection& connection) { store::save_rescore(connection, rescore); });
    });
  }
  Result<std::vector<Organisation>, Error> organisations() override;
  Result<std::vector<Finding>, Error> findings(std::string_view organisation) override;
  Result<std::vector<FindingEvent>, Error> events(std::string_view organisation) override;
  Result<std::vector<ScoreRow>, Error> scores(std::string_view organisation) override;
  Result<std::vector<VerdictRow>, Error> verdicts(std::string_view organisation, std::string_view asset,
                                                  std::string_view check) override;
  Result<std::optional<Snapshot>, Error> at(std::string_view organisation, UtcTime moment) override;
  Result<std::optional<Record>, Error> evidence(std::string_view organisation, std::string_view id) override;
  Result<Counts, Error> counts() override;

 private:
  // The one place where a failure of the database becomes an answer.
  template <class T, class Step>
  Result<T, Error> guarded(const std::string& what, Step step) {
    try {
      if constexpr (std::is_void_v<T>) {
        step();
        return {};
      } else {
        return step();
      }
    } catch (const Failure& failure) {
      return unexpected(during(what, failure.error()));
    }
  }
  template <class T, class Step>
  Result<T, Error> reading(const std::string& what, Step step) {
    return guarded<T>(
        what, [&] { return sql_->read([&](Connection& connection) { return T(step(connection)); }); });
  }

  std::shared_ptr<Sql> sql_;
};

Failure unreadable(const std::string& what) {
  return Failure({ErrorKind::corrupt, std::string(kSomeStep) + ": " + what +
                                          " cannot be read. Restore the store from a backup."});
}

Result<std::vector<Organisation>, Error> SqlStore::organisations() {
  return reading<std::vector<Organisation>>("listing organisations", [](Connection& connection) {
    std::vector<Organisation> out;
    for (const auto& row : connection.query("SELECT id, name, kind FROM organisation ORDER BY id"))
      out.push_back({row.text(0), row.text(1), row.text(2)});
    return out;
  });
}

Result<std::vector<Finding>, Error> SqlStore::findings(std::string_view organisation) {
  return reading<std::vector<Finding>>("reading findings", [&](Connection& connection) {
    std::vector<Finding> out;
    for (
        const auto& row : connection.query(
            R"(SELECT id, asset, "check", outcome, severity, confidence, reason, state, first_seen, last_seen,
                       closed, reopened, unseen FROM finding WHERE organisation = ?1 ORDER BY id)",
            {organisation}))
      out.push_back(finding_of(row));
    return out;
  });
}

Result<std::vector<FindingEvent>, Error> SqlStore::events(std::string_view organisation) {
  return reading<std::vector<FindingEvent>>("reading the history of findings", [&](Connection& connection) {
    std::vector<FindingEvent> out;
    for (const auto& row : connection.query(
             R"(SELECT finding, time, change, reason FROM finding_event WHERE organisation = ?1
                ORDER BY time, finding)",
             {organisation}))
      out.push_back({row.text(0), from_unix(row.number(1)), value_of(row.text(2), FindingChange::changed),
                     row.text(3)});
    return out;
  });
}

Result<std::vector<ScoreRow>, Error> SqlStore::scores(std::string_view organisation) {
  return reading<std::vector<ScoreRow>>("reading scores", [&](Connection& connection) {
    std::vector<ScoreRow> out;
    for (const auto& row : connection.query(
             R"(SELECT first_seen, last_seen, method, score_cp, grade, input, output FROM score
                WHERE organisation = ?1 ORDER BY first_seen)",
             {organisation}))
      out.push_back({from_unix(row.number(0)), from_unix(row.number(1)), row.text(2), row.number(3),
                     row.text(4), row.text(5), row.text(6)});
    return out;
  });
}

Result<std::vector<Store::VerdictRow>, Error> SqlStore::verdicts(std::string_view organisation,
                                                                 std::string_view asset,
                                                                 std::string_view check) {
  return reading<std::vector<VerdictRow>>("reading verdicts", [&](Connection& connection) {
    std::vector<VerdictRow> out;
    for (const auto& row : connection.query(
             R"(SELECT first_seen, last_seen, outcome, reason, severity, confidence, detail, evidence
                FROM verdict WHERE organisation = ?1 AND asset = ?2 AND "check" = ?3 ORDER BY first_seen)",
             {organisation, asset, check})) {
      VerdictRow one{from_unix(row.number(0)), from_unix(row.number(1)), {}};
      one.judged.asset = asset;
      one.judged.check = check;
      one.judged.verdict.outcome = value_of(row.text(2), checks::Outcome::unknown);
      one.judged.verdict.reason = row.text(3);
      one.judged.severity = value_of(row.text(4), checks::Severity::info);
      one.judged.verdict.confidence = value_of(row.text(5), checks::Confidence::weak);
      one.judged.verdict.detail = detail_from_json(row.text(6));
      one.judged.evidence = list_from_json(row.text(7));
      out.push_back(std::move(one));
    }
    return out;
  });
}

Result<std::optional<Snapshot>, Error> SqlStore::at(std::string_view organisation, UtcTime moment) {
  return reading<std::optional<Snapshot>>(
      "reading the store as it was", [&](Connection& connection) -> std::optional<Snapshot> {
        const auto measured = connection.first(
            R"(SELECT m.time, m.profile, o.name, o.kind FROM measurement m
               JOIN organisation o ON o.id = m.organisation
               WHERE m.organisation = ?1 AND m.time <= ?2 ORDER BY m.time DESC LIMIT 1)",
            {organisation, to_unix(moment)});
        if (!measured) return std::nullopt;
        Snapshot out;
        const auto time = measured->number(0);
        out.measured = from_unix(time);
        out.profile = measured->text(1);
        out.organisation = {std::string(organisation), measured->text(2), measured->text(3)};

        for (const auto& row : connection.query(
                 R"(SELECT id, kind, domain, host, port, value, by_provider, addresses, why FROM asset
                    WHERE organisation = ?1 AND first_seen <= ?2 AND last_seen >= ?2 ORDER BY id)",
                 {organisation, time})) {
          AssetRecords one;
          one.asset = {row.text(0),
                       value_of(row.text(1), AssetKind::domain),
                       row.text(2),
                       row.text(3),
                       static_cast<int>(row.number(4)),
                       static_cast<int>(row.number(5)),
                       row.truth(6),
                       list_from_json(row.text(7)),
                       list_from_json(row.text(8))};
          for (const auto& record : connection.query(
                   R"(SELECT e.id, e.kind, e.subject, e.data FROM observation o
                      JOIN evidence e ON e.organisation = o.organisation AND e.id = o.evidence
                      WHERE o.organisation = ?1 AND o.asset = ?2 AND o.first_seen <= ?3 AND o.last_seen >= ?3
                      ORDER BY e.kind, e.subject)",
                   {organisation, one.asset.id, time}))
            one.records.push_back({record.text(0), record.text(1), record.text(2), record.text(3)});
          out.assets.push_back(std::move(one));
        }

        // The newest event not later than the measurement tells how each finding stood.
        for (const auto& row : connection.query(
                 R"(SELECT after FROM finding_event e WHERE organisation = ?1 AND time =
                      (SELECT max(time) FROM finding_event l WHERE l.organisation = e.organisation
                         AND l.finding = e.finding AND l.time <= ?2)
                    ORDER BY finding)",
                 {organisation, time})) {
          auto finding = finding_from_json(row.text(0));
          if (!finding) throw unreadable("a finding");
          const bool seen = !finding->unseen && finding->state != FindingState::fixed;
          if (seen) finding->last_seen = out.measured;
          out.findings.push_back(std::move(*finding));
        }
        return out;
      });
}

Result<std::optional<Record>, Error> SqlStore::evidence(std::string_view organisation, std::string_view id) {
  return reading<std::optional<Record>>(
      "reading evidence", [&](Connection& connection) -> std::optional<Record> {
        const auto row = connection.first(
            "SELECT id, kind, subject, data FROM evidence WHERE organisation = ?1 AND id = ?2",
            {organisation, id});
        if (!row) return std::nullopt;
        return Record{row->text(0), row->text(1), row->text(2), row->text(3)};
      });
}

Result<Counts, Error> SqlStore::counts() {
  return reading<Counts>("counting", [](Connection& connection) {
    const auto of = [&](const std::string& table) {
      return connection.query("SELECT count(*) FROM " + table).at(0).number(0);
    };
    return Counts{of("organisation"), of("measurement"), of("evidence"), of("observation"),
                  of("verdict"),      of("finding"),     of("score")};
  });
}

}  // namespace

std::shared_ptr<Store> store_on(std::shared_ptr<Sql> sql) {
  return std::make_shared<SqlStore>(std::move(sql));
}

Result<std::shared_ptr<Store>, Error> open_store(const std::string& where) {
  auto sql = open_sql(where);
  if (!sql) return unexpected(std::move(sql.error()));
  return store_on(std::move(*sql));
}

}  // namespace utsyn::store
