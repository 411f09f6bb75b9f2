// Whose name it is must be sure before anything is asked of it: what others have, and what a supplier's seat
// adds, waits for a proof of ownership or an administrator, on both databases.
#include "footprint/waiting_targets.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "footprint/inventory.h"
#include "footprint/test_register.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using access::Detail;
using access::Permission;
using access::Role;
using store::Connection;

class WaitingTargets : public Register {
 protected:
  void SetUp() override {
    Register::SetUp();
    town = make(named("Steinlia kommune"));
    vendor = make(named("Testdrift AS", "supplier"));
    start_from(town, "steinlia.example");
    start_from(vendor, "testdrift.example");
  }
  static Access user(const std::string& organisation, Role role) {
    auto access = reader({{organisation, Detail::evidence}}, role);
    access.home = organisation;
    access.permissions = 1U << static_cast<unsigned>(Permission::manage_footprint);
    return access;
  }
  // "in force", "waiting", "refused", or what the refusal says.
  std::string add(const Access& access, const std::string& organisation, const char* kind, std::string name) {
    const auto said =
        refusal(sql(), [&](Connection& c) { add_target(c, kNow, access, organisation, kind, name); });
    return said == "done" ? state(organisation, name) : said;
  }
  std::string state(const std::string& organisation, const std::string& name) {
    return sql().read([&](Connection& c) -> std::string {
      for (const auto& one : targets(c, organisation))
        if (one.name == name) return "in force";
      for (const auto& one : waiting_targets(c, organisation))
        if (one.name == name) return one.refused ? "refused" : "waiting";
      return "absent";
    });
  }
  std::string answer(const std::string& organisation, const char* kind, const char* name, bool confirmed,
                     const char* reason = "they showed the contract") {
    return refusal(sql(), [&](Connection& c) {
      answer_waiting(c, kNow, administrator(), organisation, kind, name, confirmed, reason);
    });
  }
  std::vector<std::string> measured_from(const std::string& organisation) {
    const auto target = sql().read([&](Connection& c) { return target_of(c, organisation, kNow); });
    auto out = target ? target->domains : std::vector<std::string>();
    if (target) out.insert(out.end(), target->hosts.begin(), target->hosts.end());
    return out;
  }
  void prove(const Access& access, const std::string& organisation, const char* domain) {
    sql().write([&](Connection& c) {
      ask_for_proof(c, kNow, access, organisation, domain);
      record_proof(c, kNow, access, organisation, domain, "dns", "{}");
    });
  }
  using Names = std::vector<std::string>;
  std::string town, vendor;
};
UTSYN_BOTH_DATABASES(WaitingTargets);

TEST_P(WaitingTargets, ASuppliersSeatMeasuresNobodyElsesDomain) {
  const auto seat = user(vendor, Role::supplier);
  // Whether another has it makes no difference that the seat could see.
  for (const char* name : {"steinlia.example", "nobodys.example"})
    EXPECT_EQ(add(seat, vendor, "domain", name), "waiting") << name;
  EXPECT_EQ(add(seat, vendor, "host", "www.steinlia.example"), "waiting");
  EXPECT_EQ(add(seat, vendor, "host", "www.elsewhere.example"), "name:host-elsewhere");
  EXPECT_EQ(add(seat, vendor, "host", "vpn.testdrift.example"), "in force");
  EXPECT_EQ(measured_from(vendor), (Names{"testdrift.example", "vpn.testdrift.example"}));
  EXPECT_EQ(refusal(sql(),
                    [&](Connection& c) {
                      std::string host = "ny.steinlia.example";
                      add_asset(c, kNow, seat, vendor, host, "it is one of ours");
                    }),
            "host:host-waits");
  EXPECT_EQ(state(vendor, "ny.steinlia.example"), "absent") << "a refusal leaves nothing";
  Filter filter;
  filter.text = "steinlia.ex";
  EXPECT_EQ(names(listed(filter)), Names{"Steinlia kommune"}) << "what waits finds nobody";
  EXPECT_EQ(actions().back(), "target.add");
}

