#include "followup/finding_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <deque>
#include <map>
#include <set>

#include "base/text.h"
#include "followup/desk.h"
#include "followup/rows.h"
#include "followup/working_days.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using store::FindingState;

constexpr std::size_t kMostInList = 100;        // values of one member of a filter
constexpr std::size_t kMostGrantsInSql = 1000;  // readers of more organisations are sifted row by row

// As the index finding_worst has it, letter by letter.
constexpr std::string_view kWorst =
    "(CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE "
    "4 END)";

// The second from which a finding is overdue: the date that a person has set, or the method's deadline.
std::string due_sql() {
  std::string days = "(CASE f.severity";
  for (const auto severity : {checks::Severity::critical, checks::Severity::high, checks::Severity::medium,
                              checks::Severity::low, checks::Severity::info})
    days +=
        fmt::format(" WHEN '{}' THEN {}", word_of(severity), (deadline_of(severity).count() + 1) * 86'400);
  return "coalesce(a.due, f.first_seen + " + days + " ELSE 0 END))";
}

// A statement that is put together, with what it is given.
class Statement {
 public:
  std::string give(std::string_view text) {
    texts_.emplace_back(text);
    values_.emplace_back(texts_.back());
    return fmt::format("?{}", values_.size());
  }
  std::string give(std::int64_t number) {
    values_.emplace_back(number);
    return fmt::format("?{}", values_.size());
  }
  template <class Items, class Word>
  std::string any_of(std::string_view column, const Items& items, Word word) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + give(std::string_view(word(item)));
    return out.empty() ? std::string("1 = 0") : fmt::format("{} IN ({})", column, out);
  }
  std::span<const store::Value> values() const { return values_; }

 private:
  std::deque<std::string> texts_;  // what the values borrow from
  std::vector<store::Value> values_;
};

const auto kAsIs = [](const auto& text) { return text; };

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : lower(text)) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

// The organisations whose findings the reader may see; all: no list is needed.
struct Seen {
  bool all = false;
  bool sift = false;  // too many to name in SQL
  std::vector<std::string> named;
};
Seen seen_by(const Access& reader, const Filter& filter) {
  Seen out;
  if (!filter.organisations.empty()) {
    for (const auto& organisation : filter.organisations)
      if (reader.sees(organisation, Detail::findings)) out.named.push_back(organisation);
    return out;
  }
  if (reader.sees_all(Detail::findings)) {
    out.all = true;
    return out;
  }
  for (const auto& [organisation, detail] : reader.organisations)
    if (detail >= Detail::findings) out.named.push_back(organisation);
  out.sift = out.named.size() > kMostGrantsInSql;
  return out;
}

std::string where(const Access& reader, const Filter& filter, const Seen& seen, checks::Language language,
                  UtcTime now, Statement& statement) {
  std::string out = "1 = 1";
  const auto and_also = [&](std::string_view condition) { out += fmt::format(" AND {}", condition); };
  if (!seen.all && !seen.sift) and_also(statement.any_of("f.organisation", seen.named, kAsIs));
  if (filter.states.empty()) {
    and_also("f.state <> 'fixed'");
  } else {
    and_also(statement.any_of("f.state", filter.states, word_of<FindingState>));
    if (std::ranges::find(filter.states, FindingState::fixed) == filter.states.end())
      and_also("f.state <> 'fixed'");  // so that the indexes of those that are open serve
  }
  if (!filter.severities.empty())
    and_also(statement.any_of("f.severity", filter.severities, word_of<checks::Severity>));
  if (!filter.checks.empty()) and_also(statement.any_of(R"(f."check")", filter.checks, kAsIs));
  if (!filter.areas.empty()) {
    std::string any;
    for (const auto& area : filter.areas)
      any += fmt::format(R"({}(f."check" >= {} AND f."check" < {}))", any.empty() ? "" : " OR ",
                         statement.give(area + "."), statement.give(area + "/"));
    and_also("(" + any + ")");
  }
  if (!filter.asset.empty()) and_also("f.asset = " + statement.give(filter.asset));
  if (filter.assignee == "none") {
    and_also("coalesce(a.assignee, '') = ''");
  } else if (!filter.assignee.empty()) {
    and_also("a.assignee = " + statement.give(filter.assignee));
  }
  if (filter.overdue) {
    const auto late = fmt::format("({} <= {} AND f.state NOT IN ('fixed', 'upheld'))", due_sql(),
                                  statement.give(to_unix(now)));
    and_also(*filter.overdue ? late : "NOT " + late);
  }
  // Who delivers to whom is told only to those who see both.
  if (!filter.supplier.empty())
    and_also(
        reader.sees(filter.supplier)
            ? fmt::format(
                  "f.organisation IN (SELECT organisation FROM supply WHERE supplier = {} AND ended IS NULL)",
                  statement.give(filter.supplier))
            : std::string("1 = 0"));
  if (!filter.customer.empty())
    and_also(
        reader.sees(filter.customer)
            ? fmt::format(
                  "f.organisation IN (SELECT supplier FROM supply WHERE organisation = {} AND ended IS NULL)",
                  statement.give(filter.customer))
            : std::string("1 = 0"));
  if (!filter.text.empty()) {
    std::vector<std::string> titled;
    const auto wanted = lower(filter.text);
    for (const auto& entry : checks::catalogue())
      if (lower(checks::text(entry.title, language)).find(wanted) != std::string::npos)
        titled.push_back(entry.id);
    auto condition =
        fmt::format(R"(lower(f.id) LIKE {} ESCAPE '\')", statement.give(like_pattern(filter.text)));
    if (!titled.empty()) condition += " OR " + statement.any_of(R"(f."check")", titled, kAsIs);
    and_also("(" + condition + ")");
  }
  return out;
}

