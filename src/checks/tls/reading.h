// How TLS checks read an endpoint: what was offered, what was accepted, and when nothing can be said.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check.h"
#include "checks/judging.h"
#include "wire/tls/classes.h"

namespace utsyn::checks {

// A suite that some version accepted.
struct AcceptedSuite {
  std::string version;
  std::string name;
};

// Judges each address of the host apart (worst_of). Where TLS is not spoken at all the question does not
// arise; tls.available judges that. Where we could not look, nobody knows.
Verdict for_each_endpoint(const Evidence& evidence, const std::function<Verdict(const TlsEndpoint&)>& judge);

// Every accepted suite that `wanted` picks, oldest version first. SSLv2 kinds are not among them.
std::vector<AcceptedSuite> accepted(const TlsEndpoint& endpoint,
                                    const std::function<bool(const wire::Suite&)>& wanted);
// "TLSv1.2 TLS_RSA_WITH_NULL_SHA" for each, for people.
std::vector<std::string> labels(const std::vector<AcceptedSuite>& suites);
// Every version from SSLv3 was asked about, and each set is known to its end.
bool fully_enumerated(const TlsEndpoint& endpoint);
// Why it was not: the first reason met.
Verdict not_fully_enumerated(const TlsEndpoint& endpoint);

// TLS 1.3 is spoken, and every older version is known not to be.
bool only_tls13(const TlsEndpoint& endpoint);

// The verdict on a version that nobody should speak: fail when offered.
Verdict version_off(const TlsEndpoint& endpoint, std::string_view version);
// The verdict on a class of suites that nobody should accept: fail when one is.
Verdict class_off(const TlsEndpoint& endpoint, wire::SuiteClass kind);

// --- words for examples

// An endpoint that speaks the versions and suites given, and no other version; all of it enumerated.
struct Speaks {
  std::string version;
  std::vector<std::string> ciphers;
};
TlsEndpoint speaking(const std::vector<Speaks>& versions);
TlsEndpoint modern_endpoint();  // TLS 1.2 with ECDHE and AES-GCM, TLS 1.3
TlsEndpoint silent_endpoint(Unseen why = Unseen::timed_out);
TlsEndpoint no_tls_endpoint();
Evidence tls_asset(std::vector<TlsEndpoint> endpoints);

// The examples of every check that uses version_off() or class_off(): `suite` is one accepted at `version`.
std::vector<Example> version_examples(const std::string& version, const std::string& suite);
std::vector<Example> class_examples(const std::string& version, const std::string& suite);

}  // namespace utsyn::checks
