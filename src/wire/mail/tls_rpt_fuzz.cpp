// An accepted TLS reporting record names at least one address with a scheme and a host; BIMI takes the same
// input.
#include <cstdlib>

#include "wire/mail/bimi.h"
#include "wire/mail/tls_rpt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const std::string_view txt(reinterpret_cast<const char*>(data), size);
  if (const auto bimi = parse_bimi(txt)) {
    if (!bimi->location.empty() && bimi->location.find(':') == std::string::npos) std::abort();
  }
  const auto record = parse_tls_rpt(txt);
  if (!record) return 0;
  if (!is_tls_rpt(txt) || record->uris.empty()) std::abort();
  for (const auto& uri : record->uris) {
    if (uri.domain.empty() || (uri.scheme != "mailto" && uri.scheme != "https")) std::abort();
  }
  return 0;
}
