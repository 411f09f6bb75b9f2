// Repeated and conditional requests, and live events, on both databases.
#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "api/dispatch.h"
#include "api/event_feed.h"
#include "api/live_events.h"
#include "store/test_database.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using access::Detail;

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

// A service with one counter in the settings: POST adds one to it, PUT sets it.
class Repeated : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    context.sql = shared_sql();
    context.now = [this] { return now; };
    context.caller = [this](const Request&) { return std::optional(who); };
    who.user = "kari";
    who.permissions = ~0U;
    const auto read = [](Context& in, const Request&) {
      return in.sql->read([](store::Connection& connection) {
        const auto row = connection.first("SELECT value FROM setting WHERE name = 'counter'");
        return json_response({{"counter", row ? row->text(0) : "0"}});
      });
    };
    const auto add = [this](Context& in, const Request& request) {
      const auto& body = body_object(request);
      const auto more = required_integer(body, "more", 1, 1000);
      const auto sum = in.sql->write([&](store::Connection& connection) {
        const auto row = connection.first("SELECT value FROM setting WHERE name = 'counter'");
        const auto next = std::to_string((row ? std::stoll(row->text(0)) : 0) + more);
        connection.execute(
            "INSERT INTO setting (name, value) VALUES ('counter', ?1) ON CONFLICT (name) DO UPDATE SET value "
            "= "
            "excluded.value",
            {next});
        return next;
      });
      if (body.contains("fail")) throw std::runtime_error("after the change");
      if (const auto act = std::exchange(during, nullptr)) act();
      return created({{"counter", sum}}, "/counter");
    };
    const auto set = [this](Context& in, const Request& request) {
      if (const auto act = std::exchange(during, nullptr)) act();
      in.sql->write([&](store::Connection& connection) {
        connection.execute(
            "INSERT INTO setting (name, value) VALUES ('counter', ?1) ON CONFLICT (name) DO UPDATE SET value "
            "= "
            "excluded.value",
            {required_text(body_object(request), "to")});
      });
      return no_content();
    };
    router.add({.method = "GET", .pattern = "/counter", .operation = "read", .handler = read});
    router.add({.method = "POST", .pattern = "/counter", .operation = "add", .handler = add});
    router.add({.method = "PUT", .pattern = "/counter", .operation = "set", .handler = set});
    // Written by those who may act, read by fewer.
    router.add({.method = "GET",
                .pattern = "/hidden/{organisation}",
                .operation = "readHidden",
                .permission = access::Permission::read_audit,
                .detail = Detail::evidence,
                .handler = read});
    router.add({.method = "PUT",
                .pattern = "/hidden/{organisation}",
                .operation = "setHidden",
                .permission = access::Permission::follow_up,
                .detail = Detail::findings,
                .handler = set});
    router.add({.method = "POST",
                .pattern = "/secrets",
                .operation = "secret",
                .handler = add,
                .keep_answer = false});
  }
  Response ask(std::string_view method, std::string body = {},
               std::vector<std::pair<std::string, std::string>> headers = {},
               std::string_view target = "/counter") {
    auto request = request_of(method, target, std::move(body));
    for (auto& [name, value] : headers) request.headers.emplace(name, value);
    return dispatch(context, router, std::move(request));
  }
  Response keyed(const std::string& key, const std::string& body, std::string_view target = "/counter") {
    return ask("POST", body, {{"idempotency-key", key}}, target);
  }
  std::string counter() { return std::string(json::parse(ask("GET").body).at("counter").as_string()); }

  UtcTime now = from_unix(1'800'000'000);
  Context context;
  Router router;
  access::Access who;
  std::function<void()> during;
};
UTSYN_BOTH_DATABASES(Repeated);

