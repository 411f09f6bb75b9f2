// See hello.h.
#include "wire/tls/hello.h"

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "wire/tls/records.h"
#include "wire/tls/suites.h"

namespace utsyn::wire {
namespace {

constexpr std::uint8_t message_client_hello = 1;
constexpr std::size_t max_hello_bytes = 65536;
constexpr std::size_t most_extension_bytes = 65535;

// The reserved value that byte `index` of the random chooses.
std::uint16_t grease_value(const ClientHello& hello, std::size_t index) {
  const unsigned high = hello.random.at(index) & 0xF0U;
  return static_cast<std::uint16_t>((high | 0x0AU) << 8U | high | 0x0AU);
}

// The extensions of a hello, written straight behind its fixed part.
class Extensions {
 public:
  explicit Extensions(ByteWriter& out) : out_(out), start_(out.open(2)) {}
  // Writes one extension whose body `write` gives; leaves it out when body or sum would not fit its length
  // field.
  template <class Write>
  void add(std::uint16_t type, Write write) {
    const auto before = out_.size();
    out_.u16(type);
    const auto body = out_.open(2);
    write(out_);
    if (out_.size() - start_ - 2 > most_extension_bytes) return out_.cut_back(before);
    out_.close(body, 2);
  }
  void add_empty(std::uint16_t type) {
    add(type, [](ByteWriter&) {});
  }
  void add_raw(std::uint16_t type, ByteView body) {
    add(type, [&](ByteWriter& out) { out.bytes(body); });
  }
  // Without any extension there is no length of them either.
  void end() {
    if (out_.size() == start_ + 2) return out_.cut_back(start_);
    out_.close(start_, 2);
  }

