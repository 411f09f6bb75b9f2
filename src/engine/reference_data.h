// Reference data: files that the operator downloads (docs/reference-data.md), read once at the start and held
// against what was seen. A file that is not there leaves its part not_measured; nothing is ever looked up on
// the network.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "engine/prefix_table.h"
#include "evidence/evidence.h"

namespace utsyn::engine {

// A validated ROA payload (RFC 6811 section 2).
struct RoaPayload {
  std::uint32_t as = 0;
  std::uint8_t max_length = 0;
  auto operator<=>(const RoaPayload&) const = default;
};

// The origin of an announcement whose path ends in a set of networks: no payload can match it.
inline constexpr std::uint32_t kNoOrigin = 0;

using KeyHash = std::array<std::uint8_t, 32>;     // SHA-256 of SubjectPublicKeyInfo
using DebianHash = std::array<std::uint8_t, 10>;  // the last 80 bits, as openssl-blacklist lists them

struct Clouds {
  PrefixTable<std::uint32_t> ranges;  // index of the provider
  std::vector<std::string> providers;
};

// A part is there when its file was.
struct ReferenceData {
  std::optional<PrefixTable<RoaPayload>> payloads;     // rpki/vrps.json
  std::optional<PrefixTable<std::uint32_t>> table;     // rpki/table.txt: origins
  std::optional<std::vector<KeyHash>> compromised;     // keys/compromised.txt, sorted
  std::optional<std::vector<DebianHash>> debian_weak;  // keys/debian-weak.txt, sorted
  std::optional<Clouds> clouds;                        // cloud/ranges.txt
  // ct/issued.jsonl: by domain, the newest first. A domain that the file does not name was not searched for.
  std::map<std::string, std::vector<LoggedCertificate>, std::less<>> issued;

  // The announcements of the longest prefix that covers the address, one for each origin.
  Observed<std::vector<Route>> routes_of(const IpAddress& address) const;
  // `rsa_modulus_hex` is empty for keys of another kind: Debian's list knows RSA only.
  KeyListing listing_of(std::string_view spki_sha256, std::string_view rsa_modulus_hex) const;
  // The provider whose published ranges hold the address, the longest range counting; null outside them all.
  const std::string* provider_of(const IpAddress& address) const;
  Observed<std::vector<LoggedCertificate>> certificates_of(std::string_view domain) const;
};

// Bounds of each file.
struct ReferenceLimits {
  std::size_t entries = 10'000'000;
  std::size_t line_bytes = 256 * 1024;
};

// The error names the file and the line.
Result<ReferenceData, std::string> load_reference_data(const std::string& folder,
                                                       const ReferenceLimits& limits = {});

// Fills the parts of the evidence that come from reference data. `addresses` are the asset's own.
void add_reference_evidence(Evidence& evidence, const std::vector<std::string>& addresses,
                            const ReferenceData& reference);

}  // namespace utsyn::engine