// The columns a list is sorted by, all in the same direction.
struct Sorting {
  struct Column {
    std::string sql;
    bool number = false;
  };
  std::vector<Column> columns;
  bool falling = false;
};
Sorting sorting_of(Order order) {
  const Sorting::Column organisation{"f.organisation"};
  const Sorting::Column id{"f.id"};
  const Sorting::Column first_seen{"f.first_seen", true};
  switch (order) {
    case Order::worst:
      return {{{std::string(kWorst), true}, first_seen, organisation, id}};
    case Order::oldest:
      return {{first_seen, organisation, id}};
    case Order::newest:
      return {{first_seen, organisation, id}, true};
    case Order::due:
      return {{{due_sql(), true}, organisation, id}};
    case Order::asset:
      return {{organisation, {"f.asset"}, id}};
    case Order::check:
      return {{{R"(f."check")"}, organisation, id}};
  }
  return {{organisation, id}};
}

constexpr std::string_view kFrom =
    "FROM finding f JOIN organisation o ON o.id = f.organisation "
    "LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id "
    "LEFT JOIN account u ON u.id = a.assignee";

std::string listed_columns() {
  return fmt::format("{}, f.organisation, o.name, coalesce(a.assignee, ''), coalesce(u.name, ''), {}, a.due",
                     finding_columns, due_sql());
}
constexpr std::size_t kListedColumns = finding_column_count + 6;

Listed listed_of(const store::Row& row, UtcTime now) {
  constexpr auto at = finding_column_count;
  Listed out;
  out.finding = finding_of(row);
  out.organisation = row.text(at);
  out.organisation_name = row.text(at + 1);
  out.assignee = row.text(at + 2);
  out.assignee_name = row.text(at + 3);
  out.due = from_unix(row.number(at + 4));
  out.own_due = !row.null(at + 5);
  out.overdue =
      out.due <= now && out.finding.state != FindingState::fixed && out.finding.state != FindingState::upheld;
  return out;
}

// A member of a filter that is a list: a JSON list of texts, or one text with commas.
Result<std::vector<std::string>, WrongFilter> list_of(std::string_view member, const json::value& value) {
  std::vector<std::string> out;
  if (value.is_string()) {
    for (const auto part : split(std::string_view(value.get_string()), ',')) out.emplace_back(trim(part));
  } else if (value.is_array()) {
    for (const auto& item : value.get_array()) {
      if (!item.is_string()) return unexpected(WrongFilter{std::string(member), "a list of texts is needed"});
      out.emplace_back(item.get_string());
    }
  } else {
    return unexpected(WrongFilter{std::string(member), "a list of texts is needed"});
  }
  if (out.size() > kMostInList)
    return unexpected(WrongFilter{std::string(member), fmt::format("at most {} values", kMostInList)});
  for (const auto& item : out)
    if (item.empty() || item.size() > 300)
      return unexpected(WrongFilter{std::string(member), "a value is empty or longer than 300 bytes"});
  return out;
}

