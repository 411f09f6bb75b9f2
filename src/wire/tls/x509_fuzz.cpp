// Certificates: bounded lists, printable text, and nothing matches but by its own names.
#include <cstdlib>

#include "wire/tls/chain.h"
#include "wire/tls/x509.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const ByteView input(data, size);
  wire::distinguished_name_text(input);
  const auto facts = wire::parse_certificate(input);
  if (!facts) return 0;
  if (facts->dns_names.size() + facts->ip_addresses.size() + facts->other_names.size() >
      wire::Certificate::max_names)
    std::abort();
  for (const auto& name : facts->dns_names)
    for (const char c : name)
      if (c < 0x20 || c == 0x7F) std::abort();
  if (!valid_utf8(facts->subject) || !valid_utf8(facts->subject_common_name)) std::abort();
  if (facts->self_signed && !facts->self_issued) std::abort();
  if (facts->dns_names.empty() && wire::certificate_matches(*facts, "example.no", nullptr)) std::abort();
  const std::vector<Bytes> chain = {Bytes(input.begin(), input.end())};
  const auto order = wire::order_chain(chain);
  if (order.unreadable != 0 || order.path.size() != 1) std::abort();
  if (wire::certificates_from_pem(wire::certificate_to_pem(input)) != chain) std::abort();
  return 0;
}
