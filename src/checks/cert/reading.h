// How certificate checks read an endpoint: the leaf that clients are given, the certificates that its path
// uses, and what the path says of its root. Chains are read as they were sent; nothing is fetched.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "checks/check.h"
#include "checks/judging.h"
#include "checks/tls/reading.h"
#include "wire/tls/x509.h"

namespace utsyn::checks {

// A leaf as some client gets it.
struct Leaf {
  const TlsEndpoint* endpoint = nullptr;
  std::string when;  // "default", "rsa", "ecdsa"
  std::vector<Bytes> sent;
  wire::Certificate certificate;
};

using LeafJudge = std::function<Verdict(const Leaf&)>;
// Judges the leaf of the default chain on each address.
Verdict for_default_leaf(const Evidence& evidence, const LeafJudge& judge);
// The same for every leaf there is: a second certificate shown only to clients that take RSA, or ECDSA,
// counts as much as the first. The worst is told, with the fact "chain" when it is not the default one.
Verdict for_each_leaf(const Evidence& evidence, const LeafJudge& judge);

// The leaf and the intermediates that its path goes through, as sent; no root (its signature and dates are
// the trust store's business), nothing that lies beside the path.
std::vector<wire::Certificate> used_chain(const Leaf& leaf);

// How long it is valid, both ends included (CA/Browser Forum: notAfter counts as a whole second).
std::chrono::seconds lifetime(const wire::Certificate& certificate);

enum class Root { of_the_public, of_the_operator, none, unknown };
Root root_of(const TlsEndpoint& endpoint);
// What rules for public CAs say where the root is not public: not_applicable, or unknown.
Verdict not_a_public_ca(const TlsEndpoint& endpoint);

// "example.no", or the subject when there is no common name.
std::string short_name(const wire::Certificate& certificate);
// The issuer's organisation begins with `organisation`, without regard to case.
bool issuer_named(const wire::Certificate& certificate, std::string_view organisation);
// RSA, also where the key may sign with PSS only.
bool has_rsa_key(const wire::Certificate& certificate);

}  // namespace utsyn::checks
