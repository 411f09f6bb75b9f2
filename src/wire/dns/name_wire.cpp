#include "wire/dns/name_wire.h"

#include <fmt/format.h>

#include "base/characters.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t name_limit = 255;
constexpr std::size_t label_limit = 63;
constexpr unsigned pointer_limit = 127;  // no name has more labels; a longer chain only wastes our time

void append_label(std::string& text, ByteView label) {
  for (const auto byte : label) {
    if (byte == '.' || byte == '\\' || byte == '"') {
      text += '\\';
      text += static_cast<char>(byte);
    } else if (byte > 0x20 && byte < 0x7F) {
      text += static_cast<char>(byte);
    } else {
      text += fmt::format("\\{:03}", byte);
    }
  }
}

}  // namespace

std::string_view describe(DnsError error) {
  switch (error) {
    case DnsError::message_too_short:
      return "the message is shorter than its header and question";
    case DnsError::message_too_long:
      return "the message is longer than 65535 bytes";
    case DnsError::too_many_records:
      return "the message claims too many records";
    case DnsError::name_cut_short:
      return "a name goes past the end";
    case DnsError::name_too_long:
      return "a name has more than 255 bytes";
    case DnsError::bad_label_type:
      return "a name has a label of a reserved kind";
    case DnsError::bad_pointer:
      return "a compression pointer does not point backwards";
    case DnsError::bad_name_text:
      return "the text is not a domain name";
    case DnsError::record_cut_short:
      return "a record goes past the end";
    case DnsError::bad_record_data:
      return "record data does not have the form of its type";
    case DnsError::bad_record_text:
      return "the text of a record cannot be read";
    case DnsError::several_edns_records:
      return "the message has more than one EDNS record";
  }
  return "the message cannot be read";
}

Result<Bytes, DnsError> name_to_wire(std::string_view text) {
  if (text == ".") return Bytes{0};
  if (text.empty()) return unexpected(DnsError::bad_name_text);
  Bytes wire{0};  // the length of the label under way is filled in when it ends
  std::size_t label_at = 0;
  const auto end_label = [&] {
    const auto length = wire.size() - label_at - 1;
    if (length == 0 || length > label_limit) return false;
    wire[label_at] = static_cast<std::uint8_t>(length);
    label_at = wire.size();
    wire.push_back(0);
    return true;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '.') {
      if (!end_label()) return unexpected(DnsError::bad_name_text);
      continue;
    }
    if (c == '\\') {
      if (++at == text.size()) return unexpected(DnsError::bad_name_text);
      c = text[at];
      if (is_digit(c)) {
        const auto value = at + 3 <= text.size() ? parse_uint(text.substr(at, 3)) : std::nullopt;
        if (!value || *value > 255) return unexpected(DnsError::bad_name_text);
        c = static_cast<char>(*value);
        at += 2;
      }
    }
    wire.push_back(static_cast<std::uint8_t>(c));
    if (wire.size() > name_limit + 1) return unexpected(DnsError::name_too_long);
  }
  if (!text.ends_with('.') || label_at + 1 != wire.size()) {
    if (!end_label()) return unexpected(DnsError::bad_name_text);
  }
  if (wire.size() > name_limit) return unexpected(DnsError::name_too_long);
  return wire;
}

Result<std::string, DnsError> read_name(ByteReader& reader, ByteView message) {
  std::string text;
  std::size_t size = 1;                    // the closing root label
  std::size_t lowest = reader.position();  // pointers must point below every part read so far
  ByteReader elsewhere{message};
  ByteReader* source = &reader;
  unsigned pointers = 0;
  for (;;) {
    const auto length = source->u8();
    if (!length) return unexpected(DnsError::name_cut_short);
    if (*length == 0) break;
    if (*length >= 0xC0) {
      const auto low = source->u8();
      if (!low) return unexpected(DnsError::name_cut_short);
      const std::size_t target = (*length & 0x3FU) * std::size_t{256} + *low;
      if (target >= lowest || target >= message.size() || ++pointers > pointer_limit)
        return unexpected(DnsError::bad_pointer);
      lowest = target;
      elsewhere = ByteReader(message);
      elsewhere.skip(target);
      source = &elsewhere;
      continue;
    }
    if (*length > label_limit) return unexpected(DnsError::bad_label_type);
    const auto label = source->take(*length);
    if (!label) return unexpected(DnsError::name_cut_short);
    size += label->size() + 1;
    if (size > name_limit) return unexpected(DnsError::name_too_long);
    if (!text.empty()) text += '.';
    append_label(text, *label);
  }
  if (text.empty()) return std::string(".");
  return text;
}

std::optional<std::string> canonical_name(std::string_view text) {
  const auto wire = name_to_wire(text);
  if (!wire) return std::nullopt;
  ByteReader reader{*wire};
  const auto name = read_name(reader);
  if (!name) return std::nullopt;
  return lower(*name);
}

}  // namespace utsyn::wire
