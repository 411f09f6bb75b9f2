#include "portfolio/portfolios.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/id.h"
#include "portfolio/leaning.h"
#include "store/events.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;

constexpr std::int64_t kHistoryEvery = 6 * 3600;
constexpr std::size_t kLeaningsAtOnce = 50;  // in one transaction, which others wait for
constexpr std::size_t kMostRemembered = 64;  // answers over everything
constexpr std::size_t kHistoryBytes = std::size_t{512} << 20U;
constexpr std::size_t kGroupBytes = std::size_t{128} << 20U;
constexpr std::size_t kFewReadBySql = 100;  // organisations
// Fewer members than these are counted anew each time.
constexpr std::size_t kFewMembers = 2'000;
constexpr std::string_view kHistoryKept = "portfolio.history-kept";

constexpr std::string_view kSelect =
    R"(SELECT p.id, p.owner, p.name, p.description, p.kind, p.filter, p.weight_by, p.created, p.changed,
  (SELECT max(s.may_edit) FROM portfolio_share s WHERE s.portfolio = p.id AND s.user_id IN (?1, '*'))
FROM portfolio p)";
constexpr std::string_view kReadable =
    R"( (p.owner = ?1 OR EXISTS (SELECT 1 FROM portfolio_share s
  WHERE s.portfolio = p.id AND s.user_id IN (?1, '*'))))";

WeightBy weight_named(std::string_view word) {
  const auto at = std::ranges::find(weight_words, word);
  return at == weight_words.end() ? WeightBy::one : static_cast<WeightBy>(at - weight_words.begin());
}

Portfolio read_portfolio(const store::Row& row, std::string_view reader) {
  Portfolio out;
  out.id = row.text(0);
  out.owner = row.text(1);
  out.name = row.text(2);
  out.description = row.text(3);
  out.form = row.text(4) == "filter" ? Form::filter : Form::list;
  if (out.form == Form::filter) {
    // What was stored was checked then; a filter that a later version no longer takes matches nothing.
    boost::system::error_code failed;
    const auto document = json::parse(row.text(5), failed);
    auto filter = failed ? unexpected(FilterError{}) : read_filter(document);
    if (filter) {
      out.filter = std::move(*filter);
    } else {
      out.filter.suppliers_of = "\n";
    }
  }
  out.weight_by = weight_named(row.text(6));
  out.created = from_unix(row.number(7));
  out.changed = from_unix(row.number(8));
  out.may_edit = out.owner == reader || row.truth(9);
  return out;
}

std::string filter_text(const Portfolio& portfolio) {
  return portfolio.form == Form::filter ? json::serialize(write_filter(portfolio.filter)) : std::string();
}

void note(store::Connection& connection, UtcTime now, const access::Access& access, std::string_view action,
          std::string_view organisation, std::string_view portfolio, const json::object& detail) {
  store::append_audit(connection, now, access.actor, action, organisation, portfolio,
                      json::serialize(detail));
  // Who owns what is nobody else's business, so the event names no more than the portfolio.
  store::append_event(connection, now, "portfolio-changed", {},
                      json::serialize(json::object{{"portfolio", portfolio}}));
}

void touch(store::Connection& connection, UtcTime now, std::string_view portfolio) {
  connection.execute("UPDATE portfolio SET changed = ?2 WHERE id = ?1", {portfolio, to_unix(now)});
}

bool register_has(store::Connection& connection, std::string_view organisation) {
  return connection.first("SELECT 1 FROM organisation WHERE id = ?1 AND removed IS NULL", {organisation})
      .has_value();
}

}  // namespace

std::vector<Portfolio> portfolios(store::Connection& connection, const access::Access& access,
                                  std::string_view after_id, std::size_t limit) {
  std::vector<Portfolio> out;
  // Beginning with the reader's own and what is shared, not with everybody's.
  for (const auto& row :
       connection.query(std::string(kSelect) +
                            R"( WHERE p.id IN (SELECT m.id FROM portfolio m WHERE m.owner = ?1
                    UNION SELECT s.portfolio FROM portfolio_share s WHERE s.user_id IN (?1, '*'))
                  AND p.id > ?2 ORDER BY p.id LIMIT ?3)",
                        {access.user, after_id, static_cast<std::int64_t>(limit)}))
    out.push_back(read_portfolio(row, access.user));
  return out;
}

