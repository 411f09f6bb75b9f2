// TLS servers for the tests of this folder: OpenSSL in a thread of the test process, with certificates made
// on the spot.
#pragma once

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "probe/test_servers.h"
#include "probe/trust_store.h"

namespace utsyn::probe::testing {

using OwnedKey = OpensslOwned<EVP_PKEY, EVP_PKEY_free>;
using OwnedCertificate = OpensslOwned<X509, X509_free>;
using OwnedContext = OpensslOwned<SSL_CTX, SSL_CTX_free>;

struct Identity {
  OwnedKey key;
  OwnedCertificate certificate;

  Bytes der() const {
    unsigned char* buffer = nullptr;
    const int size = i2d_X509(certificate.get(), &buffer);
    Bytes out(buffer, buffer + size);
    OPENSSL_free(buffer);
    return out;
  }
  std::string pem() const {
    const OpensslOwned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

struct Issue {
  std::string name = "www.utsyn.test";
  bool rsa = false;
  bool is_ca = false;
  const Identity* issuer = nullptr;  // none: signed by itself
  int days_from = -1, days_to = 30;
  std::string crl_url;
  std::string ocsp_url;
};

inline void extend(X509* certificate, const X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  const OpensslOwned<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    throw std::logic_error("extension " + value);
}

inline Identity issue(const Issue& what) {
  static std::atomic<long> serial{1000};
  Identity out;
  out.key.reset(what.rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})
                         : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  out.certificate.reset(X509_new());
  auto* certificate = out.certificate.get();
  const auto* issuer = what.issuer ? what.issuer->certificate.get() : certificate;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_time_adj_ex(X509_getm_notBefore(certificate), what.days_from, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate), what.days_to, 0, nullptr);
  X509_set_pubkey(certificate, out.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(what.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  extend(certificate, issuer, NID_basic_constraints, what.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (what.is_ca) {
    extend(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature");
  } else {
    extend(certificate, issuer, NID_subject_alt_name, "DNS:" + what.name);
    extend(certificate, issuer, NID_ext_key_usage, "serverAuth");
  }
  if (!what.crl_url.empty()) extend(certificate, issuer, NID_crl_distribution_points, "URI:" + what.crl_url);
  if (!what.ocsp_url.empty()) extend(certificate, issuer, NID_info_access, "OCSP;URI:" + what.ocsp_url);
  X509_sign(certificate, what.issuer ? what.issuer->key.get() : out.key.get(), EVP_sha256());
  return out;
}

struct ServerSetup {
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  std::string suites = "ECDHE+AESGCM";
  std::string suites_13 = "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256";
  std::string groups = "X25519:P-256";
  unsigned long long options = 0;
  std::vector<const Identity*> identities;
  std::vector<const Identity*> intermediates;
  std::vector<std::string> alpn{};  // empty: the extension is ignored
  bool alpn_strict = false;
  std::string only_name{};  // refuses other names and none
  bool ask_certificate = false;
  bool automatic_dh = false;
  Bytes stapled{};
  long session_seconds = 7200;
};

// Shakes hands, answers "pong" to whatever comes, until the client goes.
class TlsServer {
 public:
  explicit TlsServer(ServerSetup setup)
      : setup_(std::move(setup)), context_(make()), server_([this](int fd) { talk(fd); }) {}
  Endpoint endpoint() const { return server_.endpoint(); }
  int accepted() const { return server_.accepted(); }
  int most_at_once() const { return server_.most_at_once(); }

 private:
  OwnedContext make() {
    // OpenSSL writes with write(2), and clients that only say hello are gone by then.
    static const auto ignored = std::signal(SIGPIPE, SIG_IGN);
    static_cast<void>(ignored);
    OwnedContext out(SSL_CTX_new(TLS_server_method()));
    auto* context = out.get();
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, setup_.min_version);
    SSL_CTX_set_max_proto_version(context, setup_.max_version);
    if (SSL_CTX_set_cipher_list(context, (setup_.suites + ":@SECLEVEL=0").c_str()) != 1 ||
        SSL_CTX_set_ciphersuites(context, setup_.suites_13.c_str()) != 1 ||
        SSL_CTX_set1_groups_list(context, setup_.groups.c_str()) != 1)
      throw std::logic_error("setup of a test server");
    SSL_CTX_set_options(context, setup_.options);
    SSL_CTX_set_timeout(context, setup_.session_seconds);
    if (setup_.automatic_dh) SSL_CTX_set_dh_auto(context, 1);
    for (const auto* identity : setup_.identities) {
      SSL_CTX_use_certificate(context, identity->certificate.get());
      SSL_CTX_use_PrivateKey(context, identity->key.get());
      for (const auto* above : setup_.intermediates)
        SSL_CTX_add1_chain_cert(context, above->certificate.get());
    }
    if (setup_.ask_certificate)
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, this);
    SSL_CTX_set_tlsext_servername_callback(context, check_name);
    SSL_CTX_set_tlsext_servername_arg(context, this);
    if (!setup_.stapled.empty()) {
      SSL_CTX_set_tlsext_status_cb(context, staple);
      SSL_CTX_set_tlsext_status_arg(context, this);
    }
    return out;
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                             const unsigned char* in, unsigned length, void* self) {
    const auto& setup = static_cast<TlsServer*>(self)->setup_;
    for (const auto& ours : setup.alpn) {
      for (unsigned at = 0; at < length; at += 1U + in[at]) {
        if (std::string_view(reinterpret_cast<const char*>(in) + at + 1, in[at]) != ours) continue;
        *out = in + at + 1;
        *out_length = in[at];
        return SSL_TLSEXT_ERR_OK;
      }
    }
    return setup.alpn_strict ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
  }
  static int check_name(SSL* ssl, int* alert, void* self) {
    const auto& only = static_cast<TlsServer*>(self)->setup_.only_name;
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (only.empty() || (name != nullptr && only == name)) return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  static int staple(SSL* ssl, void* self) {
    const auto& response = static_cast<TlsServer*>(self)->setup_.stapled;
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(response.data(), response.size()));
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response.size()));
    return SSL_TLSEXT_ERR_OK;
  }

