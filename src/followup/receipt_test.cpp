#include "followup/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>

#include "followup/canonical.h"
#include "score/json.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const char* kInput =
    R"({"id":"småby","method":"utsyn-1.0","assets":[{"id":"www","v":200}],)"
    R"("findings":[{"id":"tls10@www","asset":"www","sev":"medium","age":40,"domain":"tls"}],"coverage":9500})";

std::string receipt_with(const ReceiptKey& key) {
  ReceiptFacts facts;
  facts.organisation = "småby";
  facts.name = "Småby kommune";
  facts.input = kInput;
  facts.output = score::answer_score(kInput).value();
  facts.method = score::method_id;
  facts.measured = parse_time("2026-11-20T10:00:00Z").value();
  facts.issued = parse_time("2026-11-20T11:00:00Z").value();
  facts.issuer = "https://utsyn.example.no";
  facts.program = "0.1.0";
  facts.feeds = feeds_of_this_program();
  return write_receipt(facts, key);
}

PublicKeys keys_of(const ReceiptKey& key) { return {{key.id, key.open}}; }

TEST(Receipt, IsRecomputedOffline) {
  const auto key = new_receipt_key();
  const auto text = receipt_with(key);
  const auto check = check_receipt(json::parse(text), keys_of(key));
  EXPECT_TRUE(check.good);
  EXPECT_THAT(check.wrong, IsEmpty());
  EXPECT_EQ(check.organisation, "småby");
  EXPECT_EQ(check.score_cp, score::score(score::read_organisation(kInput).value()).score_cp);
  EXPECT_EQ(check.key, key.id);
  EXPECT_TRUE(check.key_given);
  // How it is laid out does not matter; what is inside does.
  EXPECT_TRUE(check_receipt(json::parse("  " + text + "\n"), std::nullopt).good);
  EXPECT_FALSE(check_receipt(json::parse(text), std::nullopt).key_given);
}

TEST(Receipt, SameFactsGiveTheSameBytes) {
  const auto key = new_receipt_key();
  EXPECT_EQ(receipt_with(key), receipt_with(key));
}

TEST(Receipt, IsRefusedWhenAltered) {
  const auto key = new_receipt_key();
  const struct {
    const char* pointer;
    json::value to;
    const char* said;
  } cases[] = {
      {"/receipt/output/score_cp", 9999, "/receipt/output/score_cp: the receipt says 9999, the method gives"},
      {"/receipt/output/grade", "A+", "/receipt/output/grade"},
      {"/receipt/output/lines/tls10@www", 1, "/receipt/output/lines/tls10@www: the receipt says 1"},
      {"/receipt/input/coverage", 10000, "/receipt/output/interval_cp"},
      {"/receipt/input/findings/0/sev", "low", "/receipt/output/score_cp"},
      {"/receipt/input/findings/0/sev", "dreadful", "/receipt/input: "},
      {"/receipt/input", 1, "input and output are missing"},
      {"/receipt/organisation/name", "Storby kommune", "altered after it was signed"},
      {"/receipt/measured", "2026-11-21T10:00:00Z", "altered after it was signed"},
      {"/receipt/feeds/checks", "sha256:0", "altered after it was signed"},
      {"/receipt/method", "utsyn-9.0", "/receipt/method: utsyn-9.0 is not computed here"},
      {"/receipt/format", "utsyn-receipt-9", "/receipt/format"},
      {"/receipt/utsyn", 1.5, "a number is not whole"},
      {"/signature/value", json::value(to_base64(Bytes(64)).c_str()), "altered after it was signed"},
      {"/signature/value", "AAAA", "not a signature of Ed25519"},
      {"/signature/algorithm", "none", "not a signature of Ed25519"},
      {"/signature/key", "0", "/signature/key: the key inside is"},
      {"/signature", nullptr, "this is no receipt"},
      {"/receipt", "yes", "this is no receipt"},
  };
  for (const auto& row : cases) {
    auto document = json::parse(receipt_with(key));
    document.at_pointer(row.pointer) = row.to;
    const auto check = check_receipt(document, keys_of(key));
    EXPECT_FALSE(check.good) << row.pointer;
    EXPECT_THAT(check.wrong, Contains(HasSubstr(row.said))) << row.pointer;
  }
}

TEST(Receipt, OfAnotherIssuerIsTold) {
  const auto key = new_receipt_key();
  const auto other = new_receipt_key();
  const auto check = check_receipt(json::parse(receipt_with(other)), keys_of(key));
  EXPECT_FALSE(check.good);
  EXPECT_THAT(check.wrong, Contains(HasSubstr("not among the keys given")));
}

TEST(Receipt, KeysAreReadAsTheyArePublished) {
  const auto key = new_receipt_key();
  const auto other = new_receipt_key();
  const auto set = read_public_keys(json::serialize(key_set({other.open, key.open})));
  ASSERT_TRUE(set.has_value()) << set.error();
  EXPECT_EQ(set->at(key.id), key.open);
  EXPECT_EQ(set->size(), 2U);

  auto* made = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.open.data(), key.open.size());
  auto* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, made);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  const std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(made);
  const auto one = read_public_keys(text);
  ASSERT_TRUE(one.has_value()) << one.error();
  EXPECT_EQ(*one, keys_of(key));

  const std::pair<const char*, const char*> wrong[] = {
      {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key of Ed25519"},
      {"{}", "neither a PEM nor"},
      {"[", "neither a PEM nor"},
      {R"({"keys":[{"kty":"RSA"}]})", "no key of Ed25519"},
      {R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]})", "not 32 bytes"},
  };
  for (const auto& [document, said] : wrong) {
    const auto keys = read_public_keys(document);
    ASSERT_FALSE(keys.has_value()) << document;
    EXPECT_THAT(keys.error(), HasSubstr(said));
  }
}

TEST(CanonicalJson, IsOneWayToWrite) {
  const std::pair<const char*, const char*> cases[] = {
      {R"( { "b" : [ 1 , -2, 18446744073709551615 ] , "a" : { } } )",
       R"({"a":{},"b":[1,-2,18446744073709551615]})"},
      {R"(["\u00e5\u0001\n\"\\\/", null, true, false, []])", "[\"å\\u0001\\n\\\"\\\\/\",null,true,false,[]]"},
      {R"({"Z":1,"a":2,"å":3,"B":4})", R"({"B":4,"Z":1,"a":2,"å":3})"},
  };
  for (const auto& [given, written] : cases) EXPECT_EQ(canonical_json(json::parse(given)).value(), written);
  EXPECT_FALSE(canonical_json(json::parse("[1.5]")).has_value());
}

}  // namespace
}  // namespace utsyn::followup
