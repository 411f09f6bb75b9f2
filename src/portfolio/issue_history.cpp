#include "portfolio/issue_history.h"

#include <algorithm>
#include <limits>
#include <map>

#include "checks/catalogue.h"
#include "portfolio/figures.h"
#include "score/constants.h"

namespace utsyn::portfolio {
namespace {

using access::Detail;
using checks::Severity;

// A treatment that leaves nothing of the finding's weight.
bool weighs_nothing(const OpenFinding& finding) {
  return score::treatment_factor[finding.state] == 0 ||
         finding.severity == static_cast<std::uint8_t>(Severity::info);
}

Severity severity_of(std::string_view check) {
  const auto* entry = checks::catalogue_entry(check);
  return entry == nullptr ? Severity::info : entry->severity;
}

// Counts of days that change at few of them: what begins and what ends on each, summed up at the end.
class Slopes {
 public:
  Slopes(std::size_t lines, std::size_t days) : width_(days + 1), steps_(lines * width_) {}
  void add(std::size_t line, std::size_t from, std::size_t to) {
    ++steps_[line * width_ + from];
    --steps_[line * width_ + to];
  }
  // How many there are on each day of a line.
  std::vector<std::uint32_t> line(std::size_t line) const {
    std::vector<std::uint32_t> out;
    out.reserve(width_ - 1);
    std::int64_t sum = 0;
    for (std::size_t day = 0; day + 1 < width_; ++day) {
      sum += steps_[line * width_ + day];
      out.push_back(static_cast<std::uint32_t>(sum));
    }
    return out;
  }

 private:
  std::size_t width_;
  std::vector<std::int32_t> steps_;
};

// The kept days by their dates: of any day, the place of the first kept one that is not before it.
class Places {
 public:
  explicit Places(std::span<const Table::Past> days) : many_(days.size()) {
    if (days.empty()) return;
    first_ = days.front().day;
    std::size_t place = 0;
    for (auto day = first_; day <= days.back().day; ++day) {
      while (days[place].day < day) ++place;
      places_.push_back(place);
    }
  }
  std::size_t of(std::int64_t day) const {
    if (many_ == 0 || day <= first_) return 0;
    const auto at = static_cast<std::size_t>(day - first_);
    return at < places_.size() ? places_[at] : many_;
  }

 private:
  std::size_t many_;
  std::int64_t first_ = 0;
  std::vector<std::size_t> places_;
};

class Counting {
 public:
  Counting(const Table& table, std::span<const Table::Past> days)
      : table_(table),
        places_(days),
        many_(days.size()),
        open_(table.finding_checks.size(), many_),
        measured_(1, many_),
        since_(table.finding_checks.size()) {
    for (std::size_t check = 0; check < table.finding_checks.size(); ++check) {
      const auto& id = table.finding_checks.text(check);
      present_.push_back(table.checks.find(id));
      scored_.push_back(checks::needs_consent(id) ? 0 : 1);
    }
  }

  void add(RowNumber row) {
    if (table_.first_day[row] == kNone) return;
    const auto first = places_.of(table_.first_day[row]);
    if (first >= many_) return;
    measured_.add(0, first, many_);
    // What lives goes on to the end, from the first of those of its check.
    for (const auto& finding : table_.open_findings[row]) {
      if (finding.check == kNone || weighs_nothing(finding)) continue;
      if (present_[finding.check] == kNoNumber || !table_.has_check(row, present_[finding.check])) continue;
      auto& since = since_[finding.check];
      if (since.row == row + 1 && since.day <= finding.since) continue;
      if (since.row != row + 1) living_.push_back(finding.check);
      since = {row + 1, finding.since};
    }
    for (const auto check : living_) {
      const auto from = std::max(first, places_.of(since_[check].day));
      if (from < many_) open_.add(check, from, many_);
    }
    for (const auto& life : table_.past_lives[row]) {
      if (life.check == kNone || scored_[life.check] == 0) continue;
      const auto& since = since_[life.check];
      const std::int64_t to = since.row == row + 1 ? std::min(life.to, since.day) : life.to;
      if (to <= life.from) continue;
      const auto begins = std::max(first, places_.of(life.from));
      const auto ends = places_.of(to);
      if (begins < ends) open_.add(life.check, begins, ends);
    }
    living_.clear();
  }
  const Slopes& open() const { return open_; }
  std::vector<std::uint32_t> measured() const { return measured_.line(0); }

