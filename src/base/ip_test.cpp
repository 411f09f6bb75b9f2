#include "base/ip.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

using namespace std::string_view_literals;

TEST(ParseAddress, GivesTheCanonicalForm) {
  const struct {
    std::string_view text, expected;
  } cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::", "::"},
      {"192.0.2.256", ""},
      {"192.0.2", ""},
      {"192.0.2.1 ", ""},
      {"[::1]", ""},
      {"fe80::1%eth0", ""},
      {"0x7f.0.0.1", ""},
      {"", ""},
      {"192.0.2.1\0x"sv, ""},
      {"1:2:3:4:5:6:7:8:9", ""},
  };
  for (const auto& row : cases) {
    const auto address = IpAddress::parse(row.text);
    EXPECT_EQ(address ? address->str() : "", row.expected) << row.text;
  }
}

TEST(ReverseName, IsWrittenAsDnsWantsIt) {
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->reverse_name(), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->reverse_name(),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(Cidr, ContainsWhatItsPrefixSays) {
  const struct {
    std::string_view cidr, address;
    bool expected;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.255", true},      {"192.0.2.0/24", "192.0.3.0", false},
      {"0.0.0.0/0", "203.0.113.9", true},         {"0.0.0.0/0", "::1", false},
      {"2001:db8::/33", "2001:db8:7fff::", true}, {"2001:db8::/33", "2001:db8:8000::", false},
      {"192.0.2.7", "192.0.2.7", true},           {"192.0.2.7", "192.0.2.6", false},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(Cidr::parse(row.cidr)->contains(*IpAddress::parse(row.address)), row.expected)
        << row.cidr << " " << row.address;
  }
  for (const std::string_view bad : {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "/24", "::/129", "x/8"}) {
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
  }
  EXPECT_EQ(Cidr::parse("10.0.0.0/8")->str(), "10.0.0.0/8");
}

TEST(SpecialPurpose, JudgesTheAddressThatPacketsReach) {
  const struct {
    std::string_view address, expected;
  } cases[] = {
      {"1.1.1.1", ""},
      {"192.0.1.1", ""},
      {"172.15.255.255", ""},
      {"2a02:cc41::1", ""},
      {"2001:4860:4860::8888", ""},
      {"10.1.2.3", "private"},
      {"172.16.0.1", "private"},
      {"172.31.255.255", "private"},
      {"192.168.1.1", "private"},
      {"127.0.0.53", "loopback"},
      {"169.254.169.254", "link-local"},
      {"100.64.0.1", "shared"},
      {"192.0.2.1", "documentation"},
      {"224.0.0.1", "multicast"},
      {"255.255.255.255", "reserved"},
      {"0.0.0.0", "reserved"},
      {"::", "reserved"},
      {"::1", "loopback"},
      {"fc00::1", "private"},
      {"fd00:ec2::254", "private"},
      {"fe80::1", "link-local"},
      {"ff02::1", "multicast"},
      {"2001:db8::1", "documentation"},
      {"2001::1", "reserved"},            // Teredo
      {"4000::1", "reserved"},            // not given out
      {"::127.0.0.1", "reserved"},        // IPv4-compatible, deprecated
      {"::ffff:0:10.0.0.1", "reserved"},  // IPv4-translated
      {"::ffff:10.0.0.1", "private"},
      {"::ffff:1.1.1.1", ""},
      {"64:ff9b::7f00:1", "loopback"},
      {"64:ff9b::101:101", ""},
      {"64:ff9b:1::101:101", "private"},
      {"2002:a9fe:a9fe::1", "link-local"},  // 6to4 around 169.254.169.254
      {"2002:0101:0101::1", ""},
  };
  for (const auto& row : cases)
    EXPECT_EQ(special_purpose(*IpAddress::parse(row.address)), row.expected) << row.address;
}

}  // namespace
}  // namespace utsyn
