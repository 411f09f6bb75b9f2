// An accepted cookie has a name or a value, no separators inside them, and reads the same when written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/http/cookie.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto text = utsyn::as_text({data, size});
  decode_bigip(text);
  session_like_name(text);
  anti_csrf_name(text);
  const auto cookie = parse_set_cookie(text);
  if (!cookie) return 0;
  if (cookie->name.empty() && cookie->value.empty()) std::abort();
  if (cookie->name.find_first_of("=;") != std::string::npos || cookie->value.find(';') != std::string::npos)
    std::abort();
  if (!cookie->path.empty() && cookie->path.front() != '/') std::abort();
  auto again = cookie->name + "=" + cookie->value;
  if (!cookie->domain.empty() && !cookie->domain.starts_with('.')) again += "; domain=" + cookie->domain;
  if (cookie->secure) again += "; secure";
  const auto second = parse_set_cookie(again);
  if (!second || second->name != cookie->name || second->value != cookie->value ||
      second->secure != cookie->secure)
    std::abort();
  if (!cookie->domain.starts_with('.') && second->domain != cookie->domain) std::abort();
  prefix_faults(*cookie);
  return 0;
}
