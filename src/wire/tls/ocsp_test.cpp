// OCSP responses, made by a responder in the test.
#include "wire/tls/ocsp.h"

#include <gtest/gtest.h>

#include "wire/tls/test_certificates.h"

namespace utsyn::wire {
namespace {

using namespace testing_certificates;
using Status = OcspAnswer::Status;

struct Responder {
  int status = V_OCSP_CERTSTATUS_GOOD;
  const EVP_MD* named_by = EVP_sha1();
  std::string signing_key = "ec:P-256#intermediate";
  OwnedX509 signer = make_x509(intermediate_recipe());
  bool next_update = true;

  Bytes answer(const X509* certificate, const X509* issuer) const {
    const openssl::Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
    const openssl::Owned<OCSP_CERTID, OCSP_CERTID_free> id(OCSP_cert_to_id(named_by, certificate, issuer));
    const openssl::Owned<ASN1_TIME, ASN1_TIME_free> from(ASN1_TIME_set(nullptr, 1'795'000'000));
    const openssl::Owned<ASN1_TIME, ASN1_TIME_free> to(ASN1_TIME_set(nullptr, 1'795'400'000));
    const openssl::Owned<ASN1_TIME, ASN1_TIME_free> revoked(ASN1_TIME_set(nullptr, 1'794'000'000));
    OCSP_basic_add1_status(basic.get(), id.get(), status, 1, revoked.get(), from.get(),
                           next_update ? to.get() : nullptr);
    require(OCSP_basic_sign(basic.get(), signer.get(), key(signing_key), EVP_sha256(), nullptr, 0) == 1,
            "ocsp sign");
    const openssl::Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    return openssl::encoded([&](unsigned char** out) { return i2d_OCSP_RESPONSE(response.get(), out); });
  }
};

class Ocsp : public testing::Test {
 protected:
  OwnedX509 leaf_ = make_x509(leaf_recipe());
  OwnedX509 issuer_ = make_x509(intermediate_recipe());
  Bytes leaf_der_ = der_of(leaf_.get());
  Bytes issuer_der_ = der_of(issuer_.get());

  OcspAnswer ask(const Responder& responder) const {
    return parse_ocsp_response(responder.answer(leaf_.get(), issuer_.get()), leaf_der_, issuer_der_);
  }
};

TEST_F(Ocsp, GoodRevokedUnknown) {
  Responder responder;
  const auto good = ask(responder);
  EXPECT_EQ(good.status, Status::good);
  EXPECT_TRUE(good.signature_valid);
  EXPECT_EQ(to_unix(good.this_update), 1'795'000'000);
  ASSERT_TRUE(good.next_update);
  EXPECT_EQ(to_unix(*good.next_update), 1'795'400'000);
  EXPECT_TRUE(good.produced_at);
  EXPECT_FALSE(good.revoked_at);
  EXPECT_TRUE(good.scts.empty());

  responder.status = V_OCSP_CERTSTATUS_REVOKED;
  const auto revoked = ask(responder);
  EXPECT_EQ(revoked.status, Status::revoked);
  EXPECT_EQ(revoked.revocation_reason, 1);
  ASSERT_TRUE(revoked.revoked_at);
  EXPECT_EQ(to_unix(*revoked.revoked_at), 1'794'000'000);

  responder.status = V_OCSP_CERTSTATUS_UNKNOWN;
  responder.next_update = false;
  const auto unknown = ask(responder);
  EXPECT_EQ(unknown.status, Status::unknown);
  EXPECT_FALSE(unknown.next_update);
}

TEST_F(Ocsp, AnyDigestNamesTheCertificate) {
  Responder responder;
  responder.named_by = EVP_sha256();
  EXPECT_EQ(ask(responder).status, Status::good);
}

TEST_F(Ocsp, WhoMayAnswer) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto delegate = leaf_recipe();
  delegate.subject = {{"CN", "Responder"}};
  delegate.subject_key = "ec:P-256#responder";
  delegate.extensions = {{"extendedKeyUsage", "OCSPSigning"}};
  delegate.not_before = now - std::chrono::hours(24);
  delegate.not_after = now + std::chrono::hours(24);

  Responder responder;
  responder.signing_key = delegate.subject_key;
  responder.signer = make_x509(delegate);
  EXPECT_TRUE(ask(responder).signature_valid);

  auto no_purpose = delegate;
  no_purpose.extensions = {{"extendedKeyUsage", "serverAuth"}};
  responder.signer = make_x509(no_purpose);
  EXPECT_FALSE(ask(responder).signature_valid);

  auto expired = delegate;
  expired.not_after = now - std::chrono::hours(1);
  responder.signer = make_x509(expired);
  EXPECT_FALSE(ask(responder).signature_valid);

  auto stranger = delegate;
  stranger.issuer = {{"CN", "Somebody"}};
  stranger.issuer_key = "ec:P-256#somebody";
  responder.signer = make_x509(stranger);
  const auto foreign = ask(responder);
  EXPECT_FALSE(foreign.signature_valid);
  EXPECT_EQ(foreign.status, Status::good) << "what it says is told apart from whether it may say it";
}

TEST_F(Ocsp, ATouchedResponseIsNotSigned) {
  auto bytes = Responder().answer(leaf_.get(), issuer_.get());
  // The last digit of the seconds of thisUpdate; the structure stays whole.
  std::string digits;
  for (const char c : format_time(from_unix(1'795'000'000)))
    if (c >= '0' && c <= '9') digits += c;
  const auto at = as_text(bytes).find(digits + "Z");
  ASSERT_NE(at, std::string_view::npos);
  bytes[at + digits.size() - 1] = bytes[at + digits.size() - 1] == '1' ? '2' : '1';
  const auto answer = parse_ocsp_response(bytes, leaf_der_, issuer_der_);
  EXPECT_EQ(answer.status, Status::good);
  EXPECT_FALSE(answer.signature_valid);
}

TEST_F(Ocsp, OtherAnswers) {
  const auto other = make_x509({.serial = 99});
  const auto about_another =
      parse_ocsp_response(Responder().answer(other.get(), issuer_.get()), leaf_der_, issuer_der_);
  EXPECT_EQ(about_another.status, Status::not_answered);
  EXPECT_TRUE(about_another.signature_valid);

  const auto later = parse_ocsp_response(*from_hex("30030a0103"), leaf_der_, issuer_der_);
  EXPECT_EQ(later.status, Status::error);
  EXPECT_EQ(later.response_status, 3);

  auto trailing = Responder().answer(leaf_.get(), issuer_.get());
  trailing.push_back(0);
  for (const auto& bytes :
       {Bytes{}, Bytes{0x30, 0x00}, trailing, Bytes(max_ocsp_bytes + 1, 0x30), *from_hex("30030a0100")})
    EXPECT_EQ(parse_ocsp_response(bytes, leaf_der_, issuer_der_).status, Status::malformed);
  EXPECT_EQ(parse_ocsp_response(Responder().answer(leaf_.get(), issuer_.get()), {}, {}).status,
            Status::not_answered);
  EXPECT_EQ(ocsp_status_name(Status::not_answered), "not-answered");
}

TEST_F(Ocsp, RequestNamesTheCertificate) {
  const auto bytes = build_ocsp_request(leaf_der_, issuer_der_);
  const unsigned char* at = bytes.data();
  const openssl::Owned<OCSP_REQUEST, OCSP_REQUEST_free> request(
      d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(bytes.size())));
  ASSERT_TRUE(request);
  EXPECT_EQ(OCSP_request_onereq_count(request.get()), 1);
  EXPECT_TRUE(build_ocsp_request({}, issuer_der_).empty());
}

}  // namespace
}  // namespace utsyn::wire
