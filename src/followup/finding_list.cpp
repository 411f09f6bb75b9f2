#include "followup/finding_list.h"

// Speed: over a whole register a list is read along indexes and stops when the page is full
// (finding_streams.h). What no index can answer (a text, a reader of very many organisations, a rare state
// together with a check) is sifted row by row by what the index itself holds, only what is shown is read
// whole, and a page may end early with a cursor to go on from. For a few organisations their findings are
// simply read and sorted.
#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enumerators.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>
#include <deque>
#include <map>
#include <set>

#include "base/text.h"
#include "followup/deadline.h"
#include "followup/desk.h"
#include "followup/finding_streams.h"
#include "followup/rows.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using store::FindingState;

constexpr std::size_t kMostInList = 100;        // values of one member of a filter
constexpr std::size_t kMostGrantsInSql = 1000;  // readers of more organisations are sifted row by row

constexpr std::int64_t kMostCounted = 500'000;  // findings

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
  bool whole = false;  // the list goes along the whole register, by an index
  bool all = false;    // no organisation is hidden
  bool sift = false;   // each row is held against what the reader sees: too many grants to name in SQL
  std::vector<std::string> named;
};
// These leave few findings, which are read by their own indexes and sorted.
bool narrow(const Filter& filter) {
  return !filter.asset.empty() || (!filter.assignee.empty() && filter.assignee != "none") ||
         !filter.supplier.empty() || !filter.customer.empty();
}
Seen seen_by(const Access& reader, const Filter& filter) {
  Seen out;
  if (!filter.organisations.empty()) {
    for (const auto& organisation : filter.organisations)
      if (reader.sees(organisation, Detail::findings)) out.named.push_back(organisation);
    return out;
  }
  if (reader.sees_all(Detail::findings)) {
    out.all = true;
    out.whole = !narrow(filter);
    return out;
  }
  for (const auto& [organisation, detail] : reader.organisations)
    if (detail >= Detail::findings) out.named.push_back(organisation);
  out.sift = out.named.size() > kMostGrantsInSql;
  out.whole = out.sift && !narrow(filter);
  return out;
}

// The checks with these words in their titles.
std::set<std::string> checks_titled(std::string_view text, checks::Language language) {
  std::set<std::string> out;
  const auto wanted = lower(text);
  for (const auto& entry : checks::catalogue())
    if (lower(checks::text(entry.title, language)).find(wanted) != std::string::npos) out.insert(entry.id);
  return out;
}

// Whose findings and in which states; and what else is asked, which an index may or may not answer.
struct Conditions {
  std::string base = "1 = 1";
  std::string more = "1 = 1";
  std::string all() const { return base + " AND " + more; }
};

