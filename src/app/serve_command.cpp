// utsyn serve: builds the rooms, tells the address and the one-time link, and serves until it is told to
// stop.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "access/accounts.h"
#include "access/audit_seal.h"
#include "access/store_key.h"
#include "api/areas.h"
#include "api/backups.h"
#include "api/event_feed.h"
#include "api/log.h"
#include "api/metrics.h"
#include "api/report_files.h"
#include "api/server.h"
#include "api/static_files.h"
#include "app/options.h"
#include "app/service_parts.h"
#include "app/upkeep.h"
#include "base/text.h"
#include "engine/ownership.h"
#include "followup/alerts/outbox.h"
#include "followup/receipt_keys.h"
#include "footprint/register.h"
#include "report/alert_sender.h"
#include "store/sql.h"
#include "store/store.h"

namespace utsyn::app {
namespace {

UtcTime clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// A socket that systemd hands over (sd_listen_fds(3)): LISTEN_PID names us, and the first one is
// descriptor 3.
std::string where_to_listen(const Options& options) {
  if (!options.listen.empty()) return options.listen;
  const auto* process = std::getenv("LISTEN_PID");
  const auto* sockets = std::getenv("LISTEN_FDS");
  const auto for_us = process != nullptr ? parse_uint(process) : std::nullopt;
  const auto number = sockets != nullptr ? parse_uint(sockets) : std::nullopt;
  if (for_us && *for_us == static_cast<std::uint64_t>(getpid()) && number && *number >= 1) return "fd:3";
  return api::ServerSettings{}.listen;
}

// Of a store in a file its folder; of a database server the place where a file would be.
std::string folder_beside(const std::string& where) {
  const bool server = where.starts_with("postgresql://") || where.starts_with("postgres://");
  const auto folder = std::filesystem::path(server ? default_store_path() : where).parent_path();
  return folder.empty() ? "." : folder.string();
}

Result<api::ServerSettings, Refusal> server_settings(const Options& options) {
  api::ServerSettings settings;
  settings.listen = where_to_listen(options);
  settings.tls_certificate_file = options.tls_certificate_file;
  settings.tls_key_file = options.tls_key_file;
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty())
    return unexpected(Refusal{"--tls-cert and --tls-key belong together: give both, or neither", 2});
  for (const auto& text : options.trusted_proxies) {
    const auto network = Cidr::parse(text);
    if (!network) return unexpected(Refusal{"--trusted-proxy " + text + ": write it as 10.0.0.0/8", 2});
    settings.trusted_proxies.push_back(*network);
  }
  settings.worker_threads = options.workers;
  return settings;
}

}  // namespace