std::optional<Portfolio> portfolio(store::Connection& connection, const access::Access& access,
                                   std::string_view id) {
  const auto row = connection.first(
      std::string(kSelect) + " WHERE" + std::string(kReadable) + " AND p.id = ?2", {access.user, id});
  if (!row) return std::nullopt;
  return read_portfolio(*row, access.user);
}

std::vector<ListMember> list_members(store::Connection& connection, std::string_view portfolio) {
  std::vector<ListMember> out;
  for (const auto& row : connection.query(
           "SELECT organisation, weight FROM portfolio_member WHERE portfolio = ?1 ORDER BY organisation",
           {portfolio}))
    out.push_back({row.text(0), row.number(1)});
  return out;
}

std::vector<Share> shares(store::Connection& connection, std::string_view portfolio) {
  std::vector<Share> out;
  for (const auto& row : connection.query(
           "SELECT user_id, may_edit, since FROM portfolio_share WHERE portfolio = ?1 ORDER BY user_id",
           {portfolio}))
    out.push_back({row.text(0), row.truth(1), from_unix(row.number(2))});
  return out;
}

Result<Portfolio, Refused> create(store::Connection& connection, UtcTime now, const access::Access& access,
                                  Portfolio draft, const std::vector<ListMember>& members) {
  const auto owned = connection.first("SELECT count(*) FROM portfolio WHERE owner = ?1", {access.user});
  if (owned->number(0) >= static_cast<std::int64_t>(kMostPortfoliosEach) || members.size() > kMostMembers)
    return unexpected(Refused::too_many);
  draft.id = new_id();
  draft.owner = access.user;
  draft.created = now;
  draft.changed = now;
  draft.may_edit = true;
  for (const auto& member : members)
    if (!access.sees(member.organisation) || !register_has(connection, member.organisation))
      return unexpected(Refused::no_such_organisation);
  connection.execute(
      "INSERT INTO portfolio VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
      {draft.id, draft.owner, draft.name, draft.description, draft.form == Form::filter ? "filter" : "list",
       filter_text(draft), weight_words[static_cast<std::size_t>(draft.weight_by)], to_unix(now)});
  for (const auto& member : members)
    connection.execute(
        R"(INSERT INTO portfolio_member VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (organisation, portfolio) DO UPDATE SET weight = excluded.weight)",
        {member.organisation, draft.id, member.weight, to_unix(now), access.user});
  note(connection, now, access, "portfolio.create", {}, draft.id,
       {{"name", draft.name}, {"filter", filter_text(draft)}, {"members", members.size()}});
  return draft;
}

void update(store::Connection& connection, UtcTime now, const access::Access& access,
            const Portfolio& changed) {
  const auto before = portfolio(connection, access, changed.id);
  connection.execute(
      "UPDATE portfolio SET name = ?2, description = ?3, filter = ?4, weight_by = ?5, changed = ?6 WHERE id "
      "= ?1",
      {changed.id, changed.name, changed.description, filter_text(changed),
       weight_words[static_cast<std::size_t>(changed.weight_by)], to_unix(now)});
  json::object detail{{"name", changed.name}, {"filter", filter_text(changed)}};
  if (before) {
    detail["name_before"] = before->name;
    detail["filter_before"] = filter_text(*before);
  }
  note(connection, now, access, "portfolio.update", {}, changed.id, detail);
}

void remove(store::Connection& connection, UtcTime now, const access::Access& access,
            std::string_view portfolio) {
  connection.execute("DELETE FROM portfolio_member WHERE portfolio = ?1", {portfolio});
  connection.execute("DELETE FROM portfolio_share WHERE portfolio = ?1", {portfolio});
  connection.execute("DELETE FROM portfolio WHERE id = ?1", {portfolio});
  note(connection, now, access, "portfolio.remove", {}, portfolio, {});
}

Result<void, Refused> put_member(store::Connection& connection, UtcTime now, const access::Access& access,
                                 std::string_view portfolio, const ListMember& member) {
  if (!access.sees(member.organisation) || !register_has(connection, member.organisation))
    return unexpected(Refused::no_such_organisation);
  const auto count =
      connection.first("SELECT count(*) FROM portfolio_member WHERE portfolio = ?1", {portfolio});
  if (count->number(0) >= static_cast<std::int64_t>(kMostMembers)) return unexpected(Refused::too_many);
  connection.execute(
      R"(INSERT INTO portfolio_member VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (organisation, portfolio) DO UPDATE SET weight = excluded.weight)",
      {member.organisation, portfolio, member.weight, to_unix(now), access.user});
  touch(connection, now, portfolio);
  note(connection, now, access, "portfolio.member-put", member.organisation, portfolio,
       {{"weight", member.weight}});
  return {};
}