TEST_P(Repeated, TheSameKeyIsCarriedOutOnce) {
  const auto first = keyed("key-number-1", R"({"more":1})");
  EXPECT_EQ(first.status, 201);
  const auto again = keyed("key-number-1", R"({"more":1})");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header_of(again, "Location"), "/counter");
  EXPECT_EQ(header_of(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(counter(), "1");
  EXPECT_EQ(keyed("key-number-2", R"({"more":1})").status, 201);
  EXPECT_EQ(counter(), "2");
}

TEST_P(Repeated, AnotherRequestWithTheKeyIsRefused) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  EXPECT_EQ(keyed("key-number-1", R"({"more":2})").status, 422);
  EXPECT_EQ(counter(), "1");
}

TEST_P(Repeated, TheQueryIsPartOfTheRequest) {
  const std::string body = R"({"more":1})";
  EXPECT_EQ(keyed("key-number-1", body, "/counter?lang=nb").status, 201);
  for (const auto* target : {"/counter", "/counter?lang=nn", "/counter?lang=nb&lang=nb",
                             "/counter?lang=nb&x=y", "/counter?langnb"}) {
    const auto other = keyed("key-number-1", body, target);
    EXPECT_EQ(other.status, 422) << target;
    EXPECT_EQ(json::parse(other.body).at("type").as_string(), "urn:utsyn:problem:idempotency-key-reused");
  }
  EXPECT_EQ(header_of(keyed("key-number-1", body, "/counter?lang=nb"), "Idempotent-Replayed"), "true");
  EXPECT_EQ(counter(), "1");
}

TEST_P(Repeated, AnotherUserHasKeysOfTheirOwn) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  who.user = "ola";
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  EXPECT_EQ(counter(), "2");
}

TEST_P(Repeated, AKeyIsForgottenAfterADay) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  now += std::chrono::hours(25);
  EXPECT_EQ(keyed("key-number-1", R"({"more":2})").status, 201);
  EXPECT_EQ(counter(), "3");
}

TEST_P(Repeated, WhatIsNoKeyIsRefused) {
  for (const auto& key : {std::string("short"), std::string("with a blank"), std::string(201, 'x')})
    EXPECT_EQ(keyed(key, R"({"more":1})").status, 400) << key;
  EXPECT_EQ(counter(), "0");
}

TEST_P(Repeated, ARefusedRequestMayBeMendedUnderItsKey) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":0})").status, 422);
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
}

TEST_P(Repeated, WhatFailedAfterItsChangeIsNotDoneTwice) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1,"fail":true})").status, 500);
  EXPECT_EQ(keyed("key-number-1", R"({"more":1,"fail":true})").status, 409);
  EXPECT_EQ(counter(), "1");
}

TEST_P(Repeated, TwoAtOnceAreNotBothCarriedOut) {
  int second = 0;
  during = [&] { second = keyed("key-number-1", R"({"more":1})").status; };
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  EXPECT_EQ(second, 409);
  EXPECT_EQ(counter(), "1");
}

TEST_P(Repeated, OneAnotherProcessHasBegunIsWaitedFor) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  const auto as_left_by_another = [&](const char* state) {
    sql().write([&](store::Connection& connection) {
      connection.execute("UPDATE idempotency SET holder = 'another', state = ?1, answer = NULL", {state});
    });
  };
  as_left_by_another("running");
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 409);
  as_left_by_another("done");
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 409);
  EXPECT_EQ(counter(), "1");
  now += std::chrono::minutes(5);
  as_left_by_another("done");
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 409);
  as_left_by_another("running");
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})").status, 201);
  EXPECT_EQ(counter(), "2");
}

TEST_P(Repeated, ASecretIsNotKept) {
  EXPECT_EQ(keyed("key-number-1", R"({"more":1})", "/secrets").status, 201);
  const auto again = keyed("key-number-1", R"({"more":1})", "/secrets");
  EXPECT_EQ(again.status, 409);
  EXPECT_NE(again.body.find("answer-not-kept"), std::string::npos);
  sql().read([](store::Connection& connection) {
    EXPECT_TRUE(connection.first("SELECT answer FROM idempotency")->null(0));
  });
}

