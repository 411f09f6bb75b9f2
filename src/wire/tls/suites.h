// The TLS registries of IANA as tables: cipher suites, named groups, signature schemes, and the cipher kinds
// of SSLv2. The names are the facts; what a name implies (key exchange, strength, forward secrecy...) is read
// out of the name once, so that a row cannot contradict itself. Sources: IANA "TLS Parameters", RFC 2246 to
// RFC 9847, draft-hickman-netscape-ssl-00 for SSLv2.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace utsyn::wire {

enum class KeyExchange : std::uint8_t {
  none,
  rsa,
  dh_static,
  ecdh_static,
  dhe,
  ecdhe,
  anon_dh,
  anon_ecdh,
  psk,
  dhe_psk,
  ecdhe_psk,
  rsa_psk,
  srp,
  krb5,
  eccpwd,
  gost,
  tls13,  // the suite says nothing; the key share does
};

enum class Authentication : std::uint8_t {
  none,
  anonymous,
  rsa,
  dss,
  ecdsa,
  psk,
  srp,
  krb5,
  password,
  gost,
  tls13
};

enum class BulkCipher : std::uint8_t {
  null,
  rc4_40,
  rc4_56,
  rc4_128,
  rc2_40,
  rc2_56,
  rc2_128,
  des40,
  des,
  triple_des,
  idea,
  seed,
  aes128,
  aes256,
  camellia128,
  camellia256,
  aria128,
  aria256,
  chacha20,
  sm4,
  aegis128l,
  aegis256,
  kuznyechik,
  magma,
  gost28147,
};

enum class CipherMode : std::uint8_t { none, stream, cbc, gcm, ccm, ccm8, poly1305, aegis, ctr, mgm };

enum class SuiteMac : std::uint8_t { null, md5, sha1, sha256, sha384, gost, aead };

struct Suite {
  std::uint16_t id = 0;
  std::string_view name;
  KeyExchange key_exchange = KeyExchange::none;
  Authentication authentication = Authentication::none;
  BulkCipher cipher = BulkCipher::null;
  CipherMode mode = CipherMode::none;
  SuiteMac mac = SuiteMac::null;  // aead: the cipher authenticates, the hash of the name is the PRF's
  bool export_grade = false;
  bool forward_secret = false;
  bool aead = false;
  std::uint16_t strength_bits = 0;  // effective strength of the bulk cipher: 112 for triple DES
  std::uint16_t block_bits = 0;     // 0 for stream ciphers
  bool registered = true;           // false: a draft or a vendor's own number that servers were built with

  bool tls13() const { return key_exchange == KeyExchange::tls13; }
};

std::span<const Suite> all_suites();             // in order of id, without signalling values
const Suite* find_suite(std::uint16_t id);       // nullptr when nobody registered it
const Suite* find_suite(std::string_view name);  // by the exact IANA name
std::string_view suite_name(std::uint16_t id);   // also the signalling values; empty when unknown
std::string suite_label(std::uint16_t id);       // the name, or "0xC0FE"

inline constexpr std::uint16_t renegotiation_scsv = 0x00FF;  // TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746
inline constexpr std::uint16_t fallback_scsv = 0x5600;       // TLS_FALLBACK_SCSV, RFC 7507
// The sixteen reserved values 0x0A0A, 0x1A1A... of RFC 8701.
constexpr bool is_grease(std::uint16_t value) {
  return (value & 0x0F0FU) == 0x0A0AU && (value >> 8U) == (value & 0xFFU);
}

struct Sslv2Cipher {
  std::uint32_t kind = 0;  // three bytes on the wire
  std::string_view name;
  std::uint16_t strength_bits = 0;
  bool export_grade = false;
};
std::span<const Sslv2Cipher> all_sslv2_ciphers();
std::string sslv2_cipher_label(std::uint32_t kind);  // "SSL_CK_RC4_128_WITH_MD5", or "0x010203"

enum class GroupKind : std::uint8_t { curve, finite_field, hybrid, kem, arbitrary_curve };
struct NamedGroup {
  std::uint16_t id = 0;
  std::string_view name;
  GroupKind kind = GroupKind::curve;
  std::uint16_t security_bits = 0;  // against a classical attacker
};
std::span<const NamedGroup> all_groups();
const NamedGroup* find_group(std::uint16_t id);
const NamedGroup* find_group(std::string_view name);
std::string group_label(std::uint16_t id);  // "x25519", or "0x1234"

enum class SchemeHash : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512, sm3, intrinsic };
struct SignatureScheme {
  std::uint16_t id = 0;
  std::string_view name;
  SchemeHash hash = SchemeHash::none;
  std::string_view key;  // "rsa", "rsa_pss", "dsa", "ecdsa", "ed25519", "ed448", "sm2", "gost", "mldsa"
};
std::span<const SignatureScheme> all_signature_schemes();
const SignatureScheme* find_signature_scheme(std::uint16_t id);
std::string signature_scheme_label(std::uint16_t id);

// "TLSv1.2", "SSLv3", "SSLv2"; "0x7F1C" for what nobody knows.
std::string version_label(std::uint16_t version);
// "handshake_failure", or "alert 200".
std::string alert_label(std::uint8_t description);

}  // namespace utsyn::wire
