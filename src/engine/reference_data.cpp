// The look-ups in reference data, and what they add to the evidence of an asset.
#include "engine/reference_data.h"

#include <openssl/sha.h>

#include <algorithm>

#include "base/name.h"
#include "wire/http/psl.h"
#include "wire/http/url.h"
#include "wire/tls/x509.h"

namespace utsyn::engine {
namespace {

// RFC 6811 section 2: a payload whose prefix is as long as the route's or shorter covers it; one of the same
// origin whose maximum length reaches it makes it valid; covered and not valid is invalid. A payload for AS 0
// matches nothing (RFC 6483 section 4), nor does any payload match a route without a single origin.
RouteValidity validity(const PrefixTable<RoaPayload>& payloads, const IpAddress& address, unsigned length,
                       std::uint32_t origin) {
  bool covered = false;
  for (unsigned shorter = 0; shorter <= length; ++shorter) {
    for (const auto& entry : payloads.at(address, shorter)) {
      covered = true;
      if (origin != kNoOrigin && entry.value.as == origin && length <= entry.value.max_length)
        return RouteValidity::valid;
    }
  }
  return covered ? RouteValidity::invalid : RouteValidity::not_found;
}

std::string prefix_text(const IpAddress& address, unsigned length) {
  auto bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto kept = length > i * 8 ? std::min<std::size_t>(length - i * 8, 8) : 0;
    bytes[i] = static_cast<std::uint8_t>(bytes[i] & (0xFF00U >> kept));
  }
  const auto base =
      address.is_v4() ? IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : IpAddress::v6(bytes);
  return Cidr{base, length}.str();
}

// openssl-blacklist's form: SHA-1 over what `openssl x509 -modulus` prints, the last 80 bits of it.
DebianHash debian_hash(std::string_view modulus_hex) {
  std::string line = "Modulus=";
  for (const char c : modulus_hex) line += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  line += '\n';
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1(as_bytes(line).data(), line.size(), digest.data());
  DebianHash out{};
  std::copy(digest.end() - static_cast<std::ptrdiff_t>(out.size()), digest.end(), out.begin());
  return out;
}

// The leaves that an endpoint shows to different clients; the same one is often shown to all.
std::vector<wire::Certificate> leaves_of(const TlsEndpoint& endpoint) {
  std::vector<wire::Certificate> out;
  std::vector<std::string_view> read;
  for (const auto& chain : endpoint.chains) {
    if (chain.pem.empty() || std::ranges::find(read, chain.pem.front()) != read.end()) continue;
    read.emplace_back(chain.pem.front());
    for (const auto& der : wire::certificates_from_pem(chain.pem.front(), 1)) {
      if (auto leaf = wire::parse_certificate(der)) out.push_back(std::move(*leaf));
    }
  }
  return out;
}

std::vector<KeyListing> key_listings(const Evidence& evidence, const ReferenceData& reference) {
  std::vector<KeyListing> out;
  if (!reference.compromised && !reference.debian_weak) return out;
  for (const auto& endpoint : evidence.tls) {
    for (const auto& leaf : leaves_of(endpoint)) {
      if (std::ranges::find(out, leaf.spki_sha256, &KeyListing::spki_sha256) == out.end())
        out.push_back(reference.listing_of(leaf.spki_sha256, leaf.key.rsa_modulus_hex));
    }
  }
  std::ranges::sort(out, {}, &KeyListing::spki_sha256);
  return out;
}

// From port 80 of this address a redirect led to another name of the organisation's domain. A stranger's
// server answers any Host, and sends it on to itself with https; other names of ours it does not know.
bool redirects_to_us(const Evidence& evidence, std::string_view address) {
  const auto* site = evidence.web.seen();
  const auto* first = site == nullptr ? nullptr : site->plain.first();
  if (first == nullptr || first->address != address || site->plain.hops.size() < 2) return false;
  const auto next = wire::parse_url(site->plain.hops[1].url);
  return next && next->host != evidence.host && is_subdomain(next->host, evidence.domain);
}

// Does what answers there have to do with the host? A certificate for its name says yes, one for other names
// only says no; without TLS a page proves nothing, since any server shows its own to whatever name it is
// asked for.
Observed<bool> related(const Evidence& evidence, std::string_view address) {
  if (redirects_to_us(evidence, address)) return true;
  const auto endpoint = std::ranges::find(evidence.tls, address, &TlsEndpoint::address);
  if (endpoint == evidence.tls.end()) return Unseen::not_measured;
  const auto leaves = leaves_of(*endpoint);
  if (leaves.empty())
    return endpoint->available.seen() == nullptr ? endpoint->available.unseen() : Unseen::not_measured;
  return std::ranges::any_of(leaves, [&](const wire::Certificate& leaf) {
    return wire::certificate_matches(leaf, evidence.host, wire::is_public_suffix);
  });
}

std::vector<CloudAddress> cloud_addresses(const Evidence& evidence, const std::vector<std::string>& addresses,
                                          const ReferenceData& reference) {
  std::vector<CloudAddress> out;
  for (const auto& text : addresses) {
    const auto address = IpAddress::parse(text);
    const auto* provider = address ? reference.provider_of(*address) : nullptr;
    if (provider == nullptr) continue;
    CloudAddress cloud;
    cloud.address = text;
    cloud.provider = *provider;
    cloud.related = related(evidence, text);
    out.push_back(std::move(cloud));
  }
  return out;
}

template <class Hash>
bool contains(const std::vector<Hash>& sorted, const Hash& hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

}  // namespace

Observed<std::vector<Route>> ReferenceData::routes_of(const IpAddress& address) const {
  if (!table || !payloads) return Unseen::not_measured;
  std::vector<Route> out;
  for (const auto& entry : table->longest(address)) {
    const auto length = unsigned{entry.length};
    out.push_back({prefix_text(address, length), std::int64_t{entry.value},
                   validity(*payloads, address, length, entry.value)});
  }
  return out;
}

KeyListing ReferenceData::listing_of(std::string_view spki_sha256, std::string_view rsa_modulus_hex) const {
  KeyListing out;
  out.spki_sha256 = spki_sha256;
  const auto bytes = from_hex(spki_sha256);
  if (compromised && bytes && bytes->size() == KeyHash{}.size()) {
    KeyHash hash{};
    std::ranges::copy(*bytes, hash.begin());
    out.compromised = contains(*compromised, hash);
  }
  if (debian_weak && !rsa_modulus_hex.empty())
    out.debian_weak = contains(*debian_weak, debian_hash(rsa_modulus_hex));
  return out;
}

const std::string* ReferenceData::provider_of(const IpAddress& address) const {
  if (!clouds) return nullptr;
  const auto found = clouds->ranges.longest(address);
  return found.empty() ? nullptr : &clouds->providers[found.front().value];
}

Observed<std::vector<LoggedCertificate>> ReferenceData::certificates_of(std::string_view domain) const {
  const auto found = issued.find(domain);
  if (found == issued.end()) return Unseen::not_measured;
  return found->second;
}

void add_reference_evidence(Evidence& evidence, const std::vector<std::string>& addresses,
                            const ReferenceData& reference) {
  evidence.key_listings = key_listings(evidence, reference);
  for (auto& one : evidence.routes) {
    if (const auto address = IpAddress::parse(one.address)) one.routes = reference.routes_of(*address);
  }
  if (evidence.kind == AssetKind::domain)
    evidence.logged_certificates = reference.certificates_of(evidence.domain);
  // A host without addresses has nothing that could dangle, which is an answer too.
  if (evidence.kind == AssetKind::web && reference.clouds)
    evidence.cloud_addresses = cloud_addresses(evidence, addresses, reference);
}

}  // namespace utsyn::engine
