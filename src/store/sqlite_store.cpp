// The store in one SQLite file: WAL, synchronous FULL (what was acknowledged survives power loss too), STRICT
// tables.
#include <sqlite3.h>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <filesystem>
#include <mutex>

#include "store/database.h"
#include "store/rows.h"
#include "store/schema.h"
#include "store/store.h"

namespace utsyn::store {
namespace {

template <class Enum>
std::string word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
template <class Enum>
Enum value_of(const std::string& text, Enum otherwise) {
  Enum out = otherwise;
  boost::describe::enum_from_string(text.c_str(), out);
  return out;
}

Error error_of(const DatabaseFailure& failure, const std::string& step, const std::string& path) {
  const auto say = [&](ErrorKind kind, const std::string& next) {
    return Error{kind, step + " (" + path + "): " + failure.message + ". " + next};
  };
  switch (failure.code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return say(ErrorKind::locked,
                 "Another process is writing to the store; wait for it or end it, then try again.");
    case SQLITE_FULL:
      return say(ErrorKind::disk_full,
                 "The disk is full; free some space and try again. Nothing was half stored.");
    case SQLITE_NOTADB:
      return say(ErrorKind::not_a_store, "The file is not an Utsyn store; give another --db.");
    case SQLITE_CORRUPT:
      return say(ErrorKind::corrupt, "The store is damaged; restore it from a backup.");
    case SQLITE_CANTOPEN:
      return say(ErrorKind::cannot_open,
                 "Check that the folder exists and may be written to, or give another --db.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return say(ErrorKind::cannot_open,
                 "The file may not be written to; check its permissions, or give another --db.");
    case SQLITE_IOERR:
      // A full disk shows itself like this too, when there is no room for the file beside the store.
      return say(ErrorKind::failed,
                 "The disk is full or failing; free some space, look at its health, and try again.");
    default:
      return say(ErrorKind::failed, "Try again; if it comes back, restore the store from a backup.");
  }
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::string& path) : path_(path), database_(path) {}

  std::optional<Error> prepare();

