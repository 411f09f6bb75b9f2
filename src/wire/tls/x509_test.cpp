// Certificates: facts, names, SCTs.
#include "wire/tls/x509.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "wire/tls/test_certificates.h"

namespace utsyn::wire {
namespace {

using namespace testing_certificates;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Certificate facts_of(const Recipe& recipe) {
  const auto parsed = parse_certificate(make(recipe));
  EXPECT_TRUE(parsed);
  return parsed ? *parsed : Certificate{};
}

TEST(ParseCertificate, ReadsAnOrdinaryLeaf) {
  auto recipe = leaf_recipe();
  recipe.subject = {{"C", "NO"}, {"O", "Blåfjell kommune"}, {"CN", "example.no"}};
  recipe.extensions = {
      {"basicConstraints", "critical,CA:FALSE"},
      {"keyUsage", "critical,digitalSignature,keyEncipherment"},
      {"extendedKeyUsage", "serverAuth,clientAuth"},
      {"subjectAltName",
       "DNS:Example.no,DNS:*.example.no,IP:192.0.2.1,IP:2001:db8::1,email:a@example.no,"
       "URI:https://example.no/,RID:1.2.3"},
      {"authorityInfoAccess", "OCSP;URI:http://ocsp.example.no,caIssuers;URI:http://ca.example.no/i.cer"},
      {"crlDistributionPoints", "URI:http://crl.example.no/1.crl"},
      {"certificatePolicies", "2.23.140.1.2.1,1.3.6.1.4.1.99999.1"},
      {"tlsfeature", "status_request"},
      {"subjectKeyIdentifier", "0102030405"},
  };
  const auto der = make(recipe);
  const auto parsed = parse_certificate(der);
  ASSERT_TRUE(parsed);
  const auto& c = *parsed;
  EXPECT_EQ(c.version, 3);
  EXPECT_EQ(c.serial_hex, "1234567890abcdef");
  EXPECT_EQ(c.serial_bits, 61U);
  EXPECT_EQ(c.serial_bytes, 8U);
  EXPECT_FALSE(c.serial_negative);
  EXPECT_EQ(c.subject, "CN=example.no,O=Blåfjell kommune,C=NO");
  EXPECT_EQ(c.subject_common_name, "example.no");
  EXPECT_EQ(c.issuer_common_name, "Test Intermediate");
  EXPECT_EQ(c.issuer_organisation, "Utsyn Test");
  EXPECT_EQ(c.subject_hash.size(), 64U);
  EXPECT_NE(c.subject_hash, c.issuer_hash);
  EXPECT_EQ(c.not_before, recipe.not_before);
  EXPECT_EQ(c.not_after, recipe.not_after);
  EXPECT_THAT(c.dns_names, ElementsAre("example.no", "*.example.no"));
  EXPECT_THAT(c.ip_addresses, ElementsAre(*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")));
  EXPECT_THAT(c.other_names, ElementsAre("email:a@example.no", "uri:https://example.no/", "rid:1.2.3"));
  EXPECT_EQ(c.name_count, 7U);
  EXPECT_TRUE(c.has_names);
  EXPECT_TRUE(c.has_basic_constraints);
  EXPECT_FALSE(c.is_ca);
  EXPECT_EQ(c.key_usage, key_usage::digital_signature | key_usage::key_encipherment);
  EXPECT_THAT(c.extended_key_usage, ElementsAre("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"));
  EXPECT_EQ(c.key.algorithm, "ec");
  EXPECT_EQ(c.key.curve, "secp256r1");
  EXPECT_EQ(c.key.bits, 256U);
  EXPECT_FALSE(c.key.explicit_curve);
  EXPECT_EQ(c.signature.algorithm, "ecdsa-with-SHA256");
  EXPECT_EQ(c.signature.hash, "sha256");
  EXPECT_TRUE(c.signature.same_inside);
  EXPECT_EQ(c.sha256, to_hex(sha256(der)));
  EXPECT_EQ(c.spki_sha256.size(), 64U);
  EXPECT_EQ(c.subject_key_id, "0102030405");
  EXPECT_THAT(c.ocsp_urls, ElementsAre("http://ocsp.example.no"));
  EXPECT_THAT(c.issuer_urls, ElementsAre("http://ca.example.no/i.cer"));
  EXPECT_THAT(c.crl_urls, ElementsAre("http://crl.example.no/1.crl"));
  EXPECT_TRUE(c.must_staple);
  EXPECT_THAT(c.policies, ElementsAre("2.23.140.1.2.1", "1.3.6.1.4.1.99999.1"));
  EXPECT_FALSE(c.self_issued);
  EXPECT_FALSE(c.self_signed);
  EXPECT_EQ(c.extensions.size(), 9U);
  EXPECT_THAT(c.duplicate_extensions, IsEmpty());
  EXPECT_THAT(c.unknown_critical_extensions, IsEmpty());
  EXPECT_THAT(c.remarks, IsEmpty());
}

TEST(ParseCertificate, KeysAndSignatures) {
  struct Case {
    std::string_view name;
    Recipe recipe;
    std::string algorithm;
    unsigned bits;
    std::string curve;
    std::string signature;
    std::string hash;
  };
  const Case cases[] = {
      {"RSA", {.subject_key = "rsa:2048"}, "rsa", 2048, "", "sha256WithRSAEncryption", "sha256"},
      {"small RSA, SHA-1",
       {.subject_key = "rsa:1024", .digest = EVP_sha1()},
       "rsa",
       1024,
       "",
       "sha1WithRSAEncryption",
       "sha1"},
      {"MD5",
       {.subject_key = "rsa:1024", .digest = EVP_md5()},
       "rsa",
       1024,
       "",
       "md5WithRSAEncryption",
       "md5"},
      {"PSS signature",
       {.subject_key = "rsa:2048", .digest = EVP_sha384(), .pss = true},
       "rsa",
       2048,
       "",
       "rsassaPss",
       "sha384"},
      {"PSS key", {.subject_key = "rsa-pss:2048", .pss = true}, "rsa-pss", 2048, "", "rsassaPss", "sha256"},
      {"P-384",
       {.subject_key = "ec:P-384", .digest = EVP_sha384()},
       "ec",
       384,
       "secp384r1",
       "ecdsa-with-SHA384",
       "sha384"},
      {"brainpool",
       {.subject_key = "ec:brainpoolP256r1"},
       "ec",
       256,
       "brainpoolP256r1",
       "ecdsa-with-SHA256",
       "sha256"},
      {"Ed25519", {.subject_key = "ed25519"}, "ed25519", 256, "", "ED25519", "intrinsic"},
      {"Ed448", {.subject_key = "ed448"}, "ed448", 456, "", "ED448", "intrinsic"},
  };
  for (const auto& row : cases) {
    const auto c = facts_of(row.recipe);
    EXPECT_EQ(c.key.algorithm, row.algorithm) << row.name;
    EXPECT_EQ(c.key.bits, row.bits) << row.name;
    EXPECT_EQ(c.key.curve, row.curve) << row.name;
    EXPECT_EQ(c.signature.algorithm, row.signature) << row.name;
    EXPECT_EQ(c.signature.hash, row.hash) << row.name;
    EXPECT_TRUE(c.self_signed) << row.name;
    EXPECT_THAT(c.remarks, IsEmpty()) << row.name;
    if (row.algorithm.starts_with("rsa")) {
      EXPECT_EQ(c.key.rsa_modulus_hex.size(), row.bits / 4) << row.name;
      EXPECT_EQ(c.key.rsa_exponent, "65537") << row.name;
    }
    if (row.recipe.pss) {
      EXPECT_EQ(c.signature.pss_mgf_hash, row.hash) << row.name;
      EXPECT_EQ(c.signature.pss_salt_bytes, row.hash == "sha384" ? 48 : 32) << row.name;
    }
  }
}

TEST(ParseCertificate, RecognisesWrittenOutCurveParameters) {
  const OwnedKey plain(EVP_EC_gen("P-256"));
  OwnedKey explicit_key(EVP_PKEY_dup(plain.get()));
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(explicit_key.get(), "encoding", "explicit"), 1);
  auto x509 = make_x509({});
  X509_set_pubkey(x509.get(), explicit_key.get());
  ASSERT_GT(X509_sign(x509.get(), plain.get(), EVP_sha256()), 0);
  const auto c = parse_certificate(der_of(x509.get()));
  ASSERT_TRUE(c);
  EXPECT_EQ(c->key.algorithm, "ec");
  EXPECT_TRUE(c->key.explicit_curve);
}

TEST(ParseCertificate, SelfIssuedIsNotSelfSigned) {
  const auto forged = facts_of({.subject_key = "ec:P-256", .issuer_key = "ec:P-256#other"});
  EXPECT_TRUE(forged.self_issued);
  EXPECT_FALSE(forged.self_signed);
}

TEST(ParseCertificate, AuthoritiesSayHowDeep) {
  auto recipe = root_recipe();
  recipe.extensions = {{"basicConstraints", "critical,CA:TRUE,pathlen:2"}};
  const auto c = facts_of(recipe);
  EXPECT_TRUE(c.is_ca);
  EXPECT_EQ(c.path_length, 2);
  EXPECT_FALSE(c.key_usage);
  EXPECT_FALSE(c.has_extended_key_usage);
  EXPECT_EQ(facts_of(root_recipe()).path_length, -1);
}

TEST(ParseCertificate, StrictReadersObject) {
  struct Case {
    std::string_view remark;
    Recipe recipe;
  };
  const Case cases[] = {
      {"negative-serial", {.serial = -5}},
      {"zero-serial", {.serial = 0}},
      {"extensions-without-version-3", {.version = 1, .extensions = {{"keyUsage", "digitalSignature"}}}},
      {"duplicate-extension",
       {.extensions = {{"keyUsage", "digitalSignature"}, {"keyUsage", "keyCertSign"}}}},
      {"unreadable-extension-2.5.29.17", {.extensions = {{"2.5.29.17", "DER:0500"}}}},
      {"unreadable-sct-list", {.extensions = {{"1.3.6.1.4.1.11129.2.4.2", "DER:0401ff"}}}},
      {"ends-before-it-begins",
       {.not_before = from_unix(1'790'000'000), .not_after = from_unix(1'780'000'000)}},
      {"empty-names", {.extensions = {{"2.5.29.17", "DER:3000"}}}},
      {"odd-ip-address", {.extensions = {{"2.5.29.17", "DER:30058703c00002"}}}},
      {"odd-dns-name", {.extensions = {{"2.5.29.17", "DER:3005820361ff62"}}}},
      {"unknown-version", {.version = 5}},
  };
  for (const auto& row : cases) {
    const auto c = facts_of(row.recipe);
    EXPECT_THAT(c.remarks, Contains(std::string(row.remark)));
  }
  const auto negative = facts_of({.serial = -5});
  EXPECT_TRUE(negative.serial_negative);
  EXPECT_EQ(negative.serial_hex, "-05");
  const auto twice =
      facts_of({.extensions = {{"keyUsage", "digitalSignature"}, {"keyUsage", "keyCertSign"}}});
  EXPECT_THAT(twice.duplicate_extensions, ElementsAre("2.5.29.15"));
  EXPECT_EQ(twice.key_usage, key_usage::digital_signature) << "the first one counts";
  const auto critical = facts_of({.extensions = {{"1.2.3.4", "critical,DER:0500"}, {"1.2.3.5", "DER:0500"}}});
  EXPECT_THAT(critical.unknown_critical_extensions, ElementsAre("1.2.3.4"));
  const auto poisoned = facts_of({.extensions = {{"1.3.6.1.4.1.11129.2.4.3", "critical,DER:0500"}}});
  EXPECT_TRUE(poisoned.is_precertificate);
}

TEST(ParseCertificate, TimesInTheWrongForm) {
  auto x509 = make_x509({});
  ASSERT_EQ(ASN1_TIME_set_string(X509_getm_notAfter(x509.get()), "20301231235959Z"), 1);
  ASSERT_GT(X509_sign(x509.get(), key("ec:P-256"), EVP_sha256()), 0);
  const auto c = parse_certificate(der_of(x509.get()));
  ASSERT_TRUE(c);
  EXPECT_THAT(c->remarks, Contains("time-format"));
  EXPECT_EQ(format_time(c->not_after), "2030-12-31T23:59:59Z");
}

TEST(ParseCertificate, LongSerial) {
  auto x509 = make_x509({});
  const openssl::OwnedBignum big(BN_new());
  BN_set_bit(big.get(), 170);
  BN_to_ASN1_INTEGER(big.get(), X509_get_serialNumber(x509.get()));
  ASSERT_GT(X509_sign(x509.get(), key("ec:P-256"), EVP_sha256()), 0);
  const auto c = parse_certificate(der_of(x509.get()));
  ASSERT_TRUE(c);
  EXPECT_THAT(c->remarks, Contains("long-serial"));
  EXPECT_EQ(c->serial_bytes, 22U);
  EXPECT_EQ(c->serial_bits, 171U);
}

// A NUL in a name was once enough to own any site; it must be visible and match nothing.
TEST(ParseCertificate, NulInAName) {
  const auto c = facts_of({.subject = {{"CN", std::string("bank.no\0.evil.no", 16)}},
                           .extensions = {{"2.5.29.17", "DER:3012821062616e6b2e6e6f002e6576696c2e6e6f"}}});
  EXPECT_THAT(c.dns_names, ElementsAre("bank.no\\x00.evil.no"));
  EXPECT_FALSE(certificate_matches(c, "bank.no", nullptr));
  EXPECT_THAT(c.subject_common_name, Not("bank.no"));
}

TEST(ParseCertificate, TenThousandNames) {
  ByteWriter list;
  for (int i = 0; i < 10'000; ++i) {
    const auto name = "n" + std::to_string(i) + ".example.no";
    list.u8(0x82);
    list.u8(static_cast<unsigned>(name.size()));
    list.text(name);
  }
  ByteWriter names;
  names.u8(0x30);
  names.u8(0x83);
  names.u24(list.size());
  names.bytes(list.view());
  const auto der = make({.extensions = {{"2.5.29.17", "DER:" + to_hex(names.view())}}});
  ASSERT_LT(der.size(), max_certificate_bytes);
  const auto c = parse_certificate(der);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name_count, 10'000U);
  EXPECT_EQ(c->dns_names.size(), Certificate::max_names);
  EXPECT_FALSE(certificate_matches(*c, "n9999.example.no", nullptr));
  EXPECT_TRUE(der_matches(der, "n9999.example.no", nullptr));
  EXPECT_FALSE(der_matches(der, "n10000.example.no", nullptr));
}

TEST(ParseCertificate, QualifiedStatements) {
  // QcCompliance, and QcType with the web type (ETSI EN 319 412-5).
  const auto c =
      facts_of({.extensions = {{"1.3.6.1.5.5.7.1.3",
                                "DER:301f3008060604008e4601013013060604008e4601063009060704008e46010603"}}});
  EXPECT_THAT(c.qc_statements, ElementsAre("0.4.0.1862.1.1", "0.4.0.1862.1.6", "0.4.0.1862.1.6.3"));
}

TEST(ParseCertificate, RefusesWhatIsNoCertificate) {
  const auto der = make({});
  Bytes trailing = der;
  trailing.push_back(0);
  struct Case {
    Bytes bytes;
    CertificateError error;
  };
  const Case cases[] = {
      {{}, CertificateError::empty},
      {{0x30, 0x00}, CertificateError::unreadable},
      {Bytes(der.begin(), der.end() - 1), CertificateError::unreadable},
      {trailing, CertificateError::trailing_data},
      {Bytes(max_certificate_bytes + 1, 0x30), CertificateError::too_large},
  };
  for (const auto& row : cases) {
    const auto parsed = parse_certificate(row.bytes);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error(), row.error);
  }
}

TEST(Pem, ThereAndBack) {
  const auto one = make({});
  const auto two = make({.serial = 7});
  const auto pem = "junk\n" + certificate_to_pem(one) +
                   "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"
                   "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
                   certificate_to_pem(two);
  EXPECT_THAT(certificates_from_pem(pem), ElementsAre(one, two));
  EXPECT_THAT(certificates_from_pem(pem, 1), ElementsAre(one));
  EXPECT_THAT(certificates_from_pem(""), IsEmpty());
}

TEST(DistinguishedName, AsText) {
  EXPECT_EQ(distinguished_name_text(*from_hex("300d310b3009060355040613024e4f")), "C=NO");
  EXPECT_EQ(distinguished_name_text(*from_hex("3001")), "");
  EXPECT_EQ(distinguished_name_text({}), "");
}

struct NameCase {
  std::string_view presented;
  std::string_view host;
  bool matches;
};
const NameCase name_cases[] = {
    {"example.no", "example.no", true},
    {"example.no", "EXAMPLE.no.", true},
    {"example.no", "www.example.no", false},
    {"*.example.no", "www.example.no", true},
    {"*.example.no", "example.no", false},
    {"*.example.no", "a.b.example.no", false},
    {"*.EXAMPLE.no", "www.example.no", true},
    {"w*.example.no", "www.example.no", false},
    {"*w.example.no", "www.example.no", false},
    {"www.*.no", "www.example.no", false},
    {"*.*.no", "www.example.no", false},
    {"*", "example", false},
    {"*.", "example.", false},
    {"*.no", "example.no", false},
    {"*.kommune.no", "oslo.kommune.no", false},
    {"*.oslo.kommune.no", "www.oslo.kommune.no", true},
    {"*.example.no", ".example.no", false},
    {"xn--blfjell-jxa.example", "xn--blfjell-jxa.example", true},
    {"192.0.2.1", "192.0.2.2", false},
    {"", "", false},
};

TEST(NameMatches, FollowsRfc9525) {
  const PublicSuffix suffixes = [](std::string_view name) { return name == "no" || name == "kommune.no"; };
  for (const auto& row : name_cases)
    EXPECT_EQ(name_matches(row.presented, row.host, suffixes), row.matches)
        << row.presented << " " << row.host;
  EXPECT_FALSE(name_matches("*.no", "example.no", nullptr));
}

TEST(NameMatches, OnlyAlternativeNamesCount) {
  const auto without = facts_of({.subject = {{"CN", "example.no"}}});
  EXPECT_FALSE(certificate_matches(without, "example.no", nullptr));
  const auto with = facts_of({.extensions = {{"subjectAltName", "DNS:a.no,IP:192.0.2.1"}}});
  EXPECT_TRUE(certificate_matches(with, "a.no", nullptr));
  EXPECT_TRUE(certificate_matches(with, *IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(certificate_matches(with, *IpAddress::parse("192.0.2.2")));
}

Bytes one_sct(std::uint8_t version = 0) {
  ByteWriter out;
  out.u8(version);
  out.bytes(Bytes(32, 0xAA));
  out.u32(0x0000019A);
  out.u32(0x00000001);
  out.u16(0);
  out.u16(0x0403);
  out.u16(3);
  out.bytes(Bytes{1, 2, 3});
  return out.take();
}

Bytes sct_list(const std::vector<Bytes>& entries) {
  ByteWriter out;
  const auto list = out.open(2);
  for (const auto& entry : entries) {
    const auto mark = out.open(2);
    out.bytes(entry);
    out.close(mark, 2);
  }
  out.close(list, 2);
  return out.take();
}

TEST(ParseSctList, ReadsAndRefuses) {
  const auto two = parse_sct_list(sct_list({one_sct(), one_sct(9)}));
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ((*two)[0].log_id_hex(), std::string(64, 'a'));
  EXPECT_EQ((*two)[0].timestamp_ms, 0x19A00000001U);
  EXPECT_EQ((*two)[0].signature_scheme, 0x0403);
  EXPECT_EQ((*two)[1].version, 9);
  EXPECT_TRUE((*two)[1].log_id.empty());
  EXPECT_TRUE(parse_sct_list(sct_list({}))->empty());

  auto cut = one_sct();
  cut.pop_back();
  auto long_one = one_sct();
  long_one.push_back(0);
  for (const auto& bytes :
       {sct_list({cut}), sct_list({long_one}), sct_list({Bytes{}}), Bytes{}, Bytes{0, 9}}) {
    const auto bad = parse_sct_list(bytes);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error(), SctError::bad_length);
  }
  const auto many = parse_sct_list(sct_list(std::vector<Bytes>(max_scts + 1, one_sct())));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error(), SctError::too_many);
}

TEST(ParseSctList, EmbeddedInACertificate) {
  const auto list = sct_list({one_sct(), one_sct()});
  ByteWriter octets;
  octets.u8(0x04);
  octets.u8(0x81);
  octets.u8(static_cast<unsigned>(list.size()));
  octets.bytes(list);
  const auto c = facts_of({.extensions = {{"1.3.6.1.4.1.11129.2.4.2", "DER:" + to_hex(octets.view())}}});
  EXPECT_TRUE(c.has_sct_list);
  EXPECT_EQ(c.scts.size(), 2U);
  EXPECT_THAT(c.remarks, IsEmpty());
}

}  // namespace
}  // namespace utsyn::wire
