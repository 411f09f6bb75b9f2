#include "checks/tls/active_reading.h"

#include <algorithm>

#include "checks/examples.h"

namespace utsyn::checks {

Verdict for_each_active_endpoint(const Evidence& evidence,
                                 const std::function<Verdict(const ActiveTls&)>& judge) {
  return worst_of(evidence.active_tls, [&](const ActiveTls& active) -> Verdict {
    const auto known = std::ranges::find_if(evidence.tls, [&](const TlsEndpoint& endpoint) {
      return endpoint.address == active.address && endpoint.port == active.port;
    });
    if (known != evidence.tls.end()) {
      if (known->available.is(false)) return {Outcome::not_applicable, "no-tls"};
      if (only_tls13(*known)) return {Outcome::not_applicable, "only-tls13"};
    }
    return judge(active);
  });
}

Evidence answering(ActiveTls active) {
  auto endpoint = modern_endpoint();
  active.host = endpoint.host;
  active.address = endpoint.address;
  active.port = endpoint.port;
  auto evidence = tls_asset({std::move(endpoint)});
  evidence.active_tls = {std::move(active)};
  return evidence;
}

std::vector<Example> with_shared_active_examples(std::vector<Example> examples) {
  ActiveTls silent;
  silent.heartbeat = Unseen::timed_out;
  silent.early_change_cipher = Unseen::timed_out;
  silent.insecure_renegotiation = Unseen::timed_out;
  silent.rsa_padding = Unseen::timed_out;
  auto new_only = answering({});
  new_only.tls = {speaking({{"TLSv1.3", {"TLS_AES_128_GCM_SHA256"}}})};
  new_only.active_tls.front().address = new_only.tls.front().address;
  auto no_tls = answering({});
  no_tls.tls = {no_tls_endpoint()};
  no_tls.active_tls.front().address = no_tls.tls.front().address;
  examples.push_back({"the server was silent", answering(silent), Outcome::unknown, "timed-out"});
  examples.push_back({"TLS 1.3 alone", new_only, Outcome::not_applicable, "only-tls13"});
  examples.push_back({"no TLS is spoken there", no_tls, Outcome::not_applicable, "no-tls"});
  return examples;
}

}  // namespace utsyn::checks
