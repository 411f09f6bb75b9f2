// Keys, passwords, codes.
#include <gtest/gtest.h>

#include <set>

#include "access/keys.h"
#include "access/password.h"
#include "access/totp.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

TEST(Keys, SealedOpensWithTheSameKeyAndPurposeOnly) {
  const Keys keys(Bytes(32, 1));
  const auto sealed = keys.seal("secret", "totp:a");
  EXPECT_EQ(keys.open(sealed, "totp:a"), "secret");
  EXPECT_NE(keys.seal("secret", "totp:a"), sealed);
  EXPECT_EQ(keys.open(sealed, "totp:b"), std::nullopt);
  EXPECT_EQ(Keys(Bytes(32, 2)).open(sealed, "totp:a"), std::nullopt);
  EXPECT_EQ(keys.open(keys.seal("", "x"), "x"), "");
}

TEST(Keys, WhatWasTamperedWithDoesNotOpen) {
  const Keys keys(Bytes(32, 1));
  const auto sealed = keys.seal("a secret of some length", "x");
  for (std::size_t at = 2; at < sealed.size(); ++at) {
    auto other = sealed;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(keys.open(other, "x"), std::nullopt) << at;
  }
  for (const auto* text : {"", "1:", "1:AAAA", "2:AAAA", "no"}) EXPECT_EQ(keys.open(text, "x"), std::nullopt);
}

TEST(Keys, MacsDifferByKeyPurposeAndText) {
  const Keys keys(Bytes(32, 1));
  const std::set<std::string> all = {keys.mac("a", "b"), keys.mac("a", "c"),
                                     keys.mac("b", "b"), keys.mac("ab", ""),
                                     keys.mac("", "ab"), Keys(Bytes(32, 2)).mac("a", "b")};
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(keys.mac("a", "b"), keys.mac("a", "b"));
  EXPECT_THROW(Keys(Bytes(31, 1)), std::invalid_argument);
}

TEST(Password, IsArgon2idAtTheAgreedCost) {
  const auto encoded = hash_password("correct horse battery");
  EXPECT_TRUE(encoded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << encoded;
  EXPECT_NE(hash_password("correct horse battery"), encoded);
  EXPECT_TRUE(verify_password(encoded, "correct horse battery"));
  EXPECT_FALSE(verify_password(encoded, "correct horse batterx"));
  EXPECT_FALSE(verify_password("", ""));
  EXPECT_FALSE(verify_password("$argon2id$v=19$nonsense", "x"));
}

struct PasswordCase {
  const char* name;
  std::string password;
  bool good;
};
class NewPassword : public testing::TestWithParam<PasswordCase> {};
TEST_P(NewPassword, IsJudged) {
  EXPECT_EQ(!weak_password(GetParam().password, "kari.nordmann", "Kari Nordmann"), GetParam().good)
      << weak_password(GetParam().password, "kari.nordmann", "Kari Nordmann").value_or("accepted");
}
const PasswordCase password_cases[] = {
    {"Sentence", "fire epler i kurven", true},
    {"Norwegian", "blåbærsyltetøy på brødskiva", true},
    {"Short", "Xk9!mQ2#", false},
    {"Eleven", "abcxyzuvwqr", false},
    {"Empty", "", false},
    {"OneCharacter", "aaaaaaaaaaaaaaaaaaaa", false},
    {"FewCharacters", "abababababababab", false},
    {"Digits", "1234567890123", false},
    {"Backwards", "0987654321098", false},
    {"Keyboard", "qwertyuiopas", false},
    {"Known", "passordpassord", false},
    {"OwnLogin", "kari.nordmann123", false},
    {"OwnNameAndService", "Utsyn Kari Nordmann 1", false},
    {"LongestAllowed", std::string(120, 'x') + "abcdefg" + std::string(129, 'y'), true},
    {"TooLong", std::string(120, 'x') + "abcdefg" + std::string(130, 'y'), false},
};
INSTANTIATE_TEST_SUITE_P(Secrets, NewPassword, testing::ValuesIn(password_cases),
                         [](const auto& row) { return row.param.name; });

// RFC 6238 appendix B, its last six digits.
struct CodeCase {
  std::int64_t time;
  const char* code;
};
class Totp : public testing::TestWithParam<CodeCase> {};
TEST_P(Totp, GivesTheVectorsOfRfc6238) {
  const auto secret = as_bytes("12345678901234567890");
  const auto now = from_unix(GetParam().time);
  EXPECT_EQ(totp_code(secret, now), GetParam().code);
  EXPECT_EQ(totp_step(secret, GetParam().code, now, 0), GetParam().time / 30);
}
const CodeCase code_cases[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                               {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
INSTANTIATE_TEST_SUITE_P(Secrets, Totp, testing::ValuesIn(code_cases));

TEST(TotpStep, TakesOneStepOfClockDifferenceAndNoMore) {
  const auto secret = as_bytes("12345678901234567890");
  const auto code = totp_code(secret, from_unix(3000));
  EXPECT_EQ(totp_step(secret, code, from_unix(3030), 0), 100);
  EXPECT_EQ(totp_step(secret, code, from_unix(2971), 0), 100);
  EXPECT_EQ(totp_step(secret, code, from_unix(3060), 0), std::nullopt);
  EXPECT_EQ(totp_step(secret, code, from_unix(2969), 0), std::nullopt);
}

TEST(TotpStep, TakesNoCodeTwice) {
  const auto secret = as_bytes("12345678901234567890");
  const auto code = totp_code(secret, from_unix(3000));
  EXPECT_EQ(totp_step(secret, code, from_unix(3000), 99), 100);
  EXPECT_EQ(totp_step(secret, code, from_unix(3000), 100), std::nullopt);
  EXPECT_EQ(totp_step(secret, code, from_unix(3010), 101), std::nullopt);
  for (const auto* wrong : {"", "12345", "1234567", "abcdef", "00000０"})
    EXPECT_EQ(totp_step(secret, wrong, from_unix(3000), 0), std::nullopt);
}

TEST(TotpUri, EscapesWhatStandsInIt) {
  EXPECT_EQ(otpauth_uri(as_bytes("12345678901234567890"), "kari@example.no", "Utsyn"),
            "otpauth://totp/Utsyn:kari%40example.no?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Utsyn&"
            "algorithm=SHA1&digits=6&period=30");
}

TEST(RecoveryCodes, AreTenAndReadAsTyped) {
  const auto codes = new_recovery_codes();
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), kRecoveryCodes);
  for (const auto& code : codes) {
    ASSERT_EQ(code.size(), 19U);
    EXPECT_TRUE(recovery_code(code).has_value());
  }
  EXPECT_EQ(recovery_code("ABCD efgh-ijkl mnop"), "abcdefghijklmnop");
  for (const auto* wrong : {"", "123456", "abcd-efgh-ijkl-mno", "abcd-efgh-ijkl-mno1", "abcdefghijklmnopq"})
    EXPECT_EQ(recovery_code(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace utsyn::access
