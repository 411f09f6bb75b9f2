// The registry and what is read out of its names.
#include "wire/tls/suites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "wire/tls/classes.h"

namespace utsyn::wire {
namespace {

struct SuiteCase {
  std::uint16_t id;
  std::string_view name;
  KeyExchange key_exchange;
  Authentication authentication;
  BulkCipher cipher;
  CipherMode mode;
  SuiteMac mac;
  bool export_grade;
  bool forward_secret;
  std::uint16_t strength_bits;
  std::uint16_t block_bits;
};

using K = KeyExchange;
using A = Authentication;
using C = BulkCipher;
using M = CipherMode;

const SuiteCase suite_cases[] = {
    {0x0000, "TLS_NULL_WITH_NULL_NULL", K::none, A::none, C::null, M::none, SuiteMac::null, false, false, 0,
     0},
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", K::rsa, A::rsa, C::rc4_40, M::stream, SuiteMac::md5, true,
     false, 40, 0},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", K::rsa, A::rsa, C::rc2_40, M::cbc, SuiteMac::md5, true,
     false, 40, 64},
    {0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", K::rsa, A::rsa, C::triple_des, M::cbc, SuiteMac::sha1, false,
     false, 112, 64},
    {0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA", K::dhe, A::dss, C::des, M::cbc, SuiteMac::sha1, false, true, 56,
     64},
    {0x001A, "TLS_DH_anon_WITH_DES_CBC_SHA", K::anon_dh, A::anonymous, C::des, M::cbc, SuiteMac::sha1, false,
     true, 56, 64},
    {0x0029, "TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5", K::krb5, A::krb5, C::des40, M::cbc, SuiteMac::md5, true,
     false, 40, 64},
    {0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", K::rsa, A::rsa, C::des, M::cbc, SuiteMac::sha1, true,
     false, 56, 64},
    {0x009A, "TLS_DHE_RSA_WITH_SEED_CBC_SHA", K::dhe, A::rsa, C::seed, M::cbc, SuiteMac::sha1, false, true,
     128, 128},
    {0x00C7, "TLS_SM4_CCM_SM3", K::tls13, A::tls13, C::sm4, M::ccm, SuiteMac::aead, false, true, 128, 128},
    {0x1302, "TLS_AES_256_GCM_SHA384", K::tls13, A::tls13, C::aes256, M::gcm, SuiteMac::aead, false, true,
     256, 128},
    {0x1305, "TLS_AES_128_CCM_8_SHA256", K::tls13, A::tls13, C::aes128, M::ccm8, SuiteMac::aead, false, true,
     128, 128},
    {0xC005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA", K::ecdh_static, A::ecdsa, C::aes256, M::cbc,
     SuiteMac::sha1, false, false, 256, 128},
    {0xC015, "TLS_ECDH_anon_WITH_NULL_SHA", K::anon_ecdh, A::anonymous, C::null, M::none, SuiteMac::sha1,
     false, true, 0, 0},
    {0xC01E, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA", K::srp, A::rsa, C::aes128, M::cbc, SuiteMac::sha1, false,
     true, 128, 128},
    {0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", K::ecdhe, A::rsa, C::aes256, M::cbc, SuiteMac::sha384,
     false, true, 256, 128},
    {0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", K::ecdhe, A::rsa, C::aes128, M::gcm, SuiteMac::aead,
     false, true, 128, 128},
    {0xC061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384", K::ecdhe, A::rsa, C::aria256, M::gcm, SuiteMac::aead,
     false, true, 256, 128},
    {0xC073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384", K::ecdhe, A::ecdsa, C::camellia256, M::cbc,
     SuiteMac::sha384, false, true, 256, 128},
    {0xC0A1, "TLS_RSA_WITH_AES_256_CCM_8", K::rsa, A::rsa, C::aes256, M::ccm8, SuiteMac::aead, false, false,
     256, 128},
    {0xC0AB, "TLS_PSK_DHE_WITH_AES_256_CCM_8", K::dhe_psk, A::psk, C::aes256, M::ccm8, SuiteMac::aead, false,
     true, 256, 128},
    {0xC0B3, "TLS_ECCPWD_WITH_AES_256_CCM_SHA384", K::eccpwd, A::password, C::aes256, M::ccm, SuiteMac::aead,
     false, true, 256, 128},
    {0xC0B4, "TLS_SHA256_SHA256", K::tls13, A::tls13, C::null, M::none, SuiteMac::sha256, false, true, 0, 0},
    {0xC102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT", K::gost, A::gost, C::gost28147, M::ctr,
     SuiteMac::gost, false, false, 256, 64},
    {0xC105, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S", K::tls13, A::tls13, C::kuznyechik, M::mgm,
     SuiteMac::aead, false, true, 256, 128},
    {0xCC13, "OLD_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", K::ecdhe, A::rsa, C::chacha20, M::poly1305,
     SuiteMac::aead, false, true, 256, 0},
    {0xCCAE, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256", K::rsa_psk, A::psk, C::chacha20, M::poly1305,
     SuiteMac::aead, false, false, 256, 0},
    {0xFEFF, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA", K::rsa, A::rsa, C::triple_des, M::cbc, SuiteMac::sha1,
     false, false, 112, 64},
};