 private:
  ByteWriter& out_;
  std::size_t start_;
};

// `reserved` is a value of RFC 8701 to stand in front, if any.
void write_list(ByteWriter& out, std::size_t length_size, std::span<const std::uint16_t> list,
                std::optional<std::uint16_t> reserved = std::nullopt) {
  std::size_t most = length_size == 1 ? 127 : 32766;
  const auto mark = out.open(length_size);
  if (reserved) {
    out.u16(*reserved);
    --most;
  }
  out.u16_list(list.first(std::min(list.size(), most)));
  out.close(mark, length_size);
}

std::optional<std::uint16_t> grease_if_wanted(const ClientHello& hello, std::size_t index) {
  if (!hello.grease) return std::nullopt;
  return grease_value(hello, index);
}

void write_key_shares(ByteWriter& out, const ClientHello& hello) {
  const auto mark = out.open(2);
  if (hello.grease && !hello.key_shares->empty()) {
    out.u16(grease_value(hello, 1));
    out.u16(1);
    out.u8(0);
  }
  for (const auto& share : *hello.key_shares) {
    if (out.size() - mark + 4 + share.public_key.size() > most_extension_bytes) break;
    out.u16(share.group);
    out.u16(static_cast<unsigned>(share.public_key.size()));
    out.bytes(share.public_key);
  }
  out.close(mark, 2);
}

void write_extensions(Extensions& out, const ClientHello& hello) {
  namespace ext = extension;
  if (hello.grease) out.add_empty(grease_value(hello, 2));
  if (hello.sni) {
    out.add(ext::server_name, [&](ByteWriter& body) {
      const auto list = body.open(2);
      body.u8(0);  // host_name
      const auto name = body.open(2);
      body.text(std::string_view(*hello.sni).substr(0, 255));
      body.close(name, 2);
      body.close(list, 2);
    });
  }
  if (hello.extended_master_secret) out.add_empty(ext::extended_master_secret);
  if (hello.renegotiation_info) {
    out.add(ext::renegotiation_info, [&](ByteWriter& body) {
      const auto data = ByteView(*hello.renegotiation_info);
      const auto mark = body.open(1);
      body.bytes(data.first(std::min<std::size_t>(data.size(), 255)));
      body.close(mark, 1);
    });
  }
  if (!hello.groups.empty())
    out.add(ext::supported_groups,
            [&](ByteWriter& body) { write_list(body, 2, hello.groups, grease_if_wanted(hello, 1)); });
  if (hello.ec_point_formats) {
    out.add(ext::ec_point_formats, [](ByteWriter& body) {
      body.u8(1);
      body.u8(0);
    });
  }
  if (hello.session_ticket) out.add_raw(ext::session_ticket, *hello.session_ticket);
  if (!hello.alpn.empty()) {
    out.add(ext::alpn, [&](ByteWriter& body) {
      const auto list = body.open(2);
      for (const auto& protocol : hello.alpn) {
        const auto name = body.open(1);
        body.text(std::string_view(protocol).substr(0, 255));
        body.close(name, 1);
      }
      body.close(list, 2);
    });
  }
  if (hello.status_request) {
    out.add(ext::status_request, [](ByteWriter& body) {
      body.u8(1);  // ocsp
      body.u16(0);
      body.u16(0);
    });
  }
  if (!hello.signature_schemes.empty())
    out.add(ext::signature_algorithms,
            [&](ByteWriter& body) { write_list(body, 2, hello.signature_schemes); });
  if (hello.signed_certificate_timestamp) out.add_empty(ext::signed_certificate_timestamp);
  if (hello.encrypt_then_mac) out.add_empty(ext::encrypt_then_mac);
  if (hello.heartbeat) out.add(ext::heartbeat, [&](ByteWriter& body) { body.u8(*hello.heartbeat); });
  if (hello.next_protocol_negotiation) out.add_empty(ext::next_protocol_negotiation);
  if (hello.key_shares) out.add(ext::key_share, [&](ByteWriter& body) { write_key_shares(body, hello); });
  if (hello.psk_dhe_ke) {
    out.add(ext::psk_key_exchange_modes, [](ByteWriter& body) {
      body.u8(1);
      body.u8(1);
    });
  }
  if (!hello.supported_versions.empty()) {
    out.add(ext::supported_versions, [&](ByteWriter& body) {
      write_list(body, 1, hello.supported_versions, grease_if_wanted(hello, 3));
    });
  }
  if (!hello.cookie.empty()) {
    out.add(ext::cookie, [&](ByteWriter& body) {
      const auto mark = body.open(2);
      body.bytes(hello.cookie);
      body.close(mark, 2);
    });
  }
  for (const auto& raw : hello.extra) out.add_raw(raw.type, raw.body);
}

// Everything of the message before the extensions.
void write_fixed_part(ByteWriter& out, const ClientHello& hello) {
  out.u16(hello.legacy_version);
  out.bytes(hello.random);
  const auto session = out.open(1);
  out.bytes(ByteView(hello.session_id).first(std::min<std::size_t>(hello.session_id.size(), 32)));
  out.close(session, 1);
  write_list(out, 2, hello.suites, grease_if_wanted(hello, 0));
  const auto methods = out.open(1);
  out.bytes(ByteView(hello.compression_methods)
                .first(std::min<std::size_t>(hello.compression_methods.size(), 255)));
  out.close(methods, 1);
}

// About as large as it will become, so that nearly every hello is written into one piece of memory.
std::size_t size_about(const ClientHello& hello) {
  constexpr std::size_t fixed_and_small = 256;
  const auto lists = hello.suites.size() + hello.groups.size() + hello.signature_schemes.size();
  return std::max(hello.padded_size + 16, fixed_and_small + 2 * lists + (hello.sni ? hello.sni->size() : 0));
}

void write_message(ByteWriter& out, const ClientHello& hello) {
  const auto start = out.size();
  out.u8(message_client_hello);
  const auto length = out.open(3);
  write_fixed_part(out, hello);
  Extensions extensions(out);
  write_extensions(extensions, hello);
  // A second reserved extension at the end, with one byte in it, as browsers do.
  if (hello.grease && grease_value(hello, 4) != grease_value(hello, 2)) {
    const std::uint8_t nothing[] = {0};
    extensions.add_raw(grease_value(hello, 4), nothing);
  }
  const auto reached = out.size() - start;
  if (hello.padded_size > reached) {
    // The padding extension itself takes four bytes; the last three sizes below the goal cannot be hit.
    const auto missing = hello.padded_size - reached;
    extensions.add(extension::padding, [&](ByteWriter& body) { body.open(missing > 4 ? missing - 4 : 0); });
  }
  extensions.end();
  out.close(length, 3);
}

}  // namespace

Bytes build_client_hello_message(const ClientHello& hello) {
  ByteWriter out;
  out.reserve(size_about(hello));
  write_message(out, hello);
  return out.take();
}

Bytes build_client_hello(const ClientHello& hello) {
  constexpr std::size_t most_in_record = 16384;
  ByteWriter out;
  out.reserve(size_about(hello));
  out.u8(record_type::handshake);
  out.u16(hello.record_version);
  const auto length = out.open(2);
  const auto header_size = out.size();
  write_message(out, hello);
  if (out.size() - header_size <= most_in_record) {
    out.close(length, 2);
    return out.take();
  }
  ByteWriter several;
  for (auto message = ByteView(out.view()).subspan(header_size); !message.empty();) {
    const auto part = message.first(std::min(message.size(), most_in_record));
    several.bytes(build_record(record_type::handshake, hello.record_version, part));
    message = message.subspan(part.size());
  }
  return several.take();
}

ClientHello second_client_hello(ClientHello first, Bytes cookie, KeyShare share) {
  // RFC 8446 section 4.1.2: everything else stays as it was; the record may say 0303 now.
  first.record_version = tls::tls12;
  first.cookie = std::move(cookie);
  first.key_shares = std::vector<KeyShare>{};
  first.key_shares->push_back(std::move(share));
  return first;
}

ClientHello plain_client_hello(std::uint16_t version, std::optional<std::string> server_name,
                               std::vector<std::uint16_t> suites) {
  ClientHello hello;
  hello.suites = std::move(suites);
  if (version <= tls::ssl3) {
    hello.record_version = tls::ssl3;
    hello.legacy_version = tls::ssl3;
    return hello;
  }
  hello.legacy_version = std::min(version, tls::tls12);
  hello.sni = std::move(server_name);
  // The order of an ordinary client; sect* and the like are asked about one by one elsewhere.
  hello.groups = {29, 23, 24, 25, 30, 26, 27, 28, 22, 21, 19, 9, 10, 11, 12, 13, 14};
  hello.ec_point_formats = true;
  hello.renegotiation_info = Bytes{};
  hello.extended_master_secret = true;
  if (version >= tls::tls12) {
    hello.signature_schemes = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805,
                               0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601,
                               0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0302, 0x0202};
  }
  if (version >= tls::tls13) {
    hello.supported_versions = {tls::tls13};
    hello.groups = {29, 23, 24, 25, 30, 256, 257, 258, 259, 260, 4588, 4587, 4589};
    hello.key_shares = std::vector<KeyShare>{};
    hello.psk_dhe_ke = true;
    hello.renegotiation_info.reset();
    hello.extended_master_secret = false;
    hello.ec_point_formats = false;
  }
  return hello;
}

