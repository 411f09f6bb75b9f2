#include "followup/receipt.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <memory>
#include <set>
#include <stdexcept>

#include "base/hash.h"
#include "checks/catalogue.h"
#include "followup/canonical.h"
#include "score/json.h"

namespace utsyn::followup {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMostDifferences = 50;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Held = std::unique_ptr<T, FreeKey>;

// OpenSSL fails here only when memory or the random generator does.
template <class T>
T needed(T value, const char* step) {
  if (!value) throw std::runtime_error(std::string("signing keys: ") + step + " failed");
  return value;
}

Bytes sign(ByteView message, ByteView secret) {
  const Held<EVP_PKEY> key(
      needed(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()),
             "reading the key"));
  const Held<EVP_MD_CTX> context(needed(EVP_MD_CTX_new(), "preparing"));
  Bytes out(kSignatureBytes);
  auto size = out.size();
  needed(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
             EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1,
         "signing");
  return out;
}

bool signature_fits(ByteView message, ByteView signature, ByteView open) {
  const Held<EVP_PKEY> key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, open.data(), open.size()));
  const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

// base64url without padding (RFC 4648 section 5), as JSON Web Keys have it.
std::string to_base64url(ByteView bytes) {
  auto text = to_base64(bytes);
  std::erase(text, '=');
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}
std::optional<Bytes> from_base64url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return from_base64(text);
}

std::string_view text_of(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

std::string shown(const json::value* value) {
  if (value == nullptr) return "nothing";
  auto text = json::serialize(*value);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return printable(text, 400);
}

// What the receipt says against what the method answers here, member by member.
void compare(const std::string& where, const json::value* said, const json::value* found,
             std::vector<std::string>& out) {
  if (out.size() >= kMostDifferences) return;
  if (said != nullptr && found != nullptr && said->is_object() && found->is_object()) {
    std::set<std::string> names;
    for (const auto& member : said->get_object()) names.emplace(member.key());
    for (const auto& member : found->get_object()) names.emplace(member.key());
    for (const auto& name : names)
      compare(where + "/" + printable(name, 200), said->get_object().if_contains(name),
              found->get_object().if_contains(name), out);
    return;
  }
  const bool same = said != nullptr && found != nullptr && canonical_json(*said) == canonical_json(*found);
  if (!same)
    out.push_back(
        fmt::format("{}: the receipt says {}, the method gives {}", where, shown(said), shown(found)));
}

// The documents of the method are ours: what cannot be read is an error of the program.
json::value parsed(const std::string& document) { return json::parse(document); }

void recompute(const json::object& receipt, ReceiptCheck& check) {
  const auto* input = receipt.if_contains("input");
  const auto* output = receipt.if_contains("output");
  if (input == nullptr || !input->is_object() || output == nullptr || !output->is_object()) {
    check.wrong.emplace_back("/receipt: input and output are missing");
    return;
  }
  const auto method = text_of(receipt, "method");
  if (method != score::method_id) {
    check.wrong.push_back(fmt::format("/receipt/method: {} is not computed here, only {}",
                                      printable(method, 100), score::method_id));
    return;
  }
  const auto organisation = score::read_organisation(json::serialize(*input));
  if (!organisation) {
    check.wrong.push_back("/receipt/input: " + organisation.error());
    return;
  }
  const auto score = score::score(*organisation);
  check.score_cp = score.score_cp;
  check.grade = score::word(score.grade);
  const auto found = parsed(score::write_score(score));
  compare("/receipt/output", output, &found, check.wrong);
}

}  // namespace

ReceiptKey new_receipt_key() {
  const Held<EVP_PKEY_CTX> context(needed(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr), "preparing"));
  EVP_PKEY* made = nullptr;
  needed(EVP_PKEY_keygen_init(context.get()) == 1 && EVP_PKEY_keygen(context.get(), &made) == 1,
         "making one");
  const Held<EVP_PKEY> key(made);
  ReceiptKey out;
  out.secret.resize(kKeyBytes);
  out.open.resize(kKeyBytes);
  auto size = kKeyBytes;
  needed(EVP_PKEY_get_raw_private_key(key.get(), out.secret.data(), &size) == 1 &&
             EVP_PKEY_get_raw_public_key(key.get(), out.open.data(), &size) == 1,
         "reading one");
  out.id = receipt_key_id(out.open);
  return out;
}

std::string receipt_key_id(ByteView open) { return to_hex(sha256(open)).substr(0, 26); }

std::string write_receipt(const ReceiptFacts& facts, const ReceiptKey& key) {
  json::object feeds;
  for (const auto& [name, hash] : facts.feeds) feeds[name] = hash;
  json::object receipt{
      {"constants", score::constants_label},
      {"feeds", std::move(feeds)},
      {"format", receipt_format},
      {"input", parsed(facts.input)},
      {"issued", format_time(facts.issued)},
      {"issuer", facts.issuer},
      {"measured", format_time(facts.measured)},
      {"method", facts.method},
      {"organisation", json::object{{"id", facts.organisation}, {"name", facts.name}}},
      {"output", parsed(facts.output)},
      {"utsyn", facts.program},
  };
  const auto bytes = canonical_json(receipt);
  if (!bytes) throw std::runtime_error("writing a receipt: " + bytes.error());
  const auto signature = sign(as_bytes(*bytes), key.secret);
  const auto seal = canonical_json(json::object{{"algorithm", "Ed25519"},
                                                {"key", key.id},
                                                {"public_key", to_base64(key.open)},
                                                {"value", to_base64(signature)}});
  return R"({"receipt":)" + *bytes + R"(,"signature":)" + seal.value() + "}";
}