bool contains(std::span<const std::uint16_t> list, std::uint16_t id) {
  return std::ranges::find(list, id) != list.end();
}

class SuiteTable : public testing::TestWithParam<SuiteCase> {};

TEST_P(SuiteTable, NameSaysWhatTheSuiteIs) {
  const auto& expected = GetParam();
  const auto* suite = find_suite(expected.id);
  ASSERT_NE(suite, nullptr);
  EXPECT_EQ(suite->name, expected.name);
  EXPECT_EQ(find_suite(expected.name), suite);
  EXPECT_EQ(suite->key_exchange, expected.key_exchange);
  EXPECT_EQ(suite->authentication, expected.authentication);
  EXPECT_EQ(suite->cipher, expected.cipher);
  EXPECT_EQ(suite->mode, expected.mode);
  EXPECT_EQ(suite->mac, expected.mac);
  EXPECT_EQ(suite->aead, expected.mac == SuiteMac::aead);
  EXPECT_EQ(suite->export_grade, expected.export_grade);
  EXPECT_EQ(suite->forward_secret, expected.forward_secret);
  EXPECT_EQ(suite->strength_bits, expected.strength_bits);
  EXPECT_EQ(suite->block_bits, expected.block_bits);
}
INSTANTIATE_TEST_SUITE_P(Registry, SuiteTable, testing::ValuesIn(suite_cases));

TEST(SuiteTable, EveryNameIsUnderstood) {
  EXPECT_GE(all_suites().size(), 350U);
  std::set<std::string_view> names;
  for (const auto& suite : all_suites()) {
    EXPECT_TRUE(names.insert(suite.name).second) << suite.name << " twice";
    if (suite.id == 0) continue;
    EXPECT_NE(suite.key_exchange, KeyExchange::none) << suite.name;
    EXPECT_NE(suite.mac, SuiteMac::null) << suite.name;
    EXPECT_EQ(suite.cipher == BulkCipher::null,
              suite.name.contains("NULL") || suite.id == 0xC0B4 || suite.id == 0xC0B5)
        << suite.name;
    EXPECT_EQ(suite.export_grade, suite.name.contains("EXPORT")) << suite.name;
    EXPECT_EQ(suite.mode == CipherMode::cbc, suite.name.contains("CBC")) << suite.name;
    EXPECT_FALSE(is_grease(suite.id)) << suite.name;
  }
}

