#include "portfolio/columns.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <set>

#include "base/text.h"
#include "footprint/fold.h"
#include "score/constants.h"
#include "store/events.h"

namespace utsyn::portfolio {
namespace {

constexpr std::size_t kEventsAtOnce = 1'000;
constexpr std::size_t kRenewedKept = 20'000;       // changes of findings
constexpr std::int64_t kRatherLoadAnew = 200'000;  // this many events behind

std::uint16_t u16(std::int64_t value) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(value, 0, kNone - 1));
}
std::uint32_t u32(std::optional<std::int64_t> value) {
  return value ? static_cast<std::uint32_t>(std::clamp<std::int64_t>(*value, 0, kNoNumber - 1)) : kNoNumber;
}

template <class Word, std::size_t size>
std::uint8_t index_of(const std::array<Word, size>& words, std::string_view word, std::size_t otherwise) {
  const auto at = std::ranges::find(words, word);
  return static_cast<std::uint8_t>(at == words.end() ? otherwise
                                                     : static_cast<std::size_t>(at - words.begin()));
}

// Puts a row into a sorted column of rows, or takes it out.
void keep_in(std::vector<RowNumber>& rows, RowNumber row, bool in) {
  const auto place = std::ranges::lower_bound(rows, row);
  const bool there = place != rows.end() && *place == row;
  if (in && !there) rows.insert(place, row);
  if (!in && there) rows.erase(place);
}

// A text's number as a column of sixteen bits holds it.
std::uint16_t u16_word(std::uint32_t number) {
  return number < kNone ? static_cast<std::uint16_t>(number) : kNone;
}

constexpr std::string_view kOrganisationSelect =
    R"(SELECT o.id, o.name, coalesce(o.number, ''), o.kind, coalesce(o.municipality, ''), coalesce(o.county, ''),
  coalesce(o.kostra, ''), coalesce(o.sector, ''), o.population, o.employees, o.removed,
  s.measured, s.score_cp, s.grade, s.managed_cp, s.coverage, s.low_cp, s.high_cp, s.gate, s.assets,
  s.critical, s.high, s.medium, s.low, s.overdue_days, s.checks, o.sort_name, o.created
FROM organisation o LEFT JOIN standing s ON s.organisation = o.id)";

void read_organisation(const store::Row& row, Fresh& fresh) {
  fresh.id = row.text(0);
  fresh.name = row.text(1);
  fresh.number = row.text(2);
  fresh.kind = row.text(3);
  fresh.municipality = row.text(4);
  fresh.county = row.text(5);
  fresh.kostra = row.text(6);
  fresh.sector = row.text(7);
  fresh.population = row.maybe_number(8);
  fresh.employees = row.maybe_number(9);
  fresh.removed = !row.null(10);
  fresh.measured = !row.null(11);
  fresh.measured_at = row.number(11);
  fresh.score_cp = row.number(12);
  fresh.grade = row.text(13);
  fresh.managed_cp = row.number(14);
  fresh.coverage = row.number(15);
  fresh.low_cp = row.number(16);
  fresh.high_cp = row.number(17);
  fresh.gate = row.text(18);
  fresh.assets = row.number(19);
  fresh.critical = row.number(20);
  fresh.high = row.number(21);
  fresh.medium = row.number(22);
  fresh.low = row.number(23);
  fresh.overdue_days = row.number(24);
  fresh.checks = row.text(25);
  fresh.sort_name = row.text(26);
  fresh.registered = !row.null(27);
}

// The dates are looked at when the consent is used.
constexpr std::string_view kComparisonConsents =
    R"(SELECT organisation, from_time, until_time FROM consent
WHERE withdrawn IS NULL AND scope IN ('comparison', 'score', 'findings'))";

