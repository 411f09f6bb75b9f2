#include "wire/dns/message.h"

#include <algorithm>

#include "wire/dns/rdata_wire.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t alias_limit = 16;

enum Flag : unsigned {
  flag_response = 0x8000,
  flag_authoritative = 0x0400,
  flag_truncated = 0x0200,
  flag_recursion_desired = 0x0100,
  flag_recursion_available = 0x0080,
  flag_authentic_data = 0x0020,
  flag_checking_disabled = 0x0010,
  edns_flag_dnssec_ok = 0x8000,
};

// Types whose data holds names. Only the first of them may be compressed (RFC 3597 section 4), but servers
// are known to compress others, and expanding is harmless.
bool holds_names(RecordType type) {
  switch (type) {
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::soa:
    case RecordType::ptr:
    case RecordType::mx:
    case RecordType::srv:
    case RecordType::dname:
    case RecordType::rrsig:
    case RecordType::nsec:
    case RecordType::svcb:
    case RecordType::https:
      return true;
    default:
      return false;
  }
}

Result<Edns, DnsError> read_edns(RecordClass udp_size, std::uint32_t ttl, ByteView options) {
  Edns edns;
  edns.udp_size = static_cast<std::uint16_t>(udp_size);
  edns.version = static_cast<std::uint8_t>(ttl >> 16U & 255U);
  edns.dnssec_ok = (ttl & edns_flag_dnssec_ok) != 0;
  ByteReader in(options);
  while (!in.empty()) {
    const auto code = in.u16();
    const auto data = in.block16();
    if (!code || !data) return unexpected(DnsError::bad_record_data);
    edns.options.push_back({*code, Bytes(data->begin(), data->end())});
  }
  return edns;
}

struct MessageReader {
  ByteView bytes;
  ByteReader in{bytes};
  Message message{};
  std::uint8_t upper_rcode = 0;

  std::optional<DnsError> read_record(std::vector<Record>& section, bool additional) {
    auto name = read_name(in, bytes);
    if (!name) return name.error();
    Record record;
    record.name = lower(*name);
    const auto type = in.u16();
    const auto record_class = in.u16();
    const auto ttl = in.u32();
    const auto length = in.u16();
    const auto start = in.position();
    const auto data = length ? in.take(*length) : std::nullopt;
    if (!type || !record_class || !ttl || !data) return DnsError::record_cut_short;
    record.type = static_cast<RecordType>(*type);
    record.record_class = static_cast<RecordClass>(*record_class);
    record.ttl = *ttl;
    if (record.type == RecordType::opt && additional) {
      if (message.edns) return DnsError::several_edns_records;
      auto edns = read_edns(record.record_class, record.ttl, *data);
      if (!edns) return edns.error();
      upper_rcode = static_cast<std::uint8_t>(record.ttl >> 24U);
      message.edns = std::move(*edns);
      return std::nullopt;
    }
    if (holds_names(record.type)) {
      ByteReader inside(bytes.first(start + data->size()));
      inside.skip(start);
      const auto typed = read_rdata_within(record.type, inside, bytes);
      if (!typed) return typed.error();
      auto expanded = write_rdata(record.type, *typed);
      if (!expanded) return expanded.error();
      record.rdata = std::move(*expanded);
    } else {
      record.rdata.assign(data->begin(), data->end());
    }
    section.push_back(std::move(record));
    return std::nullopt;
  }
};

bool cut_short(DnsError error) {
  return error == DnsError::name_cut_short || error == DnsError::record_cut_short;
}

bool write_record(ByteWriter& out, const Record& record) {
  const auto name = name_to_wire(record.name);
  if (!name || record.rdata.size() > 65535) return false;
  out.bytes(*name);
  out.u16(static_cast<unsigned>(record.type));
  out.u16(static_cast<unsigned>(record.record_class));
  out.u32(record.ttl);
  out.u16(static_cast<unsigned>(record.rdata.size()));
  out.bytes(record.rdata);
  return true;
}

