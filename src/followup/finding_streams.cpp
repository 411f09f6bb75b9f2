#include "followup/finding_streams.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "followup/deadline.h"
#include "followup/rows.h"

namespace utsyn::followup {
namespace {

using checks::Severity;
using store::FindingState;

constexpr Severity kWorstFirst[] = {Severity::critical, Severity::high, Severity::medium, Severity::low,
                                    Severity::info};

constexpr std::string_view kWorst =
    "(CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE "
    "4 END)";

// In these words PostgreSQL estimates rightly that nearly all of them are without.
constexpr std::string_view kUndated =
    " AND NOT EXISTS (SELECT 1 FROM assignment d WHERE d.organisation = f.organisation AND d.finding = f.id "
    "AND d.due IS NOT NULL)";

const Stream::Column kOrganisation{"f.organisation"};
const Stream::Column kId{"f.id"};
const Stream::Column kFirstSeen{"f.first_seen", true};

// A check and a severity of which there are findings that are not fixed.
struct KindOfFinding {
  std::string check;
  std::string severity;
};

// Those whose check lies from the one up to the other, along an index: a look for each, not for each finding.
// Check and severity are asked for one after the other, since SQLite seeks by the first of a pair alone.
void find_kinds(store::Connection& connection, const std::string& from, const std::string& to,
                std::vector<KindOfFinding>& out) {
  for (auto check = from;;) {
    std::string severity;
    while (
        const auto row = connection.first(
            R"(SELECT f.severity FROM finding f WHERE f.state <> 'fixed' AND f."check" = ?1 AND f.severity > ?2
                  ORDER BY f.severity LIMIT 1)",
            {check, severity})) {
      severity = row->text(0);
      out.push_back({check, severity});
    }
    const auto next = connection.first(
        R"(SELECT f."check" FROM finding f WHERE f.state <> 'fixed' AND f."check" > ?1 AND f."check" < ?2
           ORDER BY f."check" LIMIT 1)",
        {check, to});
    if (!next) return;
    check = next->text(0);
  }
}

// What the filter says of checks: these, of these areas.
std::vector<KindOfFinding> kinds_of(store::Connection& connection, const Filter& filter) {
  std::vector<KindOfFinding> out;
  const auto sorted = [](std::vector<std::string> texts) {
    std::ranges::sort(texts);
    texts.erase(std::ranges::unique(texts).begin(), texts.end());
    return texts;
  };
  if (filter.checks.empty()) {
    for (const auto& area : sorted(filter.areas)) find_kinds(connection, area + ".", area + "/", out);
    return out;
  }
  for (const auto& check : sorted(filter.checks)) {
    const auto of_area = [&](const std::string& area) { return check.starts_with(area + "."); };
    if (!filter.areas.empty() && !std::ranges::any_of(filter.areas, of_area)) continue;
    find_kinds(connection, check, check + '\x01', out);
  }
  return out;
}

bool has_state(const Filter& filter, FindingState state) {
  return std::ranges::find(filter.states, state) != filter.states.end();
}

// In words that name the index: those that are open have one of their own, and so has every other state.
std::string state_condition(FindingState state) {
  return fmt::format("f.state = '{}' AND f.state <> '{}'", word_of(state),
                     state == FindingState::open ? "fixed" : "open");
}

Streams one_stream(std::vector<Stream::Column> columns, const Filter& filter) {
  Stream stream;
  stream.columns = std::move(columns);
  stream.assigned = !filter.assignee.empty() && filter.assignee != "none";
  Streams out;
  out.parts.push_back(std::move(stream));
  return out;
}

// By asset or by check, along the index that has this order.
Streams streams_along(store::Connection& connection, Order order, const Filter& filter, bool whole) {
  const bool by_check = order == Order::check;
  auto out = by_check ? one_stream({{R"(f."check")"}, {"f.severity"}, kFirstSeen, kOrganisation, kId}, filter)
                      : one_stream({{"f.asset"}, kOrganisation, kId}, filter);
  if (!whole) return out;
  const bool of_checks = !filter.checks.empty() || !filter.areas.empty();
  out.sieved = !filter.states.empty() || !filter.severities.empty() || filter.overdue.has_value() ||
               !filter.assignee.empty() || (of_checks && !by_check);
  if (!of_checks || !by_check) return out;
  const auto stream = out.parts.front();
  out.parts.clear();
  out.in_turn = true;
  for (const auto& kind : kinds_of(connection, filter)) {
    if (!out.parts.empty() && out.parts.back().check == kind.check) continue;
    out.parts.push_back(stream);
    out.parts.back().check = kind.check;
  }
  if (has_state(filter, FindingState::fixed)) {
    // Of a check that nobody has any more, too.
    out.parts = {stream};
    out.in_turn = false;
  }
  return out;
}

// Over the whole register, by severity, age or due date.
class PartsOfRegister {
 public:
  PartsOfRegister(store::Connection& connection, Order order, const Filter& filter, UtcTime now)
      : order_(order), filter_(filter), now_(to_unix(now)) {
    out_.falling = order == Order::newest;
    by_state_ = !filter.states.empty();
    const bool of_checks = !filter.checks.empty() || !filter.areas.empty();
    by_check_ = of_checks && !by_state_;
    if (by_check_) kinds_ = kinds_of(connection, filter);
    late_ = filter.overdue;
    // Where due dates matter, those that people have set are a stream of their own.
    apart_ = late_ || order == Order::due;
    out_.many = by_check_;
    out_.sieved = by_state_ && (of_checks || late_.has_value());
  }