namespace {

// Reads a list of two-byte values that fills `body` exactly, after its own length of `length_size` bytes.
std::optional<std::vector<std::uint16_t>> read_list(ByteView body, std::size_t length_size) {
  ByteReader reader(body);
  const auto list = length_size == 1 ? reader.block8() : reader.block16();
  if (!list || !reader.empty() || list->size() % 2 != 0) return std::nullopt;
  std::vector<std::uint16_t> out;
  ByteReader values(*list);
  while (const auto value = values.u16()) out.push_back(*value);
  return out;
}

bool read_server_name(ClientHello& hello, ByteView body) {
  ByteReader reader(body);
  const auto list = reader.block16();
  if (!list || !reader.empty()) return false;
  ByteReader names(*list);
  while (!names.empty()) {
    const auto kind = names.u8();
    const auto name = names.block16();
    if (!kind || !name) return false;
    if (*kind == 0 && !hello.sni) hello.sni = std::string(as_text(*name));
  }
  return true;
}

bool read_key_shares(ClientHello& hello, ByteView body) {
  ByteReader reader(body);
  const auto list = reader.block16();
  if (!list || !reader.empty()) return false;
  hello.key_shares = std::vector<KeyShare>{};
  ByteReader shares(*list);
  while (!shares.empty()) {
    const auto group = shares.u16();
    const auto value = shares.block16();
    if (!group || !value) return false;
    hello.key_shares->push_back({*group, Bytes(value->begin(), value->end())});
  }
  return true;
}

bool read_alpn(ClientHello& hello, ByteView body) {
  ByteReader reader(body);
  const auto list = reader.block16();
  if (!list || !reader.empty() || list->empty()) return false;
  ByteReader names(*list);
  while (!names.empty()) {
    const auto name = names.block8();
    if (!name) return false;
    hello.alpn.emplace_back(as_text(*name));
  }
  return true;
}

void keep_raw(ClientHello& hello, std::uint16_t type, ByteView body) {
  hello.extra.push_back({type, Bytes(body.begin(), body.end())});
}

// False when a length inside lies. What the struct has no exact place for (an unusual body of a known type)
// is kept raw, so that nothing a client said is lost.
bool read_extension(ClientHello& hello, std::uint16_t type, ByteView body) {
  namespace ext = extension;
  const auto flag = [&](bool& field) {
    if (body.empty()) {
      field = true;
    } else {
      keep_raw(hello, type, body);
    }
    return true;
  };
  const auto values = [&](std::vector<std::uint16_t>& field, std::size_t length_size) {
    const auto list = read_list(body, length_size);
    if (!list) return false;
    if (list->empty()) keep_raw(hello, type, body);
    field = *list;
    return true;
  };
  const auto exactly = [&](std::initializer_list<std::uint8_t> usual, bool& field) {
    if (std::ranges::equal(body, usual)) {
      field = true;
    } else {
      keep_raw(hello, type, body);
    }
    return true;
  };
  switch (type) {
    case ext::server_name: {
      if (!read_server_name(hello, body)) return false;
      // An empty list, other kinds of name, or a name that would be cut: only the raw form says it all.
      if (!hello.sni || hello.sni->size() > 255 || body.size() != hello.sni->size() + 5) {
        hello.sni.reset();
        keep_raw(hello, type, body);
      }
      return true;
    }
    case ext::supported_groups:
      return values(hello.groups, 2);
    case ext::signature_algorithms:
      return values(hello.signature_schemes, 2);
    case ext::supported_versions:
      return values(hello.supported_versions, 1);
    case ext::key_share:
      return read_key_shares(hello, body);
    case ext::alpn:
      return read_alpn(hello, body);
    case ext::ec_point_formats:
      return exactly({1, 0}, hello.ec_point_formats);
    case ext::psk_key_exchange_modes:
      return exactly({1, 1}, hello.psk_dhe_ke);
    case ext::status_request:
      return exactly({1, 0, 0, 0, 0}, hello.status_request);
    case ext::session_ticket:
      hello.session_ticket = Bytes(body.begin(), body.end());
      return true;
    case ext::extended_master_secret:
      return flag(hello.extended_master_secret);
    case ext::encrypt_then_mac:
      return flag(hello.encrypt_then_mac);
    case ext::signed_certificate_timestamp:
      return flag(hello.signed_certificate_timestamp);
    case ext::next_protocol_negotiation:
      return flag(hello.next_protocol_negotiation);
    case ext::heartbeat:
      if (body.size() != 1) return false;
      hello.heartbeat = body[0];
      return true;
    case ext::renegotiation_info: {
      ByteReader reader(body);
      const auto data = reader.block8();
      if (!data || !reader.empty()) return false;
      hello.renegotiation_info = Bytes(data->begin(), data->end());
      return true;
    }
    case ext::cookie: {
      ByteReader reader(body);
      const auto data = reader.block16();
      if (!data || !reader.empty() || data->empty()) return false;
      hello.cookie.assign(data->begin(), data->end());
      return true;
    }
    default:
      keep_raw(hello, type, body);
      return true;
  }
}

Result<ClientHello, HelloError> read_message(ByteView body, std::uint16_t record_version) {
  ByteReader reader(body);
  ClientHello hello;
  hello.record_version = record_version;
  const auto version = reader.u16();
  const auto random = reader.take(32);
  const auto session = reader.block8();
  const auto suites = reader.block16();
  const auto methods = reader.block8();
  if (!version || !random || !session || !suites || !methods) return unexpected(HelloError::bad_length);
  if (session->size() > 32 || suites->size() % 2 != 0) return unexpected(HelloError::bad_length);
  hello.legacy_version = *version;
  std::ranges::copy(*random, hello.random.begin());
  hello.session_id.assign(session->begin(), session->end());
  ByteReader list(*suites);
  while (const auto suite = list.u16()) hello.suites.push_back(*suite);
  hello.compression_methods.assign(methods->begin(), methods->end());
  if (reader.empty()) return hello;

  const auto extensions = reader.block16();
  if (!extensions || !reader.empty()) return unexpected(HelloError::bad_length);
  std::set<std::uint16_t> seen;
  ByteReader each(*extensions);
  while (!each.empty()) {
    const auto type = each.u16();
    const auto content = each.block16();
    if (!type || !content) return unexpected(HelloError::bad_length);
    if (!seen.insert(*type).second) return unexpected(HelloError::duplicate_extension);
    if (!read_extension(hello, *type, *content)) return unexpected(HelloError::bad_length);
  }
  return hello;
}

}  // namespace

