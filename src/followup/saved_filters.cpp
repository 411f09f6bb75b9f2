#include "followup/saved_filters.h"

#include <boost/json.hpp>

#include "base/id.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;

SavedFilter filter_of(const store::Row& row) {
  SavedFilter out{row.text(0), row.number(1), row.text(2), row.text(3), from_unix(row.number(4)), {}};
  if (const auto removed = row.maybe_number(5)) out.removed = from_unix(*removed);
  return out;
}

std::vector<SavedFilter> filters_of(const std::vector<store::Row>& rows) {
  std::vector<SavedFilter> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(filter_of(row));
  return out;
}

void insert(store::Connection& connection, std::string_view owner, const SavedFilter& filter) {
  connection.execute(
      "INSERT INTO saved_filter (owner, id, version, name, filter, saved) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {owner, filter.id, filter.version, filter.name, filter.filter, to_unix(filter.saved)});
}

void audit(store::Connection& connection, const store::Actor& actor, std::string_view action,
           const SavedFilter& filter, UtcTime now) {
  store::append_audit(
      connection, now, actor, action, "", filter.id,
      json::serialize(json::object{
          {"name", filter.name}, {"version", filter.version}, {"filter", json::parse(filter.filter)}}));
}

std::optional<SavedFilter> latest(store::Connection& connection, std::string_view owner,
                                  std::string_view id) {
  auto versions = versions_of_filter(connection, owner, id);
  if (versions.empty() || versions.front().removed) return std::nullopt;
  return std::move(versions.front());
}

}  // namespace

std::vector<SavedFilter> saved_filters(store::Connection& connection, std::string_view owner) {
  return filters_of(connection.query(R"(SELECT id, version, name, filter, saved, removed FROM saved_filter s
      WHERE owner = ?1 AND removed IS NULL
        AND version = (SELECT max(version) FROM saved_filter l WHERE l.owner = s.owner AND l.id = s.id)
      ORDER BY name, id)",
                                     {owner}));
}

std::vector<SavedFilter> versions_of_filter(store::Connection& connection, std::string_view owner,
                                            std::string_view id) {
  return filters_of(connection.query(R"(SELECT id, version, name, filter, saved, removed FROM saved_filter
      WHERE owner = ?1 AND id = ?2 ORDER BY version DESC)",
                                     {owner, id}));
}

std::optional<SavedFilter> save_filter(store::Connection& connection, const store::Actor& actor,
                                       std::string_view owner, std::string_view name, std::string_view filter,
                                       UtcTime now) {
  if (saved_filters(connection, owner).size() >= kMostSavedFilters) return std::nullopt;
  SavedFilter out{new_id(), 1, std::string(name), std::string(filter), now, {}};
  insert(connection, owner, out);
  audit(connection, actor, "filter.save", out, now);
  return out;
}

std::optional<SavedFilter> change_filter(store::Connection& connection, const store::Actor& actor,
                                         std::string_view owner, std::string_view id, std::string_view name,
                                         std::string_view filter, UtcTime now) {
  auto out = latest(connection, owner, id);
  if (!out) return std::nullopt;
  ++out->version;
  out->name = name;
  out->filter = filter;
  out->saved = now;
  insert(connection, owner, *out);
  audit(connection, actor, "filter.change", *out, now);
  return out;
}

bool remove_filter(store::Connection& connection, const store::Actor& actor, std::string_view owner,
                   std::string_view id, UtcTime now) {
  const auto filter = latest(connection, owner, id);
  if (!filter) return false;
  connection.execute("UPDATE saved_filter SET removed = ?4 WHERE owner = ?1 AND id = ?2 AND version = ?3",
                     {owner, id, filter->version, to_unix(now)});
  audit(connection, actor, "filter.remove", *filter, now);
  return true;
}

}  // namespace utsyn::followup
