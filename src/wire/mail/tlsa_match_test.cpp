#include "wire/mail/tlsa_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"

namespace utsyn::wire {
namespace {

using testing::IsEmpty;

const std::vector<ChainCertificate> chain = {{Bytes(100, 1), Bytes(50, 2)}, {Bytes(100, 3), Bytes(50, 4)}};

struct Case {
  const char* name;
  TlsaRecord record;
  TlsaFitness fitness;
  std::optional<std::size_t> matched_at;
};
class MatchTlsa : public testing::TestWithParam<Case> {};
TEST_P(MatchTlsa, GivesVerdict) {
  const auto verdicts = match_tlsa(std::span(&GetParam().record, 1), chain);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(tlsa_fitness_name(verdicts[0].fitness), tlsa_fitness_name(GetParam().fitness));
  EXPECT_EQ(verdicts[0].matched_at, GetParam().matched_at);
}
const Case cases[] = {
    {"LeafKeySha256", {3, 1, 1, sha256(chain[0].public_key_info_der)}, TlsaFitness::usable, 0},
    {"LeafKeySha512", {3, 1, 2, sha512(chain[0].public_key_info_der)}, TlsaFitness::usable, 0},
    {"LeafKeyWhole", {3, 1, 0, chain[0].public_key_info_der}, TlsaFitness::usable, 0},
    {"LeafCertificateSha256", {3, 0, 1, sha256(chain[0].der)}, TlsaFitness::usable, 0},
    {"LeafCertificateWhole", {3, 0, 0, chain[0].der}, TlsaFitness::usable, 0},
    {"IssuerKey", {2, 1, 1, sha256(chain[1].public_key_info_der)}, TlsaFitness::usable, 1},
    {"IssuerCertificate", {2, 0, 2, sha512(chain[1].der)}, TlsaFitness::usable, 1},
    {"LeafIsNoIssuer", {2, 1, 1, sha256(chain[0].public_key_info_der)}, TlsaFitness::usable, {}},
    {"IssuerIsNoLeaf", {3, 1, 1, sha256(chain[1].public_key_info_der)}, TlsaFitness::usable, {}},
    {"WrongSelector", {3, 0, 1, sha256(chain[0].public_key_info_der)}, TlsaFitness::usable, {}},
    {"OtherKey", {3, 1, 1, Bytes(32)}, TlsaFitness::usable, {}},
    {"PkixTa", {0, 1, 1, sha256(chain[1].public_key_info_der)}, TlsaFitness::pkix_usage, {}},
    {"PkixEe", {1, 1, 1, sha256(chain[0].public_key_info_der)}, TlsaFitness::pkix_usage, {}},
    {"Usage4", {4, 1, 1, Bytes(32)}, TlsaFitness::unknown_usage, {}},
    {"Selector2", {3, 2, 1, Bytes(32)}, TlsaFitness::unknown_selector, {}},
    {"Type3", {3, 1, 3, Bytes(32)}, TlsaFitness::unknown_matching_type, {}},
    {"ShortHash", {3, 1, 1, Bytes(31)}, TlsaFitness::wrong_length, {}},
    {"Sha256AsSha512", {3, 1, 2, Bytes(32)}, TlsaFitness::wrong_length, {}},
    {"NoData", {3, 1, 0, {}}, TlsaFitness::wrong_length, {}},
};
INSTANTIATE_TEST_SUITE_P(Table, MatchTlsa, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(MatchTlsaSet, DuplicatesAndNameChecks) {
  const TlsaRecord leaf{3, 1, 1, sha256(chain[0].public_key_info_der)};
  const TlsaRecord issuer{2, 1, 1, sha256(chain[1].public_key_info_der)};
  const std::vector<TlsaRecord> records = {leaf, leaf, issuer};
  const auto verdicts = match_tlsa(records, chain);
  ASSERT_EQ(verdicts.size(), 3U);
  EXPECT_FALSE(verdicts[0].needs_name_check);
  EXPECT_EQ(verdicts[1].fitness, TlsaFitness::duplicate);
  EXPECT_TRUE(verdicts[2].needs_name_check);
  EXPECT_EQ(match_tlsa(records, {})[0].matched_at, std::nullopt);
  EXPECT_THAT(match_tlsa({}, chain), IsEmpty());
  const std::vector<ChainCertificate> unread = {{}};
  EXPECT_EQ(match_tlsa(std::vector<TlsaRecord>{leaf}, unread)[0].matched_at, std::nullopt);
}

}  // namespace
}  // namespace utsyn::wire
