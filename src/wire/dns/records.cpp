#include "wire/dns/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "wire/dns/rdata_wire.h"

namespace utsyn::wire {
namespace {

// Reads fields one after the other and remembers the first failure, so that a record reads as its RFC's
// table.
class DataReader {
 public:
  DataReader(ByteReader& reader, ByteView message) : reader_(reader), message_(message) {}

  std::uint8_t u8() { return take(reader_.u8()); }
  std::uint16_t u16() { return take(reader_.u16()); }
  std::uint32_t u32() { return take(reader_.u32()); }
  Bytes block8() { return copy(reader_.block8()); }
  Bytes rest() { return copy(reader_.take(reader_.left())); }
  std::string text(ByteView bytes) { return std::string(as_text(bytes)); }
  std::string name() {
    if (error_) return {};
    auto read = read_name(reader_, message_);
    if (read) return lower(*read);
    fail(read.error());
    return {};
  }
  std::vector<RecordType> type_bitmap();
  bool empty() const { return reader_.empty(); }
  bool failed() const { return error_.has_value(); }
  void fail(DnsError error = DnsError::bad_record_data) {
    if (!error_) error_ = error;
  }
  std::optional<DnsError> error() const { return error_; }

 private:
  template <class T>
  T take(std::optional<T> value) {
    if (!value) fail();
    return value.value_or(T{});
  }
  Bytes copy(std::optional<ByteView> view) {
    if (!view) {
      fail();
      return {};
    }
    return {view->begin(), view->end()};
  }

