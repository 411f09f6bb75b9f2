#include "access/id_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <memory>

#include "base/id.h"
#include "base/text.h"

namespace utsyn::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestToken = 32 * 1024;
constexpr std::size_t kMostKeys = 100;
constexpr int kLeastRsaBits = 2048;
constexpr std::size_t kLongestModulus = 2048;  // bytes: 16384 bits

std::optional<json::object> object_in(std::string_view text) {
  boost::system::error_code wrong;
  json::parse_options options;
  options.max_depth = 16;
  auto value = json::parse(text, wrong, {}, options);
  if (wrong || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string text_of(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::int64_t> seconds_of(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code wrong;
  // NumericDate may have a fraction; nothing near the limits of the type is a time.
  if (value->is_double() && value->get_double() > 0 && value->get_double() < 1e12)
    return static_cast<std::int64_t>(value->get_double());
  const auto number = value->to_number<std::int64_t>(wrong);
  if (wrong || number < 0 || number > 1'000'000'000'000) return std::nullopt;
  return number;
}

bool lists(const json::object& object, std::string_view member, std::string_view wanted) {
  const auto* value = object.if_contains(member);
  if (value == nullptr || !value->is_array()) return false;
  return std::ranges::any_of(value->get_array(), [&](const json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == wanted;
  });
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Parameters = std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Signature = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

constexpr std::size_t kCoordinate = 32;  // of P-256

Number number_of(std::string_view big_endian) {
  const auto bytes = as_bytes(big_endian);
  return {BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr), &BN_free};
}

// The DER of a public key, when OpenSSL takes it for one (a point must lie on the curve). Empty: it does not.
Bytes public_key(const char* kind, OSSL_PARAM* parameters) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    ERR_clear_error();
    return {};
  }
  const Key key(made, &EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr), &EVP_PKEY_CTX_free);
  unsigned char* der = nullptr;
  const int size = EVP_PKEY_public_check(check.get()) == 1 ? i2d_PUBKEY(key.get(), &der) : 0;
  ERR_clear_error();
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Bytes rsa_key(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kLongestModulus || exponent.empty() || exponent.size() > 8) return {};
  const auto n = number_of(modulus);
  const auto e = number_of(exponent);
  if (!n || !e || BN_num_bits(n.get()) < kLeastRsaBits) return {};
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(),
                                                                                &OSSL_PARAM_BLD_free);
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return {};
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  return parameters ? public_key("RSA", parameters.get()) : Bytes{};
}

Bytes p256_key(std::string_view x, std::string_view y) {
  if (x.size() != kCoordinate || y.size() != kCoordinate) return {};
  std::string curve = "P-256";
  auto point = "\x04" + std::string(x) + std::string(y);  // uncompressed, SEC 1 section 2.3.3
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return public_key("EC", parameters);
}

