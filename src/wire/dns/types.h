// Numbers and names of DNS record types, classes and response codes (IANA "DNS Parameters"). A number without
// a name here is kept as it is and written TYPE123, CLASS123 or RCODE123 (RFC 3597).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace utsyn::wire {

enum class RecordType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  dname = 39,
  opt = 41,
  ds = 43,
  rrsig = 46,
  nsec = 47,
  dnskey = 48,
  nsec3 = 50,
  nsec3param = 51,
  tlsa = 52,
  cds = 59,
  cdnskey = 60,
  svcb = 64,
  https = 65,
  spf = 99,      // obsolete, RFC 7208 section 3.1
  nxname = 128,  // a marker in NSEC bitmaps: the name does not exist (RFC 9824)
  axfr = 252,
  any = 255,
  caa = 257,
};

enum class RecordClass : std::uint16_t { in = 1, ch = 3, none = 254, any = 255 };

enum class Rcode : std::uint16_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,  // NXDOMAIN
  not_implemented = 4,
  refused = 5,
  not_authoritative = 9,
  bad_version = 16,
  bad_cookie = 23,
};

std::string type_name(RecordType type);                       // "MX", "TYPE1234"
std::optional<RecordType> type_named(std::string_view name);  // either form, any case
std::string class_name(RecordClass record_class);             // "IN", "CLASS42"
std::string rcode_name(Rcode rcode);                          // "NXDOMAIN", "SERVFAIL", "RCODE42"

}  // namespace utsyn::wire
