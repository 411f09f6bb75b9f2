// What a login provider says, judged without a socket: its discovery document (OpenID Connect Discovery 1.0),
// its keys (RFC 7517) and its ID tokens (OpenID Connect Core 1.0 section 3.1.3.7, signatures RFC 7515 by
// OpenSSL). RS256, PS256 and ES256 only: what the header asks for is never enough.
//
// Not by cjose: it ends the program on base64 that it does not expect (an assertion inside
// cjose_jws_import).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace utsyn::access {

enum class OidcError {
  malformed,         // no JSON, no JWS, a member missing or of the wrong type
  algorithm,         // not on the list
  unknown_key,       // no key of the provider has this id
  signature,         // does not fit the key
  issuer,            // somebody else's
  audience,          // for somebody else
  authorized_party,  // azp names another client
  expired,
  not_yet,  // issued or valid in the future
  nonce,    // not the answer to what this browser asked
  level,    // acr is none of those wanted
  endpoint  // an address in the discovery document that we would not ask
};

struct Discovery {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string end_session_endpoint;
  bool names_issuer = false;     // RFC 9207: iss comes back with the code
  bool secret_in_header = true;  // client_secret_basic, which is the default
  bool proves_by_s256 = true;    // false: says what it supports, and S256 is not among it
};
Result<Discovery, OidcError> read_discovery(std::string_view text, std::string_view issuer);

struct ProviderKey {
  std::string id;    // kid; may be empty
  std::string kind;  // RSA or EC
  Bytes key;         // SubjectPublicKeyInfo, DER
};
// Keys for signatures that we can use: RSA of 2048 bits or more, P-256. At most 100; others are skipped.
Result<std::vector<ProviderKey>, OidcError> read_keys(std::string_view text);

inline constexpr std::chrono::seconds kClockLeeway{60};

struct Wanted {
  std::string issuer;
  std::string client;
  std::string nonce;
  std::string levels;  // acr values, blank between; empty: any
};
struct Identity {
  std::string issuer;
  std::string subject;
  std::string name;
  std::string email;
  std::string username;  // preferred_username
  std::string level;     // acr
  bool operator==(const Identity&) const = default;
};
Result<Identity, OidcError> check_id_token(std::string_view token, const std::vector<ProviderKey>& keys,
                                           const Wanted& wanted, UtcTime now);

std::string to_base64url(std::string_view bytes);  // no padding
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace utsyn::access
