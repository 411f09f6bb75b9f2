// TLS of the mail server is not broken (NCSC-NL guideline, RFC 9325). Weak TLS is still better than clear
// text for mail, so only what protects nothing fails: SSL, suites without encryption or authentication,
// insufficient ones. TLS 1.0 and 1.1 are a warning.
#include "checks/email/mail_tls.h"
#include "wire/tls/classes.h"

namespace utsyn::checks::email_starttls_tls_config {
namespace {

// The floor of edition 2.1: the edition of 2025 leaves TLS 1.0 and 1.1 not a single suite, and would make of
// the warning that they deserve in mail a fail.
bool is_insufficient(const wire::Suite& suite) {
  return wire::suite_level(suite, wire::Guideline::ncsc_nl_2_1) == wire::GuidelineLevel::insufficient;
}

Verdict judge(const TlsEndpoint& endpoint) {
  const auto* available = endpoint.available.seen();
  if (available == nullptr) return could_not_look(endpoint.available.unseen());
  if (!*available) return {Outcome::not_applicable, "no-starttls"};
  Gravest gravest;
  std::vector<std::string> insufficient;
  bool complete = !endpoint.protocols.empty();
  for (const auto& protocol : endpoint.protocols) {
    const auto* offered = protocol.offered.seen();
    if (offered == nullptr) {
      gravest.add(could_not_look(protocol.offered.unseen()));
      continue;
    }
    if (!*offered) continue;
    const bool ssl = protocol.version.starts_with("SSL");
    if (ssl) gravest.add(Verdict{Outcome::fail, "ssl"}.with("version", protocol.version));
    if (protocol.version == "TLSv1.0" || protocol.version == "TLSv1.1") {
      gravest.add(Verdict{Outcome::warn, "old-version"}.with("version", protocol.version));
    }
    complete = complete && (protocol.complete || ssl);
    for (const auto& name : protocol.ciphers) {
      const auto* suite = wire::find_suite(name);
      if (suite != nullptr && is_insufficient(*suite)) insufficient.push_back(protocol.version + " " + name);
    }
  }
  if (!insufficient.empty())
    gravest.add(Verdict{Outcome::fail, "insufficient-suites"}.with("suites", std::move(insufficient)));
  if (!complete) gravest.add({Outcome::unknown, "not-all-asked"});
  return std::move(gravest).take({Outcome::pass, "sound"});
}

Verdict evaluate(const Evidence& evidence) {
  if (never_offers_starttls(evidence)) return {Outcome::not_applicable, "no-starttls"};
  return worst_of(evidence.tls, judge);
}

Evidence speaking_tls(std::vector<std::pair<std::string, std::string>> accepted, bool complete = true) {
  auto endpoint = mail_endpoint(true);
  for (auto& [version, suite] : accepted) {
    TlsProtocol protocol;
    protocol.version = std::move(version);
    protocol.offered = true;
    protocol.ciphers = {std::move(suite)};
    protocol.complete = complete;
    endpoint.protocols.push_back(std::move(protocol));
  }
  return mail_server({}, {endpoint});
}

std::vector<Example> examples() {
  const char* good = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  auto clear = mail_server({}, {});
  clear.smtp = {{"mx1.example.no", "192.0.2.25", 25, talk(false)}};
  auto silent = mail_endpoint(true);
  silent.available = Unseen::timed_out;
  return {
      {"TLS 1.2 with a modern suite", speaking_tls({{"TLSv1.2", good}}), Outcome::pass, "sound"},
      {"TLS 1.0 beside it",
       speaking_tls({{"TLSv1.0", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}, {"TLSv1.2", good}}), Outcome::warn,
       "old-version"},
      {"SSLv3", speaking_tls({{"SSLv3", "TLS_RSA_WITH_AES_128_CBC_SHA"}, {"TLSv1.2", good}}), Outcome::fail,
       "ssl"},
      {"an anonymous suite", speaking_tls({{"TLSv1.2", "TLS_DH_anon_WITH_AES_128_CBC_SHA"}}), Outcome::fail,
       "insufficient-suites"},
      {"not all suites were asked about", speaking_tls({{"TLSv1.2", good}}, false), Outcome::unknown,
       "not-all-asked"},
      {"no STARTTLS", clear, Outcome::not_applicable, "no-starttls"},
      {"the server was silent", mail_server({}, {silent}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_starttls_tls_config

UTSYN_CHECK(email_starttls_tls_config) = {
    .id = "email.starttls.tls-config",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp | utsyn::checks::Part::tls,
    .evaluate = utsyn::checks::email_starttls_tls_config::evaluate,
    .examples = utsyn::checks::email_starttls_tls_config::examples,
};
