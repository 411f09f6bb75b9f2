#include "wire/dns/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

// Text is stable through reading, wire bytes and writing again.
struct TextCase {
  const char* name;
  RecordType type;
  std::string text;      // as typed
  std::string expected;  // as written by us; empty means the same
};
class RdataText : public testing::TestWithParam<TextCase> {};
TEST_P(RdataText, IsStable) {
  const auto& row = GetParam();
  const auto& expected = row.expected.empty() ? row.text : row.expected;
  const auto data = parse_rdata_text(row.type, row.text);
  ASSERT_TRUE(data);
  EXPECT_EQ(rdata_text(row.type, *data), expected);
  const auto wire = write_rdata(row.type, *data);
  ASSERT_TRUE(wire);
  EXPECT_EQ(rdata_text(row.type, ByteView(*wire)), expected);
  EXPECT_EQ(read_rdata(row.type, *wire), parse_rdata_text(row.type, expected));
}

const TextCase text_cases[] = {
    {"A", RecordType::a, "192.0.2.1", ""},
    {"Aaaa", RecordType::aaaa, "2001:DB8:0::1", "2001:db8::1"},
    {"Ns", RecordType::ns, "NS1.Example.NO.", "ns1.example.no"},
    {"Cname", RecordType::cname, "edge.example.net", ""},
    {"Ptr", RecordType::ptr, "mail.example.no", ""},
    {"Mx", RecordType::mx, "10 Mail.example.no.", "10 mail.example.no"},
    {"NullMx", RecordType::mx, "0 .", ""},
    {"Soa", RecordType::soa, "ns1.example.no host\\.master.example.no 2025010101 14400 1800 1209600 3600",
     ""},
    {"TxtSeveralStrings", RecordType::txt, "\"v=spf1 \" \"-all\"", ""},
    {"TxtEscapes", RecordType::txt, "\"a\\\"b\\\\c\\000\\255\"", ""},
    {"TxtEmpty", RecordType::txt, "\"\"", ""},
    {"TxtWithoutQuotes", RecordType::txt, "v=spf1", "\"v=spf1\""},
    {"TxtStringsTouching", RecordType::txt, "\"a\"\"b\"", "\"a\" \"b\""},
    {"Caa", RecordType::caa, "0 issue \"letsencrypt.org; validationmethods=dns-01\"", ""},
    {"CaaCritical", RecordType::caa, "128 tbs \"x\"", ""},
    {"CaaOddTag", RecordType::caa, "\\# 4 00022d2d", ""},
    {"Tlsa", RecordType::tlsa, "3 1 1 ABCD EF", "3 1 1 abcdef"},
    {"TlsaEmpty", RecordType::tlsa, "3 1 1", ""},
    {"Ds", RecordType::ds, "20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d", ""},
    {"CdsDelete", RecordType::cds, "0 0 0 00", ""},
    {"Dnskey", RecordType::dnskey, "257 3 13 AwEAAQ==", ""},
    {"CdnskeyDelete", RecordType::cdnskey, "0 3 0 AA==", ""},
    {"Rrsig", RecordType::rrsig, "SOA 13 2 3600 20250201000000 20250118120059 12345 example.no AQID", ""},
    {"RrsigSeconds", RecordType::rrsig, "TYPE1234 13 2 3600 86400 0 1 . AQID",
     "TYPE1234 13 2 3600 19700102000000 19700101000000 1 . AQID"},
    {"Nsec", RecordType::nsec, "b.example.no A NS TYPE1234", ""},
    {"NsecNxname", RecordType::nsec, "\\000.a.example.no NXNAME RRSIG NSEC",
     "\\000.a.example.no RRSIG NSEC NXNAME"},
    {"Nsec3", RecordType::nsec3, "1 1 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG", ""},
    {"Nsec3Salted", RecordType::nsec3, "1 0 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr", ""},
    {"Nsec3Param", RecordType::nsec3param, "1 0 0 -", ""},
    {"Nsec3ParamSalted", RecordType::nsec3param, "1 0 50 AABB", "1 0 50 aabb"},
    {"Srv", RecordType::srv, "10 5 5060 sip.example.no", ""},
    {"HttpsAlias", RecordType::https, "0 pool.example.no", ""},
    {"Https", RecordType::https,
     "1 . mandatory=alpn,ipv4hint alpn=h3,h2 no-default-alpn port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AQID "
     "ipv6hint=2001:db8::1 key667=\"hello\\000\"",
     ""},
    {"HttpsUnsorted", RecordType::https, "1 . port=443 alpn=h2", "1 . alpn=h2 port=443"},
    {"SvcbOddProtocol", RecordType::svcb, "1 a.example key1=\"\\002,\\\\\"", ""},
    {"SvcbMalformedPort", RecordType::svcb, "1 a.example key3=\"x\"", ""},
    {"UnknownType", static_cast<RecordType>(4711), "\\# 3 010203", ""},
    {"UnknownTypeEmpty", static_cast<RecordType>(4711), "\\# 0", ""},
    {"GenericOfKnownType", RecordType::a, "\\# 4 c0000201", "192.0.2.1"},
};
INSTANTIATE_TEST_SUITE_P(Table, RdataText, testing::ValuesIn(text_cases),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadText {
  RecordType type;
  std::string text;
};
TEST(RdataTextErrors, AreRefused) {
  const BadText rows[] = {
      {RecordType::a, ""},
      {RecordType::a, "2001:db8::1"},
      {RecordType::a, "192.0.2.1 192.0.2.2"},
      {RecordType::aaaa, "192.0.2.1"},
      {RecordType::mx, "mail.example.no"},
      {RecordType::mx, "70000 mail.example.no"},
      {RecordType::mx, "10 a..b"},
      {RecordType::soa, "a b 1 2 3 4"},
      {RecordType::txt, ""},
      {RecordType::txt, "\"open"},
      {RecordType::txt, "\"\\25\""},
      {RecordType::txt, "\"\\999\""},
      {RecordType::txt, "\\"},
      {RecordType::txt, "\"" + std::string(256, 'a') + "\""},
      {RecordType::caa, "0 is-sue \"x\""},
      {RecordType::caa, "256 issue \"x\""},
      {RecordType::tlsa, "3 1 1 xyz"},
      {RecordType::dnskey, "257 3 13 !!!"},
      {RecordType::rrsig, "SOA 13 2 3600 20251301000000 0 1 . AQID"},
      {RecordType::rrsig, "SOA 13 2 3600 22000101000000 0 1 . AQID"},
      {RecordType::nsec, "a.no NOTATYPE"},
      {RecordType::nsec3, "1 0 0 - zzzz"},
      {RecordType::nsec3param, "1 0 0 abc"},
      {RecordType::https, "1 . alpn=h2 alpn=h3"},
      {RecordType::https, "1 . nonsense=1"},
      {RecordType::https, "1 . ipv4hint=::1"},
      {static_cast<RecordType>(4711), "hello"},
      {static_cast<RecordType>(4711), "\\# 4 0102"},
      {RecordType::txt, std::string(300001, 'a')},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(parse_rdata_text(row.type, row.text), unexpected(DnsError::bad_record_text))
        << row.text.substr(0, 80);
  }
}

TEST(ReadRdata, WrongFormsAreRefusedAndWrittenGenerically) {
  struct Row {
    RecordType type;
    std::string hex;
  };
  const Row rows[] = {
      {RecordType::a, "c00002"},
      {RecordType::aaaa, "c0000201"},
      {RecordType::txt, ""},
      {RecordType::txt, "0561"},
      {RecordType::caa, "0000"},
      {RecordType::ds, "0001"},
      {RecordType::nsec, "00000021" + std::string(66, '0')},  // a window of 33 bytes
      {RecordType::nsec, "00000140000140"},                   // the same window twice
      {RecordType::https, "0001000003000201bb0001000102"},    // keys falling
      {RecordType::https, "00010000030009"},                  // value cut off
      {RecordType::nsec3,
       "0100000000"
       "00"},
  };
  for (const auto& row : rows) {
    const auto bytes = from_hex(row.hex).value();
    EXPECT_EQ(read_rdata(row.type, bytes), unexpected(DnsError::bad_record_data)) << row.hex;
    EXPECT_TRUE(rdata_text(row.type, ByteView(bytes)).starts_with("\\# ")) << row.hex;
  }
  EXPECT_EQ(read_rdata(RecordType::ns, from_hex("c000").value()), unexpected(DnsError::bad_pointer))
      << "a record alone has nothing to point at";
}

TEST(WriteRdata, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(write_rdata(RecordType::txt, TxtRecord{{std::string(256, 'a')}}));
  EXPECT_FALSE(write_rdata(RecordType::ns, NameRecord{"a..b"}));
  EXPECT_FALSE(write_rdata(RecordType::a, AddressRecord{*IpAddress::parse("::1")}));
}

TEST(Txt, JoinedWithoutSeparator) {
  EXPECT_EQ(joined_txt("\"v=DKIM1; p=AB\" \"CD\""), "v=DKIM1; p=ABCD");
  EXPECT_EQ(joined_txt("\"open"), std::nullopt);
  const std::string long_value(600, 'x');
  const auto strings = record_as<TxtRecord>(RecordType::txt, txt_text(long_value));
  ASSERT_TRUE(strings);
  EXPECT_EQ(strings->strings.size(), 3U);
  EXPECT_EQ(strings->joined(), long_value);
  EXPECT_EQ(txt_text(""), "\"\"");
}

TEST(RecordAs, OnlyTheRightType) {
  EXPECT_EQ(record_as<MxRecord>(RecordType::mx, "10 mail.example.no")->exchange, "mail.example.no");
  EXPECT_TRUE(record_as<MxRecord>(RecordType::mx, "0 .")->is_null());
  EXPECT_FALSE(record_as<MxRecord>(RecordType::mx, "10 .")->is_null());
  EXPECT_EQ(record_as<MxRecord>(RecordType::ns, "mail.example.no"), std::nullopt);
}

// The root key of 2017 and its published tag (RFC 4034 appendix B has no test vector; IANA's trust anchor is
// one).
TEST(Dnskey, RootKeyOf2017) {
  const auto key = record_as<DnskeyRecord>(RecordType::dnskey,
                                           "257 3 8 "
                                           "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/"
                                           "4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlN"
                                           "Vz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0"
                                           "jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eN"
                                           "buv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/"
                                           "ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8sub"
                                           "X2Nn6UwNR1AkUTV74bU=");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key_tag(), 20326);
  EXPECT_EQ(key->key_bits(), 2048U);
  EXPECT_TRUE(key->zone_key());
  EXPECT_TRUE(key->secure_entry_point());
  EXPECT_FALSE(key->revoked());
}

