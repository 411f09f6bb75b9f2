// See x509.h.
#include "wire/tls/x509.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <climits>
#include <set>

#include "base/hash.h"
#include "wire/tls/openssl.h"

namespace utsyn::wire {
namespace {

using namespace openssl;

constexpr std::size_t max_urls = 16;
constexpr std::size_t max_oids = 64;
constexpr std::size_t max_extensions = 128;
constexpr std::size_t max_text_bytes = 4096;
constexpr std::string_view qc_statements_oid = "1.3.6.1.5.5.7.1.3";

void note(Certificate& facts, std::string_view remark) {
  if (std::ranges::find(facts.remarks, remark) == facts.remarks.end()) facts.remarks.emplace_back(remark);
}

std::string name_text(const X509_NAME* name) {
  const OwnedBio out(BIO_new(BIO_s_mem()));
  const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!out || X509_NAME_print_ex(out.get(), name, 0, flags) < 0) return {};
  char* data = nullptr;
  const long length = BIO_get_mem_data(out.get(), &data);
  if (length <= 0) return {};
  const std::string_view text(data, static_cast<std::size_t>(length));
  if (text.size() > max_text_bytes || !valid_utf8(text)) return printable(text, max_text_bytes);
  return std::string(text);
}

std::string first_of(const X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) return {};
  const std::string text(utf8, utf8 + length);
  OPENSSL_free(utf8);
  // A NUL inside was once taken for the end of the name; here it is shown.
  const bool plain =
      valid_utf8(text) && std::ranges::none_of(text, [](char c) { return c >= 0 && c < 0x20; });
  return plain && text.size() <= max_text_bytes ? text : printable(text, max_text_bytes);
}

std::string name_hash(const X509_NAME* name) {
  return to_hex(sha256(encoded([&](unsigned char** out) { return i2d_X509_NAME(name, out); })));
}

std::string number_hex(const BIGNUM* number) {
  const auto text = to_hex(big_endian(number));
  const auto start = text.find_first_not_of('0');
  return start == std::string::npos ? "0" : text.substr(start);
}

OwnedBignum key_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return OwnedBignum(number);
}

std::string decimal(const BIGNUM* number) {
  char* text = BN_bn2dec(number);
  std::string out = text ? text : "";
  OPENSSL_free(text);
  return out;
}

// IANA's name of a curve where OpenSSL uses the one of X9.62.
std::string curve_name(std::string_view name) {
  if (name == "prime256v1") return "secp256r1";
  if (name == "prime192v1") return "secp192r1";
  if (name == "SM2") return "curveSM2";
  return std::string(name);
}

std::string algorithm_by_oid(std::string_view oid) {
  struct Row {
    std::string_view oid, name;
  };
  constexpr Row rows[] = {
      {"1.2.840.113549.1.1.1", "rsa"},
      {"1.2.840.113549.1.1.10", "rsa-pss"},
      {"1.2.840.10045.2.1", "ec"},
      {"1.3.101.112", "ed25519"},
      {"1.3.101.113", "ed448"},
      {"1.3.101.110", "x25519"},
      {"1.3.101.111", "x448"},
      {"1.2.840.10040.4.1", "dsa"},
      {"1.2.840.113549.1.3.1", "dh"},
      {"1.2.840.10046.2.1", "dh"},
      {"2.16.840.1.101.3.4.3.17", "ml-dsa-44"},
      {"2.16.840.1.101.3.4.3.18", "ml-dsa-65"},
      {"2.16.840.1.101.3.4.3.19", "ml-dsa-87"},
  };
  for (const auto& row : rows)
    if (row.oid == oid) return std::string(row.name);
  return "unknown";
}

