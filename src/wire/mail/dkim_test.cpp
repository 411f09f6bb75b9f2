#include "wire/mail/dkim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

// Keys made for these tests.
const std::string rsa_1024 =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQD6w0RSatY/"
    "sDsFdYV4DHSmfqYcpPFvMSvGCW7OJ6nul+Jx1B0IUISYZveFW3pt9K3EoElmcqGpCL7S"
    "jRaW0wYqfYLBpLzrcqW6cu1nFHCGqmEGVrjLmGUfFUiElKxs/K6eM8MN1uzXEjPAAKBxgliee+bbNkfMibAELp/VLLQ9XQIDAQAB";
const std::string rsa_1024_bare =
    "MIGJAoGBAPrDRFJq1j+wOwV1hXgMdKZ+"
    "phyk8W8xK8YJbs4nqe6X4nHUHQhQhJhm94Vbem30rcSgSWZyoakIvtKNFpbTBip9gsGkvOtypbpy7WcUcIaq"
    "YQZWuMuYZR8VSISUrGz8rp4zww3W7NcSM8AAoHGCWJ575ts2R8yJsAQun9UstD1dAgMBAAE=";
const std::string rsa_2048 =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsrrfVoSGP/QXbb/I/YTaFTUCGdjBuUIq7fhOvJ8Ys/QNZ4lXHGE5TPl/"
    "mbPzHcTy+Ucja0BE"
    "ndt5QOjhqMU/OTL8OEepMLj0y6rID6GYJ8VUAzOmtvpRqnH3J11Svb6ULFKWKeM+gSmyqW5Oz1erUe/6FyQNKuFCR/"
    "6ZN6hkiHQXeVLVAIPxmMIiOPmq"
    "FJkltgkSIvlx9XHkRzE6LOHH2tv5X8NjKKVEQiXsiDA8PDHZ5KH84taik5BJuYZiennOl4V1IF8DoL9eyFfPD4FaDZzwZc4bzXpkUGHc"
    "l5o2eDrShxN9"
    "J28qxcqTipdsP4RnTV2rz0xHohffD5mf13y9HQIDAQAB";
const std::string elliptic =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEk5/lnXXcPvpuMrK1F4xRMokHE/ezIzjKqLg3i/"
    "N+1lzk7P1od9CHCJWrUQ8D9PSLP4LeKKi7s6FyCHXX"
    "9NHoRA==";
const std::string ed25519 = "54pbqoDBJvS99sMc1ET6U9ZpTTYf+o1KCb/PrQPJMYM=";
const std::string ed25519_wrapped = "MCowBQYDK2VwAyEA54pbqoDBJvS99sMc1ET6U9ZpTTYf+o1KCb/PrQPJMYM=";

