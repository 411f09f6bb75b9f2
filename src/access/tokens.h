// API tokens: for programs, in a user's name, with a subset of what the user may do, for a time. The token is
// shown once; "utsyn_" stands before it so that scanners of leaked secrets know it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace utsyn::access {

inline constexpr std::string_view kTokenPrefix = "utsyn_";
inline constexpr int kLongestTokenDays = 366;
inline constexpr std::size_t kMostTokens = 50;  // in force at once, per user

struct ApiToken {
  std::string id;
  std::string account;
  std::string name;
  std::uint32_t scopes = 0;
  UtcTime created{};
  UtcTime expires{};
  std::optional<UtcTime> revoked;
  std::optional<UtcTime> used;
  std::string used_from;
};

struct NewToken {
  ApiToken token;
  std::string secret;  // this once
};
// Nothing when the user has kMostTokens already.
std::optional<NewToken> add_token(store::Connection& connection, UtcTime now, const Access& access,
                                  const ApiToken& wanted);
std::vector<ApiToken> tokens_of(store::Connection& connection, std::string_view account);
std::optional<ApiToken> token_by_secret(store::Connection& connection, std::string_view secret);
bool revoke_token(store::Connection& connection, UtcTime now, const store::Actor& actor,
                  std::string_view account, std::string_view id);
// All that are in force.
void revoke_tokens(store::Connection& connection, UtcTime now, const store::Actor& actor,
                   std::string_view account);

}  // namespace utsyn::access
