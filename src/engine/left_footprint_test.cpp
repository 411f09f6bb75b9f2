#include "engine/left_footprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checks/examples.h"

namespace utsyn::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

store::Finding finding_on(std::string asset, store::FindingState state = store::FindingState::open) {
  store::Finding out;
  out.id = "c@" + asset;
  out.asset = std::move(asset);
  out.check = "c";
  out.state = state;
  return out;
}

SeenAsset domain_with(std::string domain, DnsAnswers dns) {
  SeenAsset out;
  out.asset.id = out.asset.domain = out.asset.host = std::move(domain);
  out.asset.kind = AssetKind::domain;
  out.evidence.dns = std::move(dns);
  return out;
}

SeenAsset host(std::string id, AssetKind kind) {
  SeenAsset out;
  out.asset.id = std::move(id);
  out.asset.kind = kind;
  return out;
}

const DnsAnswers all_answered{checks::found("fjord.example", "MX", {"10 new.example"}),
                              checks::found("fjord.example", "NS", {"ns.example"})};

struct LeftCase {
  const char* label;
  DnsAnswers dns;  // of fjord.example, which is always seen, as is new.example:25
  std::string asset;
  bool left;
};
void PrintTo(const LeftCase& row, std::ostream* out) { *out << row.label; }

class Left : public ::testing::TestWithParam<LeftCase> {};

TEST_P(Left, OnlyWhatWouldHaveBeenSeen) {
  const auto& row = GetParam();
  const SeenAsset seen[] = {domain_with("fjord.example", row.dns), host("new.example:25", AssetKind::mail)};
  const store::Finding before[] = {finding_on(row.asset)};
  if (row.left) {
    EXPECT_THAT(left_footprint(seen, before), ElementsAre(row.asset));
  } else {
    EXPECT_THAT(left_footprint(seen, before), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Assets, Left,
    ::testing::Values(
        LeftCase{"StillThere", all_answered, "new.example:25", false},
        LeftCase{"MailServerReplaced", all_answered, "old.example:25", true},
        LeftCase{"NoMailAnyMore", {checks::nodata("fjord.example", "MX")}, "old.example:25", true},
        LeftCase{"MailServersNotLookedUp", {checks::failed("fjord.example", "MX")}, "old.example:25", false},
        LeftCase{"MailServersNotAskedFor", {}, "old.example:25", false},
        LeftCase{"NameServerReplaced", all_answered, "ns.old.example:53", true},
        LeftCase{
            "NameServersNotLookedUp", {checks::failed("fjord.example", "NS")}, "ns.old.example:53", false},
        LeftCase{"HostNoLongerNamed", all_answered, "skjema.fjord.example:443", true},
        LeftCase{"HostNotLookedUp",
                 {checks::failed("www.fjord.example", "A"), checks::nodata("www.fjord.example", "AAAA")},
                 "www.fjord.example:443",
                 false},
        LeftCase{"DomainGivenUp", {}, "fjell.example", true}),
    [](const auto& test) { return test.param.label; });

TEST(LeftFootprint, OneDomainThatCouldNotBeLookedUpIsEnough) {
  const SeenAsset seen[] = {domain_with("fjord.example", all_answered),
                            domain_with("fjell.example", {checks::failed("fjell.example", "MX")})};
  const store::Finding before[] = {finding_on("old.example:25")};
  EXPECT_THAT(left_footprint(seen, before), IsEmpty());
}

TEST(LeftFootprint, ClosesNothingTwiceAndNothingWithoutADomain) {
  const SeenAsset seen[] = {domain_with("fjord.example", all_answered)};
  const store::Finding fixed[] = {finding_on("old.example:25", store::FindingState::fixed)};
  EXPECT_THAT(left_footprint(seen, fixed), IsEmpty());
  const SeenAsset one_host[] = {host("www.fjord.example:443", AssetKind::web)};
  const store::Finding open[] = {finding_on("old.example:25")};
  EXPECT_THAT(left_footprint(one_host, open), IsEmpty());
}

TEST(Conclude, FindingsOfWhatHasLeftCloseWithTheWholeMeasurementOnly) {
  const store::Finding before[] = {finding_on("old.example:25"),
                                   finding_on("gone.example:25", store::FindingState::accepted)};
  const auto now = *parse_time("2026-11-21T06:00:00Z");
  const auto measured = [&](std::string only) {
    Question question;
    question.target.organisation = {"fjord", "Fjord", "municipality"};
    question.target.domains = {"fjord.example"};
    question.only = std::move(only);
    auto seen = domain_with("fjord.example", all_answered);
    seen.evidence.asset = seen.evidence.domain = seen.evidence.host = "fjord.example";
    return conclude(question, {seen}, {std::begin(before), std::end(before)}, now).measurement;
  };
  const auto whole = measured("*");
  std::size_t closed = 0;
  for (const auto& event : whole.events) {
    if (event.change != store::FindingChange::closed) continue;
    ++closed;
    EXPECT_EQ(event.reason, "left-footprint");
  }
  EXPECT_EQ(closed, 2U);
  for (const auto& finding : whole.findings) {
    if (finding.check != "c") continue;
    EXPECT_EQ(finding.state, store::FindingState::fixed) << finding.id;
    EXPECT_EQ(finding.closed, now);
  }
  for (const auto& event : measured("tls.*").events) EXPECT_NE(event.change, store::FindingChange::closed);
}

}  // namespace
}  // namespace utsyn::engine