// The second after which a life must have ended for history to tell of it.
std::int64_t told_after(std::int64_t latest) { return latest - (kWeeklyDays + 7) * 86'400; }

std::pair<std::int64_t, std::int64_t> span_of(const store::Row& row) {
  return {row.number(1), row.maybe_number(2).value_or(std::numeric_limits<std::int64_t>::max())};
}

Fresh renewed(store::Connection& connection, const std::string& organisation) {
  Fresh fresh;
  const auto row = connection.first(std::string(kOrganisationSelect) + " WHERE o.id = ?1", {organisation});
  if (!row) {
    fresh.id = organisation;
    fresh.gone = true;
    fresh.findings.emplace();
    fresh.lives.emplace();
    return fresh;
  }
  read_organisation(*row, fresh);
  std::string words;
  for (const auto& word : connection.query(
           "SELECT word FROM organisation_word WHERE organisation = ?1 ORDER BY word", {organisation}))
    words += kWordMark + word.text(0);
  fresh.words = std::move(words);
  for (const auto& supply :
       connection.query("SELECT supplier, criticality FROM supply WHERE organisation = ?1 AND ended IS NULL",
                        {organisation}))
    fresh.suppliers.emplace_back(supply.text(0), supply.number(1));
  for (const auto& dependence :
       connection.query("SELECT kind, name FROM dependence WHERE organisation = ?1", {organisation}))
    fresh.dependences.emplace_back(dependence.text(0), dependence.text(1));
  for (const auto& consent :
       connection.query(std::string(kComparisonConsents) + " AND organisation = ?1", {organisation}))
    fresh.comparison_consents.push_back(span_of(consent));
  fresh.findings = open_findings_of(connection, organisation);
  fresh.lives = past_lives_of(connection, organisation, told_after(fresh.measured_at));
  return fresh;
}

bool kept(std::int64_t day, std::int64_t today) {
  return day > today - kDailyDays || (day > today - kWeeklyDays && day % 7 == 6);
}

// Values day by day, out of rows that were only written where something moved: organisation, day and what
// `value_of` reads.
template <class ValueOf>
void fill_days(store::Connection& connection, Table& table, std::string_view sql,
               std::vector<std::uint16_t> Table::Past::* column, std::vector<std::uint16_t>* first_days,
               ValueOf value_of) {
  std::optional<RowNumber> row;
  std::string organisation;
  std::size_t next = 0;  // the first day of this organisation that is not filled in
  std::uint16_t value = kNone;
  const auto fill = [&](std::int64_t before_day) {
    for (; next < table.past.size() && table.past[next].day < before_day; ++next)
      if (auto& values = table.past[next].*column; row && !values.empty()) values[*row] = value;
  };
  const auto finish = [&] { fill(std::numeric_limits<std::int64_t>::max()); };
  connection.each(sql, {}, [&](const store::Row& moved) {
    if (auto id = moved.text(0); !row || id != organisation) {
      finish();
      organisation = std::move(id);
      row = table.find(organisation);
      next = 0;
      value = kNone;
      if (row && first_days != nullptr) (*first_days)[*row] = day_number(moved.number(1));
    }
    fill(moved.number(1));
    value = value_of(moved);
    return true;
  });
  finish();
}

std::uint16_t past_score(std::int64_t score_cp, std::string_view grade) {
  return grade == "U" ? kNone : u16(std::min(score_cp, score::full_score_cp));
}

void load_past(store::Connection& connection, Table& table) {
  const auto scores = connection.first("SELECT max(day), min(day) FROM standing_past");
  if (!scores || scores->null(0)) return;
  const auto kept_troubles = connection.first("SELECT max(day), min(day) FROM trouble_past");
  const auto troubles = kept_troubles->maybe_number(1);
  const std::int64_t today = std::max(scores->number(0), kept_troubles->number(0));
  const std::int64_t first = std::max(scores->number(1), today - kWeeklyDays);
  for (std::int64_t day = first; day <= today; ++day) {
    if (!kept(day, today)) continue;
    table.past.push_back({day, std::vector<std::uint16_t>(table.size(), kNone), {}});
    if (troubles && day >= *troubles) table.past.back().trouble.assign(table.size(), kNone);
  }
  if (table.past.empty()) return;
  fill_days(connection, table,
            "SELECT organisation, day, score_cp, grade FROM standing_past ORDER BY organisation, day",
            &Table::Past::score_cp, &table.first_day,
            [](const store::Row& row) { return past_score(row.number(2), row.text(3)); });
  fill_days(connection, table,
            "SELECT organisation, day, gated, overdue_since FROM trouble_past ORDER BY organisation, day",
            &Table::Past::trouble, nullptr,
            [](const store::Row& row) { return packed_trouble(row.truth(2), row.number(3)); });
}

}  // namespace

