// What the command line said, after the configuration file. Read once in main(); plain values from then on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/run.h"
#include "report/texts.h"

namespace utsyn::app {

struct Options {
  std::string db;  // path, postgresql://..., or "none"
  bool json = false;
  std::string config_file;
  std::string language;  // empty: from the environment

  std::string resolver;
  std::vector<std::string> allow_networks;
  std::string root_ca_file;
  std::string dns_anchor_file;
  std::string rdap_base;
  std::string data_folder;
  std::vector<std::string> opt_out;
  std::string opt_out_file;
  std::string kill_switch_file;
  std::string profile = "core";
  std::string only = "*";
  std::string as_of;
  int deadline_s = 45;
  int threads = 0;
  int connections_per_address = 4'000;  // a day
  int hosts_in_flight = 256;

  std::vector<std::string> targets;
  std::string targets_file;
  std::string probe_kind;
  std::string sni;
  std::string ip;

  std::string listen;  // empty: a socket handed over by systemd, else 127.0.0.1:8480
  std::string public_address;
  std::string tls_certificate_file;
  std::string tls_key_file;
  std::vector<std::string> trusted_proxies;
  std::string log_file;  // empty: standard error
  std::string key_file;  // empty: beside the store
  bool forget_sealed = false;
  std::string backup_folder;  // empty: beside the store
  int workers = 0;
  bool no_measuring = false;
  std::string web;   // the folder of the web interface; empty: where it usually is; "none"
  std::string smtp;  // smtp://host:port
  std::vector<std::string> allow_channel_networks;
  std::string channel_ca_file;
  std::string smtp_user;
  std::string smtp_password_file;
  std::string smtp_ca_file;
  std::string smtp_from;
  bool smtp_plain = false;
  bool oidc_loopback = false;
  std::string oidc_ca_file;

  std::string user_action;  // add, list, reset, disable, enable
  std::string user_login;
  std::string user_role;
  std::string user_organisation;

  std::string input_file;
  std::string receipt_file;      // score verify
  std::string receipt_key_file;  // empty: the key inside the receipt
  bool jsonl = false;
  std::string organisation;  // report: id or number
  int pages = 1;
  std::string out_file;  // FILE.pdf or FILE.html; -: HTML to standard output
  std::string exemption;
  std::string target;  // "80" or "80.5"; empty: none

  std::string check_id;
  std::string backup_file;
  bool markdown = false;
};

// A line for standard error and the exit status: 1 could not do it, 2 wrong use.
struct Refusal {
  std::string message;
  int status = 1;
};

// The run's settings, or what is wrong with an option and what it should look like.
Result<engine::RunSettings, Refusal> run_settings(const Options& options);
report::Language language_of(const Options& options);
std::string default_store_path();

// A YAML file with the long option names as keys fills what the command line left at its default.
Result<void, Refusal> read_config(Options& options);

// Targets typed by a person: domains, or portfolio files (JSON as lab/organisations.json).
Result<std::vector<engine::Target>, Refusal> read_targets(const std::vector<std::string>& typed);

// The commands; each returns the exit status and writes results to stdout, everything else to stderr.
int measure(const Options& options);
int probe(const Options& options);
int score(const Options& options, std::string_view calculation);  // "score", "change", "portfolio"
int checks(const Options& options);
int serve(const Options& options);
int worker(const Options& options);
int user(const Options& options);
int doctor(const Options& options);
int report(const Options& options);
int backup(const Options& options);
int restore(const Options& options);

int refuse(const Refusal& refusal);

}  // namespace utsyn::app
