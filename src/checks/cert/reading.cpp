// See reading.h.
#include "checks/cert/reading.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/hash.h"
#include "checks/dns_reading.h"
#include "wire/tls/chain.h"

namespace utsyn::checks {
namespace {

constexpr std::size_t kMostSent = 64;  // longer chains are cut, as the path finder does

std::vector<Bytes> read_sent(const ServedChain& chain) {
  std::vector<Bytes> sent;
  for (const auto& pem : chain.pem) {
    if (sent.size() >= kMostSent) break;
    for (auto& der : wire::certificates_from_pem(pem, 1)) sent.push_back(std::move(der));
  }
  return sent;
}

Verdict judge_chain(const TlsEndpoint& endpoint, const ServedChain& chain, const LeafJudge& judge) {
  Leaf leaf{&endpoint, chain.when, read_sent(chain), {}};
  if (leaf.sent.empty()) return could_not_look(Unseen::malformed);
  auto certificate = wire::parse_certificate(leaf.sent.front());
  if (!certificate) return could_not_look(Unseen::malformed);
  leaf.certificate = std::move(*certificate);
  auto verdict = judge(leaf);
  if (chain.when != "default") return std::move(verdict).with("chain", chain.when);
  return verdict;
}

bool has_chain(const ServedChain* chain) { return chain != nullptr && !chain->pem.empty(); }

Verdict no_chain(const TlsEndpoint& endpoint) {
  return could_not_look(endpoint.path.seen() == nullptr ? endpoint.path.unseen() : Unseen::not_measured);
}

}  // namespace

Verdict for_default_leaf(const Evidence& evidence, const LeafJudge& judge) {
  return for_each_endpoint(evidence, [&](const TlsEndpoint& endpoint) {
    const auto* chain = endpoint.chain();
    return has_chain(chain) ? judge_chain(endpoint, *chain, judge) : no_chain(endpoint);
  });
}

Verdict for_each_leaf(const Evidence& evidence, const LeafJudge& judge) {
  return for_each_endpoint(evidence, [&](const TlsEndpoint& endpoint) {
    Gravest gravest;
    std::vector<std::string_view> judged;  // leaves: the same one is often shown to all
    for (const auto* when : {"default", "rsa", "ecdsa"}) {
      const auto* chain = endpoint.chain(when);
      if (!has_chain(chain) || std::ranges::find(judged, chain->pem.front()) != judged.end()) continue;
      judged.emplace_back(chain->pem.front());
      gravest.add(judge_chain(endpoint, *chain, judge));
    }
    return std::move(gravest).take(no_chain(endpoint));
  });
}

std::vector<wire::Certificate> used_chain(const Leaf& leaf) {
  std::vector<wire::Certificate> out{leaf.certificate};
  const auto add = [&](const Bytes& der) {
    auto certificate = wire::parse_certificate(der);
    if (certificate && !certificate->self_signed) out.push_back(std::move(*certificate));
  };
  const auto* path = leaf.endpoint->path.seen();
  if (leaf.when == "default" && path != nullptr && !path->path_sha256.empty()) {
    for (std::size_t i = 1; i < path->path_sha256.size(); ++i) {
      const auto at = std::ranges::find_if(
          leaf.sent, [&](const Bytes& der) { return to_hex(sha256(der)) == path->path_sha256[i]; });
      if (at != leaf.sent.end()) add(*at);
    }
    return out;
  }
  const auto order = wire::order_chain(leaf.sent);
  for (std::size_t i = 1; i < order.path.size(); ++i) add(leaf.sent[order.path[i]]);
  return out;
}

std::chrono::seconds lifetime(const wire::Certificate& certificate) {
  return certificate.not_after - certificate.not_before + std::chrono::seconds(1);
}

Root root_of(const TlsEndpoint& endpoint) {
  const auto* path = endpoint.path.seen();
  if (path == nullptr) return Root::unknown;
  if (!path->trusted) return Root::none;
  return path->public_root ? Root::of_the_public : Root::of_the_operator;
}

Verdict not_a_public_ca(const TlsEndpoint& endpoint) {
  switch (root_of(endpoint)) {
    case Root::unknown:
      return could_not_look(endpoint.path.unseen());
    case Root::of_the_operator:
      return {Outcome::not_applicable, "private-root"};
    case Root::none:
    case Root::of_the_public:
      break;
  }
  return {Outcome::not_applicable, "no-public-root"};
}

std::string short_name(const wire::Certificate& certificate) {
  return certificate.subject_common_name.empty() ? certificate.subject : certificate.subject_common_name;
}

bool issuer_named(const wire::Certificate& certificate, std::string_view organisation) {
  return istarts_with(certificate.issuer_organisation, organisation);
}

bool has_rsa_key(const wire::Certificate& certificate) {
  return certificate.key.algorithm == "rsa" || certificate.key.algorithm == "rsa-pss";
}

}  // namespace utsyn::checks
