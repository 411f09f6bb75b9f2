#include "app/options.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "base/name.h"
#include "base/text.h"

namespace utsyn::app {
namespace {

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Refusal wrong(std::string message) { return {std::move(message), 2}; }

// "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:53".
std::optional<probe::Endpoint> endpoint_of(std::string_view text, std::uint16_t default_port) {
  if (const auto bare = IpAddress::parse(text)) return probe::Endpoint{*bare, default_port};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto port = parse_uint(text.substr(colon + 1));
  if (!address || !port || *port == 0 || *port > 65'535) return std::nullopt;
  return probe::Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

}  // namespace

int refuse(const Refusal& refusal) {
  std::fprintf(stderr, "utsyn: %s\n", refusal.message.c_str());
  return refusal.status;
}

std::string default_store_path() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::string(data) + "/utsyn/utsyn.db";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/share/utsyn/utsyn.db";
}

report::Language language_of(const Options& options) {
  if (!options.language.empty()) return report::language_named(options.language);
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return report::language_named(value);
  }
  return report::Language::en;
}

Result<void, Refusal> read_config(Options& options) {
  if (options.config_file.empty()) return {};
  const auto text = read_file(options.config_file);
  if (!text) {
    return unexpected(Refusal{"reading the configuration: cannot open " + options.config_file +
                                  ". Check the path and its permissions.",
                              1});
  }
  const auto string_into = [](std::string& to) {
    return [&to](const YAML::Node& node) {
      if (to.empty() || to == "*" || to == "core") to = node.as<std::string>();
    };
  };
  const auto list_into = [](std::vector<std::string>& to) {
    return [&to](const YAML::Node& node) {
      for (const auto& item : node) to.push_back(item.as<std::string>());
      if (node.IsScalar()) to.push_back(node.as<std::string>());
    };
  };
  const auto number_into = [](int& to, int normal) {
    return [&to, normal](const YAML::Node& node) {
      if (to == normal) to = node.as<int>();
    };
  };
  const std::map<std::string, std::function<void(const YAML::Node&)>> keys = {
      {"db", string_into(options.db)},
      {"lang", string_into(options.language)},
      {"resolver", string_into(options.resolver)},
      {"allow-net", list_into(options.allow_networks)},
      {"root-ca", string_into(options.root_ca_file)},
      {"dns-anchor", string_into(options.dns_anchor_file)},
      {"rdap", string_into(options.rdap_base)},
      {"data", string_into(options.data_folder)},
      {"opt-out", list_into(options.opt_out)},
      {"opt-out-file", string_into(options.opt_out_file)},
      {"kill-switch", string_into(options.kill_switch_file)},
      {"profile", string_into(options.profile)},
      {"only", string_into(options.only)},
      {"deadline", number_into(options.deadline_s, 45)},
      {"threads", number_into(options.threads, 0)},
      {"connections-per-address", number_into(options.connections_per_address, 4'000)},
      {"hosts-in-flight", number_into(options.hosts_in_flight, 256)},
      {"listen", string_into(options.listen)},
      {"public-address", string_into(options.public_address)},
      {"tls-cert", string_into(options.tls_certificate_file)},
      {"tls-key", string_into(options.tls_key_file)},
      {"trusted-proxy", list_into(options.trusted_proxies)},
      {"log-file", string_into(options.log_file)},
      {"key-file", string_into(options.key_file)},
      {"backups", string_into(options.backup_folder)},
      {"allow-channel-net", list_into(options.allow_channel_networks)},
      {"channel-ca-file", string_into(options.channel_ca_file)},
      {"oidc-ca", string_into(options.oidc_ca_file)},
      {"workers", number_into(options.workers, 0)},
  };
  try {
    const auto root = YAML::Load(*text);
    for (const auto& entry : root) {
      const auto key = entry.first.as<std::string>();
      const auto found = keys.find(key);
      if (found == keys.end()) {
        return unexpected(
            wrong(options.config_file + " line " + std::to_string(entry.first.Mark().line + 1) +
                  ": there is no setting '" + key +
                  "'. The keys are the long option names of utsyn measure --help and utsyn serve "
                  "--help."));
      }
      found->second(entry.second);
    }
  } catch (const YAML::Exception& error) {
    return unexpected(wrong(options.config_file + " line " + std::to_string(error.mark.line + 1) + ": " +
                            error.msg + ". Mend the line and try again."));
  }
  return {};
}

Result<engine::RunSettings, Refusal> run_settings(const Options& options) {
  engine::RunSettings settings;
  for (const auto& text : options.allow_networks) {
    const auto network = Cidr::parse(text);
    if (!network)
      return unexpected(wrong("--allow-net " + text + ": not a network; write it as 127.0.0.0/8"));
    settings.network.allow_networks.push_back(*network);
  }
  settings.network.opt_out = options.opt_out;
  if (!options.opt_out_file.empty()) {
    const auto text = read_file(options.opt_out_file);
    // Without its opt-out list a measuring machine must not start.
    if (!text)
      return unexpected(Refusal{
          "reading the opt-out list: cannot open " + options.opt_out_file + ". Nothing was measured.", 1});
    std::string_view rest = *text;
    while (!rest.empty()) {
      auto line = cut(rest, '\n');
      line = trim(cut(line, '#'));
      if (!line.empty()) settings.network.opt_out.emplace_back(line);
    }
  }
  settings.network.kill_switch_file = options.kill_switch_file;
  settings.network.connections_per_address_and_day = options.connections_per_address;
  settings.network.host_deadline = std::chrono::seconds{options.deadline_s};
  if (options.resolver.empty()) {
    const auto system = probe::system_resolver();
    if (!system)
      return unexpected(Refusal{
          "finding a resolver: /etc/resolv.conf names none. Give one with --resolver ADDR[:PORT].", 1});
    settings.resolver.resolver = *system;
  } else {
    const auto given = endpoint_of(options.resolver, 53);
    if (!given)
      return unexpected(wrong("--resolver " + options.resolver +
                              ": not an address; write it as 192.0.2.53 or 192.0.2.53:5353"));
    settings.resolver.resolver = *given;
  }
  for (const auto& [file, option] :
       {std::pair{options.dns_anchor_file, "--dns-anchor"}, std::pair{options.root_ca_file, "--root-ca"}}) {
    std::error_code no_file;
    if (!file.empty() && !std::filesystem::exists(file, no_file)) {
      return unexpected(Refusal{std::string(option) + " " + file + ": there is no such file", 1});
    }
  }
  settings.resolver.anchor_file = options.dns_anchor_file;
  settings.root_ca_file = options.root_ca_file;
  settings.rdap_base = options.rdap_base;
  if (!options.data_folder.empty()) {
    auto reference = engine::load_reference_data(options.data_folder);
    if (!reference) {
      return unexpected(Refusal{
          "--data: " + reference.error() + ". The files are described in docs/reference-data.md.", 1});
    }
    settings.reference = std::make_shared<const engine::ReferenceData>(std::move(*reference));
  }
  settings.profile = options.profile;
  settings.only = options.only;
  settings.threads = options.threads;
  settings.hosts_in_flight = options.hosts_in_flight;
  if (options.profile == "full" && options.db == "none") {
    return unexpected(wrong(
        "--profile full: the store keeps the token that proves who owns a domain: leave out --db none"));
  }
  return settings;
}

namespace {

namespace json = boost::json;

Result<std::vector<std::string>, Refusal> names_in(const json::object& entry, const char* member,
                                                   const std::string& where) {
  std::vector<std::string> out;
  const auto* list = entry.if_contains(member);
  if (list == nullptr) return out;
  if (!list->is_array()) return unexpected(wrong(where + ": '" + member + "' must be a list of names"));
  for (const auto& item : list->get_array()) {
    const auto name = item.is_string() ? normalise_name(item.get_string())
                                       : Result<std::string, NameError>(unexpected(NameError::empty));
    if (!name)
      return unexpected(wrong(where + ", " + member + " " + json::serialize(item) + ": " +
                              std::string(describe(name.error()))));
    out.push_back(*name);
  }
  return out;
}

Result<std::vector<engine::Target>, Refusal> read_portfolio_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text)
    return unexpected(
        Refusal{"reading the portfolio: cannot open " + path + ". Check the path and its permissions.", 1});
  boost::system::error_code error;
  const auto value = json::parse(*text, error);
  const auto* root = error ? nullptr : value.if_object();
  const auto* list = root == nullptr ? nullptr : root->if_contains("organisations");
  if (list == nullptr || !list->is_array()) {
    return unexpected(wrong(path + ": not a portfolio; it must be {\"organisations\": [{\"id\", \"name\", "
                                   "\"kind\", \"domains\": [...]}]}"));
  }
  std::vector<engine::Target> targets;
  for (const auto& item : list->get_array()) {
    const auto where = path + ", organisation " + std::to_string(targets.size() + 1);
    const auto* entry = item.if_object();
    const auto string = [&](const char* member, const std::string& otherwise) -> std::string {
      const auto* found = entry == nullptr ? nullptr : entry->if_contains(member);
      return found != nullptr && found->is_string() ? std::string(found->get_string()) : otherwise;
    };
    if (entry == nullptr || string("id", "").empty()) return unexpected(wrong(where + ": 'id' is missing"));
    engine::Target target;
    target.organisation = {string("id", ""), string("name", string("id", "")), string("kind", "other")};
    auto domains = names_in(*entry, "domains", where);
    if (!domains) return unexpected(domains.error());
    auto hosts = names_in(*entry, "hosts", where);
    if (!hosts) return unexpected(hosts.error());
    if (domains->empty())
      return unexpected(wrong(where + " (" + target.organisation.id + "): 'domains' is missing or empty"));
    target.domains = std::move(*domains);
    target.hosts = std::move(*hosts);
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace

// Letters outside ASCII are shown as they were typed; what could steer a terminal is not.
static bool fit_to_show(const std::string& text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  // U+0080 to U+009F are control characters too.
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return !controls && text.size() <= 300 && valid_utf8(text);
}

Result<std::vector<engine::Target>, Refusal> read_targets(const std::vector<std::string>& typed) {
  std::vector<engine::Target> targets;
  for (const auto& text : typed) {
    // A name too long for a file is no file.
    std::error_code no_file;
    if (text.ends_with(".json") || std::filesystem::is_regular_file(text, no_file)) {
      auto organisations = read_portfolio_file(text);
      if (!organisations) return unexpected(organisations.error());
      for (auto& target : *organisations) targets.push_back(std::move(target));
      continue;
    }
    const auto name = normalise_name(text);
    if (!name)
      return unexpected(wrong((fit_to_show(text) ? text : printable(text, 300)) + ": " +
                              std::string(describe(name.error()))));
    engine::Target target;
    target.organisation = {*name, display_name(*name), "other"};
    target.domains = {*name};
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace utsyn::app
