// A weakness that is found in a modulus is there: the factor divides it, and an even one ends in an even
// digit. Leading zeros change nothing.
#include <cstdlib>

#include "base/text.h"
#include "wire/tls/key_weakness.h"

namespace {

unsigned remainder_of(utsyn::ByteView number, unsigned divisor) {
  unsigned remainder = 0;
  for (const auto byte : number) remainder = (remainder * 256 + byte) % divisor;
  return remainder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  wire::find_key_weakness(as_text({data, size}));  // as hex, which it seldom is
  if (size > 512) return 0;                        // 4096 bits; longer ones only take longer
  const ByteView number(data, size);
  const auto weakness = wire::find_key_weakness(to_hex(number));
  if (weakness.even && (size == 0 || number.back() % 2 != 0)) std::abort();
  if (weakness.even != (weakness.small_factor == 2)) std::abort();
  if (weakness.small_factor != 0 && remainder_of(number, weakness.small_factor) != 0) std::abort();
  const auto padded = wire::find_key_weakness("00" + to_hex(number));
  if (padded.any() != weakness.any() || padded.small_factor != weakness.small_factor ||
      padded.roca != weakness.roca || padded.close_primes != weakness.close_primes ||
      padded.perfect_square != weakness.perfect_square)
    std::abort();
  return 0;
}
