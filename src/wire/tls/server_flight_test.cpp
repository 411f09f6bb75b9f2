// The server's first flight: whole, in crumbs, and lying.
#include "wire/tls/server_flight.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "wire/tls/hello.h"

namespace utsyn::wire {
namespace {

using State = ServerFlight::State;
using Until = ServerFlight::Until;

Bytes hex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  return *from_hex(digits);
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes handshake(const Bytes& messages, std::uint16_t version = tls::tls12) {
  return build_record(record_type::handshake, version, messages);
}

ServerHello usual_hello() {
  ServerHello hello;
  hello.version = hello.legacy_version = tls::tls12;
  hello.random.fill(0x42);
  hello.session_id = Bytes(32, 7);
  hello.suite = 0xC02F;
  hello.renegotiation_info = Bytes{};
  hello.extended_master_secret = true;
  hello.status_request = true;
  hello.alpn = "h2";
  hello.extensions = {0xFF01, 16, 23, 5};
  return hello;
}

Bytes certificate_message(const std::vector<Bytes>& ders) {
  ByteWriter out;
  const auto list = out.open(3);
  for (const auto& der : ders) {
    out.u24(der.size());
    out.bytes(der);
  }
  out.close(list, 3);
  return build_handshake_message(11, out.view());
}

Bytes ecdhe_message() { return build_handshake_message(12, hex("03 001d 04 01020304 0804 0002 abcd")); }

Bytes usual_flight() {
  const Bytes status = build_handshake_message(22, hex("01 000003 aabbcc"));
  return handshake(build_server_hello_message(usual_hello()) +
                   certificate_message({Bytes(900, 1), Bytes(800, 2)})) +
         handshake(status) + handshake(ecdhe_message() + build_handshake_message(14, {}));
}

void expect_usual(const ServerFlight& flight) {
  EXPECT_EQ(flight.state(), State::done) << flight.fault();
  ASSERT_TRUE(flight.hello());
  EXPECT_EQ(*flight.hello(), usual_hello());
  EXPECT_EQ(flight.certificates(), (std::vector<Bytes>{Bytes(900, 1), Bytes(800, 2)}));
  EXPECT_EQ(flight.ocsp_response(), hex("aabbcc"));
  ASSERT_TRUE(flight.key_exchange());
  EXPECT_EQ(flight.key_exchange()->kind, ServerKeyExchange::Kind::ecdhe);
  EXPECT_EQ(flight.key_exchange()->group, 29);
  EXPECT_EQ(flight.key_exchange()->point, hex("01020304"));
  EXPECT_EQ(flight.key_exchange()->signature_scheme, 0x0804);
  EXPECT_FALSE(flight.change_cipher_spec_seen());
}

TEST(ServerFlight, ReadsAnOrdinaryFlight) {
  ServerFlight flight;
  EXPECT_EQ(flight.feed(usual_flight()), State::done);
  expect_usual(flight);
}

TEST(ServerFlight, ReadsItByteByByte) {
  ServerFlight flight;
  for (const auto byte : usual_flight()) flight.feed(ByteView(&byte, 1));
  expect_usual(flight);
}

TEST(ServerFlight, ReadsItInRecordsOfSevenBytes) {
  Bytes messages = build_server_hello_message(usual_hello()) +
                   certificate_message({Bytes(900, 1), Bytes(800, 2)}) +
                   build_handshake_message(22, hex("01 000003 aabbcc")) + ecdhe_message() +
                   build_handshake_message(14, {});
  ServerFlight flight;
  for (std::size_t at = 0; at < messages.size(); at += 7) {
    const auto part = ByteView(messages).subspan(at, std::min<std::size_t>(7, messages.size() - at));
    flight.feed(build_record(record_type::handshake, tls::tls10, part));
  }
  expect_usual(flight);
}

TEST(ServerFlight, StopsAtServerHelloWhenAsked) {
  ServerFlight flight(Until::hello);
  EXPECT_EQ(flight.feed(usual_flight()), State::hello);
  EXPECT_TRUE(flight.finished());
  EXPECT_FALSE(flight.certificate_seen());
  ServerFlight on;
  EXPECT_EQ(on.feed(handshake(build_server_hello_message(usual_hello()))), State::hello);
  EXPECT_FALSE(on.finished());
}

TEST(ServerFlight, Tls13EndsAtServerHello) {
  auto hello = usual_hello();
  hello.version = tls::tls13;
  hello.suite = 0x1301;
  hello.selected_group = 29;
  hello.key_share = Bytes(32, 5);
  ServerFlight flight;
  flight.feed(handshake(build_server_hello_message(hello)) + hex("1403030001 01 1703030002 0000"));
  EXPECT_EQ(flight.state(), State::done);
  EXPECT_EQ(flight.hello()->version, tls::tls13);
  EXPECT_EQ(flight.hello()->legacy_version, tls::tls12);
  EXPECT_EQ(flight.hello()->selected_group, 29);
  EXPECT_EQ(flight.hello()->key_share, Bytes(32, 5));
  EXPECT_FALSE(flight.hello()->is_hello_retry_request);
}

TEST(ServerFlight, HelloRetryRequestNamesSuiteAndGroup) {
  ServerHello retry;
  retry.legacy_version = tls::tls12;
  retry.version = tls::tls13;
  retry.is_hello_retry_request = true;
  retry.suite = 0x1302;
  retry.selected_group = 4588;
  retry.cookie = Bytes{1, 2, 3};
  ServerFlight flight;
  EXPECT_EQ(flight.feed(handshake(build_server_hello_message(retry))), State::done);
  EXPECT_TRUE(flight.hello()->is_hello_retry_request);
  EXPECT_EQ(flight.hello()->suite, 0x1302);
  EXPECT_EQ(flight.hello()->selected_group, 4588);
  EXPECT_EQ(flight.hello()->cookie, (Bytes{1, 2, 3}));
  EXPECT_TRUE(flight.hello()->key_share.empty());
}

TEST(ServerFlight, DowngradeMarkers) {
  auto hello = usual_hello();
  const auto marker = [&](std::string_view tail) {
    const auto bytes = hex(tail);
    std::ranges::copy(bytes, hello.random.begin() + 24);
    ServerFlight flight(Until::hello);
    flight.feed(handshake(build_server_hello_message(hello)));
    return flight.hello()->downgrade;
  };
  EXPECT_EQ(marker("444F574E47524401"), DowngradeMarker::to_tls12);
  EXPECT_EQ(marker("444F574E47524400"), DowngradeMarker::to_tls11_or_lower);
  EXPECT_EQ(marker("444F574E47524402"), DowngradeMarker::none);
  EXPECT_EQ(marker("0000000000000000"), DowngradeMarker::none);
}

TEST(ServerFlight, HelloFactsSurviveARoundTrip) {
  auto hello = usual_hello();
  hello.encrypt_then_mac = true;
  hello.session_ticket = true;
  hello.server_name = true;
  hello.heartbeat = 1;
  hello.compression = 1;
  hello.renegotiation_info = Bytes(12, 3);
  hello.signed_certificate_timestamps = hex("0003 0001 aa");
  hello.next_protocols = std::vector<std::string>{"h2", "http/1.1"};
  const auto message = build_server_hello_message(hello);
  auto back = parse_server_hello(ByteView(message).subspan(4));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->extensions.size(), 10U);
  EXPECT_TRUE(back->has(extension::heartbeat));
  EXPECT_FALSE(back->has(extension::cookie));
  EXPECT_EQ(back->unix_time(), 0x42424242U);
  back->extensions = hello.extensions;
  EXPECT_EQ(*back, hello);
}

TEST(ServerFlight, Sslv3HelloHasNoExtensions) {
  ServerFlight flight(Until::hello);
  flight.feed(hex("16 0300 002a 02 000026 0300") + Bytes(32, 9) + hex("00 000a 00"));
  EXPECT_EQ(flight.state(), State::hello);
  EXPECT_EQ(flight.hello()->version, tls::ssl3);
  EXPECT_EQ(flight.hello()->suite, 0x000A);
  EXPECT_FALSE(flight.hello()->renegotiation_info);
}

TEST(ServerFlight, Alerts) {
  ServerFlight fatal;
  EXPECT_EQ(fatal.feed(hex("150301 0002 0228")), State::alert);
  EXPECT_EQ(fatal.alert(), (Alert{2, 40}));
  ServerFlight closed;
  EXPECT_EQ(closed.feed(hex("150301 0002 0100")), State::alert);
  EXPECT_EQ(closed.alert()->description, 0);
  // unrecognized_name as a warning: the handshake goes on.
  ServerFlight warned;
  warned.feed(hex("150303 0002 0170") + usual_flight());
  expect_usual(warned);
  EXPECT_EQ(warned.warnings(), (std::vector<Alert>{{1, 112}}));
  ServerFlight split;
  split.feed(hex("150303 0002 02"));
  EXPECT_EQ(split.state(), State::need_more);
  EXPECT_EQ(split.feed(hex("46")), State::alert);
}

TEST(ServerFlight, AbbreviatedHandshake) {
  ServerFlight flight;
  auto hello = usual_hello();
  hello.session_ticket = true;
  flight.feed(
      handshake(build_server_hello_message(hello) + build_handshake_message(4, hex("00000e10 0003 a1a2a3"))) +
      hex("1403030001 01") + hex("1603030028") + Bytes(40, 0xEE));
  EXPECT_EQ(flight.state(), State::done);
  EXPECT_TRUE(flight.change_cipher_spec_seen());
  EXPECT_EQ(flight.session_ticket(), hex("a1a2a3"));
  EXPECT_EQ(flight.session_ticket_lifetime(), 3600U);
}

TEST(ServerFlight, KeyExchanges) {
  struct Case {
    std::string_view name;
    std::uint16_t version;
    std::uint16_t suite;
    std::string_view body;
    State state;
    ServerKeyExchange expected;
  };
  using Kind = ServerKeyExchange::Kind;
  const Case cases[] = {
      {"ECDHE, TLS 1.2",
       tls::tls12,
       0xC02B,
       "03 0017 02 04aa 0403 0001 ff",
       State::hello,
       {Kind::ecdhe, 23, false, {4, 0xAA}, {}, {}, {}, 0x0403}},
      {"ECDHE, TLS 1.0 names no hash",
       tls::tls10,
       0xC013,
       "03 0017 02 04aa 0001 ff",
       State::hello,
       {Kind::ecdhe, 23, false, {4, 0xAA}, {}, {}, {}, std::nullopt}},
      {"explicit curve",
       tls::tls12,
       0xC013,
       "01 02 ff",
       State::hello,
       {Kind::ecdhe, 0, true, {}, {}, {}, {}, {}}},
      {"DHE",
       tls::tls12,
       0x009E,
       "0002 0017 0001 02 0002 0003 0201 0001 ff",
       State::hello,
       {Kind::dhe, 0, false, {}, {0, 0x17}, {2}, {0, 3}, 0x0201}},
      {"anonymous DH signs nothing",
       tls::tls12,
       0x0034,
       "0001 17 0001 02 0001 03",
       State::hello,
       {Kind::dhe, 0, false, {}, {0x17}, {2}, {3}, {}}},
      {"RSA export",
       tls::tls10,
       0x0003,
       "0001 99 0001 03 0001 ff",
       State::hello,
       {Kind::rsa_export, 0, false, {}, {0x99}, {3}, {}, {}}},
      {"DHE-PSK has a hint",
       tls::tls12,
       0x0090,
       "0001 68 0001 17 0001 02 0001 03",
       State::hello,
       {Kind::dhe, 0, false, {}, {0x17}, {2}, {3}, {}}},
      {"SRP is only noted", tls::tls12, 0xC01D, "0001 17", State::hello, {}},
      {"unknown curve type", tls::tls12, 0xC02B, "09 0017 02 04aa 0403 0001 ff", State::malformed, {}},
      {"point too long", tls::tls12, 0xC02B, "03 0017 09 04aa", State::malformed, {}},
      {"signature too long", tls::tls12, 0xC02B, "03 0017 02 04aa 0403 0009 ff", State::malformed, {}},
      {"bytes after the signature",
       tls::tls12,
       0xC02B,
       "03 0017 02 04aa 0403 0001 ff 00",
       State::malformed,
       {}},
      {"DH prime too long", tls::tls12, 0x009E, "00ff 17", State::malformed, {}},
  };
  for (const auto& row : cases) {
    auto hello = usual_hello();
    hello.version = hello.legacy_version = row.version;
    hello.suite = row.suite;
    ServerFlight flight;
    flight.feed(handshake(build_server_hello_message(hello) + build_handshake_message(12, hex(row.body))));
    EXPECT_EQ(flight.state(), row.state) << row.name;
    if (row.state == State::hello) {
      ASSERT_TRUE(flight.key_exchange()) << row.name;
      EXPECT_EQ(*flight.key_exchange(), row.expected) << row.name;
    }
  }
}

TEST(ServerFlight, CertificateRequestListsWhomItTrusts) {
  ServerFlight flight;
  flight.feed(
      handshake(build_server_hello_message(usual_hello()) +
                build_handshake_message(13, hex("02 01 40 0004 0403 0804 0008 0002 3000 0002 3001"))));
  ASSERT_TRUE(flight.certificate_request()) << flight.fault();
  EXPECT_EQ(flight.certificate_request()->certificate_types, hex("0140"));
  EXPECT_EQ(flight.certificate_request()->signature_schemes, (std::vector<std::uint16_t>{0x0403, 0x0804}));
  EXPECT_EQ(flight.certificate_request()->authorities, (std::vector<Bytes>{hex("3000"), hex("3001")}));
  EXPECT_EQ(flight.certificate_request()->authority_count, 2U);
}

TEST(ServerFlight, WhatIsNotTls) {
  for (const std::string_view text : {"HTTP/1.1 400 Bad Request\r\n", "220 mail.example.no ESMTP\r\n",
                                      "SSH-2.0-OpenSSH_9.6\r\n", "{", "\x80\x2e"}) {
    ServerFlight flight;
    EXPECT_EQ(flight.feed(as_bytes(text)), State::not_tls) << text;
    EXPECT_EQ(as_text(flight.preview()), text.substr(0, 64));
  }
  ServerFlight empty;
  EXPECT_EQ(empty.feed({}), State::need_more);
  ServerFlight half;
  EXPECT_EQ(half.feed(hex("16")), State::need_more);
  EXPECT_EQ(half.feed(hex("02")), State::not_tls);
}

TEST(ServerFlight, FaultsHaveNames) {
  const auto hello = build_server_hello_message(usual_hello());
  struct Case {
    Bytes bytes;
    std::string_view fault;
  };
  Bytes empties;
  for (int i = 0; i < 40; ++i) empties = empties + hex("1603030000");
  Bytes requests;
  for (int i = 0; i < 40; ++i) requests = requests + hex("00000000");
  Bytes warnings;
  for (int i = 0; i < 20; ++i) warnings = warnings + hex("1503030002 0170");
  const Case cases[] = {
      {hex("160303 4801"), "record-length"},
      {handshake(hello) + hex("ff"), "record-header"},
      {handshake(hello) + hex("1604"), "record-header"},
      {empties, "empty-records"},
      {handshake(requests), "hello-requests"},
      {handshake(hex("00000001 00")), "hello-request"},
      {warnings, "too-many-warnings"},
      {handshake(hex("0200")) + hex("1503030002 0228"), "interleaved-message"},
      {hex("1503030003 022800"), "alert-length"},
      {hex("1503030002 0928"), "alert"},
      {hex("1403030001 01"), "change-cipher-spec-before-hello"},
      {handshake(hello) + hex("1403030002 0101"), "change-cipher-spec"},
      {hex("1703030001 00"), "unexpected-record"},
      {handshake(certificate_message({})), "message-before-hello"},
      {handshake(hex("02ffffff")), "message-length"},
      {handshake(hello + hex("0b040001")), "message-length"},
      {handshake(hello + hex("63000000")), "unexpected-message"},
      {handshake(hello + hello), "second-server-hello"},
      {handshake(build_handshake_message(2, hex("0303"))), "server-hello"},
      {handshake(hello + build_handshake_message(11, hex("000002 0000"))), "certificate-list"},
      {handshake(hello + build_handshake_message(11, hex("000009 0000"))), "certificate-list"},
      {handshake(hello + certificate_message({}) + certificate_message({})), "second-certificate"},
      {handshake(hello + certificate_message(std::vector<Bytes>(65, Bytes{1}))), "too-many-certificates"},
      {handshake(hello + build_handshake_message(22, hex("02 000000"))), "certificate-status"},
      {handshake(hello + build_handshake_message(22, hex("01 000000")) +
                 build_handshake_message(22, hex("01 000000"))),
       "second-certificate-status"},
      {handshake(hello + ecdhe_message() + ecdhe_message()), "second-key-exchange"},
      {handshake(hello + build_handshake_message(12, hex("03"))), "server-key-exchange"},
      {handshake(hello + build_handshake_message(13, hex("ff"))), "certificate-request"},
      {handshake(hello + build_handshake_message(13, hex("00 0000 0000")) +
                 build_handshake_message(13, hex("00 0000 0000"))),
       "second-certificate-request"},
      {handshake(hello + build_handshake_message(4, hex("00"))), "new-session-ticket"},
      {handshake(hello + build_handshake_message(14, hex("00"))), "server-hello-done"},
  };
  for (const auto& row : cases) {
    ServerFlight flight;
    EXPECT_EQ(flight.feed(row.bytes), State::malformed) << row.fault;
    EXPECT_EQ(flight.fault(), row.fault);
    ServerFlight crumbs;
    for (const auto byte : row.bytes) crumbs.feed(ByteView(&byte, 1));
    EXPECT_EQ(crumbs.fault(), row.fault) << "byte by byte";
  }
}

TEST(ServerFlight, HasABoundOnAllBytes) {
  ServerFlight flight;
  flight.feed(handshake(build_server_hello_message(usual_hello())));
  const Bytes certificate_head = hex("0b03ffff");
  flight.feed(handshake(certificate_head));
  const Bytes block = build_record(record_type::handshake, tls::tls12, Bytes(16384, 0));
  for (int i = 0; i < 64 && !flight.finished(); ++i) flight.feed(block);
  EXPECT_EQ(flight.state(), State::malformed);
  EXPECT_LE(flight.received_bytes(), ServerFlight::max_total_bytes);
}

TEST(TlsRecordReader, GivesRecordsAndStopsAtNonsense) {
  TlsRecordReader reader;
  const auto bytes = hex("1803020003 020000") + hex("1503030002 0214");
  for (const auto byte : bytes) reader.feed(ByteView(&byte, 1));
  const auto heartbeat = reader.next();
  ASSERT_TRUE(heartbeat);
  EXPECT_EQ(heartbeat->type, record_type::heartbeat);
  EXPECT_EQ(heartbeat->version, 0x0302);
  EXPECT_EQ(heartbeat->body, hex("020000"));
  const auto alert = reader.next();
  ASSERT_TRUE(alert);
  EXPECT_EQ(parse_alert(alert->body), (Alert{2, 20}));
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
  reader.feed(as_bytes("500 error"));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());

  for (const std::string_view broken : {"ff", "160200", "160303ffff", "13"}) {
    TlsRecordReader one;
    one.feed(hex(broken));
    EXPECT_FALSE(one.next());
    EXPECT_TRUE(one.broken()) << broken;
  }
  TlsRecordReader half;
  half.feed(hex("160303"));
  EXPECT_FALSE(half.next());
  EXPECT_FALSE(half.broken());
  EXPECT_EQ(parse_alert(hex("0328")), std::nullopt);
  EXPECT_EQ(parse_alert(hex("02")), std::nullopt);
  EXPECT_EQ(build_record(22, 0x0301, Bytes(20000)).size(), 16384U + 5);
}

}  // namespace
}  // namespace utsyn::wire