std::uint64_t new_stamp() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::uint32_t Words::number(std::string_view text) {
  if (text.empty()) return kNoNumber;
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  if (texts_.size() >= most_) return kNoNumber;
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(texts_.back(), number);
  return number;
}

std::uint32_t Words::find(std::string_view text) const {
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? kNoNumber : known->second;
}

std::string_view TextPool::keep(std::string_view text) {
  if (text.empty()) return {};
  constexpr std::size_t block = std::size_t{1} << 20U;
  if (size_ - used_ < text.size()) {
    size_ = std::max(block, text.size());
    used_ = 0;
    blocks_.push_back(std::make_unique<char[]>(size_));
  }
  char* const at = blocks_.back().get() + used_;
  std::memcpy(at, text.data(), text.size());
  used_ += text.size();
  return {at, text.size()};
}

std::optional<RowNumber> Table::find(std::string_view organisation) const {
  const auto known = rows_.find(organisation);
  if (known == rows_.end()) return std::nullopt;
  return known->second;
}

const Table::Past* Table::at_day(std::int64_t day) const {
  const auto after = std::ranges::upper_bound(past, day, {}, &Past::day);
  return after == past.begin() ? nullptr : &*std::prev(after);
}

void Table::reserve(std::size_t rows) {
  rows_.reserve(rows);
  id.reserve(rows);
  name.reserve(rows);
  for (auto* column : {&folded_name, &sort_name, &words_of, &number, &gate}) column->reserve(rows);
  in_register.reserve(rows);
  present_rows.reserve(rows);
  listed_rows.reserve(rows);
  stratum.reserve(rows);
  id_key.reserve(rows);
  name_key.reserve(rows);
  for (auto* column : {&kind, &present, &grade, &gated}) column->reserve(rows);
  for (auto* column : {&municipality, &county, &kostra, &sector, &score_cp, &managed_cp, &coverage, &low_cp,
                       &high_cp, &overdue_days})
    column->reserve(rows);
  for (auto* column : {&population, &employees, &assets}) column->reserve(rows);
  measured.reserve(rows);
  by_severity.reserve(rows);
  open_checks.reserve(rows * check_words);
  suppliers.reserve(rows);
  customers.reserve(rows);
  open_findings.reserve(rows);
  past_lives.reserve(rows);
  first_day.reserve(rows);
  dependences.reserve(rows);
}

RowNumber Table::row_of(std::string_view organisation) {
  if (const auto known = find(organisation)) return *known;
  const auto row = static_cast<RowNumber>(size());
  const auto text = pool_->keep(organisation);
  rows_.emplace(text, row);
  id.push_back(text);
  for (auto* column : {&name, &folded_name, &sort_name, &words_of, &number, &gate}) column->emplace_back();
  in_register.push_back(InRegister::no);
  id_key.push_back(first_bytes(organisation));
  name_key.push_back(0);
  kind.push_back(static_cast<std::uint8_t>(score::Kind::other));
  present.push_back(0);
  gated.push_back(0);
  for (auto* column : {&municipality, &county, &kostra, &sector}) column->push_back(kNone);
  population.push_back(kNoNumber);
  employees.push_back(kNoNumber);
  measured.push_back(0);
  grade.push_back(static_cast<std::uint8_t>(score::Grade::U));
  for (auto* column : {&score_cp, &managed_cp, &coverage, &low_cp, &high_cp, &overdue_days})
    column->push_back(0);
  assets.push_back(0);
  stratum.push_back(0);
  by_severity.push_back({});
  open_checks.resize(open_checks.size() + check_words);
  suppliers.emplace_back();
  customers.emplace_back();
  open_findings.emplace_back();
  past_lives.emplace_back();
  first_day.push_back(kNone);
  dependences.emplace_back();
  for (auto& day : past) {
    day.score_cp.push_back(kNone);
    if (!day.trouble.empty()) day.trouble.push_back(kNone);
  }
  return row;
}