  ByteReader& reader_;
  ByteView message_;
  std::optional<DnsError> error_;
};

// RFC 4034 section 4.1.2: windows of 256 types, rising, each with 1 to 32 bytes of bits.
std::vector<RecordType> DataReader::type_bitmap() {
  std::vector<RecordType> types;
  int last_window = -1;
  while (!failed() && !reader_.empty()) {
    const auto window = u8();
    const auto bits = block8();
    if (failed() || int{window} <= last_window || bits.empty() || bits.size() > 32) {
      fail();
      break;
    }
    last_window = window;
    for (std::size_t bit = 0; bit < bits.size() * 8; ++bit) {
      if ((bits[bit / 8] & (0x80U >> (bit % 8))) == 0) continue;
      types.push_back(static_cast<RecordType>(window * 256U + bit));
    }
  }
  return types;
}

void write_type_bitmap(ByteWriter& writer, std::vector<RecordType> types) {
  std::ranges::sort(types);
  for (std::size_t at = 0; at < types.size();) {
    const auto window = static_cast<unsigned>(types[at]) / 256;
    Bytes bits;
    for (; at < types.size() && static_cast<unsigned>(types[at]) / 256 == window; ++at) {
      const auto bit = static_cast<unsigned>(types[at]) % 256;
      bits.resize(std::max<std::size_t>(bits.size(), bit / 8 + 1));
      bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | (0x80U >> (bit % 8)));
    }
    writer.u8(window);
    writer.u8(static_cast<unsigned>(bits.size()));
    writer.bytes(bits);
  }
}

RecordData read_fields(RecordType type, DataReader& in) {
  switch (type) {
    case RecordType::a: {
      const auto raw = in.rest();
      std::array<std::uint8_t, 4> bytes{};
      if (raw.size() != bytes.size())
        in.fail();
      else
        std::ranges::copy(raw, bytes.begin());
      return AddressRecord{IpAddress::v4(bytes)};
    }
    case RecordType::aaaa: {
      const auto raw = in.rest();
      std::array<std::uint8_t, 16> bytes{};
      if (raw.size() != bytes.size())
        in.fail();
      else
        std::ranges::copy(raw, bytes.begin());
      return AddressRecord{IpAddress::v6(bytes)};
    }
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::dname:
      return NameRecord{in.name()};
    case RecordType::mx: {
      MxRecord mx{.preference = in.u16(), .exchange = {}};
      mx.exchange = in.name();
      return mx;
    }
    case RecordType::soa: {
      SoaRecord soa;
      soa.primary = in.name();
      soa.mailbox = in.name();
      soa.serial = in.u32();
      soa.refresh = in.u32();
      soa.retry = in.u32();
      soa.expire = in.u32();
      soa.minimum = in.u32();
      return soa;
    }
    case RecordType::txt:
    case RecordType::spf: {
      TxtRecord txt;
      do {
        txt.strings.push_back(in.text(in.block8()));
      } while (!in.failed() && !in.empty());
      return txt;
    }
    case RecordType::caa: {
      CaaRecord caa;
      caa.flags = in.u8();
      caa.tag = in.text(in.block8());
      caa.value = in.text(in.rest());
      if (caa.tag.empty()) in.fail();
      return caa;
    }
    case RecordType::tlsa: {
      TlsaRecord tlsa;
      tlsa.usage = in.u8();
      tlsa.selector = in.u8();
      tlsa.matching_type = in.u8();
      tlsa.data = in.rest();
      return tlsa;
    }
    case RecordType::ds:
    case RecordType::cds: {
      DsRecord ds;
      ds.key_tag = in.u16();
      ds.algorithm = in.u8();
      ds.digest_type = in.u8();
      ds.digest = in.rest();
      return ds;
    }
    case RecordType::dnskey:
    case RecordType::cdnskey: {
      DnskeyRecord key;
      key.flags = in.u16();
      key.protocol = in.u8();
      key.algorithm = in.u8();
      key.public_key = in.rest();
      return key;
    }
    case RecordType::rrsig: {
      RrsigRecord sig;
      sig.type_covered = static_cast<RecordType>(in.u16());
      sig.algorithm = in.u8();
      sig.labels = in.u8();
      sig.original_ttl = in.u32();
      sig.expiration = in.u32();
      sig.inception = in.u32();
      sig.key_tag = in.u16();
      sig.signer = in.name();
      sig.signature = in.rest();
      return sig;
    }
    case RecordType::nsec: {
      NsecRecord nsec;
      nsec.next = in.name();
      nsec.types = in.type_bitmap();
      return nsec;
    }
    case RecordType::nsec3: {
      Nsec3Record nsec3;
      nsec3.hash_algorithm = in.u8();
      nsec3.flags = in.u8();
      nsec3.iterations = in.u16();
      nsec3.salt = in.block8();
      nsec3.next_hashed = in.block8();
      nsec3.types = in.type_bitmap();
      if (nsec3.next_hashed.empty()) in.fail();
      return nsec3;
    }
    case RecordType::nsec3param: {
      Nsec3ParamRecord param;
      param.hash_algorithm = in.u8();
      param.flags = in.u8();
      param.iterations = in.u16();
      param.salt = in.block8();
      return param;
    }
    case RecordType::srv: {
      SrvRecord srv;
      srv.priority = in.u16();
      srv.weight = in.u16();
      srv.port = in.u16();
      srv.target = in.name();
      return srv;
    }
    case RecordType::svcb:
    case RecordType::https: {
      SvcbRecord svcb;
      svcb.priority = in.u16();
      svcb.target = in.name();
      int last_key = -1;
      while (!in.failed() && !in.empty()) {
        const auto key = in.u16();
        Bytes value(in.u16());
        for (auto& byte : value) {
          byte = in.u8();
          if (in.failed()) break;
        }
        if (int{key} <= last_key) in.fail();  // RFC 9460 section 2.2: strictly rising
        last_key = key;
        svcb.params.emplace_back(key, std::move(value));
      }
      return svcb;
    }
    case RecordType::opt:
    case RecordType::nxname:
    case RecordType::axfr:
    case RecordType::any:
      break;
  }
  return OpaqueRecord{in.rest()};
}

// Writes a record's fields; a name that is not one, or a block that does not fit its length, spoils the
// whole.
struct FieldWriter {
  ByteWriter out;
  bool good = true;

  void name(std::string_view text) {
    const auto wire = name_to_wire(text);
    if (wire)
      out.bytes(*wire);
    else
      good = false;
  }
  void block8(ByteView bytes) {
    if (bytes.size() > 255) {
      good = false;
      return;
    }
    out.u8(static_cast<unsigned>(bytes.size()));
    out.bytes(bytes);
  }