// RFC 7518 section 3.4 has r and s after each other; OpenSSL wants them as DER.
Bytes der_signature(std::string_view raw) {
  if (raw.size() != 2 * kCoordinate) return {};
  const Signature signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
  auto r = number_of(raw.substr(0, kCoordinate));
  auto s = number_of(raw.substr(kCoordinate));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  // The signature owns them now.
  [[maybe_unused]] const auto* owned_r = r.release();
  [[maybe_unused]] const auto* owned_s = s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

bool fits(const ProviderKey& key, std::string_view algorithm, std::string_view text, std::string_view raw) {
  const auto* at = key.key.data();
  const Key pkey(d2i_PUBKEY(nullptr, &at, static_cast<long>(key.key.size())), &EVP_PKEY_free);
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto as_given = as_bytes(raw);
  const auto signature = algorithm == "ES256" ? der_signature(raw) : Bytes(as_given.begin(), as_given.end());
  EVP_PKEY_CTX* details = nullptr;
  bool good = pkey && context && !signature.empty() &&
              EVP_DigestVerifyInit(context.get(), &details, EVP_sha256(), nullptr, pkey.get()) == 1;
  if (good && algorithm == "PS256")
    good = EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1;
  const auto bytes = as_bytes(text);
  good = good &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string_view kind_for(std::string_view algorithm) {
  if (algorithm == "RS256" || algorithm == "PS256") return "RSA";
  if (algorithm == "ES256") return "EC";
  return {};
}

// Whose it is and for whom.
std::optional<OidcError> misdirected(const json::object& claims, const Wanted& wanted) {
  if (text_of(claims, "iss") != wanted.issuer) return OidcError::issuer;
  const auto* audience = claims.if_contains("aud");
  if (audience == nullptr) return OidcError::audience;
  std::size_t audiences = 1;
  if (audience->is_array()) {
    audiences = audience->get_array().size();
    if (!lists(claims, "aud", wanted.client)) return OidcError::audience;
  } else if (text_of(claims, "aud") != wanted.client) {
    return OidcError::audience;
  }
  const auto party = text_of(claims, "azp");
  if (claims.contains("azp") ? party != wanted.client : audiences > 1) return OidcError::authorized_party;
  return std::nullopt;
}

std::optional<OidcError> untimely(const json::object& claims, UtcTime now) {
  const auto leeway = kClockLeeway.count();
  const auto expires = seconds_of(claims, "exp");
  const auto issued = seconds_of(claims, "iat");
  if (!expires || !issued) return OidcError::malformed;
  if (*expires + leeway <= to_unix(now)) return OidcError::expired;
  if (*issued - leeway > to_unix(now)) return OidcError::not_yet;
  if (claims.contains("nbf")) {
    const auto from = seconds_of(claims, "nbf");
    if (!from) return OidcError::malformed;
    if (*from - leeway > to_unix(now)) return OidcError::not_yet;
  }
  return std::nullopt;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
  auto out = to_base64(as_bytes(bytes));
  std::erase(out, '=');
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string padded(text);
  if (padded.find_first_of("+/= \t\r\n") != std::string::npos || padded.size() % 4 == 1) return std::nullopt;
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  const auto bytes = from_base64(padded);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

Result<Discovery, OidcError> read_discovery(std::string_view text, std::string_view issuer) {
  const auto object = object_in(text);
  if (!object) return unexpected(OidcError::malformed);
  Discovery out;
  out.issuer = text_of(*object, "issuer");
  if (out.issuer != issuer) return unexpected(OidcError::issuer);
  out.authorization_endpoint = text_of(*object, "authorization_endpoint");
  out.token_endpoint = text_of(*object, "token_endpoint");
  out.jwks_uri = text_of(*object, "jwks_uri");
  out.end_session_endpoint = text_of(*object, "end_session_endpoint");
  if (out.authorization_endpoint.empty() || out.token_endpoint.empty() || out.jwks_uri.empty())
    return unexpected(OidcError::malformed);
  const auto* names = object->if_contains("authorization_response_iss_parameter_supported");
  out.names_issuer = names != nullptr && names->is_bool() && names->get_bool();
  constexpr std::string_view kMethods = "token_endpoint_auth_methods_supported";
  out.secret_in_header = !object->contains(kMethods) || lists(*object, kMethods, "client_secret_basic");
  constexpr std::string_view kProofs = "code_challenge_methods_supported";
  out.proves_by_s256 = !object->contains(kProofs) || lists(*object, kProofs, "S256");
  return out;
}

Result<std::vector<ProviderKey>, OidcError> read_keys(std::string_view text) {
  const auto object = object_in(text);
  const auto* keys = object ? object->if_contains("keys") : nullptr;
  if (keys == nullptr || !keys->is_array()) return unexpected(OidcError::malformed);
  std::vector<ProviderKey> out;
  for (const auto& value : keys->get_array()) {
    if (!value.is_object() || out.size() == kMostKeys) continue;
    const auto& key = value.get_object();
    const auto use = text_of(key, "use");
    const auto kind = text_of(key, "kty");
    if (!use.empty() && use != "sig") continue;
    const auto bytes = [&](std::string_view member) {
      return from_base64url(text_of(key, member)).value_or("");
    };
    ProviderKey one{text_of(key, "kid"), kind, {}};
    if (kind == "RSA") one.key = rsa_key(bytes("n"), bytes("e"));
    if (kind == "EC" && text_of(key, "crv") == "P-256") one.key = p256_key(bytes("x"), bytes("y"));
    if (!one.key.empty()) out.push_back(std::move(one));
  }
  return out;
}

Result<Identity, OidcError> check_id_token(std::string_view token, const std::vector<ProviderKey>& keys,
                                           const Wanted& wanted, UtcTime now) {
  if (token.size() > kLongestToken || std::ranges::count(token, '.') != 2)
    return unexpected(OidcError::malformed);
  const auto signed_part = token.substr(0, token.rfind('.'));
  const auto header_text = from_base64url(token.substr(0, token.find('.')));
  const auto payload = from_base64url(signed_part.substr(signed_part.find('.') + 1));
  const auto signature = from_base64url(token.substr(signed_part.size() + 1));
  const auto header = header_text ? object_in(*header_text) : std::nullopt;
  if (!header || !payload || !signature || header->contains("crit")) return unexpected(OidcError::malformed);
  const auto algorithm = text_of(*header, "alg");
  const auto kind = kind_for(algorithm);
  if (kind.empty()) return unexpected(OidcError::algorithm);

  const auto id = text_of(*header, "kid");
  bool any = false;
  bool good = false;
  for (const auto& key : keys) {
    if (good || key.kind != kind || (!id.empty() && key.id != id)) continue;
    any = true;
    good = fits(key, algorithm, signed_part, *signature);
  }
  if (!any) return unexpected(OidcError::unknown_key);
  if (!good) return unexpected(OidcError::signature);

  const auto claims = object_in(*payload);
  if (!claims) return unexpected(OidcError::malformed);
  if (const auto wrong = misdirected(*claims, wanted)) return unexpected(*wrong);
  if (const auto wrong = untimely(*claims, now)) return unexpected(*wrong);
  if (wanted.nonce.empty() || !equal_secret(text_of(*claims, "nonce"), wanted.nonce))
    return unexpected(OidcError::nonce);

  Identity out;
  out.issuer = wanted.issuer;
  out.subject = text_of(*claims, "sub");
  out.name = text_of(*claims, "name").substr(0, 200);
  out.email = text_of(*claims, "email").substr(0, 200);
  out.username = text_of(*claims, "preferred_username").substr(0, 200);
  out.level = text_of(*claims, "acr");
  if (out.subject.empty() || out.subject.size() > 255) return unexpected(OidcError::malformed);
  if (!wanted.levels.empty()) {
    const auto levels = split(wanted.levels, ' ');
    if (out.level.empty() || std::ranges::find(levels, out.level) == levels.end())
      return unexpected(OidcError::level);
  }
  return out;
}

}  // namespace utsyn::access
