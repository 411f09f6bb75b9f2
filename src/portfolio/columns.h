// Every organisation's figures side by side in memory, one array for each column, so that a million of them
// are filtered and summed in milliseconds. Read whole at the start, kept up by the events since. An
// organisation keeps its row until the next load.
//
// Readers hold a View (a shared lock) while they compute and copy out what they answer; nobody asks the
// database with one in hand.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "portfolio/open_findings.h"
#include "portfolio/past_lives.h"
#include "portfolio/word_index.h"
#include "score/portfolio.h"
#include "store/sql.h"

namespace utsyn::portfolio {

using RowNumber = std::uint32_t;
inline constexpr std::uint16_t kNone = 0xFFFF;          // no word, no score
inline constexpr std::uint32_t kNoNumber = 0xFFFFFFFF;  // no population, no such row, no such text
inline constexpr std::int64_t kDailyDays = 92;          // a score for each of these days,
inline constexpr std::int64_t kWeeklyDays = 728;        // and for each week of these

inline std::int64_t day_of(UtcTime time) { return to_unix(time) / 86'400; }

// How an organisation stood on a day, beside its score: whether a gate was open, and since which day
// something has been overdue (0: nothing is), so that it stays the same while only time goes on.
inline constexpr std::uint16_t kGateBit = 0x8000;
inline constexpr std::uint16_t kLastSince = 0x7FFE;
inline std::uint16_t packed_trouble(bool gated, std::int64_t overdue_since) {
  const auto since = overdue_since < 0 ? 0 : overdue_since > kLastSince ? kLastSince : overdue_since;
  return static_cast<std::uint16_t>(since | (gated ? kGateBit : 0));
}

std::uint64_t new_stamp();  // no two are alike

// Texts as small numbers.
class Words {
 public:
  explicit Words(std::size_t most = kNone) : most_(most) {}
  std::uint32_t number(
      std::string_view text);  // makes one; kNoNumber for an empty text or when there are too many
  std::uint32_t find(std::string_view text) const;  // kNoNumber when there is none
  const std::string& text(std::size_t number) const { return texts_[number]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::size_t most_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

// Texts that live as long as the table; a text that is replaced leaves its bytes behind until the next load.
class TextPool {
 public:
  std::string_view keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
};

struct Supply {
  RowNumber other = 0;  // the supplier, or in the other direction the customer
  std::uint8_t criticality = 1;
};

// What `utsyn measure` alone has measured is not in the register until it is adopted.
enum class InRegister : std::uint8_t { no, yes, left };

// One organisation as it comes from the database.
struct Fresh {
  std::string id, name, number, kind, municipality, county, kostra, sector;
  std::optional<std::int64_t> population, employees;
  std::string sort_name;             // as the register keeps it; made of the name when empty
  std::optional<std::string> words;  // what it is found by, as in WordIndex; nothing: as they were
  bool registered = true;
  bool removed = false;
  bool measured = false;  // has a standing
  std::int64_t measured_at = 0, score_cp = 0, managed_cp = 0, coverage = 0, low_cp = 0, high_cp = 0;
  std::string grade, gate;
  std::int64_t assets = 0, critical = 0, high = 0, medium = 0, low = 0, overdue_days = 0;
  std::string checks;
  std::vector<std::pair<std::string, std::int64_t>> suppliers;             // id, criticality
  std::vector<std::pair<std::string, std::string>> dependences;            // kind, name
  std::vector<std::pair<std::int64_t, std::int64_t>> comparison_consents;  // from, until (exclusive)
  std::optional<std::vector<FreshFinding>> findings;  // those that are not fixed; nothing: as they were
  std::optional<std::vector<FreshLife>> lives;        // of those that are; nothing: as they were
  bool gone = false;                                  // not in the register at all
};

struct Table {
  std::size_t size() const { return id.size(); }
  std::optional<RowNumber> find(std::string_view organisation) const;

  // The register.
  std::vector<std::string_view> id, name, number;
  std::vector<std::string_view> folded_name;  // for what is looked for
  std::vector<std::string_view> sort_name;    // compares as bytes in the order of the alphabet
  std::vector<std::string_view> words_of;     // of the name, the number, domains and hosts
  WordIndex word_index;                       // over these
  std::vector<std::uint64_t> id_key,
      name_key;  // the first eight bytes of id and sort_name, so that sorting seldom looks at the text
  std::vector<InRegister> in_register;
  std::vector<std::uint8_t> kind;                                   // score::Kind
  std::vector<std::uint8_t> present;                                // in the register and not removed
  std::vector<std::uint16_t> municipality, county, kostra, sector;  // in `words`
  std::vector<std::uint32_t> population, employees;

  // The standing. Not measured: grade U, coverage 0, measured 0.
  std::vector<std::int64_t> measured;
  std::vector<std::uint8_t> grade;  // score::Grade
  std::vector<std::uint16_t> score_cp, managed_cp, coverage, low_cp, high_cp, overdue_days;
  std::vector<std::string_view> gate;  // the finding that holds the score down, or empty
  std::vector<std::uint8_t> gated;     // whether there is one
  std::vector<std::uint32_t> assets;
  std::vector<std::array<std::uint16_t, 4>> by_severity;  // critical, high, medium, low
  std::size_t check_words = 4;
  std::vector<std::uint64_t> open_checks;  // check_words of them for each row

  // Those that are not fixed, sorted; and what they were before the last changes, the oldest first. Whoever
  // has counted at a version from `renewed_since` on finds every change since.
  std::vector<std::vector<OpenFinding>> open_findings;
  Words finding_checks, assignees;
  struct Renewed {
    std::uint64_t version = 0;  // the first that has the change
    RowNumber row = 0;
    std::vector<OpenFinding> before;
  };
  std::deque<Renewed> renewed_findings;
  std::uint64_t renewed_since = 0;

  // What of the fixed ones history tells: as merged() says. And the first day that was kept of each, kNone:
  // none was; before it, an organisation was not measured.
  std::vector<std::vector<PastLife>> past_lives;
  std::vector<std::uint16_t> first_day;

  // What hangs together.
  std::vector<std::vector<Supply>> suppliers, customers;
  std::vector<std::vector<std::uint32_t>> dependences;  // in `dependence_names`, sorted
  // When an organisation lets itself be counted among the peers of others: from, until.
  std::unordered_map<RowNumber, std::vector<std::pair<std::int64_t, std::int64_t>>> comparison_consents;
  bool consents_to_comparison(RowNumber row, UtcTime now) const;

  // Scores of days gone by: score, or kNone for not rated. Sorted by day; every seventh day before the daily
  // ones.
  struct Past {
    std::int64_t day = 0;
    std::vector<std::uint16_t> score_cp;
    std::vector<std::uint16_t> trouble;  // as packed_trouble() says; kNone, or empty: nothing was kept
    std::uint64_t stamp = new_stamp();   // another one whenever a score of the day changes, and for each load
  };
  std::vector<Past> past;
  // The state at the end of `day`: of the newest kept day not later. Null before the first.
  const Past* at_day(std::int64_t day) const;

  std::vector<RowNumber> present_rows;  // sorted
  std::vector<RowNumber> listed_rows;   // sorted: those in the register

  // A stratum is where an organisation lies in every breakdown: a number by Dimension (figures.h), 0 where
  // nothing is known. There are few, so what concerns all breakdowns at once is counted stratum by stratum.
  using Stratum = std::array<std::uint32_t, 6>;
  std::vector<std::uint32_t> stratum;
  std::vector<Stratum> strata;
  Words words, checks;
  Words dependence_names{kNoNumber};  // "kind name"
  std::uint64_t version = 0;          // moves with every change

  bool rated(RowNumber row) const { return grade[row] != static_cast<std::uint8_t>(score::Grade::U); }
  std::span<const std::uint64_t> checks_of(RowNumber row) const {
    return {open_checks.data() + row * check_words, check_words};
  }
  bool has_check(RowNumber row, std::size_t check) const {
    return check < check_words * 64 &&
           (open_checks[row * check_words + check / 64] >> (check % 64) & 1U) != 0;
  }

  // Adds or replaces.
  RowNumber put(const Fresh& fresh);
  // The words of every row at once, when none has any.
  void fill_words(std::string_view organisation, std::string_view found_by);
  void finish_words();
  void load_findings(store::Connection& connection);
  void reserve(std::size_t rows);
  // The last day there is, from now on overlaid with what changed on `day`.
  void add_day(std::int64_t day, std::span<const std::pair<RowNumber, std::uint16_t>> changed,
               std::span<const std::pair<RowNumber, std::uint16_t>> troubles = {});
  void drop_old_days(std::int64_t today);

 private:
  RowNumber row_of(std::string_view organisation);
  void widen_checks(std::size_t words_needed);
  std::uint32_t stratum_of(RowNumber row);
  OpenFinding open_finding(const FreshFinding& fresh);
  void put_findings(RowNumber row, const std::vector<FreshFinding>& fresh);
  PastLife past_life(const FreshLife& fresh);

  std::unordered_map<std::uint64_t, std::uint32_t> stratum_numbers_;
  std::shared_ptr<TextPool> pool_ = std::make_shared<TextPool>();
  std::unordered_map<std::string_view, RowNumber> rows_;
};

class View {
 public:
  View(const Table& table, std::shared_lock<std::shared_mutex> lock)
      : table_(&table), lock_(std::move(lock)) {}
  const Table& operator*() const { return *table_; }
  const Table* operator->() const { return table_; }

 private:
  const Table* table_;
  std::shared_lock<std::shared_mutex> lock_;
};

class Columns {
 public:
  // Everything anew, in one read of the database.
  void load(store::Connection& connection);
  // What has happened since; returns how many organisations were renewed. One at a time, the others wait, so
  // that whoever returns sees what was committed before it asked.
  std::size_t catch_up(store::Sql& sql);
  View view() const;
  void adopt(Table table);  // for benchmarks and tests: a table that no database holds

 private:
  mutable std::mutex gate_;  // a writer waits here for its turn, so that readers cannot starve it
  mutable std::shared_mutex mutex_;
  std::mutex renewing_;
  Table table_;
  std::int64_t event_ = 0;  // read up to here; under renewing_
  void replace(Table table);
};

}  // namespace utsyn::portfolio