  void talk(int fd) {
    const OpensslOwned<SSL, SSL_free> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    if (SSL_accept(ssl.get()) == 1) {
      char buffer[256];
      while (SSL_read(ssl.get(), buffer, sizeof buffer) > 0) SSL_write(ssl.get(), "pong", 4);
    }
    ERR_clear_error();
  }

  ServerSetup setup_;
  OwnedContext context_;
  TcpServer server_;
};

inline Bytes ocsp_response(const Identity& leaf, const Identity& issuer, int status) {
  const OpensslOwned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
  auto* id = OCSP_cert_to_id(EVP_sha1(), leaf.certificate.get(), issuer.certificate.get());
  const OpensslOwned<ASN1_TIME, ASN1_TIME_free> from(X509_gmtime_adj(nullptr, -3600));
  const OpensslOwned<ASN1_TIME, ASN1_TIME_free> to(X509_gmtime_adj(nullptr, 86400));
  OCSP_basic_add1_status(basic.get(), id, status, OCSP_REVOKED_STATUS_NOSTATUS,
                         status == V_OCSP_CERTSTATUS_REVOKED ? from.get() : nullptr, from.get(), to.get());
  OCSP_CERTID_free(id);
  OCSP_basic_sign(basic.get(), issuer.certificate.get(), issuer.key.get(), EVP_sha256(), nullptr, 0);
  const OpensslOwned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* buffer = nullptr;
  const int size = i2d_OCSP_RESPONSE(response.get(), &buffer);
  Bytes out(buffer, buffer + size);
  OPENSSL_free(buffer);
  return out;
}

// A revocation list of `issuer` that names `revoked`, if any.
inline Bytes revocation_list(const Identity& issuer, const Identity* revoked) {
  const OpensslOwned<X509_CRL, X509_CRL_free> list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  const OpensslOwned<ASN1_TIME, ASN1_TIME_free> from(X509_gmtime_adj(nullptr, -3600));
  const OpensslOwned<ASN1_TIME, ASN1_TIME_free> to(X509_gmtime_adj(nullptr, 86400));
  X509_CRL_set1_lastUpdate(list.get(), from.get());
  X509_CRL_set1_nextUpdate(list.get(), to.get());
  if (revoked != nullptr) {
    auto* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked->certificate.get()));
    X509_REVOKED_set_revocationDate(entry, from.get());
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256());
  unsigned char* buffer = nullptr;
  const int size = i2d_X509_CRL(list.get(), &buffer);
  Bytes out(buffer, buffer + size);
  OPENSSL_free(buffer);
  return out;
}

}  // namespace utsyn::probe::testing
