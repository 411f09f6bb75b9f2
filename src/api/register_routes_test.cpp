// The routes of the register and the footprint, from request to answer, on both databases.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/roles.h"
#include "api/route_test.h"
#include "footprint/register.h"
#include "store/events.h"

namespace utsyn::api {
namespace {

using namespace testing;

class RegisterRoutes : public RouteTest {};
UTSYN_BOTH_DATABASES(RegisterRoutes);

TEST_P(RegisterRoutes, AnOrganisationFromBirthToEnd) {
  const auto made = answer("POST", "/api/v1/organisations",
                           R"({"number":"NO 123 456 785 MVA","name":"Blåfjell kommune","kind":"municipality",
                               "municipality":"4699","population":15221,"language":"nynorsk"})",
                           201);
  EXPECT_EQ(made.at("id"), "123456785");
  EXPECT_EQ(made.at("number_shown"), "123 456 785");
  EXPECT_EQ(made.at("county"), "46");
  EXPECT_EQ(made.at("language"), "nn");
  EXPECT_TRUE(made.at("score").is_null());
  const std::string one = "/api/v1/organisations/123456785";
  EXPECT_EQ(answer("GET", one), made);
  const auto changed = answer("PATCH", one, R"({"population":null,"municipality":"1599","bankrupt":true})");
  EXPECT_TRUE(changed.at("population").is_null());
  EXPECT_EQ(changed.at("county"), "15");
  EXPECT_EQ(changed.at("bankrupt"), true);
  EXPECT_EQ(changed.at("name"), "Blåfjell kommune");
  EXPECT_EQ(problem("PATCH", one, R"({"colour":"red"})"), "422 wrong-field /colour");
  EXPECT_EQ(problem("PATCH", one, R"({"population":"many"})"), "422 wrong-field /population");
  EXPECT_EQ(problem("PATCH", one, R"({"bankrupt":1})"), "422 wrong-field /bankrupt");
  EXPECT_EQ(problem("PATCH", one, R"({"name":null})"), "422 wrong-field /name");
  EXPECT_EQ(problem("POST", "/api/v1/organisations", R"({"name":"X","number":"123456785"})"),
            "409 conflict /number");
  EXPECT_EQ(problem("POST", "/api/v1/organisations", R"({"name":"X","number":"123456784"})"),
            "422 wrong-field /number");
  EXPECT_EQ(problem("POST", "/api/v1/organisations", "[]"), "422 wrong-field");
  EXPECT_EQ(problem("DELETE", one), "422 wrong-field reason");
  EXPECT_EQ(problem("DELETE", one + "?reason=merged"), "204");
  EXPECT_EQ(problem("DELETE", one + "?reason=merged"), "404 not-found");
  EXPECT_FALSE(answer("GET", one).at("removed").is_null());
  EXPECT_TRUE(answer("GET", "/api/v1/organisations").at("items").as_array().empty());
}

TEST_P(RegisterRoutes, ListsObeyTheReader) {
  const auto a = make(R"({"name":"Fjord","kind":"municipality"})");
  const auto b = make(R"({"name":"Dal","kind":"county"})");
  const auto list = answer("GET", "/api/v1/organisations?limit=1");
  EXPECT_EQ(list.at("items").at(0).at("name"), "Dal");
  const std::string next(list.at("next").as_string());
  EXPECT_EQ(answer("GET", "/api/v1/organisations?limit=1&cursor=" + next).at("items").at(0).at("name"),
            "Fjord");
  EXPECT_EQ(problem("GET", "/api/v1/organisations?sort=population&cursor=" + next), "400 wrong-field cursor");
  EXPECT_EQ(problem("GET", "/api/v1/organisations?sort=colour"), "422 wrong-field sort");
  EXPECT_EQ(problem("GET", "/api/v1/organisations?kind=kingdom"), "422 wrong-field kind");
  EXPECT_EQ(problem("GET", "/api/v1/organisations?population_from=-1"), "422 wrong-field population_from");
  EXPECT_EQ(answer("GET", "/api/v1/organisations?kind=county").at("items").as_array().size(), 1U);
  EXPECT_TRUE(answer("GET", "/api/v1/organisations?sort=-score").at("items").as_array().empty());
  caller = granted({{a, Detail::score}});
  EXPECT_EQ(answer("GET", "/api/v1/organisations").at("total"), 1);
  EXPECT_EQ(problem("GET", "/api/v1/organisations/" + b), problem("GET", "/api/v1/organisations/nobody"));
  // What the number of a hidden organisation is, is not to be found out by trying.
  EXPECT_EQ(problem("POST", "/api/v1/organisations", R"({"name":"X","number":"123456785"})"),
            "403 forbidden");
  EXPECT_EQ(problem("GET", "/api/v1/organisations/" + a + "/targets"), "403 forbidden");
  EXPECT_EQ(problem("GET", "/api/v1/organisations/" + b + "/targets"), "404 not-found");
}

