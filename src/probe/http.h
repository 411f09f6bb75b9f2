// HTTP/1.1 over our own codec: redirect chains, control paths, well-known files. Every redirect goes through
// the scope guard and a new look-up; bodies are capped, also after decompression.
#pragma once

#include <string>
#include <vector>

#include "evidence/http.h"
#include "evidence/services.h"
#include "probe/dns.h"
#include "probe/network.h"
#include "probe/tls.h"

namespace utsyn::probe {

struct HttpSettings {
  std::size_t body_limit_bytes = 512 * 1024;  // of decompressed body that is looked at
  int redirect_limit = 20;
};

Task<Observed<WebSite>> probe_web(Visit& visit, Resolver& resolver, const TrustStore& trust, std::string host,
                                  HttpSettings settings = {});
// No redirects followed, certificate must hold (RFC 8461 section 3.3).
Task<Observed<TextFile>> probe_mta_sts_policy(Visit& visit, Resolver& resolver, const TrustStore& trust,
                                              std::string domain);
// RDAP (RFC 9082) by a base address such as "https://rdap.example/"; empty base: not measured.
Task<RegistrationLookup> probe_registration(Visit& visit, Resolver& resolver, const TrustStore& trust,
                                            std::string base, std::string domain);

}  // namespace utsyn::probe
