// The register and the inventory on both databases: what is kept, who sees it, what is told of each change.
#include "footprint/register.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "footprint/import.h"
#include "footprint/inventory.h"
#include "footprint/opt_outs.h"
#include "store/events.h"
#include "store/test_database.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;
using access::Access;
using access::Detail;
using access::Role;
using store::Connection;

const UtcTime kNow = from_unix(1'795'000'000);

Access administrator(std::string id = "ada") {
  Access access;
  access.actor = {id, "127.0.0.1"};
  access.user = std::move(id);
  access.role = Role::administrator;
  access.permissions = ~0U;
  access.everywhere = Detail::evidence;
  return access;
}
Access reader(std::vector<std::pair<std::string, Detail>> granted, Role role = Role::security) {
  Access access;
  access.actor = {"rolf", "127.0.0.1"};
  access.user = "rolf";
  access.role = role;
  std::ranges::sort(granted);
  access.organisations = std::move(granted);
  return access;
}

Details named(std::string name, std::string kind = "municipality") {
  Details details;
  details.name = std::move(name);
  details.kind = std::move(kind);
  return details;
}
Details numbered(std::string number, std::string name, std::string kind = "municipality") {
  auto details = named(std::move(name), std::move(kind));
  details.number = std::move(number);
  return details;
}

// What a refused call says.
template <class Work>
std::string refusal(store::Sql& sql, Work work) {
  try {
    sql.write([&](Connection& connection) { work(connection); });
  } catch (const Refused& refused) {
    return refused.fault().field + ":" + refused.fault().code;
  }
  return "done";
}

class Register : public store::testing::DatabaseTest {
 protected:
  std::string make(const Details& details) {
    return sql().write([&](Connection& c) { return create(c, kNow, administrator(), details); });
  }
  Listed listed(const Filter& filter, const Access& access = administrator(), std::size_t limit = 50,
                const std::vector<std::string>& after = {}) {
    return sql().read([&](Connection& c) { return list(c, access, filter, limit, after); });
  }
  std::vector<std::string> names(const Listed& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items) out.push_back(item.details.name.value_or("?"));
    return out;
  }
  std::vector<std::string> actions() {
    return sql().read([](Connection& c) {
      std::vector<std::string> out;
      for (const auto& row : c.query("SELECT action FROM audit ORDER BY number")) out.push_back(row.text(0));
      return out;
    });
  }
  void start_from(const std::string& organisation, const std::string& domain) {
    sql().write([&](Connection& c) {
      auto name = domain;
      add_target(c, kNow, administrator(), organisation, "domain", name);
    });
  }
  // As if it had been measured: a domain and two hosts, one finding, all questions answered.
  void measured(const std::string& organisation, std::int64_t score_cp = 5000) {
    sql().write([&](Connection& c) {
      const auto time = to_unix(kNow) - 3600;
      c.execute("INSERT INTO measurement (organisation, time, profile) VALUES (?1, ?2, 'core')",
                {organisation, time});
      struct Row {
        const char *id, *kind, *host;
        int port, value;
        const char* why;
      };
      for (const auto& row :
           {Row{"fjord.example", "domain", "fjord.example", 0, 200, "[\"given\"]"},
            Row{"mx.fjord.example:25", "mail", "mx.fjord.example", 25, 400, "[\"mx-of:fjord.example\"]"},
            Row{"www.fjord.example:443", "web", "www.fjord.example", 443, 100,
                "[\"web-of:fjord.example\"]"}}) {
        c.execute(
            "INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, "
            "by_provider, addresses, why) VALUES (?1, ?2, ?3, ?3, ?4, 'fjord.example', ?5, ?6, ?7, 0, '[]', "
            "?8)",
            {organisation, row.id, time, row.kind, row.host, row.port, row.value, row.why});
        c.execute(
            "INSERT INTO verdict (organisation, asset, \"check\", first_seen, last_seen, outcome, reason, "
            "severity, "
            "confidence, detail, evidence) VALUES (?1, ?2, 'x', ?3, ?3, 'pass', 'r', 'info', 'confirmed', "
            "'[]', '[]')",
            {organisation, row.id, time});
      }
      c.execute(
          "INSERT INTO score (organisation, first_seen, last_seen, method, score_cp, grade, input, output) "
          "VALUES "
          "(?1, ?2, ?2, 'utsyn-1.0', ?3, 'C', ?4, '{}')",
          {organisation, time, score_cp,
           R"({"method":"utsyn-1.0","assets":[{"id":"fjord.example","v":200},{"id":"mx.fjord.example:25","v":400},)"
           R"({"id":"www.fjord.example:443"}],"findings":[{"id":"x@www","asset":"www.fjord.example:443","sev":"high"}]})"});
    });
  }
};
UTSYN_BOTH_DATABASES(Register);

