// Removing where measuring starts is no side door out of the footprint: what was measured leaves as a
// rejected asset leaves, with reason, evidence, its effect on the score, and a place in the queue of
// ownerless assets.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "footprint/decisions.h"
#include "footprint/inventory.h"
#include "footprint/register.h"
#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;
using access::Access;
using store::Connection;

const UtcTime kNow = from_unix(1'795'000'000);
constexpr const char* kReason = "sold to the neighbour";
constexpr const char* kEvidence = "contract 2026/17";

Access somebody() {
  Access access;
  access.actor = {"sara", "127.0.0.1"};
  access.user = "sara";
  access.role = access::Role::security;
  access.permissions = ~0U;
  access.everywhere = access::Detail::evidence;
  return access;
}

class Targets : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    Details details;
    details.name = "Fjord AS";
    details.kind = "supplier";
    id = sql().write([&](Connection& c) { return create(c, kNow, somebody(), details); });
  }
  void add(const char* kind, std::string name) {
    sql().write([&](Connection& c) { add_target(c, kNow, somebody(), id, kind, name); });
  }
  // What the refusal says, or "done".
  std::string remove(const char* kind, const char* name, const char* reason, const char* evidence) {
    try {
      sql().write(
          [&](Connection& c) { remove_target(c, kNow, somebody(), id, kind, name, reason, evidence); });
    } catch (const Refused& refused) {
      return refused.fault().field + ":" + refused.fault().code;
    }
    return "done";
  }
  struct Seen {
    std::string id, kind, domain, host, why;
    int value = 100;
    bool gone = false;  // by an earlier measurement only
  };
  // As if it had been measured an hour ago, with one grave finding on each of `bad`.
  void measured(const std::vector<Seen>& assets, const std::vector<std::string>& bad) {
    const auto time = to_unix(kNow) - 3600;
    json::array weights;
    json::array findings;
    sql().write([&](Connection& c) {
      c.execute("INSERT INTO measurement (organisation, time, profile) VALUES (?1, ?2, 'core')", {id, time});
      for (const auto& one : assets) {
        c.execute(
            "INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, "
            "by_provider, addresses, why) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, 0, ?7, 0, '[]', ?8)",
            {id, one.id, one.gone ? time - 86'400 : time, one.kind, one.domain, one.host, one.value,
             json::serialize(json::array{json::string(one.why)})});
        if (!one.gone) weights.push_back(json::object{{"id", one.id}, {"v", one.value}});
      }
      for (const auto& asset : bad)
        findings.push_back(json::object{{"id", "x@" + asset}, {"asset", asset}, {"sev", "high"}});
      c.execute(
          "INSERT INTO score (organisation, first_seen, last_seen, method, score_cp, grade, input, output) "
          "VALUES (?1, ?2, ?2, 'utsyn-1.0', 5000, 'C', ?3, '{}')",
          {id, time,
           json::serialize(
               json::object{{"method", "utsyn-1.0"}, {"assets", weights}, {"findings", findings}})});
      c.execute("DELETE FROM standing WHERE organisation = ?1", {id});
      c.execute(
          "INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, "
          "high_cp, assets, critical, high, medium, low, overdue_days, checks) VALUES (?1, ?2, 5000, 'C', "
          "5000, 10000, 5000, 5000, 1, 0, 1, 0, 0, 0, 'x')",
          {id, time});
    });
  }
  // Two domains; the second is the bad one.
  void two_domains() {
    add("domain", "fjord.example");
    add("domain", "dal.example");
    add("host", "skjema.dal.example");
    measured(
        {{"fjord.example", "domain", "fjord.example", "fjord.example", "given", 200},
         {"www.fjord.example:443", "web", "fjord.example", "www.fjord.example", "web-of:fjord.example"},
         {"dal.example", "domain", "dal.example", "dal.example", "given", 200},
         {"skjema.dal.example:443", "web", "dal.example", "skjema.dal.example", "given"},
         {"old.dal.example:443", "web", "dal.example", "old.dal.example", "ct-of:dal.example", 100, true},
         {"mx.host.example:25", "mail", "dal.example", "mx.host.example", "mx-of:dal.example", 400},
         {"ns.host.example:53", "name_server", "dal.example", "ns.host.example", "ns-of:fjord.example", 400}},
        {"dal.example", "skjema.dal.example:443", "mx.host.example:25"});
  }
  std::vector<std::string> queue() {
    return sql().read([](Connection& c) {
      std::vector<std::string> out;
      for (const auto& one : ownerless(c, somebody(), 20, {}).items) out.push_back(one.asset);
      std::ranges::sort(out);
      return out;
    });
  }
  json::object last_audit(const char* action) {
    return sql().read([&](Connection& c) {
      const auto row =
          c.first("SELECT detail FROM audit WHERE action = ?1 ORDER BY number DESC LIMIT 1", {action});
      return row ? json::parse(row->text(0)).as_object() : json::object();
    });
  }
  AssetState state(const char* asset) {
    return sql().read([&](Connection& c) { return inventory_asset(c, id, asset)->state; });
  }
  std::size_t count() {
    return sql().read([&](Connection& c) { return targets(c, id).size(); });
  }
  std::string id;
};
UTSYN_BOTH_DATABASES(Targets);

TEST_P(Targets, ASlipOfThePenGoesAtOnce) {
  add("domain", "fjrod.example");
  EXPECT_EQ(remove("domain", "fjrod.example", " ", kEvidence), "reason:reason-missing");
  EXPECT_EQ(remove("domain", "fjord.example", "x", ""), ":target");
  EXPECT_EQ(remove("domain", "fjrod.example", "x", ""), "done");
  EXPECT_EQ(count(), 0U);
  EXPECT_TRUE(queue().empty());
  EXPECT_EQ(last_audit("target.remove").at("effect"), nullptr);
  EXPECT_EQ(last_audit("target.add").at("effect"), json::parse(R"({"before_cp":null,"after_cp":null})"));
}