  void operator()(const AddressRecord& r) { out.bytes(ByteView(r.address.bytes()).first(r.address.size())); }
  void operator()(const NameRecord& r) { name(r.target); }
  void operator()(const MxRecord& r) {
    out.u16(r.preference);
    name(r.exchange);
  }
  void operator()(const SoaRecord& r) {
    name(r.primary);
    name(r.mailbox);
    for (const auto value : {r.serial, r.refresh, r.retry, r.expire, r.minimum}) out.u32(value);
  }
  void operator()(const TxtRecord& r) {
    if (r.strings.empty()) good = false;
    for (const auto& text : r.strings) block8(as_bytes(text));
  }
  void operator()(const CaaRecord& r) {
    out.u8(r.flags);
    if (r.tag.empty()) good = false;
    block8(as_bytes(r.tag));
    out.text(r.value);
  }
  void operator()(const TlsaRecord& r) {
    out.u8(r.usage);
    out.u8(r.selector);
    out.u8(r.matching_type);
    out.bytes(r.data);
  }
  void operator()(const DsRecord& r) {
    out.u16(r.key_tag);
    out.u8(r.algorithm);
    out.u8(r.digest_type);
    out.bytes(r.digest);
  }
  void operator()(const DnskeyRecord& r) {
    out.u16(r.flags);
    out.u8(r.protocol);
    out.u8(r.algorithm);
    out.bytes(r.public_key);
  }
  void operator()(const RrsigRecord& r) {
    out.u16(static_cast<unsigned>(r.type_covered));
    out.u8(r.algorithm);
    out.u8(r.labels);
    out.u32(r.original_ttl);
    out.u32(r.expiration);
    out.u32(r.inception);
    out.u16(r.key_tag);
    name(r.signer);
    out.bytes(r.signature);
  }
  void operator()(const NsecRecord& r) {
    name(r.next);
    write_type_bitmap(out, r.types);
  }
  void operator()(const Nsec3Record& r) {
    out.u8(r.hash_algorithm);
    out.u8(r.flags);
    out.u16(r.iterations);
    block8(r.salt);
    if (r.next_hashed.empty()) good = false;
    block8(r.next_hashed);
    write_type_bitmap(out, r.types);
  }
  void operator()(const Nsec3ParamRecord& r) {
    out.u8(r.hash_algorithm);
    out.u8(r.flags);
    out.u16(r.iterations);
    block8(r.salt);
  }
  void operator()(const SrvRecord& r) {
    out.u16(r.priority);
    out.u16(r.weight);
    out.u16(r.port);
    name(r.target);
  }
  void operator()(const SvcbRecord& r) {
    out.u16(r.priority);
    name(r.target);
    for (const auto& [key, value] : r.params) {
      if (value.size() > 65535) good = false;
      out.u16(key);
      out.u16(static_cast<unsigned>(value.size() & 0xFFFFU));
      out.bytes(value);
    }
  }
  void operator()(const OpaqueRecord& r) { out.bytes(r.data); }
};

std::optional<unsigned> rsa_bits(ByteView key) {  // RFC 3110 section 2
  ByteReader in(key);
  std::optional<std::size_t> exponent_size = in.u8();
  if (exponent_size == 0U) exponent_size = in.u16();
  if (!exponent_size || !in.skip(*exponent_size)) return std::nullopt;
  auto modulus = in.rest();
  while (!modulus.empty() && modulus.front() == 0) modulus = modulus.subspan(1);
  if (modulus.empty()) return std::nullopt;
  return static_cast<unsigned>((modulus.size() - 1) * 8) +
         static_cast<unsigned>(std::bit_width(modulus.front()));
}

std::optional<unsigned> size_if(const Bytes& key, std::size_t bytes, unsigned bits) {
  if (key.size() != bytes) return std::nullopt;
  return bits;
}

std::optional<std::vector<IpAddress>> hints(const Bytes* value, std::size_t size) {
  if (!value || value->empty() || value->size() % size != 0) return std::nullopt;
  std::vector<IpAddress> out;
  for (std::size_t at = 0; at < value->size(); at += size) {
    const auto part = ByteView(*value).subspan(at, size);
    if (size == 4) {
      std::array<std::uint8_t, 4> bytes{};
      std::ranges::copy(part, bytes.begin());
      out.push_back(IpAddress::v4(bytes));
    } else {
      std::array<std::uint8_t, 16> bytes{};
      std::ranges::copy(part, bytes.begin());
      out.push_back(IpAddress::v6(bytes));
    }
  }
  return out;
}

}  // namespace