std::uint32_t Table::stratum_of(RowNumber row) {
  const auto of_word = [](std::uint16_t word) { return word == kNone ? 0U : word + 1U; };
  std::uint32_t people = 0;
  if (population[row] != kNoNumber)
    people = static_cast<std::uint32_t>(
        1 + (std::ranges::upper_bound(score::population_class_below, population[row]) -
             score::population_class_below.begin()));
  // Size classes for display (methodology, section 11).
  std::uint32_t size = 0;
  if (measured[row] != 0 && assets[row] != 0)
    size = assets[row] <= 5 ? 1 : assets[row] <= 20 ? 2 : assets[row] <= 100 ? 3 : 4;
  const Stratum cells{of_word(county[row]), of_word(kostra[row]), of_word(sector[row]), people, size,
                      kind[row] + 1U};
  // Three words of up to 0xFFFF and three numbers below sixteen.
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) key = key << (i < 3 ? 16U : 4U) | cells[i];
  const auto [at, added] = stratum_numbers_.try_emplace(key, static_cast<std::uint32_t>(strata.size()));
  if (added) strata.push_back(cells);
  return at->second;
}

void Table::widen_checks(std::size_t words_needed) {
  std::vector<std::uint64_t> wider(size() * words_needed);
  for (std::size_t row = 0; row < size(); ++row)
    std::ranges::copy(std::span(open_checks).subspan(row * check_words, check_words),
                      wider.begin() + static_cast<std::ptrdiff_t>(row * words_needed));
  open_checks = std::move(wider);
  check_words = words_needed;
}

