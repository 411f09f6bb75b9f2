// The store: what was measured, judged and scored, kept with the time it held, in SQLite or PostgreSQL
// (sql.h). All calls are safe from several threads; each save is one transaction, and what it acknowledged
// survives kill -9.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "checks/check.h"
#include "evidence/record.h"
#include "store/error.h"
#include "store/finding.h"
#include "store/sql.h"

namespace utsyn::store {

struct Organisation {
  std::string id;
  std::string name;
  std::string kind;  // municipality, county, state, supplier, other
  bool operator==(const Organisation&) const = default;
};

struct Asset {
  std::string id;
  AssetKind kind = AssetKind::domain;
  std::string domain;
  std::string host;
  int port = 0;
  int value = 100;           // v of the method: 25, 100, 200, 400
  bool by_provider = false;  // a supplier controls it: shown, not scored here
  std::vector<std::string> addresses;
  std::vector<std::string> why;  // reasons for attributing it, e.g. "given", "mx-of:example.no"
  bool operator==(const Asset&) const = default;
};

// A verdict as it was given: the check, on the asset, with the records it rests on.
struct Judged {
  std::string asset;
  std::string check;
  checks::Verdict verdict;
  checks::Severity severity = checks::Severity::info;  // after weighing()
  std::vector<std::string> evidence;                   // record ids
  bool operator==(const Judged&) const = default;
};

struct AssetRecords {
  Asset asset;
  std::vector<Record> records;
  // Not asked this time (another asset was rechecked): what held goes on holding, but nothing of it was seen
  // again, so the evidence keeps its last_seen.
  bool carried = false;
};

// One completed measurement of one organisation.
struct Measurement {
  Organisation organisation;
  UtcTime time{};
  std::string profile;  // "core" or "full"
  std::vector<AssetRecords> assets;
  std::vector<Judged> verdicts;
  std::vector<Finding> findings;     // after this measurement (advance() in finding.h)
  std::vector<FindingEvent> events;  // what this measurement did to them
  std::string method;                // "utsyn-1.0"
  std::string input;                 // the score's input and output, the exact bytes
  std::string output;
  std::int64_t score_cp = 0;
  std::string grade;
};

struct Saved {
  std::int64_t new_evidence = 0;    // records never seen before
  std::int64_t known_evidence = 0;  // records whose last_seen moved
  bool operator==(const Saved&) const = default;
};

// A score that changes without a measurement: by treatments of findings, or by their age.
struct Rescore {
  std::string organisation;
  UtcTime time{};
  std::vector<Finding> findings;     // those whose rows change; all their columns are written
  std::vector<FindingEvent> events;  // of these findings
  std::string method;
  std::string input;
  std::string output;
  std::int64_t score_cp = 0;
  std::string grade;
};

struct ScoreRow {
  UtcTime from{};
  UtcTime to{};  // last measurement that gave the same score
  std::string method;
  std::int64_t score_cp = 0;
  std::string grade;
  std::string input;
  std::string output;
};

// What was known of an organisation at a moment: its last measurement not later than that.
struct Snapshot {
  Organisation organisation;
  UtcTime measured{};
  std::string profile;
  std::vector<AssetRecords> assets;
  std::vector<Finding> findings;  // as they stood after that measurement
};

struct Counts {
  std::int64_t organisations = 0;
  std::int64_t measurements = 0;
  std::int64_t evidence = 0;
  std::int64_t observations = 0;  // intervals in which a record held for an asset
  std::int64_t verdicts = 0;      // intervals
  std::int64_t findings = 0;
  std::int64_t scores = 0;  // intervals
  bool operator==(const Counts&) const = default;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<Saved, Error> save(const Measurement& measurement) = 0;
  virtual Result<void, Error> save_rescore(const Rescore& rescore) = 0;

  virtual Result<std::vector<Organisation>, Error> organisations() = 0;
  // Findings of every state, by id.
  virtual Result<std::vector<Finding>, Error> findings(std::string_view organisation) = 0;
  virtual Result<std::vector<FindingEvent>, Error> events(std::string_view organisation) = 0;
  virtual Result<std::vector<ScoreRow>, Error> scores(std::string_view organisation) = 0;  // oldest first
  // Verdict intervals of one check on one asset, oldest first: from, to and the verdict.
  struct VerdictRow {
    UtcTime from{};
    UtcTime to{};
    Judged judged;
  };
  virtual Result<std::vector<VerdictRow>, Error> verdicts(std::string_view organisation,
                                                          std::string_view asset, std::string_view check) = 0;
  // Nothing when the organisation had not been measured by then.
  virtual Result<std::optional<Snapshot>, Error> at(std::string_view organisation, UtcTime moment) = 0;
  virtual Result<std::optional<Record>, Error> evidence(std::string_view organisation,
                                                        std::string_view id) = 0;
  virtual Result<Counts, Error> counts() = 0;
};

// The same within the caller's Sql::write(), for what must be stored together with more. Both write the
// organisation's standing and append events: measured, score-changed, finding-opened, finding-closed,
// finding-reopened, finding-changed, asset-found, asset-changed, asset-gone.
Saved save_measurement(Connection& connection, const Measurement& measurement);
void save_rescore(Connection& connection, const Rescore& rescore);

std::shared_ptr<Store> store_on(std::shared_ptr<Sql> sql);
// open_sql() and store_on().
Result<std::shared_ptr<Store>, Error> open_store(const std::string& where);

// The newest schema this program writes.
int schema_version();

}  // namespace utsyn::store
