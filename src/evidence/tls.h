// What a TLS endpoint (one name at one address and port) accepted, offered and sent. Suites and groups carry
// their IANA names; a number the registry does not know is written 0xC0FE.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/observed.h"

namespace utsyn {

// Protocol versions by the names the contract uses: "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2",
// "TLSv1.3".
struct TlsProtocol {
  std::string version;
  Observed<bool> offered;
  std::vector<std::string> ciphers;  // every accepted suite, in the order the server chose them
  bool complete = false;             // the set was enumerated to its end (else more may be accepted)
  bool inferred = false;             // older version's set taken from TLS 1.2's, confirmed by one hello
  std::string preference;            // "server", "client", or empty when it could not be told (one suite)
  bool operator==(const TlsProtocol&) const = default;
};
BOOST_DESCRIBE_STRUCT(TlsProtocol, (), (version, offered, ciphers, complete, inferred, preference))

// A finite-field group the server used (ServerKeyExchange or ffdhe in supported groups).
struct DhParameters {
  int bits = 0;
  std::string prime_hex;
  std::string generator_hex;
  std::string version;  // protocol version and suite it was seen with
  std::string suite;
  bool operator==(const DhParameters&) const = default;
};
BOOST_DESCRIBE_STRUCT(DhParameters, (), (bits, prime_hex, generator_hex, version, suite))

// How the server signed its key exchange when a client offered one family of hashes only (TLS 1.2).
struct SignatureChoice {
  std::string offered;           // "sha1", "md5", "sha224"
  Observed<std::string> chosen;  // scheme name; empty when the handshake was refused
  bool operator==(const SignatureChoice&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignatureChoice, (), (offered, chosen))

// A certificate chain as sent, leaf first, each PEM.
struct ServedChain {
  std::string when;  // "default", "rsa", "ecdsa" (only such signatures offered), "no-sni"
  std::vector<std::string> pem;
  bool operator==(const ServedChain&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServedChain, (), (when, pem))

// The path built from the sent chain to the trust store in use, without fetching what is missing.
struct PathCheck {
  bool trusted = false;
  std::string
      error;  // OpenSSL's X509_V_ERR_ symbol without the prefix, lower case: "certificate-has-expired"
  int error_depth = 0;                   // 0 is the leaf
  std::vector<std::string> path_sha256;  // leaf to root when one was found (dates are not considered here)
  bool public_root = false;  // the root is in the public store, not only in one the operator added
  bool operator==(const PathCheck&) const = default;
};
BOOST_DESCRIBE_STRUCT(PathCheck, (), (trusted, error, error_depth, path_sha256, public_root))

enum class RevocationStatus { good, revoked, unknown };
BOOST_DESCRIBE_ENUM(RevocationStatus, good, revoked, unknown)

struct StapledResponse {
  RevocationStatus status = RevocationStatus::unknown;
  bool signature_valid = false;
  std::int64_t this_update = 0;  // Unix seconds
  std::int64_t next_update = 0;  // 0 when absent
  bool operator==(const StapledResponse&) const = default;
};
BOOST_DESCRIBE_STRUCT(StapledResponse, (), (status, signature_valid, this_update, next_update))

struct RevocationAnswer {
  std::string source;  // "stapled", "crl", "ocsp"
  std::string subject_sha256;
  RevocationStatus status = RevocationStatus::unknown;
  bool operator==(const RevocationAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(RevocationAnswer, (), (source, subject_sha256, status))

struct SctSeen {
  std::string log_id_hex;
  std::int64_t timestamp_ms = 0;
  std::string source;              // "certificate", "tls", "ocsp"
  Observed<bool> signature_valid;  // not_measured without that log's key
  std::string log_operator;        // from the log list; empty when unknown
  bool operator==(const SctSeen&) const = default;
};
BOOST_DESCRIBE_STRUCT(SctSeen, (), (log_id_hex, timestamp_ms, source, signature_valid, log_operator))

struct TlsEndpoint {
  std::string host;
  std::string address;
  int port = 443;
  std::string starttls;  // "" or "smtp"

  // A ServerHello came to some hello. Unseen when the port could not be reached at all; false when it
  // answered, but not with TLS (`refusal` says how: "alert:112", "not-tls").
  Observed<bool> available;
  std::string refusal;

  std::vector<TlsProtocol> protocols;  // those asked about, oldest first
  Observed<std::vector<std::string>>
      groups;  // named groups accepted (ECDHE at 1.2, key shares at 1.3), ascending id
  std::vector<DhParameters> dh;
  std::vector<SignatureChoice> signature_choices;

  Observed<bool> compression;           // a non-null method was chosen
  Observed<bool> secure_renegotiation;  // RFC 5746; not_measured when only TLS 1.3 is spoken
  Observed<int> client_renegotiations;  // how many the server let through, up to 11
  Observed<bool> fallback_scsv;         // inappropriate_fallback was answered (RFC 7507)
  Observed<bool> downgrade_sentinel;    // RFC 8446 section 4.1.3
  Observed<bool> extended_master_secret;
  Observed<bool> encrypt_then_mac;
  Observed<bool> heartbeat;
  Observed<bool> key_share_reused;  // the same ephemeral public value in separate handshakes
  Observed<bool> version_tolerant;  // unknown versions, GREASE and long hellos are answered like plain ones
  Observed<bool> sni_required;
  Observed<bool> alpn_strict;     // an unknown ALPN protocol is answered with alert 120
  std::vector<std::string> alpn;  // protocols chosen from h2 and http/1.1
  Observed<bool> early_data;      // tickets allow 0-RTT
  Observed<int> ticket_lifetime_s;
  Observed<bool> client_certificate_requested;

  std::vector<ServedChain> chains;
  Observed<PathCheck> path;         // of the "default" chain
  Observed<bool> stapling_offered;  // some handshake (three at most) carried a CertificateStatus
  Observed<StapledResponse> stapled;
  std::vector<RevocationAnswer> revocation;
  std::vector<SctSeen> scts;
  int connections = 0;  // spent on this endpoint; never judged

  bool operator==(const TlsEndpoint&) const = default;

  const TlsProtocol* protocol(std::string_view version) const;
  const ServedChain* chain(std::string_view when = "default") const;
};
BOOST_DESCRIBE_STRUCT(TlsEndpoint, (),
                      (host, address, port, starttls, available, refusal, protocols, groups, dh,
                       signature_choices, compression, secure_renegotiation, client_renegotiations,
                       fallback_scsv, downgrade_sentinel, extended_master_secret, encrypt_then_mac, heartbeat,
                       key_share_reused, version_tolerant, sni_required, alpn_strict, alpn, early_data,
                       ticket_lifetime_s, client_certificate_requested, chains, path, stapling_offered,
                       stapled, revocation, scts))

}  // namespace utsyn
