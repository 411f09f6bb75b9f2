// See dh_groups.h.
#include "wire/tls/dh_groups.h"

#include <openssl/core_names.h>

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "wire/tls/openssl.h"

namespace utsyn::wire {
namespace {

using namespace openssl;

constexpr int max_examined_bits = 4096;
constexpr int max_bits = 65536;

struct KnownPrime {
  std::string_view name;
  Bytes sha256;  // of the big-endian prime without leading zeros
  bool rfc7919 = false;
};

// The groups that OpenSSL carries, by its own names.
Bytes openssl_prime(const char* group) {
  using OwnedContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
  const OwnedContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  std::string name = group;
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size()),
      OSSL_PARAM_construct_end(),
  };
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters) != 1)
    return {};
  const OwnedKey owned(key);
  BIGNUM* p = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p) != 1) return {};
  return big_endian(OwnedBignum(p).get());
}

std::vector<KnownPrime> load_known_primes() {
  const QuietErrors quiet;
  struct Row {
    std::string_view name;
    const char* group;
  };
  constexpr Row rows[] = {
      {"ffdhe2048", "ffdhe2048"},          {"ffdhe3072", "ffdhe3072"},
      {"ffdhe4096", "ffdhe4096"},          {"ffdhe6144", "ffdhe6144"},
      {"ffdhe8192", "ffdhe8192"},          {"rfc3526-1536", "modp_1536"},
      {"rfc3526-2048", "modp_2048"},       {"rfc3526-3072", "modp_3072"},
      {"rfc3526-4096", "modp_4096"},       {"rfc3526-6144", "modp_6144"},
      {"rfc3526-8192", "modp_8192"},       {"rfc5114-1024-160", "dh_1024_160"},
      {"rfc5114-2048-224", "dh_2048_224"}, {"rfc5114-2048-256", "dh_2048_256"},
  };
  std::vector<KnownPrime> out;
  for (const auto& row : rows) {
    const auto prime = openssl_prime(row.group);
    if (!prime.empty()) out.push_back({row.name, sha256(prime), row.name.starts_with("ffdhe")});
  }
  const OwnedBignum oakley1(BN_get_rfc2409_prime_768(nullptr));
  const OwnedBignum oakley2(BN_get_rfc2409_prime_1024(nullptr));
  if (oakley1) out.push_back({"rfc2409-768", sha256(big_endian(oakley1.get()))});
  if (oakley2) out.push_back({"rfc2409-1024", sha256(big_endian(oakley2.get()))});

  // Primes that came compiled into widely used servers; their hash is enough to know them by.
  struct Shipped {
    std::string_view name;
    std::string_view sha256;
  };
  constexpr Shipped shipped[] = {
      {"apache-512", "db01e702899166da28c9bc7896af62bcdf0c96d0fb341950ba80e68bd51a57ef"},
      {"apache-1024", "bf910d9df4e0b2e76cda7443f592aa118e33ba2c224ebc27fb8978d873c8c2e3"},
      {"nginx-1024", "8ae47dca3d24e9b64640062686da234dcabada26b0da6f090c5449c1338d9a11"},
      {"jdk-1024", "cc21a33dd1a3edf40bf636b5496e4aede198a437a8548e0cc1a621424e42419b"},
      {"postfix-1024", "ef627d8cc44144f36a075d8dd8511bbd278cb5cf438f1052bdbdabe715232c1e"},
      {"openssl-512", "f26e2403f3f07946654404909f0ff81d9354de17250411b4c04b89af73178425"},
      {"openssl-1024", "6215d41bb617b390082b066d6856f8b361d6c77f316a84301f7c9717a8681485"},
  };
  for (const auto& row : shipped) out.push_back({row.name, *from_hex(row.sha256)});
  return out;
}

const KnownPrime* find_known(ByteView prime) {
  static const auto primes = load_known_primes();
  const auto digest = sha256(prime);
  const auto at = std::ranges::find(primes, digest, &KnownPrime::sha256);
  return at == primes.end() ? nullptr : &*at;
}

