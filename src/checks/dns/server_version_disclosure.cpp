// The name server does not tell which version it is (CH TXT version.bind, RFC 4892).
#include <algorithm>

#include "checks/judging.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_server_version_disclosure {
namespace {

// A digit, a dot, a digit.
bool holds_version(std::string_view text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text[i] == '.' && digit(text[i - 1]) && digit(text[i + 1])) return true;
  }
  return false;
}

Verdict judge(const NameServer& server) {
  const auto* version = server.version.seen();
  if (version == nullptr) return could_not_look(server.version.unseen());
  if (holds_version(*version)) return Verdict{Outcome::warn, "version-shown"}.with("version", *version);
  return {Outcome::pass, "version-hidden"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.name_servers, judge); }

std::vector<Example> examples() {
  const auto says = [](Observed<std::string> version) {
    auto evidence = name_server_asset();
    auto one = working_server("ns1.example.no", "192.0.2.53");
    one.version = std::move(version);
    evidence.name_servers = {one};
    return evidence;
  };
  return {
      {"refused", says(std::string()), Outcome::pass, "version-hidden"},
      {"a polite nothing", says(std::string("none of your business")), Outcome::pass, "version-hidden"},
      {"name and number", says(std::string("9.18.24-1-Debian")), Outcome::warn, "version-shown"},
      {"silent", says(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_server_version_disclosure

UTSYN_CHECK(dns_server_version_disclosure) = {
    .id = "dns.server.version-disclosure",
    .assets = {utsyn::AssetKind::name_server},
    .reads = utsyn::checks::Part::name_servers,
    .evaluate = utsyn::checks::dns_server_version_disclosure::evaluate,
    .examples = utsyn::checks::dns_server_version_disclosure::examples,
};