TEST_P(RegisterRoutes, TargetsAssetsAndOwnership) {
  const auto id = make(R"({"name":"Fjord","kind":"municipality"})");
  const auto one = "/api/v1/organisations/" + id;
  const auto target = answer("POST", one + "/targets", R"({"kind":"domain","name":"Blåfjell.Example"})", 201);
  EXPECT_EQ(target.at("name"), "xn--blfjell-fxa.example");
  EXPECT_EQ(target.at("shown"), "blåfjell.example");
  EXPECT_EQ(problem("POST", one + "/targets", R"({"kind":"domain","name":"kommune.no"})"),
            "422 wrong-field /name");
  EXPECT_EQ(problem("POST", one + "/targets", R"({"kind":"domain","name":"a.example","colour":"red"})"),
            "422 wrong-field /colour");
  for (const auto* host : {"no host", "elsewhere.example"})
    EXPECT_EQ(problem("POST", one + "/assets",
                      R"({"host":")" + std::string(host) + R"(","reason":"ours, really"})"),
              "422 wrong-field /host")
        << host;
  EXPECT_EQ(problem("POST", one + "/assets", R"({"host":"a.blåfjell.example","reason":"ours","value":1})"),
            "422 wrong-field /value");
  for (const auto* reason : {"", "?reason=", "?reason=%20"})
    EXPECT_EQ(problem("DELETE", one + "/targets/domain/blåfjell.example" + reason), "422 wrong-field reason")
        << reason;
  EXPECT_EQ(problem("POST", one + "/targets", R"({"kind":"planet","name":"a.example"})"),
            "422 wrong-field /kind");
  // Somebody wants it: it is measured at once.
  EXPECT_EQ(answer("GET", one + "/jobs").at("items").as_array().size(), 1U);

  const auto asset = answer("POST", one + "/assets",
                            R"({"host":"skjema.blåfjell.example","reason":"our form service"})", 201);
  EXPECT_EQ(asset.at("state"), "added");
  const auto path = one + "/assets/" + std::string(asset.at("id").as_string());
  EXPECT_EQ(answer("GET", one + "/assets").at("items").as_array().size(), 1U);
  EXPECT_EQ(answer("PUT", path + "/value", R"({"value":400,"reason":"patients log in here"})")
                .at("asset")
                .at("value"),
            400);
  EXPECT_FALSE(answer("PUT", path + "/value", R"({"value":25,"reason":"a page on its own"})")
                   .at("asset")
                   .at("waiting")
                   .is_null());
  EXPECT_EQ(problem("POST", path + "/value/answer", R"({"approved":true,"reason":"looks right to me"})"),
            "403 forbidden /approved");
  EXPECT_EQ(problem("POST", path + "/value/answer", R"({"approved":1,"reason":"looks right to me"})"),
            "422 wrong-field /approved");
  caller = everything("bo");
  const auto lowered =
      answer("POST", path + "/value/answer", R"({"approved":true,"reason":"looks right to me"})");
  EXPECT_EQ(lowered.at("asset").at("value"), 25);
  EXPECT_EQ(lowered.at("values").as_array().size(), 2U);
  EXPECT_EQ(problem("PUT", path + "/decision", R"({"state":"rejected","reason":"short"})"),
            "422 wrong-field /reason");
  EXPECT_EQ(problem("PUT", path + "/decision", R"({"state":"added"})"), "422 wrong-field /state");
  EXPECT_EQ(problem("PUT", one + "/assets/no.example:443/decision", R"({"state":"confirmed"})"),
            "404 not-found");
  EXPECT_EQ(answer("PUT", path + "/decision",
                   R"({"state":"rejected","reason":"was another body's","evidence":"contract of 2026"})")
                .at("asset")
                .at("state"),
            "rejected");
  EXPECT_EQ(answer("GET", "/api/v1/ownerless-assets").at("items").as_array().size(), 1U);
  EXPECT_EQ(answer("GET", one + "/assets?state=rejected").at("items").as_array().size(), 1U);
  EXPECT_EQ(problem("GET", one + "/assets?state=lost"), "422 wrong-field state");

  const auto asked = answer("POST", one + "/ownership", R"({"domain":"blåfjell.example"})", 201);
  const std::string token(asked.at("file_text").as_string());
  EXPECT_EQ(asked.at("dns_name"), "_utsyn-challenge.xn--blfjell-fxa.example");
  EXPECT_EQ(asked.at("dns_text").as_string(), "utsyn-challenge=" + token);
  EXPECT_EQ(problem("POST", one + "/ownership", R"({"domain":"dal.example"})"), "422 wrong-field /domain");
  const auto check = one + "/ownership/bl%C3%A5fjell.example/check";
  EXPECT_EQ(problem("POST", check), "503 not-measuring");
  context.ask_ownership = [&](const std::string& domain, const std::string& wanted) {
    EXPECT_EQ(wanted, token);
    engine::OwnershipSeen seen;
    seen.domain = domain;
    seen.txt.status = DnsStatus::found;
    seen.txt.records = {"\"utsyn-challenge=" + token + "\""};
    return seen;
  };
  const auto proved = answer("POST", check);
  EXPECT_EQ(proved.at("method"), "dns");
  EXPECT_FALSE(proved.at("holds_until").is_null());
  auto& gate = *context.ownership_gate;
  EXPECT_EQ(gate.enter("one", kNow), 0);
  EXPECT_EQ(gate.enter("two", kNow), 0);
  EXPECT_EQ(problem("POST", check), "429 too-many-checks");
  gate.leave();
  EXPECT_EQ(answer("POST", check).at("method"), "dns");  // and it left
  EXPECT_EQ(answer("POST", check).at("method"), "dns");
  gate.leave();
  caller.permissions &= ~(1U << static_cast<unsigned>(Permission::manage_footprint));
  EXPECT_TRUE(answer("GET", one + "/ownership").at("items").at(0).at("dns_text").is_null());
  // Of another's organisation, granted to be read, it is not shown either: with it one proves to be that
  // other.
  caller = granted({{id, Detail::findings}});
  EXPECT_FALSE(answer("GET", one + "/ownership").at("items").at(0).at("dns_text").is_null());
  caller.read_only = {id};
  EXPECT_TRUE(answer("GET", one + "/ownership").at("items").at(0).at("dns_text").is_null());
  EXPECT_TRUE(answer("GET", one + "/ownership").at("items").at(0).at("file_text").is_null());
  caller = everything();
  answer("POST", "/api/v1/opt-outs", R"({"pattern":"*.example","reason":"asked"})", 201);
  EXPECT_EQ(problem("POST", check), "409 conflict");
  EXPECT_EQ(problem("POST", one + "/ownership/dal.example/check"), "404 not-found");
  EXPECT_EQ(problem("DELETE", one + "/targets/domain/bl%C3%A5fjell.example?reason=sold"), "204");
  EXPECT_TRUE(answer("GET", one + "/targets").at("items").as_array().empty());
}

TEST(OwnershipGate, TwoAtOnceAndTenAnHour) {
  OwnershipGate gate;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(gate.enter("a", kNow + std::chrono::minutes(i)), 0) << i;
    gate.leave();
  }
  EXPECT_EQ(gate.enter("a", kNow + std::chrono::minutes(10)), 50 * 60);
  EXPECT_EQ(gate.enter("b", kNow + std::chrono::minutes(10)), 0);
  EXPECT_EQ(gate.enter("a", kNow + std::chrono::minutes(60)), 0);
  EXPECT_EQ(gate.enter("a", kNow + std::chrono::minutes(60)), 60);
  EXPECT_GT(gate.enter("c", kNow + std::chrono::minutes(60)), 0);
  gate.leave();
  EXPECT_EQ(gate.enter("c", kNow + std::chrono::minutes(60)), 0);
}