TEST_P(Targets, WhatWasMeasuredNeedsReasonAndEvidence) {
  two_domains();
  EXPECT_EQ(remove("domain", "dal.example", "x", ""), "reason:reason-long");
  EXPECT_EQ(remove("domain", "dal.example", kReason, ""), "evidence:evidence-long");
  EXPECT_EQ(remove("domain", "dal.example", kReason, "a letter"), "evidence:evidence-long");
  EXPECT_EQ(remove("host", "skjema.dal.example", kReason, ""), "evidence:evidence-long");
  EXPECT_EQ(count(), 3U);
  EXPECT_TRUE(queue().empty());
  EXPECT_EQ(state("dal.example"), AssetState::proposed);
}

TEST_P(Targets, WhatLeavesStandsInTheQueueWithItsEffect) {
  two_domains();
  EXPECT_EQ(remove("domain", "dal.example", kReason, kEvidence), "done");
  EXPECT_EQ(count(), 1U);
  // Also what only an earlier measurement saw. Servers of others are nobody's loss.
  EXPECT_EQ(queue(),
            (std::vector<std::string>{"dal.example", "old.dal.example:443", "skjema.dal.example:443"}));
  EXPECT_EQ(state("mx.host.example:25"), AssetState::proposed);
  EXPECT_EQ(state("www.fjord.example:443"), AssetState::proposed);
  const auto logged = last_audit("target.remove");
  EXPECT_EQ(logged.at("evidence"), kEvidence);
  EXPECT_EQ(logged.at("hosts"), json::parse(R"(["skjema.dal.example"])"));
  EXPECT_EQ(logged.at("assets"), 3);
  // All three findings are gone, the one at the supplier's mail server too.
  EXPECT_EQ(logged.at("effect").at("after_cp"), 10'000);
  EXPECT_LT(logged.at("effect").at("before_cp").as_int64(), 10'000);
  sql().read([&](Connection& c) {
    const auto decision = decisions_about(c, id, "dal.example").at(0);
    EXPECT_EQ(decision.evidence, kEvidence);
    EXPECT_EQ(decision.decided_by, "sara");
    ASSERT_TRUE(decision.effect);
    EXPECT_EQ(decision.effect->after_cp, 10'000);
    EXPECT_TRUE(rejected(decisions_of(c, id, kNow), "skjema.dal.example:443"));
    EXPECT_FALSE(store::first_broken_audit_entry(c));
  });
}

TEST_P(Targets, WhatIsAddedAgainIsProposedAgain) {
  two_domains();
  sql().write([&](Connection& c) {
    decide(c, kNow - std::chrono::hours{1}, somebody(), id, "old.dal.example:443", AssetState::rejected,
           "of the neighbour, always", kEvidence);
  });
  EXPECT_EQ(remove("domain", "dal.example", kReason, kEvidence), "done");
  const auto decided = [&](AssetState wanted) -> std::string {
    try {
      sql().write(
          [&](Connection& c) { decide(c, kNow, somebody(), id, "dal.example", wanted, kReason, kEvidence); });
    } catch (const Refused& refused) {
      return refused.fault().code;
    }
    return "done";
  };
  EXPECT_EQ(decided(AssetState::confirmed), "asset-domain-removed");
  EXPECT_EQ(decided(AssetState::proposed), "asset-domain-removed");
  add("domain", "dal.example");
  EXPECT_EQ(state("dal.example"), AssetState::proposed);
  EXPECT_EQ(state("skjema.dal.example:443"), AssetState::proposed);
  EXPECT_EQ(queue(), (std::vector<std::string>{"old.dal.example:443"})) << "decided before, for itself";
  const auto logged = last_audit("target.add");
  EXPECT_EQ(logged.at("returned"), json::parse(R"(["dal.example","skjema.dal.example:443"])"));
  EXPECT_EQ(logged.at("effect"), json::parse(R"({"before_cp":5000,"after_cp":null})"));
}

TEST_P(Targets, WhatAnotherDomainHoldsStays) {
  add("domain", "fjord.example");
  add("domain", "skole.fjord.example");
  add("host", "www.skole.fjord.example");
  measured(
      {{"fjord.example", "domain", "fjord.example", "fjord.example", "given", 200},
       {"skole.fjord.example", "domain", "skole.fjord.example", "skole.fjord.example", "given", 200},
       {"www.skole.fjord.example:443", "web", "skole.fjord.example", "www.skole.fjord.example", "given"}},
      {"www.skole.fjord.example:443"});
  EXPECT_EQ(remove("domain", "skole.fjord.example", kReason, kEvidence), "done");
  EXPECT_EQ(queue(), (std::vector<std::string>{"skole.fjord.example"}));
  EXPECT_EQ(last_audit("target.remove").at("hosts"), json::array());
  const auto effect = last_audit("target.remove").at("effect");
  EXPECT_LT(effect.at("after_cp").as_int64(), 10'000);
  // The host by itself.
  EXPECT_EQ(remove("host", "www.skole.fjord.example", kReason, kEvidence), "done");
  EXPECT_EQ(queue(), (std::vector<std::string>{"skole.fjord.example", "www.skole.fjord.example:443"}));
  EXPECT_EQ(last_audit("target.remove").at("effect").at("after_cp"), 10'000);
}

}  // namespace
}  // namespace utsyn::footprint
