// Fills a new store with organisations that do not exist, as the service would hold them after a day's
// measuring: each in the register with its words, one domain, one measurement, twenty findings, a score with
// its documents and a standing. The same number gives the same store every time.
//
//   fill_store [--documents N] [--days N] WHERE ORGANISATIONS [FINDINGS]
//
// WHERE is as --db takes it. The score's input and output are kept for the first N organisations (10000
// unless told); the others have their standing only, which is all that lists and portfolios read. With --days
// there is a history: each score moved every two weeks or so.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "checks/catalogue.h"
#include "footprint/fold.h"
#include "footprint/organisation_number.h"
#include "score/json.h"
#include "score/score.h"
#include "store/sql.h"
#include "store/standing.h"

namespace {

using namespace utsyn;
using store::Row;

constexpr std::int64_t kNow = 1'795'168'800;  // 2026-11-20T10:00:00Z
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kAtOnce = 2000;  // organisations in one transaction

// A small generator (SplitMix64): fast, and the same everywhere.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::int64_t below(std::int64_t most) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most));
  }

 private:
  std::uint64_t state_;
};

struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<Row::Cell>> rows;
};

struct Tables {
  Table organisation{"organisation",
                     {"id", "name", "kind", "number", "municipality", "county", "kostra", "sector",
                      "population", "employees", "created", "sort_name"},
                     {}};
  Table word{"organisation_word", {"organisation", "word"}, {}};
  Table target{"target", {"organisation", "kind", "name", "added", "added_by"}, {}};
  Table measurement{"measurement", {"organisation", "time", "profile"}, {}};
  Table asset{"asset",
              {"organisation", "id", "first_seen", "last_seen", "kind", "domain", "host", "port", "value",
               "by_provider", "addresses", "why"},
              {}};
  Table finding{"finding",
                {"organisation", "id", "asset", "check", "outcome", "severity", "confidence", "reason",
                 "state", "first_seen", "last_seen", "closed", "reopened", "unseen"},
                {}};
  Table finding_event{"finding_event", {"organisation", "finding", "time", "change", "reason", "after"}, {}};
  Table score{"score",
              {"organisation", "first_seen", "last_seen", "method", "score_cp", "grade", "input", "output"},
              {}};
  Table standing{"standing",
                 {"organisation", "measured", "score_cp", "grade", "managed_cp", "coverage", "low_cp",
                  "high_cp", "gate", "assets", "critical", "high", "medium", "low", "overdue_days", "checks"},
                 {}};
  Table past{"standing_past", {"organisation", "day", "score_cp", "grade", "coverage"}, {}};

  std::vector<Table*> all() {
    return {&organisation, &word,          &target, &measurement, &asset,
            &finding,      &finding_event, &score,  &standing,    &past};
  }
};

std::string id_of(std::int64_t n) {
  auto digits = std::to_string(n);
  return "org" + std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits;
}

// Numbers without meaning, as real ones are, but beginning with a digit that no Norwegian unit has.
std::string number_of(std::int64_t n) {
  for (std::int64_t first = 10'000'000 + 3 * n;; ++first) {
    auto text = std::to_string(first);
    if (const auto digit = footprint::check_digit(text)) return text + *digit;
  }
}

std::string name_of(Chance& chance, std::int64_t n) {
  static constexpr const char* kFirst[] = {"Fjord", "Stein", "Nord", "Sør",  "Skog", "Elve", "Vass", "Ås",
                                           "Øy",    "Dal",   "Berg", "Lund", "Mo",   "Vik",  "Hav",  "Bekke"};
  static constexpr const char* kSecond[] = {"heim", "lia", "sund", "nes",  "vang", "bygda", "strand", "voll",
                                            "moen", "rud", "tun",  "haug", "land", "eid",   "fossen", "åsen"};
  static constexpr const char* kThird[] = {"kommune", "data",      "regnskap", "bygg",
                                           "helse",   "transport", "skole",    "energi"};
  return std::string(kFirst[chance.below(16)]) + kSecond[chance.below(16)] + " " + kThird[chance.below(8)] +
         " " + std::to_string(n);
}