bool remove_member(store::Connection& connection, UtcTime now, const access::Access& access,
                   std::string_view portfolio, std::string_view organisation) {
  if (!access.sees(organisation)) return false;
  if (connection.execute("DELETE FROM portfolio_member WHERE portfolio = ?1 AND organisation = ?2",
                         {portfolio, organisation}) == 0)
    return false;
  touch(connection, now, portfolio);
  note(connection, now, access, "portfolio.member-remove", organisation, portfolio, {});
  return true;
}

Result<void, Refused> put_share(store::Connection& connection, UtcTime now, const access::Access& access,
                                std::string_view portfolio, const Share& share) {
  if (share.user != kEverybody &&
      !connection.first("SELECT 1 FROM account WHERE id = ?1 AND disabled IS NULL", {share.user}))
    return unexpected(Refused::no_such_user);
  const auto count =
      connection.first("SELECT count(*) FROM portfolio_share WHERE portfolio = ?1", {portfolio});
  if (count->number(0) >= static_cast<std::int64_t>(kMostShares)) return unexpected(Refused::too_many);
  connection.execute(
      R"(INSERT INTO portfolio_share VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (portfolio, user_id) DO UPDATE SET may_edit = excluded.may_edit)",
      {portfolio, share.user, share.may_edit, to_unix(now)});
  note(connection, now, access, "portfolio.share", {}, portfolio,
       {{"user", share.user}, {"may_edit", share.may_edit}});
  return {};
}

bool remove_share(store::Connection& connection, UtcTime now, const access::Access& access,
                  std::string_view portfolio, std::string_view user) {
  if (connection.execute("DELETE FROM portfolio_share WHERE portfolio = ?1 AND user_id = ?2",
                         {portfolio, user}) == 0)
    return false;
  note(connection, now, access, "portfolio.unshare", {}, portfolio, {{"user", user}});
  return true;
}

Members members_of(const Table& table, const Seen& seen, const Portfolio& portfolio,
                   const std::vector<ListMember>& listed) {
  std::vector<RowNumber> rows;
  std::map<RowNumber, std::int64_t> given;
  if (portfolio.form == Form::list) {
    for (const auto& member : listed)
      if (const auto row = table.find(member.organisation); row && seen.sees(*row))
        given[*row] = member.weight;
    for (const auto& [row, weight] : given) rows.push_back(row);
  } else {
    rows = matching(table, seen, portfolio.filter);
  }
  auto members = equal_members(seen, std::move(rows));
  if (portfolio.weight_by == WeightBy::one) return members;
  if (portfolio.weight_by == WeightBy::criticality) {
    if (const auto customer = table.find(portfolio.filter.suppliers_of))
      for (const auto& supply : table.suppliers[*customer]) given[supply.other] = supply.criticality;
  }
  members.weights.reserve(members.rows.size());
  for (const auto row : members.rows) {
    const auto known = [](std::uint32_t number) { return number == kNoNumber ? 0 : std::int64_t{number}; };
    std::int64_t weight = 1;
    if (portfolio.weight_by == WeightBy::inhabitants) {
      weight = known(table.population[row]);
    } else if (portfolio.weight_by == WeightBy::employees) {
      weight = known(table.employees[row]);
    } else if (const auto at = given.find(row); at != given.end()) {
      weight = at->second;
    }
    members.weights.push_back(weight);
  }
  return members;
}

