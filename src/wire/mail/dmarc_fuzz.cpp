// A DMARC record that is accepted begins with its version and has either a policy or somebody to report to.
#include <cstdlib>

#include "wire/mail/dmarc_discovery.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const std::string_view txt(reinterpret_cast<const char*>(data), size);
  if (is_dmarc(txt) && looks_like_dmarc(txt)) std::abort();
  const auto record = parse_dmarc(txt);
  if (!record) return 0;
  if (!is_dmarc(txt)) std::abort();
  if (!record->policy_given && record->aggregate_uris.empty()) std::abort();
  if (record->percent.value_or(0) > 100) std::abort();
  for (const auto& uri : record->aggregate_uris) {
    if (uri.domain.empty() || uri.scheme.empty()) std::abort();
  }
  if (effective_policy(*record, false).policy > record->policy) std::abort();  // testing only lowers
  return 0;
}