void read_key(Certificate& facts, const X509* x509) {
  auto& out = facts.key;
  ASN1_OBJECT* object = nullptr;
  X509_PUBKEY_get0_param(&object, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(x509));
  const auto oid = oid_text(object);
  out.algorithm = algorithm_by_oid(oid);
  const EVP_PKEY* key = X509_get0_pubkey(x509);
  if (!key) {
    out.unreadable = out.algorithm != "unknown" && !out.algorithm.starts_with("ml-dsa");
    return;
  }
  const int bits = EVP_PKEY_get_bits(key);
  out.bits = bits > 0 ? static_cast<unsigned>(bits) : 0;
  if (out.algorithm.starts_with("rsa")) {
    const auto modulus = key_number(key, OSSL_PKEY_PARAM_RSA_N);
    const auto exponent = key_number(key, OSSL_PKEY_PARAM_RSA_E);
    if (modulus) out.rsa_modulus_hex = number_hex(modulus.get());
    // An exponent of thousands of digits is a fact of its own; nobody needs its digits.
    if (exponent && BN_num_bits(exponent.get()) <= 256) out.rsa_exponent = decimal(exponent.get());
    if (exponent && out.rsa_exponent.empty()) out.rsa_exponent = "more than 256 bits";
  } else if (out.algorithm == "ec") {
    char name[80];
    std::size_t length = 0;
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &length) == 1)
      out.curve = curve_name({name, length});
    int is_explicit = 0;
    if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) == 1)
      out.explicit_curve = is_explicit == 1;
  }
}

std::string digest_name(int nid) {
  if (nid == NID_undef) return "unknown";
  const char* name = OBJ_nid2sn(nid);
  return name ? lower(name) : "unknown";
}

void read_pss(SignatureFacts& out, const X509_ALGOR* algorithm) {
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  out.hash = "sha1";  // the defaults of RFC 8017 appendix A.2.3
  out.pss_mgf_hash = "sha1";
  out.pss_salt_bytes = 20;
  if (type != V_ASN1_SEQUENCE) return;
  const auto* sequence = static_cast<const ASN1_STRING*>(value);
  const unsigned char* at = ASN1_STRING_get0_data(sequence);
  const Owned<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free> params(
      d2i_RSA_PSS_PARAMS(nullptr, &at, ASN1_STRING_length(sequence)));
  if (!params) {
    out.hash = out.pss_mgf_hash = "unknown";
    out.pss_salt_bytes = -1;
    return;
  }
  const auto hash_of = [](const X509_ALGOR* hash) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, hash);
    return digest_name(OBJ_obj2nid(object));
  };
  if (params->hashAlgorithm) out.hash = hash_of(params->hashAlgorithm);
  if (params->maskGenAlgorithm) {
    out.pss_mgf_hash = "unknown";
    const void* inner = nullptr;
    X509_ALGOR_get0(nullptr, &type, &inner, params->maskGenAlgorithm);
    if (type == V_ASN1_SEQUENCE) {
      const auto* text = static_cast<const ASN1_STRING*>(inner);
      at = ASN1_STRING_get0_data(text);
      const Owned<X509_ALGOR, X509_ALGOR_free> hash(d2i_X509_ALGOR(nullptr, &at, ASN1_STRING_length(text)));
      if (hash) out.pss_mgf_hash = hash_of(hash.get());
    }
  }
  if (params->saltLength) {
    const long salt = ASN1_INTEGER_get(params->saltLength);
    out.pss_salt_bytes = salt >= 0 && salt <= 65535 ? static_cast<int>(salt) : -1;
  }
}

void read_signature(Certificate& facts, const X509* x509) {
  auto& out = facts.signature;
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(nullptr, &outer, x509);
  const X509_ALGOR* inner = X509_get0_tbs_sigalg(x509);
  out.same_inside = X509_ALGOR_cmp(outer, inner) == 0;
  if (!out.same_inside) note(facts, "signature-algorithms-differ");

  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, outer);
  out.oid = oid_text(object);
  const int nid = OBJ_obj2nid(object);
  out.algorithm = nid == NID_undef ? algorithm_by_oid(out.oid) : OBJ_nid2ln(nid);
  out.hash = "unknown";
  if (nid == NID_rsassaPss) {
    read_pss(out, outer);
  } else if (nid == NID_ED25519 || nid == NID_ED448 || out.algorithm.starts_with("ml-dsa")) {
    out.hash = "intrinsic";
  } else {
    int digest = NID_undef;
    if (OBJ_find_sigid_algs(nid, &digest, nullptr) == 1) out.hash = digest_name(digest);
  }
}

