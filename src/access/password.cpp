#include "access/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <semaphore>
#include <set>
#include <stdexcept>

#include "base/id.h"
#include "base/text.h"

namespace utsyn::access {
namespace {

constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;
constexpr std::ptrdiff_t kAtOnce = 4;

// A crowd of login attempts must not take the machine's memory.
std::counting_semaphore<kAtOnce>& room() {
  static std::counting_semaphore<kAtOnce> places(kAtOnce);
  return places;
}
class HashingPlace {
 public:
  HashingPlace() { room().acquire(); }
  ~HashingPlace() { room().release(); }
  HashingPlace(const HashingPlace&) = delete;
  HashingPlace& operator=(const HashingPlace&) = delete;
};

// Rows that people type instead of a password; any twelve characters in sequence of them, either way.
constexpr std::string_view kRows[] = {"12345678901234567890",       "abcdefghijklmnopqrstuvwxyz",
                                      "qwertyuiopasdfghjklzxcvbnm", "passordpassordpassord",
                                      "passwordpasswordpassword",   "sommer2024sommer2025sommer2026"};

bool is_row(std::string_view folded) {
  const std::string backwards(folded.rbegin(), folded.rend());
  return std::ranges::any_of(kRows,
                             [&](auto row) { return row.contains(folded) || row.contains(backwards); });
}

}  // namespace

std::string hash_password(std::string_view password) {
  const HashingPlace place;
  const auto salt = random_bytes(kSaltSize);
  std::string encoded(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltSize, kHashSize, Argon2_id), '\0');
  const auto status =
      argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(),
                            salt.size(), kHashSize, encoded.data(), encoded.size());
  if (status != ARGON2_OK)
    throw std::runtime_error(std::string("argon2id failed: ") + argon2_error_message(status));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_password(const std::string& encoded, std::string_view password) {
  const HashingPlace place;
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

std::optional<std::string> weak_password(std::string_view password, std::string_view login,
                                         std::string_view name) {
  if (password.size() < kShortestPassword)
    return "is shorter than 12 characters; several words after each other are easy to remember";
  if (password.size() > kLongestPassword) return "is longer than 256 bytes";
  const auto folded = lower(password);
  if (std::set<char>(folded.begin(), folded.end()).size() < 5)
    return "uses fewer than five different characters";
  if (is_row(folded)) return "is among the first that anyone would guess";
  // What is left when the person's own names are taken out must still be something.
  auto rest = folded;
  for (const auto& own : {lower(login), lower(name), std::string("utsyn")}) {
    if (own.size() < 4) continue;
    for (auto at = rest.find(own); at != std::string::npos; at = rest.find(own)) rest.erase(at, own.size());
  }
  if (rest.size() < 8) return "is little more than your own name or that of the service";
  return std::nullopt;
}

}  // namespace utsyn::access
