// May the resolver be believed? Everything we know of an organisation's names comes through it, and what it
// makes up or denies would be put at the organisation's door. So it is asked for what cannot exist and for
// what must, and where it denies a record, the zone's own servers are asked.
#pragma once

#include <cstdint>
#include <string>

#include "probe/dns.h"

namespace utsyn::probe {

enum class ResolverFault : std::uint8_t {
  none,     // or it did not answer, which other questions tell
  invents,  // an address for a name that cannot exist
  denies    // the root or a top level has no name servers, it says
};
Task<ResolverFault> try_resolver(Visit& visit, Resolver& resolver, std::string domain);

// Denials of the domain's own records that its name servers contradict become Unseen::contradicted; where the
// resolver has found no record of that type anywhere, its other denials of the type are not believed either.
Task<void> doubt_denials(Visit& visit, Resolver& resolver, std::string domain, DnsAnswers& bag);

}  // namespace utsyn::probe
