// An SSLv2 SERVER-HELLO that is accepted accounts for every byte of its record.
#include <cstdlib>

#include "wire/tls/sslv2.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto hello = wire::parse_sslv2_server_hello(ByteView(data, size));
  if (!hello) return 0;
  if (13 + hello->certificate.size() + hello->kinds.size() * 3 + hello->connection_id.size() > size)
    std::abort();
  if (hello->version != 2) std::abort();
  return 0;
}