TEST(SuiteTable, LabelsOfTheUnknown) {
  EXPECT_EQ(suite_label(0xC0FE), "0xC0FE");
  EXPECT_EQ(suite_name(0xC0FE), "");
  EXPECT_EQ(find_suite(0xC0FE), nullptr);
  EXPECT_EQ(find_suite("TLS_RSA_WITH_WISHES"), nullptr);
  EXPECT_EQ(suite_label(0x00FF), "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
  EXPECT_EQ(suite_label(0x5600), "TLS_FALLBACK_SCSV");
  EXPECT_EQ(find_suite(0x5600), nullptr);
  EXPECT_EQ(group_label(0x1234), "0x1234");
  EXPECT_EQ(signature_scheme_label(0x9999), "0x9999");
  EXPECT_EQ(sslv2_cipher_label(0x010203), "0x010203");
  EXPECT_EQ(sslv2_cipher_label(0x0700C0), "SSL_CK_DES_192_EDE3_CBC_WITH_MD5");
  EXPECT_EQ(alert_label(200), "alert 200");
  EXPECT_EQ(alert_label(40), "handshake_failure");
  EXPECT_EQ(version_label(0x0303), "TLSv1.2");
  EXPECT_EQ(version_label(0x7F1C), "0x7F1C");
}

TEST(SuiteTable, GreaseIsTheSixteenReservedValues) {
  int found = 0;
  for (std::uint32_t value = 0; value <= 0xFFFF; ++value)
    found += is_grease(static_cast<std::uint16_t>(value));
  EXPECT_EQ(found, 16);
  EXPECT_TRUE(is_grease(0x3A3A));
  EXPECT_FALSE(is_grease(0x3A4A));
}

TEST(NamedGroups, AreFoundBothWays) {
  EXPECT_EQ(group_label(29), "x25519");
  EXPECT_EQ(group_label(4588), "X25519MLKEM768");
  for (const auto& group : all_groups()) {
    EXPECT_EQ(find_group(group.id), &group);
    EXPECT_EQ(find_group(group.name), &group);
  }
  EXPECT_EQ(find_group("x25518"), nullptr);
  EXPECT_EQ(find_signature_scheme(0x0804)->name, "rsa_pss_rsae_sha256");
}

TEST(SuiteClasses, HoldWhatTheCatalogueNames) {
  const auto holds = [](SuiteClass kind, std::initializer_list<std::uint16_t> ids) {
    const auto list = suites_in(kind);
    for (const auto id : ids)
      EXPECT_TRUE(contains(list, id)) << suite_label(id) << " not in " << suite_class_name(kind);
  };
  holds(SuiteClass::null_cipher, {0x0001, 0x0002, 0x003B, 0xC006, 0xC010, 0xC001, 0xC00B, 0xC015, 0x002C,
                                  0x002E, 0x00B0, 0xC039, 0xC03B});
  holds(SuiteClass::anonymous, {0x0018, 0x001B, 0x0034, 0x00A7, 0xC018});
  holds(SuiteClass::export_grade, {0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019,
                                   0x0026, 0x002B, 0x0060, 0x0065});
  holds(SuiteClass::low, {0x0007, 0x0009, 0x000C, 0x000F, 0x0012, 0x0015, 0x001A, 0x0096});
  holds(SuiteClass::rc4, {0x0004, 0x0005, 0x0018, 0x0066, 0x0092, 0x008A, 0x008E, 0xC002, 0xC007, 0xC00C,
                          0xC011, 0xC016, 0xC033});
  holds(SuiteClass::block64, {0x000A, 0x0007, 0x0016, 0x001B, 0xC003, 0xC008, 0xC00D, 0xC012, 0xC017});
  holds(SuiteClass::cbc, {0xC013, 0xC014, 0xC009, 0xC00A, 0x0033, 0x0039, 0xC028});
  holds(SuiteClass::no_forward_secrecy, {0x002F, 0x0030, 0x0031, 0xC004, 0x008C, 0x0020, 0x009C});
  holds(SuiteClass::modern_aead, {0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9, 0x009E, 0x009F, 0xCCAA});
  for (int kind = 0; kind < suite_class_count; ++kind) {
    for (const auto id : suites_in(static_cast<SuiteClass>(kind))) {
      EXPECT_NE(id, 0);
      EXPECT_FALSE(find_suite(id)->tls13()) << suite_label(id);
    }
  }
  EXPECT_FALSE(contains(suites_in(SuiteClass::modern_aead), 0xC0AB));
  EXPECT_FALSE(contains(suites_in(SuiteClass::no_forward_secrecy), 0xC013));
}

TEST(SuiteClasses, OffersAreWholeAndBlocksFit) {
  std::size_t old_and_new = suites_for(0x0303).size() + suites_for(0x0304).size() + 1;
  EXPECT_EQ(old_and_new, all_suites().size());
  for (std::uint16_t version = 0x0300; version <= 0x0304; ++version) {
    EXPECT_GT(likely_suites(version), 4U);
    EXPECT_LE(likely_suites(version), 128U) << "one block of 128 must cover ordinary software";
    EXPECT_LE(likely_suites(version), suites_for(version).size());
  }
  const auto ssl3 = suites_for(0x0300);
  EXPECT_TRUE(contains(ssl3, 0x0005));
  EXPECT_FALSE(contains(ssl3, 0xC02F));
  EXPECT_EQ(tls13_suites()[0], 0x1301);
}

struct LevelCase {
  std::uint16_t id;
  GuidelineLevel edition_2_1;
  GuidelineLevel edition_2025;
};
const LevelCase level_cases[] = {
    {0x1302, GuidelineLevel::good, GuidelineLevel::good},
    {0x1301, GuidelineLevel::good, GuidelineLevel::sufficient},
    {0x1303, GuidelineLevel::good, GuidelineLevel::good},
    {0x1304, GuidelineLevel::insufficient, GuidelineLevel::sufficient},
    {0x1305, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0xC0B4, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0xC02F, GuidelineLevel::good, GuidelineLevel::sufficient},
    {0xC0AE, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0xCCA9, GuidelineLevel::good, GuidelineLevel::sufficient},
    {0xCC13, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0xC027, GuidelineLevel::sufficient, GuidelineLevel::phase_out},
    {0xC013, GuidelineLevel::sufficient, GuidelineLevel::insufficient},
    {0x009F, GuidelineLevel::sufficient, GuidelineLevel::phase_out},
    {0x00A3, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0xC012, GuidelineLevel::phase_out, GuidelineLevel::insufficient},
    {0x009C, GuidelineLevel::phase_out, GuidelineLevel::insufficient},
    {0x0005, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0x0018, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
    {0x1234, GuidelineLevel::insufficient, GuidelineLevel::insufficient},
};
TEST(Guideline, LevelsOfSuites) {
  for (const auto& row : level_cases) {
    EXPECT_EQ(suite_level(row.id, Guideline::ncsc_nl_2_1), row.edition_2_1) << suite_label(row.id);
    EXPECT_EQ(suite_level(row.id), row.edition_2025) << suite_label(row.id);
  }
}

TEST(Guideline, LevelsOfGroupsAndVersions) {
  EXPECT_EQ(group_level(29), GuidelineLevel::good);
  EXPECT_EQ(group_level(4588), GuidelineLevel::good);
  EXPECT_EQ(group_level(21), GuidelineLevel::phase_out);
  EXPECT_EQ(group_level(257), GuidelineLevel::phase_out);
  EXPECT_EQ(group_level(257, Guideline::ncsc_nl_2_1), GuidelineLevel::sufficient);
  EXPECT_EQ(group_level(22), GuidelineLevel::insufficient);
  EXPECT_EQ(version_level(0x0304), GuidelineLevel::good);
  EXPECT_EQ(version_level(0x0303), GuidelineLevel::sufficient);
  EXPECT_EQ(version_level(0x0301), GuidelineLevel::insufficient);
  EXPECT_EQ(version_level(0x0301, Guideline::ncsc_nl_2_1), GuidelineLevel::phase_out);
  EXPECT_EQ(guideline_level_name(GuidelineLevel::phase_out), "phase-out");
  EXPECT_EQ(guideline_name(newest_guideline), "ncsc-nl-2025-05");
}

}  // namespace
}  // namespace utsyn::wire