TEST_P(Register, KeepsAnOrganisationAndTellsOfIt) {
  auto details = numbered("123 456 785", "Blåfjell kommune");
  details.municipality = "4699";
  details.population = 15'221;
  const auto id = make(details);
  EXPECT_EQ(id, "123456785");
  const auto there = sql().read([&](Connection& c) { return find(c, administrator(), id); });
  ASSERT_TRUE(there);
  EXPECT_EQ(there->details.county, "46");
  EXPECT_EQ(there->details.bankrupt, false);
  EXPECT_EQ(there->created, kNow);
  EXPECT_FALSE(there->figures);

  auto changed = there->details;
  changed.population = 15'300;
  changed.county.reset();
  changed.municipality.reset();
  EXPECT_TRUE(sql().write([&](Connection& c) { return change(c, kNow, administrator(), id, changed); }));
  EXPECT_FALSE(sql().write([&](Connection& c) { return change(c, kNow, administrator(), id, changed); }));
  EXPECT_EQ(actions(), (std::vector<std::string>{"organisation.create", "organisation.change"}));
  sql().read([&](Connection& c) {
    const auto row = c.first("SELECT detail FROM audit WHERE number = 2");
    EXPECT_EQ(json::parse(row->text(0)),
              json::parse(R"({"before":{"municipality":"4699","county":"46","population":15221},
                              "after":{"municipality":null,"county":null,"population":15300}})"));
    EXPECT_FALSE(store::first_broken_audit_entry(c));
    EXPECT_EQ(store::events_after(c, 0, 10).size(), 2U);
  });
}

TEST_P(Register, RefusesWhatCannotBe) {
  make(numbered("123456785", "Blåfjell"));
  EXPECT_EQ(
      refusal(sql(), [](Connection& c) { create(c, kNow, administrator(), numbered("123456785", "Again")); }),
      "number:number-taken");
  EXPECT_EQ(refusal(sql(), [](Connection& c) { create(c, kNow, administrator(), named(" ")); }),
            "name:name-missing");
  EXPECT_EQ(
      refusal(sql(), [](Connection& c) { create(c, kNow, administrator(), numbered("123456784", "X")); }),
      "number:number");
  const auto other = make(named("Other"));
  EXPECT_EQ(other.size(), 26U);
  EXPECT_EQ(
      refusal(sql(),
              [&](Connection& c) { change(c, kNow, administrator(), other, numbered("123456785", "X")); }),
      "number:number-taken");
  EXPECT_EQ(refusal(sql(), [](Connection& c) { change(c, kNow, administrator(), "nobody", named("X")); }),
            ":organisation");
  EXPECT_EQ(actions().size(), 2U);
}