void read_serial(Certificate& facts, const X509* x509) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(x509);
  const OwnedBignum number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number) return note(facts, "unreadable-serial");
  facts.serial_negative = BN_is_negative(number.get()) == 1;
  facts.serial_bits = static_cast<unsigned>(BN_num_bits(number.get()));
  const auto digits = to_hex(big_endian(number.get()));
  facts.serial_hex = (facts.serial_negative ? "-" : "") + (digits.empty() ? "00" : digits);
  const auto der = encoded([&](unsigned char** out) { return i2d_ASN1_INTEGER(serial, out); });
  // Tag and length: two bytes for any number that OpenSSL reads as short, more for absurd ones.
  const std::size_t header = der.size() < 130 ? 2 : 4;
  facts.serial_bytes = static_cast<unsigned>(der.size() > header ? der.size() - header : 0);
  if (facts.serial_negative) note(facts, "negative-serial");
  if (BN_is_zero(number.get())) note(facts, "zero-serial");
  if (facts.serial_bytes > 20) note(facts, "long-serial");
}

// RFC 5280 section 4.1.2.5: UTCTime to 2049, GeneralizedTime from 2050, both with seconds and Z.
bool strict_time(const ASN1_TIME* time) {
  const auto text = as_text(view(time));
  const bool utc = ASN1_STRING_type(time) == V_ASN1_UTCTIME;
  if (text.size() != (utc ? 13U : 15U) || !text.ends_with('Z')) return false;
  return utc || text.substr(0, 4) >= "2050";
}

void read_validity(Certificate& facts, const X509* x509) {
  const ASN1_TIME* from = X509_get0_notBefore(x509);
  const ASN1_TIME* to = X509_get0_notAfter(x509);
  const auto not_before = read_time(from);
  const auto not_after = read_time(to);
  if (!not_before || !not_after) return note(facts, "unreadable-time");
  facts.not_before = *not_before;
  facts.not_after = *not_after;
  if (!strict_time(from) || !strict_time(to)) note(facts, "time-format");
  if (facts.not_after < facts.not_before) note(facts, "ends-before-it-begins");
}

void add_url(std::vector<std::string>& urls, const GENERAL_NAME* name) {
  if (!name || name->type != GEN_URI || urls.size() >= max_urls) return;
  urls.push_back(printable(as_text(view(name->d.uniformResourceIdentifier)), 2048));
}

std::string other_name(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_EMAIL:
      return "email:" + printable(as_text(view(name.d.rfc822Name)), 320);
    case GEN_URI:
      return "uri:" + printable(as_text(view(name.d.uniformResourceIdentifier)), 2048);
    case GEN_DIRNAME:
      return "dirname:" + name_text(name.d.directoryName);
    case GEN_RID:
      return "rid:" + oid_text(name.d.registeredID);
    case GEN_OTHERNAME:
      return "other:" + oid_text(name.d.otherName->type_id);
    default:
      return "unknown";
  }
}

void read_names(Certificate& facts, const GENERAL_NAMES& names) {
  const int count = sk_GENERAL_NAME_num(&names);
  facts.name_count = static_cast<std::size_t>(std::max(count, 0));
  if (count == 0) note(facts, "empty-names");
  for (int i = 0; i < count && static_cast<std::size_t>(i) < Certificate::max_names; ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(&names, i);
    if (name.type == GEN_DNS) {
      const auto text = as_text(view(name.d.dNSName));
      facts.dns_names.push_back(lower(printable(text, 255)));
      if (facts.dns_names.back().size() != text.size()) note(facts, "odd-dns-name");
    } else if (name.type == GEN_IPADD) {
      const auto bytes = view(name.d.iPAddress);
      if (bytes.size() == 4) {
        facts.ip_addresses.push_back(IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}));
      } else if (bytes.size() == 16) {
        std::array<std::uint8_t, 16> address{};
        std::ranges::copy(bytes, address.begin());
        facts.ip_addresses.push_back(IpAddress::v6(address));
      } else {
        note(facts, "odd-ip-address");
        facts.other_names.push_back("ip:" + to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 32))));
      }
    } else {
      facts.other_names.push_back(other_name(name));
    }
  }
}

