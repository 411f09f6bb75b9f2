#include "followup/rescore.h"

#include <gtest/gtest.h>

namespace utsyn::followup {
namespace {

using std::chrono::days;
using store::FindingState;

const UtcTime kNow = parse_time("2026-11-16T09:00:00Z").value();

store::Finding finding(const std::string& id, FindingState state, int age, int unseen) {
  store::Finding out;
  out.id = id;
  out.asset = "www";
  out.state = state;
  out.first_seen = kNow - days{age};
  out.last_seen = kNow - days{unseen};
  return out;
}

TEST(Rescore, TakesStatesAndAgesAndNothingElse) {
  score::Organisation measured;
  measured.assets = {{"www", 200}};
  measured.coverage = 9100;
  for (const auto* id : {"a", "b", "closed"}) {
    score::Finding one;
    one.id = id;
    one.asset = "www";
    one.sev = score::Severity::high;
    one.domain = "tls";
    measured.findings.push_back(one);
  }
  const std::vector<store::Finding> findings = {
      finding("a", FindingState::compensated, 40, 3), finding("b", FindingState::open, 1'000'000 / 25, 0),
      finding("closed", FindingState::fixed, 5, 0), finding("new", FindingState::open, 1, 0)};
  const auto again = with_findings(measured, findings, kNow);
  ASSERT_EQ(again.findings.size(), 2U);
  EXPECT_EQ(again.findings[0].state, score::State::compensated);
  EXPECT_EQ(again.findings[0].age, 40);
  EXPECT_EQ(again.findings[0].unseen, 3);
  EXPECT_EQ(again.findings[0].sev, score::Severity::high);
  EXPECT_EQ(again.findings[0].domain, "tls");
  EXPECT_EQ(again.findings[1].age, 36'500);  // the bound of the method
  EXPECT_EQ(again.assets, measured.assets);
  EXPECT_EQ(again.coverage, 9100);
}

}  // namespace
}  // namespace utsyn::followup