int serve(const Options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto settings = server_settings(options);
  if (!settings) return refuse(settings.error());
  if (options.db == "none") return refuse({"serve needs a store: give --db PATH or postgresql://...", 2});
  if (!options.public_address.empty() && !options.public_address.starts_with("https://") &&
      !options.public_address.starts_with("http://"))
    return refuse(
        {"--public-address " + options.public_address + ": write it as https://utsyn.example.no", 2});

  std::optional<engine::MeasuringSettings> measuring;
  if (!options.no_measuring) {
    auto wanted = measuring_settings(options);
    if (!wanted) return refuse(wanted.error());
    measuring = std::move(*wanted);
  }

  const auto where = options.db.empty() ? default_store_path() : options.db;
  auto sql = store::open_sql(where);
  if (!sql) return refuse({sql.error().message, 1});
  const auto key_file = options.key_file.empty() ? access::default_key_path(where) : options.key_file;
  auto key = access::key_of_store(**sql, key_file, options.forget_sealed, clock_now());
  if (!key) return refuse({key.error(), 1});

  api::Context context;
  context.sql = *sql;
  context.now = clock_now;
  const auto web = options.web.empty() ? api::default_web_folder() : std::filesystem::path(options.web);
  if (web.empty() && options.web != "none")
    std::fprintf(
        stderr,
        "utsyn: no web interface: it is looked for in /usr/share/utsyn/web, or name it with --web. The API "
        "works; links that open a page do not.\n");
  if (!web.empty() && options.web != "none") {
    auto files = api::StaticFiles::open(web);
    if (!files) return refuse({files.error(), 2});
    context.web = *files;
  }
  auto server = api::Server::open(*settings, context, api::all_routes());
  if (!server) return refuse({server.error(), 1});
  context.public_address = options.public_address.empty() ? (*server)->address() : options.public_address;
  while (context.public_address.ends_with('/')) context.public_address.pop_back();
  context.accounts = std::make_shared<access::Accounts>(
      *sql, access::AccountSettings{.key = std::move(*key),
                                    .public_address = context.public_address,
                                    .ca_file = options.oidc_ca_file,
                                    .loopback_providers = options.oidc_loopback});
  (*sql)->write([&](store::Connection& connection) {
    followup::alerts::seal_channels(connection, context.accounts->keys());
    followup::seal_receipt_keys(connection, context.accounts->keys());
  });
  context.installation = {clock_now(), folder_beside(where), options.data_folder, nullptr};
  context.events = std::make_shared<api::EventFeed>(*sql);
  context.metrics = std::make_shared<api::Metrics>();

  const auto delivery = delivery_settings(options, context.public_address);
  if (!delivery) return refuse(delivery.error());
  context.store = store::store_on(*sql);
  // What `utsyn measure` has put into the store is in the register from here on.
  (*sql)->write([](store::Connection& connection) { footprint::adopt_measured(connection, clock_now()); });
  context.portfolios = std::make_shared<portfolio::Portfolios>(*sql);

  api::open_log(options.log_file);
  std::fprintf(stderr, "utsyn: serving at %s\n", (*server)->address().c_str());
  if (const auto link = context.accounts->first_start_link(clock_now()))
    std::fprintf(stderr, "utsyn: the first administrator is made here, once: %s\n", link->c_str());
  const auto log = [](std::string_view line) { api::log_note("service", std::string(line)); };
  std::optional<report::AlertSender> alerts(
      std::in_place, *delivery, *sql, context.accounts->keys(),
      [](store::Connection& connection, const std::string& owner) {
        return access::access_of(connection, owner, clock_now(), {owner, ""});
      },
      clock_now, log,
      report::ReportTools{.portfolios = context.portfolios,
                          .workbook =
                              [&context](const access::Access& reader, const std::string& portfolio,
                                         const std::string& language) {
                                return api::members_workbook(context, reader, portfolio, language);
                              },
                          .public_address = context.public_address});
  context.backups = std::make_shared<api::Backups>(
      *sql, options.backup_folder.empty() ? folder_beside(where) + "/backups" : options.backup_folder,
      clock_now);
  if (measuring) {
    context.installation.held = held_now(**sql);
    measuring->run.network.held = context.installation.held;
    const auto politeness = std::make_shared<probe::Politeness>(measuring->run.network);
    auto run = measuring->run;  // somebody waits for the answer
    run.network.host_deadline = std::min(run.network.host_deadline, api::kOwnershipDeadline);
    context.ask_ownership = [run, politeness](const std::string& domain, const std::string& token) {
      return engine::ask_ownership(run, *politeness, domain, token);
    };
    context.measuring = std::make_shared<engine::Measuring>(
        *measuring, *sql, context.store, measuring_hooks(*sql, context.installation.held), log);
  }
  std::optional<Upkeep> upkeep(std::in_place, *sql, context.portfolios, context.accounts->keys(), log);
  alerts->start();
  std::fprintf(stderr, "utsyn: started\n");
  api::log_note("start", (*server)->address());
  (*server)->run();
  alerts.reset();
  upkeep.reset();
  context.measuring.reset();  // puts back what is under way
  try {
    (*sql)->write(
        [&](store::Connection& connection) { access::seal_audit_end(connection, context.accounts->keys()); });
  } catch (const store::Failure& away) {
    api::log_note("stop", std::string("the end of the audit log is not sealed: ") + away.what());
  }
  api::log_note("stop", "told to stop");
  api::close_log();
  return 0;
}

}  // namespace utsyn::app
