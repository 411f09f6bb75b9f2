#include "wire/mail/spf_walk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/mail/fake_source.h"

namespace utsyn::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

FakeSource silent() {
  FakeSource source;
  source.otherwise(AnswerStatus::nxdomain);
  return source;
}

TEST(WalkSpf, NoLookupsAtAll) {
  const auto walk =
      walk_spf("Example.no.", silent().txt("example.no", {"v=spf1 ip4:192.0.2.0/24 -all", "other"}));
  EXPECT_TRUE(walk.complete());
  EXPECT_THAT(walk.selected, ElementsAre("v=spf1 ip4:192.0.2.0/24 -all"));
  ASSERT_TRUE(walk.record);
  EXPECT_EQ(walk.lookups, 0U);
  EXPECT_EQ(walk.default_qualifier, SpfQualifier::fail);
  EXPECT_FALSE(walk.default_from_redirect);
  EXPECT_THAT(walk.networks, ElementsAre(SpfNetwork{*Cidr::parse("192.0.2.0/24"), SpfMechanism::ip4,
                                                    SpfQualifier::pass, "example.no"}));
}

TEST(WalkSpf, ApexStates) {
  EXPECT_EQ(walk_spf("example.no", silent()).apex_status, AnswerStatus::nxdomain);
  EXPECT_THAT(walk_spf("example.no", silent()).selected, IsEmpty());
  const auto two = walk_spf("example.no", silent().txt("example.no", {"v=spf1 -all", "v=spf1 a -all"}));
  EXPECT_EQ(two.selected.size(), 2U);
  EXPECT_FALSE(two.record);
  EXPECT_EQ(two.lookups, 0U);
  const auto broken = walk_spf("example.no", silent().txt("example.no", {"v=spf1 foo -all"}));
  ASSERT_TRUE(broken.parse_error);
  EXPECT_EQ(broken.parse_error->fault, SpfFault::no_such_mechanism);
  const auto failing =
      walk_spf("example.no", silent().status("example.no", RecordType::txt, AnswerStatus::error));
  EXPECT_TRUE(failing.temporary_error);
  EXPECT_FALSE(failing.complete());
  EXPECT_FALSE(walk_spf("not a..name", silent()).record);
}

TEST(WalkSpf, CountsEveryKindOfLookupOnce) {
  const auto walk = walk_spf(
      "example.no",
      silent()
          .txt("example.no", {"v=spf1 a mx:mail.example.no ptr exists:x.example.no include:inc.example "
                              "exists:%{i}.example.no ip4:192.0.2.1 redirect=next.example"})
          .txt("inc.example", {"v=spf1 a:host.example -all"})
          .txt("next.example", {"v=spf1 ?all"})
          .found("example.no", RecordType::a, {"192.0.2.1"})
          .found("mail.example.no", RecordType::mx, {"10 m1.example.no", "20 m2.example.no"})
          .found("x.example.no", RecordType::a, {"127.0.0.2"})
          .found("host.example", RecordType::aaaa, {"2001:db8::1"}));
  EXPECT_TRUE(walk.complete());
  EXPECT_EQ(walk.lookups, 8U) << "a, mx, ptr, exists, include with an a, exists, redirect";
  EXPECT_EQ(walk.void_lookups, 0U);
  EXPECT_EQ(walk.macro_terms, 1U);
  EXPECT_TRUE(walk.ptr_own);
  EXPECT_FALSE(walk.ptr_included);
  EXPECT_EQ(walk.default_qualifier, SpfQualifier::neutral);
  EXPECT_TRUE(walk.default_from_redirect);
  EXPECT_THAT(walk.targets, UnorderedElementsAre(SpfTarget{"mail.example.no", "mx", "example.no"},
                                                 SpfTarget{"x.example.no", "exists", "example.no"},
                                                 SpfTarget{"inc.example", "include", "example.no"},
                                                 SpfTarget{"host.example", "a", "inc.example"},
                                                 SpfTarget{"next.example", "redirect", "example.no"}));
  EXPECT_THAT(walk.records,
              UnorderedElementsAre(SpfRecordUse{"example.no", walk.selected.front(), true},
                                   SpfRecordUse{"inc.example", "v=spf1 a:host.example -all", false},
                                   SpfRecordUse{"next.example", "v=spf1 ?all", true}));
}

TEST(WalkSpf, GoesOnPastTheLimit) {
  auto source = silent();
  std::string record = "v=spf1";
  for (int i = 0; i < 14; ++i) {
    const auto name = fmt::format("i{}.example", i);
    record += " include:" + name;
    source.txt(name, {"v=spf1 ip4:192.0.2.1 -all"});
  }
  source.txt("example.no", {record + " -all"});
  EXPECT_EQ(walk_spf("example.no", source).lookups, 14U);
}

