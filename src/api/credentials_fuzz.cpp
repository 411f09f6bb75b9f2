// Cookie, Authorization and Accept-Language headers: what comes out is short and plain.
#include <algorithm>
#include <cstdlib>

#include "api/credentials.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const auto plain = [](const std::string& text) {
    return !text.empty() && text.size() <= 512 &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
  };
  const auto cookie = utsyn::api::cookie_value(header, "__Host-utsyn");
  if (cookie && !plain(*cookie)) std::abort();
  const auto token = utsyn::api::bearer_token(header);
  if (token && !plain(*token)) std::abort();
  const auto language = utsyn::api::wanted_language(header);
  if (!language.empty() && language != "nb" && language != "nn" && language != "en") std::abort();
  return 0;
}
