// Organisations: kept, changed, found and listed.
#include "footprint/register.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "base/id.h"
#include "base/name.h"
#include "base/text.h"
#include "footprint/fold.h"
#include "footprint/index.h"
#include "footprint/organisation_number.h"
#include "footprint/put_target.h"
#include "footprint/told.h"
#include "store/rows.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using store::Connection;
using store::Row;
using store::Value;

// The columns that registered_from() reads.
const std::string& columns() {
  static const std::string all = [] {
    std::string out = "o.id, o.created, o.changed, o.removed, o.sort_name";
    for (const auto& field : text_fields()) out += ", o." + std::string(field.name);
    for (const auto& field : number_fields()) out += ", o." + std::string(field.name);
    for (const auto& field : flag_fields()) out += ", o." + std::string(field.name);
    return out + ", s.measured, s.score_cp, s.grade, s.coverage";
  }();
  return all;
}

struct Found {
  Registered registered;
  std::string sort_name;
};

Found found_from(const Row& row) {
  Found out;
  auto& it = out.registered;
  it.id = row.text(0);
  it.created = from_unix(row.number(1));
  it.changed = from_unix(row.null(2) ? row.number(1) : row.number(2));
  if (const auto removed = row.maybe_number(3)) it.removed = from_unix(*removed);
  out.sort_name = row.text(4);
  std::size_t column = 5;
  for (const auto& field : text_fields()) it.details.*field.member = row.maybe_text(column++);
  for (const auto& field : number_fields()) it.details.*field.member = row.maybe_number(column++);
  for (const auto& field : flag_fields()) it.details.*field.member = row.truth(column++);
  it.figures = figures_from(row, column);
  return out;
}

json::object details_json(const Details& details) {
  json::object out;
  for (const auto& field : text_fields()) {
    if (const auto& value = details.*field.member) out[field.name] = *value;
  }
  for (const auto& field : number_fields()) {
    if (const auto& value = details.*field.member) out[field.name] = *value;
  }
  for (const auto& field : flag_fields()) {
    if (const auto& value = details.*field.member; value && *value) out[field.name] = *value;
  }
  return out;
}

// Only what differs, with null for what is not there.
json::object difference(const Details& before, const Details& after) {
  const auto old_members = details_json(before);
  const auto new_members = details_json(after);
  json::object was;
  json::object is;
  const auto note = [&](std::string_view name) {
    const auto* a = old_members.if_contains(name);
    const auto* b = new_members.if_contains(name);
    if ((a == nullptr) == (b == nullptr) && (a == nullptr || *a == *b)) return;
    was[name] = a == nullptr ? json::value() : *a;
    is[name] = b == nullptr ? json::value() : *b;
  };
  for (const auto& field : text_fields()) note(field.name);
  for (const auto& field : number_fields()) note(field.name);
  for (const auto& field : flag_fields()) note(field.name);
  return {{"before", std::move(was)}, {"after", std::move(is)}};
}

// A statement put together of parts, with its parameters.
class Statement {
 public:
  std::string sql;
  std::string bind(std::string text) {
    texts_.push_back(std::move(text));
    values_.emplace_back(texts_.back());
    return "?" + std::to_string(values_.size());
  }
  std::string bind(std::int64_t number) {
    values_.emplace_back(number);
    return "?" + std::to_string(values_.size());
  }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::deque<std::string> texts_;  // a Value borrows
  std::vector<Value> values_;
};

// "https://www.Example.no/om" -> "example.no"; nothing when it names no host.
std::string site_of(std::string_view website) {
  if (const auto scheme = website.find("://"); scheme != std::string_view::npos)
    website.remove_prefix(scheme + 3);
  website = website.substr(0, website.find_first_of("/?#:"));
  const auto name = normalise_name(website);
  if (!name) return {};
  return name->starts_with("www.") ? name->substr(4) : *name;
}

