// TLSA records over a chain: a match is only ever claimed by a usable record, at a place its usage allows,
// and always for a record that pins what is there. Input: three bytes of a record, its data after a length,
// then the chain, each certificate after its length.
#include <cstdlib>

#include "base/bytes.h"
#include "base/hash.h"
#include "wire/mail/tlsa_match.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  ByteReader reader(ByteView(data, size));
  const auto usage = reader.u8();
  const auto selector = reader.u8();
  const auto matching = reader.u8();
  const auto pinned = reader.block16();
  if (!usage || !selector || !matching || !pinned) return 0;
  std::vector<wire::ChainCertificate> chain;
  while (const auto der = reader.block16()) {
    const auto key = der->subspan(der->size() / 2);
    chain.push_back({Bytes(der->begin(), der->end()), Bytes(key.begin(), key.end())});
  }
  std::vector<wire::TlsaRecord> records;
  records.push_back({*usage, *selector, *matching, Bytes(pinned->begin(), pinned->end())});
  if (!chain.empty()) {
    records.push_back({3, 1, 1, sha256(chain.front().public_key_info_der)});
    records.push_back({2, 0, 2, sha512(chain.back().der)});
  }
  records.push_back(records.front());
  const auto verdicts = wire::match_tlsa(records, chain);
  if (verdicts.size() != records.size()) std::abort();
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& verdict = verdicts[i];
    if (verdict.matched_at && verdict.fitness != wire::TlsaFitness::usable) std::abort();
    if (verdict.matched_at && *verdict.matched_at >= chain.size()) std::abort();
    if (verdict.matched_at && (records[i].usage == 3) != (*verdict.matched_at == 0)) std::abort();
  }
  if (verdicts.back().fitness != wire::TlsaFitness::duplicate) std::abort();
  if (chain.empty()) return 0;
  const bool has_key = !chain.front().public_key_info_der.empty();
  if (verdicts[1].fitness == wire::TlsaFitness::usable && verdicts[1].matched_at.has_value() != has_key)
    std::abort();
  if (chain.size() > 1 && !chain.back().der.empty() && verdicts[2].fitness == wire::TlsaFitness::usable &&
      !verdicts[2].matched_at)
    std::abort();
  return 0;
}
