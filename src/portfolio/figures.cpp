#include "portfolio/figures.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <set>

#include "checks/catalogue.h"
#include "portfolio/strata.h"
#include "portfolio/suppression.h"
#include "score/arithmetic.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

using access::Detail;
using score::Grade;

// How many there are of each value, and which value stands at a rank (from 1). A rank is looked for among
// blocks of values first.
class Counts {
 public:
  explicit Counts(std::span<const std::uint32_t> counts) : counts_(counts) {
    for (std::size_t at = 0; at < counts_.size(); at += kBlock) {
      std::uint64_t sum = 0;
      for (const auto many : counts_.subspan(at, std::min(kBlock, counts_.size() - at))) sum += many;
      blocks_.push_back(sum);
    }
  }
  std::int64_t at_rank(std::size_t rank) const {
    std::size_t below = 0;
    std::size_t block = 0;
    while (block < blocks_.size() && below + blocks_[block] < rank) below += blocks_[block++];
    for (auto value = block * kBlock; value < counts_.size(); ++value) {
      below += counts_[value];
      if (below >= rank) return static_cast<std::int64_t>(value);
    }
    return 0;
  }
  std::int64_t median(std::size_t n) const { return (at_rank((n - 1) / 2 + 1) + at_rank(n / 2 + 1)) / 2; }
  std::int64_t percentile(std::size_t n, std::size_t p) const {
    return at_rank(std::max<std::size_t>(1, (p * n + 99) / 100));
  }

 private:
  static constexpr std::size_t kBlock = 64;
  std::span<const std::uint32_t> counts_;
  std::vector<std::uint64_t> blocks_;
};

void count(std::vector<std::uint32_t>& counts, std::int64_t value) {
  const auto at = static_cast<std::size_t>(value);
  if (at >= counts.size()) counts.resize(at + 1);
  ++counts[at];
}

// Section 11: the values at ranks max(1, (100n - q) // 200) and min(n, ceil((200 + 100n + q) / 200)).
std::optional<std::array<std::int64_t, 2>> median_interval(const Counts& scores, std::size_t rated) {
  if (rated < score::median_interval_from) return std::nullopt;
  const auto n = static_cast<std::int64_t>(rated);
  const std::uint64_t square = score::median_interval_square * rated;
  auto q = static_cast<std::int64_t>(score::isqrt(square));
  if (static_cast<std::uint64_t>(q * q) < square) ++q;
  const auto lower = std::max<std::int64_t>(1, score::floor_div(100 * n - q, 200));
  const auto upper = std::min(n, (200 + 100 * n + q + 199) / 200);
  return std::array{scores.at_rank(static_cast<std::size_t>(lower)),
                    scores.at_rank(static_cast<std::size_t>(upper))};
}

// How many rows have each check open. Eight rows go into bit planes of ones, twos and fours at a time by
// carry-save adders; only what carries out of them, an eighth of the bits, is counted one by one.
class CheckCounter {
 public:
  explicit CheckCounter(std::size_t words) : words_(words), planes_(words), counts_(words * 64) {}
  void add(const std::uint64_t* checks) {
    waiting_[count_++] = checks;
    if (count_ == waiting_.size()) flush_block();
  }
  std::vector<std::uint32_t> take() {
    for (std::size_t i = 0; i < count_; ++i)
      for (std::size_t word = 0; word < words_; ++word) spill(word, waiting_[i][word], 0);
    for (std::size_t word = 0; word < words_; ++word)
      for (unsigned plane = 0; plane < 3; ++plane) spill(word, planes_[word][plane], plane);
    return std::move(counts_);
  }

