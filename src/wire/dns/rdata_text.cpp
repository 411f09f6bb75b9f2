// Presentation text of record data, both ways. One table of fields per type; the generic form of RFC 3597 for
// all that has no better.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "wire/dns/records.h"

#include "base/characters.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t text_limit = 300000;  // 65535 bytes as \DDD, and quotes

constexpr std::array<std::string_view, 7> svcb_keys = {"mandatory", "alpn", "no-default-alpn", "port",
                                                       "ipv4hint",  "ech",  "ipv6hint"};
enum SvcbKey : std::uint16_t {
  key_mandatory,
  key_alpn,
  key_no_default_alpn,
  key_port,
  key_ipv4,
  key_ech,
  key_ipv6
};

// ---- writing ----

std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\{:03}", byte);
    }
  }
  out += '"';
  return out;
}

std::string generic(ByteView bytes) {
  if (bytes.empty()) return "\\# 0";
  return fmt::format("\\# {} {}", bytes.size(), to_hex(bytes));
}

std::string types_text(std::vector<RecordType> types) {
  std::ranges::sort(types);
  std::string out;
  for (const auto type : types) out += " " + type_name(type);
  return out;
}

std::string salt_text(ByteView salt) { return salt.empty() ? "-" : to_hex(salt); }

std::string time_text(std::uint32_t seconds) {
  using namespace std::chrono;
  const sys_seconds when{std::chrono::seconds(seconds)};
  const auto day = floor<days>(when);
  const year_month_day date(day);
  const hh_mm_ss clock(when - day);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

constexpr std::string_view base32_digits = "0123456789abcdefghijklmnopqrstuv";  // RFC 4648 section 7

std::string base32_text(ByteView bytes) {
  std::string out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    held = (held << 8U | byte) & 0xFFFFU;
    for (bits += 8; bits >= 5; bits -= 5) out += base32_digits[held >> (bits - 5) & 31U];
  }
  if (bits > 0) out += base32_digits[held << (5 - bits) & 31U];
  return out;
}

std::optional<Bytes> from_base32(std::string_view text) {
  Bytes out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : lower(text)) {
    const auto digit = base32_digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = (held << 5U | static_cast<unsigned>(digit)) & 0xFFFU;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits & 255U));
  }
  if (bits >= 5 || (held & ((1U << bits) - 1U)) != 0) return std::nullopt;
  return out;
}

std::string svcb_key_name(std::uint16_t key) {
  return key < svcb_keys.size() ? std::string(svcb_keys[key]) : fmt::format("key{}", key);
}

bool plain_protocol(std::string_view id) {
  return std::ranges::all_of(
      id, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '/' || c == '_'; });
}

std::string addresses_text(const std::vector<IpAddress>& addresses) {
  std::string out;
  for (const auto& address : addresses) out += (out.empty() ? "" : ",") + address.str();
  return out;
}

// A parameter in its own form, or as keyN="bytes" when its value is not of that form.
std::string svcb_param_text(const SvcbRecord& record, std::uint16_t key, const Bytes& value) {
  const auto with = [key](const std::string& text) { return fmt::format("{}={}", svcb_key_name(key), text); };
  switch (key) {
    case key_mandatory:
      if (const auto keys = record.mandatory()) {
        std::string out;
        for (const auto each : *keys) out += (out.empty() ? "" : ",") + svcb_key_name(each);
        return with(out);
      }
      break;
    case key_alpn:
      if (const auto protocols = record.alpn();
          protocols && std::ranges::all_of(*protocols, plain_protocol)) {
        return with(join(*protocols, ","));
      }
      break;
    case key_no_default_alpn:
      if (value.empty()) return svcb_key_name(key);
      break;
    case key_port:
      if (const auto port = record.port()) return with(fmt::format("{}", *port));
      break;
    case key_ipv4:
      if (const auto hints = record.ipv4_hints()) return with(addresses_text(*hints));
      break;
    case key_ech:
      if (!value.empty()) return with(to_base64(value));
      break;
    case key_ipv6:
      if (const auto hints = record.ipv6_hints()) return with(addresses_text(*hints));
      break;
    default:
      break;
  }
  return fmt::format("key{}={}", key, quoted(as_text(value)));
}