RowNumber Table::put(const Fresh& fresh) {
  const auto row = row_of(fresh.id);
  const bool here = !fresh.gone && !fresh.removed;
  if (here != (present[row] != 0)) {
    keep_in(present_rows, row, here);
    present[row] = here ? 1 : 0;
  }
  if (name[row] != fresh.name) {
    name[row] = pool_->keep(fresh.name);
    folded_name[row] = pool_->keep(footprint::folded(fresh.name));
  }
  const auto sorted = fresh.sort_name.empty() ? footprint::sort_key(fresh.name) : fresh.sort_name;
  if (sort_name[row] != sorted) {
    sort_name[row] = pool_->keep(sorted);
    name_key[row] = first_bytes(sorted);
  }
  if (fresh.words && words_of[row] != *fresh.words) {
    word_index.erase(row, words_of[row]);
    words_of[row] = pool_->keep(*fresh.words);
    word_index.put(row, words_of[row]);
  }
  in_register[row] = fresh.gone || !fresh.registered ? InRegister::no
                     : fresh.removed                 ? InRegister::left
                                                     : InRegister::yes;
  keep_in(listed_rows, row, in_register[row] == InRegister::yes);
  if (number[row] != fresh.number) number[row] = pool_->keep(fresh.number);
  kind[row] = index_of(score::kind_words, fresh.kind, static_cast<std::size_t>(score::Kind::other));
  const auto word = [&](const std::string& text) { return u16_word(words.number(text)); };
  municipality[row] = word(fresh.municipality);
  county[row] = word(fresh.county);
  kostra[row] = word(fresh.kostra);
  sector[row] = word(fresh.sector);
  population[row] = u32(fresh.population);
  employees[row] = u32(fresh.employees);

  measured[row] = fresh.measured_at;
  const auto unrated = static_cast<std::size_t>(score::Grade::U);
  grade[row] = fresh.measured ? index_of(score::grade_words, fresh.grade, unrated)
                              : static_cast<std::uint8_t>(unrated);
  score_cp[row] = u16(std::min(fresh.score_cp, score::full_score_cp));
  managed_cp[row] = u16(fresh.managed_cp);
  coverage[row] = u16(fresh.coverage);
  low_cp[row] = u16(fresh.low_cp);
  high_cp[row] = u16(fresh.high_cp);
  if (gate[row] != fresh.gate) gate[row] = pool_->keep(fresh.gate);
  gated[row] = fresh.gate.empty() ? 0 : 1;
  overdue_days[row] = u16(fresh.overdue_days);
  assets[row] = u32(fresh.assets);
  by_severity[row] = {u16(fresh.critical), u16(fresh.high), u16(fresh.medium), u16(fresh.low)};
  stratum[row] = stratum_of(row);
  std::ranges::fill(std::span(open_checks).subspan(row * check_words, check_words), 0);
  for (std::string_view rest = fresh.checks; !rest.empty();) {
    const auto check = checks.number(cut(rest, ','));
    if (check == kNoNumber) continue;
    if (check >= check_words * 64) widen_checks(check / 64 + 1);
    open_checks[row * check_words + check / 64] |= std::uint64_t{1} << check % 64;
  }

  for (const auto& supply : suppliers[row])
    std::erase_if(customers[supply.other], [&](const Supply& one) { return one.other == row; });
  suppliers[row].clear();
  for (const auto& [supplier, criticality] : fresh.suppliers) {
    const auto other = row_of(supplier);
    const auto weight = static_cast<std::uint8_t>(std::clamp<std::int64_t>(criticality, 1, 4));
    suppliers[row].push_back({other, weight});
    customers[other].push_back({row, weight});
  }
  dependences[row].clear();
  for (const auto& [what, called] : fresh.dependences)
    dependences[row].push_back(dependence_names.number(std::string(what).append(" ").append(called)));
  std::ranges::sort(dependences[row]);
  if (fresh.comparison_consents.empty()) {
    comparison_consents.erase(row);
  } else {
    comparison_consents[row] = fresh.comparison_consents;
  }
  ++version;
  if (fresh.findings) put_findings(row, *fresh.findings);
  if (fresh.lives) {
    std::vector<PastLife> lives;
    lives.reserve(fresh.lives->size());
    for (const auto& life : *fresh.lives) lives.push_back(past_life(life));
    past_lives[row] = merged(std::move(lives));
  }
  return row;
}

OpenFinding Table::open_finding(const FreshFinding& fresh) {
  return {u32(fresh.due),
          u16_word(finding_checks.number(fresh.check)),
          u16_word(assignees.number(fresh.assignee)),
          day_number(fresh.since),
          static_cast<std::uint8_t>(fresh.severity),
          static_cast<std::uint8_t>(fresh.state)};
}

PastLife Table::past_life(const FreshLife& fresh) {
  return {u16_word(finding_checks.number(fresh.check)), day_number(fresh.from), day_number(fresh.to)};
}

void Table::put_findings(RowNumber row, const std::vector<FreshFinding>& fresh) {
  std::vector<OpenFinding> now;
  now.reserve(fresh.size());
  for (const auto& one : fresh) now.push_back(open_finding(one));
  std::ranges::sort(now);
  if (now == open_findings[row]) return;
  renewed_findings.push_back({version, row, std::move(open_findings[row])});
  open_findings[row] = std::move(now);
  if (renewed_findings.size() > kRenewedKept) {
    renewed_since = renewed_findings.front().version;
    renewed_findings.pop_front();
  }
}

