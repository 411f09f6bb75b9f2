// What a mail server showed after STARTTLS: is the certificate trusted for the host, and does DANE vouch for
// it?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/tlsa_match.h"

namespace utsyn::checks {

// Pass "trusted"; fail with what is wrong ("wrong-name", "not-trusted"); unknown.
Verdict judge_pkix(const TlsEndpoint& endpoint, const std::string& host, UtcTime now);

// The TLSA records that count for the host: only with DNSSEC-secure TLSA, address and MX (RFC 7672
// section 2.2).
struct DaneView {
  enum class State { secure, insecure, none, unknown };
  State state = State::unknown;
  Verdict trouble;                        // when unknown
  std::vector<wire::TlsaRecord> records;  // when secure; also when insecure, for show
};
DaneView dane_of(const Evidence& evidence);
// Pass "matches"; fail "no-match" or "unusable"; unknown.
Verdict judge_dane(const DaneView& dane, const TlsEndpoint& endpoint, const std::string& host);

// EHLO was understood, or the server knows only HELO (RFC 5321 section 4.1.4) and told all it has by that.
bool answered_hello(const SmtpTalk& said);
// The mail server offered STARTTLS nowhere (and answered everywhere): certificates cannot be asked about.
bool never_offers_starttls(const Evidence& evidence);

// Words for examples. The certificate is made for mx1.example.no.
std::string example_certificate();
std::string example_tlsa(bool right = true);  // 3 1 1 of its key
TlsEndpoint mail_endpoint(bool trusted, std::string error = "self-signed-certificate");
SmtpTalk talk(bool starttls);
Evidence mail_server(std::vector<DnsAnswer> dns, std::vector<TlsEndpoint> tls);
std::vector<DnsAnswer> dane_answers(std::vector<std::string> tlsa, Security security = Security::secure);

}  // namespace utsyn::checks