Result<ClientHello, HelloError> parse_client_hello(ByteView records) {
  ByteReader reader(records);
  Bytes message;
  std::optional<std::uint16_t> record_version;
  while (true) {
    if (message.size() >= 4) {
      ByteReader header(message);
      if (*header.u8() != message_client_hello) return unexpected(HelloError::not_client_hello);
      const std::size_t length = *header.u24();
      if (length > max_hello_bytes) return unexpected(HelloError::too_large);
      if (message.size() - 4 > length) return unexpected(HelloError::bad_length);
      if (message.size() - 4 == length) return read_message(header.rest(), *record_version);
    }
    const auto type = reader.u8();
    if (!type) return unexpected(HelloError::truncated);
    if (*type != record_type::handshake) return unexpected(HelloError::not_client_hello);
    const auto version = reader.u16();
    if (version && *version >> 8U != 3) return unexpected(HelloError::not_client_hello);
    const auto length = reader.u16();
    if (!length) return unexpected(HelloError::truncated);
    if (*length == 0 || *length > max_record_bytes) return unexpected(HelloError::bad_length);
    const auto body = reader.take(*length);
    if (!body) return unexpected(HelloError::truncated);
    if (!record_version) record_version = version;
    message.insert(message.end(), body->begin(), body->end());
  }
}

}  // namespace utsyn::wire