struct KeyCase {
  const char* name;
  std::string txt;
  DkimKeyType type;
  unsigned bits;
  bool raw_rsa = false;
};
class DkimKeys : public testing::TestWithParam<KeyCase> {};
TEST_P(DkimKeys, TypeAndBits) {
  const auto key = parse_dkim(GetParam().txt);
  ASSERT_TRUE(key) << dkim_error_name(key.error());
  EXPECT_EQ(key->type, GetParam().type);
  EXPECT_EQ(key->bits, GetParam().bits);
  EXPECT_EQ(key->raw_rsa, GetParam().raw_rsa);
  EXPECT_FALSE(key->revoked);
}
const KeyCase key_cases[] = {
    {"Rsa2048", "v=DKIM1; k=rsa; p=" + rsa_2048, DkimKeyType::rsa, 2048},
    {"Rsa1024WithoutVersion", "k=rsa; p=" + rsa_1024, DkimKeyType::rsa, 1024},
    {"OnlyKey", "p=" + rsa_1024, DkimKeyType::rsa, 1024},
    {"BareRsa", "v=DKIM1; p=" + rsa_1024_bare, DkimKeyType::rsa, 1024, true},
    {"FoldedKey", "v=DKIM1; p=" + rsa_1024.substr(0, 50) + " \t" + rsa_1024.substr(50) + ";",
     DkimKeyType::rsa, 1024},
    {"Ed25519", "v=DKIM1; k=ed25519; p=" + ed25519, DkimKeyType::ed25519, 256},
    {"UnknownType", "v=DKIM1; k=pqc; p=AAAA", DkimKeyType::unknown, 0},
};
INSTANTIATE_TEST_SUITE_P(Table, DkimKeys, testing::ValuesIn(key_cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DkimErrors, EachReason) {
  struct Row {
    std::string txt;
    DkimError error;
  };
  const Row rows[] = {
      {"v=spf1 -all", DkimError::not_dkim},
      {"v=DKIM2; p=" + ed25519, DkimError::not_dkim},
      {"k=rsa; v=DKIM1; p=" + rsa_1024, DkimError::not_dkim},
      {"some verification text", DkimError::not_dkim},
      {"", DkimError::not_dkim},
      {"v=DKIM1; p=" + std::string(70000, 'A'), DkimError::too_long},
      {"v=DKIM1; flag; p=" + rsa_1024, DkimError::malformed_tag},
      {"v=DKIM1; =x; p=" + rsa_1024, DkimError::malformed_tag},
      {"v=DKIM1; p=" + rsa_1024 + "; p=", DkimError::repeated_tag},
      {"v=DKIM1; k=rsa", DkimError::missing_key},
      {"v=DKIM1; p=!!!!", DkimError::bad_base64},
      {"v=DKIM1; p=" + rsa_1024.substr(1), DkimError::bad_base64},
      {"v=DKIM1; p=AAAA", DkimError::bad_key},
      {"v=DKIM1; p=" + elliptic, DkimError::bad_key},
      {"v=DKIM1; p=" + to_base64(Bytes(200, 0x30)), DkimError::bad_key},
      {"v=DKIM1; k=ed25519; p=" + ed25519_wrapped, DkimError::bad_key},
  };
  for (const auto& row : rows) {
    const auto key = parse_dkim(row.txt);
    ASSERT_FALSE(key) << row.txt.substr(0, 60);
    EXPECT_EQ(dkim_error_name(key.error()), dkim_error_name(row.error)) << row.txt.substr(0, 60);
  }
}

TEST(DkimKeyBytes, NothingMayFollowTheKey) {
  auto bytes = from_base64(rsa_1024).value();
  bytes.push_back(0);
  EXPECT_EQ(parse_dkim("v=DKIM1; p=" + to_base64(bytes)), unexpected(DkimError::bad_key));
}

TEST(DkimTags, FlagsHashesAndNotes) {
  const auto key = parse_dkim("v=DKIM1; t=y : s; h=sha1; s=email:*; n=hello; g=*; x=1; p=" + rsa_1024);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->testing);
  EXPECT_TRUE(key->same_domain_only);
  EXPECT_TRUE(key->only_sha1());
  EXPECT_THAT(key->services, ElementsAre("email", "*"));
  EXPECT_EQ(key->notes, "hello");
  EXPECT_THAT(key->unknown_tags, ElementsAre("x"));
  EXPECT_FALSE(parse_dkim("h=sha1:sha256; p=" + rsa_1024)->only_sha1());
}

TEST(DkimTags, EmptyKeyIsRevoked) {
  const auto key = parse_dkim("v=DKIM1; p=");
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->revoked);
  EXPECT_EQ(key->bits, 0U);
}

TEST(KnownSelectors, AreDistinctLabels) {
  std::set<std::string_view> seen;
  for (const auto& [selector, provider] : known_dkim_selectors()) {
    EXPECT_TRUE(seen.insert(selector).second) << selector;
    EXPECT_EQ(selector, lower(selector));
    EXPECT_EQ(selector.find('.'), std::string_view::npos);
  }
  EXPECT_TRUE(seen.contains("selector1"));
  EXPECT_TRUE(seen.contains("google"));
}

}  // namespace
}  // namespace utsyn::wire