TEST(Dnskey, KeyBits) {
  struct Row {
    std::uint8_t algorithm;
    Bytes key;
    std::optional<unsigned> bits;
  };
  Bytes rsa_1024{1, 3};
  rsa_1024.insert(rsa_1024.end(), 128, 0xFF);
  Bytes rsa_padded{0, 0, 1, 3, 0};  // the long exponent form, a leading zero in the modulus, 9 bits
  rsa_padded.insert(rsa_padded.end(), {1, 0xFF});
  const Row rows[] = {
      {8, rsa_1024, 1024},
      {10, rsa_padded, 9},
      {8, {}, std::nullopt},
      {8, {200, 1}, std::nullopt},
      {8, {1, 3}, std::nullopt},
      {13, Bytes(64), 256},
      {13, Bytes(63), std::nullopt},
      {14, Bytes(96), 384},
      {15, Bytes(32), 256},
      {16, Bytes(57), 456},
      {12, Bytes(64), 256},
      {3, {8}, 1024},
      {253, Bytes(10), std::nullopt},
  };
  for (const auto& row : rows) {
    const DnskeyRecord key{.flags = 256, .algorithm = row.algorithm, .public_key = row.key};
    EXPECT_EQ(key.key_bits(), row.bits) << int{row.algorithm} << " with " << row.key.size() << " bytes";
  }
  const DnskeyRecord md5{.flags = 256, .algorithm = 1, .public_key = {9, 9, 0x12, 0x34, 0x56}};
  EXPECT_EQ(md5.key_tag(), 0x1234);
}

