// See chain.h.
#include "wire/tls/chain.h"

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "wire/tls/openssl.h"
#include "wire/tls/x509.h"

namespace utsyn::wire {
namespace {

using namespace openssl;

constexpr std::size_t max_chain = 64;
constexpr std::size_t max_path = 16;
constexpr int security_level = 1;  // refuses MD5 and RSA below 1024 bits; what more is weak, the checks say

void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using Stack = Owned<STACK_OF(X509), free_stack>;

std::vector<OwnedX509> read_all(std::span<const Bytes> sent) {
  std::vector<OwnedX509> out;
  for (const auto& der : sent.first(std::min(sent.size(), max_chain)))
    out.push_back(der.size() <= max_certificate_bytes ? read_x509(der) : nullptr);
  return out;
}

bool issued_by(X509* subject, X509* issuer) {
  if (X509_check_issued(issuer, subject) != X509_V_OK) return false;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  return key && X509_verify(subject, key) == 1;
}

ChainVerdict::Reason reason_of(int error) {
  using Reason = ChainVerdict::Reason;
  switch (error) {
    case X509_V_OK:
      return Reason::trusted;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Reason::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return Reason::self_signed_in_chain;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return Reason::missing_intermediate;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Reason::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Reason::not_yet_valid;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
      return Reason::bad_signature;
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return Reason::wrong_purpose;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return Reason::too_weak;
    default:
      return Reason::other;
  }
}

std::string fingerprint(const X509* x509) {
  return to_hex(sha256(encoded([&](unsigned char** out) { return i2d_X509(x509, out); })));
}

}  // namespace

ChainOrder order_chain(std::span<const Bytes> sent) {
  const QuietErrors quiet;
  ChainOrder out;
  const auto chain = read_all(sent);
  std::set<Bytes> seen;
  std::vector<bool> usable(chain.size());
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (!chain[i]) {
      ++out.unreadable;
    } else if (!seen.insert(sent[i]).second) {
      ++out.duplicates;
    } else {
      usable[i] = true;
    }
  }
  if (chain.empty() || !chain[0]) return out;

  const auto self_signed = [&](std::size_t i) { return issued_by(chain[i].get(), chain[i].get()); };
  out.leaf_self_signed = self_signed(0);
  out.path.push_back(0);
  usable[0] = false;
  while (out.path.size() < max_path && !self_signed(out.path.back())) {
    const auto at = out.path.back();
    // The one that follows is tried first: two certificates of one key and name are both right.
    std::size_t found = chain.size();
    for (std::size_t step = 1; step < chain.size() && found == chain.size(); ++step) {
      const auto candidate = (at + step) % chain.size();
      if (usable[candidate] && issued_by(chain[at].get(), chain[candidate].get())) found = candidate;
    }
    if (found == chain.size()) break;
    usable[found] = false;
    out.path.push_back(found);
  }
  for (std::size_t i = 0; i < out.path.size(); ++i) out.in_order = out.in_order && out.path[i] == i;
  out.unrelated = static_cast<std::size_t>(std::ranges::count(usable, true));
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (chain[i] &&
        X509_NAME_cmp(X509_get_subject_name(chain[i].get()), X509_get_issuer_name(chain[i].get())) == 0)
      out.root_included = out.root_included || self_signed(i);
  return out;
}

struct TrustStore::Inside {
  Owned<X509_STORE, X509_STORE_free> store{X509_STORE_new()};
  std::size_t size = 0;
};

TrustStore::TrustStore() : inside_(std::make_unique<Inside>()) {}
TrustStore::~TrustStore() = default;
TrustStore::TrustStore(TrustStore&&) noexcept = default;
TrustStore& TrustStore::operator=(TrustStore&&) noexcept = default;

bool TrustStore::add(ByteView der) {
  const QuietErrors quiet;
  if (der.size() > max_certificate_bytes) return false;
  const auto x509 = read_x509(der);
  if (!x509 || X509_STORE_add_cert(inside_->store.get(), x509.get()) != 1) return false;
  ++inside_->size;
  return true;
}

std::size_t TrustStore::add_pem(std::string_view bundle) {
  std::size_t added = 0;
  for (const auto& der : certificates_from_pem(bundle)) added += add(der) ? 1U : 0U;
  return added;
}

std::size_t TrustStore::size() const { return inside_->size; }

std::string_view chain_reason_name(ChainVerdict::Reason reason) {
  using Reason = ChainVerdict::Reason;
  switch (reason) {
    case Reason::trusted:
      return "trusted";
    case Reason::self_signed:
      return "self-signed";
    case Reason::self_signed_in_chain:
      return "untrusted-root";
    case Reason::missing_intermediate:
      return "missing-intermediate";
    case Reason::expired:
      return "expired";
    case Reason::not_yet_valid:
      return "not-yet-valid";
    case Reason::bad_signature:
      return "bad-signature";
    case Reason::wrong_purpose:
      return "wrong-purpose";
    case Reason::too_weak:
      return "too-weak";
    case Reason::unreadable:
      return "unreadable";
    case Reason::other:
      return "other";
  }
  return "";
}

ChainVerdict verify_chain(const TrustStore& roots, std::span<const Bytes> sent, UtcTime at) {
  const QuietErrors quiet;
  ChainVerdict out;
  const auto chain = read_all(sent);
  if (chain.empty() || !chain[0]) {
    out.reason = ChainVerdict::Reason::unreadable;
    return out;
  }
  const Stack untrusted(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (chain[i]) sk_X509_push(untrusted.get(), chain[i].get());

  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  if (!context ||
      X509_STORE_CTX_init(context.get(), roots.inside_->store.get(), chain[0].get(), untrusted.get()) != 1)
    return out;
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(to_unix(at)));
  X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(max_path));
  X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);

  const bool good = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  out.reason = good ? ChainVerdict::Reason::trusted : reason_of(error);
  if (!good && out.reason == ChainVerdict::Reason::trusted) out.reason = ChainVerdict::Reason::other;
  out.detail = X509_verify_cert_error_string(error);
  out.depth = static_cast<std::size_t>(std::max(X509_STORE_CTX_get_error_depth(context.get()), 0));
  const STACK_OF(X509)* used = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; used && i < sk_X509_num(used); ++i) out.path.push_back(fingerprint(sk_X509_value(used, i)));
  return out;
}

}  // namespace utsyn::wire
