// What a store that came out of a backup must not do once more: log in who was shut out since, send what was
// sent since, measure what somebody waited for then.
#pragma once

#include "base/time.h"
#include "store/sql.h"

namespace utsyn::app {

struct Settled {
  std::int64_t sessions = 0;    // ended
  std::int64_t links = 0;       // one-time links, taken away
  std::int64_t deliveries = 0;  // pending or under way: uncertain now, and shown as such
  std::int64_t jobs = 0;        // queued or under way, taken away; the schedule asks anew
  // What cannot be known, and is left as it was: who was disabled or whose token was revoked since.
  std::int64_t users = 0;
  std::int64_t tokens = 0;  // that are good
};
// With an audit entry, where there are users.
Settled settle_restored(store::Sql& sql, UtcTime now, UtcTime backed_up);

}  // namespace utsyn::app
