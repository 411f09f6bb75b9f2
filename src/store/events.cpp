#include "store/events.h"

#include "base/hash.h"

namespace utsyn::store {
namespace {

// Each part with its length before it, so that no two rows read the same.
std::string hash_of(const AuditEntry& entry) {
  std::string covered;
  const auto add = [&](std::string_view part) {
    covered += std::to_string(part.size()) + ":";
    covered += part;
  };
  add(entry.previous);
  add(std::to_string(entry.number));
  add(std::to_string(to_unix(entry.time)));
  for (const auto& part :
       {entry.actor, entry.address, entry.action, entry.organisation, entry.object, entry.detail})
    add(part);
  return sha256_hex(covered);
}

}  // namespace

std::int64_t append_event(Connection& connection, UtcTime time, std::string_view kind,
                          std::string_view organisation, std::string_view data_json) {
  return connection
      .query(R"(INSERT INTO event (number, time, kind, organisation, data)
                SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4 FROM event RETURNING number)",
             {to_unix(time), kind, organisation, data_json})
      .at(0)
      .number(0);
}

std::vector<Event> events_after(Connection& connection, std::int64_t number, std::size_t limit) {
  std::vector<Event> out;
  for (const auto& row :
       connection.query(R"(SELECT number, time, kind, organisation, data FROM event WHERE number > ?1
                           ORDER BY number LIMIT ?2)",
                        {number, static_cast<std::int64_t>(limit)}))
    out.push_back({row.number(0), from_unix(row.number(1)), row.text(2), row.text(3), row.text(4)});
  return out;
}

std::int64_t last_event(Connection& connection) {
  return connection.query("SELECT coalesce(max(number), 0) FROM event").at(0).number(0);
}

void append_audit(Connection& connection, UtcTime time, const Actor& actor, std::string_view action,
                  std::string_view organisation, std::string_view object, std::string_view detail_json) {
  AuditEntry entry;
  if (const auto last = connection.first("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")) {
    entry.number = last->number(0);
    entry.previous = last->text(1);
  }
  ++entry.number;
  entry.time = time;
  entry.actor = actor.id;
  entry.address = actor.address;
  entry.action = action;
  entry.organisation = organisation;
  entry.object = object;
  entry.detail = detail_json;
  entry.hash = hash_of(entry);
  connection.execute(
      R"(INSERT INTO audit (number, time, actor, address, action, organisation, object, detail, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))",
      {entry.number, to_unix(entry.time), entry.actor, entry.address, entry.action, entry.organisation,
       entry.object, entry.detail, entry.previous, entry.hash});
}

std::optional<std::int64_t> first_broken_audit_entry(Connection& connection) {
  std::optional<std::int64_t> broken;
  std::string previous;
  std::int64_t expected = 1;
  connection.each(
      R"(SELECT number, time, actor, address, action, organisation, object, detail, previous, hash
         FROM audit ORDER BY number)",
      {}, [&](const Row& row) {
        const AuditEntry entry{row.number(0), from_unix(row.number(1)),
                               row.text(2),   row.text(3),
                               row.text(4),   row.text(5),
                               row.text(6),   row.text(7),
                               row.text(8),   row.text(9)};
        if (entry.number != expected || entry.previous != previous || entry.hash != hash_of(entry)) {
          broken = expected;
          return false;
        }
        previous = entry.hash;
        ++expected;
        return true;
      });
  return broken;
}

}  // namespace utsyn::store
