#include "app/service_parts.h"

#include <fstream>

#include "engine/stop_switch.h"
#include "followup/desk.h"
#include "footprint/inventory.h"
#include "footprint/opt_outs.h"
#include "store/store.h"

namespace utsyn::app {
namespace {

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
  hooks.look_at_switch = [sql, held] { held->store(*held_now(*sql)); };
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
