// Whether TLSA records vouch for a certificate chain (RFC 6698, 7671; for SMTP RFC 7672).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "wire/dns/records.h"

namespace utsyn::wire {

// One certificate of the chain as sent, the leaf first.
struct ChainCertificate {
  Bytes der;
  Bytes public_key_info_der;  // SubjectPublicKeyInfo
};

enum class TlsaFitness {
  usable,
  pkix_usage,  // usage 0 or 1: unusable in SMTP (RFC 7672 section 3.1.3)
  unknown_usage,
  unknown_selector,
  unknown_matching_type,
  wrong_length,  // a hash of the wrong size, or empty data
  duplicate      // of an earlier record
};
std::string_view tlsa_fitness_name(TlsaFitness fitness);

struct TlsaVerdict {
  TlsaFitness fitness = TlsaFitness::usable;
  // Where in the chain it matches: 0 for usage 3; usage 2 names an issuer, so never the leaf.
  std::optional<std::size_t> matched_at;
  // A usage 2 match also demands that the name matches and the chain is valid up to there; usage 3 does not.
  bool needs_name_check = false;
  bool operator==(const TlsaVerdict&) const = default;
};

// One verdict per record, in the same order.
std::vector<TlsaVerdict> match_tlsa(std::span<const TlsaRecord> records,
                                    std::span<const ChainCertificate> chain);

TlsaFitness tlsa_fitness(const TlsaRecord& record);

}  // namespace utsyn::wire