TEST_P(Register, WhatLeavesKeepsItsHistoryAndMayComeBack) {
  const auto id = make(numbered("123456785", "Blåfjell"));
  const auto other = make(named("Customer"));
  sql().write([&](Connection& c) { supply(c, kNow, administrator(), other, "123456785", {}, 2, ""); });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { remove(c, kNow, administrator(), id, " "); }),
            "reason:reason-missing");
  sql().write([&](Connection& c) { remove(c, kNow, administrator(), id, "merged"); });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { remove(c, kNow, administrator(), id, "again"); }),
            ":organisation");
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Customer"}));
  Filter removed;
  removed.removed = true;
  EXPECT_EQ(names(listed(removed)), (std::vector<std::string>{"Blåfjell"}));
  EXPECT_TRUE(sql()
                  .read([&](Connection& c) { return suppliers_of(c, administrator(), other, 10, {}); })
                  .items.empty());
  EXPECT_FALSE(sql().read([&](Connection& c) { return target_of(c, id, kNow); }));
  EXPECT_EQ(make(numbered("123456785", "Blåfjell")), id);
  EXPECT_EQ(listed({}).items.size(), 2U);
  EXPECT_EQ(actions().back(), "organisation.restore");
}

TEST_P(Register, ListsInOrderPageByPage) {
  const std::vector<std::string> alphabet = {"Asker", "Bø", "Zeta", "Ærøy", "Østmark", "Ålvik"};
  int population = 10;
  for (const auto* name : {"Ålvik", "Zeta", "Bø", "Ærøy", "Asker", "Østmark"}) {
    auto details = named(name);
    if (std::string_view(name) != "Bø") details.population = population += 10;
    make(details);
  }
  for (const bool few : {false, true}) {  // asked of the database, and sorted by us
    const auto access = few ? reader([&] {
      std::vector<std::pair<std::string, Detail>> all;
      for (const auto& item : listed({}).items) all.emplace_back(item.id, Detail::score);
      std::ranges::sort(all);
      return all;
    }())
                            : administrator();
    for (const auto sort : {Sort::name, Sort::population}) {
      for (const bool descending : {false, true}) {
        Filter filter;
        filter.sort = sort;
        filter.descending = descending;
        const auto whole = names(listed(filter, access));
        ASSERT_EQ(whole.size(), 6U);
        if (sort == Sort::name && !descending) EXPECT_EQ(whole, alphabet);
        if (sort == Sort::population) EXPECT_EQ(descending ? whole.back() : whole.front(), "Bø");
        std::vector<std::string> paged;
        std::vector<std::string> after;
        int pages = 0;
        do {
          const auto page = listed(filter, access, 4, after);
          for (const auto& name : names(page)) paged.push_back(name);
          after = page.next_after;
        } while (!after.empty() && ++pages < 10);
        EXPECT_EQ(paged, whole);
      }
    }
  }
  EXPECT_THROW(listed({}, administrator(), 10, {"population", "1", "x"}), Refused);
  EXPECT_THROW(listed({}, administrator(), 10, {"x"}), Refused);
}

TEST_P(Register, FindsByWordsNumberDomainAndFilter) {
  auto details = numbered("123456785", "Nordre Blåfjell kommune");
  details.municipality = "4699";
  details.kostra = "EKG07";
  details.population = 5'000;
  const auto id = make(details);
  start_from(id, "Blåfjell.example");
  make(numbered("987654325", "Fjord Drift AS", "supplier"));
  const auto hits = [&](const char* text) {
    Filter filter;
    filter.text = text;
    return listed(filter).items.size();
  };
  EXPECT_EQ(hits("blåfj"), 1U);
  EXPECT_EQ(hits("KOMMUNE nordre"), 1U);
  EXPECT_EQ(hits("123 456 785"), 1U);
  EXPECT_EQ(hits("1234"), 1U);
  EXPECT_EQ(hits("blåfjell.ex"), 1U);
  EXPECT_EQ(hits("xn--blfjell-fxa.example"), 1U);
  EXPECT_EQ(hits("www.blåfjell.example"), 1U);
  EXPECT_EQ(hits("fjord kommune"), 0U);
  EXPECT_EQ(hits("%"), 0U);
  EXPECT_EQ(hits("'; DROP TABLE organisation"), 0U);
  EXPECT_EQ(hits("  "), 2U);
  Filter filter;
  filter.county = "46";
  filter.kostra = "EKG07";
  filter.population_from = 5'000;
  filter.population_to = 5'000;
  EXPECT_EQ(listed(filter).items.size(), 1U);
  filter.population_from = 5'001;
  EXPECT_TRUE(listed(filter).items.empty());
  Filter suppliers;
  suppliers.kind = "supplier";
  EXPECT_EQ(names(listed(suppliers)), (std::vector<std::string>{"Fjord Drift AS"}));
}