struct TextWriter {
  std::string operator()(const AddressRecord& r) const { return r.address.str(); }
  std::string operator()(const NameRecord& r) const { return lower(r.target); }
  std::string operator()(const MxRecord& r) const {
    return fmt::format("{} {}", r.preference, lower(r.exchange));
  }
  std::string operator()(const SoaRecord& r) const {
    return fmt::format("{} {} {} {} {} {} {}", lower(r.primary), lower(r.mailbox), r.serial, r.refresh,
                       r.retry, r.expire, r.minimum);
  }
  std::string operator()(const TxtRecord& r) const {
    std::string out;
    for (const auto& text : r.strings) {
      if (!out.empty()) out += ' ';
      out += quoted(text);
    }
    return out;
  }
  std::string operator()(const CaaRecord& r) const {
    return fmt::format("{} {} {}", r.flags, r.tag, quoted(r.value));
  }
  std::string operator()(const TlsaRecord& r) const {
    return with_hex(fmt::format("{} {} {}", r.usage, r.selector, r.matching_type), r.data);
  }
  std::string operator()(const DsRecord& r) const {
    return with_hex(fmt::format("{} {} {}", r.key_tag, r.algorithm, r.digest_type), r.digest);
  }
  std::string operator()(const DnskeyRecord& r) const {
    return with_base64(fmt::format("{} {} {}", r.flags, r.protocol, r.algorithm), r.public_key);
  }
  std::string operator()(const RrsigRecord& r) const {
    return with_base64(fmt::format("{} {} {} {} {} {} {} {}", type_name(r.type_covered), r.algorithm,
                                   r.labels, r.original_ttl, time_text(r.expiration), time_text(r.inception),
                                   r.key_tag, lower(r.signer)),
                       r.signature);
  }
  std::string operator()(const NsecRecord& r) const { return lower(r.next) + types_text(r.types); }
  std::string operator()(const Nsec3Record& r) const {
    return fmt::format("{} {} {} {} {}{}", r.hash_algorithm, r.flags, r.iterations, salt_text(r.salt),
                       base32_text(r.next_hashed), types_text(r.types));
  }
  std::string operator()(const Nsec3ParamRecord& r) const {
    return fmt::format("{} {} {} {}", r.hash_algorithm, r.flags, r.iterations, salt_text(r.salt));
  }
  std::string operator()(const SrvRecord& r) const {
    return fmt::format("{} {} {} {}", r.priority, r.weight, r.port, lower(r.target));
  }
  std::string operator()(const SvcbRecord& r) const {
    auto out = fmt::format("{} {}", r.priority, lower(r.target));
    for (const auto& [key, value] : r.params) out += " " + svcb_param_text(r, key, value);
    return out;
  }
  std::string operator()(const OpaqueRecord& r) const { return generic(r.data); }

  static std::string with_hex(std::string front, const Bytes& bytes) {
    if (!bytes.empty()) front += " " + to_hex(bytes);
    return front;
  }
  static std::string with_base64(std::string front, const Bytes& bytes) {
    if (!bytes.empty()) front += " " + to_base64(bytes);
    return front;
  }
};

// A tag that is not letters and digits could not be read back from text.
bool needs_generic(const RecordData& data) {
  const auto* caa = std::get_if<CaaRecord>(&data);
  return caa && (caa->tag.empty() || !std::ranges::all_of(caa->tag, is_alphanumeric));
}

// ---- reading ----

// The raw fields: blanks part them, quotes hold them together, a backslash shields what follows.
std::optional<std::vector<std::string_view>> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  std::size_t at = 0;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (at < text.size()) {
    if (blank(text[at])) {
      ++at;
      continue;
    }
    const auto start = at;
    bool inside = false;
    for (; at < text.size() && (inside || !blank(text[at])); ++at) {
      if (text[at] == '"') {
        inside = !inside;
        if (!inside && at + 1 < text.size() && text[at + 1] == '"') {  // two strings side by side
          ++at;
          break;
        }
      } else if (text[at] == '\\') {
        if (++at == text.size()) return std::nullopt;
      }
    }
    if (inside) return std::nullopt;
    fields.push_back(text.substr(start, at - start));
  }
  return fields;
}