 private:
  // sum of three bits: the low one stays in `a`, the carry comes back
  static std::uint64_t carry_save(std::uint64_t& a, std::uint64_t b, std::uint64_t c) {
    const auto half = a ^ b;
    const auto carry = (a & b) | (half & c);
    a = half ^ c;
    return carry;
  }
  void flush_block() {
    for (std::size_t word = 0; word < words_; ++word) {
      auto& [ones, twos, fours] = planes_[word];
      const auto at = [&](std::size_t i) { return waiting_[i][word]; };
      const auto two_a = carry_save(ones, at(0), at(1));
      const auto two_b = carry_save(ones, at(2), at(3));
      const auto four_a = carry_save(twos, two_a, two_b);
      const auto two_c = carry_save(ones, at(4), at(5));
      const auto two_d = carry_save(ones, at(6), at(7));
      const auto four_b = carry_save(twos, two_c, two_d);
      spill(word, carry_save(fours, four_a, four_b), 3);
    }
    count_ = 0;
  }
  void spill(std::size_t word, std::uint64_t bits, unsigned plane) {
    for (; bits != 0; bits &= bits - 1)
      counts_[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))] += 1U << plane;
  }
  std::size_t words_;
  std::vector<std::array<std::uint64_t, 3>> planes_;
  std::vector<std::uint32_t> counts_;
  std::array<const std::uint64_t*, 8> waiting_{};
  std::size_t count_ = 0;
};

score::PortfolioAnswer suppressed(std::size_t members) { return {members, true, std::nullopt}; }

}  // namespace

Tally::One past_one(std::uint16_t score_cp, std::int64_t weight) {
  if (score_cp == kNone) return {.grade = Grade::U, .findings = false};
  return {.score_cp = score_cp,
          .grade = score::grade_of(score_cp, score::full_coverage),
          .weight = weight,
          .findings = false};
}

// The kept days asked about; today's state is not among them.
std::span<const Table::Past> days_within(const Table& table, std::int64_t from_day, std::int64_t to_day) {
  const auto first = std::ranges::lower_bound(table.past, from_day, {}, &Table::Past::day);
  const auto last = std::ranges::upper_bound(table.past, to_day, {}, &Table::Past::day);
  if (first >= last) return {};
  return {first, last};
}

void Tally::add(const One& one) {
  ++members_;
  ++grades_[static_cast<std::size_t>(one.grade)];
  if (one.grade == Grade::U) return;
  ++rated_;
  if (scores_.empty()) scores_.resize(score::full_score_cp + 1);
  count(scores_, one.score_cp);
  sum_ += one.score_cp;
  weighted_sum_ += static_cast<score::U128>(one.score_cp) * static_cast<score::U128>(one.weight);
  weights_ += static_cast<score::U128>(one.weight);
  coverage_ += one.coverage;
  if (one.grade == Grade::D || one.grade == Grade::F) inhabitants_d_f_ += one.inhabitants;
  if (!one.findings) return;
  ++troubled_;
  count(overdue_, one.overdue_days);
  gates_ += one.open_gate ? 1 : 0;
}

void Tally::add_scores(std::span<const std::uint32_t> counts, std::size_t unrated) {
  members_ += unrated;
  grades_[static_cast<std::size_t>(Grade::U)] += unrated;
  if (scores_.size() < counts.size()) scores_.resize(counts.size());
  for (std::size_t score_cp = 0; score_cp < counts.size(); ++score_cp) {
    const std::int64_t many = counts[score_cp];
    if (many == 0) continue;
    const auto sum = many * static_cast<std::int64_t>(score_cp);
    members_ += counts[score_cp];
    rated_ += counts[score_cp];
    grades_[static_cast<std::size_t>(
        score::grade_of(static_cast<std::int64_t>(score_cp), score::full_coverage))] += counts[score_cp];
    scores_[score_cp] += counts[score_cp];
    sum_ += sum;
    weighted_sum_ += static_cast<score::U128>(sum);
    weights_ += static_cast<score::U128>(many);
    coverage_ += many * score::full_coverage;
  }
}

void Tally::remove(const One& one) {
  --members_;
  --grades_[static_cast<std::size_t>(one.grade)];
  if (one.grade == Grade::U) return;
  --rated_;
  --scores_[static_cast<std::size_t>(one.score_cp)];
  sum_ -= one.score_cp;
  weighted_sum_ -= static_cast<score::U128>(one.score_cp) * static_cast<score::U128>(one.weight);
  weights_ -= static_cast<score::U128>(one.weight);
  coverage_ -= one.coverage;
  if (one.grade == Grade::D || one.grade == Grade::F) inhabitants_d_f_ -= one.inhabitants;
  if (!one.findings) return;
  --troubled_;
  --overdue_[static_cast<std::size_t>(one.overdue_days)];
  gates_ -= one.open_gate ? 1 : 0;
}