TEST_P(Register, NobodySeesWhatIsNotGranted) {
  const auto a = make(numbered("123456785", "Blåfjell"));
  make(numbered("987654325", "Hemmelig"));
  const auto access = reader({{a, Detail::score}});
  const auto all = listed({}, access);
  EXPECT_EQ(names(all), (std::vector<std::string>{"Blåfjell"}));
  EXPECT_EQ(all.total, 1);
  Filter text;
  text.text = "hemmelig";
  EXPECT_TRUE(listed(text, access).items.empty());
  text.text = "987654325";
  EXPECT_TRUE(listed(text, access).items.empty());
  sql().read([&](Connection& c) {
    EXPECT_TRUE(find(c, access, a));
    EXPECT_FALSE(find(c, access, "987654325"));
    EXPECT_FALSE(find(c, access, "no-such"));
  });
  EXPECT_TRUE(listed({}, reader({{a, Detail::none}})).items.empty());
}

TEST_P(Register, TargetsAreNamesUnderTheirDomains) {
  const auto id = make(named("Fjord"));
  const auto add = [&](const char* kind, std::string name) {
    return refusal(sql(), [&](Connection& c) { add_target(c, kNow, administrator(), id, kind, name); });
  };
  EXPECT_EQ(add("host", "www.fjord.example"), "name:host-elsewhere");
  EXPECT_EQ(add("domain", "Fjord.Example"), "done");
  EXPECT_EQ(add("domain", "fjord.example"), "done");
  EXPECT_EQ(add("domain", "kommune.no"), "name:target-public-suffix");
  EXPECT_EQ(add("host", "skjema.fjord.example"), "done");
  EXPECT_EQ(actions(), (std::vector<std::string>{"organisation.create", "target.add", "target.add"}));
  sql().write([&](Connection& c) {
    std::string pattern = "*.fjord.example";
    add_opt_out(c, kNow, administrator(), pattern, "asked us to");
  });
  const auto all = sql().read([&](Connection& c) { return targets(c, id); });
  ASSERT_EQ(all.size(), 2U);
  EXPECT_FALSE(all[0].opted_out);
  EXPECT_TRUE(all[1].opted_out);
  measured(id);
  EXPECT_EQ(refusal(sql(),
                    [&](Connection& c) {
                      remove_target(c, kNow, administrator(), id, "domain", "x.example", "r", "");
                    }),
            ":target");
  sql().write([&](Connection& c) {
    remove_target(c, kNow, administrator(), id, "domain", "fjord.example", "sold last year", "the registry");
  });
  EXPECT_TRUE(sql().read([&](Connection& c) { return targets(c, id); }).empty());
  sql().read([&](Connection& c) {
    const auto detail =
        json::parse(c.first("SELECT detail FROM audit ORDER BY number DESC LIMIT 1")->text(0));
    EXPECT_EQ(detail.at("hosts"), json::parse(R"(["skjema.fjord.example"])"));
    EXPECT_LT(detail.at("effect").at("before_cp").as_int64(), 10'000);
  });
}

TEST_P(Register, SuppliersAndWhoFollowsThem) {
  const auto fjord = make(named("Fjord"));
  const auto dal = make(named("Dal"));
  const auto add = [&](const std::string& customer, const std::string& supplier, std::int64_t weight,
                       const Access& by) {
    return sql().write(
        [&](Connection& c) { return supply(c, kNow, by, customer, supplier, "Drift AS", weight, "a note"); });
  };
  const auto buyer = reader({{fjord, Detail::evidence}});
  const auto supplier = add(fjord, "987 654 325", 2, buyer);
  EXPECT_EQ(supplier, "987654325");
  EXPECT_EQ(add(dal, "987654325", 4, administrator()), supplier);
  EXPECT_EQ(add(dal, "987654325", 4, administrator()), supplier);
  EXPECT_EQ(actions(), (std::vector<std::string>{"organisation.create", "organisation.create",
                                                 "organisation.create", "supplier.add", "supplier.add"}));
  sql().read([&](Connection& c) {
    const auto mine = suppliers_of(c, buyer, fjord, 10, {});
    ASSERT_EQ(mine.items.size(), 1U);
    EXPECT_EQ(mine.items[0].name, "Drift AS");
    EXPECT_EQ(mine.items[0].criticality, 2);
    // The supplier sees who follows it, all of them; another customer only sees itself.
    const auto seat = reader({{supplier, Detail::evidence}}, Role::supplier);
    const auto followers = customers_of(c, seat, supplier, 10, {});
    ASSERT_EQ(followers.items.size(), 2U);
    EXPECT_EQ(followers.items[0].name, "Dal");
    EXPECT_EQ(followers.items[0].note, "");
    EXPECT_EQ(customers_of(c, seat, supplier, 1, {}).next_after.size(), 2U);
    EXPECT_EQ(
        customers_of(c, seat, supplier, 1, customers_of(c, seat, supplier, 1, {}).next_after).items[0].name,
        "Fjord");
    const auto known = reader({{fjord, Detail::evidence}, {supplier, Detail::evidence}});
    ASSERT_EQ(customers_of(c, known, supplier, 10, {}).items.size(), 1U);
    EXPECT_EQ(customers_of(c, known, supplier, 10, {}).items[0].note, "a note");
  });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, dal, {}, 1, ""); }),
            "supplier:supplier");
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, fjord, {}, 1, ""); }),
            "supplier:own-supplier");
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { supply(c, kNow, buyer, fjord, "987654325", {}, 3, ""); }),
            "criticality:criticality");
  sql().write([&](Connection& c) { end_supply(c, kNow, buyer, fjord, supplier); });
  EXPECT_EQ(refusal(sql(), [&](Connection& c) { end_supply(c, kNow, buyer, fjord, supplier); }), ":supplier");
  EXPECT_EQ(sql()
                .read([&](Connection& c) { return customers_of(c, administrator(), supplier, 10, {}); })
                .items.size(),
            1U);
}

