// DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463) and where keys are commonly found.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace utsyn::wire {

enum class DkimKeyType { rsa, ed25519, unknown };

struct DkimKey {
  DkimKeyType type = DkimKeyType::rsa;
  std::string type_name = "rsa";      // k, lower case
  unsigned bits = 0;                  // RSA modulus; 256 for Ed25519; 0 when revoked or of an unknown type
  bool raw_rsa = false;               // RSAPublicKey (RFC 8017) and not SubjectPublicKeyInfo
  bool revoked = false;               // p is empty
  bool testing = false;               // t=y
  bool same_domain_only = false;      // t=s
  std::vector<std::string> hashes;    // h, lower case; empty allows all
  std::vector<std::string> services;  // s
  std::string notes;                  // n
  Bytes public_key;                   // p decoded
  std::vector<std::string> unknown_tags;

  bool only_sha1() const { return hashes.size() == 1 && hashes.front() == "sha1"; }
  bool operator==(const DkimKey&) const = default;
};

enum class DkimError {
  not_dkim,  // another version, or nothing like a key record
  too_long,  // over 64 KiB
  malformed_tag,
  repeated_tag,
  missing_key,  // no p
  bad_base64,
  bad_key  // decoded, but not a key of its type
};
std::string_view dkim_error_name(DkimError error);  // "bad-base64"

Result<DkimKey, DkimError> parse_dkim(std::string_view txt);

struct KnownSelector {
  std::string_view selector;
  std::string_view provider;  // empty: a habit of many
};
std::span<const KnownSelector> known_dkim_selectors();

}  // namespace utsyn::wire