 private:
  struct Since {
    std::uint64_t row = 0;  // one more than the row's number
    std::uint16_t day = 0;
  };
  const Table& table_;
  Places places_;
  std::size_t many_;
  Slopes open_;
  Slopes measured_;
  std::vector<std::uint32_t> present_;  // by number in finding_checks: that in checks
  std::vector<std::uint8_t> scored_;
  std::vector<Since> since_;  // of the row that is counted
  std::vector<std::uint16_t> living_;
};

// Every check that was open on one of the days, with its counts.
struct Line {
  IssueHistory::Check check;
  std::vector<std::uint32_t> organisations;  // beside the days
  bool wanted = false;
};

// Marks the first `most` of those that are open on the day, in the order of issues_of().
void want_most(std::vector<Line>& lines, std::size_t day, std::size_t most, bool critical) {
  std::vector<Line*> open;
  for (auto& line : lines)
    if (line.organisations[day] > 0 && (!critical || line.check.severity >= Severity::high))
      open.push_back(&line);
  const auto before = [&](const Line* a, const Line* b) {
    if (critical && a->check.severity != b->check.severity) return a->check.severity > b->check.severity;
    if (a->organisations[day] != b->organisations[day]) return a->organisations[day] > b->organisations[day];
    return a->check.id < b->check.id;
  };
  const auto first = std::min(most, open.size());
  std::ranges::partial_sort(open, open.begin() + static_cast<std::ptrdiff_t>(first), before);
  for (auto* line : std::span(open).first(first)) line->wanted = true;
}

}  // namespace

std::int64_t IssueDay::share(std::size_t check) const {
  return measured == 0 ? 0
                       : static_cast<std::int64_t>(10'000 * std::uint64_t{organisations[check]} / measured);
}

IssueHistory issue_history_of(const Table& table, const Seen& seen, std::span<const RowNumber> rows,
                              IssueDays days, std::size_t most) {
  IssueHistory out;
  const auto kept = days_within(table, days.from, std::min(days.to, days.today - 1));
  Counting counting(table, kept);
  for (const auto row : rows)
    if (table.measured[row] != 0 && seen.detail(row) >= Detail::findings) counting.add(row);
  const auto measured = counting.measured();
  for (std::size_t at = 0; at < kept.size(); ++at)
    out.days.push_back({kept[at].day, measured[at], false, {}});

  std::vector<Line> lines;
  std::map<std::string_view, std::size_t> line_of;
  for (std::size_t check = 0; check < table.finding_checks.size(); ++check) {
    const auto& id = table.finding_checks.text(check);
    lines.push_back({{id, severity_of(id)}, counting.open().line(check)});
    line_of.emplace(id, check);
  }
  if (days.from <= days.today && days.today <= days.to) {
    const auto now = issues_of(table, seen, rows, std::numeric_limits<std::size_t>::max());
    out.days.push_back({days.today, now.measured, now.suppressed, {}});
    for (auto& line : lines) line.organisations.push_back(0);
    for (const auto& issue : now.most_common) {
      const auto [known, added] = line_of.try_emplace(issue.check, lines.size());
      if (added)
        lines.push_back({{issue.check, issue.severity}, std::vector<std::uint32_t>(out.days.size())});
      lines[known->second].organisations.back() = static_cast<std::uint32_t>(issue.organisations);
    }
  }
  for (std::size_t day = 0; day < out.days.size(); ++day) {
    out.days[day].suppressed = out.days[day].measured < score::suppressed_below && !seen.authority();
    if (out.days[day].suppressed) continue;
    want_most(lines, day, most, false);
    want_most(lines, day, most, true);
  }
  std::erase_if(lines, [](const Line& line) { return !line.wanted; });
  std::ranges::sort(lines, [](const Line& a, const Line& b) {
    const auto last = [](const Line& line) { return line.organisations.back(); };
    return last(a) != last(b) ? last(a) > last(b) : a.check.id < b.check.id;
  });
  for (std::size_t day = 0; day < out.days.size(); ++day)
    if (!out.days[day].suppressed)
      for (const auto& line : lines) out.days[day].organisations.push_back(line.organisations[day]);
  for (auto& line : lines) out.checks.push_back(std::move(line.check));
  return out;
}

}  // namespace utsyn::portfolio