// What an administrator took out of the register is not a customer's to bring back, rename and point
// elsewhere.
TEST_P(Register, ACustomerBringsNothingBack) {
  const auto fjord = make(named("Fjord"));
  auto town = numbered("123456785", "Blåfjell kommune");
  town.population = 5000;
  make(town);
  sql().write([&](Connection& c) { remove(c, kNow, administrator(), "123456785", "merged"); });
  const auto buyer = reader({{fjord, Detail::evidence}}, Role::procurement);
  const auto name_it = [&](const Access& by) {
    return refusal(sql(), [&](Connection& c) { supply(c, kNow, by, fjord, "123 456 785", "Mine", 1, ""); });
  };
  const auto of_town = [&] {
    return sql().read([&](Connection& c) { return find(c, administrator(), "123456785"); });
  };
  EXPECT_EQ(name_it(buyer), "supplier:supplier-left");
  EXPECT_TRUE(of_town()->removed);
  EXPECT_EQ(of_town()->details.name, "Blåfjell kommune");
  EXPECT_TRUE(sql()
                  .read([&](Connection& c) { return suppliers_of(c, administrator(), fjord, 10, {}); })
                  .items.empty());
  EXPECT_EQ(name_it(administrator()), "done");
  EXPECT_FALSE(of_town()->removed);
  EXPECT_EQ(of_town()->details.name, "Blåfjell kommune");
  EXPECT_EQ(of_town()->details.kind, "municipality");
  EXPECT_EQ(of_town()->details.population, 5000);
}

