// Addresses, networks, and which of them are not the public internet.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace utsyn {

class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);  // no brackets, no zone
  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);

  bool is_v4() const { return is_v4_; }
  std::string str() const;  // RFC 5952 for IPv6
  // 4 or 16 bytes in network order; the first 4 of the array for IPv4.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::size_t size() const { return is_v4_ ? 4 : 16; }
  // in-addr.arpa or ip6.arpa name, without the final dot.
  std::string reverse_name() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool is_v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};
};

struct Cidr {
  IpAddress base;
  unsigned length = 0;

  static std::optional<Cidr> parse(
      std::string_view text);  // 192.0.2.0/24; a bare address is a whole-length one
  bool contains(const IpAddress& address) const;
  std::string str() const;
  auto operator<=>(const Cidr&) const = default;
};

// Why an address is not an ordinary public one (IANA special-purpose registries, RFC 6890): "private",
// "loopback", "link-local" (with 169.254.169.254 and the IPv6 metadata addresses), "multicast",
// "documentation", "shared", "reserved"; IPv4-mapped, NAT64 and 6to4 forms are judged by the IPv4 address
// inside. Empty when public.
std::string_view special_purpose(const IpAddress& address);

}  // namespace utsyn
