// Cursors: what is accepted is written and read again as the same key.
#include <cstdlib>

#include "api/cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto key = utsyn::api::read_cursor(text);
  if (key && utsyn::api::read_cursor(utsyn::api::write_cursor(*key)) != key) std::abort();
  return 0;
}
