#include "followup/finding_list.h"

// Speed: over a whole register a list is read along an index and stops when the page is full. A list in the
// order of severity, age or due date is several streams, one for each severity or pace, that are merged; what
// no index can answer (a text, a reader of very many organisations) is sifted here by what the index itself
// holds, only what is shown is read whole, and a page may end early with a cursor to go on from. For a few
// organisations their findings are simply read and sorted.
#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enumerators.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>
#include <deque>
#include <map>
#include <set>
#include <variant>

#include "base/text.h"
#include "followup/deadline.h"
#include "followup/desk.h"
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

constexpr checks::Severity kWorstFirst[] = {checks::Severity::critical, checks::Severity::high,
                                            checks::Severity::medium, checks::Severity::low,
                                            checks::Severity::info};

constexpr std::string_view kWorst =
    "(CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE "
    "4 END)";

// The second from which a finding is overdue: the date that a person has set, or the method's deadline.
std::string due_sql() { return fmt::format("coalesce(a.due, f.first_seen + {})", overdue_after_sql()); }

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

std::string where(const Access& reader, const Filter& filter, const Seen& seen, checks::Language language,
                  UtcTime now, bool text_in_sql, Statement& statement) {
  std::string out = "1 = 1";
  const auto and_also = [&](std::string_view condition) { out += fmt::format(" AND {}", condition); };
  // Among a few organisations no other index may tempt the planner: joined to nothing, a column has none.
  const std::string severity = seen.whole ? "f.severity" : "f.severity || ''";
  const std::string check = seen.whole ? R"(f."check")" : R"(f."check" || '')";
  if (!seen.all && !seen.sift) and_also(statement.any_of("f.organisation", seen.named, kAsIs));
  if (filter.states.empty()) {
    and_also("f.state <> 'fixed'");
  } else {
    and_also(statement.any_of("f.state", filter.states, word_of<FindingState>));
    if (std::ranges::find(filter.states, FindingState::fixed) == filter.states.end())
      and_also("f.state <> 'fixed'");  // so that the indexes of those that are open serve
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

// The place of a finding in an order; the same positions hold the same types.
using Key = std::vector<std::variant<std::int64_t, std::string>>;

// A part of a list that an index gives in order, or all of it where its rows are few enough to be sorted.
struct Stream {
  struct Column {
    std::string sql;
    bool number = false;
  };
  std::vector<Column> columns;
  std::string condition;             // which findings; empty: all
  std::optional<std::int64_t> rank;  // comes first in the key: such streams follow each other
  std::int64_t offset = 0;           // added to the first column to make the key
  bool assigned = false;             // only findings with an assignment, which are few: begin with these
};

struct Streams {
  std::vector<Stream> parts;
  bool falling = false;
};

Streams streams_of(Order order, const Filter& filter, bool whole, UtcTime now) {
  const Stream::Column organisation{"f.organisation"};
  const Stream::Column id{"f.id"};
  const Stream::Column first_seen{"f.first_seen", true};
  const bool assigned = !filter.assignee.empty() && filter.assignee != "none";
  const auto one = [&](std::vector<Stream::Column> columns) {
    Stream stream;
    stream.columns = std::move(columns);
    stream.assigned = assigned;
    return Streams{{std::move(stream)}};
  };
  if (order == Order::asset) return one({{"f.asset"}, organisation, id});
  if (order == Order::check) return one({{R"(f."check")"}, {"f.severity"}, first_seen, organisation, id});
  if (!whole) {
    if (order == Order::due) return one({{due_sql(), true}, organisation, id});
    if (order == Order::worst) return one({{std::string(kWorst), true}, first_seen, organisation, id});
    auto out = one({first_seen, organisation, id});
    out.falling = order == Order::newest;
    return out;
  }
  Streams out;
  out.falling = order == Order::newest;
  // Where due dates matter, those that people have set are a stream of their own.
  const bool late = filter.overdue.value_or(false);
  const bool apart = late || order == Order::due;
  std::int64_t rank = 0;
  for (const auto severity : kWorstFirst) {
    Stream stream;
    stream.columns = {first_seen, organisation, id};
    stream.condition = fmt::format("f.severity = '{}'", word_of(severity));
    if (order == Order::worst) stream.rank = rank;
    ++rank;
    if (!filter.severities.empty() &&
        std::ranges::find(filter.severities, severity) == filter.severities.end())
      continue;
    if (apart && order != Order::due) {
      auto dated = stream;
      dated.assigned = true;
      dated.condition += " AND a.due IS NOT NULL";
      out.parts.push_back(std::move(dated));
    }
    if (!apart) {
      out.parts.push_back(std::move(stream));
      continue;
    }
    for (const auto& pace : paces()) {
      if (pace.severity != severity) continue;
      auto paced = stream;
      // In these words PostgreSQL estimates rightly that nearly all of them are without.
      paced.condition =
          pace.condition +
          " AND NOT EXISTS (SELECT 1 FROM assignment d WHERE d.organisation = f.organisation AND "
          "d.finding = f.id AND d.due IS NOT NULL)";
      if (late) paced.condition += fmt::format(" AND f.first_seen <= {}", to_unix(now) - pace.overdue_after);
      if (order == Order::due) paced.offset = pace.overdue_after;
      out.parts.push_back(std::move(paced));
    }
  }
  if (order == Order::due) {
    Stream dated;
    dated.columns = {{"a.due", true}, {"a.organisation"}, {"a.finding"}};
    dated.condition = "a.due IS NOT NULL";
    dated.assigned = true;
    out.parts.push_back(std::move(dated));
  }
  return out;
}

// A cursor is texts; what is a number in a key is digits there.
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

struct Read {
  std::vector<std::pair<Key, Listed>> items;
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

Read read_stream(store::Connection& connection, const Stream& stream, bool falling, Statement statement,
                 std::string condition, const std::optional<Key>& after, const Sieve& sieve, bool sifted,
                 std::size_t wanted, std::size_t most_rows, UtcTime now) {
  Read out;
  std::string keys;
  std::string order;
  for (const auto& column : stream.columns) {
    keys += (keys.empty() ? "" : ", ") + column.sql;
    order += (order.empty() ? "" : ", ") + column.sql + (falling ? " DESC" : "");
  }
  if (!stream.condition.empty()) condition += " AND " + stream.condition;
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
    condition += fmt::format(" AND ({}) {} ({})", keys, falling ? "<" : ">", place);
  }
  // The bound stands in the text: planned without it, the whole register would be sorted.
  const auto sql = fmt::format("SELECT {}, {} {} WHERE {} ORDER BY {} LIMIT {}",
                               sifted ? "f.organisation, f.id" : listed_columns(), keys,
                               stream.assigned ? kFromAssigned : kFrom, condition, order, most_rows);
  const std::size_t first_key = sifted ? 2 : kListedColumns;
  std::size_t examined = 0;
  std::vector<std::pair<std::string, std::string>> to_read;  // beside the items: organisation and id
  connection.each(sql, statement.values(), [&](const store::Row& row) {
    Key key;
    if (stream.rank) key.emplace_back(*stream.rank);
    for (std::size_t i = 0; i < stream.columns.size(); ++i) {
      if (stream.columns[i].number)
        key.emplace_back(row.number(first_key + i) + (i == 0 ? stream.offset : 0));
      else
        key.emplace_back(row.text(first_key + i));
    }
    auto item = sifted ? Listed{} : listed_of(row, now);
    auto organisation = sifted ? row.text(0) : item.organisation;
    auto id = sifted ? row.text(1) : item.finding.id;
    ++examined;
    if (sieve.lets(organisation, id)) {
      out.items.emplace_back(std::move(key), std::move(item));
      if (sifted) to_read.emplace_back(std::move(organisation), std::move(id));
    } else if (examined == most_rows)
      out.stopped = std::move(key);
    if (out.items.size() == wanted) return false;
    if (examined == most_rows && !out.stopped) out.stopped = out.items.back().first;
    return true;
  });
  for (std::size_t i = 0; i < to_read.size(); ++i) {
    if (auto one = listed_one(connection, to_read[i].first, to_read[i].second, now))
      out.items[i].second = std::move(*one);
  }
  return out;
}

}  // namespace

std::optional<ListAnswer> list_findings(store::Connection& connection, const Access& reader,
                                        const ListQuestion& question, UtcTime now) {
  const auto& filter = question.filter;
  const auto seen = seen_by(reader, filter);
  const auto streams = streams_of(question.order, filter, seen.whole, now);
  std::optional<Key> after;
  if (!question.after.empty()) {
    after = key_of(question.after, streams);
    if (!after) return std::nullopt;
  }
  Statement statement;
  const auto condition = where(reader, filter, seen, question.language, now, !seen.whole, statement);
  Sieve sieve{reader, "", {}};
  if (seen.whole && !filter.text.empty()) {
    sieve.text = lower(filter.text);
    sieve.titled = checks_titled(filter.text, question.language);
  }
  const bool sifted = seen.sift || !sieve.text.empty();
  const auto wanted = question.limit + 1;
  // Streams that follow each other are read until one stops; those that are merged share what is allowed.
  const auto merged = static_cast<std::size_t>(
      std::ranges::count_if(streams.parts, [](const auto& stream) { return !stream.rank; }));
  const auto most_rows = sifted ? std::max(wanted, kMostExamined / std::max<std::size_t>(merged, 1)) : wanted;

  Read all;
  std::optional<std::int64_t> rank;
  const auto comes_first = [&](const Key& a, const Key& b) { return streams.falling ? b < a : a < b; };
  for (const auto& stream : streams.parts) {
    // The next ones come after what is there already.
    if (stream.rank && stream.rank != rank && (all.stopped || all.items.size() >= wanted)) break;
    rank = stream.rank;
    auto part = read_stream(connection, stream, streams.falling, statement, condition, after, sieve, sifted,
                            wanted, most_rows, now);
    std::ranges::move(part.items, std::back_inserter(all.items));
    if (sifted && part.stopped && (!all.stopped || comes_first(*part.stopped, *all.stopped)))
      all.stopped = std::move(part.stopped);
  }
  std::ranges::sort(all.items, comes_first, &std::pair<Key, Listed>::first);
  // Beyond the place where one stream was left, another may not be told.
  if (all.stopped)
    std::erase_if(all.items, [&](const auto& item) { return comes_first(*all.stopped, item.first); });

  ListAnswer answer;
  if (all.items.size() > question.limit) {
    all.items.resize(question.limit);
    answer.next = cursor_of(all.items.back().first);
  } else if (all.stopped) {
    answer.next = cursor_of(*all.stopped);
  }
  for (auto& [key, item] : all.items) answer.items.push_back(std::move(item));
  return answer;
}

Counted count_findings(store::Connection& connection, const Access& reader, const Filter& filter, Grouping by,
                       checks::Language language, UtcTime now, std::size_t most) {
  const auto seen = seen_by(reader, filter);
  Statement statement;
  const auto condition = where(reader, filter, seen, language, now, true, statement);
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