// Greater than every word with the prefix: the last code point there is.
std::string after_prefix(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

// The organisations with a word that begins so, unless they are too many to hold.
constexpr std::size_t kFew = 3000;
std::optional<std::set<std::string>> few_with(Connection& connection, const std::string& prefix) {
  std::set<std::string> out;
  std::size_t seen = 0;
  const auto end = after_prefix(prefix);
  const Value values[] = {prefix, end, static_cast<std::int64_t>(kFew + 1)};
  connection.each(
      "SELECT organisation FROM organisation_word WHERE word >= ?1 AND word < ?2 ORDER BY word, organisation "
      "LIMIT ?3",
      values, [&](const Row& row) {
        ++seen;
        out.insert(row.text(0));
        return true;
      });
  if (seen > kFew) return std::nullopt;
  return out;
}

// Whether words that come from domains and hosts find an organisation: where its findings are seen, since its
// hosts are listed there. Elsewhere they would tell its hosts letter by letter.
struct HostWords {
  bool everywhere = true;
  std::vector<std::string> in = {};  // else in these
};

void add_conditions(Statement& statement, const Filter& filter, const std::vector<std::string>& prefixes,
                    const HostWords& hosts) {
  auto& sql = statement.sql;
  sql += " WHERE o.created IS NOT NULL AND o.removed IS ";
  sql += filter.removed ? "NOT NULL" : "NULL";
  const auto equal = [&](std::string_view column, const Text& value) {
    if (value) sql += " AND o." + std::string(column) + " = " + statement.bind(*value);
  };
  equal("kind", filter.kind);
  equal("county", filter.county);
  equal("municipality", filter.municipality);
  equal("kostra", filter.kostra);
  equal("sector", filter.sector);
  const auto bound = [&](std::string_view column, std::string_view how, const Number& value) {
    if (value) sql += " AND o." + std::string(column) + std::string(how) + statement.bind(*value);
  };
  bound("population", " >= ", filter.population_from);
  bound("population", " <= ", filter.population_to);
  bound("employees", " >= ", filter.employees_from);
  bound("employees", " <= ", filter.employees_to);
  for (const auto& prefix : prefixes) {
    const auto has = [&](const std::string& beginning) {
      return "EXISTS (SELECT 1 FROM organisation_word w WHERE w.organisation = o.id AND w.word >= " +
             statement.bind(beginning) + " AND w.word < " + statement.bind(after_prefix(beginning));
    };
    if (hosts.everywhere) {
      sql += " AND " + has(prefix) + ")";
      continue;
    }
    sql += " AND (" + has(prefix) + " AND (w.word NOT LIKE '%.%'";
    for (std::size_t i = 0; i < hosts.in.size(); ++i)
      sql += (i == 0 ? " OR o.id IN (" : ", ") + statement.bind(hosts.in[i]);
    sql += hosts.in.empty() ? "))" : ")))";
    sql += " OR " + has(kShownDomain + prefix) + "))";
  }
}

using Key = ListKey;
Key key_of(const Found& found, Sort sort) {
  const auto& details = found.registered.details;
  switch (sort) {
    case Sort::population:
      return {"", details.population.value_or(-1), found.registered.id};
    case Sort::employees:
      return {"", details.employees.value_or(-1), found.registered.id};
    case Sort::score:
      return {"", found.registered.figures ? found.registered.figures->score_cp : -1, found.registered.id};
    case Sort::name:
      break;
  }
  return {found.sort_name, 0, found.registered.id};
}
// Few enough to be named: all of them are read, then sorted and cut here, and so they can be counted.
struct Named {
  std::vector<std::string> ids;
  HostWords hosts;
};
void read_named(Connection& connection, const Filter& filter, const std::vector<std::string>& prefixes,
                const Named& named, std::vector<Found>& all) {
  const auto& ids = named.ids;
  constexpr std::size_t kAtOnce = 200;
  for (std::size_t from = 0; from < ids.size(); from += kAtOnce) {
    Statement statement;
    statement.sql =
        "SELECT " + columns() + " FROM organisation o LEFT JOIN standing s ON s.organisation = o.id";
    add_conditions(statement, filter, prefixes, named.hosts);
    if (filter.sort == Sort::score) statement.sql += " AND s.score_cp IS NOT NULL";
    statement.sql += " AND o.id IN (";
    // Always as many parameters, so that it is one statement to the database.
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      statement.sql += (i == 0 ? "" : ", ") + statement.bind(ids[std::min(from + i, ids.size() - 1)]);
    }
    statement.sql += ")";
    for (const auto& row : connection.query(statement.sql, statement.values()))
      all.push_back(found_from(row));
  }
}
Listed list_named(Connection& connection, const Filter& filter, const std::vector<std::string>& prefixes,
                  const std::vector<Named>& those, std::size_t limit, const std::vector<std::string>& after) {
  std::vector<Found> all;
  for (const auto& named : those) read_named(connection, filter, prefixes, named, all);
  const auto before = [&](const Key& a, const Key& b) { return filter.descending ? b < a : a < b; };
  std::ranges::sort(all, [&](const Found& a, const Found& b) {
    return before(key_of(a, filter.sort), key_of(b, filter.sort));
  });
  Listed out;
  out.total = static_cast<std::int64_t>(all.size());
  std::optional<Key> start;
  if (!after.empty()) start = key_from(after, filter.sort);
  for (auto& found : all) {
    const auto key = key_of(found, filter.sort);
    if (start && !before(*start, key)) continue;
    if (out.items.size() == limit) {
      out.next_after = cursor_from(*start, filter.sort);
      break;
    }
    start = key;
    out.items.push_back(std::move(found.registered));
  }
  return out;
}

