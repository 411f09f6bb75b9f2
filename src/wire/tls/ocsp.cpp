// See ocsp.h.
#include "wire/tls/ocsp.h"

#include <algorithm>

#include "wire/tls/openssl.h"
#include "wire/tls/x509.h"

namespace utsyn::wire {
namespace {

using namespace openssl;

constexpr int max_single_responses = 64;

void free_known(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using OwnedCertId = Owned<OCSP_CERTID, OCSP_CERTID_free>;

// The answer about this certificate, whatever digest the responder names it by.
OCSP_SINGLERESP* find_answer(OCSP_BASICRESP* basic, const X509* certificate, const X509* issuer) {
  const int count = std::min(OCSP_resp_count(basic), max_single_responses);
  for (int i = 0; i < count; ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, i);
    const OCSP_CERTID* named = OCSP_SINGLERESP_get0_id(single);
    ASN1_OBJECT* digest = nullptr;
    OCSP_id_get0_info(nullptr, &digest, nullptr, nullptr, const_cast<OCSP_CERTID*>(named));
    const EVP_MD* method = EVP_get_digestbyobj(digest);
    if (!method) continue;
    const OwnedCertId asked(OCSP_cert_to_id(method, certificate, issuer));
    if (asked && OCSP_id_cmp(asked.get(), named) == 0) return single;
  }
  return nullptr;
}

// RFC 6960 section 4.2.2.2: the issuer itself, or one that the issuer gave the OCSPSigning purpose, valid
// when it signed.
bool may_answer(X509* signer, X509* issuer, std::optional<UtcTime> produced_at) {
  if (X509_cmp(signer, issuer) == 0) return true;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  if (!key || X509_check_issued(issuer, signer) != X509_V_OK || X509_verify(signer, key) != 1) return false;
  if ((X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) == 0 ||
      (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) == 0)
    return false;
  const auto from = read_time(X509_get0_notBefore(signer));
  const auto to = read_time(X509_get0_notAfter(signer));
  return from && to && produced_at && *from <= *produced_at && *produced_at <= *to;
}

bool signature_valid(OCSP_BASICRESP* basic, X509* issuer, std::optional<UtcTime> produced_at) {
  const Owned<STACK_OF(X509), free_known> known(sk_X509_new_null());
  sk_X509_push(known.get(), issuer);
  X509* signer = nullptr;
  if (OCSP_resp_get0_signer(basic, &signer, known.get()) != 1 || !signer) return false;
  if (!may_answer(signer, issuer, produced_at)) return false;
  // Only the signature: OpenSSL's own chain check would ask the clock.
  return OCSP_basic_verify(basic, known.get(), nullptr, OCSP_NOVERIFY) == 1;
}

std::vector<Sct> read_scts(OCSP_SINGLERESP* single) {
  const int at = OCSP_SINGLERESP_get_ext_by_NID(single, NID_ct_cert_scts, -1);
  if (at < 0) return {};
  const auto data = view(X509_EXTENSION_get_data(OCSP_SINGLERESP_get_ext(single, at)));
  const unsigned char* bytes = data.data();
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> inner(
      d2i_ASN1_OCTET_STRING(nullptr, &bytes, static_cast<long>(data.size())));
  auto list = inner ? parse_sct_list(view(inner.get())) : unexpected(SctError::bad_length);
  return list ? std::move(*list) : std::vector<Sct>{};
}

OcspAnswer::Status status_of(int status) {
  switch (status) {
    case V_OCSP_CERTSTATUS_GOOD:
      return OcspAnswer::Status::good;
    case V_OCSP_CERTSTATUS_REVOKED:
      return OcspAnswer::Status::revoked;
    default:
      return OcspAnswer::Status::unknown;
  }
}

}  // namespace

std::string_view ocsp_status_name(OcspAnswer::Status status) {
  using Status = OcspAnswer::Status;
  switch (status) {
    case Status::good:
      return "good";
    case Status::revoked:
      return "revoked";
    case Status::unknown:
      return "unknown";
    case Status::not_answered:
      return "not-answered";
    case Status::error:
      return "error";
    case Status::malformed:
      return "malformed";
  }
  return "";
}

OcspAnswer parse_ocsp_response(ByteView response, ByteView certificate, ByteView issuer) {
  const QuietErrors quiet;
  OcspAnswer out;
  if (response.empty() || response.size() > max_ocsp_bytes) return out;
  const unsigned char* at = response.data();
  const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> whole(
      d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(response.size())));
  if (!whole || at != response.data() + response.size()) return out;
  out.response_status = OCSP_response_status(whole.get());
  if (out.response_status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    out.status = OcspAnswer::Status::error;
    return out;
  }
  const Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_response_get1_basic(whole.get()));
  if (!basic) return out;
  out.produced_at = read_time(OCSP_resp_get0_produced_at(basic.get()));
  out.status = OcspAnswer::Status::not_answered;

  const auto subject = read_x509(certificate);
  const auto authority = read_x509(issuer);
  if (!subject || !authority) return out;
  out.signature_valid = signature_valid(basic.get(), authority.get(), out.produced_at);
  OCSP_SINGLERESP* single = find_answer(basic.get(), subject.get(), authority.get());
  if (!single) return out;

  int reason = -1;
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);
  const auto from = read_time(this_update);
  if (!from) {
    out.status = OcspAnswer::Status::malformed;
    return out;
  }
  out.status = status_of(status);
  out.this_update = *from;
  out.next_update = read_time(next_update);
  if (out.status == OcspAnswer::Status::revoked) {
    out.revoked_at = read_time(revoked);
    out.revocation_reason = reason;
  }
  out.scts = read_scts(single);
  return out;
}

Bytes build_ocsp_request(ByteView certificate, ByteView issuer) {
  const QuietErrors quiet;
  const auto subject = read_x509(certificate);
  const auto authority = read_x509(issuer);
  if (!subject || !authority) return {};
  // SHA-1 names the certificate; it protects nothing, and it is what responders have cached (RFC 5019).
  OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), subject.get(), authority.get());
  const Owned<OCSP_REQUEST, OCSP_REQUEST_free> request(OCSP_REQUEST_new());
  if (!id || !request || !OCSP_request_add0_id(request.get(), id)) {
    OCSP_CERTID_free(id);  // otherwise the request owns it
    return {};
  }
  return encoded([&](unsigned char** out) { return i2d_OCSP_REQUEST(request.get(), out); });
}

}  // namespace utsyn::wire