  Result<Saved, Error> save(const Measurement& measurement) override {
    return guarded<Saved>("storing the measurement of " + measurement.organisation.id,
                          [&] { return save_all(measurement); });
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
  // The one place where a database failure becomes an answer.
  template <class T, class Step>
  Result<T, Error> guarded(const std::string& what, Step step) {
    const std::scoped_lock lock(mutex_);
    try {
      return step();
    } catch (const DatabaseFailure& failure) {
      return unexpected(error_of(failure, what, path_));
    }
  }

  Saved save_all(const Measurement& measurement);
  void save_asset(const Measurement& m, const Asset& asset, std::int64_t previous);
  void save_verdict(const Measurement& m, const Judged& judged, std::int64_t previous);
  void save_findings(const Measurement& m);
  void save_score(const Measurement& m, std::int64_t previous);

  std::string path_;
  Database database_;
  std::mutex mutex_;
};

std::optional<Error> SqliteStore::prepare() {
  try {
    database_.run("PRAGMA foreign_keys = ON");
    const auto application = database_.number("PRAGMA application_id");
    const auto version = database_.number("PRAGMA user_version");
    const auto tables = database_.number("SELECT count(*) FROM sqlite_schema");
    if (tables > 0 && application != kApplicationId) {
      return Error{ErrorKind::not_a_store, "opening the store (" + path_ +
                                               "): it is a database of another program. Give another --db."};
    }
    if (version > static_cast<int>(kMigrations.size())) {
      return Error{ErrorKind::newer_version, "opening the store (" + path_ +
                                                 "): it was written by a newer Utsyn (schema " +
                                                 std::to_string(version) + ", this one knows " +
                                                 std::to_string(static_cast<int>(kMigrations.size())) +
                                                 "). Upgrade Utsyn; the store was not touched."};
    }
    database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    if (version < static_cast<int>(kMigrations.size())) {
      Transaction transaction(database_);
      // Another process may have done it while we waited for the lock.
      for (auto step = database_.number("PRAGMA user_version"); step < static_cast<int>(kMigrations.size());
           ++step) {
        database_.run(kMigrations[static_cast<std::size_t>(step)]);
        database_.run(("PRAGMA user_version = " + std::to_string(step + 1)).c_str());
      }
      database_.run(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
      transaction.commit();
    }
    return std::nullopt;
  } catch (const DatabaseFailure& failure) {
    return error_of(failure, "opening the store", path_);
  }
}

Saved SqliteStore::save_all(const Measurement& m) {
  Saved saved;
  const auto now = to_unix(m.time);
  const std::string_view organisation = m.organisation.id;
  Transaction transaction(database_);
  Statement(database_, R"(INSERT INTO organisation VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind)")
      .with(organisation, std::string_view(m.organisation.name), std::string_view(m.organisation.kind))
      .execute();
  Statement previous_of(
      database_, "SELECT coalesce(max(time), -1) FROM measurement WHERE organisation = ? AND time < ?");
  previous_of.with(organisation, now).next();
  // An interval goes on when it held at the previous measurement; else a new one begins.
  const auto previous = previous_of.number(0);
  Statement(database_, "INSERT OR REPLACE INTO measurement VALUES (?, ?, ?)")
      .with(organisation, now, std::string_view(m.profile))
      .execute();

  Statement extend_evidence(
      database_, "UPDATE evidence SET last_seen = max(last_seen, ?) WHERE organisation = ? AND id = ?");
  Statement add_evidence(database_, "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)");
  Statement extend_observation(database_, R"(UPDATE observation SET last_seen = ?
      WHERE organisation = ? AND asset = ? AND evidence = ? AND last_seen IN (?, ?))");
  Statement add_observation(database_, "INSERT INTO observation VALUES (?, ?, ?, ?, ?)");
  for (const auto& [asset, records, carried] : m.assets) {
    save_asset(m, asset, previous);
    for (const auto& record : records) {
      // What was not asked again was not seen again.
      const auto seen = carried ? 0 : now;
      if (extend_evidence.with(seen, organisation, std::string_view(record.id)).execute() > 0) {
        ++saved.known_evidence;
      } else {
        add_evidence
            .with(organisation, std::string_view(record.id), std::string_view(record.kind),
                  std::string_view(record.subject), std::string_view(record.data), now, now)
            .execute();
        ++saved.new_evidence;
      }
      const auto extended =
          extend_observation
              .with(now, organisation, std::string_view(asset.id), std::string_view(record.id), previous, now)
              .execute();
      if (extended == 0) {
        add_observation.with(organisation, std::string_view(asset.id), std::string_view(record.id), now, now)
            .execute();
      }
    }
  }
  for (const auto& judged : m.verdicts) save_verdict(m, judged, previous);
  save_findings(m);
  save_score(m, previous);
  transaction.commit();
  return saved;
}

void SqliteStore::save_asset(const Measurement& m, const Asset& asset, std::int64_t previous) {
  const auto now = to_unix(m.time);
  const std::string_view organisation = m.organisation.id;
  const auto kind = word(asset.kind);
  const auto addresses = list_json(asset.addresses);
  const auto why = list_json(asset.why);
  Statement extend(database_,
                   R"(UPDATE asset SET last_seen = ? WHERE organisation = ? AND id = ? AND last_seen IN (?, ?)
      AND kind = ? AND domain = ? AND host = ? AND port = ? AND value = ? AND by_provider = ? AND addresses = ? AND why = ?)");
  const auto extended =
      extend
          .with(now, organisation, std::string_view(asset.id), previous, now, std::string_view(kind),
                std::string_view(asset.domain), std::string_view(asset.host), asset.port, asset.value,
                asset.by_provider ? 1 : 0, std::string_view(addresses), std::string_view(why))
          .execute();
  if (extended > 0) return;
  Statement(database_, "INSERT OR REPLACE INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .with(organisation, std::string_view(asset.id), now, now, std::string_view(kind),
            std::string_view(asset.domain), std::string_view(asset.host), asset.port, asset.value,
            asset.by_provider ? 1 : 0, std::string_view(addresses), std::string_view(why))
      .execute();
}

void SqliteStore::save_verdict(const Measurement& m, const Judged& judged, std::int64_t previous) {
  const auto now = to_unix(m.time);
  const std::string_view organisation = m.organisation.id;
  const auto outcome = word(judged.verdict.outcome);
  const auto severity = word(judged.severity);
  const auto confidence = word(judged.verdict.confidence);
  const auto detail = detail_json(judged.verdict.detail);
  const auto evidence = list_json(judged.evidence);
  Statement extend(database_, R"(UPDATE verdict SET last_seen = ?, evidence = ?
      WHERE organisation = ? AND asset = ? AND "check" = ? AND last_seen IN (?, ?)
      AND outcome = ? AND reason = ? AND severity = ? AND confidence = ? AND detail = ?)");
  const auto extended =
      extend
          .with(now, std::string_view(evidence), organisation, std::string_view(judged.asset),
                std::string_view(judged.check), previous, now, std::string_view(outcome),
                std::string_view(judged.verdict.reason), std::string_view(severity),
                std::string_view(confidence), std::string_view(detail))
          .execute();
  if (extended > 0) return;
  Statement(database_, "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .with(organisation, std::string_view(judged.asset), std::string_view(judged.check), now, now,
            std::string_view(outcome), std::string_view(judged.verdict.reason), std::string_view(severity),
            std::string_view(confidence), std::string_view(detail), std::string_view(evidence))
      .execute();
}

void SqliteStore::save_findings(const Measurement& m) {
  const std::string_view organisation = m.organisation.id;
  Statement put(database_,
                "INSERT INTO finding VALUES (?, ?, ?) ON CONFLICT (organisation, id) DO UPDATE SET data = "
                "excluded.data");
  for (const auto& finding : m.findings) {
    put.with(organisation, std::string_view(finding.id), std::string_view(finding_json(finding))).execute();
  }
  Statement note(database_, "INSERT OR REPLACE INTO finding_event VALUES (?, ?, ?, ?, ?, ?)");
  for (const auto& event : m.events) {
    for (const auto& finding : m.findings) {
      if (finding.id != event.finding) continue;
      note.with(organisation, std::string_view(event.finding), to_unix(event.time),
                std::string_view(word(event.change)), std::string_view(event.reason),
                std::string_view(finding_json(finding)))
          .execute();
    }
  }
}

void SqliteStore::save_score(const Measurement& m, std::int64_t previous) {
  const auto now = to_unix(m.time);
  const std::string_view organisation = m.organisation.id;
  Statement extend(database_, R"(UPDATE score SET last_seen = ?
      WHERE organisation = ? AND last_seen IN (?, ?) AND method = ? AND output = ?)");
  const auto extended =
      extend.with(now, organisation, previous, now, std::string_view(m.method), std::string_view(m.output))
          .execute();
  if (extended > 0) return;
  Statement(database_, "INSERT OR REPLACE INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .with(organisation, now, now, std::string_view(m.method), m.score_cp, std::string_view(m.grade),
            std::string_view(m.input), std::string_view(m.output))
      .execute();
}

Result<std::vector<Organisation>, Error> SqliteStore::organisations() {
  return guarded<std::vector<Organisation>>("listing organisations", [&] {
    std::vector<Organisation> out;
    Statement rows(database_, "SELECT id, name, kind FROM organisation ORDER BY id");
    while (rows.next()) out.push_back({rows.text(0), rows.text(1), rows.text(2)});
    return out;
  });
}

Result<std::vector<Finding>, Error> SqliteStore::findings(std::string_view organisation) {
  return guarded<std::vector<Finding>>("reading findings", [&] {
    std::vector<Finding> out;
    Statement rows(database_, "SELECT data FROM finding WHERE organisation = ? ORDER BY id");
    rows.with(organisation);
    while (rows.next()) {
      auto finding = finding_from_json(rows.text(0));
      if (!finding) throw DatabaseFailure{SQLITE_CORRUPT, "a finding cannot be read"};
      out.push_back(std::move(*finding));
    }
    return out;
  });
}

Result<std::vector<FindingEvent>, Error> SqliteStore::events(std::string_view organisation) {
  return guarded<std::vector<FindingEvent>>("reading the history of findings", [&] {
    std::vector<FindingEvent> out;
    Statement rows(database_, R"(SELECT finding, time, change, reason FROM finding_event
        WHERE organisation = ? ORDER BY time, finding)");
    rows.with(organisation);
    while (rows.next()) {
      out.push_back({rows.text(0), from_unix(rows.number(1)), value_of(rows.text(2), FindingChange::changed),
                     rows.text(3)});
    }
    return out;
  });
}

Result<std::vector<ScoreRow>, Error> SqliteStore::scores(std::string_view organisation) {
  return guarded<std::vector<ScoreRow>>("reading scores", [&] {
    std::vector<ScoreRow> out;
    Statement rows(database_,
                   R"(SELECT first_seen, last_seen, method, score_cp, grade, input, output FROM score
        WHERE organisation = ? ORDER BY first_seen)");
    rows.with(organisation);
    while (rows.next()) {
      out.push_back({from_unix(rows.number(0)), from_unix(rows.number(1)), rows.text(2), rows.number(3),
                     rows.text(4), rows.text(5), rows.text(6)});
    }
    return out;
  });
}

Result<std::vector<Store::VerdictRow>, Error> SqliteStore::verdicts(std::string_view organisation,
                                                                    std::string_view asset,
                                                                    std::string_view check) {
  return guarded<std::vector<VerdictRow>>("reading verdicts", [&] {
    std::vector<VerdictRow> out;
    Statement rows(database_,
                   R"(SELECT first_seen, last_seen, outcome, reason, severity, confidence, detail, evidence
        FROM verdict WHERE organisation = ? AND asset = ? AND "check" = ? ORDER BY first_seen)");
    rows.with(organisation, asset, check);
    while (rows.next()) {
      VerdictRow row{from_unix(rows.number(0)), from_unix(rows.number(1)), {}};
      row.judged.asset = asset;
      row.judged.check = check;
      row.judged.verdict.outcome = value_of(rows.text(2), checks::Outcome::unknown);
      row.judged.verdict.reason = rows.text(3);
      row.judged.severity = value_of(rows.text(4), checks::Severity::info);
      row.judged.verdict.confidence = value_of(rows.text(5), checks::Confidence::weak);
      row.judged.verdict.detail = detail_from_json(rows.text(6));
      row.judged.evidence = list_from_json(rows.text(7));
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<std::optional<Snapshot>, Error> SqliteStore::at(std::string_view organisation, UtcTime moment) {
  return guarded<std::optional<Snapshot>>("reading the store as it was", [&]() -> std::optional<Snapshot> {
    Statement measured(database_, R"(SELECT m.time, m.profile, o.name, o.kind FROM measurement m
        JOIN organisation o ON o.id = m.organisation WHERE m.organisation = ? AND m.time <= ? ORDER BY m.time DESC LIMIT 1)");
    if (!measured.with(organisation, to_unix(moment)).next()) return std::nullopt;
    Snapshot out;
    const auto time = measured.number(0);
    out.measured = from_unix(time);
    out.profile = measured.text(1);
    out.organisation = {std::string(organisation), measured.text(2), measured.text(3)};

    Statement assets(database_,
                     R"(SELECT id, kind, domain, host, port, value, by_provider, addresses, why FROM asset
        WHERE organisation = ? AND first_seen <= ? AND last_seen >= ? ORDER BY id)");
    assets.with(organisation, time, time);
    Statement records(database_, R"(SELECT e.id, e.kind, e.subject, e.data FROM observation o
        JOIN evidence e ON e.organisation = o.organisation AND e.id = o.evidence
        WHERE o.organisation = ? AND o.asset = ? AND o.first_seen <= ? AND o.last_seen >= ?
        ORDER BY e.kind, e.subject)");
    while (assets.next()) {
      AssetRecords one;
      one.asset = {assets.text(0),
                   value_of(assets.text(1), AssetKind::domain),
                   assets.text(2),
                   assets.text(3),
                   static_cast<int>(assets.number(4)),
                   static_cast<int>(assets.number(5)),
                   assets.number(6) != 0,
                   list_from_json(assets.text(7)),
                   list_from_json(assets.text(8))};
      records.with(organisation, std::string_view(one.asset.id), time, time);
      while (records.next())
        one.records.push_back({records.text(0), records.text(1), records.text(2), records.text(3)});
      out.assets.push_back(std::move(one));
    }

    // The newest event not later than the measurement tells how each finding stood.
    Statement findings(database_,
                       R"(SELECT change, after FROM finding_event e WHERE organisation = ? AND time =
        (SELECT max(time) FROM finding_event l WHERE l.organisation = e.organisation AND l.finding = e.finding AND l.time <= ?)
        ORDER BY finding)");
    findings.with(organisation, time);
    while (findings.next()) {
      auto finding = finding_from_json(findings.text(1));
      if (!finding) throw DatabaseFailure{SQLITE_CORRUPT, "a finding cannot be read"};
      const bool seen = !finding->unseen && finding->state != FindingState::fixed;
      if (seen) finding->last_seen = out.measured;
      out.findings.push_back(std::move(*finding));
    }
    return out;
  });
}

Result<std::optional<Record>, Error> SqliteStore::evidence(std::string_view organisation,
                                                           std::string_view id) {
  return guarded<std::optional<Record>>("reading evidence", [&]() -> std::optional<Record> {
    Statement row(database_,
                  "SELECT id, kind, subject, data FROM evidence WHERE organisation = ? AND id = ?");
    if (!row.with(organisation, id).next()) return std::nullopt;
    return Record{row.text(0), row.text(1), row.text(2), row.text(3)};
  });
}

Result<Counts, Error> SqliteStore::counts() {
  return guarded<Counts>("counting", [&] {
    const auto of = [&](const std::string& table) {
      return database_.number(("SELECT count(*) FROM " + table).c_str());
    };
    return Counts{of("organisation"), of("measurement"), of("evidence"), of("observation"),
                  of("verdict"),      of("finding"),     of("score")};
  });
}

}  // namespace

Result<std::unique_ptr<Store>, Error> open_sqlite(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
      return unexpected(Error{ErrorKind::cannot_open, "making the store's folder (" + folder.string() +
                                                          "): " + error.message() + ". Give another --db."});
    }
  }
  try {
    auto store = std::make_unique<SqliteStore>(path);
    if (auto error = store->prepare()) return unexpected(std::move(*error));
    return store;
  } catch (const DatabaseFailure& failure) {
    return unexpected(error_of(failure, "opening the store", path));
  }
}

}  // namespace utsyn::store