Listed list_all(Connection& connection, const Filter& filter, const std::vector<std::string>& prefixes,
                const HostWords& hosts, std::size_t limit, const std::vector<std::string>& after) {
  Statement statement;
  std::string key = "o.sort_name";
  std::string id = "o.id";
  std::string from = " FROM organisation o LEFT JOIN standing s ON s.organisation = o.id";
  if (filter.sort == Sort::population) key = "coalesce(o.population, -1)";
  if (filter.sort == Sort::employees) key = "coalesce(o.employees, -1)";
  if (filter.sort == Sort::score) {
    key = "s.score_cp";
    id = "s.organisation";
    from = " FROM standing s JOIN organisation o ON o.id = s.organisation";
  }
  statement.sql = "SELECT " + columns() + from;
  add_conditions(statement, filter, prefixes, hosts);
  if (!after.empty()) {
    const auto start = key_from(after, filter.sort);
    const auto bound = filter.sort == Sort::name ? statement.bind(start.text) : statement.bind(start.number);
    // The pair alone would not be looked up in an index of an expression.
    statement.sql += " AND " + key + (filter.descending ? " <= " : " >= ") + bound + " AND (" + key + ", " +
                     id + (filter.descending ? ") < (" : ") > (") + bound + ", " + statement.bind(start.id) +
                     ")";
  }
  const std::string direction = filter.descending ? " DESC" : "";
  statement.sql += " ORDER BY " + key + direction + ", " + id + direction + " LIMIT " +
                   statement.bind(static_cast<std::int64_t>(limit + 1));
  Listed out;
  std::optional<Key> last;
  for (const auto& row : connection.query(statement.sql, statement.values())) {
    auto found = found_from(row);
    if (out.items.size() == limit) {
      out.next_after = cursor_from(*last, filter.sort);
      break;
    }
    last = key_of(found, filter.sort);
    out.items.push_back(std::move(found.registered));
  }
  return out;
}

std::optional<Found> found(Connection& connection, std::string_view id) {
  const auto row = connection.first("SELECT " + columns() +
                                        " FROM organisation o LEFT JOIN standing s ON s.organisation = o.id "
                                        "WHERE o.id = ?1 AND o.created IS NOT NULL",
                                    {id});
  if (!row) return std::nullopt;
  return found_from(*row);
}

void write(Connection& connection, std::string_view id, UtcTime now, const Details& details) {
  // The statement is the same each time; made once from the names of the fields.
  static const std::string sql = [] {
    std::string out = "UPDATE organisation SET changed = ?2, sort_name = ?3, removed = NULL";
    int number = 4;
    const auto add = [&](std::string_view name) {
      out += ", " + std::string(name) + " = ?" + std::to_string(number++);
    };
    for (const auto& field : text_fields()) add(field.name);
    for (const auto& field : number_fields()) add(field.name);
    for (const auto& field : flag_fields()) add(field.name);
    return out + " WHERE id = ?1";
  }();
  const auto sorted = sort_key(details.name.value_or(""));
  std::vector<Value> values{id, to_unix(now), sorted};
  for (const auto& field : text_fields()) values.emplace_back(details.*field.member);
  for (const auto& field : number_fields()) values.emplace_back(details.*field.member);
  for (const auto& field : flag_fields()) values.emplace_back((details.*field.member).value_or(false));
  connection.execute(sql, values);
  index_words(connection, id);
}

void refuse_faults(Details& details) {
  if (!details.name || trim(*details.name).empty()) refuse(Refused::Kind::wrong, "name", "name-missing");
  if (!details.kind) details.kind = "other";
  for (const auto& field : flag_fields()) {
    if (!(details.*field.member)) details.*field.member = false;
  }
  if (auto faults = tidy(details); !faults.empty())
    throw Refused(Refused::Kind::wrong, std::move(faults.front()));
}

