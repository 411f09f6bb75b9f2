#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/database.h"
#include "store/schema.h"

namespace utsyn::store {
namespace {

using checks::Outcome;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("utsyn-store-test-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "store.db").string(); }
  std::unique_ptr<Store> open() const {
    auto store = open_sqlite(path());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }
  std::filesystem::path folder_;
};

UtcTime day(int n) { return from_unix(1'795'168'800) + std::chrono::hours{24 * n}; }

Record record(const std::string& subject, const std::string& data) {
  return {record_id("dns.answer", subject, data), "dns.answer", subject, data};
}

Judged judged(const std::string& check, Outcome outcome, const std::string& reason) {
  Judged out;
  out.asset = "fjord.example";
  out.check = check;
  out.verdict = checks::Verdict{outcome, reason}
                    .with("count", 3)
                    .with("names", checks::FactValue{std::vector<std::string>{"a", "b"}});
  out.severity = checks::Severity::high;
  out.evidence = {"sha256:1"};
  return out;
}

Measurement measurement(UtcTime time, std::vector<Record> records, std::vector<Judged> verdicts,
                        const std::vector<Finding>& before = {},
                        const std::string& output = "{\"score_cp\":9000}") {
  Measurement m;
  m.organisation = {"fjord", "Fjord kommune", "municipality"};
  m.time = time;
  m.profile = "core";
  Asset asset;
  asset.id = "fjord.example";
  asset.domain = asset.host = "fjord.example";
  asset.addresses = {"192.0.2.1"};
  asset.why = {"given"};
  m.assets = {{asset, std::move(records)}};
  m.verdicts = std::move(verdicts);
  auto advanced = advance(before, m.verdicts, time);
  m.findings = std::move(advanced.findings);
  m.events = std::move(advanced.events);
  m.method = "utsyn-1.0";
  m.input = "{}";
  m.output = output;
  m.score_cp = 9000;
  m.grade = "A";
  return m;
}

TEST_F(StoreTest, MeasuringTwiceWithoutChangeAddsNoEvidence) {
  const auto store = open();
  const std::vector<Record> records = {record("fjord.example/A", "{\"a\":1}"),
                                       record("fjord.example/MX", "{\"b\":1}")};
  const auto first =
      store->save(measurement(day(0), records, {judged("dns.caa.exists", Outcome::pass, "found")}));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first, (Saved{2, 0}));
  const auto counts = *store->counts();
  const auto second =
      store->save(measurement(day(1), records, {judged("dns.caa.exists", Outcome::pass, "found")}));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(*second, (Saved{0, 2}));
  auto expected = counts;
  expected.measurements = 2;
  EXPECT_EQ(*store->counts(), expected);
}

TEST_F(StoreTest, ChangedVerdictBeginsNewInterval) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(measurement(day(1), {}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(measurement(day(2), {}, {judged("c", Outcome::pass, "found")})));
  ASSERT_TRUE(store->save(measurement(day(3), {}, {judged("c", Outcome::fail, "none")})));
  const auto rows = store->verdicts("fjord", "fjord.example", "c");
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].from, day(0));
  EXPECT_EQ((*rows)[0].to, day(1));
  EXPECT_EQ((*rows)[1].judged.verdict.outcome, Outcome::pass);
  EXPECT_EQ((*rows)[2].from, day(3));
  EXPECT_EQ((*rows)[2].judged.verdict.detail, judged("c", Outcome::fail, "none").verdict.detail);
}

TEST_F(StoreTest, FixClosesAndSaysSo) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {judged("c", Outcome::fail, "none")})));
  const auto before = *store->findings("fjord");
  ASSERT_EQ(before.size(), 1U);
  const auto after = measurement(day(3), {}, {judged("c", Outcome::pass, "found")}, before);
  ASSERT_EQ(after.events.size(), 1U);
  EXPECT_EQ(after.events[0].change, FindingChange::closed);
  ASSERT_TRUE(store->save(after));
  const auto now = *store->findings("fjord");
  EXPECT_EQ(now[0].state, FindingState::fixed);
  EXPECT_EQ(now[0].closed, day(3));
  EXPECT_EQ(now[0].first_seen, day(0));
  EXPECT_EQ(store->events("fjord")->size(), 2U);
}

