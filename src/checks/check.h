// A check: a pure function from evidence to a verdict, one file each, that carries its own examples.
// Severity, references and texts (nb, nn, en) stand in data/checks/ID.json; weights live in the score, not
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "evidence/evidence.h"

namespace utsyn::checks {

enum class Outcome {
  pass,
  warn,  // a mild fail
  fail,
  unknown,        // we could not look, or could not tell: never a fail, never a pass
  not_applicable  // the question does not arise here
};
BOOST_DESCRIBE_ENUM(Outcome, pass, warn, fail, unknown, not_applicable)

enum class Severity { info, low, medium, high, critical };
BOOST_DESCRIBE_ENUM(Severity, info, low, medium, high, critical)

// How sure the evidence is (methodology.md section 13): the protocol itself showed it, it follows without
// doubt from something seen, or a third party or a banner says so.
enum class Confidence { confirmed, inferred, weak };
BOOST_DESCRIBE_ENUM(Confidence, confirmed, inferred, weak)

using FactValue = std::variant<std::int64_t, bool, std::string, std::vector<std::string>>;
struct Fact {
  std::string name;
  FactValue value;
  bool operator==(const Fact&) const = default;
};

struct Verdict {
  Outcome outcome = Outcome::unknown;
  std::string reason;  // a stable code such as "policy-none"; texts hang on it in data/checks/ID.json
  std::vector<Fact> detail{};
  // Only where the catalogue says that this situation weighs otherwise than the check's own severity.
  std::optional<Severity> severity{};
  Confidence confidence = Confidence::confirmed;

  // Verdict{Outcome::fail, "too-many"}.with("lookups", 14): what a reader needs to see why.
  Verdict with(std::string name, FactValue value) && {
    detail.push_back({std::move(name), std::move(value)});
    return std::move(*this);
  }
  Verdict with(std::string name, int value) && {
    return std::move(*this).with(std::move(name), FactValue{std::int64_t{value}});
  }
  Verdict with(std::string name, std::size_t value) && {
    return std::move(*this).with(std::move(name), FactValue{static_cast<std::int64_t>(value)});
  }
  Verdict with(std::string name, const char* value) && {
    return std::move(*this).with(std::move(name), FactValue{std::string(value)});
  }
  Verdict weighing(Severity other) && {
    severity = other;
    return std::move(*this);
  }
  Verdict held(Confidence other) && {
    confidence = other;
    return std::move(*this);
  }

  bool operator==(const Verdict&) const = default;
};

struct Example {
  std::string_view title;  // the situation in a few words
  Evidence evidence;
  Outcome expected;
  std::string_view reason = {};  // compared when given
};

// The parts of the evidence a check reads, so that its verdict can name them. Answers of the domain name
// system need no mention: their look-ups are noted one by one.
enum class Part : std::uint16_t {
  none = 0,
  delegation = 1,
  name_servers = 2,
  tls = 4,
  web = 8,
  smtp = 16,
  clear_text_services = 32,
  ports = 64,
  mta_sts_policy = 128,
  registrations = 256,
  routes = 512,
  keys = 1024,
  logged_certificates = 2048,
  cloud_addresses = 4096,
  active = 8192
};
constexpr Part operator|(Part a, Part b) {
  return static_cast<Part>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
constexpr bool has(Part set, Part one) {
  return (static_cast<std::uint16_t>(set) & static_cast<std::uint16_t>(one)) != 0;
}

struct Check {
  std::string_view id;
  std::vector<AssetKind> assets;  // the kinds of asset it is asked of
  Part reads = Part::none;
  Verdict (*evaluate)(const Evidence&) = nullptr;
  std::vector<Example> (*examples)() = nullptr;  // at least one each for pass, fail (or warn) and unknown
};

// UTSYN_CHECK(dns_caa_exists) = {.id = "dns.caa.exists", ...}; in src/checks/dns/caa_exists.cpp. The list of
// all checks is generated from the folder: nothing else to edit but data/checks/dns.caa.exists.json.
#define UTSYN_CHECK(symbol)            \
  namespace utsyn::checks::catalogue { \
  extern const Check symbol;           \
  }                                    \
  const utsyn::checks::Check utsyn::checks::catalogue::symbol

}  // namespace utsyn::checks