bool write_edns(ByteWriter& out, const Edns& edns, Rcode rcode) {
  out.u8(0);
  out.u16(static_cast<unsigned>(RecordType::opt));
  out.u16(edns.udp_size);
  out.u8(static_cast<unsigned>(rcode) >> 4U & 255U);
  out.u8(edns.version);
  out.u16(edns.dnssec_ok ? static_cast<unsigned>(edns_flag_dnssec_ok) : 0U);
  const auto mark = out.open(2);
  for (const auto& option : edns.options) {
    if (option.data.size() > 65535) return false;
    out.u16(option.code);
    out.u16(static_cast<unsigned>(option.data.size()));
    out.bytes(option.data);
  }
  if (out.size() - mark - 2 > 65535) return false;
  out.close(mark, 2);
  return true;
}

}  // namespace

const EdnsOption* Edns::option(std::uint16_t code) const {
  const auto found = std::ranges::find(options, code, &EdnsOption::code);
  return found == options.end() ? nullptr : &*found;
}

std::optional<Bytes> Edns::cookie() const {
  const auto* found = option(cookie_code);
  if (!found) return std::nullopt;
  return found->data;
}

std::vector<ExtendedError> Edns::extended_errors() const {
  std::vector<ExtendedError> errors;
  for (const auto& entry : options) {
    if (entry.code != extended_error_code) continue;
    ByteReader in(entry.data);
    if (const auto code = in.u16()) errors.push_back({*code, printable(as_text(in.rest()), 256)});
  }
  return errors;
}

Result<Bytes, DnsError> build_query(const QueryOptions& options) {
  Message query;
  query.id = options.id;
  query.recursion_desired = options.recursion_desired;
  query.checking_disabled = options.checking_disabled;
  query.questions.push_back({options.name, options.type, options.record_class});
  if (options.edns) {
    auto& edns = query.edns.emplace();
    edns.udp_size = options.udp_size;
    edns.version = options.edns_version;
    edns.dnssec_ok = options.dnssec_ok;
    if (!options.cookie.empty()) edns.options.push_back({Edns::cookie_code, options.cookie});
    if (options.odd_option) edns.options.push_back({*options.odd_option, {}});
  }
  return build_message(query);
}

Result<Message, DnsError> parse_message(ByteView bytes) {
  if (bytes.size() < header_bytes) return unexpected(DnsError::message_too_short);
  if (bytes.size() > max_message_bytes) return unexpected(DnsError::message_too_long);
  MessageReader reader{.bytes = bytes};
  auto& in = reader.in;
  auto& message = reader.message;
  message.id = *in.u16();
  const unsigned flags = *in.u16();
  message.opcode = static_cast<std::uint8_t>(flags >> 11U & 15U);
  message.response = (flags & flag_response) != 0;
  message.authoritative = (flags & flag_authoritative) != 0;
  message.truncated = (flags & flag_truncated) != 0;
  message.recursion_desired = (flags & flag_recursion_desired) != 0;
  message.recursion_available = (flags & flag_recursion_available) != 0;
  message.authentic_data = (flags & flag_authentic_data) != 0;
  message.checking_disabled = (flags & flag_checking_disabled) != 0;
  const auto question_count = *in.u16();
  const std::size_t counts[] = {*in.u16(), *in.u16(), *in.u16()};
  if (question_count + counts[0] + counts[1] + counts[2] > max_message_records) {
    return unexpected(DnsError::too_many_records);
  }

  for (unsigned i = 0; i < question_count; ++i) {
    auto name = read_name(in, bytes);
    if (!name) return unexpected(name.error());
    const auto type = in.u16();
    const auto record_class = in.u16();
    if (!type || !record_class) return unexpected(DnsError::message_too_short);
    message.questions.push_back(
        {std::move(*name), static_cast<RecordType>(*type), static_cast<RecordClass>(*record_class)});
  }
  std::vector<Record>* const sections[] = {&message.answers, &message.authorities, &message.additionals};
  bool ended = false;
  for (std::size_t section = 0; section < 3 && !ended; ++section) {
    for (std::size_t i = 0; i < counts[section] && !ended; ++i) {
      const auto error = reader.read_record(*sections[section], section == 2);
      if (!error) continue;
      // Some servers cut a truncated answer in the middle of a record; what was whole is still true.
      if (!message.truncated || !cut_short(*error)) return unexpected(*error);
      ended = true;
    }
  }
  if (!ended) message.trailing_bytes = in.left();
  message.rcode = static_cast<Rcode>(reader.upper_rcode * 16U + (flags & 15U));
  return std::move(message);
}

