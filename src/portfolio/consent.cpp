#include "portfolio/consent.h"

#include <algorithm>
#include <boost/json.hpp>

#include "access/consents.h"
#include "base/id.h"
#include "store/events.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;

constexpr std::string_view kSelect =
    R"(SELECT organisation, id, scope, recipient, given_by, recorded_by, from_time, until_time, recorded,
  withdrawn, coalesce(withdrawn_by, ''), body, way FROM consent WHERE organisation = ?1)";

std::optional<UtcTime> maybe_time(const std::optional<std::int64_t>& seconds) {
  if (!seconds) return std::nullopt;
  return from_unix(*seconds);
}

Consent read_consent(const store::Row& row) {
  return {row.text(0),
          row.text(1),
          scope_named(row.text(2)).value_or(Scope::comparison),
          row.text(3),
          row.text(4),
          row.text(5),
          from_unix(row.number(6)),
          maybe_time(row.maybe_number(7)),
          from_unix(row.number(8)),
          maybe_time(row.maybe_number(9)),
          row.text(10),
          row.text(11),
          row.text(12) == way_words[static_cast<std::size_t>(Way::own)] ? Way::own : Way::paper};
}

std::string_view word(Scope scope) { return scope_words[static_cast<std::size_t>(scope)]; }

}  // namespace

std::optional<Scope> scope_named(std::string_view named) {
  const auto at = std::ranges::find(scope_words, named);
  if (at == scope_words.end()) return std::nullopt;
  return static_cast<Scope>(at - scope_words.begin());
}

For Consent::who() const {
  if (body.empty()) return For::words;
  return body == access::kAnyBody ? For::any : For::body;
}

std::vector<Consent> consents(store::Connection& connection, std::string_view organisation) {
  std::vector<Consent> out;
  for (const auto& row :
       connection.query(std::string(kSelect) + " ORDER BY recorded DESC, id LIMIT 500", {organisation}))
    out.push_back(read_consent(row));
  return out;
}

std::optional<Consent> consent(store::Connection& connection, std::string_view organisation,
                               std::string_view id) {
  const auto row = connection.first(std::string(kSelect) + " AND id = ?2", {organisation, id});
  if (!row) return std::nullopt;
  return read_consent(*row);
}

Consent give(store::Connection& connection, UtcTime now, const access::Access& access, Consent draft) {
  draft.id = new_id();
  draft.recorded = now;
  draft.recorded_by = access.user;
  std::optional<std::int64_t> until;
  if (draft.until) until = to_unix(*draft.until);
  const auto way = way_words[static_cast<std::size_t>(draft.way)];
  connection.execute(
      "INSERT INTO consent (organisation, id, scope, recipient, given_by, recorded_by, from_time, "
      "until_time, "
      "recorded, body, way) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {draft.organisation, draft.id, word(draft.scope), draft.recipient, draft.given_by, draft.recorded_by,
       to_unix(draft.from), until, to_unix(now), draft.body, way});
  store::append_audit(connection, now, access.actor, "consent.give", draft.organisation, draft.id,
                      json::serialize(json::object{
                          {"scope", word(draft.scope)},
                          {"recipient", draft.recipient},
                          {"body", draft.body},
                          {"given_by", draft.given_by},
                          {"way", way},
                          {"from", format_time(draft.from)},
                          {"until", draft.until ? json::value(format_time(*draft.until)) : json::value()}}));
  store::append_event(connection, now, "consent-given", draft.organisation,
                      json::serialize(json::object{{"consent", draft.id}, {"scope", word(draft.scope)}}));
  return draft;
}

bool withdraw(store::Connection& connection, UtcTime now, const access::Access& access,
              std::string_view organisation, std::string_view id) {
  if (connection.execute(
          "UPDATE consent SET withdrawn = ?3, withdrawn_by = ?4 WHERE organisation = ?1 AND id = ?2 AND "
          "withdrawn IS NULL",
          {organisation, id, to_unix(now), access.user}) == 0)
    return false;
  const auto ended = consent(connection, organisation, id);
  store::append_audit(
      connection, now, access.actor, "consent.withdraw", organisation, id,
      json::serialize(json::object{
          {"scope", word(ended->scope)}, {"recipient", ended->recipient}, {"body", ended->body}}));
  store::append_event(connection, now, "consent-withdrawn", organisation,
                      json::serialize(json::object{{"consent", id}}));
  return true;
}

}  // namespace utsyn::portfolio