// The bytes of a character string: quotes off, \DDD and \X undone.
std::optional<std::string> unescape(std::string_view text) {
  if (text.starts_with('"')) {
    if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
  }
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') return std::nullopt;
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    if (!is_digit(text[at])) {
      out += text[at];
      continue;
    }
    const auto value = at + 3 <= text.size() ? parse_uint(text.substr(at, 3)) : std::nullopt;
    if (!value || *value > 255) return std::nullopt;
    out += static_cast<char>(*value);
    at += 2;
  }
  return out;
}

std::optional<std::uint32_t> parse_time(std::string_view text) {
  if (text.size() != 14) {
    const auto seconds = parse_uint(text);
    if (!seconds || *seconds > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(*seconds);
  }
  const auto part = [&](std::size_t at, std::size_t size) { return parse_uint(text.substr(at, size)); };
  const auto year = part(0, 4), month = part(4, 2), day = part(6, 2), hour = part(8, 2), minute = part(10, 2),
             second = part(12, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const auto seconds =
      std::int64_t{days} * 86400 + static_cast<std::int64_t>(*hour * 3600 + *minute * 60 + *second);
  if (seconds < 0 || seconds > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(seconds);
}

// Takes fields in order and remembers a failure, like DataReader for wire bytes.
class Fields {
 public:
  explicit Fields(std::vector<std::string_view> fields) : fields_(std::move(fields)) {}

  bool done() const { return at_ == fields_.size(); }
  bool good() const { return good_; }
  void fail() { good_ = false; }
  std::string_view next() {
    if (done()) {
      fail();
      return {};
    }
    return fields_[at_++];
  }
  template <class Number>
  Number number() {
    const auto value = parse_uint(next());
    if (value && *value <= std::numeric_limits<Number>::max()) return static_cast<Number>(*value);
    fail();
    return 0;
  }
  std::string name() { return must(canonical_name(next())); }
  std::string string(std::size_t limit) {
    auto text = must(unescape(next()));
    if (text.size() > limit) fail();
    return text;
  }
  std::uint32_t time() { return must(parse_time(next())); }
  RecordType type() { return must(type_named(next())); }
  std::vector<RecordType> types() {
    std::vector<RecordType> out;
    while (!done() && good_) out.push_back(type());
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
  }
  Bytes hex_rest() { return bounded(must(from_hex(rest()))); }
  Bytes base64_rest() { return bounded(must(from_base64(rest()))); }
  Bytes salt() {
    const auto text = next();
    auto bytes = text == "-" ? Bytes{} : must(from_hex(text));
    if (bytes.size() > 255) fail();
    return bytes;
  }
  Bytes base32() { return must(from_base32(next())); }
  IpAddress address(bool v4) {
    const auto parsed = IpAddress::parse(next());
    if (parsed && parsed->is_v4() == v4) return *parsed;
    fail();
    return {};
  }

 private:
  template <class T>
  T must(std::optional<T> value) {
    if (!value) {
      fail();
      return T{};
    }
    return std::move(*value);
  }
  Bytes bounded(Bytes bytes) {
    if (bytes.size() > 65000) fail();  // with the fields before it, it must fit in a record
    return bytes;
  }
  std::string rest() {
    std::string out;
    while (!done()) out += next();
    return out;
  }

  std::vector<std::string_view> fields_;
  std::size_t at_ = 0;
  bool good_ = true;
};

std::optional<std::uint16_t> svcb_key(std::string_view name) {
  for (std::size_t i = 0; i < svcb_keys.size(); ++i) {
    if (iequals(svcb_keys[i], name)) return static_cast<std::uint16_t>(i);
  }
  if (!istarts_with(name, "key")) return std::nullopt;
  const auto number = parse_uint(name.substr(3));
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<Bytes> svcb_addresses(std::string_view value, bool v4) {
  Bytes out;
  for (const auto part : split(value, ',')) {
    const auto address = IpAddress::parse(part);
    if (!address || address->is_v4() != v4) return std::nullopt;
    out.insert(out.end(), address->bytes().begin(),
               address->bytes().begin() + static_cast<std::ptrdiff_t>(address->size()));
  }
  return out;
}

std::optional<Bytes> svcb_value(std::uint16_t key, std::string_view value) {
  ByteWriter out;
  switch (key) {
    case key_mandatory:
      for (const auto part : split(value, ',')) {
        const auto named = svcb_key(part);
        if (!named) return std::nullopt;
        out.u16(*named);
      }
      return out.take();
    case key_alpn:
      for (const auto part : split(value, ',')) {
        if (part.empty() || part.size() > 255) return std::nullopt;
        out.u8(static_cast<unsigned>(part.size()));
        out.text(part);
      }
      return out.take();
    case key_no_default_alpn:
      return value.empty() ? std::optional<Bytes>(Bytes{}) : std::nullopt;
    case key_port: {
      const auto port = parse_uint(value);
      if (!port || *port > 65535) return std::nullopt;
      out.u16(static_cast<unsigned>(*port));
      return out.take();
    }
    case key_ipv4:
      return svcb_addresses(value, true);
    case key_ech:
      return from_base64(value);
    case key_ipv6:
      return svcb_addresses(value, false);
    default: {
      const auto bytes = as_bytes(value);
      return Bytes(bytes.begin(), bytes.end());
    }
  }
}

void read_svcb_params(Fields& in, SvcbRecord& record) {
  while (in.good() && !in.done()) {
    auto rest = in.next();
    const auto name = cut(rest, '=');
    const auto key = svcb_key(name);
    const auto raw = unescape(rest);
    if (!key || !raw || raw->size() > 65535) return in.fail();
    // Written as keyN the value is bytes, also when N has a name.
    auto value = istarts_with(name, "key") ? Bytes(as_bytes(*raw).begin(), as_bytes(*raw).end())
                                           : svcb_value(*key, *raw);
    if (!value || record.param(*key) != nullptr) return in.fail();
    record.params.emplace_back(*key, std::move(*value));
  }
  std::ranges::sort(record.params, {}, &std::pair<std::uint16_t, Bytes>::first);
}

std::optional<RecordData> read_typed(RecordType type, Fields& in) {
  switch (type) {
    case RecordType::a:
      return AddressRecord{in.address(true)};
    case RecordType::aaaa:
      return AddressRecord{in.address(false)};
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::dname:
      return NameRecord{in.name()};
    case RecordType::mx: {
      MxRecord mx{.preference = in.number<std::uint16_t>(), .exchange = {}};
      mx.exchange = in.name();
      return mx;
    }
    case RecordType::soa: {
      SoaRecord soa;
      soa.primary = in.name();
      soa.mailbox = in.name();
      for (auto* field : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
        *field = in.number<std::uint32_t>();
      }
      return soa;
    }
    case RecordType::txt:
    case RecordType::spf: {
      TxtRecord txt;
      std::size_t size = 0;
      do {
        txt.strings.push_back(in.string(255));
        size += txt.strings.back().size() + 1;
      } while (in.good() && !in.done());
      if (size > 65535) in.fail();
      return txt;
    }
    case RecordType::caa: {
      CaaRecord caa;
      caa.flags = in.number<std::uint8_t>();
      caa.tag = in.string(255);
      caa.value = in.string(65000);
      if (caa.tag.empty() || !std::ranges::all_of(caa.tag, is_alphanumeric)) in.fail();
      return caa;
    }
    case RecordType::tlsa: {
      TlsaRecord tlsa;
      for (auto* field : {&tlsa.usage, &tlsa.selector, &tlsa.matching_type})
        *field = in.number<std::uint8_t>();
      tlsa.data = in.hex_rest();
      return tlsa;
    }
    case RecordType::ds:
    case RecordType::cds: {
      DsRecord ds{.key_tag = in.number<std::uint16_t>(), .digest = {}};
      ds.algorithm = in.number<std::uint8_t>();
      ds.digest_type = in.number<std::uint8_t>();
      ds.digest = in.hex_rest();
      return ds;
    }
    case RecordType::dnskey:
    case RecordType::cdnskey: {
      DnskeyRecord key{.flags = in.number<std::uint16_t>(), .public_key = {}};
      key.protocol = in.number<std::uint8_t>();
      key.algorithm = in.number<std::uint8_t>();
      key.public_key = in.base64_rest();
      return key;
    }
    case RecordType::rrsig: {
      RrsigRecord sig;
      sig.type_covered = in.type();
      sig.algorithm = in.number<std::uint8_t>();
      sig.labels = in.number<std::uint8_t>();
      sig.original_ttl = in.number<std::uint32_t>();
      sig.expiration = in.time();
      sig.inception = in.time();
      sig.key_tag = in.number<std::uint16_t>();
      sig.signer = in.name();
      sig.signature = in.base64_rest();
      return sig;
    }
    case RecordType::nsec: {
      NsecRecord nsec{.next = in.name(), .types = {}};
      nsec.types = in.types();
      return nsec;
    }
    case RecordType::nsec3: {
      Nsec3Record nsec3;
      nsec3.hash_algorithm = in.number<std::uint8_t>();
      nsec3.flags = in.number<std::uint8_t>();
      nsec3.iterations = in.number<std::uint16_t>();
      nsec3.salt = in.salt();
      nsec3.next_hashed = in.base32();
      nsec3.types = in.types();
      if (nsec3.next_hashed.empty() || nsec3.next_hashed.size() > 255) in.fail();
      return nsec3;
    }
    case RecordType::nsec3param: {
      Nsec3ParamRecord param;
      param.hash_algorithm = in.number<std::uint8_t>();
      param.flags = in.number<std::uint8_t>();
      param.iterations = in.number<std::uint16_t>();
      param.salt = in.salt();
      return param;
    }
    case RecordType::srv: {
      SrvRecord srv;
      for (auto* field : {&srv.priority, &srv.weight, &srv.port}) *field = in.number<std::uint16_t>();
      srv.target = in.name();
      return srv;
    }
    case RecordType::svcb:
    case RecordType::https: {
      SvcbRecord svcb{.priority = in.number<std::uint16_t>(), .target = {}, .params = {}};
      svcb.target = in.name();
      read_svcb_params(in, svcb);
      return svcb;
    }
    default:
      return std::nullopt;  // only the generic form
  }
}

Result<RecordData, DnsError> read_generic(RecordType type, Fields& in) {
  const auto size = in.number<std::uint16_t>();
  const auto bytes = in.hex_rest();
  if (!in.good() || bytes.size() != size) return unexpected(DnsError::bad_record_text);
  auto typed = read_rdata(type, bytes);
  if (typed) return typed;
  return OpaqueRecord{bytes};
}

}  // namespace

std::string rdata_text(RecordType type, ByteView rdata) {
  const auto data = read_rdata(type, rdata);
  if (!data || needs_generic(*data)) return generic(rdata);
  return rdata_text(type, *data);
}

std::string rdata_text(RecordType type, const RecordData& data) {
  if (!needs_generic(data)) return std::visit(TextWriter{}, data);
  const auto wire = write_rdata(type, data);
  return wire ? generic(*wire) : generic({});
}

Result<RecordData, DnsError> parse_rdata_text(RecordType type, std::string_view text) {
  if (text.size() > text_limit) return unexpected(DnsError::bad_record_text);
  auto fields = fields_of(text);
  if (!fields) return unexpected(DnsError::bad_record_text);
  Fields in(std::move(*fields));
  if (!in.done() && Fields(in).next() == "\\#") {
    in.next();
    return read_generic(type, in);
  }
  auto data = read_typed(type, in);
  if (!data || !in.good() || !in.done()) return unexpected(DnsError::bad_record_text);
  return std::move(*data);
}

std::optional<std::string> joined_txt(std::string_view text) {
  const auto txt = record_as<TxtRecord>(RecordType::txt, text);
  if (!txt) return std::nullopt;
  return txt->joined();
}

std::string txt_text(std::string_view value) {
  TxtRecord txt;
  do {
    txt.strings.emplace_back(value.substr(0, 255));
    value.remove_prefix(std::min<std::size_t>(value.size(), 255));
  } while (!value.empty());
  return rdata_text(RecordType::txt, RecordData(std::move(txt)));
}

}  // namespace utsyn::wire