std::string TxtRecord::joined() const { return join(strings, ""); }

std::uint16_t DnskeyRecord::key_tag() const {
  if (algorithm == 1) {  // RSA/MD5 counts otherwise: the upper 16 of the modulus's last 24 bits
    if (public_key.size() < 3) return 0;
    return static_cast<std::uint16_t>(public_key[public_key.size() - 3] * 256U +
                                      public_key[public_key.size() - 2]);
  }
  std::uint64_t sum = flags;
  sum += protocol * 256U + algorithm;
  for (std::size_t i = 0; i < public_key.size(); ++i)
    sum += i % 2 == 0 ? public_key[i] * 256U : public_key[i];
  const auto folded = static_cast<std::uint32_t>(sum);  // at most 65535 bytes: it fits in 32 bits
  return static_cast<std::uint16_t>((folded + (folded >> 16U)) & 0xFFFFU);
}

std::optional<unsigned> DnskeyRecord::key_bits() const {
  switch (algorithm) {
    case 1:
    case 5:
    case 7:
    case 8:
    case 10:
      return rsa_bits(public_key);
    case 3:
    case 6:  // DSA, RFC 2536: T, then primes of 64 + 8T bytes
      if (public_key.empty() || public_key.front() > 8) return std::nullopt;
      return 512U + 64U * public_key.front();
    case 12:
    case 13:
      return size_if(public_key, 64, 256);
    case 14:
      return size_if(public_key, 96, 384);
    case 15:
      return size_if(public_key, 32, 256);
    case 16:
      return size_if(public_key, 57, 456);
    default:
      return std::nullopt;
  }
}

bool NsecRecord::has(RecordType type) const { return std::ranges::find(types, type) != types.end(); }

const Bytes* SvcbRecord::param(std::uint16_t key) const {
  for (const auto& [number, value] : params) {
    if (number == key) return &value;
  }
  return nullptr;
}

std::optional<std::vector<std::uint16_t>> SvcbRecord::mandatory() const {
  const auto* value = param(0);
  if (!value || value->empty() || value->size() % 2 != 0) return std::nullopt;
  std::vector<std::uint16_t> keys;
  for (ByteReader in{*value}; const auto key = in.u16();) keys.push_back(*key);
  return keys;
}

std::optional<std::vector<std::string>> SvcbRecord::alpn() const {
  const auto* value = param(1);
  if (!value || value->empty()) return std::nullopt;
  std::vector<std::string> protocols;
  ByteReader in{*value};
  while (!in.empty()) {
    const auto protocol = in.block8();
    if (!protocol || protocol->empty()) return std::nullopt;
    protocols.emplace_back(as_text(*protocol));
  }
  return protocols;
}

std::optional<std::uint16_t> SvcbRecord::port() const {
  const auto* value = param(3);
  if (!value || value->size() != 2) return std::nullopt;
  return ByteReader(*value).u16();
}

std::optional<std::vector<IpAddress>> SvcbRecord::ipv4_hints() const { return hints(param(4), 4); }
std::optional<std::vector<IpAddress>> SvcbRecord::ipv6_hints() const { return hints(param(6), 16); }

Result<RecordData, DnsError> read_rdata_within(RecordType type, ByteReader& reader, ByteView message) {
  DataReader in(reader, message);
  auto data = read_fields(type, in);
  if (!in.failed() && !in.empty()) in.fail();
  if (const auto error = in.error()) return unexpected(*error);
  return data;
}

Result<RecordData, DnsError> read_rdata(RecordType type, ByteView rdata) {
  if (rdata.size() > 65535) return unexpected(DnsError::bad_record_data);
  ByteReader reader(rdata);
  return read_rdata_within(type, reader, {});
}

Result<Bytes, DnsError> write_rdata(RecordType type, const RecordData& data) {
  if (const auto* address = std::get_if<AddressRecord>(&data)) {
    if (address->address.is_v4() != (type == RecordType::a)) return unexpected(DnsError::bad_record_data);
  }
  FieldWriter writer;
  std::visit(writer, data);
  if (!writer.good || writer.out.size() > 65535) return unexpected(DnsError::bad_record_data);
  return writer.out.take();
}

}  // namespace utsyn::wire