void Tally::add_row(const Table& table, RowNumber row, bool findings) {
  ++members_;
  const auto grade = table.grade[row];
  ++grades_[grade];
  if (!table.rated(row)) return;
  ++rated_;
  if (scores_.empty()) scores_.resize(score::full_score_cp + 1);
  ++scores_[table.score_cp[row]];
  sum_ += table.score_cp[row];
  coverage_ += table.coverage[row];
  if (findings) {
    ++troubled_;
    count(overdue_, table.overdue_days[row]);
    gates_ += table.gated[row];
  }
  if (grade == static_cast<std::uint8_t>(Grade::D) || grade == static_cast<std::uint8_t>(Grade::F))
    inhabitants_d_f_ += table.population[row] == kNoNumber ? 0 : std::int64_t{table.population[row]};
}

void Tally::weigh_equally() {
  weighted_sum_ = static_cast<score::U128>(sum_);
  weights_ = rated_;
}

void Tally::add_tally(const Tally& other) {
  members_ += other.members_;
  rated_ += other.rated_;
  for (std::size_t i = 0; i < grades_.size(); ++i) grades_[i] += other.grades_[i];
  const auto add_counts = [](std::vector<std::uint32_t>& counts, const std::vector<std::uint32_t>& more) {
    if (counts.size() < more.size()) counts.resize(more.size());
    for (std::size_t i = 0; i < more.size(); ++i) counts[i] += more[i];
  };
  add_counts(scores_, other.scores_);
  add_counts(overdue_, other.overdue_);
  sum_ += other.sum_;
  weighted_sum_ += other.weighted_sum_;
  weights_ += other.weights_;
  troubled_ += other.troubled_;
  gates_ += other.gates_;
  coverage_ += other.coverage_;
  inhabitants_d_f_ += other.inhabitants_d_f_;
}

score::PortfolioAnswer Tally::answer(bool authority) const {
  score::PortfolioAnswer answer;
  answer.members = members_;
  answer.suppressed = rated_ < score::suppressed_below && !authority;
  if (!answer.suppressed && rated_ > 0) answer.figures = figures();
  if (answer.figures && troubled_ < score::suppressed_below && !authority) {
    answer.figures->gate_share.reset();
    answer.figures->median_overdue_days.reset();
  }
  return answer;
}

score::PortfolioFigures Tally::figures() const {
  score::PortfolioFigures out;
  const auto n = static_cast<std::int64_t>(rated_);
  const Counts scores(scores_);
  out.rated = rated_;
  out.unrated = members_ - rated_;
  out.grades = grades_;
  out.mean_cp = sum_ / n;
  out.median_cp = scores.median(rated_);
  if (weights_ > 0) out.weighted_cp = static_cast<std::int64_t>(weighted_sum_ / weights_);
  out.p10_cp = scores.percentile(rated_, 10);
  out.p25_cp = scores.percentile(rated_, 25);
  out.p75_cp = scores.percentile(rated_, 75);
  out.p90_cp = scores.percentile(rated_, 90);
  out.median_interval_cp = median_interval(scores, rated_);
  if (troubled_ > 0) {
    out.gate_share = 10'000 * gates_ / static_cast<std::int64_t>(troubled_);
    out.median_overdue_days = Counts(overdue_).median(troubled_);
  }
  out.mean_coverage = coverage_ / n;
  out.inhabitants_d_f = inhabitants_d_f_;
  return out;
}

void TroubleTally::put(std::int64_t day, std::uint16_t score_cp, std::uint16_t trouble, int times) {
  if (score_cp == kNone || trouble == kNone) return;
  const std::int64_t since = trouble & ~kGateBit;
  const auto days = static_cast<std::size_t>(since == 0 ? 0 : std::max<std::int64_t>(0, day - since));
  if (days >= overdue_.size()) overdue_.resize(days + 1);
  overdue_[days] += static_cast<std::uint32_t>(times);
  members_ += static_cast<std::size_t>(times);
  if ((trouble & kGateBit) != 0) gates_ += times;
}