void Table::load_findings(store::Connection& connection) {
  std::int64_t latest = 0;
  for (const auto at : measured) latest = std::max(latest, at);
  const auto each_life = [&](std::string_view of, const FreshLife& fresh) {
    if (const auto row = find(of)) past_lives[*row].push_back(past_life(fresh));
  };
  // Those of one organisation are gathered first, so that they take no more room than they need.
  std::string organisation;
  std::vector<OpenFinding> found;
  const auto finish = [&] {
    if (const auto row = find(organisation); row && !found.empty()) {
      std::ranges::sort(found);
      open_findings[*row].assign(found.begin(), found.end());
    }
    found.clear();
  };
  bool second = false;
  each_open_finding(
      connection, told_after(latest),
      [&](std::string_view of, const FreshFinding& fresh, bool again) {
        if (of != organisation || again != second) {
          finish();
          organisation = of;
          second = again;
        }
        found.push_back(open_finding(fresh));
      },
      each_life);
  finish();
  for (auto& lives : past_lives)
    if (!lives.empty()) lives = merged(std::move(lives));
}

void Table::fill_words(std::string_view organisation, std::string_view found_by) {
  if (const auto row = find(organisation)) words_of[*row] = pool_->keep(found_by);
}

void Table::finish_words() { word_index.fill(words_of); }

bool Table::consents_to_comparison(RowNumber row, UtcTime now) const {
  const auto found = comparison_consents.find(row);
  if (found == comparison_consents.end()) return false;
  return std::ranges::any_of(found->second, [&](const auto& span) {
    return span.first <= to_unix(now) && to_unix(now) < span.second;
  });
}

void Table::add_day(std::int64_t day, std::span<const std::pair<RowNumber, std::uint16_t>> changed,
                    std::span<const std::pair<RowNumber, std::uint16_t>> troubles) {
  if (past.empty()) past.push_back({day, std::vector<std::uint16_t>(size(), kNone), {}});
  if (past.back().day < day) past.push_back({day, past.back().score_cp, past.back().trouble});
  auto& last = past.back();
  if (last.day != day) return;
  if (!changed.empty() || !troubles.empty()) last.stamp = new_stamp();
  for (const auto& [row, score] : changed) {
    last.score_cp[row] = score;
    first_day[row] = std::min(first_day[row], day_number(day));
  }
  if (!troubles.empty()) last.trouble.resize(size(), kNone);
  for (const auto& [row, trouble] : troubles) last.trouble[row] = trouble;
  drop_old_days(day);
  ++version;
}

void Table::drop_old_days(std::int64_t today) {
  std::erase_if(past, [&](const Past& one) { return !kept(one.day, today); });
}

void Columns::replace(Table table) {
  const std::scoped_lock turn(gate_);
  const std::unique_lock lock(mutex_);
  table.version += table_.version + 1;
  table.renewed_since = table.version;
  table.renewed_findings.clear();
  std::swap(table_, table);
}

void Columns::adopt(Table table) { replace(std::move(table)); }

View Columns::view() const {
  std::unique_lock turn(gate_);
  std::shared_lock lock(mutex_);
  turn.unlock();
  return {table_, std::move(lock)};
}

void Columns::load(store::Connection& connection) {
  const std::scoped_lock renewing(renewing_);
  const auto reached = store::last_event(connection);
  Table table;
  if (const auto count = connection.first("SELECT count(*) FROM organisation"))
    table.reserve(static_cast<std::size_t>(count->number(0)));

  // Three ordered readings side by side would need three cursors; the register comes first, and what hangs
  // on it is added to the rows.
  connection.each(std::string(kOrganisationSelect) + " ORDER BY o.id", {}, [&](const store::Row& row) {
    Fresh fresh;
    read_organisation(row, fresh);
    table.put(fresh);
    return true;
  });
  connection.each("SELECT organisation, supplier, criticality FROM supply WHERE ended IS NULL", {},
                  [&](const store::Row& row) {
                    const auto customer = table.find(row.text(0));
                    const auto supplier = table.find(row.text(1));
                    if (customer && supplier) {
                      const auto weight =
                          static_cast<std::uint8_t>(std::clamp<std::int64_t>(row.number(2), 1, 4));
                      table.suppliers[*customer].push_back({*supplier, weight});
                      table.customers[*supplier].push_back({*customer, weight});
                    }
                    return true;
                  });
  connection.each("SELECT organisation, kind, name FROM dependence", {}, [&](const store::Row& row) {
    if (const auto at = table.find(row.text(0)))
      table.dependences[*at].push_back(table.dependence_names.number(row.text(1) + ' ' + row.text(2)));
    return true;
  });
  for (auto& names : table.dependences) std::ranges::sort(names);
  connection.each(kComparisonConsents, {}, [&](const store::Row& row) {
    if (const auto at = table.find(row.text(0))) table.comparison_consents[*at].push_back(span_of(row));
    return true;
  });
  std::string organisation;
  std::string words;
  connection.each("SELECT organisation, word FROM organisation_word ORDER BY organisation, word", {},
                  [&](const store::Row& row) {
                    if (auto id = row.text(0); id != organisation) {
                      if (!words.empty()) table.fill_words(organisation, words);
                      organisation = std::move(id);
                      words.clear();
                    }
                    words += kWordMark + row.text(1);
                    return true;
                  });
  if (!words.empty()) table.fill_words(organisation, words);
  table.finish_words();
  table.load_findings(connection);
  load_past(connection, table);
  replace(std::move(table));
  event_ = reached;
}

