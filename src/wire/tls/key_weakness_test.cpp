// Weak keys and weak groups.
#include "wire/tls/key_weakness.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/tls/dh_groups.h"
#include "wire/tls/openssl.h"

namespace utsyn::wire {
namespace {

using openssl::OwnedBignum;
using openssl::OwnedBignumContext;

OwnedBignum number(std::string_view hex) {
  BIGNUM* out = nullptr;
  BN_hex2bn(&out, std::string(hex).c_str());
  return OwnedBignum(out);
}
std::string hex_of(const BIGNUM* value) { return to_hex(openssl::big_endian(value)); }

std::string product(const BIGNUM* a, const BIGNUM* b) {
  const OwnedBignumContext context(BN_CTX_new());
  const OwnedBignum out(BN_new());
  BN_mul(out.get(), a, b, context.get());
  return hex_of(out.get());
}

// Safe primes of 512 bits, made once.
constexpr std::string_view prime_1 =
    "D08D87DC570024C4913AAFFB32B34BBCD26FD27D48364F07584429D253E1B5C2E16C5F072120053DF69367F49FA7D69C2B826B0B"
    "47662BF2"
    "FEBF73A76BB3E12F";
constexpr std::string_view prime_2 =
    "D1225BB34DDCC6A5C9F8A9452A9B4CA1AA96FE79F8C9F76B7521D5F784BC70881EC618E4029A74FD190B882B567069F41338C3E5"
    "D29973B9"
    "0C3DF2DBC8CA6C83";

TEST(KeyWeakness, OrdinaryModulusHasNone) {
  EXPECT_FALSE(find_key_weakness(product(number(prime_1).get(), number(prime_2).get())).any());
}

TEST(KeyWeakness, EvenAndSmallFactors) {
  const auto even = number(prime_1);
  BN_lshift1(even.get(), even.get());
  EXPECT_TRUE(find_key_weakness(hex_of(even.get())).even);
  EXPECT_EQ(find_key_weakness(hex_of(even.get())).small_factor, 2U);
  const OwnedBignum small(BN_new());
  BN_set_word(small.get(), 9973);
  const auto with_factor = find_key_weakness(product(number(prime_1).get(), small.get()));
  EXPECT_FALSE(with_factor.even);
  EXPECT_EQ(with_factor.small_factor, 9973U);
}

TEST(KeyWeakness, ClosePrimes) {
  const auto p = number(prime_1);
  const auto q = number(prime_1);
  BN_add_word(q.get(), 1000);
  EXPECT_TRUE(find_key_weakness(product(p.get(), q.get())).close_primes);
  EXPECT_TRUE(find_key_weakness(product(p.get(), p.get())).perfect_square);
  EXPECT_TRUE(find_key_weakness(product(p.get(), p.get())).any());
  // Half the digits apart: Fermat would need far more than a hundred rounds.
  const auto far = number(prime_1);
  BN_set_bit(far.get(), 340);
  EXPECT_FALSE(find_key_weakness(product(p.get(), far.get())).close_primes);
}

// A modulus with the structure of the faulty library: both factors are powers of 65537 modulo the product of
// the first 39 primes, plus a multiple of that product.
TEST(KeyWeakness, RocaStructure) {
  const OwnedBignumContext context(BN_CTX_new());
  const OwnedBignum primorial(BN_new());
  BN_one(primorial.get());
  for (const BN_ULONG prime :
       {2UL,   3UL,   5UL,   7UL,   11UL,  13UL,  17UL,  19UL,  23UL,  29UL,  31UL,  37UL,  41UL,
        43UL,  47UL,  53UL,  59UL,  61UL,  67UL,  71UL,  73UL,  79UL,  83UL,  89UL,  97UL,  101UL,
        103UL, 107UL, 109UL, 113UL, 127UL, 131UL, 137UL, 139UL, 149UL, 151UL, 157UL, 163UL, 167UL})
    BN_mul_word(primorial.get(), prime);
  const auto factor = [&](unsigned exponent, unsigned multiple) {
    OwnedBignum base(BN_new());
    OwnedBignum power(BN_new());
    OwnedBignum out(BN_dup(primorial.get()));
    BN_set_word(base.get(), 65537);
    BN_set_word(power.get(), exponent);
    BN_mod_exp(base.get(), base.get(), power.get(), primorial.get(), context.get());
    BN_mul_word(out.get(), multiple);
    BN_add(out.get(), out.get(), base.get());
    return out;
  };
  EXPECT_TRUE(
      find_key_weakness(product(factor(123457, 1'000'003).get(), factor(7654321, 3'000'017).get())).roca);
}

TEST(KeyWeakness, NonsenseHasNone) {
  for (const std::string_view text : {"", "xyz", "05", "00"})
    EXPECT_FALSE(find_key_weakness(text).any()) << text;
  EXPECT_FALSE(find_key_weakness(std::string(5000, 'f')).any());
}

DhGroupFacts examine(const BIGNUM* p) {
  const Bytes two = {2};
  return examine_dh_group(openssl::big_endian(p), two, Bytes{3});
}

TEST(DhGroups, KnowsTheSharedOnes) {
  const OwnedBignum oakley(BN_get_rfc2409_prime_1024(nullptr));
  const auto old = examine(oakley.get());
  EXPECT_EQ(old.known_as, "rfc2409-1024");
  EXPECT_EQ(old.bits, 1024U);
  EXPECT_TRUE(old.safe_prime);
  EXPECT_FALSE(old.rfc7919);
  EXPECT_EQ(examine(OwnedBignum(BN_get_rfc2409_prime_768(nullptr)).get()).known_as, "rfc2409-768");
  EXPECT_EQ(examine(OwnedBignum(BN_get_rfc3526_prime_2048(nullptr)).get()).known_as, "rfc3526-2048");
  EXPECT_EQ(examine(OwnedBignum(BN_get_rfc3526_prime_8192(nullptr)).get()).known_as, "rfc3526-8192");

  const auto apache = number(
      "9FDB8B8A004544F0045F1737D0BA2E0B274CDF1A9F588218FB435316A16E374171FD19D8D8F37C39BF863FD60E3E300680A303"
      "0C6E4C3757D"
      "08F70E6AA871033");
  EXPECT_EQ(examine(apache.get()).known_as, "apache-512");
}

TEST(DhGroups, KnowsRfc7919) {
  // RFC 7919 appendix A.1, by its formula: 2^2048 - 2^1984 + (floor(2^1918 * e) + 560316) * 2^64 - 1 is what
  // OpenSSL carries under this name.
  const openssl::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  char name[] = "ffdhe2048";
  OSSL_PARAM parameters[] = {{"group", OSSL_PARAM_UTF8_STRING, name, 9, 0}, {nullptr, 0, nullptr, 0, 0}};
  EVP_PKEY* key = nullptr;
  ASSERT_EQ(EVP_PKEY_fromdata_init(context.get()), 1);
  ASSERT_EQ(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters), 1);
  const openssl::OwnedKey owned(key);
  BIGNUM* p = nullptr;
  ASSERT_EQ(EVP_PKEY_get_bn_param(key, "p", &p), 1);
  const OwnedBignum prime(p);
  const auto facts = examine(prime.get());
  EXPECT_EQ(facts.known_as, "ffdhe2048");
  EXPECT_TRUE(facts.rfc7919);
  EXPECT_TRUE(facts.generator_in_range);
  EXPECT_TRUE(facts.public_in_range);
}

TEST(DhGroups, TestsTheRest) {
  const auto own = examine(number(prime_1).get());
  EXPECT_EQ(own.known_as, "");
  EXPECT_TRUE(own.examined);
  EXPECT_TRUE(own.prime);
  EXPECT_TRUE(own.safe_prime);

  const auto composite = number(product(number(prime_1).get(), number(prime_2).get()));
  EXPECT_FALSE(examine(composite.get()).prime);
  EXPECT_FALSE(examine(composite.get()).safe_prime);
  // 2^521 - 1 is prime, half of it is not.
  const OwnedBignum mersenne(BN_new());
  BN_set_bit(mersenne.get(), 521);
  BN_sub_word(mersenne.get(), 1);
  EXPECT_TRUE(examine(mersenne.get()).prime);
  EXPECT_FALSE(examine(mersenne.get()).safe_prime);
  EXPECT_TRUE(examine(number("17").get()).safe_prime);  // 23 = 2 * 11 + 1
  EXPECT_FALSE(examine(number("15").get()).prime);
  EXPECT_FALSE(examine(number("01").get()).prime);

  const OwnedBignum huge(BN_new());
  BN_set_bit(huge.get(), 5000);
  BN_add_word(huge.get(), 1);
  EXPECT_FALSE(examine(huge.get()).examined);
  EXPECT_EQ(examine_dh_group({}, {}, {}).bits, 0U);
  EXPECT_EQ(examine_dh_group(Bytes(20000, 0xFF), {}, {}).bits, 0U);
}

TEST(DhGroups, ValuesOutOfRange) {
  const auto p = openssl::big_endian(number(prime_1).get());
  auto minus_one = p;
  minus_one.back() -= 1;
  for (const auto& bad : {Bytes{}, Bytes{0}, Bytes{1}, minus_one, p}) {
    EXPECT_FALSE(examine_dh_group(p, Bytes{2}, bad).public_in_range) << to_hex(bad);
    EXPECT_FALSE(examine_dh_group(p, bad, Bytes{2}).generator_in_range) << to_hex(bad);
  }
  Bytes padded = {0, 0};
  padded.insert(padded.end(), p.begin(), p.end());
  EXPECT_EQ(examine_dh_group(padded, Bytes{2}, Bytes{3}).bits, 512U);
}

}  // namespace
}  // namespace utsyn::wire
