// Passwords: argon2id (RFC 9106) with 19 MiB, two passes and one lane, by libargon2, which this file alone
// knows; and what a new password must be like.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace utsyn::access {

inline constexpr std::size_t kShortestPassword = 12;
inline constexpr std::size_t kLongestPassword = 256;

// Encoded with its salt and costs ("$argon2id$v=19$m=19456,t=2,p=1$..."). As many at once as kAtOnce; others
// wait.
std::string hash_password(std::string_view password);
bool verify_password(const std::string& encoded, std::string_view password);

// What is wrong with it, in words for the person who chose it; nothing when it will do. Length, not
// character classes, makes a password hard to guess; what is the login, one character or a row of the
// keyboard over again is not long.
std::optional<std::string> weak_password(std::string_view password, std::string_view login,
                                         std::string_view name);

}  // namespace utsyn::access
