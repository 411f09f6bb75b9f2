// The TXT records at the top of the zone hold no secrets and no heap of old verification codes.
#include <array>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/examples.h"

namespace utsyn::checks::dns_txt_hygiene {
namespace {

// Words that stand in keys and passwords, and in nothing one publishes on purpose.
bool looks_secret(std::string_view text) {
  const auto small = lower(text);
  for (const std::string_view sign :
       {"-----begin", "password=", "passwd=", "aws_secret", "client_secret=", "api_key=", "apikey="}) {
    if (small.find(sign) != std::string::npos) return true;
  }
  // The id of an Amazon access key: AKIA and sixteen capitals or digits.
  for (std::size_t at = text.find("AKIA"); at != std::string_view::npos; at = text.find("AKIA", at + 1)) {
    const auto rest = text.substr(at, 20);
    const bool capitals =
        rest.size() == 20 &&
        rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
    if (capitals) return true;
  }
  return false;
}

Verdict evaluate(const Evidence& evidence) {
  const auto* answer = evidence.dns.find(evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  const auto values = txt_values(*answer);
  for (const auto& value : values) {
    // The secret itself is not repeated in the verdict.
    if (looks_secret(value))
      return Verdict{Outcome::warn, "secret"}.with("begins", value.substr(0, 6)).weighing(Severity::medium);
  }
  constexpr std::size_t many = 20;
  if (values.size() > many) return Verdict{Outcome::warn, "many"}.with("records", values.size());
  return Verdict{Outcome::pass, "tidy"}.with("records", values.size());
}

std::vector<Example> examples() {
  std::vector<std::string> heap;
  heap.reserve(21);
  for (int i = 0; i < 21; ++i) heap.push_back("vendor-verification=" + std::to_string(i));
  return {
      {"SPF and one code", domain_asset({txt("example.no", {"v=spf1 -all", "MS=ms12345678"})}), Outcome::pass,
       "tidy"},
      {"none", domain_asset({nodata("example.no", "TXT")}), Outcome::pass, "tidy"},
      {"a password", domain_asset({txt("example.no", {"backup user=admin password=hunter2"})}), Outcome::warn,
       "secret"},
      {"an access key", domain_asset({txt("example.no", {"key AKIAIOSFODNN7EXAMPLE"})}), Outcome::warn,
       "secret"},
      {"a heap of codes", domain_asset({txt("example.no", heap)}), Outcome::warn, "many"},
      {"no answer", domain_asset({failed("example.no", "TXT", Unseen::server_failure)}), Outcome::unknown,
       "server-failure"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_txt_hygiene

UTSYN_CHECK(dns_txt_hygiene) = {
    .id = "dns.txt.hygiene",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_txt_hygiene::evaluate,
    .examples = utsyn::checks::dns_txt_hygiene::examples,
};