Conditions where(const Access& reader, const Filter& filter, const Seen& seen, checks::Language language,
                 UtcTime now, bool text_in_sql, Statement& statement) {
  Conditions out;
  const auto first_of_all = [&](std::string_view condition) {
    out.base += fmt::format(" AND {}", condition);
  };
  const auto and_also = [&](std::string_view condition) { out.more += fmt::format(" AND {}", condition); };
  // Among a few organisations no other index may tempt the planner: joined to nothing, a column has none.
  const std::string severity = seen.whole ? "f.severity" : "f.severity || ''";
  const std::string check = seen.whole ? R"(f."check")" : R"(f."check" || '')";
  if (!seen.all && !seen.sift) first_of_all(statement.any_of("f.organisation", seen.named, kAsIs));
  if (filter.states.empty()) {
    first_of_all("f.state <> 'fixed'");
  } else {
    first_of_all(statement.any_of("f.state", filter.states, word_of<FindingState>));
    if (std::ranges::find(filter.states, FindingState::fixed) == filter.states.end())
      first_of_all("f.state <> 'fixed'");  // so that the indexes of those that are open serve
  }
  if (!filter.severities.empty())
    and_also(statement.any_of(severity, filter.severities, word_of<checks::Severity>));
  if (!filter.checks.empty()) and_also(statement.any_of(check, filter.checks, kAsIs));
  if (!filter.areas.empty()) {
    std::string any;
    for (const auto& area : filter.areas)
      any += fmt::format("{0}({1} >= {2} AND {1} < {3})", any.empty() ? "" : " OR ", check,
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
  if (!filter.text.empty() && text_in_sql) {
    auto condition =
        fmt::format(R"(lower(f.id) LIKE {} ESCAPE '\')", statement.give(like_pattern(filter.text)));
    const auto titled = checks_titled(filter.text, language);
    if (!titled.empty()) condition += " OR " + statement.any_of(check, titled, kAsIs);
    and_also("(" + condition + ")");
  }
  return out;
}

constexpr std::string_view kFrom =
    "FROM finding f LEFT JOIN assignment a ON a.organisation = f.organisation AND a.finding = f.id";

// The same, beginning with the assignments: a cross join keeps this order.
constexpr std::string_view kFromAssigned = "FROM assignment a CROSS JOIN finding f";
constexpr std::string_view kJoined = "f.organisation = a.organisation AND f.id = a.finding";

// Names come by look-ups of their own, so that no planner begins with them.
std::string listed_columns() {
  return fmt::format(
      "{}, f.organisation, (SELECT o.name FROM organisation o WHERE o.id = f.organisation), "
      "coalesce(a.assignee, ''), (SELECT u.name FROM account u WHERE u.id = a.assignee), {}, a.due",
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
    if (!known) {
      std::vector<std::string_view> there;
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
          [&](const auto& one) { there.emplace_back(one.name); });
      return unexpected(WrongFilter{
          std::string(member),
          fmt::format("there is no {}; there are {}", printable(word, 60), fmt::join(there, ", "))});
    }
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

namespace {

struct Found {
  Key key;
  std::string organisation;
  std::string id;
  std::optional<Listed> item;  // not yet read whole: nothing
};
struct Read {
  std::vector<Found> items;
  std::optional<Key> stopped;  // looked at as much as is decent, up to here
};

// What the database cannot sieve along an index.
struct Sieve {
  const Access& reader;
  std::string text;              // in lower case; empty: any
  std::set<std::string> titled;  // checks that have it in their titles
  // The id of a finding begins with its check: check@asset.
  bool lets(const std::string& organisation, const std::string& id) const {
    // Whatever the statement says, nothing leaves this room that the reader may not see.
    if (!reader.sees(organisation, Detail::findings)) return false;
    return text.empty() || lower(id).find(text) != std::string::npos ||
           titled.contains(id.substr(0, id.find('@')));
  }
};

// One as it is listed, by the names it was sifted by.
std::optional<Listed> listed_one(store::Connection& connection, const std::string& organisation,
                                 const std::string& finding, UtcTime now) {
  static const auto sql =
      fmt::format("SELECT {} {} WHERE f.organisation = ?1 AND f.id = ?2", listed_columns(), kFrom);
  const auto row = connection.first(sql, {organisation, finding});
  if (!row) return std::nullopt;
  return listed_of(*row, now);
}

struct Reading {
  bool falling = false;
  bool sieved = false;     // the conditions are a column, and each row is looked at
  bool keys_only = false;  // what is shown is read whole when it is known what that is
  std::size_t wanted = 0;
  std::size_t most_rows = 0;
};

Read read_stream(store::Connection& connection, const Stream& stream, const Reading& reading,
                 Statement statement, const Conditions& conditions, const std::optional<Key>& after,
                 const Sieve& sieve, UtcTime now) {
  Read out;
  std::string keys;
  std::string order;
  for (const auto& column : stream.columns) {
    keys += (keys.empty() ? "" : ", ") + column.sql;
    order += (order.empty() ? "" : ", ") + column.sql + (reading.falling ? " DESC" : "");
  }
  auto condition = reading.sieved ? conditions.base : conditions.all();
  if (!stream.condition.empty()) condition += " AND " + stream.condition;
  if (!stream.check.empty()) condition += R"( AND f."check" = )" + statement.give(stream.check);
  if (stream.assigned) condition += fmt::format(" AND {}", kJoined);
  const std::size_t ranked = stream.rank ? 1 : 0;
  bool bounded = after.has_value();
  if (bounded && stream.rank) {
    const auto reached = std::get<std::int64_t>(after->front());
    if (reached > *stream.rank) return out;
    bounded = reached == *stream.rank;
  }
  if (bounded) {
    std::string place;
    for (std::size_t i = 0; i < stream.columns.size(); ++i) {
      place += place.empty() ? "" : ", ";
      const auto& part = after->at(ranked + i);
      if (stream.columns[i].number)
        place += statement.give(std::get<std::int64_t>(part) - (i == 0 ? stream.offset : 0));
      else
        place += statement.give(std::string_view(std::get<std::string>(part)));
    }
    condition += fmt::format(" AND ({}) {} ({})", keys, reading.falling ? "<" : ">", place);
  }
  // The place of a finding in the order ends with its organisation and its id.
  const auto fits =
      reading.sieved ? fmt::format("CASE WHEN {} THEN 1 ELSE 0 END, ", conditions.more) : std::string();
  // The bound stands in the text: planned without it, the whole register would be sorted.
  const auto sql = fmt::format("SELECT {}{}{} {} WHERE {} ORDER BY {} LIMIT {}",
                               reading.keys_only ? "" : listed_columns() + ", ", fits, keys,
                               stream.assigned ? kFromAssigned : kFrom, condition, order, reading.most_rows);
  const std::size_t fit = reading.keys_only ? 0 : kListedColumns;
  const std::size_t first_key = fit + (reading.sieved ? 1 : 0);
  const auto key_of_row = [&](const store::Row& row) {
    Key key;
    if (stream.rank) key.emplace_back(*stream.rank);
    for (std::size_t i = 0; i < stream.columns.size(); ++i) {
      if (stream.columns[i].number)
        key.emplace_back(row.number(first_key + i) + (i == 0 ? stream.offset : 0));
      else
        key.emplace_back(row.text(first_key + i));
    }
    return key;
  };
  std::size_t examined = 0;
  connection.each(sql, statement.values(), [&](const store::Row& row) {
    const auto text_at = [&](std::size_t column) -> const std::string& {
      return std::get<std::string>(row.cells().at(column));
    };
    const auto& organisation = text_at(first_key + stream.columns.size() - 2);
    const auto& id = text_at(first_key + stream.columns.size() - 1);
    ++examined;
    if ((!reading.sieved || row.truth(fit)) && sieve.lets(organisation, id)) {
      Found found{key_of_row(row), organisation, id, std::nullopt};
      if (!reading.keys_only) found.item = listed_of(row, now);
      out.items.push_back(std::move(found));
      if (out.items.size() == reading.wanted) return false;
    }
    if (examined == reading.most_rows) out.stopped = key_of_row(row);
    return true;
  });
  return out;
}

// How many parts are merged at most: those share what may be looked at.
std::size_t merged_of(const Streams& streams) {
  if (streams.in_turn) return 1;
  std::map<std::int64_t, std::size_t> of_rank;
  std::size_t most = 1;
  for (const auto& stream : streams.parts) most = std::max(most, ++of_rank[stream.rank.value_or(-1)]);
  return most;
}

}  // namespace

std::optional<ListAnswer> list_findings(store::Connection& connection, const Access& reader,
                                        const ListQuestion& question, UtcTime now) {
  const auto& filter = question.filter;
  const auto seen = seen_by(reader, filter);
  const auto streams = streams_of(connection, question.order, filter, seen.whole, now);
  std::optional<Key> after;
  if (!question.after.empty()) {
    after = key_of(question.after, streams);
    if (!after) return std::nullopt;
  }
  Statement statement;
  const auto conditions = where(reader, filter, seen, question.language, now, !seen.whole, statement);
  Sieve sieve{reader, "", {}};
  if (seen.whole && !filter.text.empty()) {
    sieve.text = lower(filter.text);
    sieve.titled = checks_titled(filter.text, question.language);
  }
  const bool sifted = seen.sift || streams.sieved || !sieve.text.empty();
  Reading reading{streams.falling, streams.sieved, sifted || streams.many, question.limit + 1, 0};
  // Streams that follow each other are read until one stops; those that are merged share what is allowed.
  reading.most_rows = sifted ? std::max(reading.wanted, kMostExamined / merged_of(streams)) : reading.wanted;

  Read all;
  std::optional<std::int64_t> rank;
  const auto comes_first = [&](const Key& a, const Key& b) { return streams.falling ? b < a : a < b; };
  for (const auto& stream : streams.parts) {
    // The next ones come after what is there already.
    if ((streams.in_turn || (stream.rank && stream.rank != rank)) &&
        (all.stopped || all.items.size() >= reading.wanted))
      break;
    rank = stream.rank;
    auto part = read_stream(connection, stream, reading, statement, conditions, after, sieve, now);
    std::ranges::move(part.items, std::back_inserter(all.items));
    if (sifted && part.stopped && (!all.stopped || comes_first(*part.stopped, *all.stopped)))
      all.stopped = std::move(part.stopped);
  }
  std::ranges::sort(all.items, comes_first, &Found::key);
  // Beyond the place where one stream was left, another may not be told.
  if (all.stopped)
    std::erase_if(all.items, [&](const auto& item) { return comes_first(*all.stopped, item.key); });

  ListAnswer answer;
  if (all.items.size() > question.limit) {
    all.items.resize(question.limit);
    answer.next = cursor_of(all.items.back().key);
  } else if (all.stopped) {
    answer.next = cursor_of(*all.stopped);
  }
  for (auto& found : all.items) {
    if (!found.item) found.item = listed_one(connection, found.organisation, found.id, now);
    if (found.item) answer.items.push_back(std::move(*found.item));
  }
  return answer;
}

Counted count_findings(store::Connection& connection, const Access& reader, const Filter& filter, Grouping by,
                       checks::Language language, UtcTime now, std::size_t most) {
  const auto seen = seen_by(reader, filter);
  Statement statement;
  const auto condition = where(reader, filter, seen, language, now, true, statement).all();
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
  const auto late = fmt::format("CASE WHEN {} <= {} AND f.state NOT IN ('fixed', 'upheld') THEN 1 ELSE 0 END",
                                due_sql(), statement.give(to_unix(now)));
  // By organisation too, so that each row can be held against what the reader sees; and no more than a bound,
  // so that nobody can make the service count for minutes.
  const auto sql = fmt::format(
      "SELECT k, organisation, count(*), sum(late) FROM (SELECT {} AS k, f.organisation AS organisation, {} "
      "AS "
      "late {} WHERE {} LIMIT {}) counted GROUP BY k, organisation",
      key, late, kFrom, condition, statement.give(kMostCounted));
  std::int64_t counted = 0;
  std::map<std::string, GroupCount> groups;
  std::map<std::string, std::set<std::string>> organisations_of_area;
  connection.each(sql, statement.values(), [&](const store::Row& row) {
    const auto organisation = row.text(1);
    counted += row.number(2);
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
  Counted answer;
  answer.complete = counted < kMostCounted;
  auto& out = answer.groups;
  for (auto& [name, group] : groups) {
    if (by == Grouping::area)
      group.organisations = static_cast<std::int64_t>(organisations_of_area[name].size());
    out.push_back(std::move(group));
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return a.findings != b.findings ? a.findings > b.findings : a.key < b.key;
  });
  if (out.size() > most) out.resize(most);
  return answer;
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