// What OpenSSL makes of an extension, as `T`; null and a remark when it cannot.
template <class T, auto free_function>
Owned<T, free_function> decode(Certificate& facts, X509_EXTENSION* extension) {
  Owned<T, free_function> out(static_cast<T*>(X509V3_EXT_d2i(extension)));
  if (!out) note(facts, "unreadable-extension-" + oid_text(X509_EXTENSION_get_object(extension)));
  return out;
}

void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
void free_objects(EXTENDED_KEY_USAGE* objects) { EXTENDED_KEY_USAGE_free(objects); }

void read_access(Certificate& facts, X509_EXTENSION* extension) {
  const auto access = decode<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>(facts, extension);
  if (!access) return;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const auto* description = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    const int method = OBJ_obj2nid(description->method);
    if (method == NID_ad_OCSP) add_url(facts.ocsp_urls, description->location);
    if (method == NID_ad_ca_issuers) add_url(facts.issuer_urls, description->location);
  }
}

void read_crl_points(Certificate& facts, X509_EXTENSION* extension) {
  const auto points = decode<CRL_DIST_POINTS, CRL_DIST_POINTS_free>(facts, extension);
  if (!points) return;
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const auto* point = sk_DIST_POINT_value(points.get(), i);
    if (!point->distpoint || point->distpoint->type != 0) continue;
    const auto* names = point->distpoint->name.fullname;
    for (int j = 0; j < sk_GENERAL_NAME_num(names); ++j)
      add_url(facts.crl_urls, sk_GENERAL_NAME_value(names, j));
  }
}

void read_policies(Certificate& facts, X509_EXTENSION* extension) {
  const auto policies = decode<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>(facts, extension);
  if (!policies) return;
  for (int i = 0; i < sk_POLICYINFO_num(policies.get()) && facts.policies.size() < max_oids; ++i)
    facts.policies.push_back(oid_text(sk_POLICYINFO_value(policies.get(), i)->policyid));
}

void free_any(ASN1_SEQUENCE_ANY* sequence) { sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free); }

// Every OID at the top two levels below the statements: the statement's own, and those of its list of types.
void collect_oids(std::vector<std::string>& out, ByteView der, int depth) {
  if (depth > 3 || der.size() > max_certificate_bytes) return;
  const unsigned char* at = der.data();
  const Owned<ASN1_SEQUENCE_ANY, free_any> sequence(
      d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(der.size())));
  if (!sequence) return;
  for (int i = 0; i < sk_ASN1_TYPE_num(sequence.get()) && out.size() < max_oids; ++i) {
    const auto* value = sk_ASN1_TYPE_value(sequence.get(), i);
    if (value->type == V_ASN1_OBJECT) out.push_back(oid_text(value->value.object));
    if (value->type == V_ASN1_SEQUENCE) collect_oids(out, view(value->value.sequence), depth + 1);
  }
}

void read_features(Certificate& facts, X509_EXTENSION* extension) {
  const auto features = decode<TLS_FEATURE, TLS_FEATURE_free>(facts, extension);
  if (!features) return;
  for (int i = 0; i < sk_ASN1_INTEGER_num(features.get()); ++i)
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == 5) facts.must_staple = true;
}

void read_scts(Certificate& facts, const X509_EXTENSION* extension) {
  facts.has_sct_list = true;
  const auto data = view(X509_EXTENSION_get_data(const_cast<X509_EXTENSION*>(extension)));
  const unsigned char* at = data.data();
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> inner(
      d2i_ASN1_OCTET_STRING(nullptr, &at, static_cast<long>(data.size())));
  auto scts = inner ? parse_sct_list(view(inner.get())) : unexpected(SctError::bad_length);
  if (!scts) return note(facts, "unreadable-sct-list");
  facts.scts = std::move(*scts);
}

