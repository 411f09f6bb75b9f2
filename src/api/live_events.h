// GET /api/v1/events: what happens, as it happens, as server-sent events (the HTML standard, section 9.2),
// and only what the reader may see.
#pragma once

#include "api/context.h"
#include "api/route.h"

namespace utsyn::api {

// How much of an organisation one must see to be told of an event of this kind. A kind that is not known here
// takes the most.
access::Detail detail_for_event(std::string_view kind);

// May this reader be told? Events of no organisation are the service's own: for those who manage it.
bool may_be_told(const access::Access& access, const store::Event& event);

Response live_events(Context& context, const Request& request);

}  // namespace utsyn::api