// Miller-Rabin. The bases come from a hash of the number itself, so that the answer is the same every time
// and nobody can choose a composite that fools a known list of bases. For the random numbers that servers
// make, a few rounds err with a chance far below 2^-80.
bool probably_prime(const BIGNUM* number, BN_CTX* context) {
  if (BN_num_bits(number) < 8) {
    const auto small = BN_get_word(number);
    if (small < 2) return false;
    for (BN_ULONG i = 2; i * i <= small; ++i)
      if (small % i == 0) return false;
    return true;
  }
  if (!BN_is_odd(number)) return false;
  for (const unsigned divisor : {3U, 5U, 7U, 11U, 13U, 17U, 19U, 23U, 29U, 31U, 37U, 41U, 43U, 47U, 53U})
    if (BN_mod_word(number, divisor) == 0) return BN_is_word(number, divisor) == 1;

  const int rounds = BN_num_bits(number) > 2048 ? 4 : BN_num_bits(number) > 1024 ? 6 : 16;
  const OwnedBignum less_one(BN_dup(number));
  BN_sub_word(less_one.get(), 1);
  int twos = 0;
  while (!BN_is_bit_set(less_one.get(), twos)) ++twos;
  const OwnedBignum odd_part(BN_new());
  BN_rshift(odd_part.get(), less_one.get(), twos);

  const OwnedBignum base(BN_new());
  const OwnedBignum value(BN_new());
  Bytes seed = big_endian(number);
  for (int round = 0; round < rounds; ++round) {
    seed = sha256(seed);
    BN_bin2bn(seed.data(), static_cast<int>(seed.size()), base.get());
    BN_mod(base.get(), base.get(), number, context);
    if (BN_is_zero(base.get()) || BN_is_one(base.get()) || BN_cmp(base.get(), less_one.get()) == 0) continue;
    if (BN_mod_exp(value.get(), base.get(), odd_part.get(), number, context) != 1) return false;
    bool passes = BN_is_one(value.get()) || BN_cmp(value.get(), less_one.get()) == 0;
    for (int i = 1; i < twos && !passes; ++i) {
      BN_mod_sqr(value.get(), value.get(), number, context);
      passes = BN_cmp(value.get(), less_one.get()) == 0;
    }
    if (!passes) return false;
  }
  return true;
}

// 1 < number < p - 1: outside, the shared secret is no secret.
bool in_range(ByteView bytes, const BIGNUM* p) {
  if (bytes.size() > max_bits / 8) return false;
  const OwnedBignum number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  const OwnedBignum most(BN_dup(p));
  if (!number || !most || BN_sub_word(most.get(), 1) != 1) return false;
  return BN_cmp(number.get(), BN_value_one()) > 0 && BN_cmp(number.get(), most.get()) < 0;
}

}  // namespace

DhGroupFacts examine_dh_group(ByteView p, ByteView g, ByteView public_value) {
  const QuietErrors quiet;
  DhGroupFacts out;
  while (!p.empty() && p.front() == 0) p = p.subspan(1);
  if (p.empty() || p.size() > max_bits / 8) return out;
  const OwnedBignum prime(BN_bin2bn(p.data(), static_cast<int>(p.size()), nullptr));
  const OwnedBignumContext context(BN_CTX_new());
  if (!prime || !context) return out;
  out.bits = static_cast<unsigned>(BN_num_bits(prime.get()));
  out.generator_in_range = in_range(g, prime.get());
  out.public_in_range = in_range(public_value, prime.get());

  if (const auto* known = find_known(p)) {
    out.known_as = known->name;
    out.rfc7919 = known->rfc7919;
    out.examined = true;
    out.prime = true;
    // The groups of RFC 5114 and the one of the JDK are DSA-like: a large subgroup, but no safe prime.
    out.safe_prime = !known->name.starts_with("rfc5114") && known->name != "jdk-1024";
    return out;
  }
  if (out.bits > static_cast<unsigned>(max_examined_bits)) return out;
  out.examined = true;
  out.prime = probably_prime(prime.get(), context.get());
  if (!out.prime) return out;
  const OwnedBignum half(BN_new());
  BN_rshift1(half.get(), prime.get());
  out.safe_prime = probably_prime(half.get(), context.get());
  return out;
}

}  // namespace utsyn::wire