void read_extension(Certificate& facts, X509_EXTENSION* extension, std::string_view oid) {
  switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
    case NID_subject_alt_name: {
      facts.has_names = true;
      const auto names = decode<GENERAL_NAMES, free_names>(facts, extension);
      if (names) read_names(facts, *names);
      return;
    }
    case NID_basic_constraints: {
      facts.has_basic_constraints = true;
      const auto constraints = decode<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(facts, extension);
      if (!constraints) return;
      facts.is_ca = constraints->ca != 0;
      if (!constraints->pathlen) return;
      const long length = ASN1_INTEGER_get(constraints->pathlen);
      facts.path_length = length >= 0 && length < 256 ? static_cast<int>(length) : -1;
      return;
    }
    case NID_key_usage: {
      const auto usage = decode<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(facts, extension);
      if (!usage) return;
      facts.key_usage = 0;
      for (int bit = 0; bit < 9; ++bit)
        if (ASN1_BIT_STRING_get_bit(usage.get(), bit)) *facts.key_usage |= 1U << static_cast<unsigned>(bit);
      return;
    }
    case NID_ext_key_usage: {
      facts.has_extended_key_usage = true;
      const auto usages = decode<EXTENDED_KEY_USAGE, free_objects>(facts, extension);
      if (!usages) return;
      for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()) && facts.extended_key_usage.size() < max_oids; ++i)
        facts.extended_key_usage.push_back(oid_text(sk_ASN1_OBJECT_value(usages.get(), i)));
      return;
    }
    case NID_subject_key_identifier: {
      const auto id = decode<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(facts, extension);
      if (id) facts.subject_key_id = to_hex(view(id.get()));
      return;
    }
    case NID_authority_key_identifier: {
      const auto id = decode<AUTHORITY_KEYID, AUTHORITY_KEYID_free>(facts, extension);
      if (id && id->keyid) facts.authority_key_id = to_hex(view(id->keyid));
      return;
    }
    case NID_info_access:
      return read_access(facts, extension);
    case NID_crl_distribution_points:
      return read_crl_points(facts, extension);
    case NID_certificate_policies:
      return read_policies(facts, extension);
    case NID_tlsfeature:
      return read_features(facts, extension);
    case NID_ct_precert_scts:
      return read_scts(facts, extension);
    case NID_ct_precert_poison:
      facts.is_precertificate = true;
      return;
    default:
      if (oid == qc_statements_oid)
        collect_oids(facts.qc_statements, view(X509_EXTENSION_get_data(extension)), 0);
      return;
  }
}

void read_extensions(Certificate& facts, const X509* x509) {
  const int count = X509_get_ext_count(x509);
  if (count > 0 && facts.version != 3) note(facts, "extensions-without-version-3");
  std::set<std::string> seen;
  for (int i = 0; i < count; ++i) {
    if (static_cast<std::size_t>(i) >= max_extensions) return note(facts, "many-extensions");
    X509_EXTENSION* extension = X509_get_ext(x509, i);
    const auto oid = oid_text(X509_EXTENSION_get_object(extension));
    facts.extensions.push_back(oid);
    if (!seen.insert(oid).second) {
      facts.duplicate_extensions.push_back(oid);
      note(facts, "duplicate-extension");
      continue;  // the first one counts
    }
    if (X509_EXTENSION_get_critical(extension) && !X509_supported_extension(extension))
      facts.unknown_critical_extensions.push_back(oid);
    read_extension(facts, extension, oid);
  }
}

// Writes the inner part again from what OpenSSL understood. A difference means that the bytes are not DER,
// and that another reader may see another certificate.
bool same_when_written_again(const X509* x509) {
  const auto before = encoded([&](unsigned char** out) { return i2d_X509(x509, out); });
  const OwnedX509 copy(X509_dup(x509));
  if (!copy) return false;
  i2d_re_X509_tbs(copy.get(), nullptr);  // forgets the bytes it came in
  return encoded([&](unsigned char** out) { return i2d_X509(copy.get(), out); }) == before;
}

}  // namespace

