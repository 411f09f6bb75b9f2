// See trust_store.h. Roots are read once; a chain is verified once however many hosts send it (RFC 5280
// section 6 by OpenSSL, purpose serverAuth). Dates are left out of the path on purpose: that a certificate
// has expired is a fact of its own, and a path that is found again tomorrow is the same evidence.
#include "probe/trust_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <stdexcept>

#include "base/hash.h"
#include "probe/owned_x509.h"

namespace utsyn::probe {
namespace {

using OwnedBio = OpensslOwned<BIO, BIO_free>;
using OwnedStoreContext = OpensslOwned<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr std::size_t most_kept_paths = 100'000;
constexpr std::size_t most_kept_lists = 256;
constexpr std::size_t most_sent = 64;

void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using BorrowedStack = OpensslOwned<STACK_OF(X509), free_stack>;

struct QuietErrors {
  QuietErrors() = default;
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { ERR_clear_error(); }
};

UtcTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return UtcTime{};
  using namespace std::chrono;
  const year_month_day date{year{parts.tm_year + 1900}, month{static_cast<unsigned>(parts.tm_mon + 1)},
                            day{static_cast<unsigned>(parts.tm_mday)}};
  return UtcTime{sys_days{date} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec}};
}

std::string chain_key(std::span<const Bytes> sent) {
  Bytes all;
  for (const auto& der : sent) {
    const auto digest = sha256(der);
    all.insert(all.end(), digest.begin(), digest.end());
  }
  const auto digest = sha256(all);
  return {digest.begin(), digest.end()};
}

// Debian's bundle first; other systems keep it elsewhere.
constexpr const char* system_bundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                          "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

}  // namespace

std::string path_error_name(int code) {
  struct Name {
    int code;
    std::string_view name;
  };
  static constexpr Name names[] = {
      {X509_V_ERR_UNSPECIFIED, "unspecified"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "unable-to-get-issuer-cert"},
      {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, "unable-to-decrypt-cert-signature"},
      {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, "unable-to-decode-issuer-public-key"},
      {X509_V_ERR_CERT_SIGNATURE_FAILURE, "cert-signature-failure"},
      {X509_V_ERR_CERT_NOT_YET_VALID, "certificate-not-yet-valid"},
      {X509_V_ERR_CERT_HAS_EXPIRED, "certificate-has-expired"},
      {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, "error-in-cert-not-before-field"},
      {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, "error-in-cert-not-after-field"},
      {X509_V_ERR_OUT_OF_MEM, "out-of-mem"},
      {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "depth-zero-self-signed-cert"},
      {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "self-signed-cert-in-chain"},
      {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unable-to-get-issuer-cert-locally"},
      {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "unable-to-verify-leaf-signature"},
      {X509_V_ERR_CERT_CHAIN_TOO_LONG, "cert-chain-too-long"},
      {X509_V_ERR_INVALID_CA, "invalid-ca"},
      {X509_V_ERR_PATH_LENGTH_EXCEEDED, "path-length-exceeded"},
      {X509_V_ERR_INVALID_PURPOSE, "invalid-purpose"},
      {X509_V_ERR_CERT_UNTRUSTED, "cert-untrusted"},
      {X509_V_ERR_CERT_REJECTED, "cert-rejected"},
      {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "keyusage-no-certsign"},
      {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "unhandled-critical-extension"},
      {X509_V_ERR_INVALID_NON_CA, "invalid-non-ca"},
      {X509_V_ERR_INVALID_EXTENSION, "invalid-extension"},
      {X509_V_ERR_PERMITTED_VIOLATION, "permitted-violation"},
      {X509_V_ERR_EXCLUDED_VIOLATION, "excluded-violation"},
      {X509_V_ERR_SUBTREE_MINMAX, "subtree-minmax"},
      {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, "unsupported-constraint-type"},
      {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, "unsupported-constraint-syntax"},
      {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, "unsupported-name-syntax"},
      {X509_V_ERR_PATH_LOOP, "path-loop"},
      {X509_V_ERR_EE_KEY_TOO_SMALL, "ee-key-too-small"},
      {X509_V_ERR_CA_KEY_TOO_SMALL, "ca-key-too-small"},
      {X509_V_ERR_CA_MD_TOO_WEAK, "ca-md-too-weak"},
  };
  for (const auto& row : names) {
    if (row.code == code) return std::string(row.name);
  }
  return "error-" + std::to_string(code);
}

TrustStore::TrustStore(const std::string& extra_root_file) : impl_(std::make_unique<Impl>(extra_root_file)) {}
TrustStore::~TrustStore() = default;

TrustStore::Impl::Impl(const std::string& extra_root_file) : store_(X509_STORE_new()) {
  if (!store_) throw std::runtime_error("no memory for the trust store");
  for (const auto* bundle : system_bundles) {
    if (add_file(bundle, true) > 0) break;
  }
  if (!extra_root_file.empty() && add_file(extra_root_file, false) == 0) {
    throw std::runtime_error("reading the extra roots: there is no PEM certificate in " + extra_root_file +
                             ". Name a readable file with --root-ca.");
  }
}

std::size_t TrustStore::Impl::add_file(const std::string& file, bool is_public) {
  const QuietErrors quiet;
  const OwnedBio in(BIO_new_file(file.c_str(), "r"));
  if (!in) return 0;
  std::size_t added = 0;
  while (const OwnedX509 certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    // OpenSSL takes the second copy of a root without complaint.
    if (X509_STORE_add_cert(store_.get(), certificate.get()) != 1) continue;
    ++added;
    if (is_public) public_roots_.insert(to_hex(sha256(der_of(certificate.get()))));
  }
  roots_ += added;
  return added;
}

FoundPath TrustStore::Impl::build_path(std::span<const Bytes> sent) const {
  const QuietErrors quiet;
  FoundPath out;
  std::vector<OwnedX509> certificates;
  const BorrowedStack untrusted(sk_X509_new_null());
  for (const auto& der : sent.first(std::min(sent.size(), most_sent))) {
    auto certificate = read_certificate(der);
    if (!certificate && certificates.empty()) {
      out.check.error = "unreadable";
      return out;
    }
    if (!certificate) continue;
    if (!certificates.empty()) sk_X509_push(untrusted.get(), certificate.get());
    certificates.push_back(std::move(certificate));
  }
  const OwnedStoreContext context(X509_STORE_CTX_new());
  if (!context ||
      X509_STORE_CTX_init(context.get(), store_.get(), certificates.front().get(), untrusted.get()) != 1) {
    out.check.error = path_error_name(X509_V_ERR_UNSPECIFIED);
    return out;
  }
  auto* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_TRUSTED_FIRST);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_depth(parameters, 16);
  if (X509_verify_cert(context.get()) != 1) {
    out.check.error = path_error_name(X509_STORE_CTX_get_error(context.get()));
    out.check.error_depth = std::max(0, X509_STORE_CTX_get_error_depth(context.get()));
    return out;
  }
  out.check.trusted = true;
  auto* found = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; i < sk_X509_num(found); ++i) {
    const auto* certificate = sk_X509_value(found, i);
    out.path.push_back(der_of(certificate));
    out.check.path_sha256.push_back(to_hex(sha256(out.path.back())));
    out.validity.emplace_back(time_of(X509_get0_notBefore(certificate)),
                              time_of(X509_get0_notAfter(certificate)));
  }
  out.check.public_root = public_roots_.contains(out.check.path_sha256.back());
  return out;
}