template <class Enum>
Result<std::vector<Enum>, WrongFilter> words_of(std::string_view member, const json::value& value) {
  const auto words = list_of(member, value);
  if (!words) return unexpected(words.error());
  std::vector<Enum> out;
  for (const auto& word : *words) {
    const auto known = named<Enum>(word);
    if (!known) return unexpected(WrongFilter{std::string(member), "there is no " + printable(word, 60)});
    out.push_back(*known);
  }
  return out;
}

template <class T>
bool take(Result<T, WrongFilter> read, T& into, std::optional<WrongFilter>& wrong) {
  if (read) {
    into = std::move(*read);
  } else {
    wrong = read.error();
  }
  return read.has_value();
}

}  // namespace

Result<Filter, WrongFilter> read_filter(const json::object& object, std::string_view user) {
  Filter out;
  std::optional<WrongFilter> wrong;
  const auto text = [&](std::string_view member, const json::value& value, std::string& into) {
    if (value.is_string() && value.get_string().size() <= 300) {
      into = std::string_view(value.get_string());
    } else {
      wrong = WrongFilter{std::string(member), "a text of at most 300 bytes is needed"};
    }
  };
  for (const auto& [key, value] : object) {
    const std::string_view member = key;
    if (value.is_null()) continue;
    if (member == "organisation") {
      take(list_of(member, value), out.organisations, wrong);
    } else if (member == "state") {
      take(words_of<FindingState>(member, value), out.states, wrong);
    } else if (member == "severity") {
      take(words_of<checks::Severity>(member, value), out.severities, wrong);
    } else if (member == "check") {
      take(list_of(member, value), out.checks, wrong);
    } else if (member == "area") {
      take(list_of(member, value), out.areas, wrong);
    } else if (member == "asset") {
      text(member, value, out.asset);
    } else if (member == "assignee") {
      text(member, value, out.assignee);
      if (out.assignee == "me") out.assignee = user;
    } else if (member == "overdue") {
      if (value.is_bool()) {
        out.overdue = value.get_bool();
      } else if (value.is_string() && (value.get_string() == "true" || value.get_string() == "false")) {
        out.overdue = value.get_string() == "true";
      } else {
        wrong = WrongFilter{std::string(member), "true or false is needed"};
      }
    } else if (member == "supplier") {
      text(member, value, out.supplier);
    } else if (member == "customer") {
      text(member, value, out.customer);
    } else if (member == "text") {
      text(member, value, out.text);
    } else {
      wrong =
          WrongFilter{printable(member, 60),
                      "a filter has organisation, state, severity, check, area, asset, assignee, overdue, "
                      "supplier, customer and text"};
    }
    if (wrong) return unexpected(*wrong);
  }
  return out;
}

json::object write_filter(const Filter& filter) {
  json::object out;
  const auto list = [&](const char* name, const auto& items, auto word) {
    if (items.empty()) return;
    json::array values;
    for (const auto& item : items) values.push_back(json::value(std::string(word(item))));
    out[name] = std::move(values);
  };
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  list("organisation", filter.organisations, kAsIs);
  list("state", filter.states, word_of<FindingState>);
  list("severity", filter.severities, word_of<checks::Severity>);
  list("check", filter.checks, kAsIs);
  list("area", filter.areas, kAsIs);
  text("asset", filter.asset);
  text("assignee", filter.assignee);
  if (filter.overdue) out["overdue"] = *filter.overdue;
  text("supplier", filter.supplier);
  text("customer", filter.customer);
  text("text", filter.text);
  return out;
}