// The id of an organisation is the number it had when it came, which may be another's by now, or nobody's.
TEST_P(Register, AnIdThatLooksLikeANumberIsNotTakenOver) {
  const auto fjord = make(named("Fjord"));
  const auto buyer = reader({{fjord, Detail::evidence}}, Role::procurement);
  const auto name_it = [&](const char* number) {
    return sql().write([&](Connection& c) { return supply(c, kNow, buyer, fjord, number, "Mine", 1, ""); });
  };
  const auto name_of = [&](const std::string& id) {
    return sql().read([&](Connection& c) { return *find(c, administrator(), id)->details.name; });
  };
  make(numbered("123456785", "Blåfjell kommune"));
  sql().write([&](Connection& c) {
    change(c, kNow, administrator(), "123456785", numbered("987654325", "Blåfjell kommune"));
  });
  const auto fresh = name_it("123456785");
  EXPECT_NE(fresh, "123456785");
  EXPECT_EQ(name_of(fresh), "Mine");
  EXPECT_EQ(name_of("123456785"), "Blåfjell kommune");
  EXPECT_EQ(name_it("987654325"), "123456785");

  sql().write([](Connection& c) {
    c.execute("INSERT INTO organisation (id, name, kind) VALUES ('811111112', 'Measured', 'other')");
    adopt_measured(c, kNow);
  });
  EXPECT_EQ(name_it("811111112"), "811111112");
  EXPECT_EQ(name_of("811111112"), "Measured");
}

TEST_P(Register, WhatWasMeasuredBeforeJoins) {
  sql().write([](Connection& c) {
    c.execute("INSERT INTO organisation (id, name, kind) VALUES ('fjord.example', 'Fjord', 'other')");
  });
  measured("fjord.example");
  EXPECT_TRUE(listed({}).items.empty());
  EXPECT_EQ(sql().write([](Connection& c) { return adopt_measured(c, kNow); }), 1);
  EXPECT_EQ(sql().write([](Connection& c) { return adopt_measured(c, kNow); }), 0);
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Fjord"}));
  const auto target = sql().read([](Connection& c) { return target_of(c, "fjord.example", kNow); });
  ASSERT_TRUE(target);
  EXPECT_EQ(target->domains, (std::vector<std::string>{"fjord.example"}));
  EXPECT_TRUE(target->hosts.empty());
}

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

TEST_P(Register, OptOutsAreListedAndTold) {
  std::string pattern = "*.Fjord.example";
  const auto add = [&] {
    return sql().write(
        [&](Connection& c) { return add_opt_out(c, kNow, administrator(), pattern, "asked"); });
  };
  EXPECT_TRUE(add());
  EXPECT_EQ(pattern, "*.fjord.example");
  EXPECT_FALSE(add());
  EXPECT_EQ(sql().read([](Connection& c) { return opt_outs(c); }),
            (std::vector<std::string>{"*.fjord.example"}));
  EXPECT_EQ(
      refusal(sql(), [](Connection& c) { remove_opt_out(c, kNow, administrator(), "*.fjord.example", ""); }),
      "reason:reason-missing");
  sql().write(
      [](Connection& c) { remove_opt_out(c, kNow, administrator(), "*.fjord.example", "asked again"); });
  EXPECT_EQ(
      refusal(sql(), [](Connection& c) { remove_opt_out(c, kNow, administrator(), "*.fjord.example", "x"); }),
      ":opt-out");
  EXPECT_EQ(actions(), (std::vector<std::string>{"opt-out.add", "opt-out.remove"}));
}

using Line = std::vector<std::string>;

