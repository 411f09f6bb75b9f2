// A CAA property that is accepted has an issuer that is a name and parameters without separators. The first
// byte is the flags, the next part up to a zero byte the tag.
#include <cstdlib>

#include "wire/dns/caa.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  if (size == 0) return 0;
  auto value = utsyn::as_text({data + 1, size - 1});
  const auto tag = utsyn::cut(value, '\0');
  const auto property = parse_caa({data[0], std::string(tag), std::string(value)});
  if (!property) return 0;
  if (property->kind == CaaKind::unknown && property->critical) std::abort();
  if (property->issuer.find_first_of("; =") != std::string::npos || property->issuer.size() > 253)
    std::abort();
  for (const auto& [name, text] : property->parameters) {
    if (name.empty() || text.find_first_of("; ") != std::string::npos) std::abort();
  }
  return 0;
}
