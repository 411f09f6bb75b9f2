// main(): reads the command line (CLI11 lives in this file alone: it is slow to compile) and calls a command.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/options.h"
#include "base/text.h"
#include "report/document.h"

namespace {

using utsyn::app::Options;

void add_network_options(CLI::App& command, Options& options) {
  command.add_option("--resolver", options.resolver,
                     "Recursive resolver, ADDR[:PORT] (default: the system's)");
  command
      .add_option(
          "--allow-net", options.allow_networks,
          "Network that may be contacted although it is loopback, private or link-local (CIDR; repeatable)")
      ->allow_extra_args(false);
  command.add_option("--root-ca", options.root_ca_file,
                     "PEM file of root certificates trusted beside the system's");
  command.add_option("--dns-anchor", options.dns_anchor_file,
                     "Trust anchor of the DNS root (default: IANA's)");
  command.add_option("--rdap", options.rdap_base, "Base address of an RDAP service, for registration data");
  command
      .add_option("--opt-out", options.opt_out,
                  "Name, *.name, address or network that is never contacted (repeatable)")
      ->allow_extra_args(false);
  command.add_option("--opt-out-file", options.opt_out_file, "File with one of them a line");
  command.add_option("--kill-switch", options.kill_switch_file, "While this file exists, nothing is sent");
  command.add_option("--deadline", options.deadline_s, "Longest time one host may take, in seconds")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "Threads (default: one per core)")
      ->check(CLI::Range(0, 256));
  command
      .add_option("--connections-per-address", options.connections_per_address,
                  "Connections to one address in a day (UTC), for all organisations together")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command.add_option("--hosts-in-flight", options.hosts_in_flight, "Hosts measured at the same time")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
}

void add_common_options(CLI::App& command, Options& options) {
  command.add_option(
      "--db", options.db,
      "Store: PATH of an SQLite file, postgresql://..., or none (default: in your data folder)");
  command.add_flag("--json", options.json, "Print JSON");
  command.add_option("--config", options.config_file, "YAML file whose keys are the long option names");
  command.add_option("--lang", options.language, "Language of texts: nb, nn or en (default: from LANG)")
      ->check(CLI::IsMember({"nb", "nn", "en"}));
}