std::optional<ListAnswer> list_findings(store::Connection& connection, const Access& reader,
                                        const ListQuestion& question, UtcTime now) {
  ListAnswer answer;
  const auto seen = seen_by(reader, question.filter);
  const auto sorting = sorting_of(question.order);
  Statement statement;
  auto condition = where(reader, question.filter, seen, question.language, now, statement);
  std::string keys;
  std::string order;
  for (const auto& column : sorting.columns) {
    keys += (keys.empty() ? "" : ", ") + column.sql;
    order += (order.empty() ? "" : ", ") + column.sql + (sorting.falling ? " DESC" : "");
  }
  if (!question.after.empty()) {
    if (question.after.size() != sorting.columns.size()) return std::nullopt;
    std::string after;
    for (std::size_t i = 0; i < sorting.columns.size(); ++i) {
      after += after.empty() ? "" : ", ";
      if (!sorting.columns[i].number) {
        after += statement.give(question.after[i]);
        continue;
      }
      const auto number = parse_uint(question.after[i]);
      if (!number) return std::nullopt;
      after += statement.give(static_cast<std::int64_t>(*number));
    }
    condition += fmt::format(" AND ({}) {} ({})", keys, sorting.falling ? "<" : ">", after);
  }
  auto sql =
      fmt::format("SELECT {}, {} {} WHERE {} ORDER BY {}", listed_columns(), keys, kFrom, condition, order);
  if (!seen.sift) sql += " LIMIT " + statement.give(static_cast<std::int64_t>(question.limit + 1));

  std::vector<std::string> last_key;
  connection.each(sql, statement.values(), [&](const store::Row& row) {
    auto item = listed_of(row, now);
    // Whatever the statement says, nothing leaves this room that the reader may not see.
    if (!reader.sees(item.organisation, Detail::findings)) return true;
    if (answer.items.size() == question.limit) {
      answer.next = last_key;
      return false;
    }
    last_key.clear();
    for (std::size_t i = 0; i < sorting.columns.size(); ++i)
      last_key.push_back(sorting.columns[i].number ? std::to_string(row.number(kListedColumns + i))
                                                   : row.text(kListedColumns + i));
    answer.items.push_back(std::move(item));
    return true;
  });
  return answer;
}

std::vector<GroupCount> count_findings(store::Connection& connection, const Access& reader,
                                       const Filter& filter, Grouping by, checks::Language language,
                                       UtcTime now, std::size_t most) {
  const auto seen = seen_by(reader, filter);
  Statement statement;
  const auto condition = where(reader, filter, seen, language, now, statement);
  const auto key = [&]() -> std::string {
    switch (by) {
      case Grouping::check:
      case Grouping::area:
        return R"(f."check")";
      case Grouping::asset:
        return "f.asset";
      case Grouping::severity:
        return "f.severity";
      case Grouping::state:
        return "f.state";
      case Grouping::organisation:
        return "f.organisation";
      case Grouping::assignee:
        return "coalesce(a.assignee, '')";
    }
    return "f.state";
  }();
  const auto late =
      fmt::format("sum(CASE WHEN {} <= {} AND f.state NOT IN ('fixed', 'upheld') THEN 1 ELSE 0 END)",
                  due_sql(), statement.give(to_unix(now)));
  // By organisation too, so that each row can be held against what the reader sees.
  const auto sql =
      fmt::format("SELECT {0}, f.organisation, count(*), {1} {2} WHERE {3} GROUP BY {0}, f.organisation", key,
                  late, kFrom, condition);
  std::map<std::string, GroupCount> groups;
  std::map<std::string, std::set<std::string>> organisations_of_area;
  connection.each(sql, statement.values(), [&](const store::Row& row) {
    const auto organisation = row.text(1);
    if (!reader.sees(organisation, Detail::findings)) return true;
    auto name = row.text(0);
    if (by == Grouping::area) name = name.substr(0, name.find('.'));
    auto& group = groups[name];
    group.key = name;
    group.findings += row.number(2);
    group.overdue += row.number(3);
    if (by == Grouping::area)
      organisations_of_area[name].insert(organisation);
    else
      ++group.organisations;
    return true;
  });
  std::vector<GroupCount> out;
  for (auto& [name, group] : groups) {
    if (by == Grouping::area)
      group.organisations = static_cast<std::int64_t>(organisations_of_area[name].size());
    out.push_back(std::move(group));
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return a.findings != b.findings ? a.findings > b.findings : a.key < b.key;
  });
  if (out.size() > most) out.resize(most);
  return out;
}

std::optional<Listed> listed_finding(store::Connection& connection, const Access& reader,
                                     std::string_view organisation, std::string_view finding, UtcTime now) {
  if (!reader.sees(organisation, Detail::findings)) return std::nullopt;
  const auto row = connection.first(
      fmt::format("SELECT {} {} WHERE f.organisation = ?1 AND f.id = ?2", listed_columns(), kFrom),
      {organisation, finding});
  if (!row) return std::nullopt;
  auto out = listed_of(*row, now);
  out.finding = with_states({out.finding}, treatments_of(connection, organisation, finding), now).front();
  out.overdue =
      out.due <= now && out.finding.state != FindingState::fixed && out.finding.state != FindingState::upheld;
  return out;
}

}  // namespace utsyn::followup