TEST_P(RegisterRoutes, SuppliersAndOptOuts) {
  const auto id = make(R"({"name":"Fjord","kind":"municipality"})");
  const auto one = "/api/v1/organisations/" + id;
  const auto hidden = make(R"({"name":"Hidden Ltd","number":"987654325","kind":"supplier"})");
  caller = granted({{id, Detail::evidence}});
  // The same answer whether it was there or not.
  const auto known =
      answer("POST", one + "/suppliers", R"({"supplier":"987 654 325","name":"Drift","criticality":2})", 201);
  const auto fresh =
      answer("POST", one + "/suppliers", R"({"supplier":"123456785","name":"Drift","criticality":2})", 201);
  EXPECT_EQ(known.as_object().size(), fresh.as_object().size());
  EXPECT_EQ(known.at("supplier"), "987654325");
  EXPECT_EQ(fresh.at("supplier"), "123456785");
  EXPECT_EQ(problem("POST", one + "/suppliers", R"({"supplier":"x"})"), "422 wrong-field /supplier");
  EXPECT_EQ(problem("POST", one + "/suppliers", R"({"supplier":"987654325","criticality":3})"),
            "422 wrong-field /criticality");
  EXPECT_EQ(answer("GET", one + "/suppliers").at("items").as_array().size(), 2U);
  EXPECT_EQ(problem("GET", "/api/v1/organisations/" + hidden + "/customers"), "404 not-found");
  caller = granted({{hidden, Detail::evidence}}, Role::supplier);
  EXPECT_EQ(answer("GET", "/api/v1/organisations/" + hidden + "/customers").at("items").at(0).at("name"),
            "Fjord");
  caller = granted({{id, Detail::evidence}});
  EXPECT_EQ(problem("DELETE", one + "/suppliers/987654325"), "204");
  EXPECT_EQ(problem("DELETE", one + "/suppliers/987654325"), "404 not-found");

  EXPECT_EQ(problem("POST", "/api/v1/opt-outs", R"({"pattern":"a b","reason":"x"})"),
            "422 wrong-field /pattern");
  EXPECT_EQ(
      answer("POST", "/api/v1/opt-outs", R"({"pattern":"192.0.2.0/24","reason":"asked"})", 201).at("pattern"),
      "192.0.2.0/24");
  EXPECT_EQ(answer("GET", "/api/v1/opt-outs").at("items").as_array().size(), 1U);
  EXPECT_EQ(problem("DELETE", "/api/v1/opt-outs?pattern=192.0.2.0/24"), "422 wrong-field reason");
  EXPECT_EQ(problem("DELETE", "/api/v1/opt-outs?pattern=192.0.2.0/24&reason=asked"), "204");
  EXPECT_EQ(problem("DELETE", "/api/v1/opt-outs?pattern=192.0.2.0/24&reason=asked"), "404 not-found");
}