std::optional<PastTrouble> TroubleTally::answer(bool authority) const {
  if (members_ == 0 || (members_ < score::suppressed_below && !authority)) return std::nullopt;
  return PastTrouble{gates_, Counts(overdue_).median(members_)};
}

Members equal_members(const Seen& seen, std::vector<RowNumber> rows) {
  Members out{std::move(rows), {}, {}};
  if (seen.sees_all(Detail::findings)) {
    out.findings.assign(out.rows.size(), 1);
  } else {
    out.findings.reserve(out.rows.size());
    for (const auto row : out.rows) out.findings.push_back(seen.detail(row) >= Detail::findings ? 1 : 0);
  }
  return out;
}

// A member as it stands.
Tally::One one_of(const Table& table, const Members& members, std::size_t at) {
  const auto row = members.rows[at];
  return {.score_cp = table.score_cp[row],
          .grade = static_cast<Grade>(table.grade[row]),
          .weight = members.weight(at),
          .inhabitants = table.population[row] == kNoNumber ? 0 : std::int64_t{table.population[row]},
          .coverage = table.coverage[row],
          .overdue_days = table.overdue_days[row],
          .open_gate = table.gated[row] != 0,
          .findings = members.sees_findings(at)};
}

score::PortfolioAnswer figures_of(const Table& table, const Members& members, bool authority) {
  Tally tally;
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    if (members.weights.empty()) {
      tally.add_row(table, members.rows[i], members.sees_findings(i));
    } else {
      tally.add(one_of(table, members, i));
    }
  }
  if (members.weights.empty()) tally.weigh_equally();
  return tally.answer(authority);
}

