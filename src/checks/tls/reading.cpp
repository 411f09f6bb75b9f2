#include "checks/tls/reading.h"

#include <algorithm>
#include <array>

#include "checks/examples.h"

namespace utsyn::checks {
namespace {

constexpr std::array<std::string_view, 5> kVersions = {"SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

}  // namespace

Verdict for_each_endpoint(const Evidence& evidence, const std::function<Verdict(const TlsEndpoint&)>& judge) {
  return worst_of(evidence.tls, [&](const TlsEndpoint& endpoint) -> Verdict {
    if (endpoint.available.is(false)) return {Outcome::not_applicable, "no-tls"};
    if (endpoint.available.seen() == nullptr) {
      if (endpoint.available.unseen() == Unseen::refused) return {Outcome::not_applicable, "no-tls"};
      return could_not_look(endpoint.available.unseen());
    }
    return judge(endpoint);
  });
}

std::vector<AcceptedSuite> accepted(const TlsEndpoint& endpoint,
                                    const std::function<bool(const wire::Suite&)>& wanted) {
  std::vector<AcceptedSuite> out;
  for (const auto& protocol : endpoint.protocols) {
    if (protocol.version == "SSLv2") continue;
    for (const auto& name : protocol.ciphers) {
      const auto* suite = wire::find_suite(name);
      if (suite != nullptr && wanted(*suite)) out.push_back({protocol.version, name});
    }
  }
  return out;
}

std::vector<std::string> labels(const std::vector<AcceptedSuite>& suites) {
  std::vector<std::string> out;
  out.reserve(suites.size());
  for (const auto& suite : suites) out.push_back(suite.version + " " + suite.name);
  return out;
}

bool fully_enumerated(const TlsEndpoint& endpoint) {
  return std::all_of(kVersions.begin(), kVersions.end(), [&](auto version) {
    const auto* protocol = endpoint.protocol(version);
    if (protocol == nullptr || protocol->offered.seen() == nullptr) return false;
    return !*protocol->offered.seen() || protocol->complete;
  });
}

Verdict not_fully_enumerated(const TlsEndpoint& endpoint) {
  for (const auto version : kVersions) {
    const auto* protocol = endpoint.protocol(version);
    if (protocol == nullptr) return {Outcome::unknown, "not-measured"};
    if (protocol->offered.seen() == nullptr) return could_not_look(protocol->offered.unseen());
  }
  return {Outcome::unknown, "not-enumerated"};
}

bool only_tls13(const TlsEndpoint& endpoint) {
  return std::all_of(kVersions.begin(), kVersions.end(), [&](auto version) {
    const auto* protocol = endpoint.protocol(version);
    return protocol != nullptr && protocol->offered.is(version == "TLSv1.3");
  });
}

Verdict version_off(const TlsEndpoint& endpoint, std::string_view version) {
  const auto* protocol = endpoint.protocol(version);
  if (protocol == nullptr) return {Outcome::unknown, "not-measured"};
  if (protocol->offered.seen() == nullptr) return could_not_look(protocol->offered.unseen());
  if (*protocol->offered.seen()) return Verdict{Outcome::fail, "offered"}.with("suites", protocol->ciphers);
  return {Outcome::pass, "not-offered"};
}

Verdict class_off(const TlsEndpoint& endpoint, wire::SuiteClass kind) {
  const auto bad = accepted(endpoint, [&](const wire::Suite& suite) { return wire::in_class(suite, kind); });
  if (!bad.empty()) return Verdict{Outcome::fail, "accepted"}.with("suites", labels(bad));
  if (!fully_enumerated(endpoint)) return not_fully_enumerated(endpoint);
  return {Outcome::pass, "not-accepted"};
}

TlsEndpoint speaking(const std::vector<Speaks>& versions) {
  TlsEndpoint endpoint;
  endpoint.host = "www.example.no";
  endpoint.address = "192.0.2.1";
  endpoint.available = true;
  endpoint.protocols.push_back({"SSLv2", false, {}, true, false, ""});
  for (const auto version : kVersions) {
    TlsProtocol protocol{std::string(version), false, {}, true, false, ""};
    for (const auto& spoken : versions) {
      if (spoken.version != version) continue;
      protocol.offered = true;
      protocol.ciphers = spoken.ciphers;
      protocol.preference = spoken.ciphers.size() > 1 ? "server" : "";
    }
    endpoint.protocols.push_back(std::move(protocol));
  }
  for (const auto& spoken : versions) {
    if (spoken.version == "SSLv2")
      endpoint.protocols.front() = {"SSLv2", true, spoken.ciphers, true, false, ""};
  }
  return endpoint;
}

TlsEndpoint modern_endpoint() {
  return speaking(
      {{"TLSv1.2", {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}},
       {"TLSv1.3", {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"}}});
}

TlsEndpoint silent_endpoint(Unseen why) {
  TlsEndpoint endpoint;
  endpoint.host = "www.example.no";
  endpoint.address = "192.0.2.1";
  endpoint.available = why;
  return endpoint;
}

TlsEndpoint no_tls_endpoint() {
  auto endpoint = silent_endpoint();
  endpoint.available = false;
  endpoint.refusal = "not-tls";
  return endpoint;
}

Evidence tls_asset(std::vector<TlsEndpoint> endpoints) {
  auto evidence = web_asset();
  evidence.tls = std::move(endpoints);
  return evidence;
}

std::vector<Example> version_examples(const std::string& version, const std::string& suite) {
  auto unsure = modern_endpoint();
  for (auto& protocol : unsure.protocols) {
    if (protocol.version == version) protocol.offered = Unseen::reset;
  }
  auto other = modern_endpoint();
  other.address = "192.0.2.2";
  const auto old = speaking({{version, {suite}}});
  return {
      {"only TLS 1.2 and 1.3", tls_asset({modern_endpoint()}), Outcome::pass, "not-offered"},
      {"the old version is accepted", tls_asset({old}), Outcome::fail, "offered"},
      {"one of two addresses accepts it", tls_asset({other, old}), Outcome::fail, "offered"},
      {"the connection broke each time", tls_asset({unsure}), Outcome::unknown, "reset"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

std::vector<Example> class_examples(const std::string& version, const std::string& suite) {
  auto half = modern_endpoint();
  half.protocols.back().complete = false;
  auto half_and_bad = speaking({{version, {suite}}});
  for (auto& protocol : half_and_bad.protocols) protocol.complete = false;
  return {
      {"modern suites only", tls_asset({modern_endpoint()}), Outcome::pass, "not-accepted"},
      {"such a suite is accepted", tls_asset({speaking({{version, {suite}}})}), Outcome::fail, "accepted"},
      {"found before the list was known to its end", tls_asset({half_and_bad}), Outcome::fail, "accepted"},
      {"the list is not known to its end", tls_asset({half}), Outcome::unknown, "not-enumerated"},
      {"the server was silent", tls_asset({silent_endpoint()}), Outcome::unknown, "timed-out"},
      {"no TLS is spoken there", tls_asset({no_tls_endpoint()}), Outcome::not_applicable, "no-tls"},
  };
}

}  // namespace utsyn::checks
