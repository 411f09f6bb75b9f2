// Typed DNS record data (RFC 1035, 2782, 4034, 5155, 6672, 6698, 7344, 8659, 9460), from wire bytes and from
// the presentation text that evidence keeps.
//
// Evidence stores presentation text; checks read it back with parse_rdata_text or record_as. The text is
// deterministic: names are lower case without a final dot (root is "."), hex is lower case without blanks,
// base64 has no blanks. Data that does not have the form of its type, and types not known here, are written
// in the generic form of RFC 3597: \# LENGTH HEX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "base/text.h"
#include "wire/dns/name_wire.h"
#include "wire/dns/types.h"

namespace utsyn::wire {

struct AddressRecord {  // A, AAAA
  IpAddress address;
  bool operator==(const AddressRecord&) const = default;
};

struct NameRecord {  // NS, CNAME, PTR, DNAME
  std::string target;
  bool operator==(const NameRecord&) const = default;
};

struct MxRecord {
  std::uint16_t preference = 0;
  std::string exchange;
  bool is_null() const { return preference == 0 && exchange == "."; }  // RFC 7505
  bool operator==(const MxRecord&) const = default;
};

struct SoaRecord {
  std::string primary;  // MNAME
  std::string mailbox;  // RNAME
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;
  bool operator==(const SoaRecord&) const = default;
};

struct TxtRecord {  // also the obsolete SPF type
  std::vector<std::string> strings;
  std::string joined() const;  // without a separator, as SPF, DKIM and DMARC ask
  bool operator==(const TxtRecord&) const = default;
};

struct CaaRecord {
  std::uint8_t flags = 0;
  std::string tag;  // as written; compare without case
  std::string value;
  bool critical() const { return (flags & 128U) != 0; }
  bool operator==(const CaaRecord&) const = default;
};

struct TlsaRecord {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching_type = 0;
  Bytes data;
  bool operator==(const TlsaRecord&) const = default;
};

struct DsRecord {  // DS, CDS
  std::uint16_t key_tag = 0;
  std::uint8_t algorithm = 0;
  std::uint8_t digest_type = 0;
  Bytes digest;
  bool operator==(const DsRecord&) const = default;
};

struct DnskeyRecord {  // DNSKEY, CDNSKEY
  std::uint16_t flags = 0;
  std::uint8_t protocol = 3;
  std::uint8_t algorithm = 0;
  Bytes public_key;
  bool zone_key() const { return (flags & 256U) != 0; }
  bool secure_entry_point() const { return (flags & 1U) != 0; }  // by custom a KSK
  bool revoked() const { return (flags & 128U) != 0; }
  std::uint16_t key_tag() const;  // RFC 4034 appendix B
  // RSA modulus bits, or the curve's size; nothing for algorithms not known and for keys that cannot be read.
  std::optional<unsigned> key_bits() const;
  bool operator==(const DnskeyRecord&) const = default;
};

struct RrsigRecord {
  RecordType type_covered{};
  std::uint8_t algorithm = 0;
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0;
  std::uint32_t expiration = 0;  // seconds since 1970, serial arithmetic (RFC 4034 section 3.1.5)
  std::uint32_t inception = 0;
  std::uint16_t key_tag = 0;
  std::string signer;
  Bytes signature;
  bool operator==(const RrsigRecord&) const = default;
};

struct NsecRecord {
  std::string next;
  std::vector<RecordType> types;  // rising
  bool has(RecordType type) const;
  bool says_name_missing() const { return has(RecordType::nxname); }  // compact denial, RFC 9824
  bool operator==(const NsecRecord&) const = default;
};

struct Nsec3Record {
  std::uint8_t hash_algorithm = 1;
  std::uint8_t flags = 0;
  std::uint16_t iterations = 0;
  Bytes salt;
  Bytes next_hashed;
  std::vector<RecordType> types;
  bool opt_out() const { return (flags & 1U) != 0; }
  bool operator==(const Nsec3Record&) const = default;
};

struct Nsec3ParamRecord {
  std::uint8_t hash_algorithm = 1;
  std::uint8_t flags = 0;
  std::uint16_t iterations = 0;
  Bytes salt;
  bool operator==(const Nsec3ParamRecord&) const = default;
};

struct SrvRecord {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
  bool operator==(const SrvRecord&) const = default;
};

struct SvcbRecord {            // SVCB, HTTPS
  std::uint16_t priority = 0;  // 0 is an alias
  std::string target;          // "." is the owner itself (or "no service" in an alias)
  std::vector<std::pair<std::uint16_t, Bytes>> params;  // keys rising, none twice

  const Bytes* param(std::uint16_t key) const;
  // Values in their own form; nothing when the parameter is absent or malformed.
  std::optional<std::vector<std::uint16_t>> mandatory() const;
  std::optional<std::vector<std::string>> alpn() const;
  std::optional<std::uint16_t> port() const;
  std::optional<std::vector<IpAddress>> ipv4_hints() const;
  std::optional<std::vector<IpAddress>> ipv6_hints() const;
  bool has_ech() const { return param(5) != nullptr; }
  bool operator==(const SvcbRecord&) const = default;
};

struct OpaqueRecord {  // a type without a reader here
  Bytes data;
  bool operator==(const OpaqueRecord&) const = default;
};

using RecordData = std::variant<AddressRecord, NameRecord, MxRecord, SoaRecord, TxtRecord, CaaRecord,
                                TlsaRecord, DsRecord, DnskeyRecord, RrsigRecord, NsecRecord, Nsec3Record,
                                Nsec3ParamRecord, SrvRecord, SvcbRecord, OpaqueRecord>;

// From self-contained wire data (names not compressed, as parse_message leaves it).
Result<RecordData, DnsError> read_rdata(RecordType type, ByteView rdata);
// The wire form, without compression. Names are written in lower case.
Result<Bytes, DnsError> write_rdata(RecordType type, const RecordData& data);

std::string rdata_text(RecordType type, ByteView rdata);
std::string rdata_text(RecordType type, const RecordData& data);
// Any type, in its own form or in the generic one. Names may end in a dot.
Result<RecordData, DnsError> parse_rdata_text(RecordType type, std::string_view text);

// `record_as<MxRecord>(RecordType::mx, "10 mail.example.no")`; nothing when the text is not such a record.
template <class T>
std::optional<T> record_as(RecordType type, std::string_view text) {
  auto data = parse_rdata_text(type, text);
  if (!data) return std::nullopt;
  if (auto* typed = std::get_if<T>(&*data)) return std::move(*typed);
  return std::nullopt;
}
template <class T>
std::optional<T> record_as(RecordType type, ByteView rdata) {
  auto data = read_rdata(type, rdata);
  if (!data) return std::nullopt;
  if (auto* typed = std::get_if<T>(&*data)) return std::move(*typed);
  return std::nullopt;
}

// The strings of a TXT record's presentation text put together; nothing when it is not TXT text.
std::optional<std::string> joined_txt(std::string_view text);
// The presentation text of a TXT record holding `value`, cut in strings of 255 as a name server would.
std::string txt_text(std::string_view value);

}  // namespace utsyn::wire