// Where the score stood before, each time it moved.
void add_past(Tables& tables, Chance& chance, const std::string& id, const store::StandingRow& standing,
              std::int64_t days) {
  const auto today = kNow / kDay;
  for (auto day = today - days; day < today; day += 1 + chance.below(27)) {
    const auto score = std::clamp<std::int64_t>(standing.score_cp - 600 + chance.below(1200), 0, 10'000);
    const auto grade = score::grade_of(score, standing.coverage);
    tables.past.rows.push_back({id, day, score, std::string(score::word(grade)), standing.coverage});
  }
}

void add(Tables& tables, std::int64_t n, std::int64_t findings, bool documents, std::int64_t days) {
  Chance chance(static_cast<std::uint64_t>(n) * 7919 + 1);
  const auto id = id_of(n);
  const auto name = name_of(chance, n);
  const auto number = number_of(n);
  const auto domain = id + ".example";
  static constexpr const char* kKinds[] = {"municipality", "county", "state", "supplier", "other"};
  const auto kind = n % 3000 == 0 ? 0 : 1 + chance.below(4);
  const auto county = std::to_string(30 + chance.below(15));
  const auto population = kind == 0 ? Row::Cell(500 + chance.below(80'000)) : Row::Cell(nullptr);
  const auto kostra =
      kind == 0 ? Row::Cell("EKG" + std::to_string(10 + chance.below(8))) : Row::Cell(nullptr);
  const std::string folded_name = footprint::folded(name);
  tables.organisation.rows.push_back({id, name, std::string(kKinds[kind]), number, county + "01", county,
                                      kostra, std::string("6500"), population, chance.below(5000),
                                      kNow - 400 * kDay, footprint::sort_key(name)});
  std::set<std::string> words{number, domain};
  for (auto& word : footprint::words_of(folded_name)) words.insert(std::move(word));
  for (const auto& word : words) tables.word.rows.push_back({id, word});
  tables.target.rows.push_back({id, std::string("domain"), domain, kNow - 400 * kDay, std::string("fill")});
  tables.measurement.rows.push_back({id, kNow, std::string("core")});
  const std::string hosts[] = {domain, "www." + domain, "mail." + domain};
  score::Organisation input;
  input.id = id;
  input.method_named = true;
  input.coverage = 8000 + chance.below(2001);
  for (const auto& host : hosts) {
    tables.asset.rows.push_back({id, host, kNow - 100 * kDay, kNow,
                                 std::string(host == domain ? "domain" : "web"), domain, host,
                                 std::int64_t{host == domain ? 0 : 443}, std::int64_t{100}, std::int64_t{0},
                                 std::string("[]"), std::string("[\"given\"]")});
    input.assets.push_back({host, 100});
  }
  const auto catalogue = checks::catalogue();
  std::set<std::string> known;
  // How well it is kept: most findings of a good one are old and closed.
  const auto care = chance.below(100);
  for (std::int64_t i = 0; i < findings; ++i) {
    const auto& check = catalogue[static_cast<std::size_t>((chance.below(97) + i * 7) %
                                                           static_cast<std::int64_t>(catalogue.size()))];
    const auto& host = hosts[static_cast<std::size_t>(i % 3)];
    const auto finding = check.id + "@" + host;
    if (!known.insert(finding).second) continue;
    const bool closed = chance.below(100) < care;
    const auto age = chance.below(120);
    const auto severity = std::string(score::severity_words[static_cast<std::size_t>(check.severity)]);
    tables.finding.rows.push_back({id, finding, host, check.id, std::string("fail"), severity,
                                   std::string("confirmed"), std::string("missing"),
                                   std::string(closed ? "fixed" : "open"), kNow - age * kDay,
                                   closed ? kNow - kDay : kNow, closed ? Row::Cell(kNow) : Row::Cell(nullptr),
                                   std::int64_t{0}, std::int64_t{0}});
    if (closed) continue;
    score::Finding weighed;
    weighed.id = finding;
    weighed.asset = host;
    weighed.sev = static_cast<score::Severity>(check.severity);
    weighed.age = age;
    weighed.domain = check.area;
    input.findings.push_back(std::move(weighed));
  }
  const auto input_text = score::write_organisation(input);
  std::string output_text;
  if (documents) {
    output_text = score::write_score(score::score(input));
  } else {
    output_text = "{\"score_cp\":" + std::to_string(score::rate(input).score_cp) + "}";
  }
  const auto standing = store::standing_of(input_text, output_text);
  if (documents) {
    tables.score.rows.push_back({id, kNow, kNow, std::string(score::method_id), standing.score_cp,
                                 standing.grade, input_text, output_text});
  }
  tables.standing.rows.push_back({id, kNow, standing.score_cp, standing.grade, standing.managed_cp,
                                  standing.coverage, standing.low_cp, standing.high_cp, standing.gate,
                                  standing.assets, standing.critical, standing.high, standing.medium,
                                  standing.low, standing.overdue_days, standing.checks});
  if (days > 0) add_past(tables, chance, id, standing, days);
}

// Indexes are made once over everything: many times as fast as keeping them up row by row.
std::vector<std::string> take_indexes_away(store::Connection& connection) {
  std::vector<std::string> definitions;
  const bool sqlite = connection.dialect() == store::Dialect::sqlite;
  const auto rows =
      connection.query(sqlite ? "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                              : "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = "
                                "current_schema() AND indexname NOT LIKE '%\\_pkey'");
  for (const auto& row : rows) {
    connection.execute("DROP INDEX " + row.text(0));
    definitions.push_back(row.text(1));
  }
  return definitions;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> given(argv + 1, argv + argc);
  std::int64_t documents = 10'000;
  std::int64_t days = 0;
  while (given.size() > 2 && (given[0] == "--documents" || given[0] == "--days")) {
    const auto number = static_cast<std::int64_t>(parse_uint(given[1]).value_or(0));
    (given[0] == "--days" ? days : documents) = number;
    given.erase(given.begin(), given.begin() + 2);
  }
  const auto count = given.size() > 1 ? parse_uint(given[1]) : std::nullopt;
  const auto findings = given.size() > 2 ? parse_uint(given[2]) : std::optional<std::uint64_t>(20);
  if (!count || !findings || *count == 0 || *count > 50'000'000 || *findings > 60 || days > 800) {
    std::fprintf(stderr, "usage: fill_store [--documents N] [--days N] WHERE ORGANISATIONS [FINDINGS]\n");
    return 2;
  }
  const auto opened = store::open_sql(given[0]);
  if (!opened) {
    std::fprintf(stderr, "fill_store: %s\n", opened.error().message.c_str());
    return 1;
  }
  auto& sql = **opened;
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  try {
    if (sql.read([](store::Connection& connection) {
          return connection.first("SELECT 1 FROM organisation LIMIT 1").has_value();
        })) {
      std::fprintf(stderr, "fill_store: %s holds organisations already; give a new store\n",
                   given[0].c_str());
      return 1;
    }
    const auto indexes =
        sql.write([](store::Connection& connection) { return take_indexes_away(connection); });
    const auto total = static_cast<std::int64_t>(*count);
    for (std::int64_t from = 1; from <= total; from += kAtOnce) {
      Tables tables;
      for (auto n = from; n < from + kAtOnce && n <= total; ++n)
        add(tables, n, static_cast<std::int64_t>(*findings), n <= documents, days);
      sql.write([&](store::Connection& connection) {
        for (const auto* table : tables.all()) connection.insert(table->name, table->columns, table->rows);
      });
      if ((from / kAtOnce) % 25 == 24)
        std::fprintf(stderr, "%lld organisations after %.0f s\n", static_cast<long long>(from + kAtOnce - 1),
                     seconds());
    }
    for (const auto& definition : indexes)
      sql.write([&](store::Connection& connection) { connection.execute(definition); });
    sql.write([](store::Connection& connection) { connection.execute("ANALYZE"); });
  } catch (const store::Failure& failure) {
    std::fprintf(stderr, "fill_store: %s\n", failure.what());
    return 1;
  }
  std::fprintf(stderr, "%llu organisations with indexes after %.1f s\n",
               static_cast<unsigned long long>(*count), seconds());
  return 0;
}
