// An accepted dictionary has lower-case keys, each once. The same text goes to the readers of other headers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "wire/http/headers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto text = utsyn::as_text({data, size});
  if (const auto members = parse_structured_dictionary(text)) {
    std::set<std::string> keys;
    for (const auto& member : *members) {
      if (member.key.empty() || utsyn::lower(member.key) != member.key || !keys.insert(member.key).second)
        std::abort();
      if (!member.inner_list && member.items.size() != 1) std::abort();
    }
  }
  Headers headers;
  for (const char* name : {"Permissions-Policy", "Server", "Via", "Location", "Alt-Svc", "Cache-Control",
                           "WWW-Authenticate", "Set-Cookie", "Content-Type", "Referrer-Policy",
                           "X-Frame-Options", "X-XSS-Protection", "Cross-Origin-Opener-Policy"}) {
    headers.add(name, text);
  }
  permissions_policy(headers);
  version_banners(headers);
  alt_services(headers);
  cache_control(headers);
  auth_challenges(headers);
  edge_signs(headers);
  content_type(headers);
  referrer_policy(headers);
  frame_options(headers);
  xss_protection(headers);
  opener_policy(headers);
  for (const auto& leak : private_addresses(headers)) {
    if (utsyn::special_purpose(leak.address).empty()) std::abort();
  }
  return 0;
}
