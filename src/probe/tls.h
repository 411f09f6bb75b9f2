// TLS: what an endpoint accepts, by hellos of our own (one connection reveals one suite, k + 1 of them the
// exact set), and one authenticated session by OpenSSL for certificate path, OCSP and ALPN.
#pragma once

#include <memory>
#include <string>

#include "evidence/tls.h"
#include "probe/network.h"

namespace utsyn::probe {

enum class TlsDepth {
  full,  // every suite of every version, groups, behaviours, certificates
  mail   // SMTP: one connection at a time, versions and suite classes, certificate
};

class Resolver;

struct TlsTarget {
  std::string host;
  std::string sni;  // empty: the host name
  Endpoint server;
  std::string starttls;  // "" or "smtp"
  TlsDepth depth = TlsDepth::full;
  Resolver* resolver = nullptr;  // finds the hosts of revocation lists; without one they are not fetched
};

// Trust stores are read once a process. `extra_root_file` (--root-ca, PEM) is trusted beside the system's
// store.
class TrustStore {
 public:
  explicit TrustStore(const std::string& extra_root_file);
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;
  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

Task<TlsEndpoint> probe_tls(Visit& visit, const TrustStore& trust, TlsTarget target);

// A secured stream over a connection, for HTTP and SMTP: sets up TLS as an ordinary client would, and says
// whether the certificate holds for `name` without insisting that it does.
struct SecureStream {
  std::unique_ptr<Connection> connection;  // decrypted bytes
  bool certificate_valid = false;          // trusted path, in date, name matches
  std::string error;                       // why not, as PathCheck::error; "name-mismatch"
  std::string alpn;
};
Task<Observed<SecureStream>> start_tls(Visit& visit, const TrustStore& trust,
                                       std::unique_ptr<Connection> connection, std::string name,
                                       std::vector<std::string> alpn = {});

}  // namespace utsyn::probe
