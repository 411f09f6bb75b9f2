// A ClientHello that is accepted can be written again, and is then read as the same.
#include <cstdlib>

#include "wire/tls/hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto hello = wire::parse_client_hello(ByteView(data, size));
  if (!hello) return 0;
  const auto again = wire::parse_client_hello(wire::build_client_hello(*hello));
  if (!again || *again != *hello) std::abort();
  return 0;
}
