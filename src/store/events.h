// Events and the audit log, appended inside the transaction of what they tell of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::store {

// Kinds used so far: measured, score-changed, finding-opened, finding-closed, finding-reopened,
// finding-changed, asset-found, asset-changed, asset-gone (save.cpp: a measurement or a rescore),
// treatment-changed, comment-added, assigned, job-changed, organisation-changed, alert-sent...
struct Event {
  std::int64_t number = 0;
  UtcTime time{};
  std::string kind;
  std::string organisation;  // empty: concerns none
  std::string data;          // a JSON object
};

// Call inside Sql::write(). Returns its number.
std::int64_t append_event(Connection& connection, UtcTime time, std::string_view kind,
                          std::string_view organisation, std::string_view data_json);
// The events after `number`, oldest first, at most `limit`.
std::vector<Event> events_after(Connection& connection, std::int64_t number, std::size_t limit);
std::int64_t last_event(Connection& connection);

struct AuditEntry {
  std::int64_t number = 0;
  UtcTime time{};
  std::string actor;         // user id, token id, "system" or "command-line"
  std::string address;       // of the client; empty for the system
  std::string action;        // "finding.accept", "user.create"...
  std::string organisation;  // empty: concerns none
  std::string object;        // id of what was acted on
  std::string detail;        // a JSON object: before, after, reason, effect on the score
  std::string previous;      // hash of the entry before, empty for the first
  std::string hash;          // SHA-256, hex
};

// Who acts, carried from the request to every change. `address` is the client's.
struct Actor {
  std::string id = "system";
  std::string address;
};

// Call inside Sql::write(), in the transaction of the change itself.
void append_audit(Connection& connection, UtcTime time, const Actor& actor, std::string_view action,
                  std::string_view organisation, std::string_view object, std::string_view detail_json);
// The number of the first entry whose hash or link is wrong; nothing when the chain is whole.
std::optional<std::int64_t> first_broken_audit_entry(Connection& connection);

}  // namespace utsyn::store
