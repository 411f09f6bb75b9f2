#include "wire/mail/dkim.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "wire/mail/tag_list.h"

namespace utsyn::wire {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// Bits of an RSA key when `der` is exactly one key of the form that `decode` reads.
template <class Decode>
std::optional<unsigned> rsa_bits(ByteView der, Decode decode) {
  const auto* at = der.data();
  const KeyPointer key(decode(&at, static_cast<long>(der.size())), EVP_PKEY_free);
  if (!key || at != der.data() + der.size() || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return std::nullopt;
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits <= 0) return std::nullopt;
  return static_cast<unsigned>(bits);
}

bool read_key(DkimKey& key) {
  switch (key.type) {
    case DkimKeyType::rsa: {
      auto bits = rsa_bits(key.public_key,
                           [](const unsigned char** at, long size) { return d2i_PUBKEY(nullptr, at, size); });
      if (!bits) {  // RFC 6376 says RSAPublicKey, everybody publishes SubjectPublicKeyInfo; both are taken
        bits = rsa_bits(key.public_key, [](const unsigned char** at, long size) {
          return d2i_PublicKey(EVP_PKEY_RSA, nullptr, at, size);
        });
        key.raw_rsa = bits.has_value();
      }
      key.bits = bits.value_or(0);
      return bits.has_value();
    }
    case DkimKeyType::ed25519:  // the bare 32 octets, RFC 8463 section 4
      key.bits = 256;
      return key.public_key.size() == 32;
    case DkimKeyType::unknown:
      return true;
  }
  return false;
}

std::vector<std::string> colon_list(std::string_view value) {
  std::vector<std::string> out;
  for (const auto part : split(value, ':')) {
    if (!trim(part).empty()) out.push_back(lower(trim(part)));
  }
  return out;
}

bool tag_name_good(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

// Seen in the documentation of providers and in mail; a guess that misses costs one query.
constexpr KnownSelector selectors[] = {
    {"default", ""},
    {"dkim", ""},
    {"mail", ""},
    {"smtp", ""},
    {"email", ""},
    {"key1", ""},
    {"s1024", ""},
    {"s2048", ""},
    {"selector", ""},
    {"selector1", "Microsoft 365"},
    {"selector2", "Microsoft 365"},
    {"google", "Google Workspace"},
    {"s1", "SendGrid"},
    {"s2", "SendGrid"},
    {"k1", "Mailchimp"},
    {"k2", "Mailchimp"},
    {"k3", "Mailchimp"},
    {"mandrill", "Mandrill"},
    {"mte1", "Mandrill"},
    {"mte2", "Mandrill"},
    {"fm1", "Fastmail"},
    {"fm2", "Fastmail"},
    {"fm3", "Fastmail"},
    {"protonmail", "Proton"},
    {"protonmail2", "Proton"},
    {"protonmail3", "Proton"},
    {"mxvault", "MxVault"},
    {"zoho", "Zoho"},
    {"zmail", "Zoho"},
    {"pm", "Postmark"},
    {"mailjet", "Mailjet"},
    {"sib", "Brevo"},
    {"brevo1", "Brevo"},
    {"brevo2", "Brevo"},
    {"hs1", "HubSpot"},
    {"hs2", "HubSpot"},
    {"zendesk1", "Zendesk"},
    {"zendesk2", "Zendesk"},
    {"everlytickey1", "Everlytic"},
    {"everlytickey2", "Everlytic"},
    {"dkim1", ""},
    {"dkim2", ""},
    {"dk", ""},
    {"mx", ""},
    {"mimecast20190104", "Mimecast"},
    {"sig1", "iCloud"},
    {"krs", "Klaviyo"},
    {"kl", "Klaviyo"},
    {"kl2", "Klaviyo"},
    {"cm", "Campaign Monitor"},
    {"turbo-smtp", "turboSMTP"},
    {"one", "one.com"},
    {"domeneshop", "Domeneshop"},
    {"ds20200101", "Domeneshop"},
    {"uniweb", "Uniweb"},
    {"apsis1", "Apsis"},
    {"apsis2", "Apsis"},
};

}  // namespace

std::string_view dkim_error_name(DkimError error) {
  switch (error) {
    case DkimError::not_dkim:
      return "not-dkim";
    case DkimError::too_long:
      return "too-long";
    case DkimError::malformed_tag:
      return "malformed-tag";
    case DkimError::repeated_tag:
      return "repeated-tag";
    case DkimError::missing_key:
      return "missing-key";
    case DkimError::bad_base64:
      return "bad-base64";
    case DkimError::bad_key:
      return "bad-key";
  }
  return "unreadable";
}

Result<DkimKey, DkimError> parse_dkim(std::string_view txt) {
  if (txt.size() > tag_list_bytes) return unexpected(DkimError::too_long);
  const auto list = split_tags(txt);
  // The version is optional, but says what this is when it is there; it must then come first.
  const auto* version = list.find("v");
  const bool versioned = version && version == &list.tags.front() && version->value == "DKIM1";
  const bool bare = !version && (list.find("p") || list.find("k"));
  if (!versioned && !bare) {
    return unexpected(DkimError::not_dkim);
  }
  DkimKey key;
  std::optional<std::string> encoded;
  std::vector<std::string> seen;
  for (const auto& tag : list.tags) {
    if (!tag.has_equals || !tag_name_good(tag.name)) return unexpected(DkimError::malformed_tag);
    std::string name(tag.name);
    if (std::ranges::find(seen, name) != seen.end()) return unexpected(DkimError::repeated_tag);
    seen.push_back(name);
    if (name == "p") {
      encoded = tag.value;
    } else if (name == "k") {
      key.type_name = printable(lower(tag.value), 64);
      key.type = key.type_name == "rsa"       ? DkimKeyType::rsa
                 : key.type_name == "ed25519" ? DkimKeyType::ed25519
                                              : DkimKeyType::unknown;
    } else if (name == "t") {
      const auto flags = colon_list(tag.value);
      key.testing = std::ranges::find(flags, "y") != flags.end();
      key.same_domain_only = std::ranges::find(flags, "s") != flags.end();
    } else if (name == "h") {
      key.hashes = colon_list(tag.value);
    } else if (name == "s") {
      key.services = colon_list(tag.value);
    } else if (name == "n") {
      key.notes = printable(tag.value, 256);
    } else if (name != "v" && name != "g") {  // g is historic (RFC 6376 section 3.6.1)
      key.unknown_tags.push_back(std::move(name));
    }
  }
  if (!encoded) return unexpected(DkimError::missing_key);
  if (encoded->empty()) {
    key.revoked = true;
    return key;
  }
  auto bytes = from_base64(*encoded);
  if (!bytes) return unexpected(DkimError::bad_base64);
  key.public_key = std::move(*bytes);
  if (!read_key(key)) return unexpected(DkimError::bad_key);
  return key;
}

std::span<const KnownSelector> known_dkim_selectors() { return selectors; }

}  // namespace utsyn::wire
