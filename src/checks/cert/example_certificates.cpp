// See example_certificates.h.
#include "checks/cert/example_certificates.h"

#include "base/hash.h"
#include "base/text.h"
#include "wire/tls/x509.h"

namespace utsyn::checks::example_certificates {

TlsEndpoint serving(const std::vector<std::string>& pem) {
  auto endpoint = modern_endpoint();
  endpoint.chains.push_back({"default", pem});
  PathCheck path;
  path.trusted = true;
  path.public_root = true;
  for (const auto& text : pem) {
    for (const auto& der : wire::certificates_from_pem(text)) path.path_sha256.push_back(to_hex(sha256(der)));
  }
  // Whatever the server sends, its root comes from the store.
  const auto of_root = wire::certificates_from_pem(root);
  if (pem.empty() || pem.back() != root) path.path_sha256.push_back(to_hex(sha256(of_root.front())));
  endpoint.path = path;
  endpoint.stapling_offered = false;
  return endpoint;
}

TlsEndpoint untrusted(const std::vector<std::string>& pem, std::string error, int depth) {
  auto endpoint = serving(pem);
  PathCheck path;
  path.error = std::move(error);
  path.error_depth = depth;
  endpoint.path = path;
  return endpoint;
}

TlsEndpoint private_ca(const std::vector<std::string>& pem) {
  auto endpoint = serving(pem);
  endpoint.path.seen()->public_root = false;
  return endpoint;
}

TlsEndpoint serving_leaf(const char* pem) { return serving({pem, intermediate}); }

Evidence site(const char* leaf_pem) { return tls_asset({serving_leaf(leaf_pem)}); }

TlsEndpoint without_chain(Unseen why) {
  auto endpoint = modern_endpoint();
  endpoint.path = why;
  endpoint.stapling_offered = why;
  return endpoint;
}

TlsEndpoint also(TlsEndpoint endpoint, std::string when, const std::vector<std::string>& pem) {
  endpoint.chains.push_back({std::move(when), pem});
  return endpoint;
}

}  // namespace utsyn::checks::example_certificates
