#include "app/service_parts.h"

#include <csignal>
#include <fstream>
#include <mutex>

#include "access/accounts.h"
#include "engine/stop_switch.h"
#include "followup/desk.h"
#include "followup/due_soon.h"
#include "footprint/inventory.h"
#include "footprint/opt_outs.h"
#include "store/store.h"

namespace utsyn::app {
namespace {

// Deadlines are looked at once an hour: alerts about them count in days.
constexpr std::int64_t kHour = 3600;
constexpr int kMostDaysAhead = 60;

std::optional<access::Access> access_of_owner(store::Connection& connection, const std::string& owner,
                                              UtcTime now) {
  return access::access_of(connection, owner, now, {owner, ""});
}

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
    return access_of_owner(c, owner, now);
  });
}

// The password stands in a file: on the command line everybody on the machine could read it.
Result<std::string, Refusal> first_line(const std::string& option, const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line))
    return unexpected(Refusal{option + " " + path + ": cannot be read, or is empty", 1});
  return std::string(trim(line));
}

}  // namespace

std::shared_ptr<std::atomic<bool>> held_now(store::Sql& sql) {
  return std::make_shared<std::atomic<bool>>(
      sql.read([](store::Connection& connection) { return engine::stop_of(connection).has_value(); }));
}

engine::MeasuringHooks measuring_hooks(const std::shared_ptr<store::Sql>& sql,
                                       const std::shared_ptr<portfolio::Portfolios>& portfolios,
                                       const std::shared_ptr<std::atomic<bool>>& held) {
  engine::MeasuringHooks hooks;
  hooks.target = [](store::Connection& connection, const std::string& organisation) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return footprint::target_of(connection, organisation, now);
  };
  hooks.findings = [](store::Connection& connection, const std::string& organisation, UtcTime now) {
    return followup::findings_now(connection, organisation, now);
  };
  hooks.opt_outs = [](store::Connection& connection) { return footprint::opt_outs(connection); };
  hooks.every_minute = [sql, portfolios, held, hour = std::make_shared<std::int64_t>(0)](UtcTime now) {
    held->store(*held_now(*sql));
    for (bool more = true; more;)
      more = sql->write([&](store::Connection& connection) { return followup::sweep(connection, now).more; });
    if (const auto this_hour = to_unix(now) / kHour; this_hour != *hour) {
      sql->write([&](store::Connection& connection) { look_at_deadlines(connection, now); });
      *hour = this_hour;
    }
    if (portfolios) portfolios->tick(now);
  };
  return hooks;
}

Result<engine::MeasuringSettings, Refusal> measuring_settings(const Options& options) {
  auto run = run_settings(options);
  if (!run) return unexpected(run.error());
  engine::MeasuringSettings settings;
  settings.run = std::move(*run);
  return settings;
}

Result<report::DeliverySettings, Refusal> delivery_settings(const Options& options,
                                                            const std::string& public_address) {
  report::DeliverySettings settings;
  settings.smtp = options.smtp;
  if (!settings.smtp.empty() && !settings.smtp.starts_with("smtp://") &&
      !settings.smtp.starts_with("smtps://"))
    return unexpected(Refusal{"--smtp " + settings.smtp + ": write it as smtp://mail.example.no:587", 2});
  settings.smtp_user = options.smtp_user;
  auto password = first_line("--smtp-password-file", options.smtp_password_file);
  if (!password) return unexpected(password.error());
  settings.smtp_password = std::move(*password);
  settings.smtp_ca_file = options.smtp_ca_file;
  settings.smtp_plain = options.smtp_plain;
  if (!options.smtp_from.empty()) settings.from = options.smtp_from;
  settings.public_address = public_address;
  settings.channel_ca_file = options.channel_ca_file;
  for (const auto& text : options.allow_channel_networks) {
    const auto network = Cidr::parse(text);
    if (!network) {
      return unexpected(
          Refusal{"--allow-channel-net " + text + ": not a network; write it as 10.1.2.0/24", 2});
    }
    settings.allow_networks.push_back(*network);
  }
  return settings;
}

}  // namespace utsyn::app