Result<Certificate, CertificateError> parse_certificate(ByteView der) {
  if (der.empty()) return unexpected(CertificateError::empty);
  if (der.size() > max_certificate_bytes) return unexpected(CertificateError::too_large);
  const QuietErrors quiet;
  std::size_t used = 0;
  const auto x509 = read_x509(der, &used);
  if (!x509) return unexpected(CertificateError::unreadable);
  if (used != der.size()) return unexpected(CertificateError::trailing_data);

  Certificate facts;
  facts.version = static_cast<int>(std::clamp(X509_get_version(x509.get()), -1L, 100L)) + 1;
  if (facts.version < 1 || facts.version > 3) note(facts, "unknown-version");
  read_serial(facts, x509.get());
  const X509_NAME* subject = X509_get_subject_name(x509.get());
  const X509_NAME* issuer = X509_get_issuer_name(x509.get());
  facts.subject = name_text(subject);
  facts.issuer = name_text(issuer);
  facts.subject_common_name = first_of(subject, NID_commonName);
  facts.issuer_common_name = first_of(issuer, NID_commonName);
  facts.issuer_organisation = first_of(issuer, NID_organizationName);
  facts.subject_hash = name_hash(subject);
  facts.issuer_hash = name_hash(issuer);
  if (X509_NAME_entry_count(issuer) == 0) note(facts, "empty-issuer");
  read_validity(facts, x509.get());
  read_key(facts, x509.get());
  read_signature(facts, x509.get());
  read_extensions(facts, x509.get());
  facts.sha256 = to_hex(sha256(der));
  facts.spki_sha256 = to_hex(sha256(
      encoded([&](unsigned char** out) { return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509.get()), out); })));
  facts.self_issued = X509_NAME_cmp(subject, issuer) == 0;
  EVP_PKEY* key = X509_get0_pubkey(x509.get());
  facts.self_signed = facts.self_issued && key && X509_verify(x509.get(), key) == 1;
  if (!same_when_written_again(x509.get())) note(facts, "not-der");
  return facts;
}

std::vector<Bytes> certificates_from_pem(std::string_view pem, std::size_t limit) {
  std::vector<Bytes> out;
  if (pem.empty() || pem.size() > INT_MAX) return out;
  const QuietErrors quiet;
  const OwnedBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  for (std::size_t blocks = 0; bio && out.size() < limit && blocks < limit * 2; ++blocks) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long length = 0;
    if (PEM_read_bio(bio.get(), &name, &header, &data, &length) != 1) {
      if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) break;
      ERR_clear_error();
      continue;  // a damaged block; the next may be whole
    }
    const std::string_view kind(name);
    if (kind == PEM_STRING_X509 || kind == PEM_STRING_X509_OLD) out.emplace_back(data, data + length);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  return out;
}

std::string certificate_to_pem(ByteView der) {
  const auto base64 = to_base64(der);
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) out += base64.substr(at, 64) + "\n";
  return out + "-----END CERTIFICATE-----\n";
}

std::string distinguished_name_text(ByteView der) {
  if (der.empty() || der.size() > max_certificate_bytes) return {};
  const QuietErrors quiet;
  const unsigned char* at = der.data();
  const Owned<X509_NAME, X509_NAME_free> name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  return name ? name_text(name.get()) : std::string{};
}

bool name_matches(std::string_view presented, std::string_view host, const PublicSuffix& is_public_suffix) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (presented.ends_with('.')) presented.remove_suffix(1);
  if (host.empty() || presented.empty()) return false;
  if (!presented.contains('*')) return iequals(presented, host);
  if (!presented.starts_with("*.")) return false;
  const auto parent = presented.substr(2);
  if (parent.empty() || parent.contains('*')) return false;
  const auto dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0 || !iequals(host.substr(dot + 1), parent)) return false;
  return is_public_suffix ? !is_public_suffix(lower(parent)) : parent.contains('.');
}

bool certificate_matches(const Certificate& certificate, std::string_view host,
                         const PublicSuffix& is_public_suffix) {
  return std::ranges::any_of(certificate.dns_names, [&](const std::string& presented) {
    return name_matches(presented, host, is_public_suffix);
  });
}

bool certificate_matches(const Certificate& certificate, const IpAddress& address) {
  return std::ranges::find(certificate.ip_addresses, address) != certificate.ip_addresses.end();
}

bool der_matches(ByteView der, std::string_view host, const PublicSuffix& is_public_suffix) {
  if (der.size() > max_certificate_bytes) return false;
  const QuietErrors quiet;
  const auto x509 = read_x509(der);
  if (!x509) return false;
  const Owned<GENERAL_NAMES, free_names> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
    if (name.type == GEN_DNS && name_matches(as_text(view(name.d.dNSName)), host, is_public_suffix))
      return true;
  }
  return false;
}

}  // namespace utsyn::wire