void add_calculation(CLI::App& app, Options& options, const char* name, const char* what) {
  auto* command = app.add_subcommand(name, what);
  command->add_option("FILE", options.input_file, "A document, or - for standard input")->required();
  command->add_flag("--jsonl", options.jsonl,
                    "One document a line; a malformed line is answered with an error line");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Utsyn: what the internet sees of an organisation, as a score anyone can recompute", "utsyn"};
  app.set_version_flag("--version", std::string("utsyn ") + std::string(utsyn::report::kVersion));
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("utsyn: ") + error.what() + "\nSee utsyn --help, or utsyn COMMAND --help.\n";
  });

  auto* measure = app.add_subcommand(
      "measure", "Measure domains, or organisations from a portfolio file; store; print scores");
  measure->add_option("TARGET", options.targets, "Domain, or portfolio file (JSON)")->required();
  measure
      ->add_option("--profile", options.profile,
                   "core: what any visitor may ask; full: active questions too, where ownership is proved")
      ->check(CLI::IsMember({"core", "full"}))
      ->capture_default_str();
  measure->add_option("--only", options.only, "Judge only checks whose id matches this glob")
      ->capture_default_str();
  measure->add_option("--as-of", options.as_of,
                      "Rescore what was stored at this time (RFC 3339); nothing is measured");
  measure->add_option("--data", options.data_folder,
                      "Folder of reference data: routes, listed keys, clouds' ranges, logged certificates");
  add_common_options(*measure, options);
  add_network_options(*measure, options);

  auto* probe = app.add_subcommand("probe", "Ask one kind of question and print the evidence as JSON");
  probe->add_option("KIND", options.probe_kind, "dns, tls, http or smtp")
      ->required()
      ->check(CLI::IsMember({"dns", "tls", "http", "smtp"}));
  probe->add_option("TARGET", options.targets, "Name, for tls and smtp with an optional :PORT");
  probe->add_option("--targets", options.targets_file, "File with one target a line");
  probe->add_option("--sni", options.sni, "Server name to send instead of the target's (tls)");
  probe->add_option("--ip", options.ip, "Address to ask instead of looking the name up (tls, smtp)");
  add_common_options(*probe, options);
  add_network_options(*probe, options);

  auto* serve = app.add_subcommand("serve", "The service: API, login, scheduled measurements; until SIGTERM");
  serve->add_option(
      "--listen", options.listen,
      "ADDR:PORT, or fd:N for a listening socket that is handed over (default: what systemd hands "
      "over, else 127.0.0.1:8480)");
  serve->add_option("--public-address", options.public_address,
                    "Address that people type, for links and logins (default: the one listened at)");
  serve->add_option("--tls-cert", options.tls_certificate_file,
                    "PEM file of the certificate and its chain; read again on SIGHUP");
  serve->add_option("--tls-key", options.tls_key_file, "PEM file of the certificate's key");
  serve
      ->add_option("--trusted-proxy", options.trusted_proxies,
                   "Network of a proxy whose X-Forwarded-For and X-Forwarded-Proto count (CIDR; repeatable)")
      ->allow_extra_args(false);
  serve->add_option("--log-file", options.log_file, "File of the log (default: standard error)");
  serve->add_option(
      "--key-file", options.key_file,
      "File of the key that seals secrets in the store; made when absent (default: beside the store)");
  serve->add_flag("--forget-sealed", options.forget_sealed,
                  "The key file is lost: make a new one, and forget every secret that the old one sealed");
  serve
      ->add_option("--allow-channel-net", options.allow_channel_networks,
                   "Webhooks and syslog may go to this network though it is not public (CIDR; repeatable)")
      ->allow_extra_args(false);
  serve->add_option(
      "--channel-ca-file", options.channel_ca_file,
      "PEM file of root certificates that webhooks and syslog over TLS are judged by, instead of the "
      "system's");
  serve->add_option("--backups", options.backup_folder,
                    "Folder of the backups that administrators ask for (default: backups beside the store)");
  serve->add_option("--workers", options.workers, "Threads for requests (default: twice the cores)")
      ->check(CLI::Range(0, 1024));
  serve->add_option("--smtp", options.smtp,
                    "Mail server for alerts, as smtp://mail.example.no:587 (STARTTLS) or smtps://");
  serve->add_option("--smtp-user", options.smtp_user, "User at the mail server");
  serve->add_option("--smtp-password-file", options.smtp_password_file,
                    "File whose first line is the password");
  serve->add_option("--smtp-ca-file", options.smtp_ca_file,
                    "Trust these certificates (PEM) instead of the system's");
  serve->add_option("--smtp-from", options.smtp_from, "Sender of alerts, as utsyn@example.no");
  serve->add_flag("--smtp-plain", options.smtp_plain,
                  "No TLS to the mail server: for a relay on this machine");
  serve->add_option(
      "--oidc-ca", options.oidc_ca_file,
      "PEM file of root certificates that login providers are judged by, instead of the system's");
  serve->add_flag("--oidc-loopback", options.oidc_loopback,
                  "Login providers on loopback may be asked over plain HTTP: for trying out");
  serve->add_option("--web", options.web,
                    "Folder of the web interface (scripts/web makes it), or none; usually found by itself");
  serve->add_flag("--no-measuring", options.no_measuring, "Serve only; another process measures");
  serve->add_option("--data", options.data_folder,
                    "Folder of reference data: routes, listed keys, clouds' ranges, logged certificates");
  add_common_options(*serve, options);
  add_network_options(*serve, options);

  auto* worker = app.add_subcommand("worker", "Measure beside a service that does not; until SIGTERM");
  worker->add_option("--data", options.data_folder,
                     "Folder of reference data: routes, listed keys, clouds' ranges, logged certificates");
  add_common_options(*worker, options);
  add_network_options(*worker, options);

  auto* user =
      app.add_subcommand("user", "Users, from the machine itself; add and reset print a one-time link");
  user->add_option("ACTION", options.user_action, "add, list, reset, disable or enable")
      ->required()
      ->check(CLI::IsMember({"add", "list", "reset", "disable", "enable"}));
  user->add_option("LOGIN", options.user_login, "Whom; for all but list");
  user->add_option("--role", options.user_role,
                   "Role of the new user (add): administrator, security, supplier...");
  user->add_option("--organisation", options.user_organisation, "The new user's own organisation (add)");
  user->add_option("--public-address", options.public_address,
                   "Address of the service, for the link (default: http://127.0.0.1:8480)");
  add_common_options(*user, options);

  auto* doctor = app.add_subcommand("doctor", "Is everything as it should be? Exit status 1 when not");
  doctor->add_option("--key-file", options.key_file, "The service's key (default: beside the store)");
  add_common_options(*doctor, options);
  add_network_options(*doctor, options);

  auto* report = app.add_subcommand("report", "The board report of an organisation, out of what is stored");
  report->add_option("ORGANISATION", options.organisation, "Id of the organisation, or its number")
      ->required();
  report->add_option("--pages", options.pages, "One page, or five")
      ->check(CLI::IsMember({1, 5}))
      ->capture_default_str();
  report->add_option("--out", options.out_file, "FILE.pdf or FILE.html; - writes HTML to standard output")
      ->required();
  report->add_option("--target", options.target, "The score that was aimed at, such as 80");
  report->add_option(
      "--exemption", options.exemption,
      "Provision by which the report is exempt from public disclosure (unless told: to be considered)");
  report->add_option("--public-address", options.public_address, "Address of the service, for the link");
  add_common_options(*report, options);

  add_calculation(app, options, "score", "Score a document in the input format of the method");
  auto* score = app.get_subcommand("score");
  score->add_option("RECEIPT", options.receipt_file,
                    "utsyn score verify RECEIPT: recompute a signed score receipt, offline");
  score->add_option("--key", options.receipt_key_file,
                    "Public keys of who issued the receipt: a JSON Web Key Set or a PEM file (verify)");
  add_calculation(app, options, "change", "Why did the score move between two inputs?");
  add_calculation(app, options, "portfolio", "The figures of many organisations");

  auto* backup = app.add_subcommand("backup", "The whole store into one file, while it is in use");
  backup->add_option("FILE", options.backup_file, "The backup; must not exist yet")->required();
  add_common_options(*backup, options);
  auto* restore = app.add_subcommand(
      "restore", "A backup into an empty store, SQLite or PostgreSQL; all of it or nothing");
  restore->add_option("FILE", options.backup_file, "What utsyn backup wrote")->required();
  add_common_options(*restore, options);

  auto* checks = app.add_subcommand("checks", "The catalogue: list, or one check with its examples");
  checks->add_option("ID", options.check_id, "A check, such as dns.caa.exists");
  checks->add_flag("--markdown", options.markdown, "The whole catalogue as Markdown");
  add_common_options(*checks, options);

  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](const CLI::App* known) { return known->get_name() == argv[1]; }).empty()) {
    return utsyn::app::refuse({"there is no command '" + utsyn::printable(argv[1], 100) +
                                   "'. The commands are measure, serve, worker, user, doctor, backup, "
                                   "restore, probe, score, change, portfolio "
                                   "and checks; see "
                                   "utsyn --help.",
                               2});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (const auto configured = utsyn::app::read_config(options); !configured)
    return utsyn::app::refuse(configured.error());

  try {
    utsyn::probe::raise_open_file_limit();
    const auto* chosen = app.get_subcommands().front();
    const auto name = chosen->get_name();
    if (name == "measure") return utsyn::app::measure(options);
    if (name == "probe") return utsyn::app::probe(options);
    if (name == "checks") return utsyn::app::checks(options);
    if (name == "serve") return utsyn::app::serve(options);
    if (name == "worker") return utsyn::app::worker(options);
    if (name == "user") return utsyn::app::user(options);
    if (name == "report") return utsyn::app::report(options);
    if (name == "doctor") return utsyn::app::doctor(options);
    if (name == "backup") return utsyn::app::backup(options);
    if (name == "restore") return utsyn::app::restore(options);
    return utsyn::app::score(options, name);
  } catch (const std::exception& error) {
    return utsyn::app::refuse(
        {std::string("stopped by an unexpected error: ") + error.what() + ". Please report it.", 1});
  }
}
