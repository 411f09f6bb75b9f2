// A receiver that does not answer holds up its own channel alone; and stopping does not wait for each in
// turn.
#include "report/alert_sender.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "access/test_http_server.h"
#include "base/id.h"
#include "store/test_database.h"

namespace utsyn::report {
namespace {

namespace outbox = followup::alerts;
using std::chrono::seconds;
using std::chrono::steady_clock;
using store::Connection;

const UtcTime kNow = *parse_time("2026-11-21T08:00:00Z");

// Takes webhooks: answers 204 at once, or never.
class Hook {
 public:
  explicit Hook(bool answers)
      : server_([this, answers](std::string_view request) -> std::optional<std::string> {
          {
            const std::scoped_lock lock(guard_);
            if (first_.empty()) first_ = request;
          }
          ++came;
          if (!answers) return std::nullopt;
          return "HTTP/1.1 204 Good\r\nConnection: close\r\n\r\n";
        }) {}
  std::string url() const { return server_.url() + "/"; }
  std::atomic<int> came = 0;
  std::string first() {
    const std::scoped_lock lock(guard_);
    return first_;
  }

 private:
  std::mutex guard_;
  std::string first_;
  TestHttpServer server_;
};

class AlertSenderTest : public store::testing::DatabaseTest {
 protected:
  outbox::Channel channel(const std::string& owner, const std::string& url) {
    outbox::Channel out;
    out.id = new_id();
    out.owner = owner;
    out.name = "hook";
    out.kind = "webhook";
    out.address = url;
    out.format = "cloudevents";
    out.secret = keys_.seal("the secret", outbox::secret_purpose(out.id));
    out.language = "nb";
    outbox::Rule rule;
    rule.id = new_id();
    rule.owner = owner;
    rule.kind = outbox::RuleKind::new_asset;
    rule.channel = out.id;
    rule.pace = outbox::Pace::now;
    sql().write([&](Connection& c) {
      outbox::put(c, out);
      outbox::put(c, rule);
    });
    return out;
  }
  void find_an_asset() {
    sql().write([](Connection& c) {
      c.execute(
          "INSERT INTO organisation (id, name, kind) VALUES ('vik', 'Vik', 'other') ON CONFLICT DO NOTHING");
      store::append_event(c, kNow, "asset-found", "vik", R"({"asset":"ny.vik.example:443"})");
    });
  }
  std::unique_ptr<AlertSender> sender(int timeout_s) {
    DeliverySettings settings;
    settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
    settings.timeout_s = timeout_s;
    auto out = std::make_unique<AlertSender>(
        settings, shared_sql(), keys_,
        [](Connection&, const std::string& owner) {
          access::Access access;
          access.user = owner;
          access.everywhere = access::Detail::evidence;
          return std::optional(access);
        },
        [] { return kNow; }, [](std::string_view) {});
    out->start();
    return out;
  }
  static bool within(seconds limit, const std::function<bool()>& wanted) {
    const auto end = steady_clock::now() + limit;
    while (steady_clock::now() < end) {
      if (wanted()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  access::Keys keys_{Bytes(32, 5)};
};
UTSYN_BOTH_DATABASES(AlertSenderTest);

TEST_P(AlertSenderTest, OneThatHangsHoldsUpNobodyElse) {
  Hook hanging(false);
  Hook good(true);
  for (const auto* owner : {"a", "b", "c"})
    for (int i = 0; i < 3; ++i) channel(owner, hanging.url());
  channel("d", good.url());
  find_an_asset();
  const auto started = steady_clock::now();
  auto running = sender(3);
  EXPECT_TRUE(within(seconds(3), [&] { return good.came == 1; }));
  EXPECT_TRUE(within(seconds(3), [&] { return hanging.came >= 6; }));
  EXPECT_LE(hanging.came, 6);  // two of each owner's at a time
  EXPECT_LT(steady_clock::now() - started, seconds(3));
  // The signature is by the secret that was sealed.
  const auto request = good.first();
  EXPECT_NE(request.find("Utsyn-Signature: " + std::string("t=") + std::to_string(to_unix(kNow)) + ",v1=" +
                         to_hex(hmac_sha256(as_bytes("the secret"),
                                            as_bytes(std::to_string(to_unix(kNow)) + "." +
                                                     request.substr(request.find("\r\n\r\n") + 4))))),
            std::string::npos)
      << request;
  const auto stopped = steady_clock::now();
  running.reset();
  EXPECT_LT(steady_clock::now() - stopped, seconds(5));
}

TEST_P(AlertSenderTest, ASecretSealedWithAnotherKeyIsNotUsed) {
  Hook good(true);
  auto hook = channel("a", good.url());
  hook.secret = access::Keys(Bytes(32, 6)).seal("the secret", outbox::secret_purpose(hook.id));
  sql().write([&](Connection& c) { outbox::put(c, hook); });
  find_an_asset();
  auto running = sender(3);
  EXPECT_TRUE(within(seconds(5), [&] {
    return sql().read([&](Connection& c) {
      const auto all = outbox::deliveries_of(c, "a", 10);
      return all.size() == 1 && all[0].state == "dead" && all[0].error.contains("secret_sealed");
    });
  }));
  EXPECT_EQ(good.came, 0);
}

}  // namespace
}  // namespace utsyn::report
