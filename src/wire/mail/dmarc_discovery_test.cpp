#include "wire/mail/dmarc_discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/mail/fake_source.h"

namespace utsyn::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Status = DmarcDiscoveryStatus;

FakeSource silent() {
  FakeSource source;
  source.otherwise(AnswerStatus::nxdomain);
  return source;
}
constexpr auto failing = AnswerStatus::error;

TEST(DmarcWalk, OwnRecord) {
  const auto found =
      discover_dmarc_by_walk("Example.no", silent().txt("_dmarc.example.no", {"v=DMARC1; p=reject", "x"}));
  EXPECT_EQ(found.status, Status::found);
  EXPECT_EQ(found.owner, "example.no");
  EXPECT_FALSE(found.inherited);
  EXPECT_EQ(found.organisational_domain, "example.no");
  EXPECT_EQ(found.record->policy, DmarcPolicy::reject);
  EXPECT_THAT(found.asked, ElementsAre("_dmarc.example.no", "_dmarc.no"));
}

TEST(DmarcWalk, InheritedFromTheFewestLabels) {
  const auto found =
      discover_dmarc_by_walk("a.b.example.no", silent()
                                                   .txt("_dmarc.b.example.no", {"v=DMARC1; p=none"})
                                                   .txt("_dmarc.example.no", {"v=DMARC1; p=reject"}));
  EXPECT_EQ(found.status, Status::found);
  EXPECT_EQ(found.owner, "example.no");
  EXPECT_TRUE(found.inherited);
}

TEST(DmarcWalk, PsdNoEndsTheWalk) {
  const auto found =
      discover_dmarc_by_walk("a.b.example.no", silent()
                                                   .txt("_dmarc.b.example.no", {"v=DMARC1; p=none; psd=n"})
                                                   .txt("_dmarc.example.no", {"v=DMARC1; p=reject"}));
  EXPECT_EQ(found.owner, "b.example.no");
  EXPECT_EQ(found.organisational_domain, "b.example.no");
  EXPECT_THAT(found.asked, ElementsAre("_dmarc.a.b.example.no", "_dmarc.b.example.no"));
}

TEST(DmarcWalk, PsdYesMeansOneLabelBelow) {
  const auto suffix = "v=DMARC1; p=reject; psd=y";
  const auto own = discover_dmarc_by_walk(
      "www.example.bank",
      silent().txt("_dmarc.bank", {suffix}).txt("_dmarc.example.bank", {"v=DMARC1; p=none"}));
  EXPECT_EQ(own.owner, "example.bank");
  EXPECT_EQ(own.organisational_domain, "example.bank");
  const auto suffix_speaks =
      discover_dmarc_by_walk("www.example.bank", silent().txt("_dmarc.bank", {suffix}));
  EXPECT_EQ(suffix_speaks.owner, "bank");
  EXPECT_EQ(suffix_speaks.organisational_domain, "example.bank");
  EXPECT_TRUE(suffix_speaks.inherited);
}

TEST(DmarcWalk, AtMostEightQueries) {
  const auto none = discover_dmarc_by_walk("1.2.3.4.5.6.7.8.9.example.no", silent());
  EXPECT_EQ(none.status, Status::none);
  EXPECT_EQ(none.asked.size(), dmarc_walk_queries);
  EXPECT_EQ(none.asked[1], "_dmarc.5.6.7.8.9.example.no") << "seven labels remain";
  EXPECT_EQ(discover_dmarc_by_walk("2.3.4.5.6.example.no", silent()).asked.size(), 7U);
}

TEST(DmarcWalk, SeveralRecordsAreNone) {
  const auto source = silent()
                          .txt("_dmarc.www.example.no", {"v=DMARC1; p=none", "v=DMARC1; p=reject"})
                          .txt("_dmarc.example.no", {"v=DMARC1; p=quarantine"});
  const auto found = discover_dmarc_by_walk("www.example.no", source);
  EXPECT_EQ(found.owner, "example.no");
  EXPECT_THAT(found.several_at, ElementsAre("www.example.no"));
}

TEST(DmarcWalk, UnreadableOwnRecordIsFinal) {
  const auto found =
      discover_dmarc_by_walk("www.example.no", silent()
                                                   .txt("_dmarc.www.example.no", {"v=DMARC1; p=rejct"})
                                                   .txt("_dmarc.example.no", {"v=DMARC1; p=reject"}));
  EXPECT_EQ(found.owner, "www.example.no");
  EXPECT_EQ(found.parse_error, DmarcError::unknown_policy);
  EXPECT_FALSE(found.record);
}

TEST(DmarcWalk, ErrorIsNotAbsence) {
  const auto own =
      discover_dmarc_by_walk("www.example.no", silent()
                                                   .status("_dmarc.www.example.no", RecordType::txt, failing)
                                                   .txt("_dmarc.example.no", {"v=DMARC1; p=reject"}));
  EXPECT_EQ(own.status, Status::error);
  EXPECT_EQ(own.owner, "");
  const auto top =
      discover_dmarc_by_walk("www.example.no", silent()
                                                   .status("_dmarc.no", RecordType::txt, failing)
                                                   .txt("_dmarc.example.no", {"v=DMARC1; p=reject"}));
  EXPECT_EQ(top.status, Status::found) << "a silent top-level domain changes nothing";
  EXPECT_EQ(
      discover_dmarc_by_walk("example.no", silent().status("_dmarc.no", RecordType::txt, failing)).status,
      Status::error);
}

