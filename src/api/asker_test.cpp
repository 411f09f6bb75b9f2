// Who asks, behind proxies and without.
#include "api/asker.h"

#include <gtest/gtest.h>

namespace utsyn::api {
namespace {

struct Case {
  const char* name;
  const char* peer;
  std::vector<std::pair<std::string, std::string>> headers;
  const char* address;
  bool secure;
  bool local;
  const char* id;  // empty: one of our own
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Asker : public testing::TestWithParam<Case> {};
TEST_P(Asker, IsWhoATrustedProxySays) {
  const std::vector<Cidr> proxies{*Cidr::parse("192.0.2.0/24")};
  Request request;
  for (const auto& [name, value] : GetParam().headers) request.headers.emplace(name, value);
  set_asker(request, GetParam().peer, proxies);
  EXPECT_EQ(request.address, GetParam().address);
  EXPECT_EQ(request.secure, GetParam().secure);
  EXPECT_EQ(request.local, GetParam().local);
  if (*GetParam().id == '\0') {
    EXPECT_EQ(request.id.size(), 26U);
  } else {
    EXPECT_EQ(request.id, GetParam().id);
  }
}
const std::pair<std::string, std::string> kFor{"x-forwarded-for", "203.0.113.9"};
const std::pair<std::string, std::string> kTls{"x-forwarded-proto", "https"};
const std::pair<std::string, std::string> kId{"x-request-id", "r-1"};
const Case cases[] = {
    {"Direct", "198.51.100.7", {}, "198.51.100.7", false, false, ""},
    {"DirectLiar", "198.51.100.7", {kFor, kTls, kId}, "198.51.100.7", false, false, ""},
    {"Local", "127.0.0.1", {}, "127.0.0.1", false, true, ""},
    {"LocalProxyNotTrusted", "127.0.0.1", {kFor}, "127.0.0.1", false, false, ""},
    {"LocalByVia", "127.0.0.1", {{"via", "1.1 x"}}, "127.0.0.1", false, false, ""},
    {"LocalByForwarded", "127.0.0.1", {{"forwarded", "for=x"}}, "127.0.0.1", false, false, ""},
    {"Proxied", "192.0.2.1", {kFor, kTls, kId}, "203.0.113.9", true, false, "r-1"},
    {"SeveralFields",
     "192.0.2.1",
     {{"x-forwarded-for", "203.0.113.1"}, kFor},
     "203.0.113.9",
     false,
     false,
     ""},
    {"TwoProxies",
     "192.0.2.1",
     {{"x-forwarded-for", "203.0.113.9, 192.0.2.8"}},
     "203.0.113.9",
     false,
     false,
     ""},
    {"ClientWroteTheFirst",
     "192.0.2.1",
     {{"x-forwarded-for", "10.0.0.1, 203.0.113.9"}},
     "203.0.113.9",
     false,
     false,
     ""},
    {"Nonsense", "192.0.2.1", {{"x-forwarded-for", "x"}}, "192.0.2.1", false, false, ""},
    {"NonsenseBeforeAProxy",
     "192.0.2.1",
     {{"x-forwarded-for", "x, 192.0.2.8"}},
     "192.0.2.8",
     false,
     false,
     ""},
    {"WrongId", "192.0.2.1", {{"x-request-id", "a b"}}, "192.0.2.1", false, false, ""},
    {"LongId", "192.0.2.1", {{"x-request-id", std::string(65, 'a')}}, "192.0.2.1", false, false, ""},
};
INSTANTIATE_TEST_SUITE_P(Table, Asker, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace utsyn::api