TEST_P(WaitingTargets, AnOfficerWaitsForWhatAnotherHasOnly) {
  const auto other = make(named("Nabo kommune"));
  start_from(other, "skole.nabo.example");
  const auto officer = user(town, Role::security);
  const auto gone = make(named("Borte AS"));
  start_from(gone, "borte.example");
  sql().write([&](Connection& c) { remove(c, kNow, administrator(), gone, "merged"); });
  sql().write([&](Connection& c) {
    // Said to be its own, though no domain of it is a target; and one that is its provider's by measurement.
    c.execute(
        "INSERT INTO asset_decision (organisation, asset, number, state, reason, evidence, decided, "
        "decided_by) VALUES (?1, 'mx.felles.example:25', 1, 'confirmed', '', '', 1, 'x'), (?1, "
        "'mx.tilbyder.example:25', 1, 'confirmed', '', '', 1, 'x'), (?1, 'mx.rejected.example:25', 1, "
        "'confirmed', '', '', 1, 'x'), (?1, 'mx.rejected.example:25', 2, 'rejected', '', '', 2, 'x')",
        {other});
    c.execute(
        "INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, "
        "by_provider, addresses, why) VALUES (?1, 'mx.tilbyder.example:25', 1, 1, 'mail', "
        "'skole.nabo.example', 'mx.tilbyder.example', 25, 400, 1, '[]', '[]')",
        {other});
  });
  for (const auto& [name, expected] : {std::pair{"ny.example", "in force"},
                                       {"skole.nabo.example", "waiting"},
                                       {"nabo.example", "waiting"},
                                       {"barne.skole.nabo.example", "waiting"},
                                       {"eskole.nabo.example", "in force"},
                                       {"testdrift.example", "waiting"},
                                       {"borte.example", "in force"},
                                       {"mx.felles.example", "waiting"},
                                       {"a.mx.felles.example", "waiting"},
                                       {"mx.tilbyder.example", "in force"},
                                       {"mx.rejected.example", "in force"},
                                       {"avdeling.steinlia.example", "in force"}})
    EXPECT_EQ(add(officer, town, "domain", name), expected) << name;
  // Below its own domain only what others have below it is theirs to wait for.
  start_from(other, "felles.steinlia.example");
  start_from(vendor, "steinlia.example");
  EXPECT_EQ(add(officer, town, "host", "www.steinlia.example"), "in force");
  EXPECT_EQ(add(officer, town, "host", "felles.steinlia.example"), "waiting");
  EXPECT_EQ(add(officer, town, "host", "x.felles.steinlia.example"), "waiting");
  EXPECT_EQ(answer(town, "host", "felles.steinlia.example", true), "done");
  EXPECT_EQ(state(town, "felles.steinlia.example"), "in force");
}

TEST_P(WaitingTargets, TheRegistersKeeperAndTheMachineItselfDecide) {
  EXPECT_EQ(add(administrator(), vendor, "domain", "steinlia.example"), "in force");
  Access by_hand;
  by_hand.actor.id = "command-line";
  EXPECT_EQ(add(by_hand, town, "domain", "testdrift.example"), "in force");
  // A token of an administrator that was made for less.
  auto token = administrator();
  token.permissions = 1U << static_cast<unsigned>(Permission::manage_footprint);
  const auto third = make(named("Tredje AS", "supplier"));
  EXPECT_EQ(add(token, third, "domain", "steinlia.example"), "waiting");
}

TEST_P(WaitingTargets, AProofLetsItIn) {
  const auto seat = user(vendor, Role::supplier);
  EXPECT_EQ(add(seat, vendor, "domain", "steinlia.example"), "waiting");
  EXPECT_EQ(add(seat, vendor, "host", "www.steinlia.example"), "waiting");
  EXPECT_EQ(answer(vendor, "domain", "steinlia.example", false), "done");
  sql().write([&](Connection& c) {
    ask_for_proof(c, kNow, seat, vendor, "steinlia.example");
    record_proof(c, kNow, seat, vendor, "steinlia.example", "", "{}");
  });
  EXPECT_EQ(state(vendor, "steinlia.example"), "refused") << "looked for and not found";
  prove(seat, vendor, "steinlia.example");
  EXPECT_EQ(measured_from(vendor), (Names{"steinlia.example", "testdrift.example", "www.steinlia.example"}));
  EXPECT_EQ(sql().read([&](Connection& c) { return waiting_targets(c, vendor).size(); }), 0U);
  // As long as it holds it answers for what lies below as well.
  EXPECT_EQ(add(seat, vendor, "domain", "ny.steinlia.example"), "in force");
  sql().read([&](Connection& c) {
    const auto row = c.first(
        "SELECT detail FROM audit WHERE action = 'target.add' AND object = "
        "'www.steinlia.example'");
    EXPECT_EQ(boost::json::parse(row->text(0)).at("by"), "proof");
  });
}