TEST_P(Repeated, OnlyTheVersionReadIsChanged) {
  const auto etag = header_of(ask("GET"), "ETag");
  EXPECT_EQ(ask("PUT", R"({"to":"5"})", {{"if-match", etag}}).status, 204);
  EXPECT_EQ(counter(), "5");
  EXPECT_EQ(ask("PUT", R"({"to":"6"})", {{"if-match", etag}}).status, 412);
  EXPECT_EQ(counter(), "5");
  EXPECT_EQ(ask("PUT", R"({"to":"7"})", {{"if-match", "*"}}).status, 204);
  EXPECT_EQ(ask("PUT", R"({"to":"8"})").status, 204);
  EXPECT_EQ(counter(), "8");
}

TEST_P(Repeated, AVersionThatMayNotBeReadIsNotComparedEither) {
  const auto bit = [](access::Permission one) { return 1U << static_cast<unsigned>(one); };
  const auto etag = header_of(ask("GET"), "ETag");  // the same bytes as at /hidden
  const auto put = [&](const std::string& version) {
    return ask("PUT", R"({"to":"0"})", {{"if-match", version}}, "/hidden/fjord").status;
  };
  who.organisations = {{"fjord", Detail::findings}};
  who.permissions = bit(access::Permission::follow_up) | bit(access::Permission::read);
  EXPECT_EQ(ask("PUT", R"({"to":"0"})", {}, "/hidden/fjord").status, 204);
  // Neither the permission nor the detail that reading takes: right and wrong guesses look the same.
  EXPECT_EQ(put(etag), 403);
  EXPECT_EQ(put("\"guess\""), 403);
  who.permissions |= bit(access::Permission::read_audit);
  EXPECT_EQ(put(etag), 403);
  EXPECT_EQ(put("\"guess\""), 403);
  who.organisations = {{"fjord", Detail::evidence}};
  EXPECT_EQ(put(etag), 204);
  EXPECT_EQ(put("\"guess\""), 412);
}

TEST_P(Repeated, AChangeInBetweenIsSeen) {
  const auto etag = header_of(ask("GET"), "ETag");
  during = [&] { EXPECT_EQ(ask("PUT", R"({"to":"9"})").status, 204); };
  EXPECT_EQ(ask("PUT", R"({"to":"5"})", {{"if-match", etag}}).status, 412);
  EXPECT_EQ(counter(), "9");
}