TEST_P(Register, AFileTakenInTwiceChangesNothingTheSecondTime) {
  const std::vector<Line> rows = {
      {"orgnr", "navn", "type", "domene", "leverer til"},
      {"987654325", "Drift AS", "leverandør", "drift.example", "123456785"},
      {"123456785", "Blåfjell kommune", "kommune", "blåfjell.example"},
      {"", "Uten nummer", "annet"},
      {"811111112", "Feil kunde", "annet", "", "822222226"},
  };
  const auto file = read_rows(rows);
  ASSERT_TRUE(file.faults.empty());
  const auto take = [&] {
    return sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  };
  const auto first = take();
  EXPECT_EQ(first.created, 4U);
  ASSERT_EQ(first.faults.size(), 1U);
  EXPECT_EQ(first.faults[0].row, 5U);
  EXPECT_EQ(first.faults[0].fault.code, "customer-unknown");
  EXPECT_EQ(sql()
                .read([](Connection& c) { return suppliers_of(c, administrator(), "123456785", 9, {}); })
                .items.size(),
            1U);
  const auto told = actions().size();
  const auto second = take();
  EXPECT_EQ(second.unchanged, 4U);
  EXPECT_EQ(second.created + second.changed, 0U);
  EXPECT_EQ(actions().size(), told);
  // An empty cell says nothing; a filled one changes.
  auto changed = file;
  changed.items[1].details.population = 77;
  changed.items[1].details.name.reset();
  const auto third =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), changed, "other"); });
  EXPECT_EQ(third.changed, 1U);
  EXPECT_EQ(third.reports[0].changes, Line{"population"});
  EXPECT_EQ(third.reports[0].name, "Blåfjell kommune");
}

TEST_P(Register, ARefusedRowLeavesNothing) {
  const auto known = make(numbered("987654325", "Drift AS", "supplier"));
  const std::vector<Line> rows = {
      {"orgnr", "navn", "type", "domene", "vert", "leverer til"},
      {"", "Halv AS", "leverandør", "halv.example", "x.annet.example", ""},
      {"987654325", "Drift og mer AS", "leverandør", "drift.example", "x.annet.example", ""},
      {"123456785", "Hel AS", "leverandør", "hel.example", "www.hel.example", "987654325, 123456785"},
  };
  const auto file = read_rows(rows);
  ASSERT_TRUE(file.faults.empty());
  const auto told = actions().size();
  const auto report =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  EXPECT_EQ(report.created, 1U);
  EXPECT_EQ(report.changed + report.unchanged, 0U);
  ASSERT_EQ(report.faults.size(), 3U);
  EXPECT_EQ(report.faults[0].fault.code, "host-elsewhere");
  EXPECT_EQ(report.faults[1].fault.code, "host-elsewhere");
  EXPECT_EQ(report.faults[2].fault.code, "own-supplier");
  EXPECT_EQ(names(listed({})), (std::vector<std::string>{"Drift AS", "Hel AS"}));
  sql().read([&](Connection& c) {
    EXPECT_TRUE(targets(c, known).empty());
    EXPECT_EQ(targets(c, "123456785").size(), 2U);
    EXPECT_TRUE(suppliers_of(c, administrator(), known, 9, {}).items.empty()) << "its links are one thing";
  });
  ASSERT_EQ(report.reports.size(), 1U);
  EXPECT_EQ(report.reports[0].changes, (Line{"domain:hel.example", "host:www.hel.example"}));
  EXPECT_EQ(actions().size(), told + 3) << "an organisation and two targets";
}

TEST_P(Register, ANumberFindsTheOneThatWasMeasuredByItsDomain) {
  const auto id = make(named("fjord.example", "other"));
  start_from(id, "fjord.example");
  const std::vector<Line> rows = {{"orgnr", "navn", "domene"},
                                  {"123456785", "Fjord kommune", "fjord.example"}};
  const auto file = read_rows(rows);
  const auto report =
      sql().write([&](Connection& c) { return take_in(c, kNow, administrator(), file, "other"); });
  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.reports[0].organisation, id);
  EXPECT_EQ(sql().read([](Connection& c) { return id_of_number(c, "123456785"); }), id);
}

}  // namespace
}  // namespace utsyn::footprint
