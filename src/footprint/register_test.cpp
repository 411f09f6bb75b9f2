// The register on both databases: what is kept, who sees it, what is told of each change.
#include "footprint/register.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "footprint/inventory.h"
#include "footprint/opt_outs.h"
#include "footprint/test_register.h"
#include "store/events.h"

namespace utsyn::footprint {
namespace {

namespace json = boost::json;
using access::Detail;
using store::Connection;

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

// Who sees the score alone would otherwise spell out the hosts of an organisation, letter by letter.
TEST_P(Register, HostsFindAnOrganisationOnlyForThoseWhoSeeItsFindings) {
  const auto id = make(named("Steinlia kommune"));
  const auto website = make(named("Nordsky AS", "supplier"));
  start_from(id, "steinlia.example");
  start_from(website, "blåsky.example");
  start_from(website, "annet.example");
  sql().write([&](Connection& c) {
    std::string host = "hemmelig-vpn.steinlia.example";
    add_target(c, kNow, administrator(), id, "host", host);
    auto details = named("Nordsky AS", "supplier");
    details.website = "https://www.xn--blsky-nra.example/om-oss";
    change(c, kNow, administrator(), website, details);
  });
  access::Access everybodys_score = reader({});
  everybodys_score.everywhere = Detail::score;
  struct Case {
    const char* text;
    std::size_t by_findings, by_score;
  };
  for (const auto& [text, by_findings, by_score] :
       {Case{"hem", 1, 0}, Case{"hemx", 0, 0}, Case{"hemmelig-vpn.steinlia.example", 1, 0},
        Case{"steinlia", 1, 1}, Case{"steinlia.example", 1, 0}, Case{"steinlia kommune", 1, 1},
        Case{"kommune hem", 1, 0}, Case{"blåsky.ex", 1, 1}, Case{"blasky.ex", 0, 0},
        Case{"xn--blsky-nra.", 1, 1}, Case{"annet", 1, 0}, Case{"nordsky annet", 1, 0},
        Case{"nordsky blåsky.example", 1, 1}, Case{"=blåsky.example", 1, 0}}) {
    Filter filter;
    filter.text = text;
    const auto count = [&](const access::Access& access) {
      const auto list = listed(filter, access);
      if (list.total) {
        EXPECT_EQ(*list.total, static_cast<std::int64_t>(list.items.size())) << text;
      }
      return list.items.size();
    };
    EXPECT_EQ(count(administrator()), by_findings) << text;
    EXPECT_EQ(count(reader({{id, Detail::findings}, {website, Detail::findings}})), by_findings) << text;
    EXPECT_EQ(count(reader({{id, Detail::score}, {website, Detail::score}})), by_score) << text;
    EXPECT_EQ(count(everybodys_score), by_score) << text;
  }
  // With one at findings and the other at the score, each by its own.
  Filter filter;
  filter.text = "annet";
  EXPECT_EQ(listed(filter, reader({{id, Detail::score}, {website, Detail::findings}})).items.size(), 1U);
  EXPECT_EQ(listed(filter, reader({{id, Detail::findings}, {website, Detail::score}})).items.size(), 0U);
}

}  // namespace
}  // namespace utsyn::footprint
