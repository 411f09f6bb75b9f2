// ClientHello: bytes as the RFCs draw them, and back.
#include "wire/tls/hello.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "wire/tls/suites.h"

namespace utsyn::wire {
namespace {

Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  return *from_hex(digits);
}

std::array<std::uint8_t, 32> counting_random() {
  std::array<std::uint8_t, 32> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}

constexpr std::string_view random_hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST(BuildClientHello, Sslv3HasNoExtensions) {
  auto hello = plain_client_hello(tls::ssl3, "example.no", {0x000A, 0x0005});
  hello.random = counting_random();
  const auto expected =
      hex("16 0300 002f 01 00002b 0300" + std::string(random_hex) + "00 0004 000a0005 01 00");
  EXPECT_EQ(to_hex(build_client_hello(hello)), to_hex(expected));
}

TEST(BuildClientHello, EachExtensionAsItsRfcDrawsIt) {
  struct Case {
    std::string_view name;
    void (*set)(ClientHello&);
    std::string_view extension;
  };
  const Case cases[] = {
      {"sni", [](ClientHello& h) { h.sni = "a.no"; }, "0000 0009 0007 00 0004 612e6e6f"},
      {"groups", [](ClientHello& h) { h.groups = {29, 23}; }, "000a 0006 0004 001d 0017"},
      {"formats", [](ClientHello& h) { h.ec_point_formats = true; }, "000b 0002 01 00"},
      {"schemes", [](ClientHello& h) { h.signature_schemes = {0x0201}; }, "000d 0004 0002 0201"},
      {"heartbeat", [](ClientHello& h) { h.heartbeat = 1; }, "000f 0001 01"},
      {"alpn", [](ClientHello& h) { h.alpn = {"h2", "utsyn-x"}; },
       "0010 000d 000b 02 6832 07 757473796e2d78"},
      {"sct", [](ClientHello& h) { h.signed_certificate_timestamp = true; }, "0012 0000"},
      {"etm", [](ClientHello& h) { h.encrypt_then_mac = true; }, "0016 0000"},
      {"ems", [](ClientHello& h) { h.extended_master_secret = true; }, "0017 0000"},
      {"ticket", [](ClientHello& h) { h.session_ticket = Bytes{1, 2}; }, "0023 0002 0102"},
      {"empty ticket", [](ClientHello& h) { h.session_ticket = Bytes{}; }, "0023 0000"},
      {"status", [](ClientHello& h) { h.status_request = true; }, "0005 0005 01 0000 0000"},
      {"versions", [](ClientHello& h) { h.supported_versions = {0x0304, 0x0303}; }, "002b 0005 04 0304 0303"},
      {"cookie", [](ClientHello& h) { h.cookie = Bytes{9}; }, "002c 0003 0001 09"},
      {"modes", [](ClientHello& h) { h.psk_dhe_ke = true; }, "002d 0002 01 01"},
      {"no shares", [](ClientHello& h) { h.key_shares.emplace(); }, "0033 0002 0000"},
      {"a share", [](ClientHello& h) { h.key_shares = std::vector<KeyShare>{{29, Bytes{0xAA, 0xBB}}}; },
       "0033 0008 0006 001d 0002 aabb"},
      {"npn", [](ClientHello& h) { h.next_protocol_negotiation = true; }, "3374 0000"},
      {"renegotiation", [](ClientHello& h) { h.renegotiation_info = Bytes{}; }, "ff01 0001 00"},
      {"renegotiating", [](ClientHello& h) { h.renegotiation_info = Bytes{7, 8}; }, "ff01 0003 02 0708"},
      {"raw", [](ClientHello& h) { h.extra = {{0x001B, Bytes{2, 0, 2}}}; }, "001b 0003 020002"},
  };
  for (const auto& row : cases) {
    ClientHello hello;
    hello.suites = {0xC02F};
    row.set(hello);
    const auto bytes = build_client_hello(hello);
    const auto extension = hex(row.extension);
    const std::size_t fixed = 5 + 4 + 2 + 32 + 1 + 2 + 2 + 2;
    ASSERT_EQ(bytes.size(), fixed + 2 + extension.size()) << row.name;
    EXPECT_EQ(to_hex(ByteView(bytes).subspan(fixed + 2)), to_hex(extension)) << row.name;
    const auto back = parse_client_hello(bytes);
    ASSERT_TRUE(back) << row.name;
    EXPECT_EQ(*back, hello) << row.name;
  }
}

TEST(BuildClientHello, PaddingReachesTheGivenSize) {
  auto hello = plain_client_hello(tls::tls12, "example.no", {0xC02F, 0xC030});
  const auto bare = build_client_hello_message(hello).size();
  for (const std::size_t size : {std::size_t{256}, std::size_t{511}, std::size_t{512}, std::size_t{5000}}) {
    hello.padded_size = size;
    const auto padded = build_client_hello(hello);
    EXPECT_EQ(padded.size(), size + 5);
    EXPECT_TRUE(parse_client_hello(padded));
  }
  hello.padded_size = 10;
  EXPECT_EQ(build_client_hello_message(hello).size(), bare);
}

TEST(BuildClientHello, GreaseStandsWhereBrowsersPutIt) {
  auto hello = plain_client_hello(tls::tls13, "example.no", {0x1301});
  hello.random = counting_random();
  for (std::size_t i = 0; i < 5; ++i) hello.random.at(i) = static_cast<std::uint8_t>(0x10 * (i + 1));
  hello.grease = true;
  const auto back = parse_client_hello(build_client_hello(hello));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->suites, (std::vector<std::uint16_t>{0x1A1A, 0x1301}));
  EXPECT_EQ(back->groups.front(), 0x2A2A);
  EXPECT_EQ(back->supported_versions, (std::vector<std::uint16_t>{0x4A4A, 0x0304}));
  ASSERT_EQ(back->extra.size(), 2U);
  EXPECT_EQ(back->extra[0], (RawExtension{0x3A3A, {}}));
  EXPECT_EQ(back->extra[1], (RawExtension{0x5A5A, {0}}));
  EXPECT_EQ(back->key_shares, std::vector<KeyShare>{});
}

