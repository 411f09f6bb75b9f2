// A file without faults has what RFC 9116 demands. The same bytes also go to the robots.txt reader.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "wire/http/robots_txt.h"
#include "wire/http/security_txt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto text = utsyn::as_text({data, size});
  if (const auto file = parse_security_txt(text)) {
    if (file->faults.empty() && (file->contact.empty() || !file->expires)) std::abort();
    if (file->contact.empty() != file->has_fault(SecurityTxtFault::no_contact)) std::abort();
  }
  const auto robots = parse_robots_txt(text);
  if (robots.disallow.size() > 1000 || telling_paths(robots).size() > robots.disallow.size()) std::abort();
  return 0;
}
