// The audit entry and the event of a change, as one step: nothing in the register changes without both.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "access/access.h"
#include "footprint/effect.h"
#include "store/events.h"

namespace utsyn::footprint {

// `detail` goes into the audit log; the event says what was done to what, for those who may see the findings
// of the organisation.
inline void tell(store::Connection& connection, UtcTime now, const access::Access& access,
                 std::string_view action, std::string_view event, std::string_view organisation,
                 std::string_view object, const boost::json::object& detail) {
  store::append_audit(connection, now, access.actor, action, organisation, object,
                      boost::json::serialize(detail));
  store::append_event(connection, now, event, organisation,
                      boost::json::serialize(boost::json::object{{"action", action}, {"object", object}}));
}

inline boost::json::value effect_json(const std::optional<Effect>& effect) {
  if (!effect) return nullptr;
  return boost::json::object{{"before_cp", effect->before_cp}, {"after_cp", effect->after_cp}};
}

// Who is behind the request: a token acts for its user, and cannot be its own second person.
inline const std::string& person(const access::Access& access) {
  return access.user.empty() ? access.actor.id : access.user;
}

}  // namespace utsyn::footprint
