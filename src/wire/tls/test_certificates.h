// Certificates made on the spot, for tests: say what shall be in it, get the DER. Not part of the product.
#pragma once

#include <openssl/conf.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "wire/tls/openssl.h"

namespace utsyn::wire::testing_certificates {

using openssl::OwnedKey;
using openssl::OwnedX509;

inline void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

// "rsa:2048", "ec:P-256", "ed25519", "rsa-pss:2048"; the same label gives the same key within one run.
inline EVP_PKEY* key(const std::string& label) {
  static std::map<std::string, OwnedKey> made;
  auto& slot = made[label];
  if (!slot) {
    const auto colon = label.find(':');
    auto kind = label.substr(0, colon);
    const auto parameter =
        colon == std::string::npos ? "" : label.substr(colon + 1, label.find('#') - colon - 1);
    if (kind.starts_with("rsa")) {
      const openssl::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
          EVP_PKEY_CTX_new_from_name(nullptr, kind == "rsa" ? "RSA" : "RSA-PSS", nullptr));
      EVP_PKEY* out = nullptr;
      require(EVP_PKEY_keygen_init(context.get()) == 1, "keygen");
      require(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), std::stoi(parameter)) == 1, "bits");
      require(EVP_PKEY_generate(context.get(), &out) == 1, "generate");
      slot.reset(out);
    } else if (kind == "ec") {
      slot.reset(EVP_EC_gen(parameter.c_str()));
    } else {
      slot.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, kind == "ed25519" ? "ED25519" : "ED448"));
    }
    require(slot != nullptr, label.c_str());
  }
  return slot.get();
}

using Name = std::vector<std::pair<std::string, std::string>>;  // {"CN", "example.no"}

struct Recipe {
  Name subject = {{"CN", "example.no"}};
  Name issuer;  // empty: the subject
  std::string subject_key = "ec:P-256";
  std::string issuer_key;  // empty: the subject's
  long version = 3;
  long serial = 0x1234567890ABCDEF;
  UtcTime not_before = from_unix(1'790'000'000);
  UtcTime not_after = from_unix(1'797'000'000);
  // OpenSSL's configuration language: {"subjectAltName", "DNS:a.no,IP:192.0.2.1"}, {"1.2.3.4",
  // "critical,DER:0500"}
  std::vector<std::pair<std::string, std::string>> extensions;
  const EVP_MD* digest = EVP_sha256();
  bool pss = false;
};

inline void fill(X509_NAME* name, const Name& parts) {
  for (const auto& [field, value] : parts)
    require(X509_NAME_add_entry_by_txt(name, field.c_str(), MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) == 1,
            "name");
}

inline OwnedX509 make_x509(const Recipe& recipe) {
  OwnedX509 out(X509_new());
  X509_set_version(out.get(), recipe.version - 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(out.get()), recipe.serial);
  fill(X509_get_subject_name(out.get()), recipe.subject);
  fill(X509_get_issuer_name(out.get()), recipe.issuer.empty() ? recipe.subject : recipe.issuer);
  ASN1_TIME_set(X509_getm_notBefore(out.get()), static_cast<std::time_t>(to_unix(recipe.not_before)));
  ASN1_TIME_set(X509_getm_notAfter(out.get()), static_cast<std::time_t>(to_unix(recipe.not_after)));
  X509_set_pubkey(out.get(), key(recipe.subject_key));
  X509V3_CTX context{};
  X509V3_set_ctx(&context, out.get(), out.get(), nullptr, nullptr, 0);
  // Some extensions insist on a configuration to look into, even an empty one.
  const openssl::Owned<CONF, NCONF_free> configuration(NCONF_new(nullptr));
  X509V3_set_nconf(&context, configuration.get());
  for (const auto& [name, value] : recipe.extensions) {
    const openssl::Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_nconf(nullptr, &context, name.c_str(), value.c_str()));
    require(extension != nullptr, name.c_str());
    X509_add_ext(out.get(), extension.get(), -1);
  }
  EVP_PKEY* signer = key(recipe.issuer_key.empty() ? recipe.subject_key : recipe.issuer_key);
  const openssl::Owned<EVP_MD_CTX, EVP_MD_CTX_free> digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* signing = nullptr;
  const int id = EVP_PKEY_get_id(signer);
  const bool intrinsic = id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448;
  require(
      EVP_DigestSignInit(digest.get(), &signing, intrinsic ? nullptr : recipe.digest, nullptr, signer) == 1,
      "sign init");
  if (recipe.pss) require(EVP_PKEY_CTX_set_rsa_padding(signing, RSA_PKCS1_PSS_PADDING) == 1, "pss");
  if (recipe.pss) require(EVP_PKEY_CTX_set_rsa_pss_saltlen(signing, RSA_PSS_SALTLEN_DIGEST) == 1, "salt");
  require(X509_sign_ctx(out.get(), digest.get()) > 0, "sign");
  return out;
}

inline Bytes der_of(const X509* x509) {
  return openssl::encoded([&](unsigned char** out) { return i2d_X509(x509, out); });
}

inline Bytes make(const Recipe& recipe) { return der_of(make_x509(recipe).get()); }

// A little hierarchy: root, intermediate, leaf for example.no.
inline Recipe root_recipe() {
  return {
      .subject = {{"CN", "Test Root"}, {"O", "Utsyn Test"}},
      .subject_key = "ec:P-256#root",
      .not_before = from_unix(1'700'000'000),
      .not_after = from_unix(2'000'000'000),
      .extensions = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign,cRLSign"}}};
}
inline Recipe intermediate_recipe() {
  auto out = root_recipe();
  out.subject = {{"CN", "Test Intermediate"}, {"O", "Utsyn Test"}};
  out.issuer = root_recipe().subject;
  out.subject_key = "ec:P-256#intermediate";
  out.issuer_key = "ec:P-256#root";
  return out;
}
inline Recipe leaf_recipe() {
  return {.subject = {{"CN", "example.no"}},
          .issuer = intermediate_recipe().subject,
          .subject_key = "ec:P-256#leaf",
          .issuer_key = "ec:P-256#intermediate",
          .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                         {"keyUsage", "critical,digitalSignature"},
                         {"extendedKeyUsage", "serverAuth"},
                         {"subjectAltName", "DNS:example.no,DNS:*.example.no"}}};
}

}  // namespace utsyn::wire::testing_certificates
