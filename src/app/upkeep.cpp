#include "app/upkeep.h"

#include <string>
#include <vector>

#include "access/accounts.h"
#include "access/audit_seal.h"
#include "followup/alerts/outbox.h"
#include "followup/desk.h"
#include "followup/due_soon.h"

namespace utsyn::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurn = 10s;      // what was measured shows in the portfolios so soon
constexpr int kTurnsASweep = 6;  // periods and deadlines count in days: once a minute
// Alerts about deadlines count in days.
constexpr std::int64_t kHour = 3600;
constexpr int kMostDaysAhead = 60;

UtcTime this_second() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

void look_at_deadlines(store::Connection& connection, UtcTime now) {
  namespace alerts = followup::alerts;
  bool wanted = false;
  for (const auto& rule : alerts::active_rules(connection))
    wanted = wanted || rule.kind == alerts::RuleKind::deadline_near;
  if (!wanted) return;
  std::vector<alerts::OpenFinding> open;
  for (auto& one : followup::due_soon(connection, now, kMostDaysAhead))
    open.push_back({std::move(one.organisation), std::move(one.finding), std::move(one.severity), one.due});
  alerts::notice_deadlines(connection, now, open, [now](store::Connection& c, const std::string& owner) {
    return access::access_of(c, owner, now, {owner, ""});
  });
}

}  // namespace

Upkeep::Upkeep(std::shared_ptr<store::Sql> sql, std::shared_ptr<portfolio::Portfolios> portfolios,
               const access::Keys& keys, std::function<void(std::string_view)> log)
    : sql_(std::move(sql)),
      portfolios_(std::move(portfolios)),
      keys_(keys),
      log_(std::move(log)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Upkeep::guarded(std::string_view what, const std::function<void()>& step) {
  try {
    step();
  } catch (const std::exception& cause) {
    log_(std::string(what) + ": " + cause.what());
  }
}

void Upkeep::sweep(const std::stop_token& stop) {
  const auto now = this_second();
  for (bool more = true; more && !stop.stop_requested();)
    more = sql_->write([&](store::Connection& connection) { return followup::sweep(connection, now).more; });
  if (const auto this_hour = to_unix(now) / kHour; this_hour != hour_) {
    sql_->write([&](store::Connection& connection) { look_at_deadlines(connection, now); });
    hour_ = this_hour;
  }
}

void Upkeep::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (int turn = 0; !stop.stop_requested(); turn = (turn + 1) % kTurnsASweep) {
    if (turn == 0) guarded("periods and deadlines", [&] { sweep(stop); });
    if (turn == 0)
      guarded("the seal of the audit log", [&] {
        sql_->write([&](store::Connection& connection) { access::seal_audit_end(connection, keys_); });
      });
    guarded("history and what organisations lean on", [&] { portfolios_->tick(this_second()); });
    turn_.wait_for(lock, stop, kTurn, [] { return false; });
  }
}

}  // namespace utsyn::app