  Streams made() && {
    std::int64_t rank = 0;
    for (const auto severity : kWorstFirst) {
      rank_ = rank++;
      if (filter_.severities.empty() ||
          std::ranges::find(filter_.severities, severity) != filter_.severities.end())
        add_severity(severity);
    }
    if (order_ == Order::due) {
      Stream dated;
      dated.columns = {{"a.due", true}, {"a.organisation"}, {"a.finding"}};
      dated.condition = "a.due IS NOT NULL";
      dated.assigned = true;
      out_.parts.push_back(std::move(dated));
    }
    return std::move(out_);
  }

 private:
  void add_severity(Severity severity) {
    Stream stream;
    stream.columns = {kFirstSeen, kOrganisation, kId};
    stream.condition = fmt::format("f.severity = '{}'", word_of(severity));
    if (order_ == Order::worst) stream.rank = rank_;
    if (apart_ && order_ != Order::due) {
      auto dated = stream;
      dated.assigned = true;
      dated.condition += " AND a.due IS NOT NULL";
      out_.parts.push_back(std::move(dated));
    }
    if (by_check_) {
      for (const auto& kind : kinds_) {
        if (kind.severity != word_of(severity)) continue;
        auto of_check = stream;
        of_check.check = kind.check;
        add_pace(std::move(of_check), overdue_after(kind.check, severity));
      }
    } else if (!apart_) {
      add_states(std::move(stream));
    } else {
      for (const auto& pace : paces()) {
        if (pace.severity != severity) continue;
        auto paced = stream;
        paced.condition = pace.condition;
        add_pace(std::move(paced), pace.overdue_after);
      }
    }
  }
  // Findings that fall due after the same time, none of them on a day that a person has set.
  void add_pace(Stream stream, std::int64_t after) {
    if (!apart_) return add_states(std::move(stream));
    stream.condition += kUndated;
    if (order_ == Order::due) stream.offset = after;
    if (!late_ || out_.sieved) return add_states(std::move(stream));
    auto timely = stream;
    stream.condition += fmt::format(" AND f.first_seen <= {}", now_ - after);
    if (*late_) return add_states(std::move(stream));
    timely.condition += fmt::format(" AND f.first_seen > {}", now_ - after);
    out_.parts.push_back(std::move(timely));
    // What was upheld is right as it is, however old.
    stream.condition += " AND " + state_condition(FindingState::upheld);
    out_.parts.push_back(std::move(stream));
  }
  void add_states(Stream stream) {
    if (!by_state_) {
      out_.parts.push_back(std::move(stream));
      return;
    }
    auto states = filter_.states;
    std::ranges::sort(states);
    states.erase(std::ranges::unique(states).begin(), states.end());
    for (const auto state : states) {
      auto of_state = stream;
      of_state.condition += " AND " + state_condition(state);
      out_.parts.push_back(std::move(of_state));
    }
  }

  Order order_;
  const Filter& filter_;
  std::int64_t now_;
  std::vector<KindOfFinding> kinds_;
  std::optional<bool> late_;
  bool by_state_ = false;
  bool by_check_ = false;
  bool apart_ = false;
  std::int64_t rank_ = 0;
  Streams out_;
};

}  // namespace

std::string due_sql() { return fmt::format("coalesce(a.due, f.first_seen + {})", overdue_after_sql()); }

Streams streams_of(store::Connection& connection, Order order, const Filter& filter, bool whole,
                   UtcTime now) {
  if (order == Order::asset || order == Order::check) return streams_along(connection, order, filter, whole);
  if (whole) return PartsOfRegister(connection, order, filter, now).made();
  if (order == Order::due) return one_stream({{due_sql(), true}, kOrganisation, kId}, filter);
  if (order == Order::worst)
    return one_stream({{std::string(kWorst), true}, kFirstSeen, kOrganisation, kId}, filter);
  auto out = one_stream({kFirstSeen, kOrganisation, kId}, filter);
  out.falling = order == Order::newest;
  return out;
}

std::optional<Key> key_of(const std::vector<std::string>& cursor, const Streams& streams) {
  if (streams.parts.empty()) return Key{};
  const auto& first = streams.parts.front();
  std::vector<bool> numbers;
  if (first.rank) numbers.push_back(true);
  for (const auto& column : first.columns) numbers.push_back(column.number);
  if (cursor.size() != numbers.size()) return std::nullopt;
  Key out;
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    if (!numbers[i]) {
      out.emplace_back(cursor[i]);
      continue;
    }
    const auto number = parse_uint(cursor[i]);
    if (!number || *number > std::uint64_t{1} << 60U) return std::nullopt;
    out.emplace_back(static_cast<std::int64_t>(*number));
  }
  return out;
}

std::vector<std::string> cursor_of(const Key& key) {
  std::vector<std::string> out;
  for (const auto& part : key)
    out.push_back(std::holds_alternative<std::int64_t>(part) ? std::to_string(std::get<std::int64_t>(part))
                                                             : std::get<std::string>(part));
  return out;
}

}  // namespace utsyn::followup