TEST(Nsec, NxnameIsRecognised) {
  const auto nsec = record_as<NsecRecord>(RecordType::nsec, "\\000.gone.example.no RRSIG NSEC TYPE128");
  ASSERT_TRUE(nsec);
  EXPECT_TRUE(nsec->says_name_missing());
  EXPECT_TRUE(nsec->has(RecordType::nsec));
  EXPECT_FALSE(nsec->has(RecordType::a));
}

TEST(Https, Parameters) {
  const auto https = record_as<SvcbRecord>(
      RecordType::https,
      "1 . mandatory=alpn alpn=h3,h2 port=8443 ipv4hint=192.0.2.1 ech=AQID ipv6hint=2001:db8::1");
  ASSERT_TRUE(https);
  EXPECT_THAT(*https->mandatory(), ElementsAre(1));
  EXPECT_THAT(*https->alpn(), ElementsAre("h3", "h2"));
  EXPECT_EQ(https->port(), 8443);
  EXPECT_THAT(*https->ipv4_hints(), ElementsAre(*IpAddress::parse("192.0.2.1")));
  EXPECT_THAT(*https->ipv6_hints(), ElementsAre(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(https->has_ech());
  const SvcbRecord bare{.priority = 1, .target = ".", .params = {{1, {}}, {4, {1, 2, 3}}}};
  EXPECT_EQ(bare.alpn(), std::nullopt);
  EXPECT_EQ(bare.ipv4_hints(), std::nullopt);
  EXPECT_EQ(bare.port(), std::nullopt);
  EXPECT_EQ(bare.mandatory(), std::nullopt);
  EXPECT_FALSE(bare.has_ech());
}

}  // namespace
}  // namespace utsyn::wire
