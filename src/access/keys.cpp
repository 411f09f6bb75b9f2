#include "access/keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>

#include <memory>
#include <stdexcept>

#include "base/id.h"

namespace utsyn::access {
namespace {

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
constexpr std::string_view kVersion = "1";  // stands before what is sealed, so that the form can change

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void must(int ok) {
  if (ok != 1) throw std::runtime_error("OpenSSL refused a step of sealing");
}
int length_of(std::size_t size) { return static_cast<int>(size); }

Bytes derived(ByteView master, std::string_view purpose) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), &EVP_PKEY_CTX_free);
  Bytes out(32);
  auto size = out.size();
  const auto info = as_bytes(purpose);
  must(context ? 1 : 0);
  must(EVP_PKEY_derive_init(context.get()));
  must(EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()));
  must(EVP_PKEY_CTX_set1_hkdf_key(context.get(), master.data(), length_of(master.size())));
  must(EVP_PKEY_CTX_add1_hkdf_info(context.get(), info.data(), length_of(info.size())));
  must(EVP_PKEY_derive(context.get(), out.data(), &size));
  return out;
}

}  // namespace

Keys::Keys(ByteView master) {
  if (master.size() != 32) throw std::invalid_argument("the service's key is 32 bytes");
  seal_key_ = derived(master, "utsyn seal");
  mac_key_ = derived(master, "utsyn mac");
}

std::string Keys::seal(std::string_view plain, std::string_view purpose) const {
  const auto nonce = random_bytes(kNonceSize);
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, seal_key_.data(), nonce.data()));
  int size = 0;
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, as_bytes(purpose).data(), length_of(purpose.size())));
  Bytes out(kNonceSize + plain.size() + kTagSize);
  std::ranges::copy(nonce, out.begin());
  auto* at = out.data() + kNonceSize;
  must(EVP_EncryptUpdate(context.get(), at, &size, as_bytes(plain).data(), length_of(plain.size())));
  must(EVP_EncryptFinal_ex(context.get(), at + size, &size));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, length_of(kTagSize), at + plain.size()));
  return std::string(kVersion) + ":" + to_base64(out);
}

std::optional<std::string> Keys::open(std::string_view sealed, std::string_view purpose) const {
  if (cut(sealed, ':') != kVersion) return std::nullopt;
  auto bytes = from_base64(sealed);
  if (!bytes || bytes->size() < kNonceSize + kTagSize) return std::nullopt;
  const auto size = bytes->size() - kNonceSize - kTagSize;
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, seal_key_.data(), bytes->data()));
  int done = 0;
  must(EVP_DecryptUpdate(context.get(), nullptr, &done, as_bytes(purpose).data(), length_of(purpose.size())));
  std::string plain(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  must(EVP_DecryptUpdate(context.get(), out, &done, bytes->data() + kNonceSize, length_of(size)));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, length_of(kTagSize),
                           bytes->data() + kNonceSize + size));
  if (EVP_DecryptFinal_ex(context.get(), out + done, &done) != 1) return std::nullopt;
  return plain;
}

std::string Keys::mac(std::string_view purpose, std::string_view text) const {
  // The length keeps purpose and text apart.
  const auto message = std::to_string(purpose.size()) + ":" + std::string(purpose) + std::string(text);
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), mac_key_.data(), length_of(mac_key_.size()), as_bytes(message).data(),
           message.size(), out.data(), &size) == nullptr)
    throw std::runtime_error("OpenSSL refused to compute an HMAC");
  out.resize(size);
  return to_base32(out);
}

}  // namespace utsyn::access
