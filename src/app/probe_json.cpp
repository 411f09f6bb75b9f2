#include "app/probe_json.h"

#include <boost/json.hpp>

#include "evidence/json.h"
#include "wire/tls/x509.h"

namespace utsyn::app {
namespace {

namespace json = boost::json;

// What was not seen is null, with the reason beside it under "unseen".
template <class T>
void put(json::object& out, json::object& unseen, const char* name, const Observed<T>& observed) {
  if (const auto* seen = observed.seen()) {
    out[name] = describe::to_json(*seen);
  } else {
    out[name] = nullptr;
    if (observed.unseen() != Unseen::not_measured) unseen[name] = describe::to_json(observed.unseen());
  }
}

json::object protocol_json(const TlsProtocol& protocol) {
  json::object out;
  if (const auto* offered = protocol.offered.seen()) {
    out["offered"] = *offered;
    if (*offered) {
      out["ciphers"] = describe::to_json(protocol.ciphers);
      out["preference"] = protocol.preference.empty() ? json::value() : json::value(protocol.preference);
      out["complete"] = protocol.complete;
      if (protocol.inferred) out["inferred"] = true;
    }
  } else {
    out["offered"] = nullptr;
    out["unseen"] = describe::to_json(protocol.offered.unseen());
  }
  return out;
}

json::array certificates_json(const TlsEndpoint& endpoint) {
  json::array out;
  for (const auto& chain : endpoint.chains) {
    for (std::size_t depth = 0; depth < chain.pem.size(); ++depth) {
      json::object one;
      for (const auto& der : wire::certificates_from_pem(chain.pem[depth], 1)) {
        const auto certificate = wire::parse_certificate(der);
        if (!certificate) continue;
        one["sha256"] = certificate->sha256;
        one["subject"] = certificate->subject;
        one["issuer"] = certificate->issuer;
        one["not_before"] = format_time(certificate->not_before);
        one["not_after"] = format_time(certificate->not_after);
        one["key"] = certificate->key.algorithm;
        one["key_bits"] = certificate->key.bits;
        one["signature"] = certificate->signature.algorithm;
        one["names"] = describe::to_json(certificate->dns_names);
      }
      one["chain"] = chain.when;
      one["depth"] = depth;
      one["pem"] = chain.pem[depth];
      out.push_back(std::move(one));
    }
  }
  return out;
}

json::object tls_object(const std::string& target, const TlsEndpoint& endpoint) {
  json::object out;
  json::object unseen;
  out["target"] = target;
  out["ip"] = endpoint.address;
  put(out, unseen, "available", endpoint.available);
  if (!endpoint.refusal.empty()) out["refusal"] = endpoint.refusal;
  json::object protocols;
  for (const auto& protocol : endpoint.protocols) protocols[protocol.version] = protocol_json(protocol);
  out["protocols"] = std::move(protocols);
  put(out, unseen, "groups", endpoint.groups);
  out["dh"] = describe::to_json(endpoint.dh);
  out["certificates"] = certificates_json(endpoint);
  put(out, unseen, "path", endpoint.path);
  out["alpn"] = describe::to_json(endpoint.alpn);
  put(out, unseen, "ocsp_stapled", endpoint.stapling_offered);
  put(out, unseen, "secure_renegotiation", endpoint.secure_renegotiation);
  if (const auto* count = endpoint.client_renegotiations.seen()) {
    out["client_renegotiation"] = *count > 0;
    out["client_renegotiations"] = *count;
  } else {
    out["client_renegotiation"] = nullptr;
  }
  put(out, unseen, "fallback_scsv", endpoint.fallback_scsv);
  put(out, unseen, "compression", endpoint.compression);
  put(out, unseen, "heartbeat", endpoint.heartbeat);
  // Whether it leaks is an active question that needs consent: not asked, so not known.
  out["heartbleed"] = endpoint.heartbeat.is(false) ? json::value(false) : json::value();
  put(out, unseen, "downgrade_sentinel", endpoint.downgrade_sentinel);
  put(out, unseen, "extended_master_secret", endpoint.extended_master_secret);
  put(out, unseen, "encrypt_then_mac", endpoint.encrypt_then_mac);
  put(out, unseen, "key_share_reused", endpoint.key_share_reused);
  put(out, unseen, "version_tolerant", endpoint.version_tolerant);
  put(out, unseen, "sni_required", endpoint.sni_required);
  put(out, unseen, "alpn_strict", endpoint.alpn_strict);
  put(out, unseen, "client_certificate_requested", endpoint.client_certificate_requested);
  out["scts"] = describe::to_json(endpoint.scts);
  out["connections"] = endpoint.connections;
  if (!unseen.empty()) out["unseen"] = std::move(unseen);
  return out;
}

}  // namespace

std::string dns_json(const std::string& target, const DnsAnswers& answers) {
  return json::serialize(json::object{{"target", target}, {"answers", describe::to_json(answers.all())}});
}

std::string web_json(const std::string& target, const Observed<WebSite>& site) {
  return json::serialize(json::object{{"target", target}, {"site", describe::to_json(site)}});
}

std::string smtp_json(const std::string& target, const SmtpServer& server, const Observed<TlsEndpoint>& tls) {
  json::object out{{"target", target}, {"ip", server.address}, {"talk", describe::to_json(server.talk)}};
  out["tls"] = tls.seen() != nullptr ? json::value(tls_object(target, *tls.seen())) : json::value();
  return json::serialize(out);
}

std::string tls_json(const std::string& target, const TlsEndpoint& endpoint) {
  return json::serialize(tls_object(target, endpoint));
}

}  // namespace utsyn::app