std::shared_ptr<const FoundPath> TrustStore::Impl::find_path(std::span<const Bytes> sent) const {
  if (sent.empty()) {
    FoundPath nothing;
    nothing.check.error = "no-certificate";
    return std::make_shared<const FoundPath>(std::move(nothing));
  }
  const auto key = chain_key(sent);
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = paths_.find(key); at != paths_.end()) return at->second;
  }
  auto found = std::make_shared<const FoundPath>(build_path(sent));
  const std::lock_guard lock(mutex_);
  if (paths_.size() >= most_kept_paths) paths_.clear();
  paths_.emplace(key, found);
  return found;
}

Observed<PathCheck> TrustStore::Impl::check(std::span<const Bytes> sent, UtcTime now) const {
  if (empty()) return Unseen::not_measured;
  const auto found = find_path(sent);
  auto out = found->check;
  for (std::size_t i = 0; out.trusted && out.error.empty() && i < found->validity.size(); ++i) {
    const auto& [from, to] = found->validity[i];
    if (now >= from && now <= to) continue;
    out.error = path_error_name(now < from ? X509_V_ERR_CERT_NOT_YET_VALID : X509_V_ERR_CERT_HAS_EXPIRED);
    out.error_depth = static_cast<int>(i);
  }
  return out;
}

std::shared_ptr<const Bytes> TrustStore::Impl::kept_list(const std::string& url, UtcTime now) const {
  const std::lock_guard lock(mutex_);
  const auto at = lists_.find(url);
  return at == lists_.end() || now >= at->second.until ? nullptr : at->second.der;
}

void TrustStore::Impl::keep_list(const std::string& url, Bytes der, UtcTime now) const {
  const std::lock_guard lock(mutex_);
  if (lists_.size() >= most_kept_lists) lists_.clear();
  lists_[url] = {std::make_shared<const Bytes>(std::move(der)), now + std::chrono::hours(1)};
}

}  // namespace utsyn::probe
