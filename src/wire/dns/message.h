// DNS messages (RFC 1035 section 4, EDNS RFC 6891, unknown types RFC 3597): building queries and reading
// answers.
//
// An answer comes from anyone. Pointers only go backwards, names have at most 255 bytes, counts and lengths
// are checked against what is there. Record data that holds names is rewritten without compression, so each
// record can be read alone. When the answer says it is truncated, what was whole is kept; ask again over TCP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "wire/dns/name_wire.h"
#include "wire/dns/records.h"
#include "wire/dns/types.h"

namespace utsyn::wire {

inline constexpr std::size_t max_message_bytes = 65535;
inline constexpr std::size_t max_message_records = 4096;

struct EdnsOption {
  std::uint16_t code = 0;
  Bytes data;
  bool operator==(const EdnsOption&) const = default;
};

struct ExtendedError {  // RFC 8914
  std::uint16_t code = 0;
  std::string text;
  bool operator==(const ExtendedError&) const = default;
};

struct Edns {
  static constexpr std::uint16_t cookie_code = 10;          // RFC 7873
  static constexpr std::uint16_t extended_error_code = 15;  // RFC 8914

  std::uint16_t udp_size = 1232;
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::vector<EdnsOption> options;

  const EdnsOption* option(std::uint16_t code) const;
  std::optional<Bytes> cookie() const;  // client and server part together
  std::vector<ExtendedError> extended_errors() const;
  bool operator==(const Edns&) const = default;
};

struct QueryOptions {
  std::uint16_t id = 0;
  std::string name;  // sent with the case given (0x20 mixing is the caller's)
  RecordType type = RecordType::a;
  RecordClass record_class = RecordClass::in;
  bool recursion_desired = false;
  bool checking_disabled = false;
  bool edns = true;
  bool dnssec_ok = false;
  std::uint8_t edns_version = 0;
  std::uint16_t udp_size = 1232;
  Bytes cookie;                             // 8 bytes for a client cookie, 16 to 40 with the server's
  std::optional<std::uint16_t> odd_option;  // an empty option with this code, to see that it is ignored
};
Result<Bytes, DnsError> build_query(const QueryOptions& options);

struct Question {
  std::string name;  // case as sent
  RecordType type{};
  RecordClass record_class = RecordClass::in;
  bool operator==(const Question&) const = default;
};

struct Record {
  std::string name;  // lower case
  RecordType type{};
  RecordClass record_class = RecordClass::in;
  std::uint32_t ttl = 0;
  Bytes rdata;  // self-contained

  std::string text() const { return rdata_text(type, rdata); }
  template <class T>
  std::optional<T> as() const {
    return record_as<T>(type, ByteView(rdata));
  }
  bool operator==(const Record&) const = default;
};

struct Message {
  std::uint16_t id = 0;
  std::uint8_t opcode = 0;
  bool response = false;             // QR
  bool authoritative = false;        // AA
  bool truncated = false;            // TC
  bool recursion_desired = false;    // RD
  bool recursion_available = false;  // RA
  bool authentic_data = false;       // AD
  bool checking_disabled = false;    // CD
  Rcode rcode = Rcode::no_error;     // with the upper bits of EDNS
  std::vector<Question> questions;
  std::vector<Record> answers;
  std::vector<Record> authorities;
  std::vector<Record> additionals;  // without OPT
  std::optional<Edns> edns;
  std::size_t trailing_bytes = 0;  // after the last record

  bool operator==(const Message&) const = default;
};
Result<Message, DnsError> parse_message(ByteView bytes);

// For tests, laboratory servers and fuzzers: the message on the wire without compression.
Result<Bytes, DnsError> build_message(const Message& message);

// The records of `type` at `name`, with CNAME followed inside the answer section.
struct FollowedAnswer {
  std::vector<std::string> aliases;  // targets in order, lower case; the last one is where the records lie
  std::vector<Record> records;
  bool loop = false;  // aliases go in a circle, or on and on (more than 16)
};
FollowedAnswer follow_aliases(const Message& message, std::string_view name, RecordType type);

// NXDOMAIN, or a NOERROR answer whose NSEC at `name` carries NXNAME (compact denial, RFC 9824).
bool says_name_missing(const Message& message, std::string_view name);

// TCP carries each message behind its length in two bytes (RFC 1035 section 4.2.2, RFC 7766).
Bytes tcp_frame(ByteView message);
// Takes one whole message off the front of `stream`; nothing while it is not all there.
std::optional<ByteView> take_tcp_message(ByteView& stream);

}  // namespace utsyn::wire