TEST_P(RegisterRoutes, ACustomerTakesOverNobodyThatLeft) {
  const auto home = make(R"({"name":"Fjord","kind":"municipality"})");
  const auto left = make(R"({"name":"Nordsky AS","number":"987654325","kind":"supplier"})");
  const auto one = "/api/v1/organisations/" + left;
  answer("POST", one + "/targets", R"({"kind":"domain","name":"nordsky.example"})", 201);
  answer("DELETE", one + "?reason=closed", {}, 204);
  const auto before = answer("GET", one);
  caller = granted({{home, Detail::evidence}}, Role::procurement);
  caller.permissions = access::row_of(Role::procurement).permissions;
  const std::string suppliers = "/api/v1/organisations/" + home + "/suppliers";
  const std::string mine = R"({"supplier":"987654325","name":"Mine","domain":"mine.example"})";
  EXPECT_EQ(problem("POST", suppliers, mine), "409 conflict /supplier");
  EXPECT_EQ(problem("GET", one), "404 not-found");
  caller = everything();
  EXPECT_EQ(answer("GET", one), before);
  // The administrator takes it in again as it was: a domain is for who is new.
  answer("POST", suppliers, mine, 201);
  EXPECT_EQ(answer("GET", one).at("name"), "Nordsky AS");
  EXPECT_TRUE(answer("GET", one).at("removed").is_null());
  EXPECT_EQ(answer("GET", one + "/targets").at("items").as_array().size(), 1U);
}

