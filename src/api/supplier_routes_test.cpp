// A supplier as its customer meets it, from request to answer.
#include <gtest/gtest.h>

#include "api/route_test.h"

namespace utsyn::api {
namespace {

using namespace testing;

class SupplierRoutes : public RouteTest {
 protected:
  void SetUp() override {
    RouteTest::SetUp();
    home = make(R"({"name":"Steinlia kommune","kind":"municipality"})");
    supplier = make(R"({"name":"Nordsky AS","kind":"supplier"})");
    path = "/api/v1/organisations/" + home + "/suppliers/" + supplier;
    answer("POST", "/api/v1/organisations/" + home + "/suppliers",
           R"({"supplier":")" + supplier + R"(","criticality":4,"note":"the web"})", 201);
    answer("POST", "/api/v1/organisations/" + supplier + "/targets",
           R"({"kind":"domain","name":"nordsky.example"})", 201);
    execute("INSERT INTO measurement (organisation, time, profile) VALUES (?1, 100, 'core')", {home});
    for (const auto* host : {"www.steinlia.example", "steinlia.nordsky.example", "notnordsky.example"})
      execute(
          R"(INSERT INTO asset (organisation, id, first_seen, last_seen, kind, domain, host, port, value, by_provider, addresses, why)
                 VALUES (?1, ?2, 100, 100, 'web', 'x.example', ?2, 443, 1, 0, '', ''))",
          {home, host});
    execute(
        R"(INSERT INTO finding (organisation, id, asset, "check", state) VALUES (?1, 'a', 'steinlia.nordsky.example', 'c', 'open'))",
        {home});
    execute(
        R"(INSERT INTO finding (organisation, id, asset, "check", state) VALUES (?1, 'b', 'steinlia.nordsky.example', 'c', 'fixed'))",
        {home});
  }
  void security_txt(std::string_view host, std::string_view body, std::int64_t status = 200) {
    const auto data = json::serialize(json::object{
        {"seen", json::object{{"security_txt", json::object{{"status", status}, {"body", body}}}}}});
    execute(R"(INSERT INTO evidence (organisation, id, kind, subject, data, first_seen, last_seen)
               VALUES (?1, ?2, 'web.site', ?2, ?3, 1, 1))",
            {supplier, host, data});
  }
  std::string home;
  std::string supplier;
  std::string path;
};
UTSYN_BOTH_DATABASES(SupplierRoutes);

TEST_P(SupplierRoutes, WhatItCarriesIsWhatLiesAtItsDomains) {
  const auto one = answer("GET", path);
  EXPECT_EQ(one.at("name"), "Nordsky AS");
  EXPECT_EQ(one.at("criticality"), 4);
  EXPECT_EQ(one.at("note"), "the web");
  EXPECT_TRUE(one.at("score").is_null()) << "not measured";
  EXPECT_EQ(one.at("carries_total"), 1);
  EXPECT_EQ(json::serialize(one.at("carries")),
            R"([{"asset":"steinlia.nordsky.example","kind":"web","findings":1}])");
  EXPECT_EQ(one.at("people"), false);
  EXPECT_EQ(one.at("open").at("findings"), 0);
}

TEST_P(SupplierRoutes, ContactsAreThoseOfItsOwnFiles) {
  const auto contacts = "/api/v1/organisations/" + supplier + "/contacts";
  EXPECT_EQ(answer("GET", contacts).at("items").as_array().size(), 0U);
  security_txt("a.example", "Contact: mailto:sikkerhet@nordsky.example\nExpires: 2020-01-01T00:00:00Z\n");
  security_txt("b.example", "Contact: https://nordsky.example/meld\nExpires: 2030-01-01T00:00:00Z\n");
  security_txt("c.example",
               "Contact: https://nordsky.example/meld\nExpires: 2030-01-01T00:00:00Z\n");  // the same again
  security_txt("d.example", "Contact: mailto:ingen@nordsky.example\n", 404);
  const auto list = answer("GET", contacts);
  std::string seen;
  for (const auto& one : list.at("items").as_array())
    seen += std::string(one.at("host").as_string()) + (one.at("expired").as_bool() ? " expired, " : ", ");
  EXPECT_EQ(seen, "a.example expired, b.example, ");
  EXPECT_EQ(list.at("items").at(0).at("contact").at(0), "mailto:sikkerhet@nordsky.example");
}

