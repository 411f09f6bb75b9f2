// The footprint of an organisation as people see and decide it: assets with why, confidence, state and value;
// proof of ownership; and the target that measuring gets from all of it. Decisions are added, never changed,
// and take hold at the next measurement.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/time.h"
#include "footprint/effect.h"
#include "footprint/footprint.h"
#include "footprint/refused.h"
#include "store/sql.h"

namespace utsyn::footprint {

// proposed: found by measuring, nobody has said anything. added: by hand.
enum class AssetState { proposed, confirmed, rejected, added };
BOOST_DESCRIBE_ENUM(AssetState, proposed, confirmed, rejected, added)

struct Decision {
  AssetState state = AssetState::proposed;
  std::string reason;
  std::string evidence;  // what a person points to, or the id of a record
  UtcTime decided{};
  std::string decided_by;
  std::optional<Effect> effect;
};

enum class ValueState { in_force, waiting, refused };
BOOST_DESCRIBE_ENUM(ValueState, in_force, waiting, refused)

struct ValueDecision {
  std::int64_t number = 0;
  int value = 100;
  int measured = 100;
  ValueState state = ValueState::in_force;
  bool lowered = false;  // needs a second person
  std::string reason;
  UtcTime asked{};
  std::string asked_by;
  std::optional<UtcTime> answered;
  std::string answered_by;
  std::string answer;
  std::optional<Effect> effect;
};

struct InventoryAsset {
  store::Asset asset;  // value: the one in force
  int measured = 100;  // value by the rules
  int confidence = 0;
  AssetState state = AssetState::proposed;
  bool candidate = false;             // not sure enough to be scored
  bool present = false;               // seen by the latest measurement
  std::optional<UtcTime> first_seen;  // nothing: added, not measured yet
  std::optional<UtcTime> last_seen;
  std::optional<Decision> decision;      // the latest
  std::optional<ValueDecision> waiting;  // a lower value that waits for a second person
};

struct Inventory {
  std::vector<InventoryAsset> items;
  std::vector<std::string> next_after;
};
// By id. What is gone is listed with present = false when `gone` asks for it; rejected ones always.
Inventory inventory(store::Connection& connection, std::string_view organisation,
                    std::optional<AssetState> state, bool gone, std::size_t limit,
                    const std::vector<std::string>& after);
std::optional<InventoryAsset> inventory_asset(store::Connection& connection, std::string_view organisation,
                                              std::string_view asset);
std::vector<Decision> decisions_about(store::Connection& connection, std::string_view organisation,
                                      std::string_view asset);
std::vector<ValueDecision> values_of(store::Connection& connection, std::string_view organisation,
                                     std::string_view asset);

// confirmed, rejected (with a reason and what shows it), or proposed: the decision is taken back. A domain
// that measuring starts from is no matter of opinion: it is removed from the targets instead.
std::optional<Effect> decide(store::Connection& connection, UtcTime now, const access::Access& access,
                             std::string_view organisation, std::string_view asset, AssetState state,
                             std::string_view reason, std::string_view evidence);
// A host added by hand: a target and a decision; refused while the name would have to wait. Returns the
// asset's id; `host` becomes what is kept.
std::string add_asset(store::Connection& connection, UtcTime now, const access::Access& access,
                      std::string_view organisation, std::string& host, std::string_view reason);
// Raised at once; lowered when another person, who may approve, has said so.
ValueDecision set_value(store::Connection& connection, UtcTime now, const access::Access& access,
                        std::string_view organisation, std::string_view asset, std::int64_t value,
                        std::string_view reason);
ValueDecision answer_value(store::Connection& connection, UtcTime now, const access::Access& access,
                           std::string_view organisation, std::string_view asset, bool approved,
                           std::string_view answer);

// Rejected assets that are nobody's, newest first: the queue of the sector authority.
struct Ownerless {
  std::string organisation;
  std::string name;  // of the organisation
  std::string asset;
  std::int64_t number = 0;
  Decision decision;
};
struct OwnerlessList {
  std::vector<Ownerless> items;
  std::vector<std::string> next_after;
};
OwnerlessList ownerless(store::Connection& connection, const access::Access& access, std::size_t limit,
                        const std::vector<std::string>& after);

// Proof of ownership of a domain: a TXT record at _utsyn-challenge.DOMAIN that says "utsyn-challenge=TOKEN",
// or a file https://DOMAIN/.well-known/utsyn-challenge that holds TOKEN. The token is the organisation's and
// the domain's alone, and stays the same when asked for again.
struct Ownership {
  std::string domain;
  std::string token;
  UtcTime asked{};
  std::string asked_by;
  std::optional<UtcTime> checked;
  std::optional<UtcTime> proved;  // holds for a year
  std::string method;             // dns, file; empty: not proved
  std::string evidence;           // JSON: what was seen at the last check
};
inline constexpr std::chrono::days kProofHolds{365};
bool holds(const Ownership& ownership, UtcTime now);
std::vector<Ownership> ownerships(store::Connection& connection, std::string_view organisation);
std::optional<Ownership> ownership(store::Connection& connection, std::string_view organisation,
                                   std::string_view domain);
Ownership ask_for_proof(store::Connection& connection, UtcTime now, const access::Access& access,
                        std::string_view organisation, std::string_view domain);
// What a check came to; `found_by` empty: no proof was found, and one that held ends. None: it could not be
// looked for, and what held goes on holding. What waits under the domain becomes a target with it.
Ownership record_proof(store::Connection& connection, UtcTime now, const access::Access& access,
                       std::string_view organisation, std::string_view domain,
                       std::optional<std::string_view> found_by, std::string_view evidence_json);

Decisions decisions_of(store::Connection& connection, std::string_view organisation, UtcTime now);

// Where to start and what was decided; nothing when there is nothing to measure: unknown, removed, or without
// a domain.
std::optional<Target> target_of(store::Connection& connection, std::string_view organisation, UtcTime now);

}  // namespace utsyn::footprint