Result<Bytes, DnsError> build_message(const Message& message) {
  ByteWriter out;
  out.u16(message.id);
  unsigned flags = (message.opcode & 15U) << 11U | (static_cast<unsigned>(message.rcode) & 15U);
  if (message.response) flags |= flag_response;
  if (message.authoritative) flags |= flag_authoritative;
  if (message.truncated) flags |= flag_truncated;
  if (message.recursion_desired) flags |= flag_recursion_desired;
  if (message.recursion_available) flags |= flag_recursion_available;
  if (message.authentic_data) flags |= flag_authentic_data;
  if (message.checking_disabled) flags |= flag_checking_disabled;
  out.u16(flags);
  const auto additional_count = message.additionals.size() + (message.edns ? 1 : 0);
  for (const auto count :
       {message.questions.size(), message.answers.size(), message.authorities.size(), additional_count}) {
    if (count > max_message_records) return unexpected(DnsError::too_many_records);
    out.u16(static_cast<unsigned>(count));
  }
  for (const auto& question : message.questions) {
    const auto name = name_to_wire(question.name);
    if (!name) return unexpected(name.error());
    out.bytes(*name);
    out.u16(static_cast<unsigned>(question.type));
    out.u16(static_cast<unsigned>(question.record_class));
  }
  for (const auto* section : {&message.answers, &message.authorities, &message.additionals}) {
    for (const auto& record : *section) {
      if (!write_record(out, record)) return unexpected(DnsError::bad_record_data);
    }
  }
  if (message.edns && !write_edns(out, *message.edns, message.rcode))
    return unexpected(DnsError::bad_record_data);
  if (out.size() > max_message_bytes) return unexpected(DnsError::message_too_long);
  return out.take();
}

FollowedAnswer follow_aliases(const Message& message, std::string_view name, RecordType type) {
  FollowedAnswer followed;
  std::string at = canonical_name(name).value_or(lower(name));
  std::vector<std::string> seen{at};
  for (;;) {
    for (const auto& record : message.answers) {
      if (record.name == at && record.type == type) followed.records.push_back(record);
    }
    if (!followed.records.empty() || type == RecordType::cname) return followed;
    const auto alias = std::ranges::find_if(
        message.answers, [&](const Record& r) { return r.name == at && r.type == RecordType::cname; });
    if (alias == message.answers.end()) return followed;
    const auto target = alias->as<NameRecord>();
    if (!target) return followed;
    at = target->target;
    if (std::ranges::find(seen, at) != seen.end() || seen.size() > alias_limit) {
      followed.loop = true;
      return followed;
    }
    seen.push_back(at);
    followed.aliases.push_back(at);
  }
}

bool says_name_missing(const Message& message, std::string_view name) {
  if (message.rcode == Rcode::name_error) return true;
  if (message.rcode != Rcode::no_error) return false;
  const auto wanted = canonical_name(name);
  return std::ranges::any_of(message.authorities, [&](const Record& record) {
    if (record.type != RecordType::nsec || record.name != wanted) return false;
    const auto nsec = record.as<NsecRecord>();
    return nsec && nsec->says_name_missing();
  });
}

Bytes tcp_frame(ByteView message) {
  ByteWriter out;
  const auto mark = out.open(2);
  out.bytes(message);
  out.close(mark, 2);
  return out.take();
}

std::optional<ByteView> take_tcp_message(ByteView& stream) {
  ByteReader in(stream);
  const auto message = in.block16();
  if (!message) return std::nullopt;
  stream = in.rest();
  return message;
}

}  // namespace utsyn::wire