TEST_P(SupplierRoutes, AtTheDetailAtWhichTheReaderSeesIt) {
  security_txt("b.example", "Contact: https://nordsky.example/meld\nExpires: 2030-01-01T00:00:00Z\n");
  execute(
      R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, assets, critical, high, medium, low, overdue_days, checks)
             VALUES (?1, 100, 7777, 'C', 7777, 9000, 7000, 8000, 1, 0, 0, 0, 0, 0, ''))",
      {supplier});
  const struct {
    Detail detail;
    const char* seen_at;
    bool score;
    bool hosts;
    bool open;
  } rows[] = {{Detail::none, "none", false, false, false},
              {Detail::score, "score", true, false, false},
              {Detail::findings, "findings", true, true, true}};
  for (const auto& row : rows) {
    caller = granted({{home, Detail::evidence}, {supplier, row.detail}});
    caller.home = home;
    const auto one = answer("GET", path);
    EXPECT_EQ(one.at("seen_at"), row.seen_at);
    EXPECT_EQ(!one.at("score").is_null(), row.score) << row.seen_at;
    EXPECT_EQ(!one.at("contacts").as_array().empty(), row.score) << row.seen_at;
    EXPECT_EQ(!one.at("open").is_null(), row.open) << row.seen_at;
    EXPECT_EQ(json::serialize(one).find("b.example") != std::string::npos, row.hosts) << row.seen_at;
    if (!row.score) continue;
    const auto contact = answer("GET", "/api/v1/organisations/" + supplier + "/contacts").at("items").at(0);
    EXPECT_EQ(!contact.at("host").is_null(), row.hosts) << row.seen_at;
    EXPECT_EQ(contact.at("contact").at(0), "https://nordsky.example/meld");
  }
}

// A customer's own people may name anybody their supplier: that tells them nothing of who has users here.
TEST_P(SupplierRoutes, WhetherItHasUsersIsToldToWhoSeesItOrMayInvite) {
  const struct {
    const char* what;
    Detail detail;
    bool vouched;
    bool told;
  } rows[] = {{"hidden", Detail::none, false, false},
              {"seen", Detail::score, false, true},
              {"vouched", Detail::none, true, true}};
  for (const auto users : {false, true}) {
    if (users)
      execute(
          "INSERT INTO account (id, login, name, role, organisation, created, created_by) VALUES ('ola', "
          "'ola', 'Ola', 'supplier', ?1, 1, 'ada')",
          {supplier});
    for (const auto& row : rows) {
      execute("UPDATE supply SET vouched = ?1", {row.vouched});
      caller = granted({{home, Detail::evidence}, {supplier, row.detail}});
      caller.home = home;
      EXPECT_EQ(answer("GET", path).at("people"), row.told ? json::value(users) : json::value()) << row.what;
    }
  }
}

TEST_P(SupplierRoutes, HiddenAndAbsentAreTheSame) {
  EXPECT_EQ(problem("GET", path + "x"), "404 not-found");
  caller = granted({{home, Detail::score}});
  EXPECT_EQ(problem("GET", path), "403 forbidden");
  caller = granted({{supplier, Detail::evidence}});
  EXPECT_EQ(problem("GET", path), "404 not-found");
  // Who was granted to read the customer sees the suppliers it sees anyway.
  caller = granted({{home, Detail::findings}});
  caller.read_only = {home};
  EXPECT_EQ(problem("GET", path), "404 not-found");
  caller = everything();
  answer("DELETE", path, {}, 204);
  EXPECT_EQ(problem("GET", path), "404 not-found");
}

}  // namespace
}  // namespace utsyn::api