TEST_P(RegisterRoutes, ImportsArePreviewedAndTakenInOnce) {
  const std::string good =
      "orgnr;navn;type;folketall;domene\n123 456 785;Blåfjell kommune;kommune;15 221;blåfjell.example\n";
  const auto preview = answer("POST", "/api/v1/imports/preview", good, 200, "text/csv");
  EXPECT_EQ(preview.at("created"), 1);
  EXPECT_EQ(preview.at("committed"), false);
  EXPECT_TRUE(preview.at("message").is_null());
  EXPECT_TRUE(answer("GET", "/api/v1/organisations").at("items").as_array().empty());
  EXPECT_EQ(answer("POST", "/api/v1/imports", good, 200, "text/csv").at("committed"), true);
  EXPECT_EQ(answer("POST", "/api/v1/imports", good, 200, "application/octet-stream").at("unchanged"), 1);
  EXPECT_EQ(answer("GET", "/api/v1/organisations").at("items").at(0).at("population"), 15'221);

  const std::string bad = "number,name\n123456784,Wrong\n987654325,Right\n";
  const auto refused = answer("POST", "/api/v1/imports", bad, 200, "text/csv");
  EXPECT_EQ(refused.at("committed"), false);
  EXPECT_EQ(refused.at("faults").at(0).at("row"), 2);
  EXPECT_EQ(refused.at("faults").at(0).at("column"), "number");
  EXPECT_NE(refused.at("faults").at(0).at("message").as_string().find("123456784"), std::string_view::npos);
  EXPECT_FALSE(refused.at("message").is_null());
  EXPECT_EQ(answer("GET", "/api/v1/organisations").at("items").as_array().size(), 1U);
  const auto skipped = answer("POST", "/api/v1/imports?skip_faulty=true&kind=supplier", bad, 200, "text/csv");
  EXPECT_EQ(skipped.at("created"), 1);
  EXPECT_EQ(answer("GET", "/api/v1/organisations/987654325").at("kind"), "supplier");

  const auto named =
      answer("POST", "/api/v1/imports/preview?column=Hva%3Dname", "Hva\nNy\n", 200, "text/csv");
  EXPECT_EQ(named.at("created"), 1);
  const auto units = answer(
      "POST", "/api/v1/imports/preview",
      R"([{"organisasjonsnummer":"123456785","navn":"BLÅFJELL","organisasjonsform":{"kode":"KOMM"}}])");
  EXPECT_EQ(units.at("changed"), 1);
  EXPECT_EQ(units.at("items").at(0).at("changes"), json::parse(R"(["name","form"])"));

  const auto response = send("POST", "/api/v1/imports", std::string("a\0b", 3), "text/csv");
  EXPECT_EQ(response.status, 422) << response.body;
  EXPECT_EQ(send("POST", "/api/v1/imports", "name\nx\n", "text/html").status, 415);
  caller = granted({});
  EXPECT_EQ(send("POST", "/api/v1/imports", good, "text/csv").status, 403);
}

}  // namespace
}  // namespace utsyn::api