std::size_t Columns::catch_up(store::Sql& sql) {
  const std::scoped_lock renewing(renewing_);
  std::size_t count = 0;
  for (;;) {
    std::vector<Fresh> news;
    struct Day {
      std::int64_t day;
      std::vector<std::pair<std::string, std::uint16_t>> changed;
      std::vector<std::pair<std::string, std::uint16_t>> troubles;
    };
    std::vector<Day> days;
    std::int64_t reached = event_;
    bool behind = false;
    sql.read([&](store::Connection& connection) {
      const auto last = store::last_event(connection);
      if (last == event_) return;
      if (last - event_ > kRatherLoadAnew || last < event_) {
        behind = true;
        return;
      }
      std::set<std::string> touched;
      for (const auto& event : store::events_after(connection, event_, kEventsAtOnce)) {
        reached = event.number;
        if (!event.organisation.empty()) touched.insert(event.organisation);
        if (event.kind == "history-kept") days.push_back({day_of(event.time), {}, {}});
      }
      for (const auto& organisation : touched) news.push_back(renewed(connection, organisation));
      for (auto& day : days) {
        connection.each("SELECT organisation, score_cp, grade FROM standing_past WHERE day = ?1",
                        std::array{store::Value(day.day)}, [&](const store::Row& row) {
                          day.changed.emplace_back(row.text(0), past_score(row.number(1), row.text(2)));
                          return true;
                        });
        connection.each("SELECT organisation, gated, overdue_since FROM trouble_past WHERE day = ?1",
                        std::array{store::Value(day.day)}, [&](const store::Row& row) {
                          day.troubles.emplace_back(row.text(0), packed_trouble(row.truth(1), row.number(2)));
                          return true;
                        });
      }
    });
    if (behind) {
      // load() takes the lock that is held here, so a fresh one reads and hands its table over.
      Columns anew;
      sql.read([&](store::Connection& connection) { anew.load(connection); });
      event_ = anew.event_;
      count += anew.table_.size();
      replace(std::move(anew.table_));
      return count;
    }
    if (reached == event_) return count;
    if (!news.empty() || !days.empty()) {
      const std::scoped_lock turn(gate_);
      const std::unique_lock lock(mutex_);
      for (const auto& fresh : news) table_.put(fresh);
      for (const auto& day : days) {
        const auto rows_of = [&](const std::vector<std::pair<std::string, std::uint16_t>>& named) {
          std::vector<std::pair<RowNumber, std::uint16_t>> out;
          for (const auto& [organisation, value] : named)
            if (const auto row = table_.find(organisation)) out.emplace_back(*row, value);
          return out;
        };
        table_.add_day(day.day, rows_of(day.changed), rows_of(day.troubles));
      }
    }
    count += news.size();
    event_ = reached;
  }
}

}  // namespace utsyn::portfolio