TEST(BuildClientHello, LongHelloTakesSeveralRecords) {
  auto hello = plain_client_hello(tls::tls12, "example.no", {0xC02F});
  hello.padded_size = 40000;
  const auto bytes = build_client_hello(hello);
  EXPECT_EQ(bytes.size(), 40000U + 3 * 5);
  const auto back = parse_client_hello(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sni, "example.no");
}

TEST(BuildClientHello, CutsWhatTheFormatCannotCarry) {
  ClientHello hello;
  hello.suites.assign(40000, 0x1301);
  hello.session_id.assign(40, 1);
  hello.sni = std::string(300, 'a');
  hello.extra = {{1, Bytes(70000)}};
  const auto back = parse_client_hello(build_client_hello(hello));
  EXPECT_FALSE(back);
  EXPECT_EQ(back.error(), HelloError::too_large);
  hello.suites.resize(10);
  const auto small = parse_client_hello(build_client_hello(hello));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->session_id.size(), 32U);
  EXPECT_EQ(small->sni->size(), 255U);
  EXPECT_TRUE(small->extra.empty());
}

TEST(SecondClientHello, KeepsAllButCookieAndShare) {
  auto first = plain_client_hello(tls::tls13, "example.no", {0x1301, 0x1302});
  first.random = counting_random();
  const auto second = second_client_hello(first, Bytes{1, 2, 3}, {23, Bytes(65, 4)});
  EXPECT_EQ(second.cookie, (Bytes{1, 2, 3}));
  ASSERT_EQ(second.key_shares->size(), 1U);
  EXPECT_EQ(second.key_shares->front().group, 23);
  EXPECT_EQ(second.random, first.random);
  EXPECT_EQ(second.suites, first.suites);
  EXPECT_EQ(second.record_version, tls::tls12);
  EXPECT_EQ(parse_client_hello(build_client_hello(second)), second);
}