TEST_F(StoreTest, PastIsPutTogetherAsItWas) {
  const auto store = open();
  const auto old_record = record("fjord.example/A", "{\"a\":1}");
  const auto new_record = record("fjord.example/A", "{\"a\":2}");
  ASSERT_TRUE(store->save(measurement(day(0), {old_record}, {judged("c", Outcome::fail, "none")})));
  ASSERT_TRUE(store->save(
      measurement(day(1), {new_record}, {judged("c", Outcome::pass, "found")}, *store->findings("fjord"))));
  ASSERT_TRUE(store->save(
      measurement(day(2), {old_record}, {judged("c", Outcome::fail, "none")}, *store->findings("fjord"))));

  EXPECT_FALSE(store->at("fjord", day(0) - std::chrono::seconds{1})->has_value());
  const std::pair<UtcTime, Record> cases[] = {{day(0), old_record},
                                              {day(0) + std::chrono::hours{5}, old_record},
                                              {day(1), new_record},
                                              {day(2), old_record}};
  for (const auto& [moment, expected] : cases) {
    const auto snapshot = store->at("fjord", moment);
    ASSERT_TRUE(snapshot.has_value() && snapshot->has_value());
    ASSERT_EQ((*snapshot)->assets.size(), 1U);
    EXPECT_THAT((*snapshot)->assets[0].records, testing::ElementsAre(expected)) << format_time(moment);
  }
  EXPECT_EQ((*store->at("fjord", day(1)))->findings[0].state, FindingState::fixed);
  EXPECT_EQ((*store->at("fjord", day(0)))->findings[0].state, FindingState::open);
  EXPECT_EQ((*store->at("fjord", day(2)))->findings[0].reopened, 1);
}

TEST_F(StoreTest, ScoresKeepTheirInterval) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {}, {}, {}, "{\"score_cp\":9000}")));
  ASSERT_TRUE(store->save(measurement(day(1), {}, {}, {}, "{\"score_cp\":9000}")));
  ASSERT_TRUE(store->save(measurement(day(2), {}, {}, {}, "{\"score_cp\":8000}")));
  const auto rows = *store->scores("fjord");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].to, day(1));
  EXPECT_EQ(rows[1].output, "{\"score_cp\":8000}");
}

TEST_F(StoreTest, OrganisationsDoNotSeeEachOther) {
  const auto store = open();
  auto other = measurement(day(0), {record("x/A", "{}")}, {judged("c", Outcome::fail, "none")});
  other.organisation.id = "stein";
  ASSERT_TRUE(store->save(other));
  ASSERT_TRUE(store->save(measurement(day(0), {}, {})));
  EXPECT_EQ(store->findings("fjord")->size(), 0U);
  EXPECT_EQ(store->findings("stein")->size(), 1U);
  EXPECT_EQ(store->organisations()->size(), 2U);
}

TEST_F(StoreTest, NewerVersionIsRefusedUntouched) {
  open();
  {
    const Database raw(path());
    raw.run("PRAGMA user_version = 999");
  }
  const auto refused = open_sqlite(path());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::newer_version);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("Upgrade"));
  EXPECT_EQ(Database(path()).number("PRAGMA user_version"), 999);
}

TEST_F(StoreTest, OtherFilesAreNotTakenForStores) {
  {
    std::ofstream(path()) << "this is a letter, not a database, and it is longer than a hundred bytes so "
                             "that a header would fit";
  }
  const auto text = open_sqlite(path());
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::not_a_store);
  std::filesystem::remove(path());
  {
    const Database raw(path());
    raw.run("CREATE TABLE recipe (name TEXT)");
  }
  const auto foreign = open_sqlite(path());
  ASSERT_FALSE(foreign.has_value());
  EXPECT_EQ(foreign.error().kind, ErrorKind::not_a_store);
}

TEST_F(StoreTest, LockedStoreSaysSo) {
  const auto store = open();
  const Database other(path());
  const Transaction holds(other, "BEGIN EXCLUSIVE");
  const auto saved = store->save(measurement(day(0), {}, {}));
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().kind, ErrorKind::locked);
  EXPECT_THAT(saved.error().message, testing::HasSubstr("Another process"));
}

TEST_F(StoreTest, FolderThatCannotBeMade) {
  {
    std::ofstream(folder_ / "file") << "x";
  }
  const auto refused = open_sqlite((folder_ / "file" / "below" / "store.db").string());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::cannot_open);
}

