// Finite-field groups: is this prime one that many servers share, and is it a safe prime at all? (RFC 2409,
// RFC 3526, RFC 5114, RFC 7919; the Logjam paper, 2015.)
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace utsyn::wire {

struct DhGroupFacts {
  unsigned bits = 0;
  std::string_view
      known_as;  // "ffdhe2048", "rfc3526-2048", "rfc2409-1024", "rfc5114-1024-160"...; empty: nobody's
  bool rfc7919 = false;
  bool prime = false;               // Miller-Rabin
  bool safe_prime = false;          // (p-1)/2 is prime too
  bool examined = false;            // false above 4096 bits, unless the prime is known
  bool generator_in_range = false;  // 1 < g < p-1
  bool public_in_range = false;     // 1 < Ys < p-1
};
// Big-endian numbers as ServerKeyExchange carries them. Known primes are recognised without any test.
DhGroupFacts examine_dh_group(ByteView p, ByteView g, ByteView public_value);

}  // namespace utsyn::wire
