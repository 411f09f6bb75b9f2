// A DKIM key that is accepted is revoked, of an unknown type, or has a size.
#include <cstdlib>

#include "wire/mail/dkim.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto key = parse_dkim(utsyn::as_text({data, size}));
  if (!key) return 0;
  if (key->revoked != key->public_key.empty() && key->type != DkimKeyType::unknown) std::abort();
  if (!key->revoked && key->type != DkimKeyType::unknown && key->bits == 0) std::abort();
  return 0;
}
