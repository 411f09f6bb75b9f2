// Values by network prefix, for tables of a million lines: sorted vectors, one block for each prefix length,
// so that a look-up is one binary search a length and nothing is stored but the entries.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "base/ip.h"

namespace utsyn::engine {

template <class Value>
class PrefixTable {
 public:
  struct Entry {
    std::uint64_t high = 0;  // the address's bits from the top; an IPv4 address fills the first 32
    std::uint64_t low = 0;
    Value value{};
    std::uint8_t length = 0;
    auto operator<=>(const Entry&) const = default;
  };

  void add(const Cidr& prefix, Value value) {
    const auto [high, low] = masked(prefix.base, prefix.length);
    family(prefix.base)
        .entries.push_back({high, low, std::move(value), static_cast<std::uint8_t>(prefix.length)});
  }

  // After the last add(), before the first look-up. What was added twice is kept once.
  void finish() {
    for (auto* family : {&v4_, &v6_}) {
      auto& entries = family->entries;
      const auto order = [](const Entry& a, const Entry& b) {
        return std::tie(a.length, a.high, a.low, a.value) < std::tie(b.length, b.high, b.low, b.value);
      };
      std::sort(entries.begin(), entries.end(), order);
      entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
      entries.shrink_to_fit();
      for (std::size_t length = 0; length < family->starts.size(); ++length) {
        family->starts[length] = static_cast<std::size_t>(
            std::lower_bound(entries.begin(), entries.end(), length,
                             [](const Entry& entry, std::size_t of) { return entry.length < of; }) -
            entries.begin());
      }
    }
  }

  // The entries of one prefix that covers the address: all that share it, by value. Empty when there is none.
  std::span<const Entry> at(const IpAddress& address, unsigned length) const {
    const auto& family = address.is_v4() ? v4_ : v6_;
    const auto [high, low] = masked(address, length);
    const auto block = std::span(family.entries)
                           .subspan(family.starts[length], family.starts[length + 1] - family.starts[length]);
    const auto found = std::equal_range(
        block.begin(), block.end(), Entry{high, low, {}, 0},
        [](const Entry& a, const Entry& b) { return std::tie(a.high, a.low) < std::tie(b.high, b.low); });
    return {found.first, found.second};
  }

  // The same for the longest prefix that covers the address.
  std::span<const Entry> longest(const IpAddress& address) const {
    for (auto length = static_cast<unsigned>(address.size() * 8) + 1; length-- > 0;) {
      if (const auto entries = at(address, length); !entries.empty()) return entries;
    }
    return {};
  }

  std::size_t size() const { return v4_.entries.size() + v6_.entries.size(); }

 private:
  struct Family {
    std::vector<Entry> entries;                 // by length, then address, then value
    std::array<std::size_t, 128 + 2> starts{};  // where each length begins
  };

  Family& family(const IpAddress& address) { return address.is_v4() ? v4_ : v6_; }

  static std::pair<std::uint64_t, std::uint64_t> masked(const IpAddress& address, unsigned length) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      high = (high << 8U) | address.bytes()[i];
      low = (low << 8U) | address.bytes()[i + 8];
    }
    const auto keep = [](unsigned bits) {
      return bits == 0 ? std::uint64_t{0} : ~std::uint64_t{0} << (64U - bits);
    };
    return {high & keep(std::min(length, 64U)), low & keep(length > 64 ? length - 64 : 0)};
  }

  Family v4_;
  Family v6_;
};

}  // namespace utsyn::engine
