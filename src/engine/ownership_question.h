// The look for a proof of ownership as a coroutine, for those who have a network of their own.
#pragma once

#include "engine/ownership.h"
#include "probe/dns.h"
#include "probe/tls.h"

namespace utsyn::engine {

// As ask_ownership(). What `resolver` has kept from before counts: give it a new one for a look at this
// moment.
probe::Task<OwnershipSeen> look_for_ownership(probe::Network& network, probe::Resolver& resolver,
                                              const probe::TrustStore& trust, std::string domain,
                                              std::string token);

}  // namespace utsyn::engine