TEST(WalkSpf, EmptyAddressSetIsOneVoid) {
  const auto walk =
      walk_spf("example.no", silent()
                                 .txt("example.no", {"v=spf1 a:none.example a:half.example mx "
                                                     "exists:gone.example include:void.example -all"})
                                 .found("half.example", RecordType::aaaa, {"2001:db8::1"})
                                 .status("half.example", RecordType::a, AnswerStatus::nodata)
                                 .found("example.no", RecordType::mx, {}));
  EXPECT_EQ(walk.lookups, 5U);
  EXPECT_EQ(walk.void_lookups, 4U);
  EXPECT_THAT(walk.void_names,
              UnorderedElementsAre("none.example", "example.no", "gone.example", "void.example"));
}

TEST(WalkSpf, OneFamilyUnknownIsNotVoid) {
  const auto walk =
      walk_spf("example.no", silent()
                                 .txt("example.no", {"v=spf1 a:half.example -all"})
                                 .status("half.example", RecordType::aaaa, AnswerStatus::error));
  EXPECT_EQ(walk.void_lookups, 0U);
  EXPECT_TRUE(walk.temporary_error);
}

TEST(WalkSpf, TooManyMailHosts) {
  std::vector<std::string> hosts;
  hosts.reserve(11);
  for (int i = 0; i < 11; ++i) hosts.push_back(fmt::format("10 m{}.example", i));
  const auto walk =
      walk_spf("example.no",
               silent().txt("example.no", {"v=spf1 mx -all"}).found("example.no", RecordType::mx, hosts));
  EXPECT_THAT(walk.mx_over_limit, ElementsAre("example.no"));
  EXPECT_EQ(walk.lookups, 1U);
}

TEST(WalkSpf, ProblemsOfTargets) {
  const auto walk = walk_spf(
      "example.no", silent()
                        .txt("example.no", {"v=spf1 include:none.example include:nospf.example "
                                            "include:two.example include:bad.example include:loop.example "
                                            "include:down.example redirect=gone.example"})
                        .txt("nospf.example", {"hello"})
                        .txt("two.example", {"v=spf1 -all", "v=spf1 ~all"})
                        .txt("bad.example", {"v=spf1 oops"})
                        .txt("loop.example", {"v=spf1 include:example.no -all"})
                        .status("down.example", RecordType::txt, AnswerStatus::error));
  EXPECT_THAT(walk.problems,
              ElementsAre(SpfProblem{SpfProblemKind::none, "none.example", "example.no", false, ""},
                          SpfProblem{SpfProblemKind::none, "nospf.example", "example.no", false, ""},
                          SpfProblem{SpfProblemKind::several, "two.example", "example.no", false, ""},
                          SpfProblem{SpfProblemKind::permerror, "bad.example", "example.no", false, "oops"},
                          SpfProblem{SpfProblemKind::loop, "example.no", "loop.example", false, ""},
                          SpfProblem{SpfProblemKind::temporary, "down.example", "example.no", false, ""},
                          SpfProblem{SpfProblemKind::none, "gone.example", "example.no", true, ""}));
  EXPECT_FALSE(walk.default_qualifier);
  EXPECT_TRUE(walk.temporary_error);
}

TEST(WalkSpf, SameIncludeTwiceIsNoLoop) {
  const auto walk =
      walk_spf("example.no", silent()
                                 .txt("example.no", {"v=spf1 include:a.example include:b.example -all"})
                                 .txt("a.example", {"v=spf1 include:shared.example -all"})
                                 .txt("b.example", {"v=spf1 include:shared.example -all"})
                                 .txt("shared.example", {"v=spf1 ip4:192.0.2.1 -all"}));
  EXPECT_THAT(walk.problems, IsEmpty());
  EXPECT_EQ(walk.lookups, 4U);
  EXPECT_EQ(walk.networks.size(), 1U);
}

TEST(WalkSpf, AllInsideAnIncludeIsNotTheDefault) {
  const auto walk =
      walk_spf("example.no", silent()
                                 .txt("example.no", {"v=spf1 include:open.example ?include:loose.example"})
                                 .txt("open.example", {"v=spf1 +all"})
                                 .txt("loose.example", {"v=spf1 +all"}));
  EXPECT_FALSE(walk.default_qualifier);
  EXPECT_THAT(walk.includes_that_pass_all, ElementsAre("open.example"));
}

TEST(WalkSpf, RedirectIsIgnoredBesideAll) {
  const auto walk =
      walk_spf("example.no", silent().txt("example.no", {"v=spf1 redirect=other.example ~all"}));
  EXPECT_EQ(walk.lookups, 0U);
  EXPECT_EQ(walk.default_qualifier, SpfQualifier::softfail);
  EXPECT_THAT(walk.targets, IsEmpty());
}

TEST(WalkSpf, TermsAfterAllAreNotReached) {
  const auto walk = walk_spf("example.no", silent().txt("example.no", {"v=spf1 -all include:other.example"}));
  EXPECT_EQ(walk.lookups, 0U);
}

