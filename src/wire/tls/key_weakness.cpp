// See key_weakness.h.
#include "wire/tls/key_weakness.h"

#include <array>
#include <bitset>
#include <vector>

#include "wire/tls/openssl.h"

namespace utsyn::wire {
namespace {

using namespace openssl;

constexpr int max_modulus_bits = 16384;
constexpr unsigned factor_limit = 10000;
constexpr int fermat_rounds = 100;
// Nemec et al., "The Return of Coppersmith's Attack", 2017: primes of the faulty library are powers of 65537
// modulo the product of the first primes, so the modulus is too. The first 39 primes are in the product of
// every key size.
constexpr unsigned roca_generator = 65537;
constexpr unsigned roca_last_prime = 167;

const std::vector<unsigned>& small_primes() {
  static const auto primes = [] {
    std::vector<unsigned> out;
    std::vector<bool> composite(factor_limit);
    for (unsigned i = 2; i < factor_limit; ++i) {
      if (composite[i]) continue;
      out.push_back(i);
      for (unsigned j = i * i; j < factor_limit; j += i) composite[j] = true;
    }
    return out;
  }();
  return primes;
}

unsigned remainder(const BIGNUM* number, unsigned divisor) {
  return static_cast<unsigned>(BN_mod_word(number, divisor));
}

bool has_roca_fingerprint(const BIGNUM* modulus) {
  for (const auto prime : small_primes()) {
    if (prime == 2) continue;
    if (prime > roca_last_prime) break;
    const auto wanted = remainder(modulus, prime);
    unsigned power = 1;
    bool found = false;
    for (unsigned i = 0; i < prime && !found; ++i) {
      found = power == wanted;
      power = power * (roca_generator % prime) % prime;
    }
    if (!found) return false;
  }
  return true;
}

// The largest integer whose square is not above `number`, by Newton from above.
OwnedBignum square_root(const BIGNUM* number, BN_CTX* context) {
  OwnedBignum guess(BN_new());
  OwnedBignum next(BN_new());
  BN_zero(guess.get());
  if (BN_is_zero(number)) return guess;
  BN_set_bit(guess.get(), (BN_num_bits(number) + 1) / 2);
  while (true) {
    BN_div(next.get(), nullptr, number, guess.get(), context);
    BN_add(next.get(), next.get(), guess.get());
    BN_rshift1(next.get(), next.get());
    if (BN_cmp(next.get(), guess.get()) >= 0) return guess;
    std::swap(guess, next);
  }
}

// Most numbers that are no squares show it in a remainder, which is far cheaper than a root.
template <unsigned modulus>
bool may_be_square(const BIGNUM* number) {
  static const auto squares = [] {
    std::bitset<modulus> out;
    for (unsigned i = 0; i < modulus; ++i) out.set(i * i % modulus);
    return out;
  }();
  return squares.test(remainder(number, modulus));
}

bool is_square(const BIGNUM* number, BN_CTX* context) {
  if (!may_be_square<64>(number) || !may_be_square<63 * 65 * 11>(number) ||
      !may_be_square<17 * 19 * 23>(number))
    return false;
  const auto root = square_root(number, context);
  const OwnedBignum square(BN_new());
  BN_sqr(square.get(), root.get(), context);
  return BN_cmp(square.get(), number) == 0;
}

}  // namespace

KeyWeakness find_key_weakness(std::string_view modulus_hex) {
  const QuietErrors quiet;
  KeyWeakness out;
  if (modulus_hex.size() > max_modulus_bits / 4) return out;
  const auto bytes =
      from_hex(modulus_hex.size() % 2 == 0 ? std::string(modulus_hex) : "0" + std::string(modulus_hex));
  if (!bytes || bytes->empty()) return out;
  const OwnedBignum modulus(BN_bin2bn(bytes->data(), static_cast<int>(bytes->size()), nullptr));
  const OwnedBignumContext context(BN_CTX_new());
  if (!modulus || !context || BN_num_bits(modulus.get()) < 16) return out;

  out.even = !BN_is_odd(modulus.get());
  for (const auto prime : small_primes()) {
    if (remainder(modulus.get(), prime) != 0) continue;
    out.small_factor = prime;
    break;
  }
  out.roca = has_roca_fingerprint(modulus.get());
  if (out.even) return out;

  auto middle = square_root(modulus.get(), context.get());
  const OwnedBignum difference(BN_new());
  BN_sqr(difference.get(), middle.get(), context.get());
  out.perfect_square = BN_cmp(difference.get(), modulus.get()) == 0;
  for (int round = 0; round < fermat_rounds && !out.perfect_square && !out.close_primes; ++round) {
    BN_add_word(middle.get(), 1);
    BN_sqr(difference.get(), middle.get(), context.get());
    BN_sub(difference.get(), difference.get(), modulus.get());
    out.close_primes = is_square(difference.get(), context.get());
  }
  return out;
}

}  // namespace utsyn::wire