void keep_history(store::Connection& connection, UtcTime now) {
  const auto day = day_of(now);
  connection.execute(R"(INSERT INTO standing_past (organisation, day, score_cp, grade, coverage)
SELECT s.organisation, ?1, s.score_cp, s.grade, s.coverage FROM standing s
WHERE NOT EXISTS (SELECT 1 FROM standing_past p WHERE p.organisation = s.organisation
    AND p.day = (SELECT max(q.day) FROM standing_past q WHERE q.organisation = s.organisation AND q.day <= ?1)
    AND p.score_cp = s.score_cp AND p.grade = s.grade)
ON CONFLICT (organisation, day) DO UPDATE
  SET score_cp = excluded.score_cp, grade = excluded.grade, coverage = excluded.coverage)",
                     {day});
  // Of the weeks that have grown old, only how each ended. Days 6, 13, 20... end a week.
  connection.execute(R"(DELETE FROM standing_past WHERE day <= ?1 AND day > ?1 - 21 AND EXISTS (
  SELECT 1 FROM standing_past later WHERE later.organisation = standing_past.organisation
    AND later.day > standing_past.day AND later.day / 7 = standing_past.day / 7 AND later.day <= ?1))",
                     {day - kDailyDays});
  connection.execute(R"(INSERT INTO trouble_past (organisation, day, gated, overdue_since)
SELECT s.organisation, ?1, s.gated, s.since FROM (SELECT organisation,
    CASE WHEN gate <> '' THEN 1 ELSE 0 END AS gated,
    CASE WHEN overdue_days > 0 THEN measured / 86400 - overdue_days ELSE 0 END AS since FROM standing) s
WHERE NOT EXISTS (SELECT 1 FROM trouble_past p WHERE p.organisation = s.organisation
    AND p.day = (SELECT max(q.day) FROM trouble_past q WHERE q.organisation = s.organisation AND q.day <= ?1)
    AND p.gated = s.gated AND p.overdue_since = s.since)
ON CONFLICT (organisation, day) DO UPDATE
  SET gated = excluded.gated, overdue_since = excluded.overdue_since)",
                     {day});
  connection.execute(R"(DELETE FROM trouble_past WHERE day <= ?1 AND day > ?1 - 21 AND EXISTS (
  SELECT 1 FROM trouble_past later WHERE later.organisation = trouble_past.organisation
    AND later.day > trouble_past.day AND later.day / 7 = trouble_past.day / 7 AND later.day <= ?1))",
                     {day - kDailyDays});
  connection.execute(
      "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {kHistoryKept, std::to_string(to_unix(now))});
  store::append_event(connection, now, "history-kept", {}, json::serialize(json::object{{"day", day}}));
}

Portfolios::Portfolios(std::shared_ptr<store::Sql> sql)
    : sql_(std::move(sql)), histories_(kHistoryBytes), groups_(kGroupBytes) {
  sql_->read([&](store::Connection& connection) { columns_.load(connection); });
}

template <class Answer, class Compute>
std::shared_ptr<const Answer> Portfolios::remembered(const View& view, const Seen& seen,
                                                     const std::string& question, Compute compute) {
  const auto alike = seen.everything_alike();
  if (!alike) return std::make_shared<const Answer>(compute());
  const auto key = json::serialize(json::array{static_cast<int>(*alike), seen.authority(), question});
  {
    const std::scoped_lock lock(remembering_);
    if (remembered_version_ != view->version) remembered_.clear();
    remembered_version_ = view->version;
    if (const auto known = remembered_.find(key); known != remembered_.end())
      return std::static_pointer_cast<const Answer>(known->second);
  }
  auto made = std::make_shared<const Answer>(compute());
  const std::scoped_lock lock(remembering_);
  // A view that is held is of one version, but another reader may have gone on meanwhile.
  if (remembered_version_ == view->version && remembered_.size() < kMostRemembered)
    remembered_.emplace(key, made);
  return made;
}

std::shared_ptr<const Breakdown> Portfolios::breakdown(const View& view, const Seen& seen,
                                                       const Filter& filter, Dimension dimension) {
  const auto question =
      json::serialize(json::array{"breakdown", json::string(word(dimension)), write_filter(filter)});
  return remembered<Breakdown>(view, seen, question, [&] {
    return breakdown_of(*view, equal_members(seen, matching(*view, seen, filter)), dimension,
                        seen.authority());
  });
}

std::shared_ptr<const Issues> Portfolios::issues(const View& view, const Seen& seen, const Filter& filter,
                                                 std::size_t most) {
  const auto question = json::serialize(json::array{"issues", most, write_filter(filter)});
  return remembered<Issues>(view, seen, question,
                            [&] { return issues_of(*view, seen, matching(*view, seen, filter), most); });
}

std::shared_ptr<const IssueHistory> Portfolios::issue_history(const View& view, const Seen& seen,
                                                              const Filter& filter, IssueDays days,
                                                              std::size_t most) {
  const auto question = json::serialize(
      json::array{"issue history", days.from, days.to, days.today, most, write_filter(filter)});
  return remembered<IssueHistory>(view, seen, question, [&] {
    return issue_history_of(*view, seen, matching(*view, seen, filter), days, most);
  });
}

std::shared_ptr<const Movers> Portfolios::movers(const View& view, const Seen& seen, const Filter& filter,
                                                 std::int64_t today, std::int64_t days, std::size_t most) {
  const auto question = json::serialize(json::array{"movers", today, days, most, write_filter(filter)});
  return remembered<Movers>(view, seen, question, [&] {
    return movers_of(*view, matching(*view, seen, filter), today, days, most);
  });
}

