// The planner against its definition (every set, scored from scratch), the search against the exact answer,
// and the promises of the answer that is not exact.
#include "score/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "score/json.h"
#include "score/random_organisation.h"
#include "score/score.h"

namespace utsyn::score {
namespace {

using Ids = std::vector<std::string>;

std::int64_t score_without(const Organisation& organisation, const std::set<std::string>& fixed) {
  Organisation left = organisation;
  std::erase_if(left.findings, [&](const Finding& finding) { return fixed.contains(finding.id); });
  return rate(left).score_cp;
}

// Section 9 by its own words.
PlanAnswer by_definition(const Organisation& organisation, const Plan& plan) {
  std::map<std::string, Action> actions;
  for (const Action& action : plan.actions) actions[action.id] = action;
  using Key = std::tuple<std::int64_t, std::int64_t, std::size_t, Ids>;
  std::optional<Key> best;
  PlanAnswer answer{.reachable = false};
  for (std::uint32_t set = 0; set < std::uint32_t{1} << actions.size(); ++set) {
    Ids ids;
    std::int64_t minutes = 0;
    std::set<std::string> fixed;
    std::size_t bit = 0;
    for (const auto& [id, action] : actions) {
      if ((set >> bit++ & 1U) == 0) continue;
      ids.push_back(id);
      minutes += action.minutes;
      fixed.insert(action.fixes.begin(), action.fixes.end());
    }
    const std::int64_t cp = score_without(organisation, fixed);
    if (!answer.reachable) answer.score_cp = cp;  // the last set is all of them
    if (plan.target_cp ? cp < *plan.target_cp : minutes > *plan.budget_min) continue;
    const Key key = plan.target_cp ? Key{minutes, -cp, ids.size(), ids} : Key{-cp, minutes, ids.size(), ids};
    if (best && *best <= key) continue;
    best = key;
    answer = {true, ids, minutes, cp};
  }
  return answer;
}

TEST(Planner, EqualsItsDefinition) {
  Dice dice(21);
  for (int round = 0; round < 250 && !HasFailure(); ++round) {
    Organisation organisation = random_organisation(dice, {.most_assets = 4, .most_findings = 10});
    organisation.plan = random_plan(dice, organisation, dice.below(7));
    SCOPED_TRACE(write_organisation(organisation));
    EXPECT_EQ(answer_plan(organisation, *organisation.plan), by_definition(organisation, *organisation.plan));
  }
}

TEST(Planner, SearchFindsWhatTryingEverySetFinds) {
  Dice dice(22);
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    Organisation organisation = random_organisation(dice, {.most_assets = 8, .most_findings = 25});
    if (dice.chance(50)) organisation.coverage = full_coverage;
    organisation.plan = random_plan(dice, organisation, dice.below(11));
    SCOPED_TRACE(write_organisation(organisation));
    const PlanAnswer exact = answer_plan(organisation, *organisation.plan);
    EXPECT_EQ(answer_plan(organisation, *organisation.plan, {.every_set_up_to = 0}), exact);

    // And with next to no work allowed: an honest, allowed answer.
    const PlanAnswer hasty =
        answer_plan(organisation, *organisation.plan, {.every_set_up_to = 0, .work = 12});
    EXPECT_EQ(hasty.reachable, exact.reachable);
    if (hasty.exact) {
      EXPECT_EQ(hasty, exact);
    } else if (organisation.plan->target_cp) {
      EXPECT_GE(hasty.score_cp, *organisation.plan->target_cp);
      EXPECT_GE(hasty.minutes, exact.minutes);
    } else {
      EXPECT_LE(hasty.minutes, *organisation.plan->budget_min);
      EXPECT_LE(hasty.score_cp, exact.score_cp);
    }
  }
}

// An organisation of `assets` assets with one finding each and an action for each.
Organisation many_actions(Dice& dice, std::size_t assets) {
  Organisation organisation;
  organisation.plan.emplace();
  for (std::size_t i = 0; i < assets; ++i) {
    const std::string number = std::to_string(i);
    organisation.assets.push_back({"a" + number, dice.chance(50) ? 100U : 400U});
    Finding finding = random_finding(dice, "f" + number, "a" + number);
    finding.sev = std::max(finding.sev, Severity::low);
    organisation.findings.push_back(finding);
    organisation.plan->actions.push_back({"act" + number, dice.from(0, 200), {"f" + number}});
  }
  return organisation;
}

TEST(Planner, MoreThanSixteenActionsAreSolvedExactlyWhereTheyCanBe) {
  Dice dice(23);
  int exact = 0;
  for (int round = 0; round < 10; ++round) {
    Organisation organisation = many_actions(dice, 18);
    organisation.plan->target_cp = rate(organisation).score_cp + dice.from(0, 2000);
    const PlanAnswer found = answer_plan(organisation, *organisation.plan);
    EXPECT_EQ(found, answer_plan(organisation, *organisation.plan, {.every_set_up_to = 18}));
    exact += found.exact ? 1 : 0;
    organisation.plan->target_cp = std::nullopt;
    organisation.plan->budget_min = dice.from(0, 1000);
    EXPECT_EQ(answer_plan(organisation, *organisation.plan),
              answer_plan(organisation, *organisation.plan, {.every_set_up_to = 18}));
  }
  EXPECT_EQ(exact, 10);
}

// The fallback of section 9, from scratch.
std::int64_t fallback_minutes(const Organisation& organisation) {
  std::vector<Action> kept = organisation.plan->actions;
  std::vector<Action> order = kept;
  std::ranges::sort(order, [](const Action& a, const Action& b) {
    return a.minutes != b.minutes ? a.minutes > b.minutes : a.id < b.id;
  });
  for (const Action& action : order) {
    std::vector<Action> fewer = kept;
    std::erase(fewer, action);
    std::set<std::string> fixed;
    for (const Action& other : fewer) fixed.insert(other.fixes.begin(), other.fixes.end());
    if (score_without(organisation, fixed) >= *organisation.plan->target_cp) kept = fewer;
  }
  std::int64_t minutes = 0;
  for (const Action& action : kept) minutes += action.minutes;
  return minutes;
}

TEST(Planner, WhenNotExactNeverWorseThanTheFallback) {
  Dice dice(24);
  for (int round = 0; round < 12; ++round) {
    Organisation organisation = many_actions(dice, 40);
    std::int64_t best_single = rate(organisation).score_cp;
    organisation.plan->target_cp = best_single + dice.from(0, 1500);
    const PlanLimits little{.work = 500};
    const PlanAnswer to_target = answer_plan(organisation, *organisation.plan, little);
    if (!to_target.reachable) continue;
    EXPECT_LE(to_target.minutes, fallback_minutes(organisation));
    EXPECT_GE(to_target.score_cp, *organisation.plan->target_cp);
    EXPECT_TRUE(std::ranges::is_sorted(to_target.actions));

    organisation.plan->target_cp = std::nullopt;
    organisation.plan->budget_min = dice.from(0, 400);
    for (const Action& action : organisation.plan->actions)
      if (action.minutes <= *organisation.plan->budget_min)
        best_single = std::max(best_single, score_without(organisation, {action.fixes.front()}));
    const PlanAnswer in_budget = answer_plan(organisation, *organisation.plan, little);
    EXPECT_LE(in_budget.minutes, *organisation.plan->budget_min);
    EXPECT_GE(in_budget.score_cp, best_single);
  }
}

TEST(Planner, SaysWhenItIsNotExact) {
  // Thirty equal findings in one group on one asset, of which any two may stay: no bound tells the sets
  // apart.
  Organisation organisation{.assets = {{"a", 100}}, .plan = Plan{.target_cp = 7500}};
  for (int i = 0; i < 30; ++i) {
    const std::string id = "f" + std::to_string(i);
    organisation.findings.push_back({.id = id, .asset = "a", .sev = Severity::high, .group = "product"});
    organisation.plan->actions.push_back({id, 10 + i % 3, {id}});
  }
  const Score whole = score(organisation);
  ASSERT_TRUE(whole.plan);
  EXPECT_TRUE(whole.plan->reachable);
  EXPECT_EQ(whole.plan->actions.size(), 28U);
  EXPECT_EQ(whole.plan->minutes, 30 * 11 - 2 * 12);  // the two that take longest stay
  const bool said = write_score(whole).ends_with(R"(,"exact":false}})");
  EXPECT_EQ(said, !whole.plan->exact);
  EXPECT_FALSE(answer_plan(organisation, *organisation.plan, {.work = 100}).exact);
}

TEST(Planner, ManyActionsOutOfReachIsExact) {
  Dice dice(25);
  Organisation organisation = many_actions(dice, 30);
  organisation.coverage = 7000;
  organisation.plan->target_cp = 9000;
  const PlanAnswer answer = answer_plan(organisation, *organisation.plan);
  EXPECT_FALSE(answer.reachable);
  EXPECT_TRUE(answer.exact);
  EXPECT_TRUE(answer.actions.empty());
  EXPECT_EQ(answer.score_cp, 8000);
}

TEST(Planner, ThousandsOfActionsStayWithinBounds) {
  Dice dice(26);
  Organisation organisation = many_actions(dice, 3000);
  organisation.plan->target_cp = 9900;
  const PlanAnswer answer = answer_plan(organisation, *organisation.plan, {.work = 1000});
  EXPECT_TRUE(answer.reachable);
  EXPECT_GE(answer.score_cp, 9900);
}

TEST(RankNational, ByPointsTimesInhabitantsThenId) {
  const auto customer = [](std::int64_t age) {
    Organisation organisation{.assets = {{"a", 100}}};
    organisation.findings = {{.id = "tls", .asset = "a", .sev = Severity::medium, .age = age},
                             {.id = "mail", .asset = "a", .sev = Severity::medium}};
    organisation.plan = Plan{.actions = {{"supplier B mends TLS", 10, {"tls"}},
                                         {"supplier A mends mail", 10, {"mail"}},
                                         {"idle", 0, {}}},
                             .target_cp = 0};
    return organisation;
  };
  const Organisation small = customer(0);
  const Organisation large = customer(500);  // its TLS finding is long overdue
  const Customer both[] = {{&small, 1000}, {&large, 50'000}};
  const auto ranked = rank_national(both);
  ASSERT_EQ(ranked.size(), 3U);
  EXPECT_EQ(ranked[0].id, "supplier B mends TLS");
  EXPECT_EQ(ranked[0].customers, 2U);
  EXPECT_EQ(ranked[0].points_of_people,
            static_cast<std::uint64_t>(score(small).gain_cp.at("tls")) * 1000 +
                static_cast<std::uint64_t>(score(large).gain_cp.at("tls")) * 50'000);
  EXPECT_EQ(ranked[1].id, "supplier A mends mail");
  EXPECT_EQ(ranked[2], (NationalAction{"idle", 0, 0}));

  const Customer alike[] = {{&small, 1000}};
  EXPECT_EQ(rank_national(alike).front().id, "supplier A mends mail");  // equal gains: the smallest id
}

}  // namespace
}  // namespace utsyn::score
