#include "followup/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checks/catalogue.h"
#include "score/planner.h"

namespace utsyn::followup {
namespace {

using testing::ElementsAre;

store::Finding finding(const std::string& check, const std::string& asset,
                       store::FindingState state = store::FindingState::open) {
  store::Finding out;
  out.id = check + "@" + asset;
  out.check = check;
  out.asset = asset;
  out.state = state;
  return out;
}

score::Organisation input_of(const std::vector<store::Finding>& findings) {
  score::Organisation input;
  for (const auto* asset : {"a", "b", "c"}) input.assets.push_back({asset, 100});
  for (const auto& one : findings) {
    score::Finding out;
    out.id = one.id;
    out.asset = one.asset;
    out.sev = score::Severity::medium;
    out.state = static_cast<score::State>(one.state);
    input.findings.push_back(out);
  }
  return input;
}

TEST(Plan, EveryCheckHasMinutes) {
  for (const auto& entry : checks::catalogue()) {
    const auto effort = effort_of(entry.id);
    EXPECT_GT(effort.first, 0) << entry.id;
    EXPECT_GT(effort.each, 0) << entry.id;
    EXPECT_LE(effort.each, effort.first) << entry.id;
  }
  EXPECT_EQ(effort_of("tls.protocol.tls10"), (Effort{90, 15}));
  EXPECT_EQ(effort_of("tls.something.new"), (Effort{45, 10}));  // its area's
  EXPECT_EQ(effort_of("unheard.of"), (Effort{60, 20}));
}

TEST(Plan, OneActionFixesACheckEverywhere) {
  const std::vector<store::Finding> findings = {
      finding("tls.protocol.tls10", "a"), finding("tls.protocol.tls10", "b"), finding("dns.caa.exists", "c"),
      finding("dns.caa.exists", "a", store::FindingState::upheld)};
  const auto actions = planned_actions(input_of(findings), findings, {});
  ASSERT_EQ(actions.size(), 2U);
  EXPECT_EQ(actions[0].id, "dns.caa.exists");
  EXPECT_EQ(actions[0].minutes, 30);
  EXPECT_THAT(actions[0].findings, ElementsAre("dns.caa.exists@c"));
  EXPECT_EQ(actions[1].minutes, 90 + 15);
  EXPECT_THAT(actions[1].findings, ElementsAre("tls.protocol.tls10@a", "tls.protocol.tls10@b"));

  PlanWishes wishes;
  wishes.by_finding = true;
  wishes.minutes["tls.protocol.tls10"] = {200, 1};
  wishes.without.insert("dns.caa.exists@c");
  const auto each = planned_actions(input_of(findings), findings, wishes);
  ASSERT_EQ(each.size(), 2U);
  EXPECT_EQ(each[0].id, "tls.protocol.tls10@a");
  EXPECT_EQ(each[0].minutes, 200);
  EXPECT_EQ(each[1].minutes, 200);
}

TEST(Plan, IsAnsweredByTheMethod) {
  const std::vector<store::Finding> findings = {finding("tls.protocol.tls10", "a"),
                                                finding("dns.caa.exists", "c")};
  const auto input = input_of(findings);
  auto plan = plan_of(planned_actions(input, findings, {}));
  plan.budget_min = 30;
  const auto answer = score::answer_plan(input, plan);
  EXPECT_THAT(answer.actions, ElementsAre("dns.caa.exists"));
  EXPECT_EQ(answer.minutes, 30);
}

}  // namespace
}  // namespace utsyn::followup