TEST(WalkSpf, QualifiersThroughIncludes) {
  const auto walk = walk_spf(
      "example.no",
      silent()
          .txt("example.no", {"v=spf1 ?include:soft.example include:outer.example -ip4:192.0.2.9 -all"})
          .txt("soft.example", {"v=spf1 ip4:198.51.100.0/24 -ip4:198.51.100.9 -all"})
          .txt("outer.example", {"v=spf1 ~include:inner.example ip6:2001:db8::/32 -all"})
          .txt("inner.example", {"v=spf1 ip4:203.0.113.0/24 -all"}));
  const auto network = [](const char* cidr, SpfMechanism mechanism, SpfQualifier qualifier,
                          const char* owner) {
    return SpfNetwork{*Cidr::parse(cidr), mechanism, qualifier, owner};
  };
  EXPECT_THAT(
      walk.networks,
      ElementsAre(network("198.51.100.0/24", SpfMechanism::ip4, SpfQualifier::neutral, "soft.example"),
                  network("2001:db8::/32", SpfMechanism::ip6, SpfQualifier::pass, "outer.example"),
                  network("192.0.2.9", SpfMechanism::ip4, SpfQualifier::fail, "example.no")));
}

TEST(WalkSpf, AddressesOfAnATermBecomeNetworks) {
  const auto walk = walk_spf("example.no", silent()
                                               .txt("example.no", {"v=spf1 a/24//48 -all"})
                                               .found("example.no", RecordType::a, {"192.0.2.5"})
                                               .found("example.no", RecordType::aaaa, {"2001:db8::5"}));
  ASSERT_EQ(walk.networks.size(), 2U);
  EXPECT_EQ(walk.networks[0].network.str(), "192.0.2.5/24");
  EXPECT_EQ(walk.networks[1].network.str(), "2001:db8::5/48");
}

TEST(WalkSpf, PtrInsideAnInclude) {
  const auto walk = walk_spf(
      "example.no",
      silent().txt("example.no", {"v=spf1 include:a.example -all"}).txt("a.example", {"v=spf1 ptr -all"}));
  EXPECT_FALSE(walk.ptr_own);
  EXPECT_TRUE(walk.ptr_included);
  EXPECT_EQ(walk.lookups, 2U);
}

TEST(WalkSpf, AsksUntilNothingIsMissing) {
  FakeSource source;
  EXPECT_THAT(walk_spf("example.no", source).missing,
              ElementsAre(WantedLookup{"example.no", RecordType::txt}));
  source.txt("example.no", {"v=spf1 a include:a.example mx -all"});
  EXPECT_THAT(
      walk_spf("example.no", source).missing,
      ElementsAre(WantedLookup{"a.example", RecordType::txt}, WantedLookup{"example.no", RecordType::a},
                  WantedLookup{"example.no", RecordType::mx}, WantedLookup{"example.no", RecordType::aaaa}));
  source.otherwise(AnswerStatus::nodata);
  EXPECT_TRUE(walk_spf("example.no", source).complete());
}

TEST(WalkSpf, DepthIsBounded) {
  auto source = silent();
  source.txt("example.no", {"v=spf1 include:d0.example -all"});
  for (int i = 0; i < 40; ++i)
    source.txt(fmt::format("d{}.example", i), {fmt::format("v=spf1 include:d{}.example -all", i + 1)});
  const auto walk = walk_spf("example.no", source);
  EXPECT_TRUE(walk.cut_off);
  ASSERT_EQ(walk.problems.size(), 1U);
  EXPECT_EQ(walk.problems.front().kind, SpfProblemKind::too_deep);
  EXPECT_EQ(walk.lookups, 21U);
}

TEST(WalkSpf, BreadthIsBounded) {
  // Each record includes the next twice: 2^20 evaluations without a bound.
  auto source = silent();
  source.txt("example.no", {"v=spf1 include:d0.example include:d0.example -all"});
  for (int i = 0; i < 19; ++i) {
    source.txt(fmt::format("d{}.example", i),
               {fmt::format("v=spf1 include:d{0}.example include:d{0}.example -all", i + 1)});
  }
  source.txt("d19.example", {"v=spf1 -all"});
  EXPECT_TRUE(walk_spf("example.no", source).cut_off);
  std::string many = "v=spf1";
  for (int i = 0; i < 300; ++i) many += fmt::format(" exists:n{}.example", i);
  EXPECT_TRUE(walk_spf("example.no", silent().txt("example.no", {many + " -all"})).cut_off);
  EXPECT_LE(walk_spf("example.no", FakeSource().txt("example.no", {many + " -all"})).missing.size(),
            spf_walk_names);
}

TEST(SpfProblems, Names) {
  EXPECT_EQ(spf_problem_name(SpfProblemKind::too_deep), "too-deep");
  EXPECT_EQ(spf_problem_name(SpfProblemKind::permerror), "permerror");
}

}  // namespace
}  // namespace utsyn::wire
