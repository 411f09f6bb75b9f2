// What needs a whole handshake: the chain as a client gets it, its path, stapling, SCTs, revocation, tickets,
// and renegotiation.
#pragma once

#include "probe/tls_behaviour.h"

namespace utsyn::probe {

// The authenticated session and what hangs on it. Fills chains ("default", and "rsa", "ecdsa", "no-sni" where
// only TLS 1.3 is spoken), path, stapling, SCTs, revocation, tickets.
Task<void> inspect_certificates(TlsInquiry& inquiry, const TrustStore& trust);
// How often the server lets a client renegotiate (TLS 1.2 and below), up to eleven times.
Task<void> count_renegotiations(TlsInquiry& inquiry);

// What a certificate revocation list says of the certificate, when the issuer signed it and it has not run
// out; unknown otherwise (RFC 5280 section 5).
RevocationStatus read_revocation_list(ByteView der, const Bytes& certificate, const Bytes& issuer,
                                      UtcTime now);

}  // namespace utsyn::probe
