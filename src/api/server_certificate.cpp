#include "api/server_certificate.h"

#include <fmt/format.h>

#include <boost/asio/ssl/context.hpp>

namespace utsyn::api {

namespace ssl = boost::asio::ssl;

std::string ServerCertificate::read(const std::string& certificate_file, const std::string& key_file) {
  auto fresh = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto* native = fresh->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  boost::system::error_code error;
  error = fresh->use_certificate_chain_file(certificate_file, error);
  if (error) {
    return fmt::format("--tls-cert {}: {}. Give a PEM file with the certificate and its chain.",
                       certificate_file, error.message());
  }
  error = fresh->use_private_key_file(key_file, ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1) {
    return fmt::format("--tls-key {}: {}. Give the PEM file of the key that belongs to the certificate.",
                       key_file, error ? error.message() : "it is not the certificate's key");
  }
  SSL_CTX_set_alpn_select_cb(
      native,
      [](SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
         unsigned int in_size, void*) {
        static constexpr unsigned char kHttp[] = "\x08http/1.1";
        unsigned char* chosen = nullptr;
        if (SSL_select_next_proto(&chosen, out_size, kHttp, sizeof kHttp - 1, in, in_size) !=
            OPENSSL_NPN_NEGOTIATED)
          return SSL_TLSEXT_ERR_ALERT_FATAL;
        *out = chosen;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
  const std::scoped_lock lock(mutex_);
  current_ = std::move(fresh);
  return {};
}

std::shared_ptr<ssl::context> ServerCertificate::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

}  // namespace utsyn::api
