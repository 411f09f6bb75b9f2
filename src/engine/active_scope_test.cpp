#include "engine/active_scope.h"

#include <gtest/gtest.h>

namespace utsyn::engine {
namespace {

const std::vector<std::string> kProved = {"example.no"};

TEST(ActiveScope, CoversWhatWasProvedAndWhatLiesBelow) {
  const struct {
    const char* name;
    bool covered;
  } cases[] = {
      {"example.no", true}, {"www.example.no", true}, {"a.b.example.no", true},
      {"other.no", false},  {"badexample.no", false}, {"example.no.evil.test", false},
      {"no", false},        {"192.0.2.1", false},     {"", false},
  };
  for (const auto& [name, covered] : cases) EXPECT_EQ(covers(kProved, name), covered) << name;
  EXPECT_FALSE(covers({}, "example.no"));
}

TEST(ActiveScope, APublicSuffixIsNobodysToProve) {
  EXPECT_FALSE(covers({"no"}, "example.no"));
  EXPECT_FALSE(covers({"kommune.no"}, "example.kommune.no"));
  EXPECT_TRUE(covers({"kommune.no", "example.kommune.no"}, "www.example.kommune.no"));
}

store::Asset web(std::string host) {
  store::Asset out;
  out.host = std::move(host);
  out.why = {"given"};
  return out;
}

DnsAnswers at(std::string host, std::vector<std::string> aliases) {
  DnsAnswer answer;
  answer.name = std::move(host);
  answer.type = "A";
  answer.status = DnsStatus::found;
  answer.records = {"192.0.2.1"};
  answer.aliases = std::move(aliases);
  return DnsAnswers{answer};
}

TEST(ActiveScope, OnlyWhatIsTheOwnersByEverySign) {
  EXPECT_TRUE(may_be_asked(kProved, web("www.example.no"), at("www.example.no", {})));
  EXPECT_TRUE(may_be_asked(kProved, web("www.example.no"), at("www.example.no", {"web1.example.no"})));
  EXPECT_FALSE(may_be_asked(kProved, web("www.other.no"), at("www.other.no", {})));
  // The name is the owner's, the machine behind the alias is not.
  EXPECT_FALSE(may_be_asked(kProved, web("www.example.no"), at("www.example.no", {"x.cdn.test"})));
  EXPECT_FALSE(
      may_be_asked(kProved, web("www.example.no"), at("www.example.no", {"www2.example.no", "x.cdn.test"})));
  auto supplier = web("mx.example.no");
  supplier.by_provider = true;
  EXPECT_FALSE(may_be_asked(kProved, supplier, {}));
  auto candidate = web("new.example.no");
  candidate.why = {"ct-of:example.no"};
  EXPECT_FALSE(may_be_asked(kProved, candidate, {}));
  candidate.why.emplace_back("confirmed");
  EXPECT_TRUE(may_be_asked(kProved, candidate, {}));
}

}  // namespace
}  // namespace utsyn::engine
