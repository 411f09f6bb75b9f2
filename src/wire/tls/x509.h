// The facts of one certificate (RFC 5280), read by OpenSSL and judged nowhere here. Counts are bounded: a
// certificate with ten thousand names gives its first thousand and the count.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "wire/tls/sct.h"

namespace utsyn::wire {

struct PublicKeyFacts {
  std::string
      algorithm;  // "rsa", "rsa-pss", "ec", "ed25519", "ed448", "dsa", "dh", "ml-dsa-65"...; "unknown"
  unsigned bits = 0;
  std::string rsa_modulus_hex;  // lower case, no leading zeros
  std::string rsa_exponent;     // decimal
  std::string curve;  // "secp256r1", "brainpoolP256r1"...: as IANA names groups; else OpenSSL's name
  bool explicit_curve = false;  // curve parameters written out instead of named
  bool unreadable = false;      // OpenSSL knows the algorithm and cannot read the key
};

struct SignatureFacts {
  std::string oid;
  std::string algorithm;  // OpenSSL's long name: "sha256WithRSAEncryption", "rsassaPss", "ecdsa-with-SHA256"
  std::string hash;       // "md5", "sha1", "sha256"...; "intrinsic" for EdDSA and ML-DSA; "unknown"
  std::string pss_mgf_hash;  // RSASSA-PSS only
  int pss_salt_bytes = -1;
  bool same_inside = true;  // the algorithm under the signature equals the one beside it
};

struct Certificate {
  int version = 0;         // 1, 2, 3 as people say it
  std::string serial_hex;  // lower case; "-" before a negative one
  unsigned serial_bits = 0;
  bool serial_negative = false;
  unsigned serial_bytes = 0;  // octets of the DER integer

  std::string subject;  // RFC 2253-like: "CN=example.no,O=Example AS,C=NO"
  std::string issuer;
  std::string subject_common_name;  // the first one
  std::string issuer_common_name;
  std::string issuer_organisation;
  std::string subject_hash;  // hex SHA-256 of the DER name
  std::string issuer_hash;

  UtcTime not_before{};
  UtcTime not_after{};

  std::vector<std::string> dns_names;  // lower case, printable; the first max_names
  std::vector<IpAddress> ip_addresses;
  std::vector<std::string> other_names;  // "email:...", "uri:...", "dirname:...", "other:..."
  std::size_t name_count = 0;            // all of them
  bool has_names = false;                // there is a subjectAltName extension

  bool has_basic_constraints = false;
  bool is_ca = false;
  int path_length = -1;
  std::optional<std::uint32_t> key_usage;  // bits as RFC 5280 numbers them: digital_signature = 1 << 0
  std::vector<std::string> extended_key_usage;
  bool has_extended_key_usage = false;

  PublicKeyFacts key;
  SignatureFacts signature;

  std::string sha256;       // of the DER, hex
  std::string spki_sha256;  // of SubjectPublicKeyInfo, hex
  std::string subject_key_id;
  std::string authority_key_id;

  std::vector<std::string> ocsp_urls;
  std::vector<std::string> issuer_urls;
  std::vector<std::string> crl_urls;
  bool must_staple = false;
  std::vector<std::string> policies;       // OIDs
  std::vector<std::string> qc_statements;  // OIDs of the qualified statements (ETSI EN 319 412-5)
  std::vector<Sct> scts;
  bool has_sct_list = false;
  bool is_precertificate = false;  // the poison extension of RFC 6962

  bool self_issued = false;  // subject equals issuer
  bool self_signed = false;  // and the signature verifies with its own key

  std::vector<std::string> extensions;  // OIDs in order
  std::vector<std::string> duplicate_extensions;
  std::vector<std::string> unknown_critical_extensions;
  std::vector<std::string>
      remarks;  // stable codes of what a strict reader objects to, such as "not-der-again"

  static constexpr std::size_t max_names = 1000;
};

// Bits of Certificate::key_usage.
namespace key_usage {
inline constexpr std::uint32_t digital_signature = 1U << 0U;
inline constexpr std::uint32_t content_commitment = 1U << 1U;
inline constexpr std::uint32_t key_encipherment = 1U << 2U;
inline constexpr std::uint32_t data_encipherment = 1U << 3U;
inline constexpr std::uint32_t key_agreement = 1U << 4U;
inline constexpr std::uint32_t key_cert_sign = 1U << 5U;
inline constexpr std::uint32_t crl_sign = 1U << 6U;
}  // namespace key_usage

enum class CertificateError : std::uint8_t { empty, too_large, unreadable, trailing_data };
inline constexpr std::size_t max_certificate_bytes = 256 * 1024;

Result<Certificate, CertificateError> parse_certificate(ByteView der);
// All certificates of a PEM text, as DER; what is no certificate is skipped. At most `limit`.
std::vector<Bytes> certificates_from_pem(std::string_view pem, std::size_t limit = 4096);
std::string certificate_to_pem(ByteView der);
// A DER name ("the CAs I accept") as text; empty when unreadable.
std::string distinguished_name_text(ByteView der);

// --- names (RFC 6125, RFC 9525): subjectAltName only, the common name is never asked.

// Is a wildcard directly under this name too wide? Decided by the caller, who has the public suffix list.
using PublicSuffix = std::function<bool(std::string_view name)>;

// Does the presented name (possibly "*.example.no") cover `host`, both A-labels? A wildcard must be the whole
// left-most label, stands for exactly one label, and may not sit directly on a public suffix.
bool name_matches(std::string_view presented, std::string_view host, const PublicSuffix& is_public_suffix);
bool certificate_matches(const Certificate& certificate, std::string_view host,
                         const PublicSuffix& is_public_suffix);
bool certificate_matches(const Certificate& certificate, const IpAddress& address);
// The same over every name of the certificate, also beyond max_names.
bool der_matches(ByteView der, std::string_view host, const PublicSuffix& is_public_suffix);

}  // namespace utsyn::wire
