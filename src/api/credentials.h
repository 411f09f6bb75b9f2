// What a request says about who asks: the session cookie (RFC 6265) and the bearer token (RFC 6750). Only
// reads; what the values are worth is for `access` to say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace utsyn::api {

// The value of a cookie, without quotes. Nothing when it is absent, empty, longer than 256 characters, or
// there more than once: then somebody has planted one beside ours.
std::optional<std::string> cookie_value(std::string_view cookie_header, std::string_view name);

// The token of "Bearer TOKEN". Nothing for other schemes and for what is no token (RFC 6750 section 2.1).
std::optional<std::string> bearer_token(std::string_view authorization_header);

// The first of nb, nn, en that an Accept-Language header asks for, by its weights; "no" is nb. Empty: none.
std::string wanted_language(std::string_view accept_language_header);

}  // namespace utsyn::api