TEST(DmarcWalk, NamesWhatIsMissing) {
  FakeSource source;
  source.txt("_dmarc.example.no", {"v=DMARC1; p=reject"});
  const auto part = discover_dmarc_by_walk("www.example.no", source);
  EXPECT_EQ(part.status, Status::incomplete);
  EXPECT_THAT(part.missing, ElementsAre(WantedLookup{"_dmarc.www.example.no", RecordType::txt},
                                        WantedLookup{"_dmarc.no", RecordType::txt}));
}

TEST(DmarcSuffixList, OwnThenOrganisation) {
  const auto source = silent().txt("_dmarc.example.no", {"v=DMARC1; p=reject; sp=none"});
  const auto found = discover_dmarc_by_suffix_list("a.b.example.no", "example.no", source);
  EXPECT_EQ(found.owner, "example.no");
  EXPECT_TRUE(found.inherited);
  EXPECT_THAT(found.asked, ElementsAre("_dmarc.a.b.example.no", "_dmarc.example.no"));
  EXPECT_EQ(discover_dmarc_by_suffix_list("example.no", "example.no", source).inherited, false);
  EXPECT_EQ(discover_dmarc_by_suffix_list("other.no", "other.no", source).status, Status::none);
}

TEST(DmarcSuffixList, StopsAtErrorsMissingAndSeveral) {
  const auto organisation = [](FakeSource source) {
    return source.txt("_dmarc.example.no", {"v=DMARC1; p=reject"});
  };
  const auto name = "_dmarc.www.example.no";
  EXPECT_EQ(discover_dmarc_by_suffix_list("www.example.no", "example.no",
                                          organisation(silent().status(name, RecordType::txt, failing)))
                .status,
            Status::error);
  const auto part = discover_dmarc_by_suffix_list("www.example.no", "example.no", organisation(FakeSource{}));
  EXPECT_EQ(part.status, Status::incomplete);
  EXPECT_THAT(part.missing, ElementsAre(WantedLookup{name, RecordType::txt}));
  const auto several = discover_dmarc_by_suffix_list(
      "www.example.no", "example.no",
      organisation(silent().txt(name, {"v=DMARC1; p=none", "v=DMARC1; p=reject"})));
  EXPECT_EQ(several.status, Status::none);
  EXPECT_THAT(several.several_at, ElementsAre("www.example.no"));
  const auto nodata = organisation(silent().status(name, RecordType::txt, AnswerStatus::nodata));
  EXPECT_EQ(discover_dmarc_by_suffix_list("www.example.no", "example.no", nodata).status, Status::found);
}

TEST(SameOutcome, ComparesOwnersAndTexts) {
  const auto source = silent()
                          .txt("_dmarc.b.example.no", {"v=DMARC1; p=none; psd=n"})
                          .txt("_dmarc.example.no", {"v=DMARC1; p=reject"});
  EXPECT_TRUE(same_outcome(discover_dmarc_by_walk("example.no", source),
                           discover_dmarc_by_suffix_list("example.no", "example.no", source)));
  EXPECT_FALSE(same_outcome(discover_dmarc_by_walk("a.b.example.no", source),
                            discover_dmarc_by_suffix_list("a.b.example.no", "example.no", source)));
  EXPECT_FALSE(same_outcome(discover_dmarc_by_walk("example.no", FakeSource{}),
                            discover_dmarc_by_suffix_list("example.no", "example.no", FakeSource{})));
  EXPECT_THAT(discover_dmarc_by_walk("", source).asked, IsEmpty());
}

struct PolicyCase {
  const char* name;
  std::string txt;
  bool inherited;
  bool exists;
  EffectivePolicy expected;
};
class Effective : public testing::TestWithParam<PolicyCase> {};
TEST_P(Effective, Policy) {
  const auto record = parse_dmarc(GetParam().txt);
  ASSERT_TRUE(record);
  EXPECT_EQ(effective_policy(*record, GetParam().inherited, GetParam().exists), GetParam().expected);
}
const PolicyCase policy_cases[] = {
    {"Own", "v=DMARC1; p=reject; sp=none", false, true, {DmarcPolicy::reject, "p", false, 100}},
    {"InheritedSp", "v=DMARC1; p=reject; sp=none", true, true, {DmarcPolicy::none, "sp", false, 100}},
    {"InheritedWithoutSp", "v=DMARC1; p=reject", true, true, {DmarcPolicy::reject, "p", false, 100}},
    {"NpForMissingNames",
     "v=DMARC1; p=none; sp=quarantine; np=reject",
     true,
     false,
     {DmarcPolicy::reject, "np", false, 100}},
    {"MissingNameWithoutNp",
     "v=DMARC1; p=none; sp=quarantine",
     true,
     false,
     {DmarcPolicy::quarantine, "sp", false, 100}},
    {"NpIsNotForOwn", "v=DMARC1; p=none; np=reject", false, false, {DmarcPolicy::none, "p", false, 100}},
    {"TestingLowersReject",
     "v=DMARC1; p=reject; t=y",
     false,
     true,
     {DmarcPolicy::quarantine, "p", true, 100}},
    {"TestingLowersQuarantine",
     "v=DMARC1; p=quarantine; t=y",
     false,
     true,
     {DmarcPolicy::none, "p", true, 100}},
    {"TestingLeavesNone", "v=DMARC1; p=none; t=y", false, true, {DmarcPolicy::none, "p", false, 100}},
    {"Percent", "v=DMARC1; p=reject; pct=20", false, true, {DmarcPolicy::reject, "p", false, 20}},
};
INSTANTIATE_TEST_SUITE_P(Table, Effective, testing::ValuesIn(policy_cases),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace utsyn::wire