std::string_view sort_word(Sort sort) {
  switch (sort) {
    case Sort::population:
      return "population";
    case Sort::employees:
      return "employees";
    case Sort::score:
      return "score";
    case Sort::name:
      break;
  }
  return "name";
}

}  // namespace

std::vector<std::string> prefixes_of(std::string_view text) {
  if (const auto number = organisation_number(text)) return {*number};
  std::vector<std::string> out;
  const auto small = folded(text.substr(0, 400));
  for (const auto part : split(small, ' ')) {
    if (part.empty()) continue;
    if (part.find('.') != std::string_view::npos) {
      out.emplace_back(part.starts_with("www.") ? part.substr(4) : part);
    } else {
      for (auto& word : words_of(part)) out.push_back(std::move(word));
    }
    if (out.size() >= 8) break;
  }
  return out;
}

std::vector<std::string> cursor_from(const ListKey& key, Sort sort) {
  return {std::string(sort_word(sort)), sort == Sort::name ? key.text : std::to_string(key.number), key.id};
}
ListKey key_from(const std::vector<std::string>& cursor, Sort sort) {
  const auto wrong = [] { refuse(Refused::Kind::wrong, "cursor", "cursor"); };
  if (cursor.size() != 3 || cursor[0] != sort_word(sort)) wrong();
  if (sort == Sort::name) return {cursor[1], 0, cursor[2]};
  if (cursor[1] == "-1") return {"", -1, cursor[2]};
  const auto number = parse_uint(cursor[1]);
  if (!number || *number > 2'000'000'000) wrong();
  return {"", static_cast<std::int64_t>(*number), cursor[2]};
}

std::vector<Registered> these(Connection& connection, const Access& access,
                              std::span<const std::string> ids) {
  std::vector<Registered> out;
  for (const auto& id : ids) {
    if (auto there = find(connection, access, id)) out.push_back(std::move(*there));
  }
  return out;
}

std::optional<Figures> figures_from(const Row& row, std::size_t column) {
  if (row.null(column)) return std::nullopt;
  return Figures{from_unix(row.number(column)), row.number(column + 1), row.text(column + 2),
                 row.number(column + 3)};
}

void index_words(Connection& connection, std::string_view organisation) {
  std::set<std::string> words;
  const auto row =
      connection.first("SELECT name, number, website FROM organisation WHERE id = ?1", {organisation});
  if (!row) return;
  for (auto& word : words_of(folded(row->text(0)))) words.insert(std::move(word));
  if (!row->null(1)) words.insert(row->text(1));
  const auto shown = row->null(2) ? std::string() : site_of(row->text(2));
  for (const auto& target :
       connection.query("SELECT name FROM target WHERE organisation = ?1", {organisation})) {
    const auto name = target.text(0);
    words.insert(name);
    words.insert(folded(display_name(name)));
    if (name == shown) {
      words.insert(kShownDomain + name);
      words.insert(kShownDomain + folded(display_name(name)));
    }
  }
  connection.execute("DELETE FROM organisation_word WHERE organisation = ?1", {organisation});
  for (const auto& word : words) {
    connection.execute("INSERT INTO organisation_word (organisation, word) VALUES (?1, ?2)",
                       {organisation, word});
  }
}

std::string create(Connection& connection, UtcTime now, const Access& access, Details details) {
  refuse_faults(details);
  std::string id;
  std::string_view action = "organisation.create";
  if (details.number) {
    id = *details.number;
    if (const auto holder = id_of_number(connection, *details.number)) {
      const auto there = found(connection, *holder);
      if (there && !there->registered.removed)
        refuse(Refused::Kind::conflict, "number", "number-taken", {shown_number(*details.number)});
      id = *holder;
      action = "organisation.restore";
    } else if (connection.first("SELECT 1 FROM organisation WHERE id = ?1 AND number IS NOT NULL", {id})) {
      id = new_id();  // the number was another's once, whose id it still is
    }
  } else {
    id = new_id();
  }
  // A measurement on the command line may have made the row before there was a register.
  connection.execute(
      "INSERT INTO organisation (id, name, kind, created) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE "
      "SET created = coalesce(organisation.created, excluded.created)",
      {id, *details.name, *details.kind, to_unix(now)});
  write(connection, id, now, details);
  tell(connection, now, access, action, "organisation-changed", id, id, {{"after", details_json(details)}});
  return id;
}

bool change(Connection& connection, UtcTime now, const Access& access, std::string_view id, Details details) {
  refuse_faults(details);
  const auto there = found(connection, id);
  if (!there) refuse(Refused::Kind::absent, "", "organisation");
  if (there->registered.details == details && !there->registered.removed) return false;
  if (details.number && details.number != there->registered.details.number &&
      id_of_number(connection, *details.number)) {
    refuse(Refused::Kind::conflict, "number", "number-taken", {shown_number(*details.number)});
  }
  write(connection, id, now, details);
  tell(connection, now, access, there->registered.removed ? "organisation.restore" : "organisation.change",
       "organisation-changed", id, id, difference(there->registered.details, details));
  return true;
}

void remove(Connection& connection, UtcTime now, const Access& access, std::string_view id,
            std::string_view reason) {
  if (trim(reason).empty()) refuse(Refused::Kind::wrong, "reason", "reason-missing");
  const auto there = found(connection, id);
  if (!there || there->registered.removed) refuse(Refused::Kind::absent, "", "organisation");
  connection.execute("UPDATE organisation SET removed = ?2, changed = ?2 WHERE id = ?1", {id, to_unix(now)});
  connection.execute(
      "UPDATE supply SET ended = ?2 WHERE (organisation = ?1 OR supplier = ?1) AND ended IS NULL",
      {id, to_unix(now)});
  tell(connection, now, access, "organisation.remove", "organisation-changed", id, id, {{"reason", reason}});
}

int adopt_measured(Connection& connection, UtcTime now) {
  const auto rows =
      connection.query("SELECT id, name FROM organisation WHERE created IS NULL ORDER BY id LIMIT 100000");
  for (const auto& row : rows) {
    const auto id = row.text(0);
    const auto first = connection.first("SELECT min(time) FROM measurement WHERE organisation = ?1", {id});
    const auto created = first && !first->null(0) ? first->number(0) : to_unix(now);
    connection.execute("UPDATE organisation SET created = ?2, changed = ?2, sort_name = ?3 WHERE id = ?1",
                       {id, created, sort_key(row.text(1))});
    for (const auto& asset :
         connection.query("SELECT DISTINCT kind, host, why FROM asset WHERE organisation = ?1", {id})) {
      const auto why = store::list_from_json(asset.text(2));
      if (std::ranges::find(why, "given") == why.end()) continue;
      const std::string_view kind = asset.text(0) == "domain" ? "domain" : "host";
      const auto turned = backwards(asset.text(1));
      connection.execute(
          "INSERT INTO target (organisation, kind, name, added, added_by, backwards) VALUES (?1, ?2, ?3, ?4, "
          "'system', ?5) ON CONFLICT (organisation, kind, name) DO NOTHING",
          {id, kind, asset.text(1), created, turned});
    }
    index_words(connection, id);
    tell(connection, now, Access{}, "organisation.adopt", "organisation-changed", id, id, {});
  }
  return static_cast<int>(rows.size());
}

std::optional<Registered> find(Connection& connection, const Access& access, std::string_view id) {
  if (!access.sees(id)) return std::nullopt;
  auto there = found(connection, id);
  if (!there) return std::nullopt;
  return std::move(there->registered);
}

std::optional<std::string> id_of_number(Connection& connection, std::string_view number) {
  const auto row = connection.first("SELECT id FROM organisation WHERE number = ?1", {number});
  if (!row) return std::nullopt;
  return row->text(0);
}

Listed list(Connection& connection, const Access& access, const Filter& filter, std::size_t limit,
            const std::vector<std::string>& after) {
  if (!after.empty()) key_from(after, filter.sort);
  auto prefixes = prefixes_of(filter.text);
  // Nothing that could be a word was typed: nothing begins with it.
  if (prefixes.empty() && !trim(filter.text).empty()) return {{}, {}, 0};
  // At least findings, and the score alone.
  Named whole{{}, {true, {}}};
  Named outside{{}, {false, {}}};
  for (const auto& [id, detail] : access.organisations) {
    if (detail >= Detail::score) (detail >= Detail::findings ? whole : outside).ids.push_back(id);
  }
  if (access.sees_all()) {
    const HostWords hosts{access.sees_all(Detail::findings), std::move(whole.ids)};
    for (const auto& prefix : prefixes) {
      // Whatever has a word that is shown has it among all its words.
      const auto few = few_with(connection, prefix);
      if (few)
        return list_named(connection, filter, prefixes, {{{few->begin(), few->end()}, hosts}}, limit, after);
    }
    return list_all(connection, filter, prefixes, hosts, limit, after);
  }
  return list_named(connection, filter, prefixes, {std::move(whole), std::move(outside)}, limit, after);
}

}  // namespace utsyn::footprint
