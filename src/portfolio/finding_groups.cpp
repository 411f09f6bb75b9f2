#include "portfolio/finding_groups.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "followup/rows.h"

namespace utsyn::portfolio {
namespace {

using checks::Severity;
using followup::Grouping;
using store::FindingState;

constexpr std::int64_t kAhead = 6 * 3600;  // seconds
constexpr std::size_t kMostGroups = 500;   // as followup::count_findings() gives

template <class Enum>
std::uint32_t bit(Enum value) {
  return 1U << static_cast<unsigned>(value);
}
template <class Enum>
std::uint32_t bits_of(const std::vector<Enum>& values) {
  std::uint32_t out = 0;
  for (const auto value : values) out |= bit(value);
  return out;
}

// Upheld findings are right as they are.
bool overdue(const OpenFinding& finding, std::int64_t now) {
  return finding.due <= now && finding.state != static_cast<std::uint8_t>(FindingState::upheld);
}

}  // namespace

bool FindingGroups::answers(const followup::Filter& filter, Grouping by) {
  const bool fixed = std::ranges::find(filter.states, FindingState::fixed) != filter.states.end();
  return by != Grouping::asset && filter.organisations.empty() && filter.asset.empty() &&
         (filter.assignee.empty() || filter.assignee == "none") && filter.supplier.empty() &&
         filter.customer.empty() && filter.text.empty() && !fixed;
}

FindingGroups::FindingGroups(followup::Filter filter, Grouping by) : filter_(std::move(filter)), by_(by) {
  states_ = filter_.states.empty() ? ~bit(FindingState::fixed) : bits_of(filter_.states);
  severities_ = filter_.severities.empty() ? ~0U : bits_of(filter_.severities);
}

std::size_t FindingGroups::bytes() const {
  return sums_.capacity() * sizeof(Sum) + coming_.size() * sizeof(Coming) + check_fits_.capacity() +
         area_of_check_.capacity() * sizeof(std::uint16_t);
}

// Checks that the table has met since.
void FindingGroups::learn_checks(const Table& table) {
  for (auto number = check_fits_.size(); number < table.finding_checks.size(); ++number) {
    const auto& check = table.finding_checks.text(number);
    const bool named =
        filter_.checks.empty() || std::ranges::find(filter_.checks, check) != filter_.checks.end();
    const bool of_area =
        filter_.areas.empty() || std::ranges::any_of(filter_.areas, [&](const std::string& area) {
          return check.starts_with(area + ".");
        });
    check_fits_.push_back(named && of_area ? 1 : 0);
    const auto area = areas_.number(std::string_view(check).substr(0, check.find('.')));
    area_of_check_.push_back(static_cast<std::uint16_t>(std::min<std::uint32_t>(area, kNone)));
  }
}

bool FindingGroups::fits(const OpenFinding& finding, std::int64_t now) const {
  if ((states_ >> finding.state & 1U) == 0 || (severities_ >> finding.severity & 1U) == 0 ||
      finding.check >= check_fits_.size() || check_fits_[finding.check] == 0)
    return false;
  if (filter_.assignee == "none" && finding.assignee != kNone) return false;
  return !filter_.overdue || *filter_.overdue == overdue(finding, now);
}

std::size_t FindingGroups::group_of(RowNumber row, const OpenFinding& finding) const {
  switch (by_) {
    case Grouping::check:
      return finding.check;
    case Grouping::area:
      return area_of_check_[finding.check];
    case Grouping::severity:
      return finding.severity;
    case Grouping::state:
      return finding.state;
    case Grouping::organisation:
      return row;
    case Grouping::assignee:
      return finding.assignee == kNone ? 0 : finding.assignee + std::size_t{1};
    case Grouping::asset:
      break;
  }
  return 0;
}

std::string FindingGroups::key_of(const Table& table, std::size_t group) const {
  switch (by_) {
    case Grouping::check:
      return table.finding_checks.text(group);
    case Grouping::area:
      return areas_.text(group);
    case Grouping::severity:
      return followup::word_of(static_cast<Severity>(group));
    case Grouping::state:
      return followup::word_of(static_cast<FindingState>(group));
    case Grouping::organisation:
      return std::string(table.id[group]);
    case Grouping::assignee:
      return group == 0 ? std::string() : table.assignees.text(group - 1);
    case Grouping::asset:
      break;
  }
  return {};
}

void FindingGroups::add(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now) {
  ++turn_;
  for (const auto& finding : findings) {
    if (!fits(finding, now)) continue;
    const auto group = group_of(row, finding);
    if (group >= sums_.size()) sums_.resize(group + 1);
    auto& sum = sums_[group];
    ++sum.findings;
    if (overdue(finding, now)) ++sum.overdue;
    if (sum.turn != turn_) ++sum.organisations;
    sum.turn = turn_;
  }
}

void FindingGroups::take_away(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now) {
  ++turn_;
  for (const auto& finding : findings) {
    if (!fits(finding, now)) continue;
    auto& sum = sums_[group_of(row, finding)];
    --sum.findings;
    if (overdue(finding, now)) --sum.overdue;
    if (sum.turn != turn_) --sum.organisations;
    sum.turn = turn_;
  }
}

void FindingGroups::wait_for(RowNumber row, std::span<const OpenFinding> findings, std::int64_t now) {
  for (const auto& finding : findings)
    if (finding.due > now && finding.due <= until_) coming_.push({finding.due, row});
}

void FindingGroups::count_all(const Table& table, UtcTime now) {
  sums_.assign(by_ == Grouping::organisation ? table.size() : 0, {});
  turn_ = 0;
  coming_ = {};
  check_fits_.clear();
  area_of_check_.clear();
  areas_ = Words();
  learn_checks(table);
  now_ = to_unix(now);
  until_ = now_ + kAhead;
  for (RowNumber row = 0; row < table.size(); ++row) {
    add(row, table.open_findings[row], now_);
    wait_for(row, table.open_findings[row], now_);
  }
}

void FindingGroups::bring_up(const Table& table, UtcTime given) {
  const auto now = to_unix(given);
  learn_checks(table);
  if (by_ == Grouping::organisation && sums_.size() < table.size()) sums_.resize(table.size());
  std::set<RowNumber> changed;
  const auto& news = table.renewed_findings;
  for (auto at = std::ranges::upper_bound(news, *version_, {}, &Table::Renewed::version); at != news.end();
       ++at)
    if (changed.insert(at->row).second) take_away(at->row, at->before, now_);
  for (; !coming_.empty() && coming_.top().due <= now; coming_.pop()) {
    const auto row = coming_.top().row;
    if (changed.insert(row).second) take_away(row, table.open_findings[row], now_);
  }
  for (const auto row : changed) {
    add(row, table.open_findings[row], now);
    wait_for(row, table.open_findings[row], now);
  }
  now_ = now;
  if (!changed.empty()) last_.reset();
}

followup::Counted FindingGroups::count(const Table& table, UtcTime now) {
  const bool continues = version_ && *version_ >= table.renewed_since && *version_ <= table.version &&
                         to_unix(now) >= now_ && to_unix(now) <= until_;
  // An exception on the way leaves nothing that could be taken for whole.
  const auto known = version_;
  version_.reset();
  if (continues) {
    version_ = known;
    bring_up(table, now);
  } else {
    last_.reset();
    count_all(table, now);
  }
  version_ = table.version;
  if (!last_) last_ = largest(table);
  return *last_;
}

followup::Counted FindingGroups::count_rows(const Table& table, std::span<const RowNumber> rows,
                                            UtcTime now) {
  learn_checks(table);
  for (const auto row : rows) add(row, table.open_findings[row], to_unix(now));
  return largest(table);
}

followup::Counted FindingGroups::largest(const Table& table) const {
  struct Group {
    std::uint32_t findings;
    std::size_t number;
    std::string key;
  };
  // A heap of the best: the worst of them on top.
  const auto better = [](const Group& a, const Group& b) {
    return a.findings != b.findings ? a.findings > b.findings : a.key < b.key;
  };
  std::vector<Group> best;
  for (std::size_t number = 0; number < sums_.size(); ++number) {
    const auto findings = sums_[number].findings;
    if (findings == 0 || (best.size() == kMostGroups && findings < best.front().findings)) continue;
    Group group{findings, number, key_of(table, number)};
    if (best.size() == kMostGroups) {
      if (!better(group, best.front())) continue;
      std::ranges::pop_heap(best, better);
      best.pop_back();
    }
    best.push_back(std::move(group));
    std::ranges::push_heap(best, better);
  }
  std::ranges::sort(best, better);
  followup::Counted out;
  for (auto& group : best) {
    const auto& sum = sums_[group.number];
    out.groups.push_back({std::move(group.key), sum.findings, sum.organisations, sum.overdue});
  }
  return out;
}

}  // namespace utsyn::portfolio