std::map<std::string, std::string> feeds_of_this_program() {
  static const auto hash = [] {
    std::string rows;
    for (const auto& entry : checks::catalogue())
      rows += fmt::format("{} {}\n", entry.id, boost::describe::enum_to_string(entry.severity, "?"));
    return "sha256:" + sha256_hex(rows);
  }();
  return {{"checks", hash}};
}

json::object key_set(const std::vector<Bytes>& open) {
  json::array keys;
  for (const auto& key : open)
    keys.push_back(json::object{{"kty", "OKP"},
                                {"crv", "Ed25519"},
                                {"use", "sig"},
                                {"alg", "EdDSA"},
                                {"kid", receipt_key_id(key)},
                                {"x", to_base64url(key)}});
  return {{"keys", std::move(keys)}};
}

Result<PublicKeys, std::string> read_public_keys(std::string_view document) {
  PublicKeys out;
  if (document.find("-----BEGIN") != std::string_view::npos) {
    if (document.size() > 64U * 1024U) return unexpected("the PEM is longer than 64 KiB");
    const Held<BIO> bio(
        needed(BIO_new_mem_buf(document.data(), static_cast<int>(document.size())), "reading"));
    const Held<EVP_PKEY> key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
    Bytes open(kKeyBytes);
    auto size = open.size();
    if (!key || EVP_PKEY_get_raw_public_key(key.get(), open.data(), &size) != 1 || size != kKeyBytes)
      return unexpected("the PEM is no public key of Ed25519");
    out.emplace(receipt_key_id(open), open);
    return out;
  }
  boost::system::error_code error;
  const auto value = json::parse(document, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* keys = object == nullptr ? nullptr : object->if_contains("keys");
  if (keys == nullptr || !keys->is_array()) return unexpected("neither a PEM nor a JSON Web Key Set");
  for (const auto& item : keys->get_array()) {
    const auto* key = item.if_object();
    if (key == nullptr || text_of(*key, "kty") != "OKP" || text_of(*key, "crv") != "Ed25519") continue;
    const auto open = from_base64url(std::string(text_of(*key, "x")));
    if (!open || open->size() != kKeyBytes) return unexpected("a key of the set is not 32 bytes long");
    out.emplace(receipt_key_id(*open), *open);
  }
  if (out.empty()) return unexpected("the set has no key of Ed25519");
  return out;
}

ReceiptCheck check_receipt(const json::value& document, const std::optional<PublicKeys>& trusted) {
  ReceiptCheck check;
  const auto* root = document.if_object();
  const auto* receipt = root == nullptr ? nullptr : root->if_contains("receipt");
  const auto* seal = root == nullptr ? nullptr : root->if_contains("signature");
  if (receipt == nullptr || !receipt->is_object() || seal == nullptr || !seal->is_object()) {
    check.wrong.emplace_back("this is no receipt: the members receipt and signature are missing");
    return check;
  }
  const auto& content = receipt->get_object();
  const auto& signature = seal->get_object();
  if (text_of(content, "format") != receipt_format)
    check.wrong.push_back(fmt::format("/receipt/format: this program reads {}", receipt_format));
  if (const auto* organisation = content.if_contains("organisation");
      organisation && organisation->is_object()) {
    check.organisation = text_of(organisation->get_object(), "id");
    check.name = text_of(organisation->get_object(), "name");
  }
  check.measured = text_of(content, "measured");
  recompute(content, check);

  const auto open = from_base64(text_of(signature, "public_key"));
  const auto value = from_base64(text_of(signature, "value"));
  if (text_of(signature, "algorithm") != "Ed25519" || !open || open->size() != kKeyBytes || !value ||
      value->size() != kSignatureBytes) {
    check.wrong.emplace_back("/signature: not a signature of Ed25519");
    return check;
  }
  check.key = receipt_key_id(*open);
  if (text_of(signature, "key") != check.key)
    check.wrong.push_back(fmt::format("/signature/key: the key inside is {}, not {}", check.key,
                                      printable(text_of(signature, "key"), 80)));
  if (trusted) {
    const auto known = trusted->find(check.key);
    check.key_given = known != trusted->end();
    if (!check.key_given)
      check.wrong.push_back(fmt::format(
          "/signature/key: {} is not among the keys given; it was signed by somebody else, or the "
          "keys are older than the receipt",
          check.key));
  }
  const auto bytes = canonical_json(content);
  if (!bytes) {
    check.wrong.push_back("/receipt: " + bytes.error());
  } else if (!signature_fits(as_bytes(*bytes), *value, *open)) {
    check.wrong.emplace_back(
        "/signature/value: it does not fit: the receipt was altered after it was signed. Ask who issued it "
        "for "
        "a new one.");
  }
  check.good = check.wrong.empty();
  return check;
}

}  // namespace utsyn::followup
