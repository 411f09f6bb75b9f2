// OCSP responses. The input carries certificate and issuer before the response, each after its length, so
// that the paths behind a matching certificate are reached. Nothing is signed without an issuer, nobody is
// revoked by a response about nobody, and the answer is a function of the bytes alone.
#include <cstdlib>

#include "base/bytes.h"
#include "wire/tls/ocsp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  using Status = wire::OcspAnswer::Status;
  ByteReader reader(ByteView(data, size));
  const auto certificate = reader.block16();
  const auto issuer = reader.block16();
  if (!certificate || !issuer) return 0;

  const auto bare = wire::parse_ocsp_response(reader.rest(), {}, {});
  if (bare.signature_valid) std::abort();
  if (bare.status == Status::good || bare.status == Status::revoked || bare.status == Status::unknown)
    std::abort();
  const auto answer = wire::parse_ocsp_response(reader.rest(), *certificate, *issuer);
  const auto again = wire::parse_ocsp_response(reader.rest(), *certificate, *issuer);
  if (answer.status != again.status || answer.signature_valid != again.signature_valid) std::abort();
  if ((answer.status == Status::malformed || answer.status == Status::error) && !answer.scts.empty())
    std::abort();
  if (answer.revoked_at && answer.status != Status::revoked) std::abort();
  wire::build_ocsp_request(*certificate, *issuer);
  return 0;
}
