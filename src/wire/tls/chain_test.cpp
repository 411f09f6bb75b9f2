// Order and trust of chains.
#include "wire/tls/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/tls/test_certificates.h"
#include "wire/tls/x509.h"

namespace utsyn::wire {
namespace {

using namespace testing_certificates;
using testing::ElementsAre;
using Reason = ChainVerdict::Reason;

const UtcTime now = from_unix(1'795'000'000);

struct Chain {
  Bytes root = make(root_recipe());
  Bytes intermediate = make(intermediate_recipe());
  Bytes leaf = make(leaf_recipe());
  Bytes stranger = make({.subject = {{"CN", "stranger.no"}}, .subject_key = "ec:P-256#stranger"});
};

const Chain& chain() {
  static const Chain made;
  return made;
}

TEST(OrderChain, GivesThePathAndWhatIsTooMuch) {
  const auto& c = chain();
  const std::vector<Bytes> in_order = {c.leaf, c.intermediate};
  const auto good = order_chain(in_order);
  EXPECT_THAT(good.path, ElementsAre(0, 1));
  EXPECT_TRUE(good.in_order);
  EXPECT_FALSE(good.root_included);
  EXPECT_EQ(good.unrelated + good.duplicates + good.unreadable, 0U);

  const std::vector<Bytes> with_root = {c.leaf, c.intermediate, c.root};
  EXPECT_TRUE(order_chain(with_root).root_included);
  EXPECT_THAT(order_chain(with_root).path, ElementsAre(0, 1, 2));

  const std::vector<Bytes> swapped = {c.leaf, c.root, c.intermediate};
  const auto out_of_order = order_chain(swapped);
  EXPECT_THAT(out_of_order.path, ElementsAre(0, 2, 1));
  EXPECT_FALSE(out_of_order.in_order);

  const std::vector<Bytes> messy = {c.leaf, c.leaf, c.stranger, Bytes{1, 2}, c.intermediate};
  const auto mess = order_chain(messy);
  EXPECT_THAT(mess.path, ElementsAre(0, 4));
  EXPECT_EQ(mess.duplicates, 1U);
  EXPECT_EQ(mess.unrelated, 1U);
  EXPECT_EQ(mess.unreadable, 1U);
  EXPECT_FALSE(mess.in_order);
  EXPECT_TRUE(mess.root_included) << "the stranger signed itself";

  const std::vector<Bytes> lonely = {c.stranger};
  EXPECT_TRUE(order_chain(lonely).leaf_self_signed);
  EXPECT_THAT(order_chain(std::vector<Bytes>{}).path, ElementsAre());
  EXPECT_EQ(order_chain(std::vector<Bytes>{Bytes{1}}).unreadable, 1U);
}

TEST(OrderChain, ANameAloneIsNoIssuer) {
  auto impostor = intermediate_recipe();
  impostor.subject_key = "ec:P-256#impostor";
  const std::vector<Bytes> sent = {chain().leaf, make(impostor)};
  const auto order = order_chain(sent);
  EXPECT_THAT(order.path, ElementsAre(0));
  EXPECT_EQ(order.unrelated, 1U);
}

TEST(VerifyChain, SaysWhyNot) {
  const auto& c = chain();
  TrustStore roots;
  ASSERT_TRUE(roots.add(c.root));
  EXPECT_FALSE(roots.add(Bytes{1, 2, 3}));
  EXPECT_EQ(roots.size(), 1U);

  auto client = leaf_recipe();
  client.extensions[2] = {"extendedKeyUsage", "clientAuth"};
  auto not_ca = intermediate_recipe();
  not_ca.extensions = {{"basicConstraints", "critical,CA:FALSE"}};
  auto weak = leaf_recipe();
  weak.subject_key = "rsa:512";
  auto broken = c.leaf;
  broken.back() ^= 1U;
  struct Case {
    std::string_view name;
    std::vector<Bytes> sent;
    UtcTime at;
    Reason reason;
  };
  const Case cases[] = {
      {"whole", {c.leaf, c.intermediate}, now, Reason::trusted},
      {"any order", {c.leaf, c.stranger, c.root, c.intermediate}, now, Reason::trusted},
      {"no intermediate", {c.leaf}, now, Reason::missing_intermediate},
      {"self-signed", {c.stranger}, now, Reason::self_signed},
      {"expired", {c.leaf, c.intermediate}, from_unix(1'799'000'000), Reason::expired},
      {"not yet", {c.leaf, c.intermediate}, from_unix(1'780'000'000), Reason::not_yet_valid},
      {"for clients", {make(client), c.intermediate}, now, Reason::wrong_purpose},
      {"issuer is no CA", {c.leaf, make(not_ca)}, now, Reason::wrong_purpose},
      {"512 bits", {make(weak), c.intermediate}, now, Reason::too_weak},
      {"one bit off", {broken, c.intermediate}, now, Reason::bad_signature},
      {"garbage", {Bytes{1, 2, 3}}, now, Reason::unreadable},
      {"nothing", {}, now, Reason::unreadable},
  };
  for (const auto& row : cases) {
    const auto verdict = verify_chain(roots, row.sent, row.at);
    EXPECT_EQ(chain_reason_name(verdict.reason), chain_reason_name(row.reason))
        << row.name << ": " << verdict.detail;
    EXPECT_EQ(verdict.trusted(), row.reason == Reason::trusted);
  }
  const auto good = verify_chain(roots, std::vector<Bytes>{c.leaf, c.intermediate}, now);
  ASSERT_EQ(good.path.size(), 3U);
  EXPECT_EQ(good.path.front(), parse_certificate(c.leaf)->sha256);
  EXPECT_EQ(good.path.back(), parse_certificate(c.root)->sha256);

  const TrustStore nobody;
  EXPECT_EQ(verify_chain(nobody, std::vector<Bytes>{c.leaf, c.intermediate, c.root}, now).reason,
            Reason::self_signed_in_chain);
}

TEST(TrustStore, ReadsABundle) {
  TrustStore roots;
  EXPECT_EQ(roots.add_pem(certificate_to_pem(chain().root) + certificate_to_pem(chain().stranger)), 2U);
  EXPECT_TRUE(verify_chain(roots, std::vector<Bytes>{chain().stranger}, now).trusted());
}

}  // namespace
}  // namespace utsyn::wire
