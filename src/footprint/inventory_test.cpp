// The inventory on both databases: what was found and why, and what people decide of it.
#include "footprint/inventory.h"

#include <gtest/gtest.h>

#include "footprint/test_register.h"
#include "store/events.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using store::Connection;

class Inventory_ : public Register {
 protected:
  void SetUp() override {
    Register::SetUp();
    id = make(named("Fjord"));
    start_from(id, "fjord.example");
    measured(id);
  }
  InventoryAsset asset(const std::string& name) {
    auto item = sql().read([&](Connection& c) { return inventory_asset(c, id, name); });
    EXPECT_TRUE(item) << name;
    return item.value_or(InventoryAsset{});
  }
  Decisions decisions() {
    return sql().read([&](Connection& c) { return target_of(c, id, kNow)->decisions; });
  }
  std::string id;
};
UTSYN_BOTH_DATABASES(Inventory_);

TEST_P(Inventory_, ListsWhatWasFoundWithReasons) {
  const auto all = sql().read([&](Connection& c) { return inventory(c, id, {}, false, 2, {}); });
  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[1].asset.id, "mx.fjord.example:25");
  EXPECT_EQ(all.items[1].confidence, 95);
  EXPECT_EQ(all.items[1].state, AssetState::proposed);
  EXPECT_TRUE(all.items[1].present);
  const auto rest = sql().read([&](Connection& c) { return inventory(c, id, {}, false, 2, all.next_after); });
  ASSERT_EQ(rest.items.size(), 1U);
  EXPECT_TRUE(rest.next_after.empty());
  EXPECT_FALSE(sql().read([&](Connection& c) { return inventory_asset(c, id, "no.example:443"); }));
}

TEST_P(Inventory_, ARejectionNeedsAReasonAndWhatShowsIt) {
  const auto say = [&](const char* asset, AssetState state, const char* reason, const char* evidence) {
    return refusal(
        sql(), [&](Connection& c) { decide(c, kNow, administrator(), id, asset, state, reason, evidence); });
  };
  constexpr auto* kReason = "belongs to the neighbour";
  constexpr auto* kEvidence = "contract 2026/17 with them";
  EXPECT_EQ(say("www.fjord.example:443", AssetState::rejected, "no", kEvidence), "reason:reason-long");
  EXPECT_EQ(say("www.fjord.example:443", AssetState::rejected, kReason, ""), "evidence:evidence-long");
  EXPECT_EQ(say("fjord.example", AssetState::rejected, kReason, kEvidence), "state:asset-domain");
  EXPECT_EQ(say("no.example:443", AssetState::rejected, kReason, kEvidence), ":asset");
  EXPECT_EQ(say("www.fjord.example:443", AssetState::added, kReason, kEvidence), "state:asset-state");
  EXPECT_EQ(say("www.fjord.example:443", AssetState::rejected, kReason, kEvidence), "done");
  EXPECT_EQ(say("www.fjord.example:443", AssetState::rejected, kReason, kEvidence), "state:asset-state-same");
  const auto item = asset("www.fjord.example:443");
  EXPECT_EQ(item.state, AssetState::rejected);
  ASSERT_TRUE(item.decision && item.decision->effect);
  EXPECT_EQ(item.decision->effect->after_cp, 10'000);
  EXPECT_LT(item.decision->effect->before_cp, 10'000);
  EXPECT_TRUE(rejected(decisions(), "www.fjord.example:443"));

  const auto queue = sql().read([](Connection& c) { return ownerless(c, administrator(), 10, {}); });
  ASSERT_EQ(queue.items.size(), 1U);
  EXPECT_EQ(queue.items[0].name, "Fjord");
  EXPECT_TRUE(sql().read([](Connection& c) { return ownerless(c, reader({}), 10, {}); }).items.empty());

  EXPECT_EQ(say("www.fjord.example:443", AssetState::proposed, "", ""), "done");
  EXPECT_FALSE(rejected(decisions(), "www.fjord.example:443"));
  EXPECT_TRUE(sql().read([](Connection& c) { return ownerless(c, administrator(), 10, {}); }).items.empty());
  // Nothing disappears.
  EXPECT_EQ(sql().read([&](Connection& c) { return decisions_about(c, id, "www.fjord.example:443"); }).size(),
            2U);
  EXPECT_EQ(say("www.fjord.example:443", AssetState::confirmed, "", ""), "done");
  EXPECT_EQ(asset("www.fjord.example:443").confidence, 100);
  EXPECT_EQ(actions().back(), "asset.confirmed");
}

TEST_P(Inventory_, AHostAddedByHandIsMeasuredFromThenOn) {
  std::string host = "Skjema.fjord.example";
  const auto made = sql().write(
      [&](Connection& c) { return add_asset(c, kNow, administrator(), id, host, "the form service"); });
  EXPECT_EQ(made, "skjema.fjord.example:443");
  const auto item = asset(made);
  EXPECT_EQ(item.state, AssetState::added);
  EXPECT_EQ(item.confidence, 100);
  EXPECT_EQ(item.asset.kind, AssetKind::web);
  EXPECT_EQ(item.asset.domain, "fjord.example");
  EXPECT_FALSE(item.last_seen);
  EXPECT_EQ(sql()
                .read([&](Connection& c) { return inventory(c, id, AssetState::added, false, 10, {}); })
                .items.size(),
            1U);
  EXPECT_EQ(sql().read([&](Connection& c) { return target_of(c, id, kNow)->hosts; }),
            (std::vector<std::string>{"skjema.fjord.example"}));
  EXPECT_EQ(
      refusal(sql(),
              [&](Connection& c) { add_asset(c, kNow, administrator(), id, host, "the form service"); }),
      "host:asset-there");
  std::string elsewhere = "www.dal.example";
  EXPECT_EQ(
      refusal(sql(),
              [&](Connection& c) { add_asset(c, kNow, administrator(), id, elsewhere, "the form service"); }),
      "name:host-elsewhere");
}

TEST_P(Inventory_, AValueIsRaisedByOneAndLoweredByTwo) {
  const auto set = [&](std::int64_t value, const Access& by) {
    return refusal(sql(), [&](Connection& c) {
      set_value(c, kNow, by, id, "www.fjord.example:443", value, "patients log in here");
    });
  };
  const auto answer = [&](bool approved, const Access& by) {
    return refusal(sql(), [&](Connection& c) {
      answer_value(c, kNow, by, id, "www.fjord.example:443", approved, "seen on the site");
    });
  };
  EXPECT_EQ(set(300, administrator()), "value:asset-value");
  EXPECT_EQ(set(100, administrator()), "value:value-same");
  EXPECT_EQ(answer(true, administrator()), "approved:no-value-waiting");
  EXPECT_EQ(set(400, administrator()), "done");
  EXPECT_EQ(asset("www.fjord.example:443").asset.value, 400);
  EXPECT_EQ(decisions().values.at("www.fjord.example:443"), (DecidedValue{400, 100, false}));

  EXPECT_EQ(set(25, administrator()), "done");
  const auto waits = asset("www.fjord.example:443");
  ASSERT_TRUE(waits.waiting);
  EXPECT_TRUE(waits.waiting->lowered);
  EXPECT_EQ(waits.asset.value, 400);
  EXPECT_EQ(set(200, administrator()), "value:value-waiting");
  auto token = administrator();
  token.actor.id = "a-token-of-ada";
  EXPECT_EQ(answer(true, token), "approved:second-person");
  EXPECT_EQ(answer(false, administrator("bo")), "done");
  EXPECT_EQ(asset("www.fjord.example:443").asset.value, 400);
  EXPECT_EQ(set(25, administrator()), "done");
  EXPECT_EQ(answer(true, administrator("bo")), "done");
  const auto lowered = asset("www.fjord.example:443");
  EXPECT_FALSE(lowered.waiting);
  EXPECT_EQ(lowered.asset.value, 25);
  EXPECT_EQ(lowered.measured, 100);
  const auto values = sql().read([&](Connection& c) { return values_of(c, id, "www.fjord.example:443"); });
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].answered_by, "bo");
  EXPECT_TRUE(values[0].effect);
  EXPECT_EQ(values[1].state, ValueState::refused);
}

