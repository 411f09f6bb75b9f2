// Revocation lists. The input carries certificate and issuer before the list, each after its length, so that
// the paths behind a signature are reached. Nothing is said by a list that has run out, or that somebody else
// signed.
#include <cstdlib>

#include "base/bytes.h"
#include "probe/tls_certificates.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  ByteReader reader(ByteView(data, size));
  const auto certificate_der = reader.block16();
  const auto issuer_der = reader.block16();
  if (!certificate_der || !issuer_der) return 0;
  const Bytes certificate(certificate_der->begin(), certificate_der->end());
  const Bytes issuer(issuer_der->begin(), issuer_der->end());
  const auto list = reader.rest();
  constexpr std::int64_t day = 86'400;
  const auto soon = from_unix(20'700 * day);
  const auto answer = probe::read_revocation_list(list, certificate, issuer, soon);
  if (answer != probe::read_revocation_list(list, certificate, issuer, soon)) std::abort();
  if (probe::read_revocation_list(list, certificate, issuer, from_unix(5'000'000 * day)) !=
      RevocationStatus::unknown)
    std::abort();
  if (probe::read_revocation_list(list, certificate, {}, soon) != RevocationStatus::unknown) std::abort();
  return 0;
}
