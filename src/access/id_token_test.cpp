#include "access/id_token.h"

#include <cjose/cjose.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>
#include <memory>

namespace utsyn::access {
namespace {

namespace json = boost::json;

const UtcTime kNow = from_unix(1'800'000'000);

// The provider's keys, made once: they take a while.
struct TestKeys {
  cjose_jwk_t* rsa = nullptr;
  cjose_jwk_t* other_rsa = nullptr;
  cjose_jwk_t* ec = nullptr;
  cjose_jwk_t* shared = nullptr;

  TestKeys() {
    cjose_err error{};
    const std::uint8_t exponent[] = {1, 0, 1};
    rsa = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, &error);
    other_rsa = cjose_jwk_create_RSA_random(2048, exponent, sizeof exponent, &error);
    ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
    shared = cjose_jwk_create_oct_random(256, &error);
  }
  ~TestKeys() {
    for (auto* key : {rsa, other_rsa, ec, shared}) cjose_jwk_release(key);
  }
};
const TestKeys& keys() {
  static const TestKeys all;
  return all;
}

json::object shown(cjose_jwk_t* key, std::string_view id, bool with_private = false) {
  cjose_err error{};
  char* text = cjose_jwk_to_json(key, with_private, &error);
  auto out = json::parse(text).as_object();
  free(text);
  if (!id.empty()) out["kid"] = id;
  return out;
}

std::vector<ProviderKey> provider_keys() {
  const json::object set{{"keys", json::array{shown(keys().rsa, "r1"), shown(keys().ec, "e1")}}};
  const auto read = read_keys(json::serialize(set));
  EXPECT_TRUE(read.has_value());
  return read.value_or(std::vector<ProviderKey>{});
}

std::string sign(const json::object& claims, cjose_jwk_t* key, const char* algorithm, const char* id) {
  cjose_err error{};
  cjose_header_t* header = cjose_header_new(&error);
  cjose_header_set(header, "alg", algorithm, &error);
  if (id != nullptr) cjose_header_set(header, "kid", id, &error);
  const auto text = json::serialize(claims);
  cjose_jws_t* jws =
      cjose_jws_sign(key, header, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &error);
  const char* out = nullptr;
  cjose_jws_export(jws, &out, &error);
  std::string token = out;
  cjose_jws_release(jws);
  cjose_header_release(header);
  return token;
}

json::object good_claims() {
  const auto now = to_unix(kNow);
  return {{"iss", "https://login.example.no"},
          {"sub", "person-1"},
          {"aud", "utsyn"},
          {"exp", now + 300},
          {"iat", now},
          {"nonce", "n-1"},
          {"name", "Kari Nordmann"},
          {"acr", "substantial"}};
}

const Wanted kWanted{"https://login.example.no", "utsyn", "n-1", ""};

using Change = std::function<void(json::object&)>;
struct ClaimCase {
  const char* name;
  Change change;
  std::optional<OidcError> error;
};
class IdToken : public testing::TestWithParam<ClaimCase> {};

TEST_P(IdToken, ClaimsAreJudged) {
  auto claims = good_claims();
  GetParam().change(claims);
  const auto identity =
      check_id_token(sign(claims, keys().rsa, "RS256", "r1"), provider_keys(), kWanted, kNow);
  if (GetParam().error) {
    ASSERT_FALSE(identity.has_value());
    EXPECT_EQ(identity.error(), *GetParam().error);
  } else {
    ASSERT_TRUE(identity.has_value()) << static_cast<int>(identity.error());
    EXPECT_EQ(identity->subject, "person-1");
  }
}

constexpr std::int64_t kUnix = 1'800'000'000;
Change set(const char* claim, json::value value) {
  return [=](json::object& claims) { claims[claim] = value; };
}
Change drop(const char* claim) {
  return [=](json::object& claims) { claims.erase(claim); };
}
const ClaimCase claim_cases[] = {
    {"Good", [](json::object&) {}, std::nullopt},
    {"AudienceList", set("aud", json::array{"utsyn"}), std::nullopt},
    {"ListWithParty",
     [](json::object& c) {
       c["aud"] = json::array{"utsyn", "b"};
       c["azp"] = "utsyn";
     },
     std::nullopt},
    {"ListWithoutParty", set("aud", json::array{"utsyn", "b"}), OidcError::authorized_party},
    {"OtherParty", set("azp", "b"), OidcError::authorized_party},
    {"PartyNoText", set("azp", 1), OidcError::authorized_party},
    {"OtherAudience", set("aud", "b"), OidcError::audience},
    {"OtherAudiences", set("aud", json::array{"b", "c"}), OidcError::audience},
    {"EmptyAudience", set("aud", json::array{}), OidcError::audience},
    {"NoAudience", drop("aud"), OidcError::audience},
    {"OtherIssuer", set("iss", "https://login.example.no/"), OidcError::issuer},
    {"NoIssuer", drop("iss"), OidcError::issuer},
    {"Expired", set("exp", kUnix - 60), OidcError::expired},
    {"WithinLeeway", set("exp", kUnix - 59), std::nullopt},
    {"NoExpiry", drop("exp"), OidcError::malformed},
    {"ExpiryAsText", set("exp", "1900000000"), OidcError::malformed},
    {"NegativeExpiry", set("exp", -5), OidcError::malformed},
    {"HugeExpiry", set("exp", 1e300), OidcError::malformed},
    {"FractionOfSecond", set("exp", 1'800'000'300.5), std::nullopt},
    {"NoIssueTime", drop("iat"), OidcError::malformed},
    {"IssuedInTheFuture", set("iat", kUnix + 61), OidcError::not_yet},
    {"IssuedAMomentAhead", set("iat", kUnix + 60), std::nullopt},
    {"NotBefore", set("nbf", kUnix + 61), OidcError::not_yet},
    {"NotBeforeAsText", set("nbf", "x"), OidcError::malformed},
    {"OtherNonce", set("nonce", "n-2"), OidcError::nonce},
    {"NoNonce", drop("nonce"), OidcError::nonce},
    {"NoSubject", drop("sub"), OidcError::malformed},
    {"SubjectTooLong", set("sub", json::string(256, 'x')), OidcError::malformed},
};
INSTANTIATE_TEST_SUITE_P(Oidc, IdToken, testing::ValuesIn(claim_cases),
                         [](const auto& row) { return row.param.name; });

TEST(IdTokenSignature, TheThreeAlgorithmsAreTaken) {
  EXPECT_TRUE(check_id_token(sign(good_claims(), keys().rsa, "RS256", "r1"), provider_keys(), kWanted, kNow));
  EXPECT_TRUE(check_id_token(sign(good_claims(), keys().rsa, "PS256", "r1"), provider_keys(), kWanted, kNow));
  EXPECT_TRUE(check_id_token(sign(good_claims(), keys().ec, "ES256", "e1"), provider_keys(), kWanted, kNow));
  EXPECT_TRUE(
      check_id_token(sign(good_claims(), keys().ec, "ES256", nullptr), provider_keys(), kWanted, kNow));
}

std::optional<OidcError> error_of(const std::string& token) {
  const auto identity = check_id_token(token, provider_keys(), kWanted, kNow);
  return identity ? std::nullopt : std::optional(identity.error());
}

TEST(IdTokenSignature, OthersAreRefused) {
  EXPECT_EQ(error_of(sign(good_claims(), keys().rsa, "RS512", "r1")), OidcError::algorithm);
  EXPECT_EQ(error_of(sign(good_claims(), keys().shared, "HS256", "r1")), OidcError::algorithm);
  EXPECT_EQ(
      error_of(to_base64url(R"({"alg":"none"})") + "." + to_base64url(json::serialize(good_claims())) + "."),
      OidcError::algorithm);
  EXPECT_EQ(error_of(sign(good_claims(), keys().other_rsa, "RS256", "r2")), OidcError::unknown_key);
  EXPECT_EQ(error_of(sign(good_claims(), keys().other_rsa, "RS256", "r1")), OidcError::signature);
  EXPECT_EQ(error_of(sign(good_claims(), keys().other_rsa, "RS256", "e1")), OidcError::unknown_key);
  // Another's payload under a good signature.
  auto token = sign(good_claims(), keys().rsa, "RS256", "r1");
  auto claims = good_claims();
  claims["sub"] = "administrator";
  const auto first = token.find('.');
  token = token.substr(0, first + 1) + to_base64url(json::serialize(claims)) + token.substr(token.rfind('.'));
  EXPECT_EQ(error_of(token), OidcError::signature);
}

TEST(IdTokenSignature, WhatIsNoTokenIsRefused) {
  for (const auto* text : {"", "a", "a.b", "a.b.c", "....", "e30.e30.", "!!!.e30.e30", "bnVsbA.e30.e30"})
    EXPECT_EQ(error_of(text),
              std::string_view(text) == "e30.e30." ? OidcError::algorithm : OidcError::malformed)
        << text;
  EXPECT_EQ(error_of(std::string(40'000, 'a') + ".b.c"), OidcError::malformed);
  EXPECT_EQ(error_of(to_base64url(R"({"alg":"RS256","kid":"r1","crit":["b64"],"b64":false})") + ".e30.e30"),
            OidcError::malformed);
}

TEST(IdTokenLevel, OneOfThoseWantedMustComeBack) {
  const auto token = sign(good_claims(), keys().rsa, "RS256", "r1");
  auto wanted = kWanted;
  wanted.levels = "high substantial";
  EXPECT_TRUE(check_id_token(token, provider_keys(), wanted, kNow));
  wanted.levels = "high";
  const auto refused = check_id_token(token, provider_keys(), wanted, kNow);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), OidcError::level);
}

TEST(IdTokenNonce, AnEmptyOneIsNeverRight) {
  auto wanted = kWanted;
  wanted.nonce.clear();
  auto claims = good_claims();
  claims["nonce"] = "";
  EXPECT_FALSE(check_id_token(sign(claims, keys().rsa, "RS256", "r1"), provider_keys(), wanted, kNow));
}

TEST(ProviderKeys, OnlyWhatCanBeUsedIsKept) {
  auto encryption = shown(keys().rsa, "enc");
  encryption["use"] = "enc";
  json::object weak{{"kty", "RSA"}, {"kid", "weak"}, {"n", std::string(171, 'A')}, {"e", "AQAB"}};
  json::object broken{{"kty", "EC"}, {"kid", "broken"}, {"crv", "P-256"}, {"x", "AA"}, {"y", "AA"}};
  const json::object all{{"keys", json::array{shown(keys().rsa, "r1", true), shown(keys().shared, "s", true),
                                              std::move(encryption), std::move(weak), std::move(broken),
                                              "text", json::object{}}}};
  const auto read = read_keys(json::serialize(all));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().id, "r1");
  EXPECT_FALSE(read->front().key.empty());
  for (const auto* text : {"", "[]", "{}", R"({"keys":1})", "{"})
    EXPECT_FALSE(read_keys(text).has_value()) << text;
}

TEST(DiscoveryDocument, IsReadForItsIssuerOnly) {
  const std::string text =
      R"({"issuer":"https://a","authorization_endpoint":"https://a/1","token_endpoint":"https://a/2",)"
      R"("jwks_uri":"https://a/3","token_endpoint_auth_methods_supported":["client_secret_post"],)"
      R"("code_challenge_methods_supported":["plain"],"authorization_response_iss_parameter_supported":true})";
  const auto read = read_discovery(text, "https://a");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->jwks_uri, "https://a/3");
  EXPECT_FALSE(read->secret_in_header);
  EXPECT_FALSE(read->proves_by_s256);
  EXPECT_TRUE(read->names_issuer);
  const auto other = read_discovery(text, "https://b");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error(), OidcError::issuer);
  const auto bare = read_discovery(R"({"issuer":"https://a"})", "https://a");
  ASSERT_FALSE(bare.has_value());
  EXPECT_EQ(bare.error(), OidcError::malformed);
  EXPECT_FALSE(read_discovery("no json", "https://a").has_value());
}

TEST(Base64Url, IsStrict) {
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url(""), "");
  for (const auto* text : {"a", "+/8", "-_8=", "a b", "é"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace utsyn::access
