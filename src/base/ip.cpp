#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace utsyn {
namespace {

struct Block {
  const char* cidr;
  std::string_view why;
};

constexpr Block kBlocks[] = {
    {"0.0.0.0/8", "reserved"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},
    {"192.0.2.0/24", "documentation"},
    {"192.88.99.0/24", "reserved"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "reserved"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "reserved"},
    {"::1/128", "loopback"},
    {"100::/64", "reserved"},
    {"2001:db8::/32", "documentation"},
    {"3fff::/20", "documentation"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "private"},
    {"ff00::/8", "multicast"},
    {"5f00::/16", "reserved"},
    {"2001::/23", "reserved"},
    {"64:ff9b:1::/48", "private"},
};

std::optional<IpAddress> embedded_v4(const IpAddress& address) {
  const auto& b = address.bytes();
  const auto at = [&](std::size_t i) { return IpAddress::v4({b[i], b[i + 1], b[i + 2], b[i + 3]}); };
  const auto zero = [&](std::size_t from, std::size_t to) {
    return std::all_of(b.begin() + static_cast<std::ptrdiff_t>(from),
                       b.begin() + static_cast<std::ptrdiff_t>(to), [](auto byte) { return byte == 0; });
  };
  if (zero(0, 10) && b[10] == 0xFF && b[11] == 0xFF) return at(12);  // ::ffff:0:0/96
  if (b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xFF && b[3] == 0x9B && zero(4, 12))
    return at(12);                                 // 64:ff9b::/96
  if (b[0] == 0x20 && b[1] == 0x02) return at(2);  // 2002::/16
  return std::nullopt;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress out;
  std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
  return out;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
  IpAddress out;
  out.is_v4_ = false;
  out.bytes_ = bytes;
  return out;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton reads up to a NUL and would take what stands before it.
  if (text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return v4(four);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, terminated.c_str(), sixteen.data()) == 1) return v6(sixteen);
  return std::nullopt;
}

std::string IpAddress::str() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
  return text;
}

std::string IpAddress::reverse_name() const {
  std::string out;
  if (is_v4_) {
    for (int i = 3; i >= 0; --i) out += std::to_string(bytes_[static_cast<std::size_t>(i)]) + ".";
    return out + "in-addr.arpa";
  }
  const auto hex = to_hex(bytes_);
  for (auto it = hex.rbegin(); it != hex.rend(); ++it) {
    out += *it;
    out += '.';
  }
  return out + "ip6.arpa";
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  auto rest = text;
  const auto address = IpAddress::parse(cut(rest, '/'));
  if (!address) return std::nullopt;
  const auto whole = static_cast<unsigned>(address->size() * 8);
  if (text.find('/') == std::string_view::npos) return Cidr{*address, whole};
  const auto length = parse_uint(rest);
  if (!length || *length > whole) return std::nullopt;
  return Cidr{*address, static_cast<unsigned>(*length)};
}

bool Cidr::contains(const IpAddress& address) const {
  if (address.is_v4() != base.is_v4()) return false;
  for (unsigned bit = 0; bit < length; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if ((address.bytes()[bit / 8] & mask) != (base.bytes()[bit / 8] & mask)) return false;
  }
  return true;
}

std::string Cidr::str() const { return base.str() + "/" + std::to_string(length); }

std::string_view special_purpose(const IpAddress& address) {
  if (!address.is_v4()) {
    if (const auto inner = embedded_v4(address)) return special_purpose(*inner);
  }
  static const auto blocks = [] {
    std::array<Cidr, std::size(kBlocks)> parsed{};
    std::transform(std::begin(kBlocks), std::end(kBlocks), parsed.begin(),
                   [](const Block& block) { return *Cidr::parse(block.cidr); });
    return parsed;
  }();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].contains(address)) return kBlocks[i].why;
  }
  // IANA has given out 2000::/3 only; everything else is reserved, also the old forms with an IPv4 address
  // inside.
  if (!address.is_v4() && (address.bytes()[0] & 0xE0U) != 0x20U) return "reserved";
  return {};
}

}  // namespace utsyn
