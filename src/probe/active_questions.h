// The active questions of the full profile: what no visitor asks, asked only of hosts whose owner has proved
// the domain and wants it (docs/decisions/0005-full-profile.md). Who may be asked is not decided here.
//
// All of them prove a fault with as little as shows it, and keep counts of what a faulty server gives away,
// never the thing itself. What is silent, breaks off or cannot be read stays unseen.
#pragma once

#include <string>

#include "evidence/active.h"
#include "probe/mail.h"
#include "probe/network.h"
#include "probe/tls.h"

namespace utsyn::probe {

// AXFR without a key (RFC 5936): reads until a second record is there, at most a few messages, and hangs up.
Task<ActiveNameServer> probe_zone_transfer(Visit& visit, std::string zone, std::string name, Endpoint server);

// Heartbleed, early ChangeCipherSpec, renegotiation without RFC 5746, and the answers to RSA padding.
// `known` is what the core questions have shown of the endpoint: nothing is asked that it has answered.
Task<ActiveTls> probe_active_tls(Visit& visit, TlsTarget target, const TlsEndpoint& known);

// Relaying (no message is ever sent), VRFY and EXPN, and commands sent in clear behind STARTTLS. One
// connection at a time.
Task<ActiveSmtp> probe_active_smtp(Visit& visit, const TrustStore& trust, std::string host, Endpoint server);

}  // namespace utsyn::probe