Issues issues_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows, std::size_t most) {
  Issues out;
  CheckCounter counter(table.check_words);
  for (const auto row : rows) {
    if (table.measured[row] == 0 || seen.detail(row) < Detail::findings) continue;
    ++out.measured;
    counter.add(table.checks_of(row).data());
    out.open_gates += table.gated[row];
    out.critical += table.by_severity[row][0];
    out.high += table.by_severity[row][1];
  }
  if (out.measured < score::suppressed_below && !seen.authority()) {
    Issues hidden;
    hidden.measured = out.measured;
    hidden.suppressed = true;
    return hidden;
  }
  const auto counts = counter.take();
  for (std::size_t check = 0; check < table.checks.size(); ++check) {
    if (counts[check] == 0) continue;
    const auto& id = table.checks.text(check);
    const auto* entry = checks::catalogue_entry(id);
    out.most_common.push_back(
        {id, entry == nullptr ? checks::Severity::info : entry->severity, counts[check],
         static_cast<std::int64_t>(10'000 * std::uint64_t{counts[check]} / out.measured)});
  }
  std::ranges::sort(out.most_common, [](const Issue& a, const Issue& b) {
    return a.organisations != b.organisations ? a.organisations > b.organisations : a.check < b.check;
  });
  out.most_critical = out.most_common;
  std::ranges::sort(out.most_critical, [](const Issue& a, const Issue& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.organisations != b.organisations ? a.organisations > b.organisations : a.check < b.check;
  });
  std::erase_if(out.most_critical,
                [](const Issue& issue) { return issue.severity < checks::Severity::high; });
  if (out.most_common.size() > most) out.most_common.resize(most);
  if (out.most_critical.size() > most) out.most_critical.resize(most);
  return out;
}

namespace {

// The few rows with the largest keys, by id among equals. A million are looked at, each against the least key
// that still counts.
class BestRows {
  struct Keyed {
    std::int64_t key;
    RowNumber row;
  };
  auto better() const {
    return [this](const Keyed& a, const Keyed& b) {
      return a.key != b.key ? a.key > b.key : table_.id[a.row] < table_.id[b.row];
    };
  }

 public:
  BestRows(const Table& table, std::size_t most) : table_(table), most_(most) {}

  void offer(std::int64_t key, RowNumber row) {
    if (few_.size() >= most_ && key < least_) return;
    few_.push_back({key, row});
    if (few_.size() >= 4 * most_ + kSpare) cut();
  }
  std::vector<RowNumber> take() {
    cut();
    std::ranges::sort(few_, better());
    std::vector<RowNumber> rows;
    rows.reserve(few_.size());
    for (const auto& one : few_) rows.push_back(one.row);
    return rows;
  }

 private:
  static constexpr std::size_t kSpare = 64;

  void cut() {
    if (few_.size() <= most_) return;
    std::ranges::nth_element(few_, few_.begin() + static_cast<std::ptrdiff_t>(most_), better());
    few_.resize(most_);
    least_ =
        few_.empty() ? std::numeric_limits<std::int64_t>::max() : std::ranges::min(few_, {}, &Keyed::key).key;
  }

  const Table& table_;
  std::size_t most_;
  std::vector<Keyed> few_;
  std::int64_t least_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

Movers movers_of(const Table& table, std::span<const RowNumber> rows, std::int64_t today, std::int64_t days,
                 std::size_t most) {
  Movers out;
  BestRows worst(table, most);
  for (const auto row : rows)
    if (table.rated(row)) worst.offer(-std::int64_t{table.score_cp[row]}, row);
  out.worst = worst.take();
  const auto* then = table.at_day(today - days);
  if (then == nullptr) return out;
  out.since_day = then->day;
  BestRows improved(table, most);
  BestRows worsened(table, most);
  for (const auto row : rows) {
    if (!table.rated(row) || then->score_cp[row] == kNone) continue;
    const std::int64_t change = std::int64_t{table.score_cp[row]} - then->score_cp[row];
    if (change > 0) improved.offer(change, row);
    if (change < 0) worsened.offer(-change, row);
  }
  const auto moved = [&](const std::vector<RowNumber>& found) {
    std::vector<Mover> movers;
    movers.reserve(found.size());
    for (const auto row : found) movers.push_back({row, then->score_cp[row], table.score_cp[row]});
    return movers;
  };
  out.improved = moved(improved.take());
  out.worsened = moved(worsened.take());
  return out;
}

std::vector<HistoryPoint> history_of(const Table& table, const Members& members, bool authority,
                                     std::int64_t from_day, std::int64_t to_day) {
  std::vector<HistoryPoint> points;
  for (const auto& past : days_within(table, from_day, to_day)) {
    Tally tally;
    if (members.weights.empty()) {
      // Ten thousand counters take a million of them in a millisecond.
      std::vector<std::uint32_t> counts(score::full_score_cp + 1);
      std::size_t unrated = 0;
      for (const auto row : members.rows) {
        const auto score_cp = past.score_cp[row];
        if (score_cp == kNone) {
          ++unrated;
        } else {
          ++counts[score_cp];
        }
      }
      tally.add_scores(counts, unrated);
    } else {
      for (std::size_t i = 0; i < members.rows.size(); ++i)
        tally.add(past_one(past.score_cp[members.rows[i]], members.weights[i]));
    }
    TroubleTally trouble;
    if (!past.trouble.empty() && !members.findings.empty())
      for (std::size_t i = 0; i < members.rows.size(); ++i)
        if (members.findings[i] != 0)
          trouble.add(past.day, past.score_cp[members.rows[i]], past.trouble[members.rows[i]]);
    points.push_back({past.day, tally.answer(authority), trouble.answer(authority)});
  }
  return points;
}

std::string cell_key(const Table& table, RowNumber row, Dimension dimension) {
  return cell_name(table, cell_number(table, row, dimension), dimension);
}

Breakdown breakdown_of(const Table& table, const Members& members, Dimension dimension, bool authority) {
  const auto counts = in_strata(table, members.rows);
  const auto cells = cells_of(table, counts, dimension);
  std::vector<Tally> tallies(cells.keys.size());
  if (members.weights.empty()) {
    for (std::size_t i = 0; i < members.rows.size(); ++i)
      tallies[cells.of_stratum[table.stratum[members.rows[i]]]].add_row(table, members.rows[i],
                                                                        members.sees_findings(i));
    for (auto& tally : tallies) tally.weigh_equally();
  } else {
    for (std::size_t i = 0; i < members.rows.size(); ++i)
      tallies[cells.of_stratum[table.stratum[members.rows[i]]]].add(one_of(table, members, i));
  }
  Tally total;
  for (const auto& tally : tallies) total.add_tally(tally);
  Breakdown out;
  out.total = total.answer(authority);
  const auto hidden = authority ? std::vector<bool>(cells.keys.size()) : hidden_in(table, counts, dimension);
  for (std::size_t cell = 0; cell < cells.keys.size(); ++cell)
    out.cells.push_back({cells.keys[cell], hidden[cell] || out.total.suppressed
                                               ? suppressed(tallies[cell].members())
                                               : tallies[cell].answer(authority)});
  return out;
}

std::vector<CellHistory> breakdown_history_of(const Table& table, const Members& members, Dimension dimension,
                                              bool authority, std::int64_t from_day, std::int64_t to_day) {
  const auto strata = in_strata(table, members.rows);
  const auto cells = cells_of(table, strata, dimension);
  std::vector<std::vector<bool>> now{authority ? std::vector<bool>(cells.keys.size())
                                               : hidden_in(table, strata, dimension)};
  std::vector<CellHistory> out;
  out.reserve(cells.keys.size());
  for (const auto& key : cells.keys) out.push_back({key, {}});
  for (const auto& past : days_within(table, from_day, to_day)) {
    std::vector<Tally> tallies(cells.keys.size());
    std::vector<std::size_t> counts(cells.keys.size());
    std::vector<Partition> rated(1);
    rated[0].keys = cells.keys;
    for (std::size_t i = 0; i < members.rows.size(); ++i) {
      const auto score_cp = past.score_cp[members.rows[i]];
      const auto cell = cells.of_stratum[table.stratum[members.rows[i]]];
      tallies[cell].add(past_one(score_cp, members.weight(i)));
      ++counts[cell];
      if (score_cp != kNone) rated[0].cell_of.push_back(cell);
    }
    const auto hidden = authority ? now.front() : hidden_cells(rated, now).front();
    for (std::size_t cell = 0; cell < out.size(); ++cell)
      out[cell].points.push_back({past.day,
                                  hidden[cell] ? suppressed(counts[cell]) : tallies[cell].answer(authority),
                                  std::nullopt});
  }
  return out;
}

std::vector<Peers> peers_of(const Table& table, const Seen& seen, RowNumber row, UtcTime now) {
  std::vector<Peers> out;
  const auto population = cell_number(table, row, Dimension::population);
  const auto add = [&](PeerGroup group, std::string key) {
    Peers peers;
    peers.group = group;
    peers.key = std::move(key);
    out.push_back(std::move(peers));
  };
  if (table.kostra[row] != kNone) add(PeerGroup::kostra, table.words.text(table.kostra[row]));
  if (population != 0) add(PeerGroup::population, cell_name(table, population, Dimension::population));
  if (table.sector[row] != kNone) add(PeerGroup::sector, table.words.text(table.sector[row]));
  add(PeerGroup::national, std::string(score::kind_words[table.kind[row]]));

  // In which of these groups an organisation is follows from its stratum: a bit for each group. So they are
  // counted by these bits, whatever the groups share and wherever they differ.
  const auto& own = table.strata[table.stratum[row]];
  const auto same = [&](const Table::Stratum& other, Dimension dimension) {
    return other[static_cast<std::size_t>(dimension)] == own[static_cast<std::size_t>(dimension)];
  };
  std::vector<std::uint8_t> groups_of(table.strata.size());
  for (std::size_t stratum = 0; stratum < table.strata.size(); ++stratum) {
    const auto& other = table.strata[stratum];
    if (!same(other, Dimension::kind)) continue;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto group = out[i].group;
      if (group == PeerGroup::national || (group == PeerGroup::kostra && same(other, Dimension::kostra)) ||
          (group == PeerGroup::population && same(other, Dimension::population)) ||
          (group == PeerGroup::sector && same(other, Dimension::sector)))
        groups_of[stratum] |= static_cast<std::uint8_t>(1U << i);
    }
  }
  constexpr std::size_t combinations = 16;
  constexpr std::size_t scores = score::full_score_cp + 1;
  std::vector<std::uint32_t> counts(combinations * scores);
  const auto put = [&](RowNumber other, std::size_t groups) {
    ++counts[groups * scores + table.score_cp[other]];
  };
  const auto rows = seen.sees_all() ? std::vector<RowNumber>() : seen.rows();
  for (const auto other : seen.sees_all() ? std::span<const RowNumber>(table.present_rows) : rows)
    if (table.rated(other)) put(other, groups_of[table.stratum[other]]);

  std::vector<RowNumber> unseen;
  for (const auto& [other, spans] : table.comparison_consents)
    if (table.present[other] != 0 && table.rated(other) && groups_of[table.stratum[other]] != 0 &&
        !seen.sees(other) && table.consents_to_comparison(other, now))
      unseen.push_back(other);
  // What the reader does not see is counted only in groups where it cannot be told apart.
  std::size_t open = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto count = std::ranges::count_if(
        unseen, [&](RowNumber other) { return (groups_of[table.stratum[other]] >> i & 1U) != 0; });
    if (count >= static_cast<std::ptrdiff_t>(score::suppressed_below) || seen.authority())
      open |= std::size_t{1} << i;
  }
  std::array<std::size_t, combinations> unseen_sizes{};
  for (const auto other : unseen) {
    const auto groups = groups_of[table.stratum[other]] & open;
    put(other, groups);
    ++unseen_sizes[groups];
  }

  std::array<std::size_t, combinations> sizes{};
  for (std::size_t groups = 1; groups < combinations; ++groups)
    for (const auto many : std::span(counts).subspan(groups * scores, scores)) sizes[groups] += many;
  // How many are in just one of two groups.
  const auto difference = [](const std::array<std::size_t, combinations>& among, std::size_t a,
                             std::size_t b) {
    std::size_t sum = 0;
    for (std::size_t groups = 1; groups < combinations; ++groups)
      if ((groups >> a & 1U) != (groups >> b & 1U)) sum += among[groups];
    return sum;
  };
  // The largest first: a smaller group is shown when neither it nor what it leaves of a shown one is small.
  std::vector<std::size_t> shown;
  for (auto i = out.size(); i-- > 0;) {
    auto& peers = out[i];
    std::size_t n = 0;
    std::vector<std::uint32_t> by_score(scores);
    for (std::size_t groups = 1; groups < combinations; ++groups) {
      if ((groups >> i & 1U) == 0 || sizes[groups] == 0) continue;
      n += sizes[groups];
      for (std::size_t value = 0; value < scores; ++value) by_score[value] += counts[groups * scores + value];
    }
    // The reader knows the scores that it sees, so those it does not see must be many by themselves.
    const auto differs_enough = [&](std::size_t other) {
      return std::ranges::all_of(std::array{&sizes, &unseen_sizes}, [&](const auto* among) {
        const auto apart = difference(*among, i, other);
        return apart == 0 || apart >= score::suppressed_below;
      });
    };
    peers.suppressed =
        !seen.authority() && (n < score::suppressed_below || !std::ranges::all_of(shown, differs_enough));
    if (peers.suppressed || n == 0) continue;
    shown.push_back(i);
    const Counts ranked(by_score);
    peers.n = n;
    peers.median_cp = ranked.median(n);
    peers.p25_cp = ranked.percentile(n, 25);
    peers.p75_cp = ranked.percentile(n, 75);
    if (table.rated(row)) {
      const auto value = static_cast<std::size_t>(table.score_cp[row]);
      std::int64_t lower = 0;
      for (std::size_t below = 0; below < value; ++below) lower += by_score[below];
      peers.percentile = 10'000 * (2 * lower + by_score[value]) / (2 * static_cast<std::int64_t>(n));
    }
  }
  return out;
}

}  // namespace utsyn::portfolio