class Live : public store::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    context.sql = shared_sql();
    context.now = [] { return from_unix(1'800'000'000); };
    context.caller = [this](const Request&) { return who; };
    router.add({.method = "GET", .pattern = "/events", .operation = "events", .handler = live_events});
    who = access::Access{};
    who->permissions = 1U << static_cast<unsigned>(access::Permission::read);
    who->organisations = {{"fjord", Detail::findings}, {"nes", Detail::score}};
  }
  void happens(std::string_view kind, std::string_view organisation) {
    sql().write([&](store::Connection& connection) {
      store::append_event(connection, from_unix(1'800'000'000), kind, organisation, R"({"x":1})");
    });
  }
  Response listen(std::string_view target = "/events", std::string_view last = {}) {
    auto request = request_of("GET", target);
    if (!last.empty()) request.headers.emplace("last-event-id", last);
    return dispatch(context, router, std::move(request));
  }
  // Everything there is now.
  static std::string taken(const Response& response) {
    std::string out;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    for (int i = 0; i < 3; ++i) out += response.stream().value_or("<end>");
    return out;
  }
  Context context;
  Router router;
  std::optional<access::Access> who;
};
UTSYN_BOTH_DATABASES(Live);

TEST_P(Live, TellsOnlyWhatTheReaderMaySee) {
  happens("measured", "fjord");
  const auto response = listen();
  ASSERT_TRUE(response.stream);
  EXPECT_EQ(response.type, "text/event-stream");
  happens("score-changed", "nes");
  happens("finding-opened", "nes");
  happens("finding-opened", "fjord");
  happens("measured", "hidden");
  happens("backup-made", "");
  happens("kind-of-tomorrow", "fjord");
  const auto text = taken(response);
  EXPECT_EQ(text.find("id: 1\n"), std::string::npos) << "from now on only: " << text;
  EXPECT_NE(text.find("id: 2\nevent: score-changed\ndata: {\"number\":2,"), std::string::npos) << text;
  EXPECT_EQ(text.find("id: 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("id: 4\nevent: finding-opened"), std::string::npos) << text;
  EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
  EXPECT_EQ(text.find("backup-made"), std::string::npos) << text;
  EXPECT_EQ(text.find("kind-of-tomorrow"), std::string::npos) << text;
}

TEST_P(Live, GoesOnWhereTheReaderWas) {
  for (int i = 0; i < 5; ++i) happens("measured", "fjord");
  auto text = taken(listen("/events", "3"));
  EXPECT_EQ(text.find("id: 3\n"), std::string::npos);
  EXPECT_NE(text.find("id: 4\n"), std::string::npos);
  EXPECT_NE(text.find("id: 5\n"), std::string::npos);
  text = taken(listen("/events?after=4"));
  EXPECT_EQ(text.find("id: 4\n"), std::string::npos);
  EXPECT_NE(text.find("id: 5\n"), std::string::npos);
  EXPECT_EQ(taken(listen("/events", "99999999999")).find("id: "), std::string::npos);
  EXPECT_EQ(listen("/events", "x").status, 422);
  EXPECT_EQ(listen("/events?organisation=hidden").status, 404);
}

TEST_P(Live, ManyReadersShareOneFeed) {
  context.events = std::make_shared<EventFeed>(shared_sql());
  const auto one = listen();
  const auto other = listen("/events?organisation=nes&kinds=measured");
  for (int i = 0; i < 700; ++i) happens("measured", i % 2 == 0 ? "fjord" : "nes");
  std::string text;
  for (int i = 0; i < 10; ++i) text += taken(one);
  std::size_t events = 0;
  for (std::size_t at = 0; (at = text.find("\nid: ", at)) != std::string::npos; ++at) ++events;
  EXPECT_EQ(events, 700U);
  EXPECT_EQ(taken(other).find("fjord"), std::string::npos);
}

TEST(EventDetail, WhoDeliversIsToldAtHomeOnly) {
  const store::Event supplier{.kind = "supplier-changed", .organisation = "fjord"};
  const store::Event finding{.kind = "finding-opened", .organisation = "fjord"};
  access::Access reader;
  EXPECT_FALSE(may_be_told(reader, supplier));
  reader.organisations = {{"fjord", Detail::score}};
  EXPECT_FALSE(may_be_told(reader, supplier));
  reader.organisations = {{"fjord", Detail::evidence}};
  EXPECT_TRUE(may_be_told(reader, supplier));
  reader.read_only = {"fjord"};  // granted to be read: the supplier may be one it does not see
  EXPECT_FALSE(may_be_told(reader, supplier));
  EXPECT_TRUE(may_be_told(reader, finding));
  reader.everywhere = Detail::evidence;
  EXPECT_TRUE(may_be_told(reader, supplier));

  const store::Event opt_out{.kind = "opt-out-changed", .organisation = ""};
  EXPECT_FALSE(may_be_told(reader, opt_out));
  reader.permissions = 1U << static_cast<unsigned>(access::Permission::manage_service);
  EXPECT_TRUE(may_be_told(reader, opt_out));
}

TEST(EventDetail, UnknownKindsTakeTheMost) {
  EXPECT_EQ(detail_for_event("measured"), Detail::score);
  EXPECT_EQ(detail_for_event("finding-opened"), Detail::findings);
  EXPECT_EQ(detail_for_event("finding-changed"), Detail::findings);
  EXPECT_EQ(detail_for_event("anything-else"), Detail::evidence);
}

}  // namespace
}  // namespace utsyn::api
