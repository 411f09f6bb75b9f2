// What servers answered to the active questions of the full profile, asked only where the owner of the domain
// has proved it and wants them asked. Records of their own, so that the weekly full measurement changes
// nothing in the records of the daily one. Of what a faulty server gives away only counts are kept.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>

#include "evidence/observed.h"

namespace utsyn {

// The first message of the answer to AXFR (RFC 5936); none of the zone is kept.
struct ZoneTransfer {
  bool closed = false;  // the connection ended in order, without an answer
  int rcode = 0;
  bool begins_with_soa = false;
  int records = 0;
  bool operator==(const ZoneTransfer&) const = default;
};
BOOST_DESCRIBE_STRUCT(ZoneTransfer, (), (closed, rcode, begins_with_soa, records))

struct ActiveNameServer {
  std::string zone;
  std::string name;
  std::string address;
  Observed<ZoneTransfer> transfer;
  bool operator==(const ActiveNameServer&) const = default;
};
BOOST_DESCRIBE_STRUCT(ActiveNameServer, (), (zone, name, address, transfer))

// A heartbeat (RFC 6520) that claims one byte more than the RFC allows it to.
enum class LyingHeartbeat {
  not_offered,  // the server does not speak heartbeat
  dropped,      // in silence, and an honest one after it was answered
  refused,      // an alert, the end of the connection, or something that is no heartbeat
  answered      // with more than was sent: CVE-2014-0160
};
BOOST_DESCRIBE_ENUM(LyingHeartbeat, not_offered, dropped, refused, answered)

struct HeartbeatAnswer {
  LyingHeartbeat answer = LyingHeartbeat::not_offered;
  int excess_bytes = 0;  // how much longer the answer was than the question
  bool operator==(const HeartbeatAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeartbeatAnswer, (), (answer, excess_bytes))

// A ChangeCipherSpec before there are keys.
struct EarlyChangeCipher {
  bool accepted = false;  // only the second was complained of, as one that cannot be decrypted: CVE-2014-0224
  int alert = 0;          // 0: the connection was closed instead
  bool operator==(const EarlyChangeCipher&) const = default;
};
BOOST_DESCRIBE_STRUCT(EarlyChangeCipher, (), (accepted, alert))

// Whether an RSA key exchange tells right padding from wrong (ROBOT).
enum class PaddingAnswers {
  no_rsa,     // the server takes no key exchange by RSA encryption
  alike,      // every padding got the same answer
  differing,  // the same differences in three rounds
  unsteady    // differences that did not come back
};
BOOST_DESCRIBE_ENUM(PaddingAnswers, no_rsa, alike, differing, unsteady)

struct ActiveTls {
  std::string host;
  std::string address;
  int port = 443;
  Observed<HeartbeatAnswer> heartbeat;
  Observed<EarlyChangeCipher> early_change_cipher;  // not_measured where only TLS 1.3 is spoken
  // A second handshake without RFC 5746; asked only where the server does not bind renegotiation.
  Observed<bool> insecure_renegotiation;
  Observed<PaddingAnswers> rsa_padding;
  bool operator==(const ActiveTls&) const = default;
};
BOOST_DESCRIBE_STRUCT(ActiveTls, (),
                      (host, address, port, heartbeat, early_change_cipher, insecure_renegotiation,
                       rsa_padding))

// MAIL FROM and RCPT TO for a domain that cannot exist (RFC 2606), then RSET: no message is ever sent.
struct RelayAnswer {
  int sender_code = 0;
  int recipient_code = 0;  // 0: not asked, since the sender was refused
  bool operator==(const RelayAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(RelayAnswer, (), (sender_code, recipient_code))

// Reply codes to VRFY and EXPN (RFC 5321 section 3.5).
struct VerifyAnswer {
  int known_code = 0;    // VRFY postmaster, who exists everywhere
  int unknown_code = 0;  // VRFY of a name that nobody has
  int expand_code = 0;   // EXPN postmaster
  bool operator==(const VerifyAnswer&) const = default;
};
BOOST_DESCRIBE_STRUCT(VerifyAnswer, (), (known_code, unknown_code, expand_code))

// A command sent in clear behind STARTTLS: thrown away, or obeyed inside TLS (CVE-2011-0411).
enum class ClearCommand { no_starttls, thrown_away, obeyed };
BOOST_DESCRIBE_ENUM(ClearCommand, no_starttls, thrown_away, obeyed)

struct ActiveSmtp {
  std::string host;
  std::string address;
  int port = 25;
  Observed<RelayAnswer> relay;
  Observed<VerifyAnswer> verify;
  Observed<ClearCommand> clear_command;
  bool operator==(const ActiveSmtp&) const = default;
};
BOOST_DESCRIBE_STRUCT(ActiveSmtp, (), (host, address, port, relay, verify, clear_command))

}  // namespace utsyn
