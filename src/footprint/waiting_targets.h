// Targets whose owner is not sure enough to be measured (methodology.md section 13: attribution or proof).
// What a supplier's seat adds, and what anybody but the register's keeper adds that another organisation has,
// waits: nothing is asked of it, nobody reads anything of it, and it is in no score, until a proof of
// ownership holds or an administrator confirms it. The answer is the same whether another has the name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "store/sql.h"

namespace utsyn::footprint {

struct WaitingTarget {
  std::string organisation;
  std::string organisation_name;
  std::string kind;  // domain, host
  std::string name;
  bool refused = false;
  UtcTime asked{};
  std::string asked_by;
  std::optional<UtcTime> answered;
  std::string answered_by;
  std::string answer;
};

// Other organisations of the register that have the name, one above it or one below it: as a target, or as an
// asset that they have said is theirs. Id and name; at most `most`. For those who see everybody, and for the
// decision whether a name waits; nobody else is told.
using Holders = std::vector<std::pair<std::string, std::string>>;
Holders holders(store::Connection& connection, std::string_view organisation, std::string_view name,
                std::size_t most = 10);

// Whether a name that `access` adds to the organisation has to wait.
bool has_to_wait(store::Connection& connection, UtcTime now, const access::Access& access,
                 std::string_view organisation, std::string_view name);

// Of one organisation, refused ones too; by kind and name.
std::vector<WaitingTarget> waiting_targets(store::Connection& connection, std::string_view organisation);
// Under which a host may wait as well.
bool under_waiting_domain(store::Connection& connection, std::string_view organisation,
                          std::string_view host);

// Puts it among those that wait; one that was refused waits again.
void let_wait(store::Connection& connection, UtcTime now, const access::Access& access,
              std::string_view organisation, std::string_view kind, std::string_view name);
// Takes it, and the hosts that wait under it, away again. False when it did not wait.
bool withdraw(store::Connection& connection, UtcTime now, const access::Access& access,
              std::string_view organisation, std::string_view kind, std::string_view name,
              std::string_view reason);

// A proof of ownership was found: what waits or was refused under the domain becomes a target.
void admit_proved(store::Connection& connection, UtcTime now, const access::Access& access,
                  std::string_view organisation, std::string_view domain);
// The administrator's word, with a reason. A domain that is confirmed takes the hosts along that wait under
// it.
void answer_waiting(store::Connection& connection, UtcTime now, const access::Access& access,
                    std::string_view organisation, std::string_view kind, std::string_view typed,
                    bool confirmed, std::string_view reason);

// What waits for an administrator, of all organisations whose findings are seen, the oldest first.
struct WaitingList {
  std::vector<WaitingTarget> items;
  std::vector<std::string> next_after;
};
WaitingList all_waiting(store::Connection& connection, const access::Access& access, std::size_t limit,
                        const std::vector<std::string>& after);

}  // namespace utsyn::footprint
