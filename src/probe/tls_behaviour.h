// How a server behaves beyond which suites it takes: what it answers to single extensions, to odd hellos, and
// to a hello without its name. Each question is one hello; questions that do not disturb each other share
// one.
#pragma once

#include <functional>
#include <vector>

#include "probe/tls_enumerate.h"

namespace utsyn::probe {

// Everything known of one endpoint while it is being asked.
struct TlsInquiry {
  HelloAsker& asker;
  Sightings& seen;
  std::vector<VersionSet>& versions;  // oldest first, SSLv3 to TLS 1.3
  TlsEndpoint& out;

  const VersionSet* version(std::uint16_t number) const;
  const VersionSet* newest() const;           // offered
  const VersionSet* newest_below_13() const;  // offered
};

// The questions that arise, as jobs that may run side by side.
std::vector<std::function<Task<void>()>> behaviour_jobs(TlsInquiry& inquiry);
// The few that a mail server is asked.
std::vector<std::function<Task<void>()>> mail_behaviour_jobs(TlsInquiry& inquiry);
// What the enumeration has already shown.
void read_behaviour_from_enumeration(TlsInquiry& inquiry);

}  // namespace utsyn::probe