TEST(ParseClientHello, SaysWhatIsWrong) {
  const std::string head = "0303" + std::string(random_hex) + "00 0002 1301 01 00";
  const auto record = [](const std::string& body_hex) {
    const auto body = hex(body_hex);
    Bytes out = {0x16,
                 3,
                 1,
                 0,
                 static_cast<std::uint8_t>(body.size() + 4),
                 1,
                 0,
                 0,
                 static_cast<std::uint8_t>(body.size())};
    out.insert(out.end(), body.begin(), body.end());
    return out;
  };
  struct Case {
    std::string_view name;
    Bytes bytes;
    HelloError error;
  };
  const Case cases[] = {
      {"nothing", {}, HelloError::truncated},
      {"half a header", hex("1603"), HelloError::truncated},
      {"half a body", hex("160301 0010 0100"), HelloError::truncated},
      {"an alert", hex("150301 0002 0228"), HelloError::not_client_hello},
      {"SSLv2", hex("802e 01 0002"), HelloError::not_client_hello},
      {"major version 2", hex("160200 0004 01000000"), HelloError::not_client_hello},
      {"ServerHello", hex("160301 0004 02000000"), HelloError::not_client_hello},
      {"empty record", hex("160301 0000"), HelloError::bad_length},
      {"huge record", hex("160301 ffff"), HelloError::bad_length},
      {"empty message", hex("160301 0004 01000000"), HelloError::bad_length},
      {"more than the message", hex("160301 0005 0100000000"), HelloError::bad_length},
      {"huge message", hex("160301 0004 01ffffff"), HelloError::too_large},
      {"odd suites", record("0303" + std::string(random_hex) + "00 0003 130100 01 00"),
       HelloError::bad_length},
      {"long session id",
       record("0303" + std::string(random_hex) + "21" + std::string(66, '0') + "0002 1301 01 00"),
       HelloError::bad_length},
      {"extensions too long", record(head + "0005 0017 0000"), HelloError::bad_length},
      {"extension too long", record(head + "0004 0017 0001"), HelloError::bad_length},
      {"bytes after extensions", record(head + "0004 0017 0000 00"), HelloError::bad_length},
      {"twice", record(head + "0008 0017 0000 0017 0000"), HelloError::duplicate_extension},
      {"lying groups", record(head + "0008 000a 0004 0003 001d"), HelloError::bad_length},
      {"lying share", record(head + "000a 0033 0006 0004 001d 0001"), HelloError::bad_length},
      {"lying name", record(head + "0009 0000 0005 0003 00 0001"), HelloError::bad_length},
      {"empty alpn", record(head + "0006 0010 0002 0000"), HelloError::bad_length},
      {"heartbeat of two", record(head + "0006 000f 0002 0101"), HelloError::bad_length},
      {"empty cookie", record(head + "0006 002c 0002 0000"), HelloError::bad_length},
      {"lying renegotiation", record(head + "0005 ff01 0001 01"), HelloError::bad_length},
  };
  for (const auto& row : cases) {
    const auto parsed = parse_client_hello(row.bytes);
    ASSERT_FALSE(parsed) << row.name;
    EXPECT_EQ(parsed.error(), row.error) << row.name;
  }
  EXPECT_TRUE(parse_client_hello(record(head)));
  // A known extension with a body we have no field for survives as it came.
  const auto odd = parse_client_hello(record(head + "0007 000b 0003 02 0001"));
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->extra, (std::vector<RawExtension>{{11, {2, 0, 1}}}));
}

TEST(ParseClientHello, MessageMayBeCutAnywhere) {
  const auto whole = build_client_hello(plain_client_hello(tls::tls13, "example.no", {0x1301}));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto part = parse_client_hello(ByteView(whole).first(i));
    ASSERT_FALSE(part);
    EXPECT_EQ(part.error(), HelloError::truncated) << i;
  }
}

}  // namespace
}  // namespace utsyn::wire