std::shared_ptr<const PastAnswer> Portfolios::history_of_question(
    const View& view, const Seen& seen, const access::Access& reader, const std::string& question,
    std::optional<Dimension> dimension, bool follows, std::int64_t from_day, std::int64_t to_day,
    const std::function<Members()>& members) {
  const auto alike = seen.everything_alike();
  // For those who see everything alike, the members follow from the columns.
  const bool certain = follows && alike.has_value();
  std::optional<Members> made;
  if (!certain) {
    made = members();
    if (made->rows.size() < kFewMembers) {
      auto out = std::make_shared<PastAnswer>();
      if (dimension) {
        out->cells = breakdown_history_of(*view, *made, *dimension, seen.authority(), from_day, to_day);
      } else {
        out->points = history_of(*view, *made, seen.authority(), from_day, to_day);
      }
      return out;
    }
  }
  const auto key = json::serialize(json::array{
      question,
      certain ? json::string(std::to_string(static_cast<int>(*alike))) : json::string("of " + reader.user),
      seen.authority()});
  return histories_.with(
      key, [&] { return PastAnswers(seen.authority(), dimension); },
      [&](PastAnswers& kept) {
        return kept.ask(*view, {from_day, to_day, certain},
                        [&] { return made ? std::move(*made) : members(); });
      });
}

std::shared_ptr<const PastAnswer> Portfolios::history(const View& view, const Seen& seen,
                                                      const access::Access& reader,
                                                      const Portfolio& portfolio,
                                                      const std::vector<ListMember>& listed,
                                                      std::int64_t from_day, std::int64_t to_day) {
  const bool follows = portfolio.form == Form::filter && portfolio.weight_by != WeightBy::given;
  const auto question =
      json::serialize(json::array{follows ? std::string() : portfolio.id,
                                  json::string(weight_words[static_cast<std::size_t>(portfolio.weight_by)]),
                                  write_filter(portfolio.filter)});
  return history_of_question(view, seen, reader, question, std::nullopt, follows, from_day, to_day,
                             [&] { return members_of(*view, seen, portfolio, listed); });
}

std::shared_ptr<const PastAnswer> Portfolios::breakdown_history(const View& view, const Seen& seen,
                                                                const access::Access& reader,
                                                                const Filter& filter, Dimension dimension,
                                                                std::int64_t from_day, std::int64_t to_day) {
  const auto question = json::serialize(json::array{json::string(word(dimension)), write_filter(filter)});
  return history_of_question(view, seen, reader, question, dimension, true, from_day, to_day,
                             [&] { return Members{matching(*view, seen, filter), {}}; });
}

std::optional<followup::Counted> Portfolios::count_findings(const View& view, const Seen& seen,
                                                            const followup::Filter& filter,
                                                            followup::Grouping by, UtcTime now) {
  if (!FindingGroups::answers(filter, by)) return std::nullopt;
  if (!seen.sees_all(access::Detail::findings)) {
    const auto rows = seen.granted_rows(access::Detail::findings);
    // Few are asked of the database as quickly.
    if (rows.size() < kFewReadBySql) return std::nullopt;
    FindingGroups once(filter, by);
    return once.count_rows(*view, rows, now);
  }
  const auto key = json::serialize(json::array{static_cast<int>(by), followup::write_filter(filter)});
  return groups_.with(
      key, [&] { return FindingGroups(filter, by); },
      [&](FindingGroups& kept) { return kept.count(*view, now); });
}

View Portfolios::view() {
  columns_.catch_up(*sql_);
  return columns_.view();
}

void Portfolios::tick(UtcTime now) {
  while (leanings_wait(*sql_) && follow_leanings(*sql_, now, kLeaningsAtOnce) == kLeaningsAtOnce) {
  }
  const auto due = [&](store::Connection& connection) {
    const auto kept = connection.first("SELECT value FROM setting WHERE name = ?1", {kHistoryKept});
    return !kept || std::stoll(kept->text(0)) / kHistoryEvery < to_unix(now) / kHistoryEvery;
  };
  if (sql_->read(due)) {
    sql_->write([&](store::Connection& connection) {
      if (due(connection)) keep_history(connection, now);
    });
  }
  columns_.catch_up(*sql_);
}

}  // namespace utsyn::portfolio