TEST_P(WaitingTargets, AnAdministratorConfirmsOrRefuses) {
  const auto seat = user(vendor, Role::supplier);
  for (const char* name : {"steinlia.example", "andre.example"}) add(seat, vendor, "domain", name);
  add(seat, vendor, "host", "www.steinlia.example");
  const auto waiting = [&](const Access& access, std::size_t limit, const std::vector<std::string>& after) {
    return sql().read([&](Connection& c) { return all_waiting(c, access, limit, after); });
  };
  Names listed_names;
  for (std::vector<std::string> after;;) {
    const auto page = waiting(administrator(), 1, after);
    for (const auto& one : page.items) {
      listed_names.push_back(one.name);
      EXPECT_EQ(one.organisation_name, "Testdrift AS");
      EXPECT_EQ(one.asked_by, "rolf");
    }
    after = page.next_after;
    if (after.empty()) break;
  }
  EXPECT_EQ(listed_names, (Names{"andre.example", "steinlia.example", "www.steinlia.example"}));
  EXPECT_TRUE(waiting(user(town, Role::security), 9, {}).items.empty());
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { all_waiting(c, administrator(), 9, {"x"}); }),
            "cursor:cursor");
  EXPECT_EQ(sql().read([&](Connection& c) { return holders(c, vendor, "www.steinlia.example"); }),
            (Holders{{town, "Steinlia kommune"}}));
  EXPECT_TRUE(sql().read([&](Connection& c) { return holders(c, vendor, "andre.example"); }).empty());

  EXPECT_EQ(answer(vendor, "domain", "andre.example", true, "yes"), "reason:reason-long");
  EXPECT_EQ(answer(vendor, "domain", "testdrift.example", true), ":target") << "it does not wait";
  EXPECT_EQ(answer(vendor, "host", "www.steinlia.example", true), "name:host-elsewhere")
      << "not before its domain";
  EXPECT_EQ(answer(vendor, "domain", "andre.example", false, "this is Andre AS's own"), "done");
  EXPECT_EQ(state(vendor, "andre.example"), "refused");
  const auto refused = sql().read([&](Connection& c) { return waiting_targets(c, vendor).front(); });
  EXPECT_EQ(refused.answer, "this is Andre AS's own");
  EXPECT_EQ(refused.answered_by, "ada");
  EXPECT_EQ(answer(vendor, "domain", "andre.example", true), ":target") << "answered already";
  EXPECT_EQ(answer(vendor, "domain", "steinlia.example", true), "done");
  EXPECT_EQ(measured_from(vendor), (Names{"steinlia.example", "testdrift.example", "www.steinlia.example"}));
  EXPECT_TRUE(waiting(administrator(), 9, {}).items.empty());
  // Asked for once more it waits once more.
  EXPECT_EQ(add(seat, vendor, "domain", "andre.example"), "waiting");
  EXPECT_EQ(waiting(administrator(), 9, {}).items.size(), 1U);
  const auto all = actions();
  EXPECT_EQ(std::ranges::count(all, "target.ask"), 4);
  EXPECT_EQ(std::ranges::count(all, "target.refuse"), 1);
  EXPECT_FALSE(sql().read([](Connection& c) { return store::first_broken_audit_entry(c); }));
}

TEST_P(WaitingTargets, WhatWaitsIsWithdrawnWithTheHostsUnderIt) {
  const auto seat = user(vendor, Role::supplier);
  add(seat, vendor, "domain", "andre.example");
  add(seat, vendor, "host", "www.andre.example");
  const auto drop = [&](const char* kind, const char* name) {
    return refusal(sql(), [&](Connection& c) { remove_target(c, kNow, seat, vendor, kind, name, "x", ""); });
  };
  EXPECT_EQ(drop("domain", "nobodys.example"), ":target");
  EXPECT_EQ(drop("domain", "andre.example"), "done");
  EXPECT_EQ(state(vendor, "www.andre.example"), "absent");
  EXPECT_EQ(state(vendor, "testdrift.example"), "in force");
  // A host that waits under a domain in force goes with that.
  start_from(town, "felles.testdrift.example");
  EXPECT_EQ(add(seat, vendor, "host", "felles.testdrift.example"), "waiting");
  EXPECT_EQ(drop("domain", "testdrift.example"), "done");
  EXPECT_EQ(state(vendor, "felles.testdrift.example"), "absent");
  EXPECT_EQ(state(town, "felles.testdrift.example"), "in force");
}

}  // namespace
}  // namespace utsyn::footprint
