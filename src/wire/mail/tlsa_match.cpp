#include "wire/mail/tlsa_match.h"

#include <algorithm>

#include "base/hash.h"

namespace utsyn::wire {
namespace {

enum Usage : unsigned { usage_pkix_ta, usage_pkix_ee, usage_dane_ta, usage_dane_ee };
enum Selector : unsigned { selector_certificate, selector_public_key };
enum MatchingType : unsigned { match_whole, match_sha256, match_sha512 };

bool matches(const TlsaRecord& record, const ChainCertificate& certificate) {
  const auto& chosen =
      record.selector == selector_public_key ? certificate.public_key_info_der : certificate.der;
  if (chosen.empty()) return false;
  switch (record.matching_type) {
    case match_whole:
      return record.data == chosen;
    case match_sha256:
      return record.data == sha256(chosen);
    case match_sha512:
      return record.data == sha512(chosen);
    default:
      return false;
  }
}

}  // namespace

std::string_view tlsa_fitness_name(TlsaFitness fitness) {
  switch (fitness) {
    case TlsaFitness::usable:
      return "usable";
    case TlsaFitness::pkix_usage:
      return "pkix-usage";
    case TlsaFitness::unknown_usage:
      return "unknown-usage";
    case TlsaFitness::unknown_selector:
      return "unknown-selector";
    case TlsaFitness::unknown_matching_type:
      return "unknown-matching-type";
    case TlsaFitness::wrong_length:
      return "wrong-length";
    case TlsaFitness::duplicate:
      return "duplicate";
  }
  return "unusable";
}

TlsaFitness tlsa_fitness(const TlsaRecord& record) {
  if (record.usage > usage_dane_ee) return TlsaFitness::unknown_usage;
  if (record.selector > selector_public_key) return TlsaFitness::unknown_selector;
  if (record.matching_type > match_sha512) return TlsaFitness::unknown_matching_type;
  const auto size = record.data.size();
  const bool size_good = record.matching_type == match_sha256   ? size == 32
                         : record.matching_type == match_sha512 ? size == 64
                                                                : size > 0;
  if (!size_good) return TlsaFitness::wrong_length;
  if (record.usage <= usage_pkix_ee) return TlsaFitness::pkix_usage;
  return TlsaFitness::usable;
}

std::vector<TlsaVerdict> match_tlsa(std::span<const TlsaRecord> records,
                                    std::span<const ChainCertificate> chain) {
  std::vector<TlsaVerdict> verdicts;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& record = records[i];
    TlsaVerdict verdict{.fitness = tlsa_fitness(record)};
    const auto earlier = records.first(i);
    if (std::ranges::find(earlier, record) != earlier.end()) verdict.fitness = TlsaFitness::duplicate;
    if (verdict.fitness == TlsaFitness::usable) {
      const bool authority = record.usage == usage_dane_ta;
      const std::size_t from = authority ? 1 : 0;
      const std::size_t to = authority ? chain.size() : std::min<std::size_t>(chain.size(), 1);
      for (std::size_t at = from; at < to && !verdict.matched_at; ++at) {
        if (matches(record, chain[at])) verdict.matched_at = at;
      }
      verdict.needs_name_check = authority;
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace utsyn::wire
