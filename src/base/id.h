// Names and secrets made by chance, from OpenSSL's generator.
#pragma once

#include <string>

#include "base/text.h"

namespace utsyn {

Bytes random_bytes(std::size_t count);  // throws when the generator fails: nothing may go on without it

// RFC 4648 base32 alphabet in lower case, no padding.
std::string to_base32(ByteView bytes);

// The id of a new thing: 16 random bytes as 26 lower-case characters of base32.
std::string new_id();

// A secret that is handed to a browser or a program: 32 random bytes as 52 lower-case characters of base32.
std::string random_token();

// Takes the same time wherever the texts differ.
bool equal_secret(std::string_view a, std::string_view b);

}  // namespace utsyn