TEST_P(Inventory_, OwnershipIsProvedForAYear) {
  EXPECT_EQ(
      refusal(sql(), [&](Connection& c) { ask_for_proof(c, kNow, administrator(), id, "dal.example"); }),
      "domain:domain-no-target");
  const auto ask = [&] {
    return sql().write(
        [&](Connection& c) { return ask_for_proof(c, kNow, administrator(), id, "Fjord.example"); });
  };
  const auto asked = ask();
  EXPECT_EQ(asked.token.size(), 26U);
  EXPECT_EQ(ask().token, asked.token);
  EXPECT_FALSE(holds(asked, kNow));
  const auto record = [&](const char* method) {
    return sql().write([&](Connection& c) {
      return record_proof(c, kNow, administrator(), id, "fjord.example", method, R"({"dns":{}})");
    });
  };
  EXPECT_FALSE(holds(record(""), kNow));
  const auto proved = record("dns");
  EXPECT_TRUE(holds(proved, kNow));
  EXPECT_FALSE(holds(proved, kNow + kProofHolds));
  EXPECT_EQ(asset("www.fjord.example:443").confidence, 100);
  EXPECT_TRUE(decisions().proved.contains("fjord.example"));
  sql().write([&](Connection& c) {
    record_proof(c, kNow + std::chrono::hours(1), administrator(), id, "fjord.example", std::nullopt, "{}");
  });
  EXPECT_TRUE(decisions().proved.contains("fjord.example"));  // who could not look does not know
  record("");
  EXPECT_FALSE(decisions().proved.contains("fjord.example"));
  EXPECT_EQ(actions().back(), "ownership.lose");
  EXPECT_EQ(
      refusal(sql(),
              [&](Connection& c) { record_proof(c, kNow, administrator(), id, "dal.example", "", "{}"); }),
      ":ownership");
}

}  // namespace
}  // namespace utsyn::footprint
