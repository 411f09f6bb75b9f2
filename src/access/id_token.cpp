#include "access/id_token.h"

#include <cjose/cjose.h>

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
constexpr std::size_t kShortestModulus = 342;  // base64url of 2048 bits

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

using Jwk = std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)>;
using Jws = std::unique_ptr<cjose_jws_t, void (*)(cjose_jws_t*)>;

Jwk import_key(const std::string& jwk) {
  cjose_err error{};
  return {cjose_jwk_import(jwk.data(), jwk.size(), &error), &cjose_jwk_release};
}

// The payload, when the key made the signature.
std::optional<std::string> verified(const std::string& token, const ProviderKey& key) {
  cjose_err error{};
  const auto jwk = import_key(key.jwk);
  const Jws jws(cjose_jws_import(token.data(), token.size(), &error), &cjose_jws_release);
  if (!jwk || !jws || !cjose_jws_verify(jws.get(), jwk.get(), &error)) return std::nullopt;
  std::uint8_t* plain = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &plain, &size, &error)) return std::nullopt;
  return std::string(as_text({plain, size}));
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
    // Only the public members: a provider that shows its private key gets no more from us than the others.
    json::object shown{{"kty", kind}};
    std::vector<std::string_view> members;
    if (kind == "RSA" && text_of(key, "n").size() >= kShortestModulus) members = {"n", "e"};
    if (kind == "EC" && text_of(key, "crv") == "P-256") members = {"crv", "x", "y"};
    if (members.empty()) continue;
    for (const auto member : members) shown[member] = text_of(key, member);
    ProviderKey one{text_of(key, "kid"), kind, json::serialize(shown)};
    if (import_key(one.jwk)) out.push_back(std::move(one));
  }
  return out;
}

Result<Identity, OidcError> check_id_token(std::string_view token, const std::vector<ProviderKey>& keys,
                                           const Wanted& wanted, UtcTime now) {
  if (token.size() > kLongestToken || std::ranges::count(token, '.') != 2)
    return unexpected(OidcError::malformed);
  const auto header_text = from_base64url(token.substr(0, token.find('.')));
  const auto header = header_text ? object_in(*header_text) : std::nullopt;
  if (!header || header->contains("crit")) return unexpected(OidcError::malformed);
  const auto kind = kind_for(text_of(*header, "alg"));
  if (kind.empty()) return unexpected(OidcError::algorithm);

  const auto id = text_of(*header, "kid");
  std::optional<std::string> payload;
  bool any = false;
  for (const auto& key : keys) {
    if (key.kind != kind || (!id.empty() && key.id != id)) continue;
    any = true;
    payload = verified(std::string(token), key);
    if (payload) break;
  }
  if (!any) return unexpected(OidcError::unknown_key);
  if (!payload) return unexpected(OidcError::signature);

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
