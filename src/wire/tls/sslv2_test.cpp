// SSLv2: the bytes, and what is not SSLv2.
#include "wire/tls/sslv2.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  return *from_hex(digits);
}

TEST(BuildSslv2ClientHello, OffersAllSevenKinds) {
  const auto bytes = build_sslv2_client_hello({.kinds = {}, .challenge = Bytes(16, 0xAB)});
  EXPECT_EQ(to_hex(bytes),
            to_hex(hex("802e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 "
                       "abababababababababababababababab")));
}

TEST(BuildSslv2ClientHello, FillsAShortChallenge) {
  EXPECT_EQ(build_sslv2_client_hello({.kinds = {0x0700C0}, .challenge = {1}}).size(), 2U + 9 + 3 + 16);
  EXPECT_EQ(build_sslv2_client_hello({.kinds = {0x0700C0}, .challenge = Bytes(99)}).size(), 2U + 9 + 3 + 32);
}

struct Case {
  std::string_view name;
  Bytes bytes;
  Result<Sslv2ServerHello, Sslv2Error> expected;
};

TEST(ParseSslv2ServerHello, GivesExpectedResult) {
  const Case cases[] = {
      {"two ciphers", hex("8015 04 00 01 0002 0002 0006 0002 3082 010080 0700c0 c1c2"),
       Sslv2ServerHello{false, 1, 2, {0x30, 0x82}, {0x010080, 0x0700C0}, {0xC1, 0xC2}}},
      {"zero ciphers (CVE-2015-3197)", hex("800f 04 00 01 0002 0002 0000 0002 3082 c1c2"),
       Sslv2ServerHello{false, 1, 2, {0x30, 0x82}, {}, {0xC1, 0xC2}}},
      {"session hit, nothing else", hex("800d 04 01 00 0002 0000 0000 0002 c1c2"),
       Sslv2ServerHello{true, 0, 2, {}, {}, {0xC1, 0xC2}}},
      {"long header", hex("000d 00 04 01 00 0002 0000 0000 0002 c1c2"),
       Sslv2ServerHello{true, 0, 2, {}, {}, {0xC1, 0xC2}}},
      {"no bytes", {}, unexpected(Sslv2Error::need_more)},
      {"one byte", hex("80"), unexpected(Sslv2Error::need_more)},
      {"header only", hex("8015"), unexpected(Sslv2Error::need_more)},
      {"cut in the certificate", hex("8015 04 00 01 0002 0002 0006 0002 30"),
       unexpected(Sslv2Error::need_more)},
      {"cut in the lengths", hex("8015 04 00 01 0002 00"), unexpected(Sslv2Error::need_more)},
      {"no common cipher", hex("8003 00 0001"), unexpected(Sslv2Error::refused)},
      {"an error nobody defined", hex("8003 00 00ff"), unexpected(Sslv2Error::not_sslv2)},
      {"TLS alert", hex("150301 0002 0246"), unexpected(Sslv2Error::not_sslv2)},
      {"start of a TLS record", hex("16"), unexpected(Sslv2Error::not_sslv2)},
      {"HTTP", Bytes{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '0'},
       unexpected(Sslv2Error::not_sslv2)},
      {"SMTP", Bytes{'2', '2', '0', ' ', 'm', 'a', 'i', 'l', ' ', 'E', 'S', 'M', 'T', 'P'},
       unexpected(Sslv2Error::not_sslv2)},
      {"client hello", hex("802e 01 0002 0015 0000 0010"), unexpected(Sslv2Error::not_sslv2)},
      {"version 3", hex("800d 04 01 00 0300 0000 0000 0002 c1c2"), unexpected(Sslv2Error::not_sslv2)},
      {"lengths that lie", hex("8015 04 00 01 0002 0002 0006 0003 3082 010080 0700c0 c1c2"),
       unexpected(Sslv2Error::malformed)},
      {"kinds not of three bytes", hex("8014 04 00 01 0002 0002 0005 0002 3082 010080 0700 c1c2"),
       unexpected(Sslv2Error::malformed)},
  };
  for (const auto& row : cases) EXPECT_EQ(parse_sslv2_server_hello(row.bytes), row.expected) << row.name;
}

}  // namespace
}  // namespace utsyn::wire