// A store grown to its page limit behaves like a full disk: SQLITE_FULL, and the transaction leaves nothing
// behind.
TEST_F(StoreTest, FullDiskStoresNothingByHalves) {
  const auto store = open();
  ASSERT_TRUE(store->save(measurement(day(0), {record("a/A", "{}")}, {})));
  const auto before = *store->counts();
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{std::filesystem::file_size(path()) + 8192, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  std::vector<Record> many;
  for (int i = 0; i < 2000; ++i) many.push_back(record("r" + std::to_string(i), std::string(2000, 'x')));
  const auto saved = store->save(measurement(day(1), many, {}));
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(*store->counts(), before);
  ASSERT_TRUE(store->save(measurement(day(1), {record("a/A", "{}")}, {})));
}

TEST_F(StoreTest, EveryEarlierVersionIsBroughtUpToDate) {
  for (int version = 0; version <= static_cast<int>(kMigrations.size()); ++version) {
    std::filesystem::remove(path());
    {
      const Database raw(path());
      for (int step = 0; step < version; ++step) raw.run(kMigrations[static_cast<std::size_t>(step)]);
      raw.run(("PRAGMA user_version = " + std::to_string(version)).c_str());
      if (version > 0) raw.run(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
    }
    const auto store = open();
    ASSERT_NE(store, nullptr) << version;
    EXPECT_TRUE(store->save(measurement(day(0), {}, {}))) << version;
    EXPECT_EQ(Database(path()).number("PRAGMA user_version"), static_cast<int>(kMigrations.size()));
  }
}

// A writer is killed at fifty random moments. What it had acknowledged (through a pipe, after save returned)
// is in the store that the next process opens, which goes on from there.
TEST_F(StoreTest, KillAtAnyMomentLosesNothingAcknowledged) {
  std::mt19937 chance(20'261'120);  // NOLINT: the moments are to be the same each run
  int acknowledged = 0;
  for (int round = 0; round < 50; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto opened = open_sqlite(path());
      if (!opened) _exit(3);
      for (int i = acknowledged + 1;; ++i) {
        const auto name = std::to_string(i);
        auto m = measurement(day(i), {record("r" + name, "{\"n\":" + name + "}")},
                             {judged("c", Outcome::fail, name)});
        if (!(*opened)->save(m)) _exit(4);
        if (write(pipe_ends[1], &i, sizeof i) != sizeof i) _exit(5);
      }
    }
    close(pipe_ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds{2'000 + chance() % 40'000});
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
    for (int i = 0; read(pipe_ends[0], &i, sizeof i) == sizeof i;) acknowledged = i;
    close(pipe_ends[0]);

    const auto store = open();
    ASSERT_NE(store, nullptr);
    const auto counts = *store->counts();
    // At most the one save that was under way may be there as well, whole.
    EXPECT_GE(counts.measurements, acknowledged);
    EXPECT_LE(counts.measurements, acknowledged + 1);
    EXPECT_EQ(counts.evidence, counts.measurements);
    acknowledged = static_cast<int>(counts.measurements);
    EXPECT_EQ(
        Database(path()).number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
        0);
  }
  EXPECT_GT(acknowledged, 20) << "the writers hardly wrote anything: the test showed nothing";
}

// --- the life of a finding

struct Step {
  Outcome outcome;
  FindingState state;
  std::optional<FindingChange> change;
};

TEST(Advance, FindingLives) {
  const Step steps[] = {
      {Outcome::fail, FindingState::open, FindingChange::opened},
      {Outcome::fail, FindingState::open, std::nullopt},
      {Outcome::unknown, FindingState::open, FindingChange::unseen},
      {Outcome::unknown, FindingState::open, std::nullopt},
      {Outcome::fail, FindingState::open, FindingChange::changed},
      {Outcome::warn, FindingState::open, FindingChange::changed},
      {Outcome::pass, FindingState::fixed, FindingChange::closed},
      {Outcome::unknown, FindingState::fixed, std::nullopt},
      {Outcome::pass, FindingState::fixed, std::nullopt},
      {Outcome::fail, FindingState::open, FindingChange::reopened},
      {Outcome::not_applicable, FindingState::fixed, FindingChange::closed},
  };
  std::vector<Finding> findings;
  int n = 0;
  for (const auto& step : steps) {
    const Judged verdicts[] = {judged("c", step.outcome, "r")};
    auto advanced = advance(findings, verdicts, day(n++));
    findings = advanced.findings;
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].state, step.state) << n;
    ASSERT_EQ(advanced.events.empty(), !step.change.has_value()) << n;
    if (step.change) {
      EXPECT_EQ(advanced.events[0].change, *step.change) << n;
    }
  }
  EXPECT_EQ(findings[0].reopened, 1);
  EXPECT_EQ(findings[0].first_seen, day(9));
}

TEST(Advance, UnknownNeverOpens) {
  const Judged verdicts[] = {judged("c", Outcome::unknown, "timed-out"), judged("d", Outcome::pass, "r")};
  const auto advanced = advance({}, verdicts, day(0));
  EXPECT_TRUE(advanced.findings.empty());
  EXPECT_TRUE(advanced.events.empty());
}

TEST(Advance, TreatmentOutlivesMeasurement) {
  Finding accepted;
  accepted.id = "c@fjord.example";
  accepted.asset = "fjord.example";
  accepted.check = "c";
  accepted.severity = checks::Severity::high;
  accepted.reason = "r";
  accepted.state = FindingState::accepted;
  const Judged verdicts[] = {judged("c", Outcome::fail, "r")};
  const auto advanced = advance({&accepted, 1}, verdicts, day(1));
  EXPECT_EQ(advanced.findings[0].state, FindingState::accepted);
  EXPECT_EQ(advanced.findings[0].last_seen, day(1));
}

TEST(Advance, FindingOfAnAssetNotMeasuredIsUntouched) {
  Finding elsewhere;
  elsewhere.id = "c@other.example";
  elsewhere.asset = "other.example";
  elsewhere.check = "c";
  const Judged verdicts[] = {judged("c", Outcome::pass, "r")};
  const auto advanced = advance({&elsewhere, 1}, verdicts, day(1));
  EXPECT_EQ(advanced.findings, (std::vector<Finding>{elsewhere}));
}

}  // namespace
}  // namespace utsyn::store
