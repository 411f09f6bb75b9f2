// SCT lists: the entries account for the bytes of the list.
#include <cstdlib>

#include "wire/tls/sct.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto list = wire::parse_sct_list(ByteView(data, size));
  if (!list) return 0;
  std::size_t bytes = 2;
  for (const auto& sct : *list) {
    bytes += 2 + sct.raw.size();
    if (sct.version == 0 && sct.log_id.size() != 32) std::abort();
  }
  if (bytes != size || list->size() > wire::max_scts) std::abort();
  return 0;
}
