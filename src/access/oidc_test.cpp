// How often a login provider is asked when it does not answer, against a provider on loopback.
#include "access/oidc.h"

#include <gtest/gtest.h>

#include <atomic>

#include "access/test_http_server.h"

namespace utsyn::access {
namespace {

const UtcTime kNow = from_unix(1'800'000'000);

std::string found(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}
std::string good(const std::string& issuer) {
  return found(R"({"issuer":")" + issuer + R"(","authorization_endpoint":")" + issuer +
               R"(/a","token_endpoint":")" + issuer + R"(/t","jwks_uri":")" + issuer + R"(/k"})");
}
const std::string kBroken = "HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

TEST(Discovery, AFailureIsRememberedForHalfAMinute) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  std::atomic<bool> works = false;
  TestHttpServer* self = nullptr;
  TestHttpServer provider([&](std::string_view) { return works ? good(self->url()) : kBroken; });
  self = &provider;
  const auto failed = client.discover(provider.url(), kNow);
  ASSERT_FALSE(failed);
  works = true;
  for (const int seconds : {0, 1, 29}) {
    const auto again = client.discover(provider.url(), kNow + std::chrono::seconds(seconds));
    ASSERT_FALSE(again) << seconds;
    EXPECT_EQ(again.error(), failed.error());
  }
  EXPECT_EQ(provider.asked(), 1);
  EXPECT_EQ(client.start({.id = "p", .issuer = provider.url()}, "/", "", kNow).error().status, 502);
  EXPECT_EQ(provider.asked(), 1);
  EXPECT_TRUE(client.discover(provider.url(), kNow + kFailureKept));
  EXPECT_EQ(provider.asked(), 2);
  EXPECT_TRUE(client.discover(provider.url(), kNow + kFailureKept));
  EXPECT_EQ(provider.asked(), 2);
}

TEST(Discovery, TheAdministratorAsksAfresh) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  TestHttpServer provider([](std::string_view) { return kBroken; });
  EXPECT_FALSE(client.discover(provider.url(), kNow));
  EXPECT_FALSE(client.discover(provider.url(), kNow, true));
  EXPECT_EQ(provider.asked(), 2);
}

TEST(Discovery, OneAsksWhileTheOthersAreToldSo) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  TestHttpServer* self = nullptr;
  UtcTime now = kNow;
  bool known = false;
  int during = 0;
  // While the provider is about to answer one, another comes.
  TestHttpServer provider([&](std::string_view) {
    const auto other = client.discover(self->url(), now);
    EXPECT_EQ(other.has_value(), known);
    if (!other) {
      EXPECT_NE(other.error().find("try again shortly"), std::string::npos) << other.error();
    }
    ++during;
    return good(self->url());
  });
  self = &provider;
  EXPECT_TRUE(client.discover(provider.url(), now));
  known = true;  // what is known serves the others while it is asked for again
  now = kNow + kDiscoveryKept;
  EXPECT_TRUE(client.discover(provider.url(), now));
  EXPECT_EQ(provider.asked(), 2);
  EXPECT_EQ(during, 2);
}

TEST(ProviderKeys, AFailureIsRememberedForHalfAMinute) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  TestHttpServer* self = nullptr;
  std::atomic<int> asked_keys = 0;
  TestHttpServer provider([&](std::string_view request) {
    if (request.starts_with("POST /t ")) return found(R"({"id_token":"a.b.c"})");
    if (!request.starts_with("GET /k ")) return good(self->url());
    ++asked_keys;
    return kBroken;
  });
  self = &provider;
  const Provider wanted{.id = "p", .issuer = provider.url(), .client = "c"};
  const OidcClient::Begun begun{.provider = "p", .seed = "s", .return_to = "/", .invitation = {}};
  const OidcClient::Callback callback{.state = {}, .code = "x", .error = {}, .issuer = {}, .cookie = {}};
  const std::pair<int, int> cases[] = {{0, 1}, {29, 1}, {30, 2}, {31, 2}};
  for (const auto& [seconds, expected] : cases) {
    const auto done = client.finish(wanted, begun, callback, kNow + std::chrono::seconds(seconds));
    ASSERT_FALSE(done) << seconds;
    EXPECT_EQ(done.error().status, 502) << seconds;
    EXPECT_EQ(asked_keys, expected) << seconds;
  }
}

TEST(Codes, AProviderThatFailsIsLeftAloneForHalfAMinute) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  TestHttpServer* self = nullptr;
  std::atomic<int> asked_tokens = 0;
  std::string token_answer = kBroken;
  TestHttpServer provider([&](std::string_view request) {
    if (!request.starts_with("POST /t ")) return good(self->url());
    ++asked_tokens;
    return token_answer;
  });
  self = &provider;
  const Provider wanted{.id = "p", .issuer = provider.url(), .client = "c"};
  const OidcClient::Begun begun{.provider = "p", .seed = "s", .return_to = "/", .invitation = {}};
  const OidcClient::Callback callback{.state = {}, .code = "x", .error = {}, .issuer = {}, .cookie = {}};
  const std::string refused = "HTTP/1.1 400 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
  struct Case {
    int seconds;
    std::string answer;
    int status;
    int asked;
  };
  const Case cases[] = {
      {0, kBroken, 502, 1},
      {1, kBroken, 502, 1},
      {29, kBroken, 502, 1},
      {30, kBroken, 502, 2},
      {59, refused, 502, 2},
      {60, refused, 403, 3},
      {61, refused, 403, 4},  // it answers again: codes are
                              // judged
      {62, kBroken, 502, 5},
      {63, kBroken, 502, 5},
  };
  for (const auto& [seconds, answer, status, expected] : cases) {
    token_answer = answer;
    const auto done = client.finish(wanted, begun, callback, kNow + std::chrono::seconds(seconds));
    ASSERT_FALSE(done) << seconds;
    EXPECT_EQ(done.error().status, status) << seconds;
    EXPECT_EQ(asked_tokens, expected) << seconds;
  }
}

TEST(Codes, AfterAFailureOneGoesAheadAndTries) {
  const Keys keys(Bytes(32, 1));
  OidcClient client(keys, Https(true), "https://utsyn.example");
  TestHttpServer* self = nullptr;
  const Provider* wanted = nullptr;
  const OidcClient::Begun begun{.provider = "p", .seed = "s", .return_to = "/", .invitation = {}};
  const OidcClient::Callback callback{.state = {}, .code = "x", .error = {}, .issuer = {}, .cookie = {}};
  std::atomic<int> asked_tokens = 0;
  std::string told;
  TestHttpServer provider([&](std::string_view request) {
    if (!request.starts_with("POST /t ")) return good(self->url());
    if (++asked_tokens == 2) {
      const auto other = client.finish(*wanted, begun, callback, kNow + kFailureKept);
      told = other ? "" : other.error().detail;
    }
    return kBroken;
  });
  self = &provider;
  const Provider record{.id = "p", .issuer = provider.url(), .client = "c"};
  wanted = &record;
  EXPECT_FALSE(client.finish(record, begun, callback, kNow));
  EXPECT_FALSE(client.finish(record, begun, callback, kNow + kFailureKept));
  EXPECT_EQ(asked_tokens, 2);
  EXPECT_NE(told.find("somebody else is trying it"), std::string::npos) << told;
}

}  // namespace
}  // namespace utsyn::access
